// Points as people meet them in Licheng: a rescue is recorded, certified by the community, entered in the passbook, and spent in the shop.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { desktop, openPortal, phone, type Portal, type Visit } from './portal.ts'

let portal: Portal
beforeAll(async () => {
  portal = await openPortal('licheng')
}, 60_000)
afterAll(() => portal.close())

const read = ({ page }: Visit, text: string) => page.getByText(text).filter({ visible: true }).first().waitFor()
const press = ({ page }: Visit, name: string) =>
  page.getByRole('button', { name, exact: true }).filter({ visible: true }).first().click()
const section = ({ page }: Visit, name: string) => page.getByRole('link', { name }).click()
const shown = async ({ page }: Visit, part: string) =>
  (await page.locator(`[part=${part}]`).allInnerTexts()).map(text => text.replace(/\s+/g, ' '))

test('a rescue is certified by the community, shows in the resident’s passbook by itself, and buys toothpaste', async () => {
  const resident = await portal.visit('resident-001', phone)
  const officer = await portal.visit('community-officer-001', desktop)

  await resident.page.locator('[part=service]', { hasText: '救灾救人' }).getByRole('button').click()
  await resident.page.getByLabel('做了什么').fill('台风天转移两位老人')
  await resident.page.getByLabel('哪一天').fill('2026-05-09')
  await resident.page.locator('gw-order-form [part=submit]').click()
  await read(resident, '已收到')
  await section(resident, '我的积分')
  await read(resident, '还没有积分')

  await officer.page.locator('gw-dispatch-board [part=case]', { hasText: '转移两位老人' }).getByRole('button').click()
  await press(officer, '认证')
  await press(officer, '确定')
  await press(officer, '关闭')
  await read(resident, '待认证的积分，认证后计入余额')
  await resident.look('points-pending')

  await section(officer, '积分超市')
  await read(officer, '台风天转移两位老人')
  await officer.page.getByText('全选').filter({ visible: true }).click()
  await officer.look('points-queue')
  await press(officer, '认证所选')
  await read(officer, '认证所选 1 笔？')
  await press(officer, '认证所选')
  await read(officer, '已办 1 笔')
  await expect.poll(() => shown(resident, 'account')).toEqual([expect.stringMatching(/可换购 3 余额 3$/)])

  await section(resident, '积分超市')
  await press(resident, '换购 牙膏')
  await read(resident, '用 3 分换“牙膏”，到文献社区领取？')
  await press(resident, '换购')
  await read(resident, '“牙膏”已为您留好')
  await resident.look('points-shop')

  await read(officer, '待交的货')
  await officer.page.getByText('全选').filter({ visible: true }).click()
  await press(officer, '交货')
  await press(officer, '交货')
  await read(officer, '已办 1 笔')
  await section(resident, '我的积分')
  await expect.poll(() => shown(resident, 'account')).toEqual([expect.stringMatching(/可换购 0 余额 0$/)])
  expect((await shown(resident, 'line')).map(text => text.replace(/^.*\d\d:\d\d /, ''))).toEqual([
    '换购：牙膏 −3',
    '救灾救人 +3'
  ])
  await resident.look('points-spent')
  expect([...resident.faults, ...officer.faults]).toEqual([])
  expect(portal.logged).toEqual([])
}, 120_000)

// A report as people make it in Xinshi: a photo and the place from the phone, seen by the leader of that grid and by nobody else.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { desktop, openPortal, phone, type Portal, type Visit } from './portal.ts'
import { png } from './pictures.ts'

let portal: Portal
beforeAll(async () => {
  portal = await openPortal('xinshi')
}, 90_000)
afterAll(() => portal.close())

const read = ({ page }: Visit, text: string | RegExp) =>
  page.getByText(text).filter({ visible: true }).first().waitFor()
const canvases = ({ page }: Visit) => page.locator('gw-photos canvas').filter({ visible: true })

/** The list of the areas of a level. */
const select = ({ page }: Visit, level: string) =>
  page.locator('gw-area-picker label', { has: page.locator('span', { hasText: level }) }).locator('select')

test('a photo and the phone’s position go along with a report and are there for whoever takes it', async () => {
  const resident = await portal.visit('resident-001', {
    ...phone,
    geolocation: { longitude: 119.976633, latitude: 30.541235 },
    permissions: ['geolocation']
  })
  const leader = await portal.visit('community-worker-003', desktop)

  await resident.page.locator('[part=service]', { hasText: '我要爆料' }).getByRole('button').click()
  await read(resident, '具体位置')
  await select(resident, '社区').selectOption('东升社区')
  await select(resident, '网格').selectOption({ index: 1 })
  await resident.page.getByText('痛点').click()
  await resident.page.getByLabel('什么事').fill('井盖松动')
  await resident.page.locator('gw-photos input[type=file]').setInputFiles({
    name: 'cover.png',
    mimeType: 'image/png',
    buffer: png(1000, 700, { tEXt: 'GPS' })
  })
  await canvases(resident).first().waitFor()
  await resident.page.getByRole('button', { name: '用我的位置' }).click()
  await read(resident, '已附上位置')
  await resident.look('report-with-photo')
  await resident.page.locator('gw-order-form [part=submit]').click()
  await read(resident, '已收到')

  await leader.page.locator('gw-dispatch-board [part=case]', { hasText: '井盖松动' }).getByRole('button').click()
  await read(leader, '30.541235, 119.976633')
  await canvases(leader).first().waitFor()
  await leader.look('report-taken')
  expect([...resident.faults, ...leader.faults]).toEqual([])
  expect(portal.logged).toEqual([])
}, 120_000)

// The whole loop as people do it: resident, liaison, party members and street officer, each in a browser window of their own.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  desktop,
  holdBack,
  loseAnswer,
  openPortal,
  phone,
  slowDown,
  submitted,
  type Portal,
  type Visit
} from './portal.ts'
import { ziyunFiles } from './ziyun.ts'

let portal: Portal
beforeAll(async () => {
  portal = await openPortal()
})
afterAll(() => portal.close())

test('an order goes from the resident over liaison and party member back to the resident, live in each window', async () => {
  const resident = await portal.visit('resident-001', phone)
  const liaison = await portal.visit('liaison-001', desktop)
  const member = await portal.visit('party-member-002', phone)
  const other = await portal.visit('party-member-003', phone)
  const officer = await portal.visit('street-officer-001', desktop)
  await read(liaison, '现在没有要处理的单子')
  await officer.page.getByText('全部未结').click()

  await resident.look('resident-services')
  await order(resident, '纠纷调解', '两家为过道堆物争执')
  await followed(resident)
  await card(liaison, '过道堆物').waitFor()
  await liaison.photograph('liaison-board')
  await card(liaison, '过道堆物').getByRole('button').click()
  await action(liaison, '派单').waitFor()
  await liaison.look('liaison-drawer')
  await dispatch(liaison, ['岑义贵', '伍盛兰'])
  await card(liaison, '过道堆物').waitFor({ state: 'detached' })

  await read(resident, '待接单')
  await action(other, '接单').waitFor()
  const release = await holdBack(other, 'Tasks')
  await action(member, '接单').waitFor()
  await member.look('member-offer')
  await action(member, '接单').click()
  await read(member, '已接单，请按时办理')
  await action(other, '接单').click()
  await read(other, '已经被别人接走了')
  release()
  await other.look('other-taken')
  await read(officer, '当前处理人：岑义贵')
  await officer.look('officer-board')

  await finish(member, '已当面说和，双方清走杂物')
  await member.photograph('member-handed-on')
  await action(resident, '满意').click()
  await resident.look('resident-review')
  await resident.page.getByRole('button', { name: '确定' }).click()
  await read(resident, '您的点单已办结')
  await read(member, '您手上没有在办的单')
  expect(await journal(resident)).toEqual([
    '点单 待派单 韦丽林',
    '派单 待接单 教场社区联络员',
    '接单 办理中 岑义贵',
    '办结 待评价 已当面说和，双方清走杂物 岑义贵',
    '满意 已办结 韦丽林'
  ])
  await resident.photograph('resident-closed')
  expect([resident, liaison, member, other, officer].flatMap(({ faults }) => faults)).toEqual([])
  expect(portal.logged).toEqual([])
}, 90_000)

test('an order nobody dispatches in time rises to the street, and one done badly is done again', async () => {
  await portal.publish(hastyFiles())
  const resident = await portal.visit('resident-002', phone)
  const liaison = await portal.visit('liaison-001', desktop)
  const member = await portal.visit('party-member-002', phone)
  const officer = await portal.visit('street-officer-001', desktop)
  await read(officer, '现在没有要处理的单子')

  await order(resident, '纠纷调解', '楼上漏水不肯修')
  await followed(resident)
  await card(officer, '楼上漏水').waitFor()
  await read(liaison, '现在没有要处理的单子')
  await card(officer, '楼上漏水').getByRole('button').click()
  await dispatch(officer, ['岑义贵'])
  await action(member, '接单').click()
  await finish(member, '已经劝过')
  await action(resident, '不满意').click()
  await resident.page.getByLabel('哪里不满意').fill('水还在漏')
  await resident.look('resident-dissatisfied')
  await resident.page.locator('gw-case-actions [part=submit]').click()
  await finish(member, '陪同上门，水管已经换好')
  await action(resident, '满意').click()
  await resident.page.getByRole('button', { name: '确定' }).click()
  await read(resident, '您的点单已办结')
  expect(await journal(resident)).toEqual([
    '点单 待派单 卢祥山',
    '临近时限，已提醒 待派单 系统',
    '逾期未派单，上报 待街道派单 系统',
    '派单 待接单 松山街道街道党建干部',
    '接单 办理中 岑义贵',
    '办结 待评价 已经劝过 岑义贵',
    '不满意 办理中 水还在漏 卢祥山',
    '办结 待评价 陪同上门，水管已经换好 岑义贵',
    '满意 已办结 卢祥山'
  ])
  await resident.photograph('resident-raised-closed')
  expect([resident, liaison, member, officer].flatMap(({ faults }) => faults)).toEqual([])
  expect(portal.logged).toEqual([])
}, 90_000)

test('a resident on a slow phone loses nothing while the server is away, and orders once', async () => {
  const resident = await portal.visit('resident-003', phone)
  const sent = submitted(resident)
  await slowDown(resident)
  await resident.page.reload()
  await fill(resident, '政策咨询', '高龄补贴怎样领')
  await portal.stop()
  await press(resident)
  await read(resident, '网络不通')
  await read(resident, '实时更新中断')
  await resident.look('resident-offline')
  await portal.start()
  await expect.poll(() => resident.page.getByText('实时更新中断').count(), { timeout: 15_000 }).toBe(0)
  await expect.poll(() => resident.page.getByLabel('要办什么事').inputValue()).toBe('高龄补贴怎样领')
  await submitButton(resident).dblclick()
  await read(resident, '已收到您的点单')
  expect([sent.length, new Set(sent).size]).toEqual([2, 1])
  expect(await portal.count('高龄补贴怎样领')).toBe(1)
}, 90_000)

test('an order whose answer is lost on the way is not ordered twice', async () => {
  const resident = await portal.visit('resident-003', phone)
  const sent = submitted(resident)
  await loseAnswer(resident, 'Submit')
  await order(resident, '政策咨询', '医保怎样转回老家')
  await read(resident, '网络不通')
  expect(await portal.count('医保怎样转回老家')).toBe(1)
  await press(resident)
  await read(resident, '已收到您的点单')
  expect([sent.length, new Set(sent).size]).toEqual([2, 1])
  expect(await portal.count('医保怎样转回老家')).toBe(1)
}, 60_000)

test('what is wrong in a form stands next to its field, and pressing the summary leads there', async () => {
  const resident = await portal.visit('resident-003', phone)
  await fill(resident, '政策咨询', '')
  await press(resident)
  const field = resident.page.locator('[data-pointer="/what"]')
  await expect.poll(() => field.locator('[part=error]').textContent()).toContain('要办什么事')
  await resident.look('form-errors')
  await resident.page.locator('[part=summary] button').click()
  await resident.page.keyboard.type('问')
  await expect.poll(() => field.locator('[part=error]').textContent()).toContain('2')
  await resident.page.keyboard.type('低保')
  await field.locator('[part=error]').waitFor({ state: 'detached' })
  expect(resident.faults).toEqual([])
}, 60_000)

test('a sign-in that no longer holds asks to come back, and what was typed is there again', async () => {
  const resident = await portal.visit('resident-003', phone)
  await fill(resident, '政策咨询', '残疾证怎样办')
  await portal.stop()
  await portal.start(randomUUID())
  await press(resident)
  await read(resident, '请先登录')
  await resident.page.getByRole('button', { name: '去登录' }).filter({ visible: true }).first().click()
  await read(resident, '登录已失效')
  await resident.look('resident-signed-out')
  await resident.signIn()
  await resident.page.locator('[part=service]', { hasText: '政策咨询' }).getByRole('button').click()
  await read(resident, '已恢复您上次没有提交的内容')
  await press(resident)
  await read(resident, '已收到您的点单')
  expect(await portal.count('残疾证怎样办')).toBe(1)
}, 60_000)

test('the guide to all services is a press away, in the language of the page', async () => {
  const resident = await portal.visit('resident-003', phone)
  await resident.page.getByRole('link', { name: '办事指南' }).click()
  await resident.page.getByRole('heading', { name: '纠纷调解' }).waitFor()
  expect(new URL(resident.page.url()).pathname).toBe('/ziyun/guide')
  await resident.look('guide')
  expect(resident.faults).toEqual([])
})

test('a fault of the server is told in the words of the page, with a way to try again', async () => {
  const resident = await portal.visit('resident-003', phone)
  await resident.page.locator('[part=service]').first().waitFor()
  await portal.broken(async () => {
    await resident.page.getByRole('link', { name: '我的点单' }).click()
    await read(resident, '暂时办不了，请稍后再试')
    await resident.look('resident-failed')
    expect(await resident.page.locator('body').ariaSnapshot()).not.toMatch(/unexpected|error/i)
  })
  await resident.page.getByRole('button', { name: '重试' }).filter({ visible: true }).click()
  await read(resident, '已结束')
}, 60_000)

test('the page in English shows no Chinese but names and what people wrote', async () => {
  const resident = await portal.visit('resident-001', phone, 'en')
  const { page } = resident
  const said = [await page.locator('body').ariaSnapshot()]
  await page.locator('[part=service]', { hasText: 'Mediation' }).getByRole('button', { name: 'Order this' }).click()
  await submitButton(resident).click()
  await read(resident, 'One answer needs mending')
  said.push(await page.locator('body').ariaSnapshot())
  await resident.look('english-form')
  await page.getByLabel('What do you need?').fill('A quarrel about the stairs')
  await submitButton(resident).click()
  await read(resident, 'Your order has arrived')
  said.push(await page.locator('body').ariaSnapshot())
  await page.getByRole('button', { name: 'Follow it' }).click()
  await read(resident, 'What happened')
  said.push(await page.locator('body').ariaSnapshot())
  await resident.photograph('english-timeline')
  await page.getByRole('button', { name: 'Back' }).click()
  await read(resident, 'Completed')
  said.push(await page.locator('body').ariaSnapshot())
  const chinese = said.join('\n').match(/[\p{Script=Han}，。；：、（）]+/gu) ?? []
  const names = `${ziyunFiles().get('data/people.csv')} ${ziyunFiles().get('data/areas.csv')} 中文 两家为过道堆物争执`
  expect([...new Set(chinese)].filter(text => !names.includes(text))).toEqual([])
  expect(resident.faults).toEqual([])
}, 60_000)

/** Ziyun where an order must be dispatched within three seconds; the street then has four hours. */
function hastyFiles(): Map<string, string> {
  const files = ziyunFiles()
  const path = 'workflows/three-orders.json'
  const dispatching = /"DISPATCH": \{\s*"target"[^]*?\n {8}\},/.exec(files.get(path) ?? '')?.[0] ?? ''
  const atStreet = `"at-street": {
    "meta": { "label": { "zh-CN": "待街道派单", "en": "Waiting for the street" }, "owner": "rung", "deadlines": { "dispatch": { "within": "PT4H", "clock": "natural", "onExpire": "UNSOLVED" } } },
    "on": { ${dispatching} "UNSOLVED": "unsolved", "WITHDRAW": { "target": "withdrawn", "meta": { "by": "applicant" } } }
  },`
  const hasty = (files.get(path) ?? '')
    .replace('"within": "PT4H", "clock": "work"', '"within": "PT3S", "clock": "natural"')
    .replace('"UNDISPATCHED": { "target": "ordered", "reenter": true,', '"UNDISPATCHED": { "target": "at-street",')
    .replace('"states": {', `"states": { ${atStreet}`)
  return files.set(path, hasty)
}

/** A service is chosen and its form filled in; the place is the resident's own. */
async function fill(resident: Visit, service: string, what: string): Promise<void> {
  const { page } = resident
  await page.locator('[part=service]', { hasText: service }).getByRole('button', { name: '我要点单' }).click()
  await page.getByLabel('要办什么事').fill(what)
  await read(resident, '松山街道 教场社区')
}

const submitButton = ({ page }: Visit) => page.locator('gw-order-form [part=submit]')
const press = (visit: Visit) => submitButton(visit).click()

async function order(resident: Visit, service: string, what: string): Promise<void> {
  await fill(resident, service, what)
  await press(resident)
}

/** The receipt has come and its case is opened. */
async function followed(resident: Visit): Promise<void> {
  await read(resident, '已收到您的点单')
  await resident.page.getByRole('button', { name: '查看进度' }).click()
  await resident.page.getByRole('heading', { name: '办理过程' }).waitFor()
}

/** Waits until the person can read `text`. */
const read = ({ page }: Visit, text: string) => page.getByText(text).filter({ visible: true }).first().waitFor()
const card = ({ page }: Visit, gist: string) => page.locator('gw-dispatch-board [part=case]', { hasText: gist })
const action = ({ page }: Visit, name: string) =>
  page.getByRole('button', { name, exact: true }).and(page.locator('[part=action]'))

/** In the open drawer: its form, the people found by name, and the drawer closed again. */
async function dispatch(from: Visit, people: readonly string[]): Promise<void> {
  const { page } = from
  await action(from, '派单').click()
  for (const name of people) {
    await page.getByRole('searchbox').fill(name)
    await read(from, '找到 1 人')
    await page.locator('[part=option]', { hasText: name }).click()
  }
  await from.photograph('dispatch-form')
  await page.locator('[part=submit]').click()
  await read(from, '已完成')
  await page.getByRole('button', { name: '关闭' }).click()
}

/** The one task at hand is reported done. */
async function finish(member: Visit, done: string): Promise<void> {
  await action(member, '办结').click()
  await member.page.getByLabel('怎样办的').fill(done)
  await member.page.locator('gw-case-actions [part=submit]').click()
  await read(member, '等评价或下一步')
}

/** What the open timeline says, an entry a line, without times. */
async function journal({ page }: Visit): Promise<string[]> {
  const entries = await page.locator('[part=journal] > li').allInnerTexts()
  return entries.map(text => text.replace(/ · [^·]*$/, '').replace(/\s+/g, ' '))
}

import { expect, onTestFinished, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { CaseCard } from '../src/documents.ts'
import type { GwOrderForm } from '../src/index.ts'
import {
  appears,
  expectAccessible,
  expectNoOverflow,
  expectWords,
  find,
  show,
  shownProvider,
  words,
  type Setting
} from './stage.ts'
import { services } from './town-facts.ts'
import { createTown, type Town } from './town.ts'

async function showOrder(town: Town, setting: Partial<Setting> = {}, service = 'repair'): Promise<GwOrderForm> {
  const order = await show('gw-order-form', { town, as: 'wang', ...setting }, { service })
  await order.updateComplete
  return order
}

const field = (order: GwOrderForm, pointer: string) => {
  const found = find(order, `[data-pointer="${pointer}"] :is(input, textarea)`)
  if (!found) throw new Error(`no field ${pointer}`)
  return found as HTMLInputElement // or a text area, which has a value as well
}
const press = (order: GwOrderForm) => find(order, '[part=submit]')!.click()

async function fillIn(order: GwOrderForm, what = '厨房水管漏水'): Promise<void> {
  await expectWords(order, '什么事')
  await userEvent.fill(field(order, '/what'), what)
  await userEvent.click(field(order, '/kind'))
}

test.for(['zh-CN', 'en'])('the order form is accessible in %s', async lang => {
  const order = await showOrder(createTown(), { lang })
  await expectWords(order, lang === 'en' ? 'Where is it' : '事情发生在哪里')
  await expectWords(order, '城南社区')
  await expectAccessible()
})

test('an order goes out with its place and answers, and the number and promise come back', async () => {
  const town = createTown()
  const order = await showOrder(town)
  const submitted: CaseCard[] = []
  order.addEventListener('gw-case-submitted', event => submitted.push(event.detail.case))
  await fillIn(order)
  press(order)
  await expectWords(order, /已收到您的点单.*520425001001-20261008-.*待派单.*还剩/)
  expect(words(order)).not.toContain('录入人') // she asked for herself
  expect(town.cases.map(({ area, service, answers }) => ({ area, service, answers }))).toEqual([
    { area: '001', service: 'repair', answers: { what: '厨房水管漏水', kind: 'water' } }
  ])
  expect(submitted.map(each => each.id)).toEqual([town.cases[0]?.id])
  await expectAccessible()
})

test('the receipt counts from the moment of the answer, as a list read then does', { retry: 0 }, async () => {
  const town = createTown()
  const order = await showOrder(town)
  await fillIn(order)
  const opened = Date.now()
  vi.useFakeTimers({ toFake: ['Date'], now: opened + 25_000 })
  onTestFinished(() => void vi.useRealTimers())
  press(order)
  await expectWords(order, /还剩/)
  const said = /还剩 [^ ]+ [^ ]+/.exec(order.shadowRoot!.textContent)![0].trim()
  const cases = await show('gw-my-cases', { town, as: 'wang' })
  await expectWords(cases, said)
})

test('another place is found down the tree', async () => {
  const town = createTown()
  const order = await showOrder(town)
  await fillIn(order)
  await userEvent.click(find(order, 'gw-area-picker')!.shadowRoot!.querySelector('label.option:last-child')!)
  const last = () => [...find(order, 'gw-area-picker')!.shadowRoot!.querySelectorAll('select')].at(-1)
  await expect.poll(() => last()?.textContent).toContain('城东社区')
  press(order)
  await expectWords(order, '请选到社区')
  await expectAccessible()
  await userEvent.selectOptions(last()!, '城东社区')
  press(order)
  await expectWords(order, '已收到您的点单')
  expect(town.cases[0]?.area).toBe('002')
})

test('where a service is not offered the place says so, and the next one is taken', async () => {
  const repair = services.find(({ id }) => id === 'repair')!
  onTestFinished(() => void Object.assign(repair, { only: undefined }))
  Object.assign(repair, { only: ['002'] })
  const town = createTown()
  const order = await showOrder(town)
  await fillIn(order)
  await expectWords(order, '这里不办这个事项，请选别处')
  await expectAccessible()
  await userEvent.click(find(order, 'gw-area-picker')!.shadowRoot!.querySelector('label.option:last-child')!)
  const last = () => [...find(order, 'gw-area-picker')!.shadowRoot!.querySelectorAll('select')].at(-1)
  await expect.poll(() => last()?.textContent).toContain('城东社区')
  await userEvent.selectOptions(last()!, '城东社区')
  await expect.poll(() => words(order)).not.toContain('这里不办')
  press(order)
  await expectWords(order, '已收到您的点单')
})

test('what was typed is still there after a reload of the page', async () => {
  const town = createTown()
  await fillIn(await showOrder(town))
  const kept = Object.fromEntries(Object.entries(sessionStorage))
  const again = await showOrder(town)
  Object.assign(sessionStorage, kept)
  await expectWords(again, '已恢复您上次没有提交的内容')
  expect(field(again, '/what').value).toBe('厨房水管漏水')
})

test('a sign-in that runs out while typing loses nothing', async () => {
  const town = createTown()
  const order = await showOrder(town)
  await fillIn(order)
  town.network.status = 401
  press(order)
  await expectWords(order, '请先登录')
  await expectAccessible()
  town.network.status = 0
  shownProvider().token = ''
  await expectWords(order, '请先登录')
  shownProvider().token = 'wang'
  await expectWords(order, '什么事')
  expect(field(order, '/what').value).toBe('厨房水管漏水')
  press(order)
  await expectWords(order, '已收到您的点单')
})

test('the next person at the same machine does not see what was typed', async () => {
  const order = await showOrder(createTown())
  await fillIn(order)
  shownProvider().token = 'sun'
  await expectWords(order, '申请人姓名')
  expect(field(order, '/what').value).toBe('')
})

test('what one person sent and what it came to is not the next one’s, whenever the answer arrives', async () => {
  const town = createTown()
  const order = await showOrder(town)
  await fillIn(order)
  Object.assign(town.network, { status: 401, pauseMs: 300 })
  press(order)
  Object.assign(town.network, { status: 0, pauseMs: 0 })
  shownProvider().token = 'sun'
  await expectWords(order, '申请人姓名')
  await new Promise(resolve => setTimeout(resolve, 400)) // the first person's 401 is here by then
  await expectWords(order, '申请人姓名')
  expect(words(order)).not.toContain('请先登录')
})

test('an order that waits for its place does not go out once somebody else is here', async () => {
  const town = createTown()
  const release = town.network.hold('Areas')
  const order = await showOrder(town)
  await fillIn(order)
  press(order)
  const letServiceThrough = town.network.hold('Service') // so that the place is known before the page is the next one's
  shownProvider().token = 'li'
  release()
  await new Promise(resolve => setTimeout(resolve, 300))
  letServiceThrough()
  await expectWords(order, '申请人姓名')
  expect(town.cases).toEqual([])
})

test('a refusal is shown in place with the server’s words, and what was typed stays', async () => {
  const town = createTown()
  const order = await showOrder(town)
  await fillIn(order, '只是测试一下')
  press(order)
  await expectWords(order, '请不要提交测试内容')
  await expectAccessible()
  await userEvent.fill(field(order, '/what'), '厨房水管漏水')
  press(order)
  await expectWords(order, '已收到您的点单')
  expect(town.cases).toHaveLength(1)
})

test('an order whose answer was lost is the same order when it is sent again', async () => {
  const town = createTown()
  const order = await showOrder(town)
  await fillIn(order)
  town.network.loseNextAnswer = true
  press(order)
  await expectWords(order, '网络不通')
  press(order)
  await expectWords(order, '已收到您的点单')
  expect(town.cases).toHaveLength(1)
})

test('an order whose answer was lost and that was changed before it is sent again is not ordered twice', async () => {
  const town = createTown()
  const order = await showOrder(town)
  await fillIn(order)
  town.network.loseNextAnswer = true
  press(order)
  await expectWords(order, '网络不通')
  await userEvent.fill(field(order, '/what'), '厨房水管漏水，很急')
  press(order)
  await expectWords(order, '已收到您的点单')
  expect(town.cases.map(each => each.answers['what'])).toEqual(['厨房水管漏水'])
})

test('an order that is submitted before the places are there goes out once they are', async () => {
  const town = createTown()
  const release = town.network.hold('Areas')
  const order = await showOrder(town)
  await fillIn(order)
  press(order)
  await expectWords(order, '正在提交')
  release()
  await expectWords(order, '已收到您的点单')
})

test('a double press orders once', async () => {
  const town = createTown()
  const order = await showOrder(town)
  await fillIn(order)
  town.network.pauseMs = 200
  press(order)
  press(order)
  await expectWords(order, '已收到您的点单')
  expect(town.received.filter(name => name === 'Submit')).toHaveLength(1)
})

test('a worker enters an order for somebody, by the channel and with the contact', async () => {
  const town = createTown()
  const order = await showOrder(town, { as: 'li' })
  await fillIn(order)
  press(order)
  await expectWords(order, '请填写申请人姓名和联系电话')
  await expectAccessible()
  await userEvent.fill(await appears(order, '#name'), '周奶奶')
  await userEvent.fill(await appears(order, '#phone'), '13800000009')
  press(order)
  await expectWords(order, '已收到您的点单')
  await expectWords(order, /申请人\s*周奶奶\s*录入人\s*李/) // the receipt names both, whose it is and who entered it
  await expectAccessible()
  expect(town.cases.map(({ channel, applicant, enteredBy }) => ({ channel, applicant, enteredBy }))).toEqual([
    { channel: 'phone', applicant: { id: 'contact', name: '周奶奶', phone: '13800000009' }, enteredBy: 'li' }
  ])
})

test('whoever may not ask for it is told why, and gets no form', async () => {
  const order = await showOrder(createTown(), {}, 'market')
  await expectWords(order, '暂不能办理：请先在社区登记')
  expect(find(order, 'gw-form')).toBeNull()
  await expectAccessible()
})

test.for([
  ['', '请先选择要办的事项'],
  ['nowhere', '没有找到']
] as const)('service “%s”: %s', async ([service, text]) => {
  await expectWords(await showOrder(createTown(), {}, service), text)
  await expectAccessible()
})

test('a visitor is asked to sign in', async () => {
  const town = createTown()
  await expectWords(await show('gw-order-form', { town }, { service: 'repair' }), '请先登录')
  await expectAccessible()
})

test('another service begins another form', async () => {
  const order = await showOrder(createTown())
  await expectWords(order, '居家维修')
  order.service = 'care'
  await expectWords(order, '老人探访')
  await expectWords(order, '什么情况')
  expect(field(order, '/what').value).toBe('')
})

test('the whole order can be made with the keyboard', async () => {
  const town = createTown()
  const order = await showOrder(town)
  await expectWords(order, '什么事')
  await expectWords(order, '城南社区')
  await userEvent.tab() // place: the viewer's own community is chosen already
  await userEvent.tab()
  await userEvent.keyboard('厨房水管漏水')
  await userEvent.tab()
  await userEvent.keyboard(' ')
  await userEvent.keyboard('{Tab}{Tab}{Tab}{Enter}')
  await expectWords(order, '已收到您的点单')
  expect(order.shadowRoot?.activeElement?.getAttribute('part')).toBe('receipt')
})

test.for([320, 1280])('nothing overflows at %i px', async width => {
  const order = await showOrder(createTown(), { as: 'li', width })
  await expectWords(order, '什么事')
  await expectWords(order, '城南社区')
  expectNoOverflow()
})

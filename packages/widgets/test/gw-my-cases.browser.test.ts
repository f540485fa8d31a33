import { expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import { appears, expectAccessible, expectNoOverflow, expectTargets, expectWords, find, show, words } from './stage.ts'
import { createTown } from './town.ts'

test.for(['zh-CN', 'en'])('the list of one’s cases is accessible in %s', async lang => {
  const town = createTown()
  town.order('wang', { what: '厨房水管漏水' })
  town.order('wang', { what: '门锁坏了' }, { dueAt: Date.now() - 3 * 3_600_000 })
  const mine = await show('gw-my-cases', { town, as: 'wang', lang })
  await expectWords(mine, lang === 'en' ? /3 hours late.*by Nov|3 hours late/ : /超时 3 小时/)
  await expectAccessible()
})

test('a person without cases is told so', async () => {
  await expectWords(await show('gw-my-cases', { town: createTown(), as: 'wang' }), '您还没有点过单')
  await expectAccessible()
})

test('what others applied for is not shown', async () => {
  const town = createTown()
  town.order('zhao', { what: '别人的事' })
  await expectWords(await show('gw-my-cases', { town, as: 'wang' }), '您还没有点过单')
})

test('the list can be narrowed to what has ended', async () => {
  const town = createTown()
  town.order('wang', { what: '厨房水管漏水' })
  town.act('wang', town.order('wang', { what: '门锁坏了' }), 'WITHDRAW')
  const mine = await show('gw-my-cases', { town, as: 'wang' })
  await expectWords(mine, '已撤回')
  await userEvent.click(await appears(mine, '.option:nth-of-type(3)'))
  await expect.poll(() => words(mine)).not.toContain('待派单')
  await expectWords(mine, '已撤回')
})

test('a case opens by keyboard, and back leads to its card', async () => {
  const town = createTown()
  town.order('wang', { what: '厨房水管漏水' })
  const mine = await show('gw-my-cases', { town, as: 'wang' })
  await expectWords(mine, '居家维修')
  await userEvent.tab()
  await userEvent.tab()
  await userEvent.keyboard('{Enter}')
  await expectWords(mine, '厨房水管漏水')
  await expectAccessible()
  expect(mine.shadowRoot?.activeElement?.textContent).toContain('返回')
  await userEvent.keyboard('{Enter}')
  await expect.poll(() => mine.shadowRoot?.activeElement?.textContent).toBe('居家维修')
})

test('an open case moves on by itself, and the applicant reviews it in place', async () => {
  const town = createTown()
  const begun = town.order('wang', { what: '厨房水管漏水' })
  const mine = await show('gw-my-cases', { town, as: 'wang' }, { case: begun.id })
  await expectWords(mine, '待派单')
  town.act('li', begun, 'DISPATCH', { to: ['zhao'], note: '请尽快上门' })
  town.act('zhao', begun, 'ACCEPT')
  await expectWords(mine, /办理中.*当前处理人：赵党员.*派单 待接单.*请尽快上门/)
  town.act('zhao', begun, 'DONE', { what: '换了一个水龙头' })
  await expectWords(mine, /满意 基本满意 不满意/)
  await expectWords(mine, '换了一个水龙头')
  await userEvent.click(await appears(mine, '[part=action]'))
  await expectWords(mine, '确定“满意”吗？')
  await expectAccessible()
  await userEvent.click(await appears(mine, '[role=group] button'))
  await expectWords(mine, /您的点单已办结.*评价：满意/)
  expect(begun.review?.event).toBe('SATISFIED')
  await expectAccessible()
})

test('an event without a form is asked once more, and can be taken back', async () => {
  const town = createTown()
  const begun = town.order('wang', { what: '厨房水管漏水' })
  const mine = await show('gw-my-cases', { town, as: 'wang' }, { case: begun.id })
  await expectWords(mine, '撤回')
  await userEvent.click(await appears(mine, '[part=action]'))
  await userEvent.click(await appears(mine, '[role=group] button:nth-of-type(2)'))
  expect(begun.state).toBe('ordered')
  expect(find(mine, '[role=group]')).toBeNull()
})

test('the journal says what was answered: words as they were written, figures behind their titles, nobody’s id', async () => {
  const town = createTown()
  const begun = town.order('wang', { what: '厨房水管漏水' })
  town.act('li', begun, 'DISPATCH', { to: ['zhao'], note: '下班前去' })
  town.act('zhao', begun, 'ACCEPT')
  town.act('zhao', begun, 'DONE', { what: '换了一个水龙头', hours: 1.5 })
  const timeline = await show('gw-case-timeline', { town, as: 'wang' }, { case: begun.id })
  await expectWords(timeline, /下班前去.*换了一个水龙头 用了几小时：1.5/)
  expect(words(timeline)).not.toMatch(/zhao|交代几句|派给谁/)
})

test('a case that is not the viewer’s to see is not found', async () => {
  const town = createTown()
  const other = town.order('zhao', { what: '别人的事' })
  await expectWords(
    await show('gw-case-timeline', { town, as: 'wang' }, { case: other.id }),
    '没有找到，或者您无权查看'
  )
  await expectAccessible()
})

test('after the stream broke it is opened again, and what was missed is read', async () => {
  const town = createTown()
  const begun = town.order('wang', { what: '厨房水管漏水' })
  const mine = await show('gw-my-cases', { town, as: 'wang' })
  await expectWords(mine, '待派单')
  await expect.poll(() => town.network.streams.size).toBe(1)
  town.breakStreams()
  await expectWords(mine, '实时更新中断')
  await expectAccessible()
  town.act('li', begun, 'DISPATCH', { to: ['zhao'] })
  await expectWords(mine, '待接单')
  await expect.poll(() => words(mine)).not.toContain('实时更新中断')
})

test('when the network goes away what was read stays, marked as such', async () => {
  const town = createTown()
  const begun = town.order('wang', { what: '厨房水管漏水' })
  const mine = await show('gw-my-cases', { town, as: 'wang' })
  await expectWords(mine, '待派单')
  await expect.poll(() => town.network.streams.size).toBe(1)
  town.network.offline = true
  town.act('li', begun, 'DISPATCH', { to: ['zhao'] })
  await expectWords(mine, /网络不通，显示的是刚才的内容.*待派单/)
  await expectAccessible()
})

test('more cases than fit a page are read on demand', async () => {
  const town = createTown()
  for (let count = 0; count < 23; count++) town.order('wang', { what: `第 ${count} 件` })
  const mine = await show('gw-my-cases', { town, as: 'wang' })
  const cards = () => mine.shadowRoot?.querySelectorAll('article').length
  await expect.poll(cards).toBe(20)
  ;(await appears(mine, 'section > button')).click()
  await expect.poll(cards).toBe(23)
})

test('a visitor is asked to sign in', async () => {
  await expectWords(await show('gw-my-cases', { town: createTown() }), '请先登录')
  await expectAccessible()
})

test.for([320, 1280])('neither list nor timeline overflows at %i px', async width => {
  const town = createTown()
  const begun = town.order('wang', { what: '厨房水管漏水，从昨天夜里开始，楼下也漏了' })
  const mine = await show('gw-my-cases', { town, as: 'wang', width })
  await expectWords(mine, '待派单')
  expectNoOverflow()
  mine.case = begun.id
  await expectWords(mine, '楼下也漏了')
  expectNoOverflow()
  expectTargets(mine, 44)
})

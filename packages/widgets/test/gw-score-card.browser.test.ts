import { expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { GwScoreCard } from '../src/index.ts'
import { expectAccessible, expectNoOverflow, expectTargets, expectWords, find, findA, show, words } from './stage.ts'
import { createTown, type Town } from './town.ts'

/** The scores of the month before last (closed for sure) are published for those named; Li got 9 of 10. */
function published(...ids: string[]): Town {
  const town = createTown()
  town.evaluations.town.held = true
  town.evaluations.marks.set(`${month(town)} li`, { marks: '9', ids: [] })
  town.evaluations.publish(month(town), ids, Date.parse('2026-10-08T02:00:00Z'))
  return town
}
const month = (town: Town) => town.evaluations.months()[2] ?? ''
const at = (town: Town) => ({ window: month(town) })
const button = (score: GwScoreCard, label: string) =>
  [...(score.shadowRoot?.querySelectorAll('button') ?? [])].find(
    each => (each.getAttribute('aria-label') ?? each.textContent?.trim()) === label
  )
const press = async (score: GwScoreCard, label: string) => {
  await expect.poll(() => button(score, label)).toBeTruthy()
  await userEvent.click(button(score, label)!)
}

test.for(['zh-CN', 'en'])('the cards are accessible in %s', async lang => {
  const town = published('li', 'zhao')
  const score = await show('gw-score-card', { town, as: 'sun', lang }, at(town))
  await expectWords(score, lang === 'en' ? /Published cards/ : /已公布的成绩/)
  await expectAccessible()
})

test('one’s own card comes first, with stars, total, what each indicator weighs and gave, and the sum written out', async () => {
  const town = published('li', 'zhao')
  town.evaluations.town.everyone = true
  const score = await show('gw-score-card', { town, as: 'li' }, at(town))
  await expectWords(score, /我的成绩 李联络 ★★★★ ☆ 四星 81\.0 分 派单快 占 60% 75\.00 分 实际 2 · 计入 1 项/)
  await expectWords(
    score,
    /街道评价 占 40% 90\.00 分.*0\.6 × 75\.00 \+ 0\.4 × 90\.00 = 81\.0.*孙街道 于 10月8日.* 公布/
  )
  await expectWords(score, /公布.*已公布的成绩 赵党员/)
  expect(words(find(score, '[part=score]')!)).not.toContain('李联络')
  expect(find(score, '.stars')?.getAttribute('aria-label')).toBe('4 颗星，最多 5 颗')
  await expectAccessible()
})

test('a coloured card says its colour in words', async () => {
  const town = published('li')
  town.evaluations.town.plates = true
  await expectWords(await show('gw-score-card', { town, as: 'li' }, at(town)), /我的成绩 李联络 绿牌/)
  await expectAccessible()
})

test('what was counted unfolds, and a case of it can be chosen', async () => {
  const town = published('li')
  town.act('li', town.order('wang', { what: '厨房水管漏水' }), 'DISPATCH', { to: ['zhao'] })
  const score = await show('gw-score-card', { town, as: 'li' }, at(town))
  const chosen: string[] = []
  score.addEventListener('gw-case-chosen', event => chosen.push(event.detail.id))
  await press(score, '派单快：计入了什么')
  await expectWords(score, /520425001001-\S+ 派单.*另有 1 项：评分，或者您无权查看的单子/)
  await expectAccessible()
  await userEvent.click(find(score, '.counted button')!)
  expect(chosen).toEqual([town.cases[0]?.id])
  await press(score, '派单快：关闭')
  await expect.poll(() => words(score)).not.toContain('另有 1 项')
})

test('another’s card unfolds in its place', async () => {
  const town = published('li', 'zhao')
  const score = await show('gw-score-card', { town, as: 'sun' }, at(town))
  await press(score, '李联络：怎么算的')
  await expectWords(score, /李联络 ★★★★ ☆ 四星 81\.0 分.*派单快 占 60%.*赵党员/)
  await expectAccessible()
})

test('a card that is not the viewer’s to read is not shown', async () => {
  const town = published('li', 'zhao')
  const score = await show('gw-score-card', { town, as: 'zhao' }, at(town))
  await expectWords(score, /我的成绩 赵党员/)
  expect(words(score)).not.toContain('李联络')
})

test('a visitor reads what is for everyone, and is told where there is nothing', async () => {
  const town = published('li')
  await expectWords(await show('gw-score-card', { town }, at(town)), '没有公布的成绩，或者没有您能看的')
  await expectAccessible()
  town.evaluations.town.everyone = true
  await expectWords(await show('gw-score-card', { town }, at(town)), /已公布的成绩 李联络/)
})

test('the last period that takes no more marks is shown unless another is chosen', async () => {
  const town = published('li')
  const score = await show('gw-score-card', { town, as: 'li' })
  const closed = () => findA(score, 'select', HTMLSelectElement)
  await expectWords(score, '考评期')
  expect([town.evaluations.months()[1], town.evaluations.months()[2]]).toContain(closed().value)
  await userEvent.selectOptions(closed(), town.evaluations.months()[0] ?? '')
  await expectWords(score, '本期到')
  expect(words(score)).not.toContain('我的成绩')
  await userEvent.selectOptions(closed(), month(town))
  await expectWords(score, /我的成绩 李联络/)
})

test('of several evaluations one is chosen', async () => {
  const town = published('li')
  town.evaluations.town.many = true
  const score = await show('gw-score-card', { town, as: 'li' }, at(town))
  await expectWords(score, /我的成绩 李联络/)
  await userEvent.selectOptions(findA(score, 'select', HTMLSelectElement), 'year')
  await expect.poll(() => score.evaluation).toBe('year')
  await expectWords(score, '考评期')
})

test('before its end a period can be tried out, marked as not final, and cannot be published', async () => {
  const town = published()
  const [now = ''] = town.evaluations.months()
  const score = await show('gw-score-card', { town, as: 'sun' }, { window: now })
  await expectWords(score, /公布成绩.*截止打分，之后才能公布/)
  expect(button(score, '公布 3 份成绩')).toBeUndefined()
  await press(score, '试算')
  await expectWords(score, /还不是正式成绩.*李联络 试算.*65\.0 分.*赵党员 试算.*钱党员 试算/)
  await press(score, '李联络：怎么算的')
  await expectWords(score, '0.6 × 75.00 + 0.4 × 50.00 = 65.0')
  await expectAccessible()
  expect(town.evaluations.published).toEqual([])
})

test('scores are published with one confirmation, once', async () => {
  const town = published()
  const score = await show('gw-score-card', { town, as: 'sun' }, at(town))
  await press(score, '公布 3 份成绩')
  await expectWords(score, /公布 \d{4} 年 \d+ 月 的 3 份成绩？公布以后不能更改。/)
  expect(town.evaluations.published).toEqual([])
  await expectAccessible()
  town.network.pauseMs = 100
  button(score, '公布成绩')!.click()
  button(score, '公布成绩')!.click()
  await expectWords(score, /已公布 3 份成绩.*您要公布的都公布了.*已公布的成绩 李联络.*钱党员.*赵党员/)
  expect(town.received.filter(name => name === 'PublishScores')).toHaveLength(1)
  await expectAccessible()
})

test('a publication whose answer was lost is the same when repeated', async () => {
  const town = published()
  const score = await show('gw-score-card', { town, as: 'sun' }, at(town))
  await press(score, '公布 3 份成绩')
  town.network.loseNextAnswer = true
  await press(score, '公布成绩')
  await expectWords(score, '网络不通')
  await press(score, '公布成绩')
  await expectWords(score, '已公布 3 份成绩')
  expect(town.evaluations.published).toHaveLength(3)
})

test('what another has published first is said in place', async () => {
  const town = published()
  const score = await show('gw-score-card', { town, as: 'sun' }, at(town))
  await press(score, '公布 3 份成绩')
  town.evaluations.publish(month(town), ['li', 'zhao', 'qian'])
  await press(score, '公布成绩')
  await expectWords(score, '这一期已经公布过了')
  await expectWords(score, /您要公布的都公布了.*李联络/)
})

test('a long list is read page by page', async () => {
  const town = published()
  const many = Array.from({ length: 25 }, (_, each) => `p${each}`)
  Object.assign(town.evaluations.town, { subjects: many })
  town.evaluations.publish(month(town), many)
  const score = await show('gw-score-card', { town, as: 'sun' }, at(town))
  const rows = () => score.shadowRoot?.querySelectorAll('[part=score]').length
  await expect.poll(rows).toBe(20)
  await press(score, '显示更多')
  await expect.poll(rows).toBe(25)
})

test('a locality without evaluations says so', async () => {
  await expectWords(await show('gw-score-card', { town: createTown(), as: 'li' }), '这里还没有考评')
  await expectAccessible()
})

test('without a network it says so', async () => {
  const town = published('li')
  town.network.offline = true
  await expectWords(await show('gw-score-card', { town, as: 'li' }, at(town)), '网络不通')
})

test('it is worked by keyboard alone', async () => {
  const town = published()
  const score = await show('gw-score-card', { town, as: 'sun' }, at(town))
  await expect.poll(() => button(score, '公布 3 份成绩')).toBeTruthy()
  button(score, '公布 3 份成绩')!.focus()
  await userEvent.keyboard('{Enter}')
  await expectWords(score, '公布以后不能更改')
  await userEvent.tab()
  await userEvent.keyboard('{Enter}')
  await expectWords(score, '已公布 3 份成绩')
  await expect.poll(() => score.shadowRoot?.activeElement?.id).toBe('title')
})

test.for([
  [320, false],
  [320, true],
  [1280, false]
] as const)('the cards do not overflow at %i px, large type %s', async ([width, elder]) => {
  const town = published('li', 'zhao', 'qian')
  town.evaluations.town.everyone = true
  const score = await show('gw-score-card', { town, as: 'li', width, elder }, at(town))
  await expectWords(score, /我的成绩.*已公布的成绩/)
  await press(score, '派单快：计入了什么')
  await press(score, '赵党员：怎么算的')
  await expectWords(score, /计入的是/)
  expectNoOverflow()
  expectTargets(score, elder ? 60 : 44)
})

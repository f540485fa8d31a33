import { expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { GwRating } from '../src/index.ts'
import {
  expectAccessible,
  expectNoOverflow,
  expectTargets,
  expectWords,
  find,
  findA,
  show,
  shownProvider,
  words
} from './stage.ts'
import { createTown, type Town } from './town.ts'

/** Sun of the street gives marks to three people. */
function rating(): Town {
  const town = createTown()
  town.evaluations.town.held = true
  town.evaluations.town.closesAt = Date.now() + 9 * 86_400_000
  return town
}
const input = (rated: GwRating, row: number) => findA(rated, `#marks-0-${row}`, HTMLInputElement)
const press = (rated: GwRating, name: string) => userEvent.click(find(rated, `[aria-label="保存 ${name}"]`)!)
const given = (town: Town, person: string) => town.evaluations.marks.get(`${town.evaluations.months()[0]} ${person}`)
const sheet = async (town: Town, setting: { lang?: string; width?: number; elder?: boolean } = {}) => {
  const rated = await show('gw-rating', { town, as: 'sun', ...setting })
  await expectWords(rated, '李联络')
  return rated
}

test.for(['zh-CN', 'en'])('the sheets are accessible in %s', async lang => {
  const rated = await sheet(rating(), { lang })
  await expectWords(rated, lang === 'en' ? /3 left to rate.*0 of 3 rated.*Takes marks/ : /还有 3 个没打.*已打 0 \/ 3/)
  await expectAccessible()
})

test('a sheet says what it is for, until when it takes marks, and what is left', async () => {
  const town = rating()
  town.evaluations.marks.set(`${town.evaluations.months()[0]} zhao`, { marks: '8.5', ids: [] })
  const rated = await sheet(town)
  await expectWords(rated, /还有 2 个没打.*联络员评星 · \d{4} 年 \d+ 月 街道评价 已打 1 \/ 3 · 0 到 10 分/)
  await expectWords(rated, /打分截止 还剩 [89] 天.*李联络.*还没打.*赵党员.*已打 8\.5 分/)
  expect(input(rated, 1).value).toBe('8.5')
})

test('marks are saved by one press, and again when they change', async () => {
  const town = rating()
  const rated = await sheet(town)
  await userEvent.fill(input(rated, 0), '8')
  await expectWords(rated, /李联络.*还没保存/)
  await press(rated, '李联络')
  await expectWords(rated, /还有 2 个没打.*已打 1 \/ 3.*李联络.*已打 8 分/)
  await userEvent.fill(input(rated, 0), '8.25')
  await press(rated, '李联络')
  await expectWords(rated, '已打 8.25 分')
  expect(given(town, 'li')).toMatchObject({ marks: '8.25' })
  await expectAccessible()
})

test('when all are rated it says so', async () => {
  const town = rating()
  town.evaluations.town.subjects = ['li']
  const rated = await sheet(town)
  await userEvent.fill(input(rated, 0), '0')
  await press(rated, '李联络')
  await expectWords(rated, /都打完了.*已打 0 分/)
})

test.for(['11', '-1', ''])('marks of “%s” are refused in place and not sent', async marks => {
  const town = rating()
  const rated = await sheet(town)
  await userEvent.fill(input(rated, 0), marks)
  await press(rated, '李联络')
  await expectWords(rated, /李联络.*请填 0 到 10 之间的数.*赵党员/)
  expect(town.received).not.toContain('Rate')
  expect(input(rated, 0).getAttribute('aria-invalid')).toBe('true')
  await expectAccessible()
})

test('what the server refuses is said in its row, and what was typed stays', async () => {
  const town = rating()
  const rated = await sheet(town)
  await userEvent.fill(input(rated, 1), '9')
  town.evaluations.town.closesAt = Date.now() - 1
  await press(rated, '赵党员')
  await expectWords(rated, /赵党员.*这一期已经截止，不再打分.*钱党员/)
  expect(input(rated, 1).value).toBe('9')
  await expectAccessible()
})

test('a double press saves once', async () => {
  const town = rating()
  const rated = await sheet(town)
  await userEvent.fill(input(rated, 0), '7')
  town.network.pauseMs = 200
  find(rated, '[aria-label="保存 李联络"]')!.click()
  find(rated, '[aria-label="保存 李联络"]')!.click()
  await expectWords(rated, '已打 7 分')
  expect(town.received.filter(name => name === 'Rate')).toHaveLength(1)
})

test('two rows are saved side by side', async () => {
  const town = rating()
  const rated = await sheet(town)
  await userEvent.fill(input(rated, 0), '7')
  await userEvent.fill(input(rated, 1), '6.5')
  town.network.pauseMs = 200
  find(rated, '[aria-label="保存 李联络"]')!.click()
  find(rated, '[aria-label="保存 赵党员"]')!.click()
  await expectWords(rated, /李联络.*已打 7 分.*赵党员.*已打 6\.5 分/)
})

test('marks whose answer was lost are the same command when saved again', async () => {
  const town = rating()
  const rated = await sheet(town)
  await userEvent.fill(input(rated, 0), '7')
  town.network.loseNextAnswer = true
  await press(rated, '李联络')
  await expectWords(rated, /李联络.*网络不通/)
  await press(rated, '李联络')
  await expectWords(rated, '已打 7 分')
  expect(given(town, 'li')?.ids).toHaveLength(1)
})

test('it is filled in by keyboard alone', async () => {
  const town = rating()
  const rated = await sheet(town)
  input(rated, 0).focus()
  await userEvent.keyboard('9')
  await userEvent.keyboard('{Enter}')
  await expectWords(rated, '已打 9 分')
  await userEvent.tab()
  await userEvent.tab()
  await userEvent.keyboard('6')
  await userEvent.keyboard('{Enter}')
  await expectWords(rated, '已打 6 分')
  expect([given(town, 'li')?.marks, given(town, 'zhao')?.marks]).toEqual(['9', '6'])
})

test('what one person typed is not there for the next', async () => {
  const town = rating()
  const rated = await sheet(town)
  await userEvent.fill(input(rated, 0), '7')
  shownProvider().token = 'li'
  await expectWords(rated, '现在没有要您打分的')
  shownProvider().token = 'sun'
  await expectWords(rated, '李联络')
  expect(input(rated, 0).value).toBe('')
})

test('whoever has nothing to rate is told so, or nothing where it is to be quiet', async () => {
  const town = rating()
  await expectWords(await show('gw-rating', { town, as: 'wang' }), '现在没有要您打分的')
  await expectAccessible()
  const quiet = await show('gw-rating', { town, as: 'wang' }, { quiet: '' })
  await expect.poll(() => words(quiet).trim()).toBe('')
  const visitor = await show('gw-rating', { town }, { quiet: '' })
  await expect.poll(() => words(visitor).trim()).toBe('')
})

test('a visitor is asked to sign in', async () => {
  await expectWords(await show('gw-rating', { town: rating() }), '请先登录')
})

test('without a network it says so, and comes back by itself', async () => {
  const town = rating()
  town.network.offline = true
  const rated = await show('gw-rating', { town, as: 'sun' })
  await expectWords(rated, '网络不通')
  town.network.offline = false
  globalThis.dispatchEvent(new Event('online'))
  await expectWords(rated, '李联络')
})

test('a long sheet is shown fifty rows at a time', async () => {
  const town = rating()
  Object.assign(town.evaluations.town, { subjects: Array.from({ length: 60 }, (_, at) => `p${at}`) })
  const rated = await show('gw-rating', { town, as: 'sun' })
  await expectWords(rated, '还有 60 个没打')
  expect(rated.shadowRoot?.querySelectorAll('form')).toHaveLength(50)
  find(rated, '[part=sheet] > button')!.click()
  await expect.poll(() => rated.shadowRoot?.querySelectorAll('form').length).toBe(60)
})

test.for([
  [320, false],
  [320, true],
  [1280, false]
] as const)('the sheets do not overflow at %i px, large type %s', async ([width, elder]) => {
  const rated = await sheet(rating(), { width, elder })
  expectNoOverflow()
  expectTargets(rated, elder ? 60 : 44)
})

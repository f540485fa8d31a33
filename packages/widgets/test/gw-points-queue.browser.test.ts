import { expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { GwPointsQueue } from '../src/index.ts'
import {
  appears,
  expectAccessible,
  expectNoOverflow,
  expectTargets,
  expectWords,
  find,
  findA,
  settled,
  show,
  words
} from './stage.ts'
import { createTown, type Town } from './town.ts'

/** Two awards wait to be certified, one redemption to be handed over. */
function waitingTown(): Town {
  const town = createTown()
  town.points.award('wang', '救灾救人', 3, { what: '台风天转移两位老人' })
  town.points.award('zhao', '参与志愿活动', 1, { what: '清理河道' })
  town.points.enter({ kind: 'REDEMPTION', holder: 'wang', amount: -1.5, label: '香皂', good: 'soap', state: 'PENDING' })
  return town
}
const boxes = (queue: GwPointsQueue) => [
  ...(queue.shadowRoot?.querySelectorAll<HTMLInputElement>('input[type=checkbox]') ?? [])
]
const press = async (queue: GwPointsQueue, label: string) => {
  const found = () =>
    [...(queue.shadowRoot?.querySelectorAll('button') ?? [])].find(each => each.textContent?.trim() === label)
  await expect.poll(found).toBeTruthy()
  await userEvent.click(found()!)
}
const states = (town: Town) => town.points.lines.map(({ state }) => state)

test.for(['zh-CN', 'en'])('the queue is accessible in %s', async lang => {
  const queue = await show('gw-points-queue', { town: waitingTown(), as: 'li', lang })
  await expectWords(queue, /王秀英 · 救灾救人 台风天转移两位老人/)
  await expectAccessible()
  boxes(queue)[0]!.click()
  await expectWords(queue, lang === 'en' ? '2 chosen' : '已选 2 笔')
  await expectAccessible()
})

test('all that waits is certified in one go, with one confirmation', async () => {
  const town = waitingTown()
  const queue = await show('gw-points-queue', { town, as: 'li' })
  await expectWords(queue, '待认证的积分 2')
  boxes(queue)[0]!.click()
  await press(queue, '认证所选')
  await expectWords(queue, '认证所选 2 笔？')
  await expectAccessible()
  await press(queue, '认证所选')
  await expectWords(queue, '已办 2 笔')
  expect(states(town)).toEqual(['POSTED', 'POSTED', 'PENDING'])
  await expect.poll(() => words(queue)).not.toContain('待认证的积分')
  expect(town.received.filter(name => name === 'Certify')).toHaveLength(1)
})

test('one is rejected with a reason that its holder reads', async () => {
  const town = waitingTown()
  const queue = await show('gw-points-queue', { town, as: 'li' })
  await expectWords(queue, '清理河道')
  boxes(queue)[2]!.click()
  await press(queue, '不予认证')
  await userEvent.fill(findA(queue, 'input[maxlength]', HTMLInputElement), '那天没有来')
  await expectAccessible()
  await press(queue, '不予认证')
  await expectWords(queue, '已办 1 笔')
  expect(town.points.lines[1]).toMatchObject({ state: 'VOIDED', reason: '那天没有来' })
  expect(states(town)[0]).toBe('PENDING')
})

test('goods are handed over', async () => {
  const town = waitingTown()
  const queue = await show('gw-points-queue', { town, as: 'li' })
  await expectWords(queue, '待交的货 1')
  boxes(queue).at(-1)!.click()
  await press(queue, '交货')
  await press(queue, '交货')
  await expectWords(queue, '已办 1 笔')
  expect(states(town)[2]).toBe('POSTED')
})

test('what another has settled first is said in its place, and the rest goes through', async () => {
  const town = waitingTown()
  const queue = await show('gw-points-queue', { town, as: 'li' })
  await expectWords(queue, '待认证的积分 2')
  await settled(town, 'Waiting')
  boxes(queue)[0]!.click()
  await press(queue, '认证所选')
  town.points.lines[0]!.state = 'VOIDED' // without news of it
  await press(queue, '认证所选')
  await expectWords(queue, /已办 1 笔.*1 笔没有办成/)
  expect(states(town)).toEqual(['VOIDED', 'POSTED', 'PENDING'])
  await expectAccessible()
})

test('what was certified by mistake is put right with a reason, once', async () => {
  const town = waitingTown()
  const queue = await show('gw-points-queue', { town, as: 'li' })
  await expectWords(queue, '清理河道')
  boxes(queue)[2]!.click()
  await press(queue, '认证所选')
  await press(queue, '认证所选')
  await expectWords(queue, /最近办过的.*赵党员 · 参与志愿活动/)
  await userEvent.click(await appears(queue, 'summary'))
  await press(queue, '冲正')
  await expectWords(queue, '把赵党员“参与志愿活动”的 1 分冲正？')
  await expectAccessible()
  await press(queue, '冲正')
  await expectWords(queue, '请说明理由')
  expect(town.points.lines).toHaveLength(3)
  await userEvent.fill(findA(queue, 'input[maxlength]', HTMLInputElement), '记错了人')
  await press(queue, '冲正')
  await expectWords(queue, /已冲正，记成新的一笔.*冲正：参与志愿活动 理由：记错了人 −1.*参与志愿活动 已冲正/)
  expect(town.points.lines.at(-1)).toMatchObject({ kind: 'REVERSAL', amount: -1, reason: '记错了人' })
  await expectAccessible()
})

test('a batch whose answer was lost is the same batch when repeated', async () => {
  const town = waitingTown()
  const queue = await show('gw-points-queue', { town, as: 'li' })
  await expectWords(queue, '待认证的积分 2')
  boxes(queue)[0]!.click()
  await press(queue, '认证所选')
  const release = town.network.hold('Waiting') // no news in between
  town.network.loseNextAnswer = true
  await press(queue, '认证所选')
  await expectWords(queue, '网络不通')
  await press(queue, '认证所选')
  await expectWords(queue, '已办 2 笔')
  release()
  expect(words(queue)).not.toContain('没有办成')
})

test('what comes in appears by itself, and what was chosen stays chosen', async () => {
  const town = waitingTown()
  const queue = await show('gw-points-queue', { town, as: 'li' })
  await expectWords(queue, '待认证的积分 2')
  boxes(queue)[1]!.click()
  await expectWords(queue, '已选 1 笔')
  await expect.poll(() => town.network.streams.size).toBe(1)
  town.points.award('qian', '参与调处纠纷', 1.5)
  await expectWords(queue, /待认证的积分 3.*钱党员 · 参与调处纠纷.*已选 1 笔/)
  expect(boxes(queue).filter(box => box.checked)).toHaveLength(1)
})

test('an empty queue says so, a quiet one nothing', async () => {
  await expectWords(await show('gw-points-queue', { town: createTown(), as: 'li' }), '现在没有要认证的积分')
  await expectAccessible()
  const quiet = await show('gw-points-queue', { town: createTown(), as: 'li' }, { quiet: '' })
  await expect.poll(() => words(quiet).trim()).toBe('')
})

test('a visitor is asked to sign in, and without network it says so', async () => {
  const town = createTown()
  await expectWords(await show('gw-points-queue', { town }), '请先登录')
  town.network.offline = true
  await expectWords(await show('gw-points-queue', { town, as: 'li' }), '网络不通')
  await expectAccessible()
})

test('it is worked by keyboard alone', async () => {
  const town = waitingTown()
  const queue = await show('gw-points-queue', { town, as: 'li' })
  await expectWords(queue, '待认证的积分 2')
  await userEvent.tab()
  await userEvent.keyboard(' ')
  await expectWords(queue, '已选 2 笔')
  find(queue, '.orders button')!.focus()
  await userEvent.keyboard('{Enter}')
  await expectWords(queue, '认证所选 2 笔？')
  await userEvent.tab()
  await userEvent.keyboard('{Enter}')
  await expectWords(queue, '已办 2 笔')
})

test.for([
  [320, false],
  [320, true],
  [1280, false]
] as const)('it does not overflow at %i px, large type %s', async ([width, elder]) => {
  const queue = await show('gw-points-queue', { town: waitingTown(), as: 'li', width, elder })
  await expectWords(queue, '待认证的积分 2')
  boxes(queue)[0]!.click()
  await press(queue, '不予认证')
  await expectWords(queue, '为什么不予认证')
  expectNoOverflow()
  expectTargets(queue, elder ? 60 : 44)
})

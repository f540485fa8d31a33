import { expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import { appears, expectAccessible, expectNoOverflow, expectTargets, expectWords, find, show, words } from './stage.ts'
import { memberLedger } from './town-points.ts'
import { createTown, type Town } from './town.ts'

/** Wang has 5.5 points, of which 1.5 are reserved; another 1 waits, and one was taken back. */
function busyTown(): Town {
  const town = createTown()
  const { points } = town
  points.post(points.award('wang', '救灾救人', 3))
  points.post(points.award('wang', '参与调处纠纷', 2.5, { cut: '0.5' }))
  points.enter({ kind: 'REDEMPTION', holder: 'wang', amount: -1.5, label: '香皂', state: 'PENDING' })
  points.award('wang', '参与志愿活动', 1)
  points.award('wang', '参与志愿活动', 1, { state: 'VOIDED', reason: '那天没有来' })
  const wrong = points.award('wang', '救灾救人', 3, { state: 'POSTED' })
  wrong.reversedBy = points.enter({
    kind: 'REVERSAL',
    holder: 'wang',
    amount: -3,
    label: '救灾救人',
    reason: '记错了人'
  }).id
  return town
}

test.for(['zh-CN', 'en'])('the passbook is accessible in %s', async lang => {
  const book = await show('gw-passbook', { town: busyTown(), as: 'wang', lang })
  await expectWords(
    book,
    lang === 'en'
      ? /To spend 4 Balance 5\.5 Reserved 1\.5 To be certified 1/
      : /可换购 4 余额 5\.5 已预留 1\.5 待认证 1/
  )
  await expectAccessible()
})

test('each entry says what it is for, what it came to, and what stands out about it', async () => {
  const book = await show('gw-passbook', { town: busyTown(), as: 'wang' })
  await expectWords(book, /冲正：救灾救人 理由：记错了人 −3/)
  const said = words(book)
  for (const line of [
    /救灾救人 已冲正 \+3/,
    /参与志愿活动 未予认证 理由：那天没有来 \+1/,
    /参与志愿活动 待认证 \+1/,
    /换购：香皂 待取货 −1\.5/,
    /参与调处纠纷 已到封顶，少计 0\.5 分 \+2\.5/
  ])
    expect(said).toMatch(line)
})

test('a person without points is told how they come', async () => {
  await expectWords(await show('gw-passbook', { town: createTown(), as: 'wang' }), /余额 0.*还没有积分/)
  await expectAccessible()
})

test('a town that keeps no points says so', async () => {
  const town = createTown()
  town.points.town.ledgers = []
  await expectWords(await show('gw-passbook', { town, as: 'wang' }), '这里还没有积分账')
})

test('of two ledgers one is shown, and the other one is chosen by keyboard', async () => {
  const town = busyTown()
  town.points.town.ledgers.push(memberLedger)
  const book = await show('gw-passbook', { town, as: 'wang' })
  await expectWords(book, '可换购 4')
  find(book, 'input[type=radio]')!.focus()
  await userEvent.keyboard('{ArrowDown}')
  await expectWords(book, /党员积分.*余额 0.*还没有积分/)
  expect(words(book)).not.toContain('可换购')
  await expectAccessible()
})

test('points that are certified elsewhere appear by themselves', async () => {
  const town = createTown()
  const award = town.points.award('wang', '救灾救人', 3)
  const book = await show('gw-passbook', { town, as: 'wang' })
  await expectWords(book, '待认证 3')
  await expect.poll(() => town.network.streams.size).toBe(1)
  town.points.post(award)
  await expectWords(book, /余额 3.*救灾救人 \+3/)
})

test('more entries than fit a page are read on demand, and all of them for paper', async () => {
  const town = createTown()
  for (let count = 0; count < 45; count++) town.points.award('wang', `第 ${count} 次`, 1, { state: 'POSTED' })
  const book = await show('gw-passbook', { town, as: 'wang' })
  const rows = () => book.shadowRoot?.querySelectorAll('[part=line]').length
  await expect.poll(rows).toBe(20)
  ;(await appears(book, 'button.screen')).click()
  await expect.poll(rows).toBe(40)
  const sheets = document.adoptedStyleSheets.length
  const printed: { rows: number | undefined; sheets: number }[] = []
  globalThis.print = () => void printed.push({ rows: rows(), sheets: document.adoptedStyleSheets.length })
  ;(await appears(book, '.print')).click()
  await expect.poll(() => printed).toEqual([{ rows: 45, sheets: sheets + 1 }])
  expect(document.adoptedStyleSheets).toHaveLength(sheets)
})

test('when the network goes away what was read stays, marked as such', async () => {
  const town = busyTown()
  const book = await show('gw-passbook', { town, as: 'wang' })
  await expectWords(book, '余额 5.5')
  await expect.poll(() => town.network.streams.size).toBe(1)
  town.network.offline = true
  town.points.award('wang', '救灾救人', 3)
  await expectWords(book, /网络不通，显示的是刚才的内容.*余额 5\.5/)
  await expectAccessible()
})

test('while it is read bones are shown, and a fault offers to try again', async () => {
  const town = createTown()
  const release = town.network.hold('Accounts')
  const book = await show('gw-passbook', { town, as: 'wang' })
  await expectWords(book, '正在加载')
  await expectAccessible()
  town.network.status = 500
  release()
  await expectWords(await show('gw-passbook', { town, as: 'wang' }), /暂时办不了.*重试/)
})

test('a visitor is asked to sign in', async () => {
  await expectWords(await show('gw-passbook', { town: createTown() }), '请先登录')
  await expectAccessible()
})

test.for([
  [320, false],
  [320, true],
  [1280, false]
] as const)('it does not overflow at %i px, large type %s', async ([width, elder]) => {
  const book = await show('gw-passbook', { town: busyTown(), as: 'wang', width, elder })
  await expectWords(book, '余额 5.5')
  expectNoOverflow()
  expectTargets(book, elder ? 60 : 44)
  await expectAccessible()
})

import { expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { GwDispatchBoard } from '../src/index.ts'
import {
  appears,
  expectAccessible,
  expectNoOverflow,
  expectTargets,
  expectWords,
  find,
  findA,
  show,
  words
} from './stage.ts'
import { createTown } from './town.ts'

const hourMs = 3_600_000
const choose = async (board: GwDispatchBoard, label: string) => {
  const option = [...(board.shadowRoot?.querySelectorAll('.option') ?? [])].find(each =>
    each.textContent?.includes(label)
  )
  await userEvent.click(option!)
}
const openFirst = async (board: GwDispatchBoard) => {
  await expect.poll(() => find(board, '.opener')).not.toBeNull()
  await userEvent.click(await appears(board, '.opener'))
}

test.for(['zh-CN', 'en'])('the board is accessible in %s, with its drawer and the form in it', async lang => {
  const town = createTown()
  town.order('wang', { what: '厨房水管漏水' })
  const board = await show('gw-dispatch-board', { town, as: 'li', lang })
  await expectWords(board, '居家维修')
  await expectAccessible()
  await openFirst(board)
  await expectWords(board, '厨房水管漏水')
  await expectAccessible()
  await userEvent.click(await appears(board, '[part=action]'))
  await expectWords(board, '赵党员')
  await expectAccessible()
})

test('nothing to do is said', async () => {
  await expectWords(await show('gw-dispatch-board', { town: createTown(), as: 'li' }), '现在没有要处理的单子')
  await expectAccessible()
})

test('the case that is due first is on top, an overdue one is marked', async () => {
  const town = createTown()
  town.order('wang', { what: '晚到期' }, { dueAt: Date.now() + 9 * hourMs, number: 'LATER' })
  town.order('wang', { what: '已超时' }, { dueAt: Date.now() - 5 * hourMs, number: 'FIRST' })
  const board = await show('gw-dispatch-board', { town, as: 'li' })
  await expectWords(board, /已超时.*超时 5 小时.*FIRST.*还剩 8 小时.*LATER/)
})

test('a case is dispatched to the people found by name', async () => {
  const town = createTown()
  const begun = town.order('wang', { what: '厨房水管漏水' })
  const board = await show('gw-dispatch-board', { town, as: 'li' })
  await openFirst(board)
  await expectWords(board, '派单')
  await userEvent.click(await appears(board, '[part=action]'))
  await expectWords(board, '赵党员')
  await userEvent.fill(await appears(board, 'input[type=search]'), '钱')
  await expect.poll(() => words(find(board, 'gw-person-picker')!)).not.toContain('赵党员')
  await userEvent.click(await appears(await appears(board, 'gw-person-picker'), 'label.option'))
  await userEvent.fill(await appears(board, 'textarea'), '请尽快上门')
  ;(await appears(board, '[part=submit]')).click()
  await expectWords(board, /待接单.*已完成/)
  expect([begun.state, begun.offered]).toEqual(['dispatched', ['qian']])
  await expectAccessible()
})

test('an incomplete form says what to mend and sends nothing', async () => {
  const town = createTown()
  town.order('wang', { what: '厨房水管漏水' })
  const board = await show('gw-dispatch-board', { town, as: 'li' })
  await openFirst(board)
  await expectWords(board, '派单')
  await userEvent.click(await appears(board, '[part=action]'))
  await expectWords(board, '赵党员')
  ;(await appears(board, '[part=submit]')).click()
  await expectWords(board, '请填写“派给谁”')
  expect(town.received).not.toContain('Act')
  await expectAccessible()
})

test('what changed meanwhile is said, read anew, and what was typed stays', async () => {
  const town = createTown()
  const begun = town.order('wang', { what: '厨房水管漏水' })
  const board = await show('gw-dispatch-board', { town, as: 'li' })
  await openFirst(board)
  await expectWords(board, '派单')
  await userEvent.click(await appears(board, '[part=action]'))
  await expectWords(board, '赵党员')
  await userEvent.click(await appears(await appears(board, 'gw-person-picker'), 'label.option'))
  begun.revision++
  ;(await appears(board, '[part=submit]')).click()
  await expectWords(board, '单子已有变化')
  await expectAccessible()
  await expect.poll(() => town.received.filter(name => name === 'Case').length).toBeGreaterThan(1)
  await userEvent.click(await appears(board, '[part=submit]'))
  await expect.poll(() => begun.state).toBe('dispatched')
})

test('new orders appear by themselves', async () => {
  const town = createTown()
  const board = await show('gw-dispatch-board', { town, as: 'li' })
  await expectWords(board, '现在没有要处理的单子')
  await expect.poll(() => town.network.streams.size).toBe(1)
  town.order('wang', { what: '厨房水管漏水' })
  await expectWords(board, '待派单')
})

test('all that is open makes a column a state, the viewer’s turn first', async () => {
  const town = createTown()
  town.order('wang', { what: '甲' })
  town.act('li', town.order('wang', { what: '乙' }), 'DISPATCH', { to: ['zhao'] })
  const board = await show('gw-dispatch-board', { town, as: 'li' })
  await expectWords(board, '1 单')
  await choose(board, '全部未结')
  await expectWords(board, '2 单')
  const columns = [...(board.shadowRoot?.querySelectorAll('[part=column] h3') ?? [])].map(each =>
    each.textContent?.trim()
  )
  expect(columns).toEqual(['待派单 1', '待接单 1'])
})

test('a street officer narrows the board to one community and one service', async () => {
  const town = createTown()
  town.order('wang', { what: '甲' }, { area: '002', number: 'EAST' })
  town.order('wang', { what: '乙' }, { number: 'SOUTH', service: 'care' })
  const board = await show('gw-dispatch-board', { town, as: 'sun' })
  await expectWords(board, /EAST.*SOUTH|SOUTH.*EAST/)
  const [area, service] = board.shadowRoot!.querySelectorAll('select')
  await userEvent.selectOptions(area!, '城东社区')
  await expect.poll(() => words(board)).not.toContain('SOUTH')
  await userEvent.selectOptions(service!, '老人探访')
  await expectWords(board, '现在没有要处理的单子')
  await expectAccessible()
})

test('the drawer opens and closes by keyboard and gives the focus back', async () => {
  const town = createTown()
  town.order('wang', { what: '厨房水管漏水' })
  const board = await show('gw-dispatch-board', { town, as: 'li' })
  await expectWords(board, '居家维修')
  find(board, '.opener')!.focus()
  await userEvent.keyboard('{Enter}')
  await expectWords(board, '厨房水管漏水')
  await userEvent.keyboard('{Escape}')
  await expect.poll(() => findA(board, 'dialog', HTMLDialogElement).open).toBe(false)
  expect(board.shadowRoot?.activeElement?.className).toBe('opener')
})

test('more cases than fit a page are read on demand', async () => {
  const town = createTown()
  for (let count = 0; count < 53; count++) town.order('wang', { what: `第 ${count} 件` })
  const board = await show('gw-dispatch-board', { town, as: 'li' })
  await expectWords(board, '50 单以上')
  ;(await appears(board, 'section > button')).click()
  await expectWords(board, '53 单')
})

test.for([320, 1280])('neither board nor drawer overflows at %i px', async width => {
  const town = createTown()
  town.order('wang', { what: '厨房水管漏水' })
  const board = await show('gw-dispatch-board', { town, as: 'li', width })
  await openFirst(board)
  await expectWords(board, '厨房水管漏水')
  await userEvent.click(await appears(board, '[part=action]'))
  await expectWords(board, '赵党员')
  expectNoOverflow()
  expectTargets(board, 44)
})

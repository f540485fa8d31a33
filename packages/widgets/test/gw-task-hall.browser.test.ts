import { expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { GwTaskHall } from '../src/index.ts'
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
import { createTown, type Town } from './town.ts'

function offer(town: Town, what = '厨房水管漏水') {
  const begun = town.order('wang', { what })
  town.act('li', begun, 'DISPATCH', { to: ['zhao', 'qian'] })
  return begun
}
const press = async (hall: GwTaskHall) => {
  await expect.poll(() => find(hall, '[part=action]')).not.toBeNull()
  await userEvent.click(await appears(hall, '[part=action]'))
}

test.for(['zh-CN', 'en'])('the hall is accessible in %s', async lang => {
  const town = createTown()
  offer(town)
  town.act('zhao', offer(town, '门锁坏了'), 'ACCEPT')
  const hall = await show('gw-task-hall', { town, as: 'zhao', lang })
  await expectWords(hall, /接单.*办结/)
  await expectAccessible()
})

test('an empty hall says that new offers appear by themselves, and they do', async () => {
  const town = createTown()
  const hall = await show('gw-task-hall', { town, as: 'zhao' })
  await expectWords(hall, /来了新单会自动出现.*您手上没有在办的单/)
  await expectAccessible()
  await expect.poll(() => town.network.streams.size).toBe(1)
  offer(town)
  await expectWords(hall, '1 单')
})

test('an offer is taken with one press and becomes a task', async () => {
  const town = createTown()
  const begun = offer(town)
  const hall = await show('gw-task-hall', { town, as: 'zhao' })
  await press(hall)
  await expectWords(hall, /已接单，请按时办理.*办结/)
  expect([begun.state, begun.assignee]).toEqual(['accepted', 'zhao'])
  await expectAccessible()
})

test('of two who press at once one gets it, the other is told that it was taken', async () => {
  const town = createTown()
  const begun = offer(town)
  const hall = await show('gw-task-hall', { town, as: 'zhao' })
  await expect.poll(() => find(hall, '[part=action]')).not.toBeNull()
  town.network.pauseMs = 200
  ;(await appears(hall, '[part=action]')).click()
  town.act('qian', begun, 'ACCEPT')
  await expectWords(hall, '已被他人接走')
  expect(begun.assignee).toBe('qian')
  await expectAccessible()
  town.network.pauseMs = 0
  const gone = [...(hall.shadowRoot?.querySelectorAll('button') ?? [])].find(each =>
    each.textContent?.includes('知道了')
  )
  await userEvent.click(gone!)
  await expectWords(hall, '现在没有可接的单')
  expect(words(hall)).not.toContain('已被他人接走')
})

test('a double press takes it once', async () => {
  const town = createTown()
  offer(town)
  const hall = await show('gw-task-hall', { town, as: 'zhao' })
  await expect.poll(() => find(hall, '[part=action]')).not.toBeNull()
  town.network.pauseMs = 200
  ;(await appears(hall, '[part=action]')).click()
  ;(await appears(hall, '[part=action]')).click()
  await expectWords(hall, '已接单')
  expect(town.received.filter(name => name === 'Act')).toHaveLength(1)
})

test('a press whose answer was lost is the same press when repeated', async () => {
  const town = createTown()
  const begun = offer(town)
  const hall = await show('gw-task-hall', { town, as: 'zhao' })
  await expectWords(hall, '居家维修')
  const release = town.network.hold('Tasks') // no news in between
  town.network.loseNextAnswer = true
  await press(hall)
  await expectWords(hall, '网络不通')
  await press(hall)
  await expectWords(hall, '已接单，请按时办理')
  release()
  expect(begun.journal.filter(entry => entry.event === 'ACCEPT')).toHaveLength(1)
})

test('who was slower is told so even where the news of it was faster than the answer', async () => {
  const town = createTown()
  const begun = offer(town)
  const hall = await show('gw-task-hall', { town, as: 'zhao' })
  await expectWords(hall, '居家维修')
  await expect.poll(() => town.network.streams.size).toBe(1)
  const release = town.network.hold('Act')
  await press(hall)
  town.act('qian', begun, 'ACCEPT')
  offer(town, '别的事')
  await expectWords(hall, '别的事')
  release()
  await expectWords(hall, '已被他人接走')
})

test('what is typed on a card survives a more urgent card above it', async () => {
  const town = createTown()
  const begun = offer(town)
  town.act('zhao', begun, 'ACCEPT')
  const hall = await show('gw-task-hall', { town, as: 'zhao' })
  await press(hall)
  await expectWords(hall, '办了什么')
  await userEvent.fill(findA(hall, 'textarea', HTMLTextAreaElement), '换了一半')
  const urgent = offer(town, '更急的事')
  town.act('zhao', urgent, 'ACCEPT')
  urgent.dueAt = Date.now() + 3_600_000
  await expectWords(hall, /更急的事.*厨房水管漏水/)
  expect(findA(hall, 'textarea', HTMLTextAreaElement).value).toBe('换了一半')
})

test('a task is finished with the result form', async () => {
  const town = createTown()
  const begun = offer(town)
  town.act('zhao', begun, 'ACCEPT')
  const hall = await show('gw-task-hall', { town, as: 'zhao' })
  await press(hall)
  await expectWords(hall, '办了什么')
  await expectAccessible()
  await userEvent.fill(await appears(hall, 'textarea'), '换了一个水龙头')
  await userEvent.fill(await appears(hall, '[inputmode=decimal]'), '1.5')
  ;(await appears(hall, '[part=submit]')).click()
  await expectWords(hall, /已完成.*您手上没有在办的单/)
  expect(begun.journal.at(-1)?.answers).toEqual({ what: '换了一个水龙头', hours: 1.5 })
})

test('what is typed survives news about the case', async () => {
  const town = createTown()
  const begun = offer(town)
  town.act('zhao', begun, 'ACCEPT')
  const hall = await show('gw-task-hall', { town, as: 'zhao' })
  await press(hall)
  await expectWords(hall, '办了什么')
  await userEvent.fill(await appears(hall, 'textarea'), '换了一半')
  offer(town, '另一件')
  await expectWords(hall, '可以接的单 1 单')
  expect(findA(hall, 'textarea', HTMLTextAreaElement).value).toBe('换了一半')
})

test('the process of a case unfolds below its card', async () => {
  const town = createTown()
  offer(town)
  const hall = await show('gw-task-hall', { town, as: 'zhao' })
  await expectWords(hall, '居家维修')
  await userEvent.click(await appears(hall, '[aria-expanded].quiet'))
  await expectWords(hall, /厨房水管漏水.*点单 待派单.*派单 待接单/)
  await expectAccessible()
})

test('an offer is taken by keyboard', async () => {
  const town = createTown()
  const begun = offer(town)
  const hall = await show('gw-task-hall', { town, as: 'zhao' })
  await expectWords(hall, '居家维修')
  await userEvent.tab()
  await userEvent.keyboard('{Enter}')
  await expect.poll(() => begun.state).toBe('accepted')
})

test.for([320, 1280])('the hall does not overflow at %i px', async width => {
  const town = createTown()
  offer(town)
  town.act('zhao', offer(town), 'ACCEPT')
  const hall = await show('gw-task-hall', { town, as: 'zhao', width })
  await expectWords(hall, '办结')
  expectNoOverflow()
  expectTargets(hall, 44)
})

// What the check accepts, the clock alone brings to an end: random workflows, walked by the real engine with nobody doing anything, or anything.
import { load, type State, type Transition, type WorkflowFile } from '@gridwright/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { awaitsCalendar, check, nextDueAt } from '../src/index.ts'
import { day, deskOf, hour, type Desk } from './desk.ts'
import { village } from './folder.ts'

const outer = ['received', 'second', 'third'] as const
const inner = ['one', 'two'] as const
const raise = { type: 'raise', params: { atTop: 'TOP' } } as const
const guard = { type: 'when', params: { cel: "history.count('EXPIRED') < 2" } } as const
const otherwise = { type: 'when', params: { cel: "history.count('EXPIRED') >= 2" } } as const

/** A way out: to another state, to its own (entered anew or not), to none, or to the end; perhaps climbing, perhaps guarded. */
const way = (targets: readonly string[], guarded: fc.Arbitrary<boolean>): fc.Arbitrary<Transition> =>
  fc
    .record({
      target: fc.oneof(fc.constantFrom(undefined, ...targets), fc.constant(end)),
      reenter: fc.boolean(),
      raises: fc.oneof({ weight: 2, arbitrary: fc.constant(false) }, fc.boolean()),
      guarded
    })
    .map(({ target, reenter, raises, guarded: isGuarded }) => ({
      ...(target === undefined ? {} : { target, ...(reenter ? { reenter } : {}) }),
      ...(raises && target !== end ? { actions: [raise] } : {}),
      ...(isGuarded ? { guard } : {})
    }))
const ways = (targets: readonly string[]): fc.Arbitrary<Transition[]> =>
  fc
    .tuple(fc.array(way(targets, fc.constant(true)), { maxLength: 1 }), way(targets, fc.constant(false)), fc.boolean())
    .map(([first, last, closed]) => [...first, first.length > 0 && closed ? { ...last, guard: otherwise } : last])
const deadline = (onExpire: string) =>
  fc.option(fc.constant({ every: 'PT1H', max: 2, onExhausted: 'EXHAUSTED' }), { nil: undefined }).map(repeat => ({
    within: 'PT2H',
    clock: 'natural',
    onExpire,
    ...(repeat ? { repeat } : {})
  }))

const end = '#handle.end'
const absolute = [...outer, 'end'].map(name => `#handle.${name}`)
const state = (siblings: readonly string[], limited: fc.Arbitrary<boolean>): fc.Arbitrary<State> =>
  fc
    .record({
      limited,
      rule: deadline('EXPIRED'),
      expired: ways(siblings),
      exhausted: ways(siblings),
      top: ways(siblings),
      go: way(siblings, fc.constant(false))
    })
    .map(({ limited: isLimited, rule, expired, exhausted, top, go }) => ({
      meta: { owner: 'applicant' as const, ...(isLimited ? { deadlines: { limit: rule } } : {}) },
      on: { EXPIRED: expired, EXHAUSTED: exhausted, TOP: top, GO: [go], STAY: [{}] }
    }))
const compound = fc
  .tuple(
    state(absolute, fc.boolean()),
    state([...inner, ...absolute], fc.boolean()),
    state([...inner, ...absolute], fc.boolean())
  )
  .map(([around, one, two]): State => ({ ...around, initial: 'one', states: { one, two } }))
const anyState = fc.oneof(
  { weight: 3, arbitrary: state(absolute, fc.constant(true)) },
  { weight: 1, arbitrary: compound }
)

const workflows: fc.Arbitrary<WorkflowFile> = fc
  .record({
    first: anyState,
    second: anyState,
    third: anyState,
    total: fc.option(way(['.end', '.second'], fc.constant(false)), { nil: undefined, freq: 3 })
  })
  .map(({ first, second, third, total }) => ({
    id: 'handle',
    meta: {
      ladder: [{ post: 'window' }, { post: 'officer' }],
      replies: { done: '已办' },
      ...(total ? { deadlines: { total: { within: 'P2D', clock: 'natural', onExpire: 'OVERDUE' } } } : {})
    },
    initial: 'received',
    ...(total ? { on: { OVERDUE: [total] } } : {}),
    states: { received: first, second, third, end: { type: 'final' as const, meta: { reply: 'done' } } }
  }))

/** The workflow in the village, if the check accepts it; that a state cannot be reached, or a way or a repeat not taken, is no matter here. */
function deskFor(workflow: WorkflowFile): Desk | undefined {
  const files = new Map([...village, ['workflows/handle.json', JSON.stringify(workflow)]])
  files.delete('tests/mended.json')
  const codes = check(files).issues.map(({ code }) => code)
  expect(codes.filter(code => !/^(state|deadline|raise|transition)\./.test(code))).toEqual([])
  if (codes.some(code => !harmless.includes(code))) return undefined
  const { locality } = load(files)
  return locality && deskOf(locality)
}
const harmless = ['state.unreachable', 'transition.never-taken', 'transition.idle-reenter', 'deadline.repeat-idle']

const accepted = workflows.map(deskFor).filter(desk => desk !== undefined)

test('a case that nobody touches ends by its limits', { timeout: 180_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(accepted, async desk => {
      await desk.submit('resident')
      await runOut(desk)
    }),
    { numRuns: 150 }
  )
})

test(
  'a case that its applicant has moved about ends by its limits, and is never without one',
  { timeout: 180_000 },
  async () => {
    const moves = fc.array(fc.oneof(fc.constant('GO'), fc.integer({ min: 1, max: 30 })), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(accepted, moves, async (desk, steps) => {
        await desk.submit('resident')
        for (const step of steps) await (typeof step === 'number' ? desk.wait(step * hour) : desk.act('resident', step))
        await runOut(desk)
      }),
      { numRuns: 150 }
    )
  }
)

/** Fires whatever is due, day after day, until the case ends; there is always something to come. */
async function runOut(desk: Desk): Promise<void> {
  for (let days = 0; desk.row.open && days < 40; days++) {
    expect([nextDueAt(desk.row) !== null, awaitsCalendar(desk.row)]).toEqual([true, false])
    await desk.wait(day)
  }
  expect(desk.row.open).toBe(false)
}

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { WorkingRule } from '../src/calendar.ts'
import { due, elapsed, fraction } from '../src/clock.ts'
import type { Suspension } from '../src/clock.ts'
import type { Duration } from '../src/duration.ts'
import { oracleOf } from './clock-oracle.ts'
import { clockOf, newYork, rules, shanghai, ziyun } from './clock-rules.ts'

const minuteMs = 60_000
const anyWindows = fc
  .uniqueArray(fc.integer({ min: 0, max: 24 * 12 }), { minLength: 2, maxLength: 6 })
  .map(marks => marks.sort((left, right) => left - right).map(mark => mark * 5))
  .map(marks =>
    Array.from({ length: Math.floor(marks.length / 2) }, (_, index) => marks.slice(index * 2, index * 2 + 2))
  )
  .map(pairs => pairs.map(([fromMinute = 0, toMinute = 0]) => ({ fromMinute, toMinute })))
const anyRule = fc
  .record({
    weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
    windows: anyWindows,
    dayEnd: fc.option(fc.integer({ min: 1, max: 1440 })),
    firstDayCounts: fc.boolean(),
    observesHolidays: fc.boolean()
  })
  .map(({ dayEnd, windows, ...rest }): WorkingRule => {
    const opens = windows[0]?.fromMinute ?? 0
    const dayEndMinute = dayEnd === null ? null : Math.min(1440, opens + dayEnd)
    return {
      ...rest,
      kind: 'working',
      windows,
      dayEndMinute,
      firstDayCounts: rest.firstDayCounts && dayEndMinute !== null
    }
  })
const usualRule = fc.constantFrom(...Object.values(rules))
const anyDuration = fc
  .record({ days: fc.integer({ min: 0, max: 6 }), minutes: fc.integer({ min: 0, max: 1500 }) })
  .filter(({ days, minutes }) => days + minutes > 0)
  .map(({ days, minutes }): Duration => ({ days, timeMs: minutes * minuteMs }))
const minuteOf2026 = fc
  .integer({ min: 0, max: 364 * 1440 })
  .map(minute => Date.parse('2026-01-01T00:00+08:00') + minute * minuteMs)
const orLast = (value: number | string): number => (typeof value === 'number' ? value : Infinity)

test('a later start or a longer limit is never due earlier', () => {
  fc.assert(
    fc.property(
      fc.oneof(usualRule, anyRule),
      minuteOf2026,
      anyDuration,
      fc.nat(5000),
      fc.nat(5000),
      (rule, start, length, later, more) => {
        const clock = clockOf(rule)
        const reached = orLast(due(clock, start, length))
        expect(reached).toBeGreaterThanOrEqual(start)
        expect(orLast(due(clock, start + later * minuteMs, length))).toBeGreaterThanOrEqual(reached)
        expect(
          orLast(due(clock, start, { ...length, timeMs: length.timeMs + more * minuteMs }))
        ).toBeGreaterThanOrEqual(reached)
        expect(orLast(due(clock, start, { ...length, days: length.days + 1 }))).toBeGreaterThanOrEqual(reached)
      }
    ),
    { numRuns: 500 }
  )
})

test('what a limit in hours counts until it is due is the limit, and a share of it the share', () => {
  fc.assert(
    fc.property(
      fc.oneof(usualRule, anyRule),
      minuteOf2026,
      fc.integer({ min: 1, max: 90_000_000 }),
      fc.nat(100),
      (rule, start, timeMs, percent) => {
        const clock = clockOf(rule)
        const reached = due(clock, start, { days: 0, timeMs })
        fc.pre(typeof reached === 'number')
        expect(elapsed(clock, start, reached)).toBe(timeMs)
        const warned = fraction(clock, start, { days: 0, timeMs }, (percent / 100).toFixed(2))
        expect(elapsed(clock, start, orLast(warned))).toBe(Math.floor((timeMs * percent) / 100))
      }
    ),
    { numRuns: 500 }
  )
})

test('time passed adds up', () => {
  fc.assert(
    fc.property(
      fc.oneof(usualRule, anyRule),
      fc.array(minuteOf2026, { minLength: 3, maxLength: 3 }),
      (rule, instants) => {
        const clock = clockOf(rule)
        const [a = 0, b = 0, c = 0] = instants.sort((left, right) => left - right)
        expect(Number(elapsed(clock, a, b)) + Number(elapsed(clock, b, c))).toBe(elapsed(clock, a, c))
      }
    ),
    { numRuns: 500 }
  )
})

test('a suspension before a limit is reached pushes it back by exactly the working time it takes', () => {
  fc.assert(
    fc.property(
      fc.oneof(usualRule, anyRule),
      minuteOf2026,
      anyDuration,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(9000),
      (rule, start, length, share, minutes) => {
        const clock = clockOf(rule)
        const before = due(clock, start, length)
        fc.pre(typeof before === 'number' && before > start)
        const from = start + Math.floor((before - start - 1) * share)
        const to = from + minutes * minuteMs
        const after = due(clock, start, length, [{ from, to }])
        fc.pre(typeof after === 'number')
        expect(elapsed(clock, before, after)).toBe(elapsed(clock, from, to))
        expect(after).toBeGreaterThanOrEqual(Math.max(before, to))
      }
    ),
    { numRuns: 500 }
  )
})

test.each([
  ['Spring Festival in China', shanghai, '2026-01-20', ziyun.years],
  ['spring in New York', newYork, '2026-02-15', ziyun.years],
  ['autumn in New York', newYork, '2025-10-10', ziyun.years]
])('a walk through every minute agrees: %s', (_, timeZone, first, years) => {
  const oracle = oracleOf(timeZone, first, 80, years)
  const withinWalk = (reached: number | string): number => Math.min(orLast(reached), oracle.end)
  const anyStart = fc.integer({ min: 1440, max: 40 * 1440 })
  const anySuspensions = fc.array(fc.tuple(anyStart, fc.nat(4000)), { maxLength: 3 })
  fc.assert(
    fc.property(
      fc.oneof(
        usualRule.filter(rule => rule.kind === 'working'),
        anyRule
      ),
      anyStart,
      anyDuration,
      anySuspensions,
      (rule, minute, length, spans) => {
        const clock = { rule, years, timeZone }
        const start = oracle.instantAt(minute)
        const suspensions: Suspension[] = spans.map(([from, size]) => ({
          from: oracle.instantAt(from),
          to: oracle.instantAt(from + size)
        }))
        const walked = oracle.dueOn(rule)
        const hours = { days: 0, timeMs: length.timeMs + minuteMs }
        expect(withinWalk(due(clock, start, length))).toBe(walked(start, length, []))
        expect(withinWalk(due(clock, start, hours, suspensions))).toBe(walked(start, hours, suspensions))
      }
    ),
    { numRuns: 60 }
  )
})

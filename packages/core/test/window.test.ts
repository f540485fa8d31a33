// Windows of evaluations: named months, quarters and years on the locality's own clock, without gap or overlap.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { WindowLength, WindowRule } from '../src/schema-types.ts'
import { windowAt, windowBefore, windowNamed } from '../src/window.ts'
import { localIso } from '../src/zone.ts'

const zone = 'Asia/Shanghai'
const rule = (every: WindowLength, more: Partial<WindowRule> = {}): WindowRule => ({
  every,
  closesAfterDays: 5,
  ...more
})

describe('a window by its name', () => {
  test.each<[WindowRule, string, string, string, string]>([
    [rule('month'), '2026-10', '2026-10-01T00:00', '2026-11-01T00:00', '2026-11-06T00:00'],
    [rule('month'), '2026-12', '2026-12-01T00:00', '2027-01-01T00:00', '2027-01-06T00:00'],
    [rule('month', { startsOn: 26 }), '2026-10', '2026-10-26T00:00', '2026-11-26T00:00', '2026-12-01T00:00'],
    [rule('month', { startsOn: 31 }), '2026-02', '2026-02-28T00:00', '2026-03-31T00:00', '2026-04-05T00:00'],
    [rule('month', { startsOn: 31 }), '2028-02', '2028-02-29T00:00', '2028-03-31T00:00', '2028-04-05T00:00'],
    [rule('month', { startsAt: '08:30' }), '2026-10', '2026-10-01T08:30', '2026-11-01T08:30', '2026-11-06T08:30'],
    [rule('quarter'), '2026-Q4', '2026-10-01T00:00', '2027-01-01T00:00', '2027-01-06T00:00'],
    [rule('year', { closesAfterDays: 0 }), '2026', '2026-01-01T00:00', '2027-01-01T00:00', '2027-01-01T00:00']
  ])('%j %s', (windows, name, ...instants) => {
    const window = windowNamed(windows, name, zone)
    const [from, to, closes] = instants.map(text => Date.parse(`${text}+08:00`))
    expect(window).toEqual({ name, from, to, closes })
  })

  test.each([
    ['month', '2026-13'],
    ['month', '2026-1'],
    ['month', '2026-Q1'],
    ['quarter', '2026-Q5'],
    ['quarter', '2026-10'],
    ['year', '26'],
    ['year', '1969'],
    ['month', '../2026-10']
  ] as const)('no %s is named %s', (every, name) => expect(windowNamed(rule(every), name, zone)).toBeUndefined())
})

test('an instant before the day on which windows begin lies in the window before', () => {
  const windows = rule('month', { startsOn: 26, startsAt: '08:00' })
  const names = ['2026-10-26T07:59', '2026-10-26T08:00', '2026-11-26T07:59'].map(
    text => windowAt(windows, Date.parse(`${text}+08:00`), zone).name
  )
  expect(names).toEqual(['2026-09', '2026-10', '2026-10'])
})

test('each instant lies in exactly one window, which its name gives again and which the one before it reaches', () => {
  fc.assert(
    fc.property(
      fc.record({
        every: fc.constantFrom<WindowLength>('month', 'quarter', 'year'),
        startsOn: fc.integer({ min: 1, max: 31 }),
        startsAt: fc.constantFrom('00:00', '02:30', '23:59'),
        closesAfterDays: fc.integer({ min: 0, max: 60 })
      }),
      fc.integer({ min: Date.UTC(1975, 0), max: Date.UTC(2090, 0) }),
      fc.constantFrom('Asia/Shanghai', 'America/New_York', 'Pacific/Apia', 'UTC'),
      (windows, instant, timeZone) => {
        const window = windowAt(windows, instant, timeZone)
        expect(window.from <= instant && instant < window.to && window.to <= window.closes).toBe(true)
        expect(windowNamed(windows, window.name, timeZone)).toEqual(window)
        expect(localIso(windowBefore(windows, window, timeZone).to, timeZone)).toBe(localIso(window.from, timeZone))
      }
    ),
    { numRuns: 2000 }
  )
})

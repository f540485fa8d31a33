import { describe, expect, test } from 'vitest'
import type { CalendarYears, WorkingRule } from '../src/calendar.ts'
import { due, elapsed, fraction } from '../src/clock.ts'
import type { Clock, Suspension } from '../src/clock.ts'
import type { Duration } from '../src/duration.ts'
import { parseDuration } from '../src/duration.ts'
import { localIso } from '../src/zone.ts'
import { clockOf, newYork, rules, shanghai, ziyun } from './clock-rules.ts'
import type { RuleName } from './clock-rules.ts'

const { office } = rules
const hourMs = 3_600_000

const instant = (iso: string): number => {
  const value = Date.parse(iso)
  if (Number.isNaN(value)) throw new Error(`no instant: ${iso}`)
  return value
}
const local = (text: string): number => instant(`${text.length === 11 ? '2026-' : ''}${text}+08:00`)
const duration = (iso: string): Duration => {
  const value = parseDuration(iso)
  if (value === undefined) throw new Error(`no duration: ${iso}`)
  return value
}
const shown = (value: number | string): string =>
  typeof value === 'number'
    ? localIso(value, shanghai)
        .replace(':00+08:00', '')
        .replace(/^2026-/, '')
    : value

test('an order of the eve of National Day is due at 11:30 on the first day back', () => {
  const reached = due(clockOf(office), instant('2026-09-30T16:00+08:00'), duration('PT4H'))
  expect(reached).toBe(instant('2026-10-08T11:30+08:00'))
})

// All in 2026, at Chinese time. March has no holiday; 2 March is a Monday.
test.each<[RuleName, string, string, string, string]>([
  ['office', '03-02T09:00', 'PT2H', '03-02T11:00', 'within a window'],
  ['office', '03-02T11:30', 'PT1H', '03-02T14:30', 'over the lunch break'],
  ['office', '03-02T12:30', 'PT30M', '03-02T14:30', 'from the lunch break'],
  ['office', '03-02T16:00', 'PT1H', '03-02T17:00', 'up to the close and not to the next morning'],
  ['office', '03-02T10:00', 'PT2H', '03-02T12:00', 'up to the lunch break and not to its end'],
  ['office', '03-02T17:00', 'PT1M', '03-03T08:31', 'the close is out'],
  ['office', '03-02T08:30', 'PT1M', '03-02T08:31', 'the opening is in'],
  ['office', '03-06T16:00', 'PT2H', '03-09T09:30', 'over a weekend'],
  ['office', '10-09T16:00', 'PT2H', '10-10T09:30', 'into a make-up Saturday'],
  ['office', '02-13T16:30', 'PT1H', '02-14T09:00', 'into the Saturday before Spring Festival'],
  ['office', '02-14T16:00', 'PT2H', '02-24T09:30', 'over Spring Festival'],
  ['office', '02-18T10:00', 'PT6H30M', '02-24T17:00', 'from a holiday'],
  ['office', '03-02T10:15', 'P1D', '03-03T10:15', 'the same time on the next working day'],
  ['office', '03-02T12:30', 'P1D', '03-03T14:00', 'the lunch break counts from its end'],
  ['office', '03-02T18:00', 'P1D', '03-04T08:30', 'the evening counts from the next opening'],
  ['office', '03-01T10:00', 'P1D', '03-03T08:30', 'Sunday counts from the opening on Monday'],
  ['office', '03-02T11:00', 'P1DT2H', '03-03T15:00', 'days first, then hours'],
  ['office', '02-13T10:00', 'P2D', '02-24T10:00', 'a make-up day and Spring Festival'],
  ['office, ending at its close', '03-06T10:00', 'P1D', '03-09T17:00', 'to the close of the next working day'],
  ['office, ending at its close', '03-06T17:00', 'P1D', '03-10T17:00', 'what comes at the close comes on Monday'],
  ['office, ending at midnight', '03-06T10:00', 'P1D', '03-10T00:00', 'to midnight'],
  ['office, first day counts', '03-02T10:00', 'P1D', '03-02T17:00', 'the same day is the first'],
  ['office, first day counts', '03-02T10:00', 'P3D', '03-04T17:00', 'Monday to Wednesday are three days'],
  ['office, first day counts', '03-07T10:00', 'P1D', '03-09T17:00', 'Saturday counts from Monday'],
  [
    'office, first day counts',
    '2026-12-31T16:59:59.999',
    'P1D',
    '12-31T17:00',
    'the last millisecond of the year counts'
  ],
  ['workdays', '02-12T10:00', 'P3D', '02-24T17:00', 'Friday, the make-up Saturday, and the day after Spring Festival'],
  ['workdays', '09-18T10:00', 'P2D', '09-21T17:00', 'a make-up Sunday is a working day'],
  ['workdays', '03-02T16:59', 'P1D', '03-03T17:00', 'just before the end of the day'],
  ['workdays', '03-02T17:00', 'P1D', '03-04T17:00', 'what comes at the end of the day comes the next day'],
  ['workdays', '03-07T10:00', 'P1D', '03-10T17:00', 'Saturday counts from Monday, and Monday does not count'],
  ['workdays', '03-06T12:00', 'PT24H', '03-09T12:00', 'the hours of a working day are 24'],
  ['workdays, first day counts', '03-02T10:00', 'P1D', '03-02T17:00', 'the same day is the first'],
  ['workdays, first day counts', '03-02T18:00', 'P1D', '03-03T17:00', 'after its end the next day is the first'],
  ['workdays to midnight', '03-02T23:30', 'P1D', '03-04T00:00', 'the whole next day'],
  ['workdays to the same time', '03-06T23:30', 'P1D', '03-09T23:30', 'Friday night to Monday night'],
  ['urgent', '10-01T19:30', 'PT1H', '10-02T08:30', 'holidays are worked'],
  ['urgent', '12-31T19:30', 'PT1H', '2027-01-01T08:30', 'and no year is needed'],
  ['natural', '10-01T19:30', 'P1DT1H', '10-02T20:30', 'elapsed time'],
  ['natural', '12-31T16:00', 'P1D', '2027-01-01T16:00', 'and no year is needed']
])('%s: from %s, %s is due %s (%s)', (name, start, length, expected) => {
  expect(shown(due(clockOf(rules[name]), local(start), duration(length)))).toBe(expected)
})

describe('a year that is not listed is never guessed', () => {
  test.each<[RuleName, string, string, string]>([
    ['office', '12-31T16:00', 'PT1H', '12-31T17:00'],
    ['office', '12-31T16:00', 'PT1H1M', 'unknown-year'],
    ['office', '12-31T17:00', 'PT1M', 'unknown-year'],
    ['office', '2023-12-29T10:00', 'PT1M', 'unknown-year'],
    ['office', '2027-03-01T10:00', 'P1D', 'unknown-year'],
    ['workdays', '12-30T10:00', 'P1D', '12-31T17:00'],
    ['workdays', '12-30T10:00', 'P2D', 'unknown-year'],
    ['workdays', '12-31T17:00', 'P1D', 'unknown-year'],
    ['workdays, first day counts', '12-31T10:00', 'P1D', '12-31T17:00'],
    ['workdays to midnight', '12-30T10:00', 'P1D', '2027-01-01T00:00'],
    ['urgent', '12-31T10:00', 'PT99999H', '2049-10-24T13:00']
  ])('%s: from %s, %s is due %s', (name, start, length, expected) => {
    expect(shown(due(clockOf(rules[name]), local(start), duration(length)))).toBe(expected)
  })

  test.each<[string, string, number | string]>([
    ['12-31T16:00', '2027-01-01T00:00', hourMs],
    ['12-31T16:00', '2027-01-01T00:01', 'unknown-year'],
    ['2023-12-31T23:59', '01-05T10:00', 'unknown-year'],
    ['2025-12-31T16:00', '01-04T09:30', 2 * hourMs]
  ])('office time from %s to %s is %s', (from, to, expected) => {
    expect(elapsed(clockOf(office), local(from), local(to))).toBe(expected)
  })

  test('a year is known once it is listed', () => {
    const years: CalendarYears = new Map([
      ...ziyun.years,
      [2027, { holidays: new Set(['2027-01-01']), workdays: new Set() }]
    ])
    const reached = due({ rule: office, years, timeZone: shanghai }, local('12-31T16:00'), duration('PT2H'))
    expect(shown(reached)).toBe('2027-01-04T09:30')
  })

  test('a limit of more than a hundred years of a short window is no limit anyone can wait for', () => {
    const rule: WorkingRule = { ...rules.urgent, weekdays: [1], windows: [{ fromMinute: 480, toMinute: 481 }] }
    expect(due(clockOf(rule), local('03-02T10:00'), duration('PT99999H'))).toBe('unknown-year')
  })
})

test.each<[RuleName, string, string, number]>([
  ['office', '03-02T08:00', '03-02T18:00', 6.5],
  ['office', '02-13T16:00', '02-24T09:00', 1 + 6.5 + 0.5],
  ['office', '2025-12-31T16:30', '2026-01-04T09:00', 1],
  ['office', '03-03T09:00', '03-02T09:00', 0],
  ['workdays', '03-06T12:00', '03-09T12:00', 24],
  ['natural', '03-06T12:00', '03-09T12:00', 72]
])('%s: from %s to %s pass %d hours', (name, from, to, hours) => {
  expect(elapsed(clockOf(rules[name]), local(from), local(to))).toBe(hours * hourMs)
})

test.each<[RuleName, string, string, string, string]>([
  ['office', '09-30T16:00', 'PT4H', '0.75', '10-08T10:30'],
  ['office', '12-31T14:00', 'PT4H', '0.75', '12-31T17:00'],
  ['office', '12-31T14:00', 'P1D', '0.5', 'unknown-year'],
  ['office, ending at its close', '03-02T10:00', 'P1D', '0.5', '03-03T09:15'],
  ['workdays', '03-02T05:00', 'P1D', '0.5', '03-02T23:00'],
  ['natural', '03-02T10:00', 'P1D', '0.75', '03-03T04:00'],
  ['natural', '03-02T10:00', 'P1D', '1', '03-03T10:00']
])('%s: from %s, of %s the share %s has passed at %s', (name, start, length, share, expected) => {
  expect(shown(fraction(clockOf(rules[name]), local(start), duration(length), share))).toBe(expected)
})

test.each(['1.01', '-0.5', '75%', '1e-1', ''])('%j is no share', share => {
  expect(() => fraction(clockOf(rules.natural), 0, duration('P1D'), share)).toThrow(RangeError)
})

// An ISO 8601 interval; `..` is an open end.
const suspension = (span: string): Suspension => {
  const [from = '', to = ''] = span.split('/')
  return { from: local(from), to: to === '..' ? null : local(to) }
}

describe('suspensions keep the remaining working time', () => {
  test.each<[string, RuleName, string, string, string, string]>([
    ['over National Day', 'office', '09-30T10:00', 'PT6H', '09-30T15:00/10-09T10:00', '10-09T15:00'],
    ['into National Day', 'office', '09-30T10:00', 'PT6H', '09-30T15:00/10-03T10:00', '10-08T11:30'],
    ['at night', 'office', '03-02T16:00', 'PT2H', '03-02T18:00/03-03T08:00', '03-03T09:30'],
    ['twice', 'office', '03-02T09:00', 'PT2H', '03-02T10:30/03-02T11:00 03-02T09:30/03-02T10:00', '03-02T12:00'],
    ['overlapping', 'office', '03-02T09:00', 'PT2H', '03-02T09:30/03-02T10:30 03-02T10:00/03-02T11:00', '03-02T14:30'],
    [
      'within another',
      'office',
      '03-02T09:00',
      'PT1H',
      '03-02T09:30/03-02T11:00 03-02T10:00/03-02T10:30',
      '03-02T11:30'
    ],
    [
      'again, in the time it was pushed to',
      'office',
      '03-02T09:00',
      'PT1H',
      '03-02T09:30/03-02T10:30 03-02T10:45/03-02T11:00',
      '03-02T11:15'
    ],
    ['begun before the limit', 'office', '03-02T09:00', 'PT1H', '03-02T08:00/03-02T09:30', '03-02T10:30'],
    ['over before the limit', 'office', '03-02T09:00', 'PT1H', '03-01T09:00/03-02T09:00', '03-02T10:00'],
    ['begun as the limit is reached', 'office', '03-02T09:00', 'PT1H', '03-02T10:00/03-02T11:00', '03-02T10:00'],
    ['of no length', 'office', '03-02T09:00', 'PT1H', '03-02T09:30/03-02T09:30', '03-02T10:00'],
    ['of two days', 'workdays', '03-02T10:00', 'P2D', '03-03T10:00/03-05T10:00', '03-06T17:00'],
    [
      'of the evening before a midnight end',
      'office, ending at midnight',
      '03-02T10:00',
      'P1D',
      '03-03T20:00/03-04T07:00',
      '03-04T07:00'
    ],
    [
      'again at once, after a midnight end',
      'office, ending at midnight',
      '03-02T10:00',
      'P1D',
      '03-03T20:00/03-04T10:00 03-04T10:00/03-05T10:00',
      '03-05T10:00'
    ],
    [
      'of the next day, with the end at the opening',
      'office',
      '03-02T08:30',
      'P1D',
      '03-02T18:00/03-04T08:30',
      '03-04T08:30'
    ],
    ['on natural time', 'natural', '03-01T00:00', 'P7D', '03-02T12:00/03-04T12:00', '03-10T00:00'],
    ['without an end', 'office', '03-02T09:00', 'PT1H', '03-02T09:30/..', 'suspended'],
    [
      'without an end, touching another',
      'office',
      '03-02T09:00',
      'PT1H',
      '03-02T09:30/03-02T10:00 03-02T10:00/..',
      'suspended'
    ],
    ['without an end, on natural time', 'natural', '03-02T09:00', 'PT1H', '03-02T09:30/..', 'suspended'],
    ['without an end, after the limit', 'office', '03-02T09:00', 'PT1H', '03-02T10:00/..', '03-02T10:00'],
    ['into a year that is not listed', 'office', '12-31T10:00', 'PT2H', '12-31T11:00/2027-01-04T10:00', 'unknown-year']
  ])('suspended %s (%s, from %s, %s)', (_, name, start, length, spans, expected) => {
    const suspensions = spans.split(' ').map(suspension)
    expect(shown(due(clockOf(rules[name]), local(start), duration(length), suspensions))).toBe(expected)
  })

  test('the warning moves with the limit', () => {
    const suspensions = [{ from: local('03-02T09:30'), to: local('03-02T10:30') }]
    expect(shown(fraction(clockOf(office), local('03-02T09:00'), duration('PT2H'), '0.75', suspensions))).toBe(
      '03-02T11:30'
    )
  })
})

// New York went to -04:00 at 02:00 on 8 March 2026 and back to -05:00 at 02:00 on 1 November.
test.each<[RuleName, string, string, string]>([
  ['every day', '2026-03-07T12:00-05:00', 'P1D', '2026-03-08T12:00-04:00'],
  ['every day', '2026-03-07T12:00-05:00', 'PT24H', '2026-03-08T13:00-04:00'],
  ['every day', '2026-03-07T02:30-05:00', 'P1D', '2026-03-08T03:00-04:00'],
  ['every day', '2026-10-31T12:00-04:00', 'P1D', '2026-11-01T12:00-05:00'],
  ['every day', '2026-10-31T12:00-04:00', 'PT24H', '2026-11-01T11:00-05:00'],
  ['every day', '2026-10-31T01:30-04:00', 'P1D', '2026-11-01T01:30-04:00'],
  ['urgent', '2026-03-07T19:00-05:00', 'PT2H', '2026-03-08T09:00-04:00'],
  ['natural', '2026-03-07T12:00-05:00', 'P1D', '2026-03-08T13:00-04:00']
])('over a change of the clocks, %s: from %s, %s is due %s', (name, start, length, expected) => {
  const reached = due(clockOf(rules[name], newYork), instant(start), duration(length))
  expect(reached).toBe(instant(expected))
})

test('a window inside the skipped hour has no time and no start', () => {
  const rule: WorkingRule = { ...rules.urgent, windows: [{ fromMinute: 135, toMinute: 165 }] }
  const clock = clockOf(rule, newYork)
  const saturdayNoon = instant('2026-03-07T12:00-05:00')
  expect(due(clock, saturdayNoon, duration('PT1M'))).toBe(instant('2026-03-09T02:16-04:00'))
  expect(due(clock, saturdayNoon, duration('P1D'))).toBe(instant('2026-03-10T02:15-04:00'))
})

test('a rule read anew counts as it did', () => {
  const start = local('02-13T16:30')
  const reached = [office, structuredClone(office), { ...structuredClone(office), weekdays: [1] }].map(rule =>
    due(clockOf(rule), start, duration('PT1H'))
  )
  expect(reached.map(shown)).toEqual(['02-14T09:00', '02-14T09:00', '02-14T09:30'])
})

test('before 1970 a suspension outside working time changes nothing', () => {
  const clock: Clock = { ...clockOf(rules.urgent), timeZone: 'UTC' }
  const suspensions = [{ from: instant('1960-03-01T20:00Z'), to: instant('1960-03-02T07:00Z') }]
  const reached = due(clock, instant('1960-03-01T19:00Z'), duration('PT2H'), suspensions)
  expect(reached).toBe(instant('1960-03-02T09:00Z'))
})

test('the same rule keeps each zone and each set of years apart', () => {
  const start = local('02-13T16:30')
  const other: Clock = {
    rule: office,
    years: new Map([[2026, { holidays: new Set(), workdays: new Set() }]]),
    timeZone: shanghai
  }
  const reached = [clockOf(office), clockOf(office, newYork), other, clockOf(office)].map(clock =>
    due(clock, start, duration('PT1H'))
  )
  expect(reached.map(shown)).toEqual(['02-14T09:00', '02-13T22:30', '02-16T09:00', '02-14T09:00'])
})

import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { expect, test } from 'vitest'
import { dateOf, dayOf, instantAt, isTimeZone, localDate, localIso, startOfDay, zoneOf } from '../src/zone.ts'

const timeZones = [
  'Asia/Shanghai',
  'Asia/Urumqi',
  'America/New_York',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Africa/Cairo',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'UTC'
]
const hourMs = 3_600_000

// Half of the moments are within two days of a change of offset, where there is one.
const anyMoment = fc
  .record({
    timeZone: fc.constantFrom(...timeZones),
    instant: fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(2035, 0, 1) }),
    aside: fc.option(fc.integer({ min: -48 * hourMs, max: 48 * hourMs }))
  })
  .map(({ timeZone, instant, aside }) => {
    const zoned = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone)
    const change = aside === null ? null : zoned.getTimeZoneTransition('next')
    return { timeZone, instant: change === null ? instant : change.epochMilliseconds + (aside ?? 0) }
  })

test.each([
  ['2026-10-08T03:30:00Z', 'Asia/Shanghai', '2026-10-08T11:30:00+08:00', '2026-10-08'],
  ['2026-10-07T16:00:00Z', 'Asia/Shanghai', '2026-10-08T00:00:00+08:00', '2026-10-08'],
  ['1988-07-01T00:00:00Z', 'Asia/Shanghai', '1988-07-01T09:00:00+09:00', '1988-07-01'],
  ['2026-03-08T06:59:59.999Z', 'America/New_York', '2026-03-08T01:59:59.999-05:00', '2026-03-08'],
  ['2026-03-08T07:00:00Z', 'America/New_York', '2026-03-08T03:00:00-04:00', '2026-03-08'],
  ['2026-01-01T00:00:00Z', 'Asia/Kathmandu', '2026-01-01T05:45:00+05:45', '2026-01-01'],
  ['2026-01-01T00:00:00Z', 'UTC', '2026-01-01T00:00:00+00:00', '2026-01-01'],
  ['1900-01-01T00:00:00Z', 'Asia/Shanghai', '1900-01-01T08:05:00+08:05', '1900-01-01']
])('%s in %s is %s', (instant, timeZone, iso, date) => {
  expect([localIso(Date.parse(instant), timeZone), localDate(Date.parse(instant), timeZone)]).toEqual([iso, date])
})

test('local times and dates agree with Temporal in every zone, and are read back as the instant', () => {
  fc.assert(
    fc.property(anyMoment, ({ instant, timeZone }) => {
      const expected = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone)
      expect(Date.parse(localIso(instant, timeZone))).toBe(instant)
      expect(localIso(instant, timeZone)).toContain(expected.offset)
      expect(localDate(instant, timeZone)).toBe(expected.toPlainDate().toString())
    }),
    { numRuns: 2000 }
  )
})

test('a wall time is the instant that Temporal gives; a skipped one is the instant of the skip', () => {
  fc.assert(
    fc.property(anyMoment, fc.integer({ min: 0, max: 1440 }), ({ instant, timeZone }, minute) => {
      const day = dayOf(localDate(instant, timeZone))
      const wall = Temporal.PlainDate.from(dateOf(day)).toPlainDateTime().add({ minutes: minute })
      const zoned = wall.toZonedDateTime(timeZone, { disambiguation: 'earlier' })
      const skipped = !zoned.toPlainDateTime().equals(wall)
      const expected = skipped ? zoned.getTimeZoneTransition('next') : zoned
      expect(instantAt(zoneOf(timeZone), day, minute * 60_000)).toBe(expected?.epochMilliseconds)
    }),
    { numRuns: 2000 }
  )
})

// Baghdad changed on a Thursday at 00:00 UTC, where the weeks of kept offsets meet.
test('a change between two weeks of kept offsets is found', () => {
  const change = Date.parse('1993-04-01T00:00Z')
  expect(localIso(change - 1, 'Asia/Baghdad')).toBe('1993-04-01T02:59:59.999+03:00')
  expect(localIso(change, 'Asia/Baghdad')).toBe('1993-04-01T04:00:00+04:00')
  expect(instantAt(zoneOf('Asia/Baghdad'), dayOf('1993-04-01'), 3.5 * hourMs)).toBe(change)
})

test.each([
  ['Asia/Shanghai', true],
  ['Asia/Ziyun', false],
  ['', false]
])('%j is a time zone: %s', (name, expected) => expect(isTimeZone(name)).toBe(expected))

test('an unknown time zone is an error of the caller', () =>
  expect(() => localIso(0, 'Asia/Ziyun')).toThrow(RangeError))

test.each([
  ['2026-10-01', 'Asia/Shanghai', '2026-09-30T16:00:00.000Z'],
  ['2024-02-29', 'UTC', '2024-02-29T00:00:00.000Z'],
  ['2026-02-30', 'Asia/Shanghai', undefined],
  ['2026-13-01', 'Asia/Shanghai', undefined],
  ['yesterday', 'Asia/Shanghai', undefined],
  ['', 'Asia/Shanghai', undefined]
])('the day %s in %s begins at %s', (date, timeZone, begins) => {
  const start = startOfDay(date, timeZone)
  expect(start === undefined ? undefined : new Date(start).toISOString()).toBe(begins)
})

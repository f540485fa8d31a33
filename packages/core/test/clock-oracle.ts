// An independent clock for clock.test.ts: it steps through every minute, and takes the wall time from Temporal.
// What lies beyond its walk is at the walk's end.
import { Temporal } from 'temporal-polyfill'
import type { CalendarYears, WorkingRule } from '../src/calendar.ts'
import type { Suspension } from '../src/clock.ts'
import type { Duration } from '../src/duration.ts'

type Walk = {
  readonly origin: number
  readonly dates: readonly string[]
  readonly minutes: readonly number[]
  readonly firstOf: ReadonlyMap<string, number>
}

/** Answers for the minutes of `days` days from `firstDate` on; a later answer is cut to `end`. */
export function oracleOf(timeZone: string, firstDate: string, days: number, years: CalendarYears) {
  const walk = walkOf(timeZone, firstDate, days)
  const instantAt = (index: number): number => walk.origin + index * 60_000
  const dueOn = (rule: WorkingRule) => {
    const worked = workedMinutes(walk, rule, years)
    return (start: number, length: Duration, suspensions: readonly Suspension[]): number => {
      let index = (start - walk.origin) / 60_000
      if (length.days > 0) index = endOfDays(walk, rule, years, worked, index, length.days)
      for (let left = length.timeMs / 60_000; left > 0 && index < worked.length; index++) {
        const now = instantAt(index)
        const stands = suspensions.some(({ from, to }) => from <= now && now < (to ?? Infinity))
        if (worked[index] === true && !stands) left--
      }
      return instantAt(index)
    }
  }
  return { instantAt, dueOn, end: instantAt(walk.dates.length) }
}

function endOfDays(
  walk: Walk,
  rule: WorkingRule,
  years: CalendarYears,
  worked: boolean[],
  from: number,
  days: number
): number {
  const index = worked.indexOf(true, from)
  if (index < 0) return worked.length
  let date = walk.dates[index] ?? ''
  const wall = rule.dayEndMinute ?? walk.minutes[index] ?? 0
  if (rule.dayEndMinute !== null && index >= firstShowing(walk, date, wall)) date = nextWorkday(rule, years, date)
  for (let count = rule.firstDayCounts ? 1 : 0; count < days; count++) date = nextWorkday(rule, years, date)
  return firstShowing(walk, date, wall)
}

function nextWorkday(rule: WorkingRule, years: CalendarYears, date: string): string {
  let next = Temporal.PlainDate.from(date)
  do next = next.add({ days: 1 })
  while (!isWorkday(rule, years, next))
  return next.toString()
}

function isWorkday(rule: WorkingRule, years: CalendarYears, date: Temporal.PlainDate): boolean {
  const weekly = rule.weekdays.includes(date.dayOfWeek)
  const year = years.get(date.year)
  if (!rule.observesHolidays) return weekly
  if (year === undefined) throw new Error(`no year ${date.year}`)
  return year.workdays.has(date.toString()) || (weekly && !year.holidays.has(date.toString()))
}

// A window lasts from the first minute that shows its start, or a later time, to the first that so shows its end.
function workedMinutes(walk: Walk, rule: WorkingRule, years: CalendarYears): boolean[] {
  const worked = walk.dates.map(() => false)
  for (const date of walk.firstOf.keys()) {
    if (!isWorkday(rule, years, Temporal.PlainDate.from(date))) continue
    for (const { fromMinute, toMinute } of rule.windows) {
      worked.fill(true, firstShowing(walk, date, fromMinute), firstShowing(walk, date, toMinute))
    }
  }
  return worked
}

function firstShowing(walk: Walk, date: string, minute: number): number {
  let index = walk.firstOf.get(date) ?? walk.dates.length
  while (walk.dates[index] === date && (walk.minutes[index] ?? 0) < minute) index++
  return index
}

function walkOf(timeZone: string, firstDate: string, days: number): Walk {
  const origin = Temporal.PlainDate.from(firstDate).toZonedDateTime(timeZone).epochMilliseconds
  const firstOf = new Map<string, number>()
  const dates: string[] = []
  const minutes: number[] = []
  for (let hour = 0; hour < days * 24; hour++) {
    // The zones of the tests change their offset at full hours only.
    const zoned = Temporal.Instant.fromEpochMilliseconds(origin + hour * 3_600_000).toZonedDateTimeISO(timeZone)
    const date = zoned.toPlainDate().toString()
    if (!firstOf.has(date)) firstOf.set(date, dates.length)
    for (let minute = 0; minute < 60; minute++) {
      dates.push(date)
      minutes.push(zoned.hour * 60 + minute)
    }
  }
  return { origin, dates, minutes, firstOf }
}

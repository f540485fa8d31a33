// Clocks: when a limit is due and how much time has passed, on natural and on working time. The working time of a year is laid
// out once, as windows of instants with their running sum; every question is then a search in it.
import type { CalendarYears, ClockRule, WorkingRule } from './calendar.ts'
import { weekdayOf } from './calendar.ts'
import { decimalOf, multiplyDecimal, parseDecimal, roundDecimal } from './decimal.ts'
import type { Duration } from './duration.ts'
import { dateOf, dayMs, instantAt, minuteMs, offsetAt, zoneOf } from './zone.ts'
import type { Instant, Zone } from './zone.ts'

/** A rule with the years and the zone it runs in. Rule and years are never changed: what is worked out is kept with them. */
export type Clock = { readonly rule: ClockRule; readonly years: CalendarYears; readonly timeZone: string }

/** A time in which a clock stands still, from `from` until before `to`; null where no end is known yet. */
export type Suspension = { readonly from: Instant; readonly to: Instant | null }

/**
 * `unknown-year`: it needs a year that the calendar does not list, which is said first. `suspended`: a suspension without an end
 * begins before it is reached.
 */
export type Due = Instant | 'unknown-year' | 'suspended'

type UnknownYear = 'unknown-year'
type Timetable = {
  readonly rule: WorkingRule
  readonly years: CalendarYears
  readonly timeZone: string
  readonly zone: Zone
  readonly laidOut: Map<number, YearTable>
}

/** A year's working days (numbers of days) and windows; `sums[i]` is the working time before window `i`, the last the year's. */
type YearTable = {
  readonly to: Instant
  readonly workdays: Int32Array
  readonly starts: Float64Array
  readonly ends: Float64Array
  readonly sums: Float64Array
}

const lastYear = 9999
const maxYearsAhead = 100
const maxTables = 200
const maxTimetables = 200
const byRule = new WeakMap<WorkingRule, Timetable>()
const byContent = new WeakMap<CalendarYears, Map<string, Timetable>>()

/**
 * The instant at which a limit of `duration` from `start` is reached. On natural time a day is 24 hours. On working time a start
 * outside of it counts from the next working moment; `PnD` leads to the clock's day end on the n-th working day after the first
 * (or from the first on, where it counts), or without one to the same wall time; what starts at or after a declared day end starts
 * with the next working day. Hours follow the days and count working time. Suspensions push it back by the working time they
 * take before it is reached, and it is never reached during one. More than 100 years ahead is an unknown year. A later start is
 * never due earlier, save within the hour that a change of the clocks repeats, where wall times run twice.
 */
export function due(clock: Clock, start: Instant, duration: Duration, suspensions: readonly Suspension[] = []): Due {
  const reached = unsuspended(clock, start, duration)
  return reached === 'unknown-year' ? reached : postponed(clock, start, reached, suspensions)
}

/** Milliseconds that the clock counts from `from` until before `to`; 0 where `to` is not later. */
export function elapsed(clock: Clock, from: Instant, to: Instant): number | UnknownYear {
  if (to <= from) return 0
  if (clock.rule.kind === 'natural') return to - from
  const timetable = timetableOf(clock, clock.rule)
  let year = yearAt(timetable, from)
  let table = tableOf(timetable, year)
  if (table === undefined) return 'unknown-year'
  let sum = -workedBefore(table, from)
  while (to > table.to) {
    sum += total(table)
    table = tableOf(timetable, ++year)
    if (table === undefined) return 'unknown-year'
  }
  return sum + workedBefore(table, to)
}

/**
 * The instant at which `share` of a limit has passed (`"0.75"`, from 0 to 1, cut to the millisecond): of the time the clock counts
 * between start and due. Suspensions push it back as they do `due`. Throws a RangeError for a share that is no such decimal.
 */
export function fraction(
  clock: Clock,
  start: Instant,
  duration: Duration,
  share: string,
  suspensions: readonly Suspension[] = []
): Due {
  const whole = duration.days === 0 ? duration.timeMs : countedUntilDue(clock, start, duration)
  if (whole === 'unknown-year') return whole
  const reached = later(clock, start, shareOf(whole, share))
  return reached === 'unknown-year' ? reached : postponed(clock, start, reached, suspensions)
}

function countedUntilDue(clock: Clock, start: Instant, duration: Duration): number | UnknownYear {
  const reached = unsuspended(clock, start, duration)
  return reached === 'unknown-year' ? reached : elapsed(clock, start, reached)
}

function shareOf(wholeMs: number, share: string): number {
  const part = parseDecimal(share)
  if (part === undefined || part.units < 0n || part.units > 10n ** BigInt(part.scale)) {
    throw new RangeError(`not a share from 0 to 1: ${share}`)
  }
  return Number(roundDecimal(multiplyDecimal(decimalOf(wholeMs), part), 0, 'down').units)
}

function unsuspended(clock: Clock, start: Instant, duration: Duration): Instant | UnknownYear {
  if (clock.rule.kind === 'natural') return start + duration.days * dayMs + duration.timeMs
  if (duration.days === 0) return later(clock, start, duration.timeMs)
  const day = dayEnd(timetableOf(clock, clock.rule), start, duration.days)
  return day === 'unknown-year' || duration.timeMs === 0 ? day : later(clock, day, duration.timeMs)
}

function postponed(clock: Clock, start: Instant, reached: Instant, suspensions: readonly Suspension[]): Due {
  if (suspensions.length === 0) return reached
  let end = reached
  for (const { from, to } of joined(suspensions, start)) {
    if (from >= end) break
    if (to === Infinity) return 'suspended'
    const lost = elapsed(clock, from, to)
    const pushed = lost === 'unknown-year' ? lost : later(clock, end, lost)
    if (pushed === 'unknown-year') return pushed
    end = Math.max(end, pushed, to)
  }
  return end
}

// In order, from `start` on, with what overlaps or touches made one; an open end is Infinity.
function joined(suspensions: readonly Suspension[], start: Instant): { from: Instant; to: Instant }[] {
  const spans = suspensions
    .map(({ from, to }) => ({ from: Math.max(from, start), to: to ?? Infinity }))
    .sort((left, right) => left.from - right.from)
  const result: { from: Instant; to: Instant }[] = []
  for (const span of spans) {
    const last = result.at(-1)
    if (last !== undefined && span.from <= last.to) last.to = Math.max(last.to, span.to)
    else result.push(span)
  }
  return result
}

/** The first instant by which the clock has counted `ms` from `start`. */
function later(clock: Clock, start: Instant, ms: number): Instant | UnknownYear {
  if (ms === 0) return start
  if (clock.rule.kind === 'natural') return start + ms
  const timetable = timetableOf(clock, clock.rule)
  const firstYear = yearAt(timetable, start)
  let need = ms
  for (let year = firstYear; year <= firstYear + maxYearsAhead; year++) {
    const table = tableOf(timetable, year)
    if (table === undefined) return 'unknown-year'
    if (year === firstYear) need += workedBefore(table, start)
    if (need <= total(table)) {
      const window = firstNotBelow(table.sums, need) - 1
      return at(table.starts, window) + need - at(table.sums, window)
    }
    need -= total(table)
  }
  return 'unknown-year'
}

/** Where `days` working days from `start` end. */
function dayEnd(timetable: Timetable, start: Instant, days: number): Instant | UnknownYear {
  const { rule, zone } = timetable
  const firstYear = yearAt(timetable, start)
  let ahead = rule.firstDayCounts ? days - 1 : days
  let wallMs = rule.dayEndMinute === null ? undefined : rule.dayEndMinute * minuteMs
  let begun = false
  for (let year = firstYear; year <= firstYear + maxYearsAhead; year++) {
    const table = tableOf(timetable, year)
    if (table === undefined) return 'unknown-year'
    let index = 0
    if (!begun) {
      const nextMs = workedBefore(table, start) + 1
      if (nextMs > total(table)) continue
      const window = firstNotBelow(table.sums, nextMs) - 1
      begun = true
      index = Math.floor(window / rule.windows.length)
      const day = at(table.workdays, index)
      const moment = Math.max(start, at(table.starts, window))
      if (wallMs === undefined) wallMs = moment + offsetAt(zone, moment) - day * dayMs
      else if (moment >= instantAt(zone, day, wallMs)) index++
    }
    if (index + ahead < table.workdays.length) return instantAt(zone, at(table.workdays, index + ahead), wallMs ?? 0)
    ahead -= table.workdays.length - index
  }
  return 'unknown-year'
}

function timetableOf({ years, timeZone }: Clock, rule: WorkingRule): Timetable {
  const known = byRule.get(rule)
  if (known !== undefined && known.years === years && known.timeZone === timeZone) return known
  const timetable = timetableLike(rule, years, timeZone)
  byRule.set(rule, timetable)
  return timetable
}

// Rules pinned with cases are read anew with each case, and are the same few.
function timetableLike(rule: WorkingRule, years: CalendarYears, timeZone: string): Timetable {
  let likes = byContent.get(years)
  if (likes === undefined) byContent.set(years, (likes = new Map<string, Timetable>()))
  const content = JSON.stringify([timeZone, rule])
  const known = likes.get(content)
  if (known !== undefined) return known
  const fresh = { rule, years, timeZone, zone: zoneOf(timeZone), laidOut: new Map() }
  if (likes.size >= maxTimetables) likes.clear()
  likes.set(content, fresh)
  return fresh
}

function yearAt({ zone }: Timetable, instant: Instant): number {
  return new Date(instant + offsetAt(zone, instant)).getUTCFullYear()
}

function tableOf(timetable: Timetable, year: number): YearTable | undefined {
  const known = timetable.laidOut.get(year)
  if (known !== undefined) return known
  if (year > lastYear || (timetable.rule.observesHolidays && !timetable.years.has(year))) return undefined
  const table = layOut(timetable, year)
  if (timetable.laidOut.size >= maxTables) timetable.laidOut.clear()
  timetable.laidOut.set(year, table)
  return table
}

function layOut({ rule, years, zone }: Timetable, year: number): YearTable {
  const [first, next] = [Date.UTC(year, 0, 1) / dayMs, Date.UTC(year + 1, 0, 1) / dayMs]
  const listed = rule.observesHolidays ? years.get(year) : undefined
  const days = Array.from({ length: next - first }, (_, index) => first + index).filter(day => {
    const date = dateOf(day)
    return (
      listed?.workdays.has(date) === true ||
      (rule.weekdays.includes(weekdayOf(day)) && listed?.holidays.has(date) !== true)
    )
  })
  const bounds = days.flatMap(day => rule.windows.map(window => ({ day, ...window })))
  const starts = Float64Array.from(bounds, ({ day, fromMinute }) => instantAt(zone, day, fromMinute * minuteMs))
  const ends = Float64Array.from(bounds, ({ day, toMinute }) => instantAt(zone, day, toMinute * minuteMs))
  const sums = new Float64Array(bounds.length + 1)
  for (const index of bounds.keys()) sums[index + 1] = at(sums, index) + at(ends, index) - at(starts, index)
  return { to: instantAt(zone, next, 0), workdays: Int32Array.from(days), starts, ends, sums }
}

function workedBefore(table: YearTable, instant: Instant): number {
  const window = firstNotBelow(table.ends, instant)
  if (window === table.ends.length) return total(table)
  return at(table.sums, window) + Math.max(0, instant - at(table.starts, window))
}

function total(table: YearTable): number {
  return at(table.sums, table.sums.length - 1)
}

// The index of the first value that is at least `bound`, in ascending values.
function firstNotBelow(values: Float64Array, bound: number): number {
  let [low, high] = [0, values.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (at(values, middle) < bound) low = middle + 1
    else high = middle
  }
  return low
}

function at(values: Float64Array | Int32Array, index: number): number {
  return values[index] as number // callers stay within bounds
}

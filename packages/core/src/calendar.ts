// Calendars: which days are worked, and the rules of the clocks that limits are counted on (calendar.json). A clock's rule is
// pinned with a case; the years float with the world, since holidays are announced one year at a time.
import type { CalendarFile, CalendarYear, ClockDeclaration, Text } from './schema-types.ts'
import { dateOf, dayOf } from './zone.ts'

/** A window of working time on a working day, in minutes from local midnight; `toMinute` is out. */
export type ClockWindow = { readonly fromMinute: number; readonly toMinute: number }

/** Counts time in the windows of working days; a clock of working days has the one window from midnight to midnight. */
export type WorkingRule = {
  readonly kind: 'working'
  /** 1 is Monday, 7 Sunday. */
  readonly weekdays: readonly number[]
  readonly windows: readonly ClockWindow[]
  /** When a limit in days ends on its last day, in minutes from local midnight; null: at the wall time of its start. */
  readonly dayEndMinute: number | null
  readonly firstDayCounts: boolean
  readonly observesHolidays: boolean
}

/** How a clock counts, complete and plain JSON: it is pinned with a case. */
export type ClockRule = { readonly kind: 'natural' } | WorkingRule

/** Days off and make-up days (local dates) by year. A year that is not in it is unknown. Never changed once made. */
export type CalendarYears = ReadonlyMap<
  number,
  { readonly holidays: ReadonlySet<string>; readonly workdays: ReadonlySet<string> }
>

/** The clocks of a locality by name, what those are called that have a label, and the years they share. */
export type Calendar = {
  readonly clocks: ReadonlyMap<string, ClockRule>
  readonly labels: ReadonlyMap<string, Text>
  readonly years: CalendarYears
}

/** What a schema cannot say about a calendar, at an RFC 6901 pointer into its file; the code names the rule, `noun.reason`. */
export type CalendarIssue = {
  readonly pointer: string
  readonly code: string
  readonly params: Record<string, string | number>
}

/** The calendar that `config` declares. `config` fits calendar.schema.json and has no issues. */
export function calendarOf(config: CalendarFile): Calendar {
  const clocks = Object.entries(config.clocks).map(([name, clock]) => [name, ruleOf(clock)] as const)
  const years = Object.entries(config.years ?? {}).map(([year, days]) => [Number(year), yearOf(days)] as const)
  const labels = Object.entries(config.clocks).flatMap(([name, clock]) =>
    clock.kind === 'natural' || clock.label === undefined ? [] : [[name, clock.label] as const]
  )
  return { clocks: new Map(clocks), labels: new Map(labels), years: new Map(years) }
}

/** Everything that is wrong with a calendar which fits calendar.schema.json: windows, day ends, dates, missing years. */
export function checkCalendar(config: CalendarFile): readonly CalendarIssue[] {
  const clocks = Object.entries(config.clocks)
  const years = Object.entries(config.years ?? {})
  return [
    ...checkYears(
      config,
      years.map(([year]) => Number(year))
    ),
    ...years.flatMap(([year, days]) => checkYear(year, days, observedWeekdays(config))),
    ...clocks.flatMap(([name, clock]) => checkClock(name, clock))
  ]
}

/** The weekday of a day's number (days from 1970-01-01, a Thursday): 1 is Monday, 7 Sunday, as in ISO 8601. */
export function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1
}

function ruleOf(clock: ClockDeclaration): ClockRule {
  if (clock.kind === 'natural') return { kind: 'natural' }
  const windows =
    clock.kind === 'working-days'
      ? [{ fromMinute: 0, toMinute: 24 * 60 }]
      : clock.windows.map(({ from, to }) => ({ fromMinute: minuteOf(from), toMinute: minuteOf(to) }))
  return {
    kind: 'working',
    weekdays: clock.weekdays.toSorted((left, right) => left - right),
    windows,
    dayEndMinute: dayEndMinute(clock.dayEnds, windows),
    firstDayCounts: clock.firstDayCounts ?? false,
    observesHolidays: clock.observesHolidays ?? true
  }
}

function dayEndMinute(
  end: 'office-close' | 'midnight' | { at: string } | undefined,
  windows: readonly ClockWindow[]
): number | null {
  if (end === undefined) return null
  if (end === 'midnight') return 24 * 60
  return end === 'office-close' ? Math.max(...windows.map(window => window.toMinute)) : minuteOf(end.at)
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
}

function yearOf({ holidays, workdays }: CalendarYear): { holidays: Set<string>; workdays: Set<string> } {
  return { holidays: new Set(holidays.flatMap(datesOf)), workdays: new Set(workdays) }
}

function datesOf(entry: CalendarYear['holidays'][number]): string[] {
  if (typeof entry === 'string') return [entry]
  const [first, last] = [dayOf(entry.from), dayOf(entry.to)]
  const length = Math.min(Math.max(last - first + 1, 0), 366)
  return Array.from({ length }, (_, index) => dateOf(first + index))
}

// The days of the week on which every clock that observes holidays works anyhow: a make-up day there has no effect.
function observedWeekdays(config: CalendarFile): readonly number[] {
  const observing = Object.values(config.clocks).filter(observesHolidays)
  if (observing.length === 0) return []
  return [1, 2, 3, 4, 5, 6, 7].filter(day => observing.every(clock => clock.weekdays.includes(day)))
}

function observesHolidays(clock: ClockDeclaration): clock is Exclude<ClockDeclaration, { kind: 'natural' }> {
  return clock.kind !== 'natural' && clock.observesHolidays !== false
}

function checkYears(config: CalendarFile, years: readonly number[]): CalendarIssue[] {
  const observing = Object.entries(config.clocks).find(([, clock]) => observesHolidays(clock))
  if (years.length === 0) {
    return observing === undefined
      ? []
      : [{ pointer: '', code: 'calendar.years-missing', params: { clock: observing[0] } }]
  }
  const [first, last] = [Math.min(...years), Math.max(...years)]
  const missing = Array.from({ length: last - first }, (_, index) => first + index).find(year => !years.includes(year))
  return missing === undefined ? [] : [{ pointer: '/years', code: 'calendar.year-gap', params: { year: missing } }]
}

function checkYear(year: string, days: CalendarYear, alwaysWorked: readonly number[]): CalendarIssue[] {
  const issues: CalendarIssue[] = []
  const off = new Set<string>()
  const checkDate = (date: string, pointer: string): void => {
    if (!date.startsWith(`${year}-`))
      issues.push({ pointer, code: 'calendar.date-outside-year', params: { date, year } })
  }
  for (const [index, entry] of days.holidays.entries()) {
    const pointer = `/years/${year}/holidays/${index}`
    if (typeof entry === 'string') checkDate(entry, pointer)
    else {
      checkDate(entry.from, `${pointer}/from`)
      checkDate(entry.to, `${pointer}/to`)
      if (entry.from > entry.to) issues.push({ pointer, code: 'calendar.range-reversed', params: { ...entry } })
    }
    const twice = datesOf(entry).find(date => off.has(date))
    if (twice !== undefined) issues.push({ pointer, code: 'calendar.holiday-repeated', params: { date: twice } })
    for (const date of datesOf(entry)) off.add(date)
  }
  for (const [index, date] of days.workdays.entries()) {
    const pointer = `/years/${year}/workdays/${index}`
    checkDate(date, pointer)
    const weekday = weekdayOf(dayOf(date))
    if (off.has(date)) issues.push({ pointer, code: 'calendar.holiday-and-workday', params: { date } })
    else if (alwaysWorked.includes(weekday)) {
      issues.push({ pointer, code: 'calendar.workday-without-effect', params: { date, weekday } })
    }
  }
  return issues
}

function checkClock(name: string, clock: ClockDeclaration): CalendarIssue[] {
  if (clock.kind !== 'working-hours') return []
  const issues: CalendarIssue[] = []
  let before = { from: '', to: '' }
  for (const [index, window] of clock.windows.entries()) {
    const pointer = `/clocks/${name}/windows/${index}`
    const { from, to } = window
    if (from >= to) issues.push({ pointer, code: 'calendar.window-empty', params: { from, to } })
    else if (from < before.from)
      issues.push({ pointer, code: 'calendar.window-order', params: { from, before: before.from } })
    else if (from < before.to)
      issues.push({ pointer, code: 'calendar.window-overlap', params: { from, before: before.to } })
    before = window
  }
  const opens = clock.windows[0]?.from ?? ''
  if (typeof clock.dayEnds === 'object' && clock.dayEnds.at <= opens) {
    const params = { at: clock.dayEnds.at, opens }
    issues.push({ pointer: `/clocks/${name}/dayEnds/at`, code: 'calendar.day-end-before-opening', params })
  }
  return issues
}

/** Windows (考评期): the months, quarters and years of an evaluation on the locality's own clock. They follow each other without gap or overlap. */
import type { WindowLength, WindowRule } from './schema-types.ts'
import { dayOf, instantAt, localDate, minuteMs, zoneOf, type Instant } from './zone.ts'

/** `2026-10`, `2026-Q4` or `2026`: from `from` until before `to`; sheets are taken until before `closes`. Instants in epoch milliseconds. */
export type Window = {
  readonly name: string
  readonly from: Instant
  readonly to: Instant
  readonly closes: Instant
}

const monthsIn: Readonly<Record<WindowLength, number>> = { month: 1, quarter: 3, year: 12 }
const patterns: Readonly<Record<WindowLength, RegExp>> = {
  month: /^(\d{4})-(0[1-9]|1[0-2])$/,
  quarter: /^(\d{4})-Q([1-4])$/,
  year: /^(\d{4})$/
}

/** The window of this name; undefined where no window of the rule is named so. */
export function windowNamed(rule: WindowRule, name: string, timeZone: string): Window | undefined {
  const [, year, part = '1'] = patterns[rule.every].exec(name) ?? []
  return year === undefined || Number(year) < 1970
    ? undefined
    : windowOf(rule, (Number(year) * 12) / monthsIn[rule.every] + Number(part) - 1, timeZone)
}

/** The window that `instant` lies in. */
export function windowAt(rule: WindowRule, instant: Instant, timeZone: string): Window {
  const date = localDate(instant, timeZone)
  const month = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1
  const index = Math.floor(month / monthsIn[rule.every])
  const window = windowOf(rule, index, timeZone)
  return instant < window.from ? windowOf(rule, index - 1, timeZone) : window
}

/** The window just before this one. */
export function windowBefore(rule: WindowRule, window: Window, timeZone: string): Window {
  return windowAt(rule, window.from - 1, timeZone)
}

/** The `index`-th window, counted from the year 0. */
function windowOf(rule: WindowRule, index: number, timeZone: string): Window {
  const zone = zoneOf(timeZone)
  const [hours = '0', minutes = '0'] = (rule.startsAt ?? '00:00').split(':')
  const time = (Number(hours) * 60 + Number(minutes)) * minuteMs
  const first = index * monthsIn[rule.every]
  const next = startDay(rule, first + monthsIn[rule.every])
  return {
    name: nameOf(rule.every, first),
    from: instantAt(zone, startDay(rule, first), time),
    to: instantAt(zone, next, time),
    closes: instantAt(zone, next + rule.closesAfterDays, time)
  }
}

function nameOf(every: WindowLength, month: number): string {
  const year = String(Math.floor(month / 12)).padStart(4, '0')
  if (every === 'year') return year
  return every === 'quarter'
    ? `${year}-Q${(month % 12) / 3 + 1}`
    : `${year}-${String((month % 12) + 1).padStart(2, '0')}`
}

/** The day on which a window begins in the `month`-th month: the rule's, or the last of a shorter month. */
function startDay({ startsOn = 1 }: WindowRule, month: number): number {
  const firstOf = (index: number) => dayOf(`${nameOf('month', index)}-01`)
  return Math.min(firstOf(month) + startsOn - 1, firstOf(month + 1) - 1)
}

// Time zones by IANA name: from instants to local dates and back. Offsets are read from Intl once and kept by the week.
// Dates and instants are written as RFC 3339 has them.

/** Epoch milliseconds, a whole number. */
export type Instant = number

/** A time zone with the offsets read so far. Get it by `zoneOf`. */
export type Zone = { readonly format: Intl.DateTimeFormat; readonly weeks: Map<number, Week> }

/** Offsets of a week, in milliseconds, before and from its (only) change. */
type Week = { readonly before: number; readonly after: number; readonly change: Instant }

export const minuteMs = 60_000
export const dayMs = 86_400_000
const weekMs = 7 * dayMs
const maxWeeks = 10_000
const maxZones = 100
const zones = new Map<string, Zone>()

/** The local date at `instant`, as `2026-10-08`. Throws a RangeError for an unknown time zone. */
export function localDate(instant: Instant, timeZone: string): string {
  return dateOf(Math.floor((instant + offsetAt(zoneOf(timeZone), instant)) / dayMs))
}

/**
 * `instant` as RFC 3339 with the zone's offset, `2026-10-08T11:30:00+08:00`; milliseconds are written only where there are
 * any, and the offset is cut to the minute, so that reading it gives `instant` back.
 */
export function localIso(instant: Instant, timeZone: string): string {
  const offsetMinutes = Math.trunc(offsetAt(zoneOf(timeZone), instant) / minuteMs)
  const local = new Date(instant + offsetMinutes * minuteMs).toISOString().replace('.000Z', '').replace('Z', '')
  const size = Math.abs(offsetMinutes)
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${twoDigits(Math.floor(size / 60))}:${twoDigits(size % 60)}`
}

/** Whether Intl knows a time zone of this name. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name })
    return true
  } catch {
    return false // the only answer Intl gives about a name it does not know
  }
}

/** The number of a date, counted in days from 1970-01-01; not a number where there is no such date. */
export function dayOf(date: string): number {
  return Date.parse(`${date}T00:00Z`) / dayMs
}

/** The date of a day's number, as `2026-10-08`. */
export function dateOf(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, -14)
}

/** The first instant of a local date (YYYY-MM-DD); undefined for what is no date, such as 2026-02-30. */
export function startOfDay(date: string, timeZone: string): Instant | undefined {
  const day = /^\d{4}-\d\d-\d\d$/.test(date) ? dayOf(date) : Number.NaN
  return Number.isNaN(day) || dateOf(day) !== date ? undefined : instantAt(zoneOf(timeZone), day, 0)
}

/** The zone of this name. Throws a RangeError where Intl knows none. */
export function zoneOf(timeZone: string): Zone {
  const known = zones.get(timeZone)
  if (known !== undefined) return known
  const zone = { format: new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }), weeks: new Map() }
  if (zones.size >= maxZones) zones.clear()
  zones.set(timeZone, zone)
  return zone
}

/** Milliseconds by which local time is ahead of UTC at `instant`. */
export function offsetAt(zone: Zone, instant: Instant): number {
  const week = weekOf(zone, instant)
  return instant < week.change ? week.before : week.after
}

/**
 * The first instant at which the clocks of `zone` show `timeMs` (from midnight) on `day` or later: in a skipped hour the
 * instant of the skip, in a repeated hour its first pass. So a later wall time never comes before an earlier one.
 */
export function instantAt(zone: Zone, day: number, timeMs: number): Instant {
  const local = day * dayMs + timeMs
  const before = offsetAt(zone, local - dayMs)
  const after = offsetAt(zone, local + dayMs)
  if (before === after) return local - before
  if (offsetAt(zone, local - before) === before) return local - before
  if (offsetAt(zone, local - after) === after) return local - after
  return Math.max(weekOf(zone, local - before).change, weekOf(zone, local - after).change)
}

function weekOf(zone: Zone, instant: Instant): Week {
  const number = Math.floor(instant / weekMs)
  const known = zone.weeks.get(number)
  if (known !== undefined) return known
  const week = readWeek(zone.format, number * weekMs)
  if (zone.weeks.size >= maxWeeks) zone.weeks.clear()
  zone.weeks.set(number, week)
  return week
}

// No zone changes its offset twice within a week.
function readWeek(format: Intl.DateTimeFormat, start: Instant): Week {
  const before = readOffset(format, start - 1)
  const after = readOffset(format, start + weekMs - 1)
  if (before === after) return { before, after, change: -Infinity }
  let [old, changed] = [start - 1, start + weekMs - 1]
  while (changed - old > 1) {
    const middle = Math.floor((old + changed) / 2)
    if (readOffset(format, middle) === before) old = middle
    else changed = middle
  }
  return { before, after, change: changed }
}

function readOffset(format: Intl.DateTimeFormat, instant: Instant): number {
  const text = format.format(instant) // "10/8/2026, GMT+08:00", "GMT" for zero, seconds only in the nineteenth century
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = /([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(text) ?? []
  const size = (Number(hours) * 60 + Number(minutes)) * minuteMs + Number(seconds) * 1000
  return sign === '-' ? -size : size
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}

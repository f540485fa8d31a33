// Durations of limits, in ISO 8601: days, and time of hours, minutes and seconds. How long a day or an hour takes is the
// clock's business (clock.ts). Months and years are refused: their length is unknown.
import { minuteMs } from './zone.ts'

/** `days` and then `timeMs` (milliseconds); at least one of them is positive. */
export type Duration = { readonly days: number; readonly timeMs: number }

const pattern = /^P(?:(\d{1,4})D)?(?:T(?=\d)(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?$/

/**
 * The duration of `PnD`, `PTnH`, `PTnM`, `PTnS` or any of them together (`P1DT2H30M`). Undefined for anything else: other
 * units, fractions, signs, longer numbers than 4, 5, 6 and 7 digits, and a duration of nothing.
 */
export function parseDuration(iso: string): Duration | undefined {
  const match = pattern.exec(iso)
  if (match === null) return undefined
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map(digits => Number(digits ?? 0))
  const timeMs = (hours * 60 + minutes) * minuteMs + seconds * 1000
  return days + timeMs > 0 ? { days, timeMs } : undefined
}

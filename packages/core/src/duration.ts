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

const units: readonly (readonly [part: RegExp, natural: Unit, worked: Unit])[] = [
  [/(\d+)D/, ['天', 'days'], ['个工作日', 'working days']],
  [/(\d+)H/, ['小时', 'hours'], ['工作小时', 'working hours']],
  [/T.*?(\d+)M/, ['分钟', 'minutes'], ['工作分钟', 'working minutes']],
  [/(\d+)S/, ['秒', 'seconds'], ['秒', 'seconds']]
]
type Unit = readonly [zh: string, en: string]

/** An ISO 8601 duration for people: `PT4H` on a working clock is `4 工作小时` or `4 working hours`. */
export function durationWords(within: string, working: boolean, language: string): string {
  const english = language.toLowerCase().startsWith('en')
  return units
    .flatMap(([part, natural, worked]) => {
      const amount = part.exec(within)?.[1]
      const unit = (working ? worked : natural)[english ? 1 : 0]
      return amount === undefined ? [] : [`${amount} ${amount === '1' ? unit.replace(/s$/, '') : unit}`]
    })
    .join(' ')
}

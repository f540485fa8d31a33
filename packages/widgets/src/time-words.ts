// Instants and deadlines in words, on the locality's wall clock: the offset that the server wrote, never the device's time zone.
import type { Deadline } from './documents.ts'
import type { Texts } from './texts.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** An RFC 3339 instant as its own wall clock says it: `10月8日 周四 11:30`, with the year where it is not this one. */
export function instantWords(instant: string, lang: string, now: number): string {
  const wall = Date.parse(instant.replace(/(Z|[+-]\d\d:\d\d)$/, 'Z'))
  const otherYear = new Date(wall).getUTCFullYear() !== new Date(now).getUTCFullYear()
  return new Intl.DateTimeFormat(lang, {
    timeZone: 'UTC',
    ...(otherYear ? { year: 'numeric' } : {}),
    month: 'short',
    day: 'numeric',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23'
  }).format(wall)
}

/** A length of time in its largest unit, rounded down: days from two days on, hours from one hour on, else minutes. */
function spanWords(ms: number, t: Texts): string {
  if (ms >= 2 * dayMs) return t.days(Math.floor(ms / dayMs))
  if (ms >= hourMs) return t.hours(Math.floor(ms / hourMs))
  return t.minutes(Math.max(1, Math.floor(ms / minuteMs)))
}

/** What a deadline looks like now: `calm`, `soon` from its warning on, `late` after it; the span in words and the due instant. */
export type DueWords = { tone: 'calm' | 'soon' | 'late' | 'unknown'; span: string; by: string }

/** The words for the deadline that ends first, or undefined without one. */
export function dueWords(deadlines: readonly Deadline[], t: Texts, lang: string, now: number): DueWords | undefined {
  const known = deadlines.filter(deadline => deadline.dueAt !== null)
  const first = [...known].sort((left, right) => dueMs(left) - dueMs(right))[0] ?? deadlines[0]
  if (!first) return undefined
  if (first.dueAt === null) return { tone: 'unknown', span: t.dueUnknown, by: '' }
  const left = dueMs(first) - now
  const by = t.dueBy(instantWords(first.dueAt, lang, now))
  if (left < 0) return { tone: 'late', span: t.late(spanWords(-left, t)), by }
  if (first.expired > 0) return { tone: 'late', span: t.nextLimit, by } // it ran out and runs again: nothing is left
  const soon = first.warned || (first.warnAt !== null && Date.parse(first.warnAt) <= now)
  return { tone: soon ? 'soon' : 'calm', span: t.left(spanWords(left, t)), by }
}

const dueMs = (deadline: Deadline) => Date.parse(deadline.dueAt ?? '')

/** From occurrences to score cards (成绩卡): one pass over the journal gathers each subject's figures; then each line is rounded once, and the total once. */
import { elapsed } from './clock.ts'
import { runCondition } from './condition.ts'
import {
  addDecimal,
  compareDecimal,
  decimalIn,
  decimalOf,
  divideDecimal,
  formatDecimal,
  multiplyDecimal,
  plainDecimal,
  roundDecimal,
  subtractDecimal,
  type Decimal
} from './decimal.ts'
import type {
  Counting,
  Evaluation,
  IndicatorRule,
  Occurrence,
  PublishedTotal,
  Rating,
  ScoreCard,
  ScoreLine,
  Selection,
  Subject
} from './evaluation.ts'
import type { Locality } from './locality.ts'
import { areaKey, personKey, type PartyKey } from './party.ts'
import { causeFacts, creditedTo, quantityIn } from './points-earning.ts'
import type { Window } from './window.ts'
import { localDate } from './zone.ts'

/** What an evaluation is judged by, besides the journal. `level` is that of area subjects, null where people are judged. */
export type Evidence = {
  readonly subjects: readonly Subject[]
  readonly level: string | null
  readonly ratings: readonly Rating[]
  readonly totals: readonly PublishedTotal[]
}

/** An occurrence (`<case>#<ordinal>`) that could not be judged: `condition.failed`, `calendar.unknown-year` or `quantity.invalid`. */
export type Unmeasured = { readonly indicator: string; readonly occurrence: string; readonly code: string }

export type Evaluated = { readonly cards: readonly ScoreCard[]; readonly unmeasured: readonly Unmeasured[] }

type Facts = Pick<Locality, 'timeZone' | 'calendar'>
/** What has been gathered for one subject and indicator. */
type Tally = { sum: Decimal; sample: number; outOf: number; readonly counted: string[]; readonly against: string[] }

const zero = decimalOf(0)
const hundred = decimalOf(100)
const shownPlaces = 4
const maxUnmeasured = 20

/** An evaluation under way: `count` takes the occurrences of whole cases, one case after the other; `cards` says what they come to. */
export type Tallying = { count(occurrence: Occurrence): void; cards(): Evaluated }

/**
 * The evaluation of all subjects for `window`. An occurrence counts in the window that its instant lies in; earlier ones only tell
 * how long something took. The same evidence gives the same digits, in whatever order cases, ratings and totals come.
 */
export function tally(evaluation: Evaluation, window: Window, evidence: Evidence, locality: Facts): Tallying {
  const tallies = new Map(evidence.subjects.map(({ key }) => [key, evaluation.indicators.map(emptyTally)]))
  const unmeasured: Unmeasured[] = []
  gatherRatings(evaluation, evidence, tallies)
  gatherTotals(evaluation, window, evidence, tallies)
  return {
    count: gathererOf(evaluation, { window, evidence, locality, tallies, unmeasured }),
    cards: () => ({
      cards: evidence.subjects.map(subject => cardOf(evaluation, subject, tallies.get(subject.key) ?? [])),
      unmeasured
    })
  }
}

type Gathering = {
  readonly window: Window
  readonly evidence: Evidence
  readonly locality: Facts
  readonly tallies: ReadonlyMap<PartyKey, readonly Tally[]>
  readonly unmeasured: Unmeasured[]
}
type Interest = {
  readonly at: number
  readonly indicator: string
  readonly selection: Selection
  readonly counting: Counting | null
}

/** A function that counts one occurrence wherever it counts. It remembers when the events of the case at hand were, for durations. */
function gathererOf({ indicators }: Evaluation, gathering: Gathering): (occurrence: Occurrence) => void {
  const { window, locality, unmeasured } = gathering
  const interests = indicators.flatMap<Interest>(({ id, counts, outOf }, at) => [
    ...counts.map(({ pick, counting }) => ({ at, indicator: id, selection: pick, counting })),
    ...(outOf ? [{ at, indicator: id, selection: outOf, counting: null }] : [])
  ])
  const seen = { case: '', at: new Map<string, number>() }
  return occurrence => {
    const { entry, row } = occurrence
    if (seen.case !== row.id) {
      seen.case = row.id
      seen.at.clear()
    }
    if (entry.at >= window.from && entry.at < window.to)
      for (const interest of interests) {
        const problem = count(interest, occurrence, seen.at, gathering)
        if (problem !== undefined && unmeasured.length < maxUnmeasured)
          unmeasured.push({ indicator: interest.indicator, occurrence: idOf(occurrence), code: problem })
      }
    seen.at.set(entry.event, entry.at)
  }

  function count(
    { at, selection, counting }: Interest,
    occurrence: Occurrence,
    seenAt: ReadonlyMap<string, number>,
    { evidence, tallies }: Gathering
  ): string | undefined {
    if (!selects(selection, counting, occurrence)) return undefined
    const subject = subjectOf(selection, occurrence, evidence.level)
    const tally = subject === undefined ? undefined : tallies.get(subject)?.[at]
    if (!tally) return undefined
    const holds =
      selection.when === null ||
      runCondition(selection.when, causeFacts(occurrence, localDate(occurrence.entry.at, locality.timeZone)))
    if (typeof holds === 'object') return 'condition.failed'
    if (!holds) return undefined
    if (counting === null) {
      tally.outOf++
      tally.against.push(idOf(occurrence))
      return undefined
    }
    const amount = amountOf(counting, occurrence, seenAt, locality)
    if (typeof amount === 'string') return amount
    if (amount !== undefined) add(tally, amount, idOf(occurrence))
    return undefined
  }
}

function selects({ on, services }: Selection, counting: Counting | null, { entry, row }: Occurrence): boolean {
  if (services && !services.has(row.service)) return false
  if (on !== 'reviews') return on.has(entry.event)
  const scale = counting?.by === 'review' ? counting.scale : null
  return (
    row.review?.at === entry.at && row.review.event === entry.event && (scale ?? row.review.scale) === row.review.scale
  )
}

function subjectOf({ credit }: Selection, occurrence: Occurrence, level: string | null): PartyKey | undefined {
  if (level !== null) {
    const area = occurrence.row.places[level]
    return area === undefined ? undefined : areaKey(area)
  }
  const person = creditedTo(credit, occurrence)
  return person === undefined ? undefined : personKey(person)
}

/** What an occurrence adds, in milliseconds where it is a time; undefined where it adds nothing, or why that cannot be said. */
function amountOf(
  counting: Counting,
  occurrence: Occurrence,
  seenAt: ReadonlyMap<string, number>,
  { calendar, timeZone }: Facts
): Decimal | string | undefined {
  if (counting.by === 'times') return counting.times
  if (counting.by === 'review') return decimalIn(occurrence.row.review?.value ?? '0')
  if (counting.by === 'field') return quantityIn(counting.field, occurrence) ?? 'quantity.invalid'
  const starts = [...counting.from].flatMap(event => seenAt.get(event) ?? [])
  if (starts.length === 0) return undefined
  const [start, end] = [Math.max(...starts), occurrence.entry.at]
  const rule = counting.clock === null ? undefined : calendar.clocks.get(counting.clock)
  const took = rule ? elapsed({ rule, years: calendar.years, timeZone }, start, end) : end - start
  return took === 'unknown-year' ? 'calendar.unknown-year' : decimalOf(took)
}

/** The marks that count: of several by one rater for one subject on a sheet the last, the one with the greater id where two came at once. */
export function lastRatings(ratings: readonly Rating[]): readonly Rating[] {
  const last = new Map<string, Rating>()
  for (const rating of ratings) {
    const key = `${rating.sheet} ${rating.rater} ${rating.subject}`
    const before = last.get(key)
    if (!before || before.at < rating.at || (before.at === rating.at && before.id < rating.id)) last.set(key, rating)
  }
  return [...last.values()]
}

function gatherRatings({ indicators }: Evaluation, { ratings }: Evidence, tallies: Gathering['tallies']): void {
  const counting = lastRatings(ratings)
  indicators.forEach(({ kind, source }, at) => {
    if (kind !== 'sheet') return
    for (const { sheet, subject, marks, id } of counting) {
      const tally = sheet === source ? tallies.get(subject)?.[at] : undefined
      if (tally) add(tally, decimalIn(marks), id)
    }
  })
}

function gatherTotals(
  { indicators }: Evaluation,
  { from, to }: Window,
  { totals, level }: Evidence,
  tallies: Gathering['tallies']
): void {
  indicators.forEach(({ kind, source }, at) => {
    if (kind !== 'scores') return
    for (const published of totals) {
      if (published.evaluation !== source || published.from < from || published.from >= to) continue
      const area = level === null ? undefined : published.places[level]
      const tally = tallies.get(area === undefined ? published.subject : areaKey(area))?.[at]
      if (tally) add(tally, decimalIn(published.total), published.id)
    }
  })
}

function emptyTally(): Tally {
  return { sum: zero, sample: 0, outOf: 0, counted: [], against: [] }
}

function add(tally: Tally, amount: Decimal, id: string): void {
  tally.sum = addDecimal(tally.sum, amount)
  tally.sample++
  tally.counted.push(id)
}

function idOf({ entry, row }: Occurrence): string {
  return `${row.id}#${entry.ordinal}`
}

function cardOf(evaluation: Evaluation, { key, places }: Subject, tallies: readonly Tally[]): ScoreCard {
  const { rounding, bands, indicators } = evaluation
  const lines = indicators.map((rule, at) => lineOf(rule, tallies[at] ?? emptyTally(), evaluation))
  const exact = indicators.reduce(
    (sum, { weight }, at) => addDecimal(sum, multiplyDecimal(weight, decimalIn(lines[at]?.points ?? '0'))),
    zero
  )
  const total = roundDecimal(exact, rounding.total, rounding.mode)
  const band = bands.findLastIndex(({ least }) => compareDecimal(least, total) <= 0)
  return { subject: key, places, lines, total: formatDecimal(total), band }
}

function lineOf(rule: IndicatorRule, tally: Tally, { rounding }: Evaluation): ScoreLine {
  const fraction = fractionOf(rule, tally)
  const points = fraction ? pointsOf(rule, fraction, rounding) : roundDecimal(rule.empty, rounding.line, rounding.mode)
  return {
    indicator: rule.id,
    weight: formatDecimal(rule.weight),
    value: fraction && plainDecimal(divideDecimal(fraction.sum, fraction.by, shownPlaces, 'half-up')),
    points: formatDecimal(points),
    counted: tally.counted.sort(),
    outOf: tally.against.sort()
  }
}

type Fraction = { readonly sum: Decimal; readonly by: Decimal }

/** The indicator's exact value; null where there is too little to judge by. */
function fractionOf({ kind, least, unitMs }: IndicatorRule, { sum, sample, outOf }: Tally): Fraction | null {
  if (kind === 'count' || kind === 'sum') return { sum, by: decimalOf(1) }
  const of = kind === 'ratio' ? outOf : sample
  return of < least ? null : { sum, by: decimalOf(of * unitMs) }
}

/** A value as 0 to 100 points: by its steps, or linear between the ends of its scale; rounded once, and never outside. */
function pointsOf(
  { scale, steps }: IndicatorRule,
  { sum, by }: Fraction,
  { line, mode }: Evaluation['rounding']
): Decimal {
  if (!scale) {
    const step = steps.findLast(({ from }) => compareDecimal(multiplyDecimal(from, by), sum) <= 0)
    return roundDecimal(step?.points ?? zero, line, mode)
  }
  const reached = multiplyDecimal(subtractDecimal(sum, multiplyDecimal(scale.from, by)), hundred)
  const points = divideDecimal(reached, multiplyDecimal(subtractDecimal(scale.to, scale.from), by), line, mode)
  if (compareDecimal(points, zero) <= 0) return roundDecimal(zero, line, mode)
  return compareDecimal(points, hundred) >= 0 ? roundDecimal(hundred, line, mode) : points
}

/** Evaluations (考评): what evaluations/<id>.json declares, read once, and the words for what it is judged by and comes to. */
import { compileCondition, type Condition } from './condition.ts'
import { decimalIn, type Decimal, type Rounding } from './decimal.ts'
import type { PartyKey, Places } from './party.ts'
import { settlersOf } from './points.ts'
import type { EarningCause } from './points-earning.ts'
import type {
  Band,
  Credit,
  DurationDeclaration,
  EvaluationFile,
  EventPick,
  Fold,
  Indicator,
  Quantity,
  SettlerParty,
  WindowRule
} from './schema-types.ts'

/** Whom a card is about, with the areas above: `person:<id>` or `area:<id>`. */
export type Subject = { readonly key: PartyKey; readonly places: Places }

/** A journal entry with its case as it stands after it. Entries of one case come in the order of their ordinals. */
export type Occurrence = EarningCause & {
  readonly row: {
    readonly review: {
      readonly scale: string
      readonly event: string
      readonly value: string
      readonly at: number
    } | null
  }
}

/** Marks that a rater gave to a subject on a sheet, a decimal; of several by one rater the last counts. `subject` as in `Subject`. */
export type Rating = {
  readonly id: string
  readonly evaluation: string
  readonly window: string
  readonly sheet: string
  readonly rater: string
  readonly subject: PartyKey
  readonly marks: string
  readonly at: number
}

/** A total that was published at `at`: `window` is its evaluation's, which begins at `from`. */
export type PublishedTotal = {
  readonly id: string
  readonly evaluation: string
  readonly window: string
  readonly from: number
  readonly subject: PartyKey
  readonly places: Places
  readonly total: string
  readonly at: number
}

/**
 * One indicator of a card. `value` is what was found (four decimal places; null where there was nothing), `points` 0 to 100 at the
 * declared places. `counted` are ids of what counted (`<case>#<ordinal>`, ratings, scores), `outOf` those of a ratio's denominator.
 */
export type ScoreLine = {
  readonly indicator: string
  readonly weight: string
  readonly value: string | null
  readonly points: string
  readonly counted: readonly string[]
  readonly outOf: readonly string[]
}

/** What an evaluation comes to for one subject: `band` is the index of its band. */
export type ScoreCard = {
  readonly subject: PartyKey
  readonly places: Places
  readonly lines: readonly ScoreLine[]
  readonly total: string
  readonly band: number
}

/** Which events count, and for whom. */
export type Selection = {
  readonly on: ReadonlySet<string> | 'reviews'
  readonly services: ReadonlySet<string> | null
  readonly when: Condition | null
  readonly credit: Credit
}

/** How a pick's events enter an indicator: `times` each, or by the number in a field, or by the time since the last of some events. */
export type Counting =
  | { readonly by: 'times'; readonly times: Decimal }
  | { readonly by: 'field'; readonly field: Quantity }
  | { readonly by: 'time'; readonly from: ReadonlySet<string>; readonly clock: string | null }
  | { readonly by: 'review'; readonly scale: string | null }

/** One indicator, read: `counts` feed its sum and sample, `outOf` the denominator of a ratio; a value in time is in units of `unitMs`. */
export type IndicatorRule = {
  readonly id: string
  readonly weight: Decimal
  readonly kind: 'count' | 'sum' | 'mean' | 'ratio' | 'duration' | 'review' | 'sheet' | 'scores'
  readonly counts: readonly { readonly pick: Selection; readonly counting: Counting }[]
  readonly outOf: Selection | null
  /** The sheet or evaluation that it reads. */
  readonly source: string | null
  readonly unitMs: number
  readonly least: number
  readonly empty: Decimal
  readonly scale: { readonly from: Decimal; readonly to: Decimal } | null
  readonly steps: readonly { readonly from: Decimal; readonly points: Decimal }[]
}

export type Evaluation = {
  readonly indicators: readonly IndicatorRule[]
  readonly window: WindowRule
  readonly rounding: { readonly line: number; readonly total: number; readonly mode: Rounding }
  readonly bands: readonly (Band & { readonly least: Decimal })[]
  readonly sheets: ReadonlyMap<string, { readonly raters: readonly SettlerParty[]; readonly highest: Decimal }>
  readonly publishedBy: readonly SettlerParty[]
  readonly readBy: readonly SettlerParty[] | 'everyone'
}

const compiled = new WeakMap<EvaluationFile, Evaluation>()
const one: Decimal = { units: 1n, scale: 0 }
const none: Decimal = { units: 0n, scale: 0 }
const hundred: Decimal = { units: 100n, scale: 0 }

/** The evaluation that `file` declares, kept by the file. Throws a RangeError on a file that `checkEvaluation` refuses. */
export function evaluationOf(file: EvaluationFile): Evaluation {
  const known = compiled.get(file)
  if (known) return known
  const sheets = new Map(
    Object.entries(file.sheets ?? {}).map(([id, { raters, highest }]) => [
      id,
      { raters: settlersOf(raters), highest: decimalIn(highest) }
    ])
  )
  const evaluation: Evaluation = {
    indicators: Object.entries(file.indicators).map(([id, declared]) =>
      indicatorOf(id, declared, sheet => sheets.get(sheet)?.highest ?? hundred)
    ),
    window: file.window,
    rounding: file.rounding,
    bands: file.bands.map(band => ({ ...band, least: decimalIn(band.from) })),
    sheets,
    publishedBy: settlersOf(file.publishedBy),
    readBy: file.readBy === 'everyone' ? 'everyone' : settlersOf(file.readBy)
  }
  compiled.set(file, evaluation)
  return evaluation
}

/** The picks of a fold, each with its pointer below the fold: for whoever checks names and conditions. */
export function picksOf(fold: Fold): readonly (readonly [pointer: string, pick: Partial<EventPick>])[] {
  if ('count' in fold) return [['/count', fold.count]]
  if ('sum' in fold) return [['/sum', fold.sum]]
  if ('mean' in fold) return [['/mean', fold.mean]]
  if ('duration' in fold) return [['/duration/to', fold.duration.to]]
  if ('review' in fold) return [['/review', fold.review]]
  if (!('ratio' in fold)) return []
  const { of, to } = fold.ratio
  return [...of.map((pick, i) => [`/ratio/of/${i}`, pick] as const), ['/ratio/to', to]]
}

type Folded = Pick<IndicatorRule, 'kind' | 'counts' | 'outOf' | 'source' | 'unitMs' | 'scale'>

function indicatorOf(id: string, declared: Indicator, highest: (sheet: string) => Decimal): IndicatorRule {
  const { fold, scale, steps = [] } = declared
  const folded = foldOf(fold, highest)
  return {
    id,
    weight: decimalIn(declared.weight),
    ...folded,
    least: 'least' in fold ? (fold.least ?? 1) : 1,
    empty: 'empty' in fold ? decimalIn(fold.empty) : none,
    scale: scale ? { from: decimalIn(scale.from), to: decimalIn(scale.to) } : steps.length > 0 ? null : folded.scale,
    steps: steps.map(({ from, points }) => ({ from: decimalIn(from), points: decimalIn(points) }))
  }
}

function foldOf(fold: Fold, highest: (sheet: string) => Decimal): Folded {
  const plain = { outOf: null, source: null, unitMs: 1, scale: null }
  const times = (pick: EventPick, weight = '1') => ({
    pick: pickOf(pick),
    counting: { by: 'times' as const, times: decimalIn(weight) }
  })
  if ('count' in fold) return { ...plain, kind: 'count', counts: [times(fold.count)] }
  if ('sum' in fold || 'mean' in fold) {
    const amount = 'sum' in fold ? fold.sum : fold.mean
    const counts = [{ pick: pickOf(amount), counting: { by: 'field' as const, field: amount.value } }]
    return { ...plain, kind: 'sum' in fold ? 'sum' : 'mean', counts }
  }
  if ('ratio' in fold) {
    const { of, to } = fold.ratio
    const counts = of.map(({ weight, ...pick }) => times(pick, weight))
    return { ...plain, kind: 'ratio', counts, outOf: pickOf(to), scale: { from: none, to: one } }
  }
  if ('duration' in fold) return { ...plain, kind: 'duration', ...durationOf(fold.duration) }
  if ('review' in fold) {
    const { scale, ...pick } = fold.review
    const counting = { by: 'review' as const, scale: scale ?? null }
    const counts = [{ pick: { ...pickOf({ on: [], ...pick }), on: 'reviews' as const }, counting }]
    return { ...plain, kind: 'review', counts, scale: { from: none, to: one } }
  }
  if ('sheet' in fold)
    return { ...plain, kind: 'sheet', counts: [], source: fold.sheet, scale: { from: none, to: highest(fold.sheet) } }
  return { ...plain, kind: 'scores', counts: [], source: fold.scores, scale: { from: none, to: hundred } }
}

function durationOf({ from, to, clock, unit }: DurationDeclaration) {
  const counting = { by: 'time' as const, from: new Set(from), clock: clock ?? null }
  return { counts: [{ pick: pickOf(to), counting }], unitMs: unit === 'hours' ? 3_600_000 : 60_000 }
}

function pickOf({ on, services, when, credit = 'assignee' }: EventPick): Selection {
  return {
    on: new Set(on),
    services: services ? new Set(services) : null,
    when: when === undefined ? null : compileCondition(when),
    credit
  }
}

/** A published score in full, for `gridwright explain`: what each line counted, how that became points, how points became the total, and what a recomputation differs in. */
import {
  canonicalJson,
  evaluationOf,
  parseDecimal,
  plainDecimal,
  textIn,
  type EvaluationFile,
  type Locality,
  type ScoreCard,
  type ScoreLine,
  type Text
} from '@gridwright/core'
import type { Score } from '@gridwright/workflows'
import { howCounted } from './explain-words.ts'
import type { Evidence } from './store-evidence.ts'

/** One thing that a line counted; `gone` where what the id stood for is not in the database any more. */
export type Counted = Evidence | { readonly id: string; readonly kind: 'gone' }
/** `share` is weight × points, exact; all shares add up to the total before it is rounded. */
export type ExplainedLine = Pick<ScoreLine, 'indicator' | 'weight' | 'value' | 'points'> & {
  readonly label: string
  readonly share: string
  readonly how: string
  readonly counted: readonly Counted[]
  readonly outOf: readonly Counted[]
}
export type ExplainedScore = {
  readonly id: string
  readonly subject: { readonly key: string; readonly name: string }
  readonly total: string
  readonly band: { readonly label: string; readonly stars: number | null; readonly card: string | null }
  readonly at: number
  readonly by: string
  readonly release: string
  readonly lines: readonly ExplainedLine[]
  /** Undefined where nothing was computed again. */
  readonly differences: readonly Difference[] | undefined
}
/** `indicator` is null for what concerns the whole card; for `counted` and `outOf` the two are ids that the other lacks. */
export type Difference = {
  readonly what: 'card' | 'total' | 'band' | 'value' | 'points' | 'weight' | 'counted' | 'outOf'
  readonly indicator: string | null
  readonly published: readonly string[]
  readonly computed: readonly string[]
}

/** What a score is explained with: the release that it was published under, names of subjects and publishers, what its ids stand for. */
export type ExplainedBy = {
  readonly locality: Locality
  readonly language: string
  /** The card that the evidence gives now, where it was computed again. */
  readonly again: ScoreCard | undefined
  readonly names: ReadonlyMap<string, string>
  readonly evidence: ReadonlyMap<string, Evidence>
}

/** `score` in words and figures. Throws where `locality`, which should be that of its release, has no such evaluation. */
export function explained(score: Score, by: ExplainedBy): ExplainedScore {
  const { locality, language, names, evidence, again } = by
  const file = locality.evaluations.get(score.evaluation)
  if (!file) throw new Error(`release ${score.release} has no evaluation ${score.evaluation}`)
  const { card, id, at, by: publisher, release } = score
  const text = (words: Text) => textIn(words, language, locality.languages)
  const band = file.bands[card.band]
  const found = (key: string): Counted => evidence.get(key) ?? { id: key, kind: 'gone' }
  return {
    id,
    subject: { key: card.subject, name: names.get(card.subject) ?? card.subject },
    total: card.total,
    band: { label: band ? text(band.label) : '', stars: band?.stars ?? null, card: band?.card ?? null },
    at,
    by: names.get(`person:${publisher}`) ?? publisher,
    release,
    lines: card.lines.map(line => ({
      indicator: line.indicator,
      label: text(file.indicators[line.indicator]?.label ?? line.indicator),
      weight: line.weight,
      value: line.value,
      points: line.points,
      share: shareOf(line),
      how: howOf(line, file, by),
      counted: line.counted.map(found),
      outOf: line.outOf.map(found)
    })),
    differences: again && differencesOf(card, again)
  }
}

function howOf(line: ScoreLine, file: EvaluationFile, { locality, language }: ExplainedBy): string {
  const rule = evaluationOf(file).indicators.find(({ id }) => id === line.indicator)
  if (!rule) return ''
  const source = rule.source ?? ''
  const sheet = rule.kind === 'sheet' ? file.sheets?.[source] : undefined
  const named = sheet?.label ?? locality.evaluations.get(source)?.title ?? ''
  return howCounted(line, rule, {
    language,
    source: textIn(named, language, locality.languages),
    highest: sheet?.highest ?? '',
    weighted: weighted(file.indicators[line.indicator]?.fold)
  })
}

/** Whether the numerators of a ratio count differently. */
function weighted(fold: EvaluationFile['indicators'][string]['fold'] | undefined): boolean {
  return fold !== undefined && 'ratio' in fold && fold.ratio.of.some(({ weight = '1' }) => weight !== '1')
}

function shareOf({ weight, points }: ScoreLine): string {
  const [left, right] = [parseDecimal(weight), parseDecimal(points)]
  return left && right ? plainDecimal({ units: left.units * right.units, scale: left.scale + right.scale }) : ''
}

/** In what a card that was computed again differs; empty where the two are the same to the digit. */
function differencesOf(published: ScoreCard, again: ScoreCard): readonly Difference[] {
  const of = (what: Difference['what'], indicator: string | null, left: string[], right: string[]): Difference[] =>
    left.join(' ') === right.join(' ') ? [] : [{ what, indicator, published: left, computed: right }]
  if (canonicalJson(published) === canonicalJson(again)) return []
  const lines = published.lines.flatMap(line => {
    const id = line.indicator
    const other = again.lines.find(({ indicator }) => indicator === id)
    if (!other) return of('points', id, [line.points], [])
    return [
      ...of('weight', id, [line.weight], [other.weight]),
      ...of('value', id, shown(line.value), shown(other.value)),
      ...of('points', id, [line.points], [other.points]),
      ...of('counted', id, beyond(line.counted, other.counted), beyond(other.counted, line.counted)),
      ...of('outOf', id, beyond(line.outOf, other.outOf), beyond(other.outOf, line.outOf))
    ]
  })
  const found = [
    ...of('total', null, [published.total], [again.total]),
    ...of('band', null, [String(published.band)], [String(again.band)]),
    ...lines
  ]
  return found.length > 0 ? found : [{ what: 'card', indicator: null, published: [], computed: [] }]
}

const shown = (value: string | null) => (value === null ? [] : [value])

function beyond(ids: readonly string[], others: readonly string[]): string[] {
  const known = new Set(others)
  return ids.filter(id => !known.has(id))
}

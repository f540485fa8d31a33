// Published scores held against what the rules of another config make of the same evidence: journal, marks and totals as they are.
import { contentHash, textIn, type EvaluationFile, type Locality, type ScoreCard } from '@gridwright/core'
import type { Score } from '@gridwright/workflows'
import { recomputeScores } from './audit-scores.ts'
import type { Releases } from './releases.ts'
import type { CaseChoice } from './store-journals.ts'
import { roundsIn, scoresOf } from './store-roll.ts'
import type { Session } from './store-session.ts'

/** A total as a decimal and its band in the words of the locality; `stars` and `card` are null where the band has none. */
export type ScoreSide = {
  readonly total: string
  readonly band: string
  readonly stars: number | null
  readonly card: string | null
}
/** `after` is null where the evaluation or the window is no more. */
export type MovedScore = {
  readonly evaluation: string
  readonly window: string
  readonly subject: string
  readonly before: ScoreSide
  readonly after: ScoreSide | null
}
/** Of `read` published scores `count` move; those of the latest windows are listed. */
export type MovedScores = {
  readonly read: number
  readonly count: number
  readonly items: readonly MovedScore[]
  readonly more: number
}

const listed = 1_000

/** The published scores, of windows that begin at `since` or later, whose total or band is otherwise under `rules`. */
export async function movedScores(
  session: Session,
  releases: Releases,
  { rules, since = -Infinity }: CaseChoice & { readonly rules: Locality }
): Promise<MovedScores> {
  const { id } = rules
  const items: MovedScore[] = []
  let [read, count] = [0, 0]
  const rounds = await session.within(id, run => roundsIn(run, id))
  for (const round of rounds) {
    const scores = (await session.within(id, run => scoresOf(run, id, round))).filter(({ from }) => from >= since)
    read += scores.length
    const moved = await movedIn(session, releases, rules, scores)
    count += moved.length
    items.push(...moved.slice(0, listed - items.length))
  }
  return { read, count, items, more: count - items.length }
}

/** Of scores of one round. What nothing it is computed by has changed for is not computed again. */
async function movedIn(
  session: Session,
  releases: Releases,
  rules: Locality,
  scores: readonly Score[]
): Promise<readonly MovedScore[]> {
  const moved: MovedScore[] = []
  for (const [release, own] of Map.groupBy(scores, score => score.release)) {
    const then = await releases.release(rules.id, release)
    const { evaluation = '' } = own[0] ?? {}
    if (basisOf(then, evaluation) === basisOf(rules, evaluation)) continue
    for (const { score, again } of await recomputeScores(session, releases, rules.id, own, rules)) {
      const before = sideOf(then, then.evaluations.get(evaluation), score.card)
      const after = again ? sideOf(rules, rules.evaluations.get(evaluation), again) : null
      if (contentHash(before) !== contentHash(after))
        moved.push({ evaluation, window: score.window, subject: score.card.subject, before, after })
    }
  }
  return moved
}

/** All that a score follows from, besides its evidence. */
function basisOf({ evaluations, services, timeZone, calendar }: Locality, evaluation: string): string {
  const categories = Object.fromEntries([...services].map(([id, { category }]) => [id, category]))
  return contentHash([evaluations.get(evaluation) ?? null, categories, timeZone, calendar])
}

function sideOf({ languages }: Locality, file: EvaluationFile | undefined, { total, band }: ScoreCard): ScoreSide {
  const declared = file?.bands[band]
  return {
    total,
    band: declared ? textIn(declared.label, languages[0] ?? '', languages) : '',
    stars: declared?.stars ?? null,
    card: declared?.card ?? null
  }
}

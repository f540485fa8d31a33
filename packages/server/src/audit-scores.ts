// The audit of evaluations: every published score, computed again from the journal under its own release, must give the same digits.
import { canonicalJson, windowNamed, type Locality, type ScoreCard } from '@gridwright/core'
import { cardsOf, rollReads, type Score } from '@gridwright/workflows'
import type { Releases } from './releases.ts'
import { allScores, journalOf, ratingsOf, totalsIn } from './store-roll.ts'
import type { Session } from './store-session.ts'

/** A published score with the card that its evidence gives now; undefined where its release no longer stands, or no longer has its evaluation or window. */
export type Recomputed = { readonly score: Score; readonly again: ScoreCard | undefined }

/** The ids of published scores that their evidence does not bear out. */
export async function differingScores(
  session: Session,
  releases: Releases,
  locality: string
): Promise<readonly string[]> {
  const scores = await session.within(locality, run => allScores(run, locality))
  const all = await recomputeScores(session, releases, locality, scores)
  return all.flatMap(({ score, again }) =>
    canonicalJson(score.card) === canonicalJson(again ?? null) ? [] : [score.id]
  )
}

/** `scores` with their cards computed again, those that were published together together: by the rules of their own release, or by `rules`. */
export async function recomputeScores(
  session: Session,
  releases: Releases,
  locality: string,
  scores: readonly Score[],
  rules?: Locality
): Promise<readonly Recomputed[]> {
  const rounds = Map.groupBy(scores, ({ evaluation, window, release, at }) =>
    [evaluation, window, release, at].join(' ')
  )
  const found: Recomputed[] = []
  for (const round of rounds.values()) {
    const release = round[0]?.release ?? ''
    // An altered release is a fault of its own.
    const then = rules ?? (await releases.release(locality, release).catch(() => undefined))
    found.push(...(await recomputeRound(session, then, locality, round)))
  }
  return found
}

async function recomputeRound(
  session: Session,
  then: Locality | undefined,
  locality: string,
  scores: readonly Score[]
): Promise<readonly Recomputed[]> {
  const [{ evaluation, window: name, at } = { evaluation: '', window: '', at: 0 }] = scores
  const file = then?.evaluations.get(evaluation)
  const window = file && windowNamed(file.window, name, then?.timeZone ?? '')
  if (!then || !file || !window) return scores.map(score => ({ score, again: undefined }))
  const { cards } = await session.within(locality, async run => {
    const { totalsOf } = rollReads(evaluation, file, window, true)
    const totals = await totalsIn(run, locality, totalsOf, window)
    return cardsOf(then, file, window, {
      subjects: scores.map(({ card }) => ({ key: card.subject, places: card.places })),
      ratings: await ratingsOf(run, locality, { evaluation, window }),
      totals: totals.filter(total => total.at <= at),
      journal: journalOf(run, locality, window)
    })
  })
  return scores.map((score, i) => ({ score, again: cards[i] }))
}

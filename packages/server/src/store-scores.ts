// What people see of evaluations: whom a window judges, the marks that one gave, published scores, and what scores would be by now.
import type { EvaluationFile, Locality, PartyKey, Rating, ScoreCard, Subject, Window } from '@gridwright/core'
import { cardsOf, rollReads, type Journaled, type Score } from '@gridwright/workflows'
import {
  countedIn,
  journalOf,
  publishedIn,
  ratingsOf,
  roundsIn,
  scoresById,
  scoresOf,
  subjectsOf,
  totalsIn,
  type PublishedRound
} from './store-roll.ts'
import { evidenceOf, type Evidence } from './store-evidence.ts'
import type { Session } from './store-session.ts'

/** A window of an evaluation. */
export type RoundOf = { readonly evaluation: string; readonly window: Window }

/** Reading evaluations; nothing here judges who may see what. */
export type Rolls = {
  /** Whom `file` judges in a window, by key. */
  subjects(locality: string, file: EvaluationFile, window: Window): Promise<readonly Subject[]>
  /** All marks that `rater` gave in a window. */
  marks(locality: string, round: RoundOf & { readonly rater: string }): Promise<readonly Rating[]>
  /** Published scores by subject, at most `first` after the subject `after`; all without them. */
  scores(
    locality: string,
    query: { readonly evaluation: string; readonly window: string; readonly first?: number; readonly after?: string }
  ): Promise<readonly Score[]>
  /** Published scores by id, in the order of their subjects. */
  scoresById(locality: string, ids: readonly string[]): Promise<readonly Score[]>
  /** The windows that have published scores, by evaluation, the latest window first. */
  rounds(locality: string): Promise<readonly PublishedRound[]>
  /** What the ids on score lines stand for, for whoever runs the server; an id that is not there any more is missing. */
  evidence(locality: string, ids: readonly string[]): Promise<ReadonlyMap<string, Evidence>>
  /** The keys of those whose scores of a window are published. */
  published(locality: string, round: RoundOf): Promise<ReadonlySet<string>>
  /** The published score of one subject. */
  score(
    locality: string,
    query: { readonly evaluation: string; readonly window: string; readonly subject: string }
  ): Promise<Score | undefined>
  /** The entries of these ids (`<case>#<ordinal>`) whose cases one of `keys` may see, in their order, each with its case as it stands now. */
  counted(locality: string, ids: readonly string[], keys: readonly PartyKey[]): Promise<readonly Journaled[]>
  /** The cards of these subjects as they would be by now. */
  preview(
    locality: Locality,
    file: EvaluationFile,
    round: RoundOf & { readonly subjects: readonly Subject[] }
  ): Promise<readonly ScoreCard[]>
}

/** The rolls of `session`. */
export function openRolls(session: Session): Rolls {
  return {
    subjects: (locality, { subjects }, window) =>
      session.within(locality, run => subjectsOf(run, locality, { subjects, window })),
    marks: (locality, round) => session.within(locality, run => ratingsOf(run, locality, round)),
    scores: (locality, query) => session.within(locality, run => scoresOf(run, locality, query)),
    scoresById: (locality, ids) => session.within(locality, run => scoresById(run, locality, ids)),
    counted: (locality, ids, keys) => session.within(locality, run => countedIn(run, locality, ids, keys)),
    rounds: locality => session.within(locality, run => roundsIn(run, locality)),
    evidence: (locality, ids) => session.within(locality, run => evidenceOf(run, locality, ids)),
    published: (locality, round) => session.within(locality, run => publishedIn(run, locality, round)),
    async score(locality, { subject, ...round }) {
      const [score] = await session.within(locality, run => scoresOf(run, locality, { ...round, subject }))
      return score
    },
    preview: (locality, file, { evaluation, window, subjects }) =>
      session.within(locality.id, async run => {
        const { totalsOf } = rollReads(evaluation, file, window, true)
        const ratings = await ratingsOf(run, locality.id, { evaluation, window })
        const totals = await totalsIn(run, locality.id, totalsOf, window)
        const journal = journalOf(run, locality.id, window)
        return (await cardsOf(locality, file, window, { subjects, ratings, totals, journal })).cards
      })
  }
}

// The impact of a config on what really happened: each case of the journal played again by its rules, each published score computed again.
import { proceduresOf, type Locality, type Procedure } from '@gridwright/core'
import { impactOn, impactTally, journaled, type CaseEvent, type Impact, type Reading } from '@gridwright/workflows'
import { movedScores, type MovedScores } from './impact-scores.ts'
import type { Releases } from './releases.ts'
import { isStoreFault, storeFault } from './store-fault.ts'
import { countJournals, journalsOf, type CaseChoice } from './store-journals.ts'
import type { Session } from './store-session.ts'

/** `rules` are those that are tried; cases that are open are played until `now`. Scores are of windows that begin at `since` or later. */
export type ImpactQuestion = CaseChoice & { readonly rules: Locality; readonly now: number }
/** `live` is the hash of the release that counts now. */
export type ImpactReport = Impact & { readonly live: string; readonly scores: MovedScores }
export type ImpactProgress = (done: { readonly cases: number; readonly of: number }) => void

/** What `question.rules` would have changed of the cases and scores in their locality. Nothing is stored. Throws `locality.unknown` where none is published. */
export async function impactOf(
  session: Session,
  releases: Releases,
  { rules, now, ...choice }: ImpactQuestion,
  onProgress: ImpactProgress = () => undefined
): Promise<ImpactReport> {
  const { id } = rules
  const live = await releases.published(id)
  if (!live) throw storeFault('locality.unknown', id, {})
  const of = await countJournals(session, id, choice)
  const tally = impactTally()
  const fresh = readingOf(rules)
  const was = new Map<string, Procedure | undefined>()
  const old: Reading = { locality: live.locality, procedure: hash => was.get(hash) }
  let cases = 0
  onProgress({ cases, of })
  for await (const { journals, person } of journalsOf(session, id, rules, choice)) {
    await addProcedures(releases, id, was, journals)
    for (const journal of journals)
      tally.add(impactOn({ locality: rules, person, now }, old, fresh, journaled(journal)))
    cases += journals.length
    onProgress({ cases, of })
  }
  const scores = await movedScores(session, releases, { rules, ...choice })
  return { ...tally.impact(), live: live.hash, scores }
}

/** How the journal of `rules` themselves is read. */
function readingOf(rules: Locality): Reading {
  const all = [...rules.services.keys()].flatMap(service => proceduresOf(rules, service))
  const procedures = new Map(all.map(procedure => [procedure.hash, procedure]))
  return { locality: rules, procedure: hash => procedures.get(hash) }
}

/** Adds the procedures that entries were decided under; one that is not kept any more is undefined, which the audit tells. */
async function addProcedures(
  releases: Releases,
  locality: string,
  known: Map<string, Procedure | undefined>,
  journals: readonly (readonly CaseEvent[])[]
): Promise<void> {
  const hashes = new Set(journals.flatMap(journal => journal.map(({ procedure }) => procedure)))
  for (const hash of hashes)
    if (!known.has(hash))
      known.set(
        hash,
        await releases.procedure(locality, hash).catch((error: unknown) => {
          if (isStoreFault(error, 'procedure.unknown')) return undefined
          throw error
        })
      )
}

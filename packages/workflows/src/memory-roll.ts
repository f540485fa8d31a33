/** What an evaluation is judged by, from records kept in memory: subjects by what was held within the window, and the journal as it was folded. */
import type { PublishedTotal, Rating, Subject } from '@gridwright/core'
import { foldCase, type CaseEvent, type CaseRow } from './case.ts'
import type { AreaFacts } from './command.ts'
import { subjectsFrom, type Journaled, type RollFacts, type RollReads, type Score } from './evaluation-command.ts'
import type { Held, MemoryPerson } from './memory.ts'

type Kept = {
  readonly events: readonly CaseEvent[]
  readonly ratings: readonly Rating[]
  readonly scores: readonly Score[]
  readonly people: ReadonlyMap<string, MemoryPerson>
  readonly areas: ReadonlyMap<string, AreaFacts>
}

/** The facts that `reads` asks for. */
export function rollFrom(reads: RollReads, kept: Kept): RollFacts {
  const { evaluation, window, whole, totalsOf } = reads
  const own = kept.scores.filter(score => score.evaluation === evaluation && score.window === window.name)
  return {
    subjects: subjectsIn(reads, kept),
    published: new Set(own.map(({ card }) => card.subject)),
    ratings: kept.ratings.filter(rating => rating.evaluation === evaluation && rating.window === window.name),
    totals: kept.scores.filter(score => totalsOf.includes(score.evaluation)).map(totalOf),
    journal: whole ? journalIn(kept.events, window) : nothing()
  }
}

/** What other evaluations read of a published score. */
export function totalOf({ id, evaluation, window, from, card, at }: Score): PublishedTotal {
  return { id, evaluation, window, from, at, subject: card.subject, places: card.places, total: card.total }
}

function subjectsIn({ subjects, window }: RollReads, { people, areas }: Kept): readonly Subject[] {
  const placesOf = (area: string) => areas.get(area)?.places ?? {}
  if ('level' in subjects) {
    const own = [...areas.values()].filter(({ level }) => level === subjects.level)
    return subjectsFrom(own.map(({ id, places }) => ({ person: null, area: id, places })))
  }
  const within = ({ from = -Infinity, to = Infinity }: Held) => from < window.to && window.from < to
  const held = [...people.values()].flatMap(({ id, appointments, registrations }) => {
    const own =
      'post' in subjects
        ? appointments.filter(({ post }) => post === subjects.post)
        : registrations.filter(({ kind }) => kind === subjects.registration)
    return own.filter(within).map(({ area }) => ({ person: id, area, places: placesOf(area) }))
  })
  return subjectsFrom(held)
}

async function* journalIn(events: readonly CaseEvent[], { from, to }: RollReads['window']) {
  for (const entries of Map.groupBy(events, entry => entry.case).values())
    if (entries.some(({ at }) => from <= at && at < to)) yield journaled(entries)
}

/** The entries of one case in their order, each with the case as it stood after it. */
export function journaled(entries: readonly CaseEvent[]): readonly Journaled[] {
  let row: CaseRow | undefined
  return entries.map(entry => {
    row = foldCase(row, entry)
    return { row, entry }
  })
}

async function* nothing(): AsyncGenerator<Iterable<Journaled>> {}

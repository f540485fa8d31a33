/**
 * A case (案卷) and its journal (流水). The journal is the truth: a case is the fold of its entries, so replaying them gives the
 * stored case, and nothing about a case is decided from anything but the case itself.
 */
import { areaKey, canonicalJson, personKey, sha256Hex, type PartyKey, type Places } from '@gridwright/core'

export type Answers = Readonly<Record<string, unknown>>

/** A running deadline. Instants in epoch milliseconds; `due` is null where the calendar does not list the year yet, or once it is `spent`: expired for good. */
export type DeadlineState = {
  readonly name: string
  /** The state it belongs to; null for a limit of the whole case. */
  readonly state: string | null
  /** Ordinal of the journal entry that started it. */
  readonly entry: number
  readonly startedAt: number
  readonly due: number | null
  readonly warn: number | null
  readonly warned: boolean
  readonly expired: number
  readonly spent?: true
}

export type ReviewRecord = {
  readonly scale: string
  readonly event: string
  readonly value: string
  readonly at: number
}

/** What journal entries set on a case; the rest follows from them. */
export type CaseFacts = {
  readonly number: string
  readonly service: string
  readonly procedure: string
  readonly channel: string
  readonly area: string
  readonly areaCode: string
  readonly places: Places
  readonly handlingArea: string
  readonly applicant: PartyKey
  /** Who speaks for the applicant: themselves, or for a caller without an account the post that entered the order. */
  readonly speaker: readonly PartyKey[]
  readonly enteredBy: string | null
  readonly state: string
  readonly open: boolean
  readonly rung: number
  readonly assignee: string | null
  readonly offered: readonly PartyKey[]
  readonly offerOpen: boolean
  /** By key of the offer, the people whom it passes over although they hold that key. */
  readonly passedOver?: Readonly<Record<PartyKey, readonly string[]>>
  readonly owners: readonly PartyKey[]
  readonly deadlines: readonly DeadlineState[]
  readonly urged: number
  readonly reviewScale: string | null
  readonly review: ReviewRecord | null
  readonly reply: string | null
  readonly submittedAt: number
  readonly closedAt: number | null
  /** The last move to other rules; null once it is undone, missing where there was none. */
  readonly moved?: MoveRecord | null
}

/** By which plan (its hash) a case was moved, who said so and why; `answers` where it changed those of the application. */
export type MoveRecord = {
  readonly plan: string
  readonly who: string
  readonly why: string
  readonly answers: boolean
}

/** A case as stored. `revision` counts its journal entries; `counts` and `doers` fold them by event. */
export type CaseRow = CaseFacts & {
  readonly id: string
  readonly revision: number
  readonly updatedAt: number
  readonly counts: Readonly<Record<string, number>>
  readonly doers: Readonly<Record<string, readonly string[]>>
  readonly lastHash: string
  /** Answers of the application. Personal: outside the hash chain, behind its first entry's commitment. */
  readonly answers: Answers
  /** What the last entry, a move, has changed, as it was before it; missing as soon as anything else has happened. */
  readonly undo?: { readonly facts: Partial<CaseFacts>; readonly answers?: Answers }
}

/** One journal entry. `answers` and `salt` are personal and may be erased; the chain holds their commitment only. */
export type CaseEvent = {
  readonly case: string
  readonly ordinal: number
  readonly command: string
  readonly event: string
  /** The transition taken, as `state#EVENT/n`; null for entries that move no machine. */
  readonly transition: string | null
  /** `person:<id>` or `system`. */
  readonly actor: PartyKey
  /** The key by which the actor had the right; null for the system. */
  readonly by: PartyKey | null
  readonly at: number
  readonly from: string | null
  readonly to: string
  readonly changed: Partial<CaseFacts>
  readonly commitment: string | null
  readonly procedure: string
  readonly world: string
  readonly previousHash: string
  readonly hash: string
  readonly answers: Answers | null
  readonly salt: string | null
}

/** The case after `entry`; `row` is undefined before the first. `answers` of the first entry are the application's, as are those of a move. */
export function foldCase(row: CaseRow | undefined, entry: CaseEvent): CaseRow {
  const blank = { id: entry.case, counts: {}, doers: {}, answers: entry.answers ?? {} } as unknown as CaseRow // the first entry sets all facts
  const { undo: _undo, ...base }: CaseRow = row ?? blank
  const person = entry.actor.startsWith('person:') ? entry.actor.slice('person:'.length) : undefined
  const doers = base.doers[entry.event] ?? []
  return {
    ...base,
    ...entry.changed,
    revision: entry.ordinal,
    updatedAt: entry.at,
    counts: { ...base.counts, [entry.event]: (base.counts[entry.event] ?? 0) + 1 },
    doers:
      person === undefined || doers.includes(person)
        ? base.doers
        : { ...base.doers, [entry.event]: [...doers, person] },
    lastHash: entry.hash,
    ...(row ? movedIn(row, entry) : {})
  }
}

/** What a move, or its undoing, makes of the application's answers; and what undoing it would restore. */
function movedIn(row: CaseRow, { changed, answers }: CaseEvent): Partial<Pick<CaseRow, 'answers' | 'undo'>> {
  const { moved, ...facts } = changed
  if (moved === undefined) return {}
  if (moved === null) return row.undo?.answers ? { answers: answers ?? {} } : {}
  const before = Object.fromEntries(Object.keys(facts).map(name => [name, row[name as keyof CaseFacts]])) // `changed` has no others
  if (!moved.answers) return { undo: { facts: before } }
  return { answers: answers ?? {}, undo: { facts: before, answers: row.answers } }
}

/** The hash of `entry` over all that the chain covers; `previousHash` links it to the entry before ('' for the first). */
export function entryHash(entry: Omit<CaseEvent, 'hash'>): string {
  const { answers: _answers, salt: _salt, ...covered } = entry
  return sha256Hex(canonicalJson(covered))
}

/** Commitment to personal answers: SHA-256 over salt and canonical answers; it tells nothing once both are erased. */
export function commitment(answers: Answers, salt: string): string {
  return sha256Hex(`${salt} ${canonicalJson(answers)}`)
}

/** The keys of all who may see the case: applicant and speakers, who entered it, its owners, its assignee, its areas. */
export function audienceOf(row: CaseRow): readonly PartyKey[] {
  const keys = new Set<PartyKey>([
    row.applicant,
    ...row.speaker,
    ...row.owners,
    ...Object.values(row.places).map(areaKey)
  ])
  if (row.enteredBy !== null) keys.add(personKey(row.enteredBy))
  if (row.assignee !== null) keys.add(personKey(row.assignee))
  return [...keys]
}

/** The next instant at which the clock has something to do on this case, or null. */
export function nextDueAt({ deadlines }: Pick<CaseRow, 'deadlines'>): number | null {
  const instants = deadlines
    .flatMap(({ due, warn, warned }) => [due, warned ? null : warn])
    .filter(instant => instant !== null)
  return instants.length === 0 ? null : Math.min(...instants)
}

/** Whether a limit waits for a calendar year that is not published yet. */
export function awaitsCalendar(row: CaseRow): boolean {
  return row.deadlines.some(({ due, spent }) => due === null && spent !== true)
}

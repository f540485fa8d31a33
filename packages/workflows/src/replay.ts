/**
 * A replay (重放): what a recorded case would have come to under other rules. What people did is taken from its journal, at the instants
 * at which they did it; what the clock does in between follows from the new rules, decided by the one engine.
 */
import {
  localityAt,
  partiesOf,
  partyKeys,
  procedureOf,
  settlerKeys,
  type Locality,
  type PartyKey,
  type PersonFacts,
  type Procedure
} from '@gridwright/core'
import { foldCase, nextDueAt, type CaseEvent, type CaseRow, type DeadlineState } from './case.ts'
import type { Act, Command, Facts, Refusal, Submit } from './command.ts'
import { decide, namedPeople } from './decide.ts'
import { firstDue } from './deadlines.ts'
import type { Journaled } from './evaluation-command.ts'
import { namedFiles } from './files.ts'
import { machineOf } from './machine.ts'
import { heldAt, type MemoryPerson } from './memory.ts'
import { ownerOf, partyContext, rulesFor } from './rights.ts'

/** The rules that are tried, who people are (for conditions on what they hold, and for people named in answers), and the end of time in epoch milliseconds. */
export type Trial = {
  readonly locality: Locality
  readonly person: (id: string) => MemoryPerson | undefined
  readonly now: number
}

/** What the new rules refuse of what was done; `answers.erased` where it cannot be known any more. Instants in epoch milliseconds. */
export type Stop = {
  readonly ordinal: number
  readonly event: string
  readonly at: number
  readonly refusal: Refusal
}

/** An event that its sender, who had the right by the key `from`, has no right to any more: the holders of `to` have. */
export type Handover = {
  readonly ordinal: number
  readonly event: string
  readonly from: PartyKey | null
  readonly to: readonly PartyKey[]
}

/**
 * The journal as it would have been. With `stop` it could not be played to its end, and is to be held against the recorded one before
 * that entry only. An event that is somebody else's now is played all the same, as done by them at the same instant.
 */
export type Replay = {
  readonly journal: readonly Journaled[]
  readonly handovers: readonly Handover[]
  readonly stop: Stop | undefined
}

type Playing = {
  readonly trial: Trial
  procedure: Procedure | undefined
  row: CaseRow | undefined
  clock: number
  readonly journal: Journaled[]
  readonly handovers: Handover[]
}

/**
 * The case of `recorded`, a whole journal with the case after each entry, under the rules of `trial`. A limit that ran in reality to
 * the same instant expires when it really did, since the clock of a server may have stood still; any other one when it is due. The
 * clock goes on to the last entry, and to `now` for a case that is open or that the clock has ended.
 */
export function replay(trial: Trial, recorded: readonly Journaled[]): Replay {
  const playing: Playing = { trial, procedure: undefined, row: undefined, clock: 0, journal: [], handovers: [] }
  let stop: Stop | undefined
  for (const [i, { entry }] of recorded.entries()) {
    const before = recorded[i - 1]
    if (isOwn(entry)) stop = played(playing, entry, before?.row)
    else if (before && before.entry.command !== entry.command) ticked(playing, entry.at, before.row)
    if (stop) break
  }
  const last = recorded.at(-1)
  const isLeftToClock = last !== undefined && (last.row.open || !endedByPerson(recorded))
  if (!stop && last) advance(playing, last.row, isLeftToClock ? trial.now + 1 : last.entry.at)
  return { journal: playing.journal, handovers: playing.handovers, stop }
}

const named = new WeakMap<Locality, ReadonlySet<string>>()

/** The people whom a replay of `journal` may ask about: who acted, for whom, and whom answers name that offers are made by. Ids may be of nobody. */
export function peopleIn(locality: Locality, journal: readonly CaseEvent[]): readonly string[] {
  const fields = named.get(locality) ?? offerFields(locality)
  named.set(locality, fields)
  const applicant = personIn(journal[0]?.changed.applicant ?? '')
  const others = journal.flatMap(({ actor, answers }) => [
    personIn(actor),
    ...Object.entries(answers ?? {}).flatMap(([name, value]) => (fields.has(name) ? [value].flat() : []))
  ])
  return [applicant, ...others].filter(id => typeof id === 'string' && id !== '') as string[] // only strings are left
}

function offerFields(locality: Locality): ReadonlySet<string> {
  const effects = [locality.ground ?? locality, ...locality.layers]
    .flatMap(({ workflows }) => [...workflows.values()])
    .flatMap(workflow => [...machineOf(workflow).rules.values()].flatMap(rule => rule.effects))
  return new Set(
    effects.flatMap(effect => (effect.type === 'offer' && effect.params.to ? [effect.params.to.answer] : []))
  )
}

/** Whether an entry is what a person did. */
function isOwn({ actor }: CaseEvent): boolean {
  return actor !== 'system'
}

function endedByPerson(recorded: readonly Journaled[]): boolean {
  const last = recorded.at(-1)?.entry.command
  return recorded.some(({ entry }) => entry.command === last && isOwn(entry))
}

/** Plays what a person did; `real` is the case as it stood before it. */
function played(playing: Playing, entry: CaseEvent, real: CaseRow | undefined): Stop | undefined {
  advance(playing, real, entry.at)
  const { ordinal, event, at } = entry
  playing.clock = Math.max(playing.clock, at)
  if (entry.answers === null && entry.commitment !== null)
    return { ordinal, event, at, refusal: { refused: 'answers.erased' } }
  const refusal = sent(playing, entry)
  return refusal && { ordinal, event, at, refusal }
}

/** What the clock did at `at` to a limit of the real case, done to the same limit here. */
function ticked(playing: Playing, at: number, real: CaseRow): void {
  advance(playing, real, at)
  playing.clock = Math.max(playing.clock, at)
  const found = firstDue(real, at)
  while (found && playing.row?.deadlines.some(own => isSame(own, found.deadline)) && fired(playing, at));
}

/** Fires what falls due before `until`, but for limits that run in the real case to the same instant. */
function advance(playing: Playing, real: CaseRow | undefined, until: number): void {
  for (;;) {
    const { row } = playing
    if (!row?.open) return
    const own = row.deadlines.filter(deadline => !real?.deadlines.some(other => isSame(deadline, other)))
    const at = nextDueAt({ deadlines: own })
    if (at === null || at >= until || !fired(playing, Math.max(at, playing.clock))) return
  }
}

function isSame(one: DeadlineState, other: DeadlineState): boolean {
  return (
    one.name === other.name &&
    one.state === other.state &&
    one.startedAt === other.startedAt &&
    one.due === other.due &&
    one.warn === other.warn &&
    one.warned === other.warned &&
    one.expired === other.expired
  )
}

/** Lets the clock do one thing at `now`; false where nothing is due. */
function fired(playing: Playing, now: number): boolean {
  const { row, journal } = playing
  if (!row) return false
  playing.clock = now
  const people = peopleAt(playing.trial, now, [personIn(row.applicant)])
  const command = {
    kind: 'expire',
    id: `tick ${journal.length}`,
    case: row.id,
    actor: 'system',
    now,
    salt: ''
  } as const
  return decided(playing, command, { case: row, people }) === undefined
}

/** Sends what `entry` tells; where it is no longer its sender's, as those would whose it is. */
function sent(playing: Playing, entry: CaseEvent): Refusal | undefined {
  const { row, trial } = playing
  const command = row ? actOf(entry, row) : submitOf(entry)
  const facts = row ? factsOf(playing, row, entry, command) : placeOf(trial, entry)
  const refusal = decided(playing, command, facts)
  const to = refusal && notTheirs.has(refusal.refused) ? nowHolding(playing, entry) : []
  if (to.length === 0) return refusal
  const actor = personIn(entry.actor)
  const other = withKeys(facts.people.get(actor), actor, to)
  const again = decided(playing, command, { ...facts, people: new Map([...facts.people, [actor, other]]) })
  if (again === undefined) playing.handovers.push({ ordinal: entry.ordinal, event: entry.event, from: entry.by, to })
  return again
}

const notTheirs: ReadonlySet<string> = new Set(['event.not-yours', 'offer.missing', 'channel.not-yours'])

/** Takes in what the rules make of `command`, or says why they refuse it. */
function decided(playing: Playing, command: Command, facts: Facts): Refusal | undefined {
  const { trial, procedure } = playing
  const { locality } = trial
  const named = namedFiles(command, procedure, locality, facts)
  const known = named ? { ...facts, files: new Set(named.ids) } : facts // photos that were taken once are taken to be there
  const decision = decide({ locality, procedure, facts: known, command, isTrial: true })
  if ('refused' in decision) return decision
  const entries = decision.changes.flatMap(change => (change.kind === 'event' ? [change.entry] : []))
  const left = decision.changes.find(change => change.kind === 'case')?.row
  for (const entry of entries) {
    const row = entry.ordinal === left?.revision ? left : foldCase(playing.row, entry)
    playing.journal.push({ row, entry })
    playing.row = row
  }
  playing.procedure ??= left && procedureOf(localityAt(locality, left.places), left.service)
  return undefined
}

function actOf({ actor, at, command: id, event, answers }: CaseEvent, row: CaseRow): Act {
  const sent = { id, kind: 'act', case: row.id, actor: { person: personIn(actor) }, event, now: at, salt: '' } as const
  return answers ? { ...sent, answers } : sent
}

/** What is written of a caller without an account is not in the journal, and no rule asks for it. */
const caller = { name: '…', phone: '00000' }

function submitOf({ case: id, actor, at, answers, changed }: CaseEvent): Submit {
  const { service = '', area = '', channel = '', applicant = '', enteredBy = null } = changed
  const person = personIn(applicant)
  const entered = { applicant: person === '' ? { contact: caller } : { person } }
  return {
    kind: 'submit',
    id,
    service,
    area,
    channel,
    actor: { person: personIn(actor) },
    now: at,
    salt: '',
    answers: answers ?? {},
    ...(enteredBy === null ? {} : entered)
  }
}

/** What a submission is decided from: its area as it was then, and who took part. */
function placeOf(trial: Trial, { at, actor, by, changed }: CaseEvent): Facts {
  const { area: id = '', areaCode: code = '', places = {}, applicant = '' } = changed
  const level = Object.keys(places).find(each => places[each] === id) ?? ''
  return { area: { id, code, level, places }, people: withRight(trial, { at, actor, by }, [personIn(applicant)]) }
}

function factsOf({ trial, procedure }: Playing, row: CaseRow, entry: CaseEvent, command: Command): Facts {
  const named = namedPeople(command, procedure, trial.locality, { case: row, people: new Map() })
  return { case: row, people: withRight(trial, entry, [personIn(row.applicant), ...named]) }
}

/** The people of `ids`, and the sender with the key by which the journal says that they had the right. */
function withRight(
  trial: Trial,
  { at, actor, by }: Pick<CaseEvent, 'at' | 'actor' | 'by'>,
  ids: readonly string[]
): Facts['people'] {
  const sender = personIn(actor)
  const people = peopleAt(trial, at, [...ids, sender])
  return by === null ? people : people.set(sender, withKeys(people.get(sender), sender, [by]))
}

function peopleAt({ person }: Trial, at: number, ids: readonly string[]): Map<string, PersonFacts> {
  const nobody = { appointments: [], registrations: [] }
  const known = ids.filter(id => id !== '')
  return new Map(known.map(id => [id, heldAt(person(id), at) ?? { id, ...nobody }]))
}

/** `person` holding these keys besides; keys of persons need not be held. */
function withKeys(person: PersonFacts | undefined, id: string, keys: readonly PartyKey[]): PersonFacts {
  const appointments = [...(person?.appointments ?? [])]
  const registrations = [...(person?.registrations ?? [])]
  for (const key of keys) {
    const [, kind, name = '', area = ''] = /^(post|registration):(.+)@(.+)$/.exec(key) ?? []
    if (kind === 'post') appointments.push({ post: name, area })
    else if (kind === 'registration') registrations.push({ kind: name, area })
  }
  return { id, appointments, registrations }
}

/** The posts and registrations whose holders may do now what `entry` tells. */
function nowHolding({ trial, procedure, row }: Playing, entry: CaseEvent): readonly PartyKey[] {
  const { locality } = trial
  const keys = row && procedure ? mayAct(locality, procedure, row, entry.event) : mayEnter(locality, entry)
  return [...new Set(keys)].filter(key => key.startsWith('post:') || key.startsWith('registration:'))
}

function mayAct(locality: Locality, procedure: Procedure, row: CaseRow, event: string): readonly PartyKey[] {
  const machine = machineOf(procedure.workflow)
  const context = partyContext(locality, machine, row)
  return rulesFor(machine, row.state, event).flatMap(({ by }) =>
    partiesOf(by ?? ownerOf(machine, row.state) ?? []).flatMap(party => partyKeys(party, context))
  )
}

function mayEnter(locality: Locality, { changed }: CaseEvent): readonly PartyKey[] {
  const declared = partiesOf(locality.channels.get(changed.channel ?? '')?.enteredBy ?? [])
  const settlers = declared.filter(party => typeof party === 'object')
  return settlerKeys(settlers, changed.places ?? {}, locality)
}

/** The id in `person:<id>`, or '' in the key of anybody else. */
function personIn(key: PartyKey): string {
  return key.startsWith('person:') ? key.slice('person:'.length) : ''
}

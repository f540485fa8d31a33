/** Who may do what on a case: parties resolved against it, the sender's keys held against them, guards evaluated. */
import {
  compileCondition,
  keysOf,
  localDate,
  namesIn,
  partiesOf,
  partyKeys,
  personKey,
  runCondition,
  type Locality,
  type OneParty,
  type Party,
  type PartyContext,
  type PartyKey,
  type PersonFacts,
  type Procedure
} from '@gridwright/core'
import type { Answers, CaseFacts, CaseRow } from './case.ts'
import { lineage, type Machine, type TransitionRule } from './machine.ts'

/** Who sends an event, with the keys held at this instant; the system holds none. */
export type Sender = {
  readonly key: PartyKey
  readonly person: PersonFacts | null
  readonly keys: ReadonlySet<PartyKey>
}

export const systemSender: Sender = { key: 'system', person: null, keys: new Set() }

/** The sender that `person` is. */
export function senderOf(person: PersonFacts): Sender {
  return { key: personKey(person.id), person, keys: keysOf(person) }
}

type PartyFacts = Pick<CaseFacts, 'speaker' | 'assignee' | 'offered' | 'offerOpen' | 'rung' | 'places'>

/** What parties are resolved against on this case. An offer that is closed is nobody's. */
export function partyContext(locality: Locality, machine: Machine, facts: PartyFacts): PartyContext {
  return {
    applicant: facts.speaker,
    assignee: facts.assignee,
    offered: facts.offerOpen ? facts.offered : [],
    rungPost: machine.workflow.meta?.ladder?.[facts.rung]?.post ?? null,
    places: facts.places,
    postLevel: post => locality.posts.get(post)?.level,
    registrationLevel: kind => locality.registrations.get(kind)?.level
  }
}

/** The parties that own `state`: its own declaration or the nearest above it. */
export function ownerOf(machine: Machine, state: string): Party | undefined {
  for (const path of lineage(state)) {
    const owner = machine.states.get(path)?.meta?.owner
    if (owner !== undefined) return owner
  }
  return undefined
}

/** The keys whose to-do list the case is on in `state`, each once. */
export function ownersIn(locality: Locality, machine: Machine, state: string, facts: PartyFacts): readonly PartyKey[] {
  const context = partyContext(locality, machine, facts)
  return [...new Set(partiesOf(ownerOf(machine, state) ?? []).flatMap(party => partyKeys(party, context)))]
}

export type Right = { readonly party: OneParty; readonly key: PartyKey }

/** By which party and key `sender` may take `rule` on `row` (the first declared that fits), or undefined. */
export function rightTo(
  locality: Locality,
  machine: Machine,
  row: CaseRow,
  rule: TransitionRule,
  sender: Sender
): Right | undefined {
  if (sender.person === null || machine.engineEvents.has(rule.event)) return undefined
  const context = partyContext(locality, machine, row)
  for (const party of partiesOf(rule.by ?? ownerOf(machine, row.state) ?? [])) {
    if (excluded(party, row, sender.person.id)) continue
    const keys = partyKeys(party, context).filter(held => sender.keys.has(held))
    const key = keys.find(held => party !== 'offered' || !passesOver(row, held, sender.person?.id ?? ''))
    if (key !== undefined) return { party, key }
  }
  return undefined
}

/** Whether the person is out of this party, whatever keys they hold. */
function excluded(party: OneParty, row: CaseRow, id: string): boolean {
  if (typeof party === 'object') return party.exceptBy?.some(event => row.doers[event]?.includes(id)) ?? false
  // Who did the work does not speak for a caller whose order their own post entered.
  return party === 'applicant' && row.assignee === id && !row.speaker.includes(row.applicant)
}

/** Whether the offer was never the person's by this key. */
export function passesOver(row: CaseRow, key: PartyKey, id: string): boolean {
  return row.passedOver?.[key]?.includes(id) ?? false
}

const found = new WeakMap<Machine, Map<string, readonly TransitionRule[]>>()

/** The transitions of `event` that the case's state and those above it declare, innermost first; looked for once. */
export function rulesFor(machine: Machine, state: string, event: string): readonly TransitionRule[] {
  const known = found.get(machine) ?? new Map<string, readonly TransitionRule[]>()
  found.set(machine, known)
  const rules = known.get(`${state} ${event}`)
  if (rules || !machine.events.has(event)) return rules ?? []
  const places = [...lineage(state), '']
  const sorted = [...machine.rules.values()]
    .filter(rule => rule.event === event && places.includes(rule.state))
    .sort((a, b) => places.indexOf(a.state) - places.indexOf(b.state) || a.index - b.index)
  known.set(`${state} ${event}`, sorted)
  return sorted
}

export type GuardInput = {
  readonly locality: Locality
  readonly procedure: Procedure
  readonly row: CaseRow
  readonly form: Answers
  readonly sender: Sender
  readonly applicant: PersonFacts | undefined
  readonly now: number
}

/** Whether the guard of `rule` holds; a condition that cannot be evaluated says why, and never allows. */
export function guardHolds(rule: TransitionRule, input: GuardInput): boolean | { readonly failed: string } {
  if (rule.when === undefined) return true
  return runCondition(compileCondition(rule.when.params.cel), guardFacts(input))
}

/** The ways that stand open before the form is filled in: those without a guard, those whose guard holds, and those whose guard asks the form. */
export function openWays(
  rules: readonly TransitionRule[],
  input: GuardInput
): { readonly ways: readonly TransitionRule[]; readonly failed: string | undefined } {
  const judged = rules.map(rule => ({ rule, holds: asksForm(rule) || guardHolds(rule, input) }))
  const failed = judged.map(({ holds }) => holds).find(holds => typeof holds === 'object')
  return { ways: judged.filter(({ holds }) => holds === true).map(({ rule }) => rule), failed: failed?.failed }
}

const askForm = new WeakMap<TransitionRule, boolean>()

function asksForm(rule: TransitionRule): boolean {
  const known = askForm.get(rule)
  if (known !== undefined) return known
  const { when } = rule
  const asks = when !== undefined && namesIn(when.params.cel).some(name => name === 'form' || name.startsWith('form.'))
  askForm.set(rule, asks)
  return asks
}

function guardFacts({
  locality,
  procedure,
  row,
  form,
  sender,
  applicant,
  now
}: GuardInput): Readonly<Record<string, unknown>> {
  return {
    case: {
      id: row.id,
      service: row.service,
      category: procedure.service.category,
      area: row.areaCode,
      state: row.state,
      submitted: row.submittedAt
    },
    answers: row.answers,
    form,
    actor: { id: sender.person?.id ?? '', ...held(sender.person ?? undefined) },
    applicant: held(applicant),
    area: { id: row.area, code: row.areaCode, level: levelOf(row.places, row.area), path: Object.values(row.places) },
    history: { counts: row.counts },
    now,
    today: localDate(now, locality.timeZone)
  }
}

/** Posts and registrations of a person as conditions see them. */
export function held(person: PersonFacts | undefined): {
  readonly posts: readonly string[]
  readonly registrations: readonly string[]
} {
  return {
    posts: [...new Set(person?.appointments.map(({ post }) => post))],
    registrations: [...new Set(person?.registrations.map(({ kind }) => kind))]
  }
}

function levelOf(places: CaseFacts['places'], area: string): string {
  return Object.entries(places).find(([, id]) => id === area)?.[0] ?? ''
}

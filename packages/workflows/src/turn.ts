/** One turn of a case: an event goes through its machine, effects and deadlines follow, and a journal entry says what changed. */
import {
  partiesOf,
  partyKeys,
  keysOf,
  personKey,
  type Effect,
  type Locality,
  type OfferEffect,
  type PartyKey,
  type PersonFacts,
  type Procedure
} from '@gridwright/core'
import {
  commitment,
  entryHash,
  foldCase,
  type Answers,
  type CaseEvent,
  type CaseFacts,
  type CaseRow,
  type DeadlineState
} from './case.ts'
import type { Change, Refusal, Witness } from './command.ts'
import { startDeadlines } from './deadlines.ts'
import type { Happening, Machine, Step, TransitionRule } from './machine.ts'
import { ownerOf, ownersIn, partyContext, type Right, type Sender } from './rights.ts'

export type Turn = {
  readonly locality: Locality
  readonly procedure: Procedure
  readonly machine: Machine
  readonly command: { readonly id: string; readonly salt: string; readonly now: number }
  readonly people: ReadonlyMap<string, PersonFacts>
  readonly witness?: Witness | undefined
  /** Nothing of it will be stored: entries carry neither hash nor commitment. */
  readonly isTrial?: boolean | undefined
}

/** What an event brings along: who sent it by which right, its form's answers, and the deadline whose expiry it is. */
export type Cause = {
  readonly event: string
  readonly sender: Sender
  readonly right?: Right
  readonly answers?: Answers
  readonly expired?: { readonly before: DeadlineState; readonly after: DeadlineState }
}

/** A turn taken: the case after it, what is to be stored, whom to tell, and the events that the engine sends next. */
export type Taken = {
  readonly row: CaseRow
  readonly entry: CaseEvent
  readonly told: readonly Telling[]
  readonly next: readonly string[]
}
export type Telling = { readonly topic: string; readonly to: readonly PartyKey[] }

/** `changing` collects what the turn sets; it is shared with nobody. */
type Draft = { changing: Partial<CaseFacts>; next: string[]; told: Telling[] }

/** `holds`, which settles whether the way of `rule` is taken; the turn's witness hears it where the rule has a guard. */
export function witnessed({ witness, machine }: Turn, rule: TransitionRule, holds: boolean): boolean {
  if (rule.when) witness?.(`${machine.workflow.id}:${rule.id}`, holds)
  return holds
}

/** Applies a machine's `step` to `row`; `initial` are the facts that the turn which begins a case sets besides. */
export function takeTurn(
  turn: Turn,
  row: CaseRow,
  step: Step,
  cause: Cause,
  initial: Partial<CaseFacts> = {}
): Taken | Refusal {
  const draft: Draft = { changing: initial, next: [], told: [] }
  if (cause.expired) draft.changing = { deadlines: replaced(row.deadlines, cause.expired.before, cause.expired.after) }
  let now: CaseRow = { ...row, ...draft.changing }
  for (const happening of step.happenings) {
    const { changing } = draft
    const refusal = happen(turn, now, happening, cause, draft)
    if (refusal) return refusal
    if (draft.changing !== changing) now = { ...row, ...draft.changing }
  }
  draft.changing = { ...draft.changing, ...settled(turn, now, row, step, cause) }
  const arrives = step.happenings.some(({ kind }) => kind === 'enter') && draft.next.length === 0
  if (arrives) draft.told.push(...arrivalNotices(step, { ...row, ...draft.changing }, draft))
  return journal(turn, row, cause, step.taken?.id ?? null, draft)
}

/** What one happening of the step does to the case as it is by then (`row`): effects, and deadlines that end or begin. */
function happen(turn: Turn, row: CaseRow, happening: Happening, cause: Cause, draft: Draft): Refusal | undefined {
  if (happening.kind === 'effect') return applyEffect(turn, row, happening.effect, cause, draft)
  const { state } = happening
  if (happening.kind === 'leave') {
    draft.changing = { ...draft.changing, ...left(turn, row, state) }
    return undefined
  }
  const declared = turn.machine.states.get(state)?.meta?.deadlines
  const started = startDeadlines(turn, state, declared, turn.command.now, row.revision + 1)
  if (started.length > 0) draft.changing = { ...draft.changing, deadlines: [...row.deadlines, ...started] }
  return undefined
}

/** A journal entry that moves no machine (`WARNED`, `RECOMPUTED`): `changing` is all that it sets. */
export function noteTurn(
  turn: Turn,
  row: CaseRow,
  cause: Cause,
  changing: Partial<CaseFacts>,
  told: readonly Telling[]
): Taken {
  return journal(turn, row, cause, null, { changing, next: [], told: [...told] })
}

/** What follows from where the step has led: assignee, review, state, end and owners. `row` is the case by now, `before` as it was. */
function settled(turn: Turn, row: CaseRow, before: CaseRow, step: Step, cause: Cause): Partial<CaseFacts> {
  const { now } = turn.command
  const set: Partial<CaseFacts> = {
    ...takenOffer(turn, step, cause),
    ...reviewed(turn, before, cause, now),
    ...(step.to === before.state ? {} : { state: step.to }),
    ...(step.done ? ended(turn, step, now) : {})
  }
  const owners = step.done ? [] : ownersIn(turn.locality, turn.machine, step.to, { ...row, ...set })
  return owners.join() === before.owners.join() ? set : { ...set, owners }
}

/** Who takes an offer into a state of the assignee becomes the assignee, and the offer is closed. */
function takenOffer({ machine }: Turn, { to }: Step, { right, sender }: Cause): Partial<CaseFacts> {
  const accepts = right?.party === 'offered' && partiesOf(ownerOf(machine, to) ?? []).includes('assignee')
  return accepts && sender.person ? { assignee: sender.person.id, offerOpen: false } : {}
}

function reviewed({ procedure }: Turn, { reviewScale }: CaseRow, { event }: Cause, at: number): Partial<CaseFacts> {
  const rated = reviewScale === null ? undefined : procedure.scales.get(reviewScale)?.[event]
  return rated && reviewScale !== null ? { review: { scale: reviewScale, event, value: rated.value, at } } : {}
}

function ended({ machine }: Turn, { to }: Step, closedAt: number): Partial<CaseFacts> {
  return { open: false, closedAt, deadlines: [], offerOpen: false, reply: machine.states.get(to)?.meta?.reply ?? null }
}

function left(turn: Turn, row: CaseRow, state: string): Partial<CaseFacts> {
  const owner = turn.machine.states.get(state)?.meta?.owner
  const closes = row.offerOpen && owner !== undefined && partiesOf(owner).includes('offered')
  const deadlines = row.deadlines.filter(deadline => deadline.state !== state)
  return {
    ...(deadlines.length === row.deadlines.length ? {} : { deadlines }),
    ...(closes ? { offerOpen: false } : {})
  }
}

function arrivalNotices(step: Step, row: CaseRow, draft: Draft): readonly Telling[] {
  if (step.done) return [{ topic: 'case.replied', to: row.speaker }]
  if (draft.told.some(({ topic }) => topic === 'offer.made' || topic === 'review.asked') || row.owners.length === 0)
    return []
  return [{ topic: 'case.todo', to: row.owners }]
}

function applyEffect(turn: Turn, row: CaseRow, effect: Effect, cause: Cause, draft: Draft): Refusal | undefined {
  if (effect.type === 'urge') {
    draft.changing = { ...draft.changing, urged: row.urged + 1 }
    draft.told.push({ topic: 'case.urged', to: row.owners })
  } else if (effect.type === 'review') {
    draft.changing = { ...draft.changing, reviewScale: effect.params.scale }
    draft.told.push({ topic: 'review.asked', to: row.speaker })
  } else if (effect.type === 'raise') {
    const above = turn.machine.workflow.meta?.ladder?.[row.rung + 1]
    if (above === undefined) draft.next.push(effect.params.atTop)
    else
      draft.changing = {
        ...draft.changing,
        rung: row.rung + 1,
        handlingArea: row.places[turn.locality.posts.get(above.post)?.level ?? ''] ?? row.handlingArea
      }
  } else {
    const offered = offerTo(turn, row, effect, cause)
    if ('refused' in offered) return offered
    draft.changing = { ...draft.changing, ...offered, offerOpen: true, assignee: null }
    draft.told.push({ topic: 'offer.made', to: offered.offered })
  }
  return undefined
}

/** How many people one offer can name; a form that would let more be chosen is refused by the check. */
export const maxNamed = 200

/** The people that an offer names in its form's answers. */
export function namedIn(effect: OfferEffect, answers: Answers): readonly string[] {
  const named = effect.params.to === undefined ? undefined : answers[effect.params.to.answer]
  const list: readonly unknown[] = Array.isArray(named) ? named : [named]
  return list.filter(item => typeof item === 'string').slice(0, maxNamed)
}

/** The keys of those who may be offered to on this case. */
export function eligibleKeys(
  locality: Locality,
  machine: Machine,
  row: CaseRow,
  effect: OfferEffect
): readonly PartyKey[] {
  const context = partyContext(locality, machine, row)
  return partiesOf(effect.params.among).flatMap(party => partyKeys(party, context))
}

function offerTo(
  turn: Turn,
  row: CaseRow,
  effect: OfferEffect,
  { event: now, sender, answers = {} }: Cause
): Required<Pick<CaseFacts, 'offered' | 'passedOver'>> | Refusal {
  const doing = sender.person === null ? [] : [sender.person.id]
  const context = partyContext(turn.locality, turn.machine, row)
  const eligible = partiesOf(effect.params.among).flatMap(party => {
    const excepted = typeof party === 'string' ? [] : (party.exceptBy ?? [])
    const out = excepted.flatMap(event => [...(row.doers[event] ?? []), ...(event === now ? doing : [])])
    return partyKeys(party, context).map(key => ({ key, out: [...new Set(out)] }))
  })
  const named = namedIn(effect, answers)
  if (named.length === 0) {
    const offered = [...new Set(eligible.map(({ key }) => key))]
    return offered.length === 0 ? { refused: 'offer.nobody' } : { offered, passedOver: passedOverBy(eligible) }
  }
  for (const id of named) {
    const person = turn.people.get(id)
    const fits = person !== undefined && eligible.some(({ key, out }) => keysOf(person).has(key) && !out.includes(id))
    if (!fits)
      return { refused: 'offer.not-eligible', path: `/${effect.params.to?.answer ?? ''}`, details: { person: id } }
  }
  return { offered: [...new Set(named.map(personKey))], passedOver: {} }
}

/** By key, who is out of every party that has it. */
function passedOverBy(
  eligible: readonly { readonly key: PartyKey; readonly out: readonly string[] }[]
): Readonly<Record<PartyKey, readonly string[]>> {
  const passed = new Map<PartyKey, readonly string[]>()
  for (const { key, out } of eligible) passed.set(key, passed.get(key)?.filter(id => out.includes(id)) ?? out)
  return Object.fromEntries([...passed].filter(([, out]) => out.length > 0))
}

function journal(turn: Turn, row: CaseRow, cause: Cause, transition: string | null, draft: Draft): Taken {
  const { command, procedure, locality, isTrial } = turn
  const { changing, told, next } = draft
  const ordinal = row.revision + 1
  const first = ordinal === 1
  const unhashed: Omit<CaseEvent, 'hash'> = {
    case: row.id,
    ordinal,
    command: command.id,
    event: cause.event,
    transition,
    actor: cause.sender.key,
    by: cause.right?.key ?? null,
    at: command.now,
    from: first ? null : row.state,
    to: changing.state ?? row.state,
    changed: changing,
    procedure: procedure.hash,
    world: locality.world,
    previousHash: row.lastHash,
    ...personal(cause.answers, isTrial ? undefined : `${command.salt}${ordinal}`)
  }
  const entry = { ...unhashed, hash: isTrial ? '' : entryHash(unhashed) }
  return { row: foldCase(first ? undefined : row, entry), entry, told, next }
}

/** Answers with the salt of their commitment; nothing where nothing was answered, and no commitment without salt. */
function personal(
  answers: Answers | undefined,
  salt: string | undefined
): Pick<CaseEvent, 'answers' | 'salt' | 'commitment'> {
  if (answers === undefined || Object.keys(answers).length === 0) return { answers: null, salt: null, commitment: null }
  return salt === undefined
    ? { answers, salt: null, commitment: null }
    : { answers, salt, commitment: commitment(answers, salt) }
}

function replaced(
  deadlines: readonly DeadlineState[],
  before: DeadlineState,
  after: DeadlineState
): readonly DeadlineState[] {
  return deadlines.map(deadline => (deadline === before ? after : deadline))
}

/** Turns taken so far as what is to be stored; the case itself once, as it is at the end. */
export function changesOf(
  turns: readonly Taken[],
  command: { readonly id: string; readonly now: number },
  service: string,
  created: boolean
): readonly Change[] {
  const last = turns.at(-1)
  if (!last) return []
  const notices = turns.flatMap(({ told }) => told).filter(({ to }) => to.length > 0)
  return [
    { kind: 'case', row: last.row, created },
    ...turns.map(({ entry }) => ({ kind: 'event' as const, entry })),
    ...notices.map(({ topic, to }, i) => ({
      kind: 'notice' as const,
      notice: {
        key: `${command.id}:${i}`,
        topic,
        to,
        case: last.row.id,
        at: command.now,
        params: { number: last.row.number, service, state: last.row.state }
      }
    }))
  ]
}

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
import type { Change, Refusal } from './command.ts'
import { startDeadlines } from './deadlines.ts'
import type { Machine, Step } from './machine.ts'
import { ownerOf, ownersIn, partyContext, type Right, type Sender } from './rights.ts'

export type Turn = {
  readonly locality: Locality
  readonly procedure: Procedure
  readonly machine: Machine
  readonly command: { readonly id: string; readonly salt: string; readonly now: number }
  readonly people: ReadonlyMap<string, PersonFacts>
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

/** Applies a machine's `step` to `row`; `initial` are the facts that the turn which begins a case sets besides. */
export function takeTurn(
  turn: Turn,
  row: CaseRow,
  step: Step,
  cause: Cause,
  initial: Partial<CaseFacts> = {}
): Taken | Refusal {
  const entryOrdinal = row.revision + 1
  const draft: Draft = { changing: initial, next: [], told: [] }
  const current = (): CaseRow => ({ ...row, ...draft.changing })
  if (cause.expired) draft.changing = { deadlines: replaced(row.deadlines, cause.expired.before, cause.expired.after) }
  for (const happening of step.happenings) {
    if (happening.kind === 'effect') {
      const refusal = applyEffect(turn, current(), happening.effect, cause, draft)
      if (refusal) return refusal
    } else if (happening.kind === 'leave') Object.assign(draft.changing, left(turn, current(), happening.state))
    else {
      const started = startDeadlines(
        turn,
        happening.state,
        turn.machine.states.get(happening.state)?.meta?.deadlines,
        turn.command.now,
        entryOrdinal
      )
      if (started.length > 0) draft.changing = { ...draft.changing, deadlines: [...current().deadlines, ...started] }
    }
  }
  settle(turn, row, step, cause, draft)
  if (step.happenings.some(({ kind }) => kind === 'enter') && draft.next.length === 0)
    draft.told.push(...arrivalNotices(step, current(), draft))
  return journal(
    turn,
    row,
    cause,
    { ordinal: entryOrdinal, transition: step.taken?.id ?? null, changing: draft.changing },
    draft
  )
}

/** A journal entry that moves no machine (`WARNED`, `RECOMPUTED`): `changing` is all that it sets. */
export function noteTurn(
  turn: Turn,
  row: CaseRow,
  cause: Cause,
  changing: Partial<CaseFacts>,
  told: readonly Telling[]
): Taken {
  return journal(
    turn,
    row,
    cause,
    { ordinal: row.revision + 1, transition: null, changing },
    { next: [], told: [...told] }
  )
}

function settle(turn: Turn, row: CaseRow, step: Step, cause: Cause, draft: Draft): void {
  const set = (draft.changing = { ...draft.changing }) as { -readonly [K in keyof CaseFacts]?: CaseFacts[K] } // the draft is this turn's own
  const { now } = turn.command
  const takesOffer =
    cause.right?.party === 'offered' &&
    cause.sender.person &&
    partiesOf(ownerOf(turn.machine, step.to) ?? []).includes('assignee')
  if (takesOffer && cause.sender.person) Object.assign(set, { assignee: cause.sender.person.id, offerOpen: false })
  const scale = row.reviewScale === null ? undefined : turn.procedure.scales.get(row.reviewScale)
  const rated = scale?.[cause.event]
  if (rated && row.reviewScale !== null)
    set.review = { scale: row.reviewScale, event: cause.event, value: rated.value, at: now }
  if (step.to !== row.state) set.state = step.to
  if (step.done)
    Object.assign(set, {
      open: false,
      closedAt: now,
      deadlines: [],
      offerOpen: false,
      reply: turn.machine.states.get(step.to)?.meta?.reply ?? null
    })
  const owners = step.done ? [] : ownersIn(turn.locality, turn.machine, step.to, { ...row, ...set })
  if (owners.join() !== row.owners.join()) set.owners = owners
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
    const offered = offerTo(turn, row, effect, cause.answers ?? {})
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
  answers: Answers
): Required<Pick<CaseFacts, 'offered' | 'passedOver'>> | Refusal {
  const eligible = eligibleKeys(turn.locality, turn.machine, row, effect)
  const excluded = partiesOf(effect.params.among)
    .flatMap(party => (typeof party === 'string' ? [] : (party.exceptBy ?? [])))
    .flatMap(event => row.doers[event] ?? [])
  const named = namedIn(effect, answers)
  if (named.length === 0)
    return eligible.length === 0
      ? { refused: 'offer.nobody' }
      : { offered: eligible, passedOver: [...new Set(excluded)] }
  for (const id of named) {
    const person = turn.people.get(id)
    const fits = person !== undefined && !excluded.includes(id) && eligible.some(key => keysOf(person).has(key))
    if (!fits)
      return { refused: 'offer.not-eligible', path: `/${effect.params.to?.answer ?? ''}`, details: { person: id } }
  }
  return { offered: [...new Set(named.map(personKey))], passedOver: [] }
}

function journal(
  turn: Turn,
  row: CaseRow,
  cause: Cause,
  made: { ordinal: number; transition: string | null; changing: Partial<CaseFacts> },
  draft: Pick<Draft, 'next' | 'told'>
): Taken {
  const { command, procedure, locality } = turn
  const personal = cause.answers !== undefined && Object.keys(cause.answers).length > 0
  const salt = personal ? `${command.salt}${made.ordinal}` : null
  const unhashed: Omit<CaseEvent, 'hash'> = {
    case: row.id,
    ordinal: made.ordinal,
    command: command.id,
    event: cause.event,
    transition: made.transition,
    actor: cause.sender.key,
    by: cause.right?.key ?? null,
    at: command.now,
    from: made.ordinal === 1 ? null : row.state,
    to: made.changing.state ?? row.state,
    changed: made.changing,
    commitment: personal && cause.answers && salt !== null ? commitment(cause.answers, salt) : null,
    procedure: procedure.hash,
    world: locality.world,
    previousHash: row.lastHash,
    answers: personal && cause.answers ? cause.answers : null,
    salt
  }
  const entry = { ...unhashed, hash: entryHash(unhashed) }
  return { row: foldCase(made.ordinal === 1 ? undefined : row, entry), entry, told: draft.told, next: draft.next }
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

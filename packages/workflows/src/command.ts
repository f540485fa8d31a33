/**
 * The command door (命令之门): the one way in which anything changes. `handle` reads what `plan` asks for, lets `decide` judge, and
 * applies what it decided, all in one transaction of its caller. Time, ids and salt come with the command.
 */
import {
  contentHash,
  type Locality,
  type Move,
  type PartyKey,
  type PersonFacts,
  type Places,
  type Procedure
} from '@gridwright/core'
import type { Answers, CaseEvent, CaseRow } from './case.ts'
import { decide, namedPeople } from './decide.ts'
import {
  decideEvaluation,
  isEvaluationCommand,
  type EvaluationAnswer,
  type EvaluationChange,
  type EvaluationCommand,
  type RollFacts,
  type RollReads
} from './evaluation-command.ts'
import { namedFiles } from './files.ts'
import {
  decidePoints,
  isPointsCommand,
  type Award,
  type BookChange,
  type BookFacts,
  type BookReads,
  type PointsCommand,
  type TransferAnswer
} from './points-command.ts'

/** Who the command comes from: a person by id, or the engine itself. */
export type Actor = { readonly person: string } | 'system'

type Common = {
  /** UUID chosen by the client; the same command sent again has the same id. */
  readonly id: string
  readonly actor: Actor
  /** Epoch milliseconds. */
  readonly now: number
  /** Fresh secret for the commitments of personal answers, at least 16 random bytes in hex. */
  readonly salt: string
}

export type Submit = Common & {
  readonly kind: 'submit'
  readonly service: string
  /** Id of the area. */
  readonly area: string
  readonly channel?: string
  readonly applicant?: { readonly person: string } | { readonly contact: Contact }
  readonly answers: Answers
}
export type Contact = { readonly name: string; readonly phone: string }
export type Act = Common & {
  readonly kind: 'act'
  readonly case: string
  readonly event: string
  readonly answers?: Answers
  readonly expectedRevision?: number
}
/** The clock's own commands: `expire` fires what is due on a case, `recompute` dates limits whose year is now published. */
export type Tick = Common & { readonly kind: 'expire' | 'recompute'; readonly case: string; readonly actor: 'system' }
/** By which plan (its hash) a case is moved or moved back, who said so and why. */
type Moving = Common & {
  readonly case: string
  readonly actor: 'system'
  readonly plan: string
  readonly who: string
  readonly why: string
}
/** Moves a case to the rules that are live at its place, as `move` says. */
export type Migrate = Moving & { readonly kind: 'migrate'; readonly move: Move }
/** Takes the last move back, as long as nothing else has happened. */
export type Unmigrate = Moving & { readonly kind: 'unmigrate' }
/** A command to a case. */
export type Command = Submit | Act | Tick | Migrate | Unmigrate
export type AnyCommand = Command | PointsCommand | EvaluationCommand

/** What a command must know, as of `now`. The applicant of the case that is read comes along among the people. */
export type Reads = {
  readonly now: number
  readonly command?: { readonly id: string; readonly digest: string }
  readonly case?: string
  readonly people: readonly string[]
  readonly area?: string
  /** Which of these the person has uploaded. */
  readonly files?: { readonly person: string; readonly ids: readonly string[] }
  readonly books?: BookReads
  readonly roll?: RollReads
}
export type AreaFacts = { readonly id: string; readonly code: string; readonly level: string; readonly places: Places }
/** `earlier` is the outcome stored under the command's id; the applicant of `case` is always among `people`. */
export type Facts = {
  readonly earlier?: { readonly digest: string; readonly outcome: AnyOutcome }
  readonly case?: CaseRow
  readonly people: ReadonlyMap<string, PersonFacts>
  readonly area?: AreaFacts
  readonly files?: ReadonlySet<string>
  readonly books?: BookFacts
  readonly roll?: RollFacts
}

export type Notice = {
  /** `<command>:<ordinal>`: who delivers it twice can tell. */
  readonly key: string
  readonly topic: string
  readonly to: readonly PartyKey[]
  readonly case: string
  readonly at: number
  readonly params: Readonly<Record<string, string>>
}

/** Uploaded files that a journal entry names in its answers: kept from now on, and shown to whoever may see these answers. */
export type FileUse = {
  readonly ids: readonly string[]
  readonly person: string
  readonly case: string
  readonly ordinal: number
}

/** A command that this one brings about in a transaction of its own, exactly once: `<command>:<ordinal>` is its key, and its id follows from that. */
export type Errand = { readonly key: string; readonly command: Award }

export type Change =
  | { readonly kind: 'case'; readonly row: CaseRow; readonly created: boolean }
  | { readonly kind: 'event'; readonly entry: CaseEvent }
  | { readonly kind: 'contact'; readonly id: string; readonly contact: Contact }
  | { readonly kind: 'notice'; readonly notice: Notice }
  | { readonly kind: 'errand'; readonly errand: Errand }
  | { readonly kind: 'files'; readonly use: FileUse }
  | BookChange
  | EvaluationChange
  | {
      readonly kind: 'outcome'
      readonly command: string
      readonly digest: string
      readonly outcome: AnyOutcome
    }

export type Answer = { readonly case: string; readonly revision: number }
/** The rules forbid it. `code` is `noun.reason`; the other members are what it turned on. */
export type Refusal = {
  readonly refused: string
  readonly path?: string
  readonly details?: Readonly<Record<string, unknown>>
}
export type Outcome = Answer | Refusal
export type PointsOutcome = TransferAnswer | Refusal
export type EvaluationOutcome = EvaluationAnswer | Refusal
export type AnyOutcome = Outcome | PointsOutcome | EvaluationOutcome
/** What comes of a command of this kind. */
export type OutcomeOf<C extends AnyCommand> =
  | Refusal
  | (C extends PointsCommand ? TransferAnswer : C extends EvaluationCommand ? EvaluationAnswer : Answer)
export type Decision = { readonly changes: readonly Change[]; readonly answer: Answer }

/** The only port. `read` locks the case it reads until the transaction ends, and what `books` says, and waits for a twin of the command. */
export type Tx = { read(reads: Reads): Promise<Facts>; apply(changes: readonly Change[]): Promise<void> }

/** Hears how each condition was judged that settled something: its name as in `Coverage`, and whether it held. */
export type Witness = (guard: string, holds: boolean) => void

/** Where rules come from: the locality as published now, and the procedure that a case is pinned to. */
export type Rules = {
  readonly locality: Locality
  procedure(hash: string): Procedure | Promise<Procedure>
  readonly witness?: Witness
}

/** The outcome of `command`, applied to `tx`. A known id returns its first outcome, or `command.reused` where the content differs; refusals are kept too. */
export async function handle<C extends AnyCommand>(tx: Tx, rules: Rules, command: C): Promise<OutcomeOf<C>> {
  return (await outcomeOf(tx, rules, command)) as OutcomeOf<C> // the log keeps what is asked, so an earlier outcome is of its kind too
}

async function outcomeOf(tx: Tx, rules: Rules, command: AnyCommand): Promise<AnyOutcome> {
  const digest = digestOf(command)
  const first = await tx.read(plan(command, digest))
  if (first.earlier) return first.earlier.digest === digest ? first.earlier.outcome : { refused: 'command.reused' }
  const decision = await decided(tx, rules, command, first)
  const outcome = 'refused' in decision ? decision : decision.answer
  if (command.actor === 'system' && 'refused' in outcome) return outcome
  await tx.apply([
    ...('refused' in decision ? [] : decision.changes),
    { kind: 'outcome', command: command.id, digest, outcome }
  ])
  return outcome
}

function decided(tx: Tx, rules: Rules, command: AnyCommand, first: Facts) {
  if (isPointsCommand(command)) return decidePoints(tx, rules, command, first)
  if (isEvaluationCommand(command)) return decideEvaluation(tx, rules, command, first.people)
  return decideCase(tx, rules, command, first)
}

async function decideCase(tx: Tx, rules: Rules, command: Command, first: Facts): Promise<Decision | Refusal> {
  const { locality, witness } = rules
  const procedure = first.case && (await rules.procedure(rulesAfter(command, first.case)))
  const people = namedPeople(command, procedure, locality, first).filter(id => !first.people.has(id))
  const files = namedFiles(command, procedure, locality, first)
  if (people.length === 0 && !files) return decide({ locality, procedure, facts: first, command, witness })
  const more = await tx.read({ now: command.now, people, ...(files ? { files } : {}) })
  const facts = { ...first, ...more, people: new Map([...first.people, ...more.people]) }
  return decide({ locality, procedure, facts, command, witness })
}

/** The procedure that the case goes on by: whoever takes a move back decides by the rules of before. */
function rulesAfter(command: Command, row: CaseRow): string {
  return (command.kind === 'unmigrate' ? row.undo?.facts.procedure : undefined) ?? row.procedure
}

/** What must be read before anything can be decided. */
function plan(command: AnyCommand, digest: string): Reads {
  const person = command.actor === 'system' ? [] : [command.actor.person]
  const key = { id: command.id, digest }
  if (isPointsCommand(command))
    return {
      now: command.now,
      command: key,
      people: person,
      ...(command.kind === 'redeem' ? { area: command.area } : {})
    }
  if (isEvaluationCommand(command)) return { now: command.now, command: key, people: person }
  if (command.kind !== 'submit') return { now: command.now, command: key, case: command.case, people: person }
  const applicant = command.applicant && 'person' in command.applicant ? [command.applicant.person] : []
  return {
    now: command.now,
    command: key,
    case: command.id,
    people: [...new Set([...person, ...applicant])],
    area: command.area
  }
}

/** Hash of what the client asked for: the same question again has the same digest, whenever it comes. */
function digestOf(command: AnyCommand): string {
  return contentHash({ ...command, now: undefined, salt: undefined })
}

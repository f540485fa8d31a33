/** Decides commands: the order of the refusals is their precedence, most basic first. Pure: facts in, changes or a refusal out. */
import { partiesOf, type Locality, type Procedure } from '@gridwright/core'
import type { Answers, CaseRow } from './case.ts'
import { unfitAnswers } from './answers.ts'
import type { Act, Command, Decision, Facts, Refusal, Tick, Witness } from './command.ts'
import { expire, firstDue, redated } from './deadlines.ts'
import { keepingFiles, missingFile } from './files.ts'
import { machineOf, type Machine, type TransitionRule } from './machine.ts'
import { applicantOf, concluded, personOf, systemTurn } from './follow-up.ts'
import { decideMigrate, decideUnmigrate } from './migration-move.ts'
import { guardHolds, openWays, passesOver, rightTo, rulesFor, senderOf, systemSender, type Sender } from './rights.ts'
import { decideSubmit } from './submit.ts'
import { namedIn, noteTurn, takeTurn, witnessed, type Cause, type Turn } from './turn.ts'

export type Question = {
  readonly locality: Locality
  readonly procedure: Procedure | undefined
  readonly facts: Facts
  readonly command: Command
  readonly witness?: Witness | undefined
  /** See `Turn`. */
  readonly isTrial?: boolean
}

const maxEntries = 1000

/** What `command` does to what `facts` say, or why the rules forbid it. */
export function decide({ locality, procedure, facts, command, ...watched }: Question): Decision | Refusal {
  if (command.kind === 'submit') return decideSubmit(locality, facts, command, watched)
  if (!facts.case || !procedure) return { refused: 'case.unknown' }
  const machine = machineOf(procedure.workflow)
  const turn: Turn = { locality, procedure, machine, command, people: facts.people, ...watched }
  if (command.kind === 'migrate') return decideMigrate(turn, facts.case, command)
  if (command.kind === 'unmigrate') return decideUnmigrate(turn, facts.case, command)
  return command.kind === 'act' ? decideAct(turn, facts, facts.case, command) : decideTick(turn, facts.case, command)
}

/** People whom the answers of an event name for an offer and who must therefore be read. */
export function namedPeople(
  command: Command,
  procedure: Procedure | undefined,
  _locality: Locality,
  facts: Facts
): readonly string[] {
  if (command.kind !== 'act' || !procedure || !facts.case) return []
  const effects = rulesFor(machineOf(procedure.workflow), facts.case.state, command.event).flatMap(rule => rule.effects)
  return [
    ...new Set(effects.flatMap(effect => (effect.type === 'offer' ? namedIn(effect, command.answers ?? {}) : [])))
  ]
}

function decideAct(turn: Turn, { files }: Facts, row: CaseRow, command: Act): Decision | Refusal {
  const person = personOf(command, turn.people)
  if (!person) return { refused: 'actor.unknown' }
  const asked: Asked = { turn, row, command, sender: senderOf(person), answers: command.answers ?? {}, files }
  const permitted = permittedWays(asked)
  return 'refused' in permitted ? permitted : takeWay(asked, permitted)
}

type Asked = {
  readonly turn: Turn
  readonly row: CaseRow
  readonly command: Act
  readonly sender: Sender
  readonly answers: Answers
  readonly files: Facts['files']
}

/** The declared ways of the event that the sender has a right to. */
function permittedWays({ turn, row, command, sender }: Asked): readonly TransitionRule[] | Refusal {
  const { machine, locality } = turn
  if (command.expectedRevision !== undefined && command.expectedRevision !== row.revision)
    return { refused: 'case.changed', details: { revision: row.revision, expected: command.expectedRevision } }
  if (!machine.events.has(command.event))
    return { refused: 'event.unknown', path: '/event', details: { event: command.event } }
  if (machine.engineEvents.has(command.event))
    return { refused: 'event.not-yours', path: '/event', details: { event: command.event } }
  const rules = row.open ? rulesFor(machine, row.state, command.event) : []
  const permitted = rules.filter(rule => rightTo(locality, machine, row, rule, sender))
  if (permitted.length === 0) return notPermitted(turn, row, rules, sender, command.event)
  return row.revision >= maxEntries ? { refused: 'case.too-long', details: { limit: maxEntries } } : permitted
}

function takeWay(asked: Asked, permitted: readonly TransitionRule[]): Decision | Refusal {
  const { turn, row, command, sender, answers, files } = asked
  const { machine, locality, procedure } = turn
  const applicant = applicantOf(row, turn.people)
  const input = { locality, procedure, row, form: answers, sender, applicant, now: command.now }
  const open = openWays(permitted, input)
  if (open.failed !== undefined) return { refused: 'condition.failed', details: { reason: open.failed } }
  const [first] = open.ways
  if (!first) {
    for (const rule of permitted) witnessed(turn, rule, false)
    return { refused: 'condition.unmet', details: { event: command.event } }
  }
  const { form } = first
  const unfit = unfitAnswers(procedure, form, answers) ?? missingFile(procedure, form, answers, files)
  if (unfit) return unfit
  let failed: string | undefined
  const step = machine.step(row.state, command.event, rule => {
    if (!permitted.includes(rule)) return false
    if (!open.ways.includes(rule)) return witnessed(turn, rule, false)
    if (rule.form !== form) return false
    const holds = guardHolds(rule, input)
    if (typeof holds === 'boolean') return witnessed(turn, rule, holds)
    failed = holds.failed
    return false
  })
  if (failed !== undefined) return { refused: 'condition.failed', details: { reason: failed } }
  if (!step.taken) return { refused: 'condition.unmet', details: { event: command.event } }
  const right = rightTo(locality, machine, row, step.taken, sender)
  const cause: Cause = {
    event: command.event,
    sender,
    ...(right ? { right } : {}),
    ...(form === undefined ? {} : { answers })
  }
  const entry = { person: sender.person?.id ?? '', case: row.id, ordinal: row.revision + 1, answers }
  return keepingFiles(concluded(turn, takeTurn(turn, row, step, cause)), procedure, form, entry)
}

function notPermitted(
  { machine }: Turn,
  row: CaseRow,
  rules: readonly TransitionRule[],
  sender: Sender,
  event: string
): Refusal {
  const offerEvent = [...machine.rules.values()].some(rule => rule.event === event && offersIn(machine, rule))
  if (offerEvent && lostOffer(row, sender)) return { refused: row.assignee === null ? 'offer.closed' : 'offer.taken' }
  if (!row.open) return { refused: 'case.closed' }
  if (rules.length === 0) return { refused: 'event.not-now', details: { event, state: row.state } }
  return {
    refused: rules.some(rule => offersIn(machine, rule)) ? 'offer.missing' : 'event.not-yours',
    details: { event }
  }
}

/** Whether the case was offered to the sender, and is no more: another was faster, or the offer was drawn back. */
function lostOffer(row: CaseRow, { keys, person }: Sender): boolean {
  if (row.offerOpen || row.assignee === person?.id) return false
  return row.offered.some(key => keys.has(key) && !passesOver(row, key, person?.id ?? ''))
}

function offersIn(machine: Machine, rule: TransitionRule): boolean {
  const owner = rule.by ?? machine.states.get(rule.state)?.meta?.owner
  return owner !== undefined && partiesOf(owner).includes('offered')
}

function decideTick(turn: Turn, row: CaseRow, command: Tick): Decision | Refusal {
  if (command.kind === 'recompute') {
    const deadlines = row.deadlines.map(deadline => redated(turn, deadline))
    if (deadlines.every((deadline, i) => deadline === row.deadlines[i] || deadline.due === null))
      return { refused: 'deadline.none' }
    return concluded(turn, noteTurn(turn, row, { event: 'RECOMPUTED', sender: systemSender }, { deadlines }, []))
  }
  const first = row.open ? firstDue(row, command.now) : undefined
  if (!first) return { refused: 'deadline.none' }
  const { deadline, kind } = first
  if (kind === 'warn') {
    const deadlines = row.deadlines.map(other => (other === deadline ? { ...deadline, warned: true } : other))
    return concluded(
      turn,
      noteTurn(turn, row, { event: 'WARNED', sender: systemSender }, { deadlines }, [
        { topic: 'deadline.warned', to: row.owners }
      ])
    )
  }
  const { event, after } = expire(turn, deadline)
  return concluded(turn, systemTurn(turn, row, event, { before: deadline, after }))
}

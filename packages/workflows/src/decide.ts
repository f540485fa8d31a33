/** Decides commands: the order of the refusals is their precedence, most basic first. Pure: facts in, changes or a refusal out. */
import {
  contactKey,
  compileCondition,
  derivedUuid,
  localDate,
  partiesOf,
  partyKeys,
  personKey,
  procedureOf,
  runCondition,
  type Locality,
  type PartyKey,
  type PersonFacts,
  type Procedure
} from '@gridwright/core'
import { compileForm, type AnswerIssue } from '@gridwright/forms'
import type { Answers, CaseRow } from './case.ts'
import type { Act, AreaFacts, Change, Command, Decision, Facts, Refusal, Submit, Tick } from './command.ts'
import { expire, firstDue, redated, startDeadlines } from './deadlines.ts'
import { machineOf, type Machine, type TransitionRule } from './machine.ts'
import {
  guardHolds,
  held,
  openWays,
  partyContext,
  rightTo,
  rulesFor,
  senderOf,
  systemSender,
  type Sender
} from './rights.ts'
import { changesOf, namedIn, noteTurn, takeTurn, type Cause, type Taken, type Turn } from './turn.ts'

export type Question = {
  readonly locality: Locality
  readonly procedure: Procedure | undefined
  readonly facts: Facts
  readonly command: Command
}

const maxEntries = 1000
const maxEngineEvents = 10

/** What `command` does to what `facts` say, or why the rules forbid it. */
export function decide({ locality, procedure, facts, command }: Question): Decision | Refusal {
  if (command.kind === 'submit') return decideSubmit(locality, facts, command)
  if (!facts.case || !procedure) return { refused: 'case.unknown' }
  const turn: Turn = { locality, procedure, machine: machineOf(procedure.workflow), command, people: facts.people }
  return command.kind === 'act' ? decideAct(turn, facts.case, facts, command) : decideTick(turn, facts.case, command)
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

function decideSubmit(locality: Locality, facts: Facts, command: Submit): Decision | Refusal {
  const procedure = procedureOf(locality, command.service)
  if (!procedure) return { refused: 'service.unknown', path: '/service' }
  const { area } = facts
  if (!area) return { refused: 'area.unknown', path: '/area' }
  const { service } = procedure
  if (area.level !== service.placeLevel)
    return { refused: 'area.wrong-level', path: '/area', details: { level: area.level, expected: service.placeLevel } }
  if (facts.case) return { refused: 'case.exists' }
  const actor = personOf(command, facts)
  if (!actor) return { refused: 'actor.unknown' }
  const sender = senderOf(actor)
  const channel = command.channel ?? service.channels[0] ?? ''
  if (!service.channels.includes(channel))
    return { refused: 'channel.not-offered', path: '/channel', details: { channels: service.channels } }
  const entering = enteringKey(locality, channel, area, sender)
  if (entering === 'refused') return { refused: 'channel.not-yours', path: '/channel' }
  if (command.applicant && entering === undefined) return { refused: 'applicant.not-yours', path: '/applicant' }
  const applicant =
    command.applicant && 'person' in command.applicant
      ? facts.people.get(command.applicant.person)
      : command.applicant
        ? undefined
        : actor
  if (command.applicant && 'person' in command.applicant && !applicant)
    return { refused: 'applicant.unknown', path: '/applicant' }
  const fault = contactFault(command)
  if (fault) return fault
  const issues = compileForm(formOf(procedure, service.form))(command.answers)
  if (issues.length > 0) return invalidAnswers(issues)
  const { answers, now } = command
  const denied = eligibility(locality, procedure, { answers, actor, applicant, area, now })
  if (denied) return denied
  return begin(
    { locality, procedure, machine: machineOf(procedure.workflow), command, people: facts.people },
    command,
    { sender, area, channel, applicant, entering }
  )
}

type Beginning = {
  readonly sender: Sender
  readonly area: AreaFacts
  readonly channel: string
  readonly applicant: PersonFacts | undefined
  readonly entering: PartyKey | undefined
}

function begin(
  turn: Turn,
  command: Submit,
  { sender, area, channel, applicant, entering }: Beginning
): Decision | Refusal {
  const { locality, procedure, machine } = turn
  const contact = command.applicant && 'contact' in command.applicant ? command.applicant.contact : undefined
  const contactId = derivedUuid(`${command.id}:contact`)
  const applicantKey = applicant ? personKey(applicant.id) : contactKey(contactId)
  const first = machine.start()
  const level = locality.posts.get(machine.workflow.meta?.ladder?.[0]?.post ?? '')?.level
  const initial = {
    number: `${area.code}-${localDate(command.now, locality.timeZone).replaceAll('-', '')}-${command.id.slice(0, 6).toUpperCase()}`,
    service: procedure.id,
    procedure: procedure.hash,
    channel,
    area: area.id,
    areaCode: area.code,
    places: area.places,
    handlingArea: (level && area.places[level]) ?? area.id,
    applicant: applicantKey,
    speaker: applicant ? [applicantKey] : [entering ?? sender.key],
    enteredBy: entering === undefined ? null : (sender.person?.id ?? null),
    state: first.to,
    open: true,
    rung: 0,
    assignee: null,
    offered: [],
    offerOpen: false,
    owners: [],
    deadlines: startDeadlines(turn, null, machine.workflow.meta?.deadlines, command.now, 1),
    urged: 0,
    reviewScale: null,
    review: null,
    reply: null,
    submittedAt: command.now,
    closedAt: null
  }
  const blank: CaseRow = {
    ...initial,
    id: command.id,
    revision: 0,
    updatedAt: command.now,
    counts: {},
    doers: {},
    lastHash: '',
    answers: command.answers
  }
  const begun = takeTurn(
    turn,
    blank,
    first,
    {
      event: 'SUBMIT',
      sender,
      answers: command.answers,
      ...(entering === undefined ? {} : { right: { party: 'system', key: entering } })
    },
    initial
  )
  if ('refused' in begun) return begun
  const received: Taken = { ...begun, told: [{ topic: 'case.received', to: begun.row.speaker }, ...begun.told] }
  const turns = followUp(turn, [received])
  if ('refused' in turns) return turns
  const changes: Change[] = [
    ...(contact && !applicant ? [{ kind: 'contact' as const, id: contactId, contact }] : []),
    ...changesOf(turns, command, procedure.id, true)
  ]
  return answered(turns, changes)
}

function decideAct(turn: Turn, row: CaseRow, facts: Facts, command: Act): Decision | Refusal {
  const { machine, locality, procedure } = turn
  const person = personOf(command, facts)
  if (!person) return { refused: 'actor.unknown' }
  const sender = senderOf(person)
  if (command.expectedRevision !== undefined && command.expectedRevision !== row.revision)
    return { refused: 'case.changed', details: { revision: row.revision, expected: command.expectedRevision } }
  if (!machine.events.has(command.event))
    return { refused: 'event.unknown', path: '/event', details: { event: command.event } }
  if (machine.engineEvents.has(command.event))
    return { refused: 'event.not-yours', path: '/event', details: { event: command.event } }
  const rules = row.open ? rulesFor(machine, row.state, command.event) : []
  const permitted = rules.filter(rule => rightTo(locality, machine, row, rule, sender))
  if (permitted.length === 0) return notPermitted(turn, row, rules, sender, command.event)
  if (row.revision >= maxEntries) return { refused: 'case.too-long', details: { limit: maxEntries } }
  const answers = command.answers ?? {}
  const applicant = applicantOf(row, facts.people)
  const input = { locality, procedure, row, form: answers, sender, applicant, now: command.now }
  const open = openWays(permitted, input)
  if (open.failed !== undefined) return { refused: 'condition.failed', details: { reason: open.failed } }
  const [first] = open.ways
  if (!first) return { refused: 'condition.unmet', details: { event: command.event } }
  const { form } = first
  if (form === undefined && Object.keys(answers).length > 0) return { refused: 'answers.unexpected', path: '/answers' }
  const issues = form === undefined ? [] : compileForm(formOf(procedure, form))(answers)
  if (issues.length > 0) return invalidAnswers(issues)
  let failed: string | undefined
  const step = machine.step(row.state, command.event, rule => {
    if (!open.ways.includes(rule) || rule.form !== form) return false
    const holds = guardHolds(rule, input)
    if (typeof holds === 'object') failed = holds.failed
    return holds === true
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
  return concluded(turn, takeTurn(turn, row, step, cause))
}

function notPermitted(
  { machine }: Turn,
  row: CaseRow,
  rules: readonly TransitionRule[],
  sender: Sender,
  event: string
): Refusal {
  const wasOffered = row.offered.some(key => sender.keys.has(key)) && !row.passedOver?.includes(sender.person?.id ?? '')
  const offerEvent = [...machine.rules.values()].some(rule => rule.event === event && offersIn(machine, rule))
  if (offerEvent && wasOffered && !row.offerOpen && row.assignee !== sender.person?.id)
    return { refused: row.assignee === null ? 'offer.closed' : 'offer.taken' }
  if (!row.open) return { refused: 'case.closed' }
  if (rules.length === 0) return { refused: 'event.not-now', details: { event, state: row.state } }
  return {
    refused: rules.some(rule => offersIn(machine, rule)) ? 'offer.missing' : 'event.not-yours',
    details: { event }
  }
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

/** An event that the engine sends itself; guards of engine events see no form. A workflow that does not handle it only notes it. */
function systemTurn(turn: Turn, row: CaseRow, event: string, expired?: Cause['expired']): Taken | Refusal {
  const { locality, procedure, command } = turn
  const applicant = applicantOf(row, turn.people)
  const input = { locality, procedure, row, form: {}, sender: systemSender, applicant, now: command.now }
  const step = turn.machine.step(row.state, event, rule => guardHolds(rule, input) === true)
  return takeTurn(turn, row, step, { event, sender: systemSender, ...(expired ? { expired } : {}) })
}

function concluded(turn: Turn, taken: Taken | Refusal): Decision | Refusal {
  if ('refused' in taken) return taken
  const turns = followUp(turn, [taken])
  return 'refused' in turns ? turns : answered(turns, changesOf(turns, turn.command, turn.procedure.id, false))
}

function followUp(turn: Turn, begun: readonly Taken[]): readonly Taken[] | Refusal {
  const turns = [...begun]
  const waiting = begun.flatMap(({ next }) => next)
  for (let event = waiting.shift(); event !== undefined; event = waiting.shift()) {
    const last = turns.at(-1)
    if (!last || turns.length > maxEngineEvents)
      throw new Error(
        `more than ${maxEngineEvents} events of the engine in one turn of workflow ${turn.machine.workflow.id}`
      )
    const taken = systemTurn(turn, last.row, event)
    if ('refused' in taken) return taken
    turns.push(taken)
    waiting.push(...taken.next)
  }
  return turns
}

function answered(turns: readonly Taken[], changes: readonly Change[]): Decision {
  const last = turns.at(-1)
  if (!last) throw new Error('a decision without a turn')
  return { changes, answer: { case: last.row.id, revision: last.row.revision } }
}

function applicantOf(row: CaseRow, people: Facts['people']): PersonFacts | undefined {
  return [...people.values()].find(({ id }) => row.applicant === personKey(id))
}

function personOf(command: Command, facts: Facts): PersonFacts | undefined {
  return command.actor === 'system' ? undefined : facts.people.get(command.actor.person)
}

/** The key by which the sender enters orders of this channel: undefined where everyone submits for themselves. */
function enteringKey(
  locality: Locality,
  channel: string,
  area: AreaFacts,
  sender: Sender
): PartyKey | undefined | 'refused' {
  const enteredBy = locality.channels.get(channel)?.enteredBy
  if (enteredBy === undefined) return undefined
  const context = partyContext(locality, noMachine, {
    speaker: [],
    assignee: null,
    offered: [],
    offerOpen: false,
    rung: 0,
    places: area.places
  })
  return (
    partiesOf(enteredBy)
      .flatMap(party => partyKeys(party, context))
      .find(key => sender.keys.has(key)) ?? 'refused'
  )
}

const noMachine = { workflow: { id: 'none', initial: 'none', states: {} } } as Machine // parties of a channel have no workflow

function contactFault(command: Submit): Refusal | undefined {
  if (!command.applicant || 'person' in command.applicant) return undefined
  const { name, phone } = command.applicant.contact
  if (name.trim().length === 0 || name.length > 60)
    return { refused: 'contact.name-invalid', path: '/applicant/contact/name' }
  return /^[0-9+][0-9 -]{4,19}$/.test(phone)
    ? undefined
    : { refused: 'contact.phone-invalid', path: '/applicant/contact/phone' }
}

type Asking = {
  readonly answers?: Answers
  readonly actor: PersonFacts
  readonly applicant: PersonFacts | undefined
  readonly area: AreaFacts
  readonly now: number
}

/** Why the service is not for this applicant, or undefined where it is. */
export function eligibility(
  locality: Locality,
  procedure: Procedure,
  { answers, actor, applicant, area, now }: Asking
): Refusal | undefined {
  const rule = procedure.service.eligible
  if (!rule) return undefined
  const holds = runCondition(compileCondition(rule.cel), {
    answers: answers ?? {},
    actor: { id: actor.id, ...held(actor) },
    applicant: held(applicant),
    area: { id: area.id, code: area.code, level: area.level, path: Object.values(area.places) },
    now,
    today: localDate(now, locality.timeZone)
  })
  if (typeof holds === 'object') return { refused: 'condition.failed', details: { reason: holds.failed } }
  return holds ? undefined : { refused: 'eligibility.denied', details: { reason: rule.otherwise } }
}

function formOf(procedure: Procedure, name: string) {
  const form = procedure.forms.get(name)
  if (!form) throw new Error(`procedure ${procedure.hash} has no form ${name}`)
  return form
}

function invalidAnswers(issues: readonly AnswerIssue[]): Refusal {
  return {
    refused: 'answers.invalid',
    path: `/answers${issues[0]?.path ?? ''}`,
    details: { issues: issues.slice(0, 100) }
  }
}

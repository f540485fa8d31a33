/** Submission: whether a case may begin here, by this channel, for this applicant; and the case that begins. */
import {
  contactKey,
  compileCondition,
  derivedUuid,
  localDate,
  localityAt,
  namesIn,
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
import { unfitAnswers } from './answers.ts'
import type { Answers, CaseFacts, CaseRow } from './case.ts'
import type { AreaFacts, Change, Contact, Decision, Facts, Refusal, Submit, Witness } from './command.ts'
import { eligiblePlace } from './coverage.ts'
import { startDeadlines } from './deadlines.ts'
import { keepingFiles, missingFile } from './files.ts'
import { answered, followUp, personOf } from './follow-up.ts'
import { machineOf, type Machine } from './machine.ts'
import { held, partyContext, senderOf, type Sender } from './rights.ts'
import { changesOf, takeTurn, type Taken, type Turn } from './turn.ts'

/** The first entries of a case that `command` begins by the rules of its place, or why it may not: place first, then channel, applicant, answers, eligibility. */
export function decideSubmit(
  locality: Locality,
  facts: Facts,
  command: Submit,
  watched: Pick<Turn, 'witness' | 'isTrial'> = {}
): Decision | Refusal {
  if (!locality.services.has(command.service)) return { refused: 'service.unknown', path: '/service' }
  const { area } = facts
  if (!area) return { refused: 'area.unknown', path: '/area' }
  const procedure = procedureOf(localityAt(locality, area.places), command.service)
  if (!procedure) return { refused: 'service.not-here', path: '/area' }
  const { service } = procedure
  if (area.level !== service.placeLevel)
    return { refused: 'area.wrong-level', path: '/area', details: { level: area.level, expected: service.placeLevel } }
  if (facts.case) return { refused: 'case.exists' }
  const actor = personOf(command, facts.people)
  if (!actor) return { refused: 'actor.unknown' }
  const asked = askedFor(locality, procedure, command, { area, actor, people: facts.people })
  if ('refused' in asked) return asked
  const unfit =
    unfitAnswers(procedure, service.form, command.answers) ??
    missingFile(procedure, service.form, command.answers, facts.files)
  if (unfit) return unfit
  const { answers, now } = command
  const denied = eligibility(locality, procedure, { answers, actor, applicant: asked.applicant, area, now, ...watched })
  const machine = machineOf(procedure.workflow)
  return denied ?? begin({ locality, procedure, machine, command, people: facts.people, ...watched }, command, asked)
}

type Beginning = {
  readonly sender: Sender
  readonly area: AreaFacts
  readonly channel: string
  readonly applicant: PersonFacts | undefined
  readonly contact: Contact | undefined
  readonly entering: PartyKey | undefined
}

/** By which channel, through whom and for whom the case is asked. */
function askedFor(
  locality: Locality,
  { service }: Procedure,
  command: Submit,
  { area, actor, people }: { readonly area: AreaFacts; readonly actor: PersonFacts; readonly people: Facts['people'] }
): Beginning | Refusal {
  const sender = senderOf(actor)
  const channel = command.channel ?? service.channels[0] ?? ''
  if (!service.channels.includes(channel))
    return { refused: 'channel.not-offered', path: '/channel', details: { channels: service.channels } }
  const entering = enteringKey(locality, channel, area, sender)
  if (entering === 'refused') return { refused: 'channel.not-yours', path: '/channel' }
  const beginning = { sender, area, channel, entering: entering?.key }
  if (!command.applicant) return { ...beginning, applicant: actor, contact: undefined }
  if (entering === undefined) return { refused: 'applicant.not-yours', path: '/applicant' }
  if ('contact' in command.applicant) {
    const { contact } = command.applicant
    return contactFault(contact) ?? { ...beginning, applicant: undefined, contact }
  }
  const applicant = people.get(command.applicant.person)
  return applicant
    ? { ...beginning, applicant, contact: undefined }
    : { refused: 'applicant.unknown', path: '/applicant' }
}

function begin(turn: Turn, command: Submit, beginning: Beginning): Decision | Refusal {
  const { sender, contact, entering } = beginning
  const first = turn.machine.start()
  const contactId = contact ? derivedUuid(`${command.id}:contact`) : ''
  const initial = { ...firstFacts(turn, command, beginning, contactId), state: first.to }
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
  const right = entering === undefined ? {} : { right: { party: 'system', key: entering } as const }
  const begun = takeTurn(turn, blank, first, { event: 'SUBMIT', sender, answers: command.answers, ...right }, initial)
  if ('refused' in begun) return begun
  const received: Taken = { ...begun, told: [{ topic: 'case.received', to: begun.row.speaker }, ...begun.told] }
  const turns = followUp(turn, [received])
  if ('refused' in turns) return turns
  const called: readonly Change[] = contact ? [{ kind: 'contact', id: contactId, contact }] : []
  return keepingFiles(
    answered(turn, turns, [...called, ...changesOf(turns, command, turn.procedure.id, true)]),
    turn.procedure,
    turn.procedure.service.form,
    { person: sender.person?.id ?? '', case: command.id, ordinal: 1, answers: command.answers }
  )
}

/** What the first entry of a case sets, but for its state. */
function firstFacts(
  turn: Turn,
  command: Submit,
  { sender, area, channel, applicant, entering }: Beginning,
  contactId: string
): Omit<CaseFacts, 'state'> {
  const { locality, procedure, machine } = turn
  const day = localDate(command.now, locality.timeZone).replaceAll('-', '')
  const applicantKey = applicant ? personKey(applicant.id) : contactKey(contactId)
  return {
    number: `${area.code}-${day}-${command.id.slice(0, 6).toUpperCase()}`,
    service: procedure.id,
    procedure: procedure.hash,
    channel,
    area: area.id,
    areaCode: area.code,
    places: area.places,
    handlingArea: handlingAreaOf(locality, machine, area),
    applicant: applicantKey,
    speaker: applicant ? [applicantKey] : [entering ?? sender.key],
    enteredBy: entering === undefined ? null : (sender.person?.id ?? null),
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
}

/** The area of the ladder's first rung, or the case's own where there is no ladder. */
function handlingAreaOf(locality: Locality, machine: Machine, area: AreaFacts): string {
  const post = machine.workflow.meta?.ladder?.[0]?.post
  const level = post === undefined ? undefined : locality.posts.get(post)?.level
  return (level === undefined ? undefined : area.places[level]) ?? area.id
}

/** The key by which the sender enters orders of this channel: undefined where everyone submits for themselves. */
function enteringKey(
  locality: Locality,
  channel: string,
  area: AreaFacts,
  sender: Sender
): { readonly key: PartyKey } | undefined | 'refused' {
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
  const key = partiesOf(enteredBy)
    .flatMap(party => partyKeys(party, context))
    .find(held => sender.keys.has(held))
  return key === undefined ? 'refused' : { key }
}

const noMachine = { workflow: { id: 'none', initial: 'none', states: {} } } as Machine // parties of a channel have no workflow

function contactFault({ name, phone }: Contact): Refusal | undefined {
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
  readonly area?: AreaFacts
  readonly now: number
  readonly witness?: Witness | undefined
}

/**
 * Why the service is not for this applicant, or undefined where it is. Before there are answers or an area, what turns on them is left
 * for the submission to judge.
 */
export function eligibility(
  locality: Locality,
  procedure: Procedure,
  { answers, actor, applicant, area, now, witness }: Asking
): Refusal | undefined {
  const rule = procedure.service.eligible
  if (!rule) return undefined
  const holds = runCondition(compileCondition(rule.cel), {
    ...(answers ? { answers } : {}),
    actor: { id: actor.id, ...held(actor) },
    applicant: held(applicant),
    ...(area ? { area: { id: area.id, code: area.code, level: area.level, path: Object.values(area.places) } } : {}),
    now,
    today: localDate(now, locality.timeZone)
  })
  if (typeof holds !== 'object') {
    witness?.(eligiblePlace(procedure.id), holds)
    return holds ? undefined : { refused: 'eligibility.denied', details: { reason: rule.otherwise } }
  }
  const isOpen = (!answers && asksFor(rule.cel, 'answers')) || (!area && asksFor(rule.cel, 'area'))
  return isOpen ? undefined : { refused: 'condition.failed', details: { reason: holds.failed } }
}

function asksFor(cel: string, variable: string): boolean {
  return namesIn(cel).some(name => name === variable || name.startsWith(`${variable}.`))
}

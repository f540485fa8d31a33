/**
 * Commands about evaluations (考评): marks on a rating sheet, and the publication of a window's scores. What is published is computed
 * from the journal under the rules of the release that is live, and never changes.
 */
import {
  areaKey,
  compareDecimal,
  derivedUuid,
  evaluationOf,
  keysOf,
  parseDecimal,
  personKey,
  settlerKeys,
  tally,
  windowNamed,
  type EvaluationFile,
  type Locality,
  type Occurrence,
  type PartyKey,
  type PersonFacts,
  type PublishedTotal,
  type Rating,
  type ScoreCard,
  type Subject,
  type Window
} from '@gridwright/core'
import type { CaseEvent, CaseRow } from './case.ts'
import type { Actor, Change, Refusal, Rules, Tx } from './command.ts'

type Sent = {
  readonly id: string
  readonly actor: Actor
  readonly now: number
  readonly evaluation: string
  readonly window: string
}

/** Marks by the actor for `subject` (`person:<id>` or `area:<id>`) on a sheet, as a decimal. */
export type Rate = Sent & {
  readonly kind: 'rate'
  readonly sheet: string
  readonly subject: PartyKey
  readonly marks: string
}
/** Publishes the scores of all subjects that the actor publishes for and that have none in this window yet. */
export type PublishScores = Sent & { readonly kind: 'publish-scores' }
export type EvaluationCommand = Rate | PublishScores

/** What must be read for an evaluation: whom it judges in `window`, and with `whole` all that they are judged by, locked against another publication. */
export type RollReads = {
  readonly evaluation: string
  readonly window: Window
  readonly subjects: EvaluationFile['subjects']
  readonly whole: boolean
  /** Evaluations whose published totals are read. */
  readonly totalsOf: readonly string[]
}
/** A journal entry with its case as it stood after it. */
export type Journaled = { readonly row: CaseRow; readonly entry: CaseEvent }
export type RollFacts = {
  readonly subjects: readonly Subject[]
  readonly ratings: readonly Rating[]
  readonly totals: readonly PublishedTotal[]
  /** Subjects whose score of this window is published. */
  readonly published: ReadonlySet<PartyKey>
  /** All entries of cases that have one in the window, whole cases in their order. */
  readonly journal: AsyncIterable<Iterable<Journaled>>
}

/** A published score: a card with where it came from. `release` is the hash of the config that it was computed under. */
export type Score = {
  readonly id: string
  readonly evaluation: string
  readonly window: string
  readonly from: number
  readonly card: ScoreCard
  readonly release: string
  readonly at: number
  readonly by: string
}
export type EvaluationChange =
  | { readonly kind: 'rating'; readonly rating: Rating }
  | { readonly kind: 'score'; readonly score: Score }

export type EvaluationAnswer = { readonly rating: string } | { readonly scores: readonly string[] }
type Verdict = { readonly changes: readonly Change[]; readonly answer: EvaluationAnswer } | Refusal

/** Whether `command` is about an evaluation. */
export function isEvaluationCommand(command: { readonly kind: string }): command is EvaluationCommand {
  return command.kind === 'rate' || command.kind === 'publish-scores'
}

/** What `command` does, or why the rules forbid it. `people` are those of its first read. */
export async function decideEvaluation(
  tx: Tx,
  { locality }: Rules,
  command: EvaluationCommand,
  people: ReadonlyMap<string, PersonFacts>
): Promise<Verdict> {
  const person = command.actor === 'system' ? undefined : people.get(command.actor.person)
  if (!person) return { refused: 'actor.unknown' }
  const file = locality.evaluations.get(command.evaluation)
  if (!file) return { refused: 'evaluation.unknown' }
  const window = windowNamed(file.window, command.window, locality.timeZone)
  if (!window) return { refused: 'window.unknown', path: '/window' }
  const round = { locality, file, window, person }
  return command.kind === 'rate' ? rated(tx, round, command) : published(tx, round, command)
}

type Round = {
  readonly locality: Locality
  readonly file: EvaluationFile
  readonly window: Window
  readonly person: PersonFacts
}

/** What is read of an evaluation that `file` declares: with `whole` all that scores are computed from. */
export function rollReads(evaluation: string, file: EvaluationFile, window: Window, whole: boolean): RollReads {
  const totalsOf = Object.values(file.indicators).flatMap(({ fold }) => ('scores' in fold ? [fold.scores] : []))
  return { evaluation, window, subjects: file.subjects, whole, totalsOf: [...new Set(totalsOf)] }
}

async function rollOf(tx: Tx, { file, window }: Round, command: EvaluationCommand): Promise<RollFacts> {
  const roll = rollReads(command.evaluation, file, window, command.kind === 'publish-scores')
  const facts = await tx.read({ now: command.now, people: [], roll })
  if (!facts.roll) throw new Error('a roll that was asked for is missing from the facts')
  return facts.roll
}

async function rated(tx: Tx, round: Round, command: Rate): Promise<Verdict> {
  const { locality, file, window, person } = round
  const sheet = evaluationOf(file).sheets.get(command.sheet)
  if (!sheet) return { refused: 'sheet.unknown', path: '/sheet' }
  const { subjects } = await rollOf(tx, round, command)
  const subject = subjects.find(({ key }) => key === command.subject)
  if (!subject) return { refused: 'subject.unknown', path: '/subject' }
  if (!mayRate(person, subject, settlerKeys(sheet.raters, subject.places, locality)))
    return { refused: subject.key === personKey(person.id) ? 'rating.own' : 'rating.not-yours' }
  const untimely = marksRefused(window, command.now)
  if (untimely) return untimely
  const marks = parseDecimal(command.marks)
  if (!marks || marks.units < 0n || compareDecimal(marks, sheet.highest) > 0)
    return { refused: 'marks.invalid', path: '/marks', details: { highest: file.sheets?.[command.sheet]?.highest } }
  const { id, evaluation, now: at } = command
  const rating = {
    id,
    evaluation,
    window: window.name,
    sheet: command.sheet,
    rater: person.id,
    subject: subject.key,
    marks: command.marks,
    at
  }
  return { changes: [{ kind: 'rating', rating }], answer: { rating: id } }
}

/** Why a window takes no marks at `now`; undefined while it does. */
export function marksRefused({ from, closes }: Window, now: number): Refusal | undefined {
  if (now < from) return { refused: 'window.not-begun', details: { from } }
  return now >= closes ? { refused: 'window.closed', details: { closed: closes } } : undefined
}

/** Whether `person` holds one of the raters' keys and is not the subject. */
export function mayRate(person: PersonFacts, subject: Subject, raters: readonly PartyKey[]): boolean {
  const held = keysOf(person)
  return subject.key !== personKey(person.id) && raters.some(key => held.has(key))
}

async function published(tx: Tx, round: Round, command: PublishScores): Promise<Verdict> {
  const { locality, file, window, person } = round
  const roll = await rollOf(tx, round, command)
  const mine = publishedBy(person, file, locality, roll.subjects)
  if (mine.length === 0) return { refused: 'score.not-yours' }
  if (command.now < window.closes) return { refused: 'window.open', details: { closes: window.closes } }
  const open = mine.filter(({ key }) => !roll.published.has(key))
  if (open.length === 0) return { refused: 'score.published' }
  const { cards, unmeasured } = await cardsOf(locality, file, window, { ...roll, subjects: open })
  if (unmeasured.length > 0) return { refused: 'score.unmeasured', details: { occurrences: unmeasured } }
  const { evaluation, now: at } = command
  const scores = cards.map((card, i): Score => {
    const id = derivedUuid(`${command.id}:${i}`)
    return { id, evaluation, window: window.name, from: window.from, card, release: locality.hash, at, by: person.id }
  })
  return {
    changes: scores.map(score => ({ kind: 'score', score })),
    answer: { scores: scores.map(({ id }) => id) }
  }
}

/** The subjects whose scores `person` publishes. */
export function publishedBy(
  person: PersonFacts,
  file: EvaluationFile,
  locality: Locality,
  subjects: readonly Subject[]
): readonly Subject[] {
  const held = keysOf(person)
  const { publishedBy: publishers } = evaluationOf(file)
  return subjects.filter(({ places }) => settlerKeys(publishers, places, locality).some(key => held.has(key)))
}

/** Whether `person` (undefined for a visitor) may read a card: its subject, its publishers and the declared readers may. */
export function mayReadScore(
  person: PersonFacts | undefined,
  { subject, places }: Pick<ScoreCard, 'subject' | 'places'>,
  file: EvaluationFile,
  locality: Locality
): boolean {
  const { publishedBy: publishers, readBy } = evaluationOf(file)
  if (readBy === 'everyone') return true
  if (!person) return false
  const held = keysOf(person)
  return held.has(subject) || settlerKeys([...publishers, ...readBy], places, locality).some(key => held.has(key))
}

/** The cards of these subjects, from what `roll` holds; nothing but `roll` and the rules of `locality` decides. */
export async function cardsOf(
  locality: Locality,
  file: EvaluationFile,
  window: Window,
  roll: Omit<RollFacts, 'published'>
): Promise<ReturnType<ReturnType<typeof tally>['cards']>> {
  const { subjects, ratings, totals } = roll
  const level = 'level' in file.subjects ? file.subjects.level : null
  const tallying = tally(evaluationOf(file), window, { subjects, level, ratings, totals }, locality)
  for await (const entries of roll.journal) for (const each of entries) tallying.count(occurrenceOf(each, locality))
  return tallying.cards()
}

function occurrenceOf({ row, entry }: Journaled, { services }: Locality): Occurrence {
  const form = entry.ordinal === 1 ? {} : (entry.answers ?? {})
  return { entry, row, category: services.get(row.service)?.category ?? '', answers: row.answers, form }
}

/** The subjects that people (or areas) are in a roll: one for each person, at the first of their areas; areas by id. */
export function subjectsFrom(
  held: readonly { readonly person: string | null; readonly area: string; readonly places: Subject['places'] }[]
): readonly Subject[] {
  const subjects = new Map<PartyKey, Subject>()
  for (const { person, area, places } of [...held].sort((a, b) => (a.area < b.area ? -1 : a.area > b.area ? 1 : 0))) {
    const key = person === null ? areaKey(area) : personKey(person)
    if (!subjects.has(key)) subjects.set(key, { key, places })
  }
  return [...subjects.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
}

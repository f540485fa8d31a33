// The verdict on what clients of a chaos run were told, against what the database kept.
import { canonicalJson } from '@gridwright/core'
import type { CaseEvent } from '@gridwright/workflows'
import type { Acknowledgement, Answer, Question } from './client.ts'
import type { Kept } from './kept.ts'
import type { Race, Stale } from './orders.ts'
import type { Violation } from './violation.ts'

export type Evidence = {
  readonly acknowledged: readonly Acknowledgement[]
  readonly unanswered: readonly Question[]
  readonly races: readonly Race[]
  readonly stale: readonly Stale[]
}

/** What clients saw that must not be, by their own answers and by what was kept. */
export function judgeAnswers({ acknowledged, unanswered, races, stale }: Evidence, kept: Kept): readonly Violation[] {
  const byCommand = Map.groupBy([...kept.journals.values()].flat(), entry => entry.command)
  const byId = Map.groupBy(acknowledged, ({ question }) => question.input.id)
  return [
    ...unanswered.map(({ input }) => ({ rule: 'command.unanswered' as const, what: input.id })),
    ...stale.map(({ case: id, seen, acknowledged: told }) => ({
      rule: 'read.stale' as const,
      what: `case ${id} was read at revision ${seen} after ${told} had been acknowledged`
    })),
    ...[...byId].flatMap(([id, told]) => [
      ...changedAnswers(id, told),
      ...told.flatMap(({ answer }) => untrueAnswer(id, answer, kept, byCommand))
    ]),
    ...doneTwice(byCommand),
    ...races.flatMap(race => badRace(race, byId, kept))
  ]
}

/** The same question has one answer for ever, and of two questions under one id at most one was not refused as reused. */
function changedAnswers(id: string, told: readonly Acknowledgement[]): readonly Violation[] {
  const variants = [...Map.groupBy(told, ({ question }) => canonicalJson(question)).values()]
  const changed = variants.flatMap((answers): Violation[] => {
    const [first, ...rest] = answers.map(({ answer }) => answer)
    const other = first && rest.find(answer => !sameAnswer(first, answer))
    return other
      ? [{ rule: 'answer.changed', what: `${id}: ${canonicalJson(first)}, then ${canonicalJson(other)}` }]
      : []
  })
  const done = variants.filter(answers =>
    answers.some(({ answer }) => !('refused' in answer && turnedAway.has(answer.refused)))
  )
  return done.length > 1
    ? [...changed, { rule: 'command.done-twice', what: `${id} was taken with two bodies` }]
    : changed
}

const hidden = 'case.unknown'
const turnedAway: ReadonlySet<string> = new Set([hidden, 'command.reused'])

/** A refusal that its sender may no longer know the reason of reads `case.unknown`, and is a refusal still. */
function sameAnswer(one: Answer, other: Answer): boolean {
  if (!('refused' in one) || !('refused' in other)) return 'case' in one && 'case' in other && one.case === other.case
  return isHidden(one) || isHidden(other) || canonicalJson(one) === canonicalJson(other)
}

function isHidden(answer: Answer): boolean {
  return 'refused' in answer && answer.refused === hidden
}

function untrueAnswer(
  id: string,
  answer: Answer,
  { log, revisions }: Kept,
  byCommand: ReadonlyMap<string, readonly CaseEvent[]>
): readonly Violation[] {
  const outcome = log.get(id)
  const entries = byCommand.get(id) ?? []
  if ('refused' in answer) {
    if (answer.refused === 'command.reused')
      return outcome ? [] : [{ rule: 'command.lost', what: `${id}, which another was told to have taken` }]
    if (!outcome) return [{ rule: 'refusal.forgotten', what: `${id}: ${answer.refused}` }]
    const same =
      'refused' in outcome && (isHidden(answer) || outcome.refused === answer.refused) && entries.length === 0
    return same
      ? []
      : [{ rule: 'answer.untrue', what: `${id} was told ${answer.refused} and is kept as ${canonicalJson(outcome)}` }]
  }
  const last = entries.at(-1)
  if (!outcome || !last) return [{ rule: 'command.lost', what: `${id} of case ${answer.case}` }]
  const borneOut =
    'case' in outcome &&
    outcome.case === answer.case &&
    last.case === answer.case &&
    last.ordinal === outcome.revision &&
    outcome.revision <= answer.revision &&
    answer.revision <= (revisions.get(answer.case) ?? 0)
  return borneOut
    ? []
    : [
        {
          rule: 'answer.untrue',
          what: `${id} was told ${canonicalJson(answer)} and is kept as ${canonicalJson(outcome)}`
        }
      ]
}

/** A command makes one row of entries in one case: a single one by whoever sent it, then what the engine adds. */
function doneTwice(byCommand: ReadonlyMap<string, readonly CaseEvent[]>): readonly Violation[] {
  return [...byCommand].flatMap(([id, entries]): Violation[] => {
    const [first] = entries
    const once = entries.every(
      ({ case: of, ordinal, actor }, i) =>
        of === first?.case && ordinal === first.ordinal + i && (i === 0 || actor === 'system')
    )
    return once ? [] : [{ rule: 'command.done-twice', what: id }]
  })
}

function badRace(
  { case: id, dispatch, accepts }: Race,
  byId: ReadonlyMap<string, readonly Acknowledgement[]>,
  { journals }: Kept
): readonly Violation[] {
  const told = (accept: string) => byId.get(accept) ?? []
  const winners = accepts.filter(accept => told(accept).some(({ answer }) => 'case' in answer))
  if (winners.length > 1) return [{ rule: 'offer.won-twice', what: `case ${id}: ${winners.join(' and ')}` }]
  const journal = journals.get(id) ?? []
  const from = journal.findIndex(({ command }) => command === dispatch)
  const end = journal.slice(from + 1).find(({ event }) => event !== 'WARNED')
  const allTold = accepts.every(accept => told(accept).length > 0)
  const lostToOthers = end?.event === 'UNACCEPTED' || end?.event === 'WITHDRAW'
  if (from < 0 || !allTold || winners.length === 1 || lostToOthers) return []
  return [{ rule: 'offer.not-won', what: `case ${id}: nobody won the offer of ${dispatch}` }]
}

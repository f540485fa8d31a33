/** What follows a turn: events that the engine sends itself, until none is left, and the decision that all turns make. */
import { personKey, type PersonFacts } from '@gridwright/core'
import type { CaseRow } from './case.ts'
import type { Change, Command, Decision, Facts, Refusal } from './command.ts'
import { errandsOf } from './earned.ts'
import { guardHolds, systemSender } from './rights.ts'
import { changesOf, takeTurn, witnessed, type Cause, type Taken, type Turn } from './turn.ts'

const maxEngineEvents = 10

/** An event that the engine sends itself; guards of engine events see no form. A workflow that does not handle it only notes it. */
export function systemTurn(turn: Turn, row: CaseRow, event: string, expired?: Cause['expired']): Taken | Refusal {
  const { locality, procedure, command } = turn
  const applicant = applicantOf(row, turn.people)
  const input = { locality, procedure, row, form: {}, sender: systemSender, applicant, now: command.now }
  const step = turn.machine.step(row.state, event, rule => witnessed(turn, rule, guardHolds(rule, input) === true))
  return takeTurn(turn, row, step, { event, sender: systemSender, ...(expired ? { expired } : {}) })
}

/** The decision that `taken` makes, with what the engine sends after it. */
export function concluded(turn: Turn, taken: Taken | Refusal): Decision | Refusal {
  if ('refused' in taken) return taken
  const turns = followUp(turn, [taken])
  return 'refused' in turns ? turns : answered(turn, turns, changesOf(turns, turn.command, turn.procedure.id, false))
}

/** The events that the engine sends after these turns, taken in their order until none is left. */
export function followUp(turn: Turn, begun: readonly Taken[]): readonly Taken[] | Refusal {
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

/** The decision that these turns make, with the errands that they bring about. */
export function answered(turn: Turn, turns: readonly Taken[], changes: readonly Change[]): Decision {
  const last = turns.at(-1)
  if (!last) throw new Error('a decision without a turn')
  return {
    changes: [...changes, ...errandsOf(turn, turns)],
    answer: { case: last.row.id, revision: last.row.revision }
  }
}

/** The applicant of the case among `people`; a caller without an account is nobody there. */
export function applicantOf(row: CaseRow, people: Facts['people']): PersonFacts | undefined {
  return [...people.values()].find(({ id }) => row.applicant === personKey(id))
}

/** The person whom the command comes from, as far as the locality knows them. */
export function personOf(command: Command, people: Facts['people']): PersonFacts | undefined {
  return command.actor === 'system' ? undefined : people.get(command.actor.person)
}

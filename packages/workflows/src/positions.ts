/**
 * Where a case can get to with what its limits have already done: the state it rests in, and which of the limits that run there
 * have expired for good. A limit fires once and is then spent, so whether a wait is forgotten, or goes round for ever, turns on that.
 */
import type { State, WorkflowFile } from '@gridwright/core'
import { machineOf } from './machine.ts'
import { bothRungs, deadlinesAt, expiriesOf, lastEvent, type Arrival, type Declared, type Graph } from './paths.ts'

/** `spent` in the order in which they expired; `trace` are the events that lead here from the start, by a shortest way. */
export type Position = {
  readonly leaf: string
  readonly spent: readonly Declared[]
  readonly trace: readonly string[]
}

const most = 4096

/**
 * Every position that a case of the workflow can come to, guards aside, by its key; from where cases begin, or from `start`, nearest
 * to it first. Beyond 4,096 they are not followed.
 */
export function positionsOf(
  graph: Graph,
  workflow: WorkflowFile,
  states: ReadonlyMap<string, State>,
  start: Pick<Position, 'leaf' | 'spent'> = { leaf: graph.begun.to, spent: [] }
): ReadonlyMap<string, Position> {
  const { engineEvents } = machineOf(workflow)
  const found = new Map<string, Position>([[positionKey(start), { ...start, trace: [] }]])
  for (const at of found.values()) {
    const running = deadlinesAt(workflow, states, at.leaf)
    const follow = (event: string, fired?: Declared) => {
      for (const arrival of bothRungs(graph, at.leaf, event)) {
        const spent = spentAfter(at.spent, arrival, deadlinesAt(workflow, states, arrival.to), fired)
        const next = { leaf: arrival.to, spent, trace: [...at.trace, event] }
        const key = positionKey(next)
        if (!found.has(key) && found.size < most) found.set(key, next)
      }
    }
    for (const deadline of running.filter(each => !includes(at.spent, each)))
      for (const event of expiriesOf(graph, deadline))
        follow(event, event === lastEvent(graph, deadline) ? deadline : undefined)
    const events = new Set((graph.out.get(at.leaf) ?? []).map(({ rule }) => rule.event))
    for (const event of events) if (!engineEvents.has(event)) follow(event)
  }
  return found
}

/** Positions are one where their keys are. */
export function positionKey({ leaf, spent }: Pick<Position, 'leaf' | 'spent'>): string {
  return [leaf, ...spent.map(({ state, name }) => `${state ?? ''}/${name}`).sort()].join(' ')
}

/** Which of the limits `running` after `arrival` are spent: those that were or have just `fired`, and were not started anew. */
export function spentAfter(
  before: readonly Declared[],
  { entered }: Arrival,
  running: readonly Declared[],
  fired?: Declared
): readonly Declared[] {
  return [...before, ...(fired ? [fired] : [])].filter(
    each => includes(running, each) && (each.state === null || !entered.includes(each.state))
  )
}

/** Whether `deadline` is among `deadlines`. */
export function includes(deadlines: readonly Declared[], { state, name }: Declared): boolean {
  return deadlines.some(each => each.state === state && each.name === name)
}

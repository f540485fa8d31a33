/** Rounds of expiries (兜圈子): whether limits alone could pass a case from state to state for ever, with nobody doing anything. */
import type { State, WorkflowFile } from '@gridwright/core'
import { lineage } from './machine.ts'
import {
  deadlinesAt,
  expiriesOf,
  lastEvent,
  outcomesOf,
  reachedFrom,
  type Arrival,
  type Declared,
  type Graph
} from './paths.ts'

/** A way that the expiry of `by` may take on its own, from state to state or into the same one anew. */
type Drift = Arrival & { readonly from: string; readonly by: Declared; readonly event: string }

/** The round leads from `state` back to it by these events. */
export type ExpiryRound = { readonly state: string; readonly events: readonly string[] }

/**
 * A round that expiries alone would keep a case in for ever, or undefined. Below the top of the ladder a raise climbs, so
 * rounds are looked for at the top. A deadline that the round does not start again fires in it once, and may lead out of it.
 */
export function expiryRound(
  graph: Graph,
  workflow: WorkflowFile,
  states: ReadonlyMap<string, State>
): ExpiryRound | undefined {
  const all: Drift[] = []
  for (const from of reachedFrom(graph, graph.begun.to)) {
    const sent = deadlinesAt(workflow, states, from).flatMap(by => expiriesOf(graph, by).map(event => ({ by, event })))
    for (const { by, event } of sent) {
      const { arrivals, endless } = outcomesOf(graph, from, event, true)
      if (endless) return { state: from, events: [event] }
      const moving = arrivals.filter(({ to, entered }) => to !== from || entered.length > 0)
      all.push(...moving.map(arrival => ({ ...arrival, from, by, event })))
    }
  }
  const lasting = lastingDrifts(all)
  for (const { from } of lasting) {
    const traces = tracesFrom(lasting, from)
    const round = new Set([...traces.keys()].filter(other => tracesFrom(lasting, other).has(from)))
    const running = deadlinesAt(workflow, states, from)
    if (!running.some(deadline => leadsOut(graph, all, round, deadline)))
      return { state: from, events: (traces.get(from) ?? []).map(({ event }) => event) }
  }
  return undefined
}

/** The drifts that can be taken again and again: within a round that starts their deadline anew. */
function lastingDrifts(drifts: readonly Drift[]): readonly Drift[] {
  const within = drifts.filter(({ from, to }) => tracesFrom(drifts, to).has(from) || from === to)
  const lasting = within.filter(({ from, by: { state } }) =>
    within.some(
      other =>
        state !== null &&
        other.entered.includes(state) &&
        (other.from === from || tracesFrom(within, from).has(other.from))
    )
  )
  return lasting.length === drifts.length ? lasting : lastingDrifts(lasting)
}

/** Shortest traces from `leaf` by at least one drift. */
function tracesFrom(drifts: readonly Drift[], leaf: string): ReadonlyMap<string, readonly Drift[]> {
  const first = drifts.filter(({ from }) => from === leaf).map(drift => [drift.to, [drift]] as const)
  const traces = new Map<string, readonly Drift[]>(first)
  for (const [at, trace] of traces)
    for (const drift of drifts) if (drift.from === at && !traces.has(drift.to)) traces.set(drift.to, [...trace, drift])
  return traces
}

/** Whether the deadline runs on through the whole round and, wherever it then expires, leads out of it for good. */
function leadsOut(graph: Graph, drifts: readonly Drift[], round: ReadonlySet<string>, deadline: Declared): boolean {
  const { state } = deadline
  const inside = drifts.filter(({ from, to }) => round.has(from) && round.has(to))
  if (state !== null && inside.some(({ to, entered }) => entered.includes(state) || !lineage(to).includes(state)))
    return false
  return [...round].every(leaf => {
    const { arrivals } = outcomesOf(graph, leaf, lastEvent(graph, deadline), true)
    const returns = (to: string) => round.has(to) || [...tracesFrom(drifts, to).keys()].some(at => round.has(at))
    return arrivals.length > 0 && !arrivals.some(({ to }) => returns(to))
  })
}

/** Rounds of expiries (兜圈子): whether limits alone could pass a case from state to state for ever, with nobody doing anything. */
import type { State, WorkflowFile } from '@gridwright/core'
import { deadlinesAt, expiriesOf, lastEvent, outcomesOf, type Arrival, type Declared, type Graph } from './paths.ts'
import { includes, positionKey, spentAfter, type Position } from './positions.ts'

/** The way from one position to another that the expiry of `by` may take on its own. */
type Drift = Pick<Arrival, 'entered'> & {
  readonly from: string
  readonly to: string
  readonly by: Declared
  readonly event: string
}

/** The round leads from `state` back to it; `trace` are the events from the start, once round. */
export type ExpiryRound = { readonly state: string; readonly trace: readonly string[] }

/**
 * A round that expiries alone would keep a case in for ever, or undefined. Below the top of the ladder a raise climbs, so rounds
 * are looked for at the top. A limit fires in a round again only if the round starts it anew, and one that runs on through all of
 * it, not yet spent, ends it when it fires.
 */
export function expiryRound(
  graph: Graph,
  workflow: WorkflowFile,
  states: ReadonlyMap<string, State>,
  positions: ReadonlyMap<string, Position>
): ExpiryRound | undefined {
  const unspent = ({ leaf, spent }: Position) =>
    deadlinesAt(workflow, states, leaf).filter(deadline => !includes(spent, deadline))
  const firings = [...positions].flatMap(([from, position]) =>
    unspent(position).flatMap(by => expiriesOf(graph, by).map(event => ({ from, position, by, event })))
  )
  const drifts: Drift[] = []
  for (const { from, position, by, event } of firings) {
    const { arrivals, endless } = outcomesOf(graph, position.leaf, event, true)
    if (endless) return { state: position.leaf, trace: [...position.trace, event] }
    const fired = event === lastEvent(graph, by) ? by : undefined
    for (const arrival of arrivals) {
      const spent = spentAfter(position.spent, arrival, deadlinesAt(workflow, states, arrival.to), fired)
      drifts.push({ from, to: positionKey({ leaf: arrival.to, spent }), entered: arrival.entered, by, event })
    }
  }
  for (const round of roundsIn(drifts)) {
    const [{ from }] = round
    const at = positions.get(from)
    const ending = at && unspent(at).some(limit => round.every(drift => runsOn(limit, drift, positions)))
    if (at && !ending) return { state: at.leaf, trace: [...at.trace, ...onceRound(round)] }
  }
  return undefined
}

/** Whether the limit runs where the drift leads, unspent and not started anew by it. */
function runsOn(limit: Declared, { to, entered }: Drift, positions: ReadonlyMap<string, Position>): boolean {
  const { state } = limit
  const at = positions.get(to)
  if (!at || includes(at.spent, limit)) return false
  return state === null || (!entered.includes(state) && `${at.leaf}.`.startsWith(`${state}.`))
}

type Round = [Drift, ...Drift[]]

/** The drifts that can be taken again and again, by round: each lies within one that starts its limit anew. */
function roundsIn(drifts: readonly Drift[]): readonly Round[] {
  const out = Map.groupBy(drifts, ({ from }) => from)
  const known = new Map<string, Set<string>>()
  const reached = (from: string) => {
    const all = known.get(from) ?? new Set([from])
    if (!known.has(from)) for (const at of all) for (const { to } of out.get(at) ?? []) all.add(to)
    known.set(from, all)
    return all
  }
  const rounds: Round[] = []
  for (const drift of drifts) {
    if (!reached(drift.to).has(drift.from)) continue
    const round = rounds.find(([one]) => reached(one.from).has(drift.from) && reached(drift.from).has(one.from))
    if (round) round.push(drift)
    else rounds.push([drift])
  }
  const anew = rounds.flatMap(round =>
    round.filter(({ by: { state } }) => state !== null && round.some(({ entered }) => entered.includes(state)))
  )
  return anew.length === drifts.length ? rounds : roundsIn(anew)
}

/** The events of a shortest way from where the round's first drift begins back to there. */
function onceRound(round: Round): readonly string[] {
  const [{ from: start }] = round
  const traces = new Map<string, readonly string[]>([['', []]])
  for (const [at, trace] of traces)
    for (const { from, to, event } of round) {
      if (from !== (at || start)) continue
      if (to === start) return [...trace, event]
      if (!traces.has(to)) traces.set(to, [...trace, event])
    }
  return []
}

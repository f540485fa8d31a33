/** The graph of a workflow (states a case can rest in, and every way between them), and the proofs that walk it. */
import type { DeadlineRule, State, WorkflowFile } from '@gridwright/core'
import { lineage, machineOf, type Machine, type Step, type TransitionRule } from './machine.ts'

/** Where a step leads: the state a case then rests in, the states entered on the way, and the events that raises would send at the top. */
export type Arrival = { readonly to: string; readonly entered: readonly string[]; readonly raised: readonly string[] }

/** One declared transition as seen from a state that a case can rest in. `to` is that state again where it has no target. */
export type Edge = Arrival & { readonly from: string; readonly rule: TransitionRule; readonly guarded: boolean }

export type Graph = {
  readonly begun: Arrival
  readonly leaves: readonly string[]
  readonly finals: ReadonlySet<string>
  readonly edges: readonly Edge[]
  /** By state, innermost declarations first, in the order in which they are tried. */
  readonly out: ReadonlyMap<string, readonly Edge[]>
}

/** The graph of a workflow whose names all exist; XState itself says where each transition leads. */
export function graphOf(workflow: WorkflowFile): Graph {
  const machine = machineOf(workflow)
  const { states } = machine
  const leaves = [...states].filter(([, state]) => !state.states).map(([path]) => path)
  const finals = new Set(leaves.filter(leaf => states.get(leaf)?.type === 'final'))
  const out = new Map(leaves.map(leaf => [leaf, finals.has(leaf) ? [] : edgesFrom(machine, leaf)]))
  return { begun: arrivalOf(machine.start()), leaves, finals, edges: [...out.values()].flat(), out }
}

function edgesFrom(machine: Machine, from: string): readonly Edge[] {
  const places = [...lineage(from), '']
  return places.flatMap(place =>
    [...machine.rules.values()]
      .filter(({ state }) => state === place)
      .map(rule => {
        const step = machine.step(from, rule.event, ({ id }) => id === rule.id)
        return { ...arrivalOf(step), from, rule, guarded: rule.when !== undefined }
      })
  )
}

function arrivalOf({ to, happenings }: Step): Arrival {
  return {
    to,
    entered: happenings.flatMap(happening => (happening.kind === 'enter' ? [happening.state] : [])),
    raised: happenings.flatMap(happening =>
      happening.kind === 'effect' && happening.effect.type === 'raise' ? [happening.effect.params.atTop] : []
    )
  }
}

/** The path of the state that `target` names from `state` ('' is the root), by XState's rules; undefined where there is none. */
export function resolveTarget(
  workflow: WorkflowFile,
  states: ReadonlyMap<string, State>,
  state: string,
  target: string
): string | undefined {
  const parent = state.includes('.') ? state.slice(0, state.lastIndexOf('.') + 1) : ''
  const inside = state === '' ? '' : `${state}.`
  const absolute = `#${workflow.id}.`
  const path = target.startsWith(absolute)
    ? target.slice(absolute.length)
    : target.startsWith('.')
      ? inside + target.slice(1)
      : state === ''
        ? ''
        : parent + target
  return states.has(path) ? path : undefined
}

/** The shortest run of events from the start to `leaf`, or undefined where there is none. */
export function traceTo(graph: Graph, leaf: string): readonly string[] | undefined {
  const seen = new Map<string, readonly string[]>([[graph.begun.to, []]])
  for (const [at, trace] of seen) {
    if (at === leaf) return trace
    for (const edge of graph.out.get(at) ?? []) if (!seen.has(edge.to)) seen.set(edge.to, [...trace, edge.rule.event])
  }
  return undefined
}

/** All leaves that can be reached from `from`, itself included. */
export function reachedFrom(graph: Graph, from: string): ReadonlySet<string> {
  const reached = new Set([from])
  for (const at of reached) for (const { to } of graph.out.get(at) ?? []) reached.add(to)
  return reached
}

/** The leaves from which some end can be reached. */
export function leadingToEnd(graph: Graph): ReadonlySet<string> {
  const leading = new Set(graph.finals)
  for (let grown = true; grown;) {
    const more = graph.edges.filter(edge => leading.has(edge.to) && !leading.has(edge.from)).map(({ from }) => from)
    for (const leaf of more) leading.add(leaf)
    grown = more.length > 0
  }
  return leading
}

/** A deadline as declared: `state` is null for a limit of the whole case. */
export type Declared = { readonly state: string | null; readonly name: string; readonly rule: DeadlineRule }

/** The deadlines that can run while a case rests in `leaf`. */
export function deadlinesAt(
  workflow: WorkflowFile,
  states: ReadonlyMap<string, State>,
  leaf: string
): readonly Declared[] {
  const named = (state: string | null, declared: Readonly<Record<string, DeadlineRule>> | undefined) =>
    Object.entries(declared ?? {}).map(([name, rule]) => ({ state, name, rule }))
  return [
    ...lineage(leaf).flatMap(path => named(path, states.get(path)?.meta?.deadlines)),
    ...named(null, workflow.meta?.deadlines)
  ]
}

/** What an event of the engine may lead to; `endless` where raises at the top would call each other for ever. */
export type Outcomes = { readonly arrivals: readonly Arrival[]; readonly endless: boolean }

/** Where a case in `leaf` may rest once the engine has sent `event`: every guarded way, and the first without a guard. Not handled, nowhere. */
export function outcomesOf(graph: Graph, leaf: string, event: string, atTop: boolean): Outcomes {
  const arrivals: Arrival[] = []
  const seen = new Set<string>()
  let endless = false
  const follow = (arrival: Arrival, above: ReadonlySet<string>) => {
    const [next, ...rest] = atTop ? arrival.raised : []
    if (next === undefined) return void arrivals.push(arrival)
    const key = [arrival.to, ...arrival.raised].join(' ')
    if (above.has(key) || above.size > maxChain) endless = true
    if (endless || seen.has(key)) return
    seen.add(key)
    for (const { to, entered, raised } of waysOut(graph, arrival.to, next))
      follow({ to, entered: [...arrival.entered, ...entered], raised: [...rest, ...raised] }, new Set([...above, key]))
  }
  for (const way of waysOut(graph, leaf, event)) follow(way, new Set())
  return { arrivals, endless }
}

const maxChain = 10

function waysOut(graph: Graph, leaf: string, event: string): readonly Arrival[] {
  const ways = (graph.out.get(leaf) ?? []).filter(({ rule }) => rule.event === event)
  const open = ways.findIndex(({ guarded }) => !guarded)
  return open < 0 ? ways : ways.slice(0, open + 1)
}

/**
 * A round of states that expiries alone would keep a case in for ever, or undefined. Below the top of the ladder a raise climbs, so
 * rounds are looked for at the top. A limit that runs on through the whole round and leads out of it ends it.
 */
export function expiryRound(
  graph: Graph,
  workflow: WorkflowFile,
  states: ReadonlyMap<string, State>
): readonly string[] | undefined {
  const onward = new Map<string, readonly Arrival[]>()
  for (const leaf of reachedFrom(graph, graph.begun.to)) {
    const outcomes = expiriesAt(workflow, states, leaf).map(event => outcomesOf(graph, leaf, event, true))
    if (outcomes.some(({ endless }) => endless)) return [leaf, leaf]
    const arrivals = outcomes.flatMap(outcome => outcome.arrivals)
    onward.set(
      leaf,
      arrivals.filter(({ to, entered }) => to !== leaf || entered.length > 0)
    )
  }
  const ends = (round: ReadonlySet<string>) =>
    deadlinesAt(workflow, states, [...round][0] ?? '').some(deadline => leadsOut(graph, onward, round, deadline))
  for (const leaf of onward.keys()) {
    const traces = tracesFrom(onward, leaf)
    const trace = traces.get(leaf)
    if (!trace) continue
    const round = new Set([...traces.keys()].filter(other => tracesFrom(onward, other).has(leaf)))
    if (!ends(round)) return trace
  }
  return undefined
}

/** Shortest traces from `leaf` by at least one step. */
function tracesFrom(
  onward: ReadonlyMap<string, readonly Arrival[]>,
  leaf: string
): ReadonlyMap<string, readonly string[]> {
  const traces = new Map((onward.get(leaf) ?? []).map(({ to }) => [to, [leaf, to]]))
  for (const [at, trace] of traces)
    for (const { to } of onward.get(at) ?? []) if (!traces.has(to)) traces.set(to, [...trace, to])
  return traces
}

function leadsOut(
  graph: Graph,
  onward: ReadonlyMap<string, readonly Arrival[]>,
  round: ReadonlySet<string>,
  { state, rule }: Declared
): boolean {
  const within = [...round].flatMap(leaf => onward.get(leaf) ?? []).filter(({ to }) => round.has(to))
  if (state !== null && within.some(({ to, entered }) => entered.includes(state) || !lineage(to).includes(state)))
    return false
  return [...round].every(leaf => {
    const { arrivals } = outcomesOf(graph, leaf, rule.repeat?.onExhausted ?? rule.onExpire, true)
    return (
      arrivals.length > 0 &&
      arrivals.every(({ to }) => !round.has(to) && ![...tracesFrom(onward, to).keys()].some(at => round.has(at)))
    )
  })
}

function expiriesAt(workflow: WorkflowFile, states: ReadonlyMap<string, State>, leaf: string): readonly string[] {
  const rules = deadlinesAt(workflow, states, leaf).map(({ rule }) => rule)
  return [...new Set(rules.flatMap(({ onExpire, repeat }) => [onExpire, ...(repeat ? [repeat.onExhausted] : [])]))]
}

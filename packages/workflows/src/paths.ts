/** The graph of a workflow (states a case can rest in, and every way between them), and the proofs that walk it. */
import type { DeadlineRule, IssueParams, State, WorkflowFile } from '@gridwright/core'
import { lineage, machineOf, type Machine, type Step, type TransitionRule } from './machine.ts'

/** Where a step leads: the state a case then rests in, the states entered on the way, and the events that raises would send at the top. */
export type Arrival = { readonly to: string; readonly entered: readonly string[]; readonly raised: readonly string[] }

/** One declared transition as seen from a state that a case can rest in. `to` is that state again where it has no target. */
export type Edge = Arrival & {
  readonly from: string
  readonly rule: TransitionRule
  readonly guarded: boolean
  readonly step: Step
}

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
        return { ...arrivalOf(step), from, rule, guarded: rule.when !== undefined, step }
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

/** The counter-example of an issue: the events from the start to `leaf`, and those `then`. Nothing where no way leads there. */
export function exampleOf(graph: Graph, leaf: string, ...then: readonly string[]): IssueParams {
  const trace = traceTo(graph, leaf)
  return trace ? exampleBy([...trace, ...then]) : {}
}

/** The counter-example that these events from the start are. */
export function exampleBy(trace: readonly string[]): IssueParams {
  return { trace: ['SUBMIT', ...trace].join(' → ') }
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

/** Where the event leads below the top of the ladder, and at it. */
export function bothRungs(graph: Graph, leaf: string, event: string): readonly Arrival[] {
  return [false, true].flatMap(atTop => outcomesOf(graph, leaf, event, atTop).arrivals)
}

function waysOut(graph: Graph, leaf: string, event: string): readonly Arrival[] {
  const ways = (graph.out.get(leaf) ?? []).filter(({ rule }) => rule.event === event)
  const open = ways.findIndex(({ guarded }) => !guarded)
  return open < 0 ? ways : ways.slice(0, open + 1)
}

/** The events that a deadline sends: on expiry, and once repeats are used up, if there is anywhere that it runs on to repeat. */
export function expiriesOf(graph: Graph, deadline: Declared): readonly string[] {
  const { onExpire, repeat } = deadline.rule
  return repeat && runsOn(graph, deadline) ? [onExpire, repeat.onExhausted] : [onExpire]
}

/** The event after which a deadline is spent. */
export function lastEvent(graph: Graph, deadline: Declared): string {
  return expiriesOf(graph, deadline).at(-1) ?? deadline.rule.onExpire
}

/** Whether its expiry may leave the case, somewhere, in the state that the deadline belongs to, without entering it anew. */
export function runsOn(graph: Graph, { state, rule }: Declared): boolean {
  const within = (leaf: string) => (state === null ? !graph.finals.has(leaf) : lineage(leaf).includes(state))
  return graph.leaves
    .filter(within)
    .some(leaf =>
      bothRungs(graph, leaf, rule.onExpire).some(
        ({ to, entered }) => within(to) && (state === null || !entered.includes(state))
      )
    )
}

/** The graph of a workflow (states a case can rest in, and every way between them), and the proofs that walk it. */
import type { State, Transition, WorkflowFile } from '@gridwright/core'
import { lineage, machineOf, transitionsIn, type TransitionRule } from './machine.ts'

/** One declared transition as seen from a state that a case can rest in. `to` is that state again where it has no target. */
export type Edge = {
  readonly from: string
  readonly to: string
  readonly rule: TransitionRule
  readonly guarded: boolean
  readonly raises: boolean
}

export type Graph = {
  readonly start: string | undefined
  readonly leaves: readonly string[]
  readonly finals: ReadonlySet<string>
  readonly edges: readonly Edge[]
  readonly out: ReadonlyMap<string, readonly Edge[]>
}

/** The graph of a workflow whose targets all exist. */
export function graphOf(workflow: WorkflowFile): Graph {
  const { states, rules } = machineOf(workflow)
  const leaves = [...states].filter(([, state]) => !state.states).map(([path]) => path)
  const edges = leaves.flatMap(from => edgesFrom(workflow, states, rules, from))
  const out = new Map(leaves.map(leaf => [leaf, edges.filter(edge => edge.from === leaf)]))
  const finals = new Set(leaves.filter(leaf => states.get(leaf)?.type === 'final'))
  return { start: restingState(states, workflow.initial), leaves, finals, edges, out }
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

/** Where a case rests once it has entered `path`: its initial child, and so on down. */
export function restingState(states: ReadonlyMap<string, State>, path: string): string | undefined {
  const state = states.get(path)
  if (!state) return undefined
  return state.states
    ? state.initial === undefined
      ? undefined
      : restingState(states, `${path}.${state.initial}`)
    : path
}

/** The shortest run of events from the start to `leaf`, or undefined where there is none. */
export function traceTo(graph: Graph, leaf: string): readonly string[] | undefined {
  const seen = new Map<string, readonly string[]>(graph.start === undefined ? [] : [[graph.start, []]])
  for (const [at, trace] of seen) {
    if (at === leaf) return trace
    for (const edge of graph.out.get(at) ?? []) if (!seen.has(edge.to)) seen.set(edge.to, [...trace, edge.rule.event])
  }
  return undefined
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

/** A round of states that expiries alone would keep a case in for ever, or undefined. A raise climbs the ladder, so it ends. */
export function expiryRound(graph: Graph, engineEvents: ReadonlySet<string>): readonly string[] | undefined {
  const next = (leaf: string) =>
    (graph.out.get(leaf) ?? [])
      .filter(({ rule, raises }) => engineEvents.has(rule.event) && !rule.targetless && !raises)
      .map(({ to }) => to)
  for (const leaf of graph.leaves) {
    const seen = new Map<string, readonly string[]>(next(leaf).map(to => [to, [leaf, to]]))
    for (const [at, round] of seen) {
      if (at === leaf) return round
      for (const to of next(at)) if (!seen.has(to)) seen.set(to, [...round, to])
    }
  }
  return undefined
}

function edgesFrom(
  workflow: WorkflowFile,
  states: ReadonlyMap<string, State>,
  rules: ReadonlyMap<string, TransitionRule>,
  from: string
): readonly Edge[] {
  if (states.get(from)?.type === 'final') return []
  return [...lineage(from), ''].flatMap(state => {
    const on = state === '' ? workflow.on : states.get(state)?.on
    return Object.keys(on ?? {}).flatMap(event =>
      transitionsIn(on, event).flatMap((declared, index) =>
        edge(workflow, states, rules.get(`${state}#${event}/${index}`), declared, from)
      )
    )
  })
}

function edge(
  workflow: WorkflowFile,
  states: ReadonlyMap<string, State>,
  rule: TransitionRule | undefined,
  declared: Transition,
  from: string
): readonly Edge[] {
  if (!rule) return []
  const target = declared.target === undefined ? from : resolveTarget(workflow, states, rule.state, declared.target)
  const to = target === undefined ? undefined : restingState(states, target)
  if (to === undefined) return []
  return [
    {
      from,
      to,
      rule,
      guarded: declared.guard !== undefined,
      raises: (declared.actions ?? []).some(({ type }) => type === 'raise')
    }
  ]
}

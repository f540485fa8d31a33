/** Proofs over a workflow's graph: every state can be reached and left for an end, and no wait is forgotten. Each names its counter-example. */
import type { Issue } from '@gridwright/core'
import { statePointer, type WorkflowCheck } from './check-names.ts'
import { lineage } from './machine.ts'
import { deadlinesAt, exampleBy, exampleOf, leadingToEnd, reachedFrom, type Graph } from './paths.ts'
import type { Position } from './positions.ts'
import { expiryRound } from './rounds.ts'

/** Issues of reachability, ends, owners, limits of waits, and rounds of expiries. */
export function checkGraph(
  context: WorkflowCheck,
  graph: Graph,
  positions: ReadonlyMap<string, Position>
): readonly Issue[] {
  const { workflow, source, states } = context
  const reached = reachedFrom(graph, graph.begun.to)
  const leading = leadingToEnd(graph)
  const unreached = graph.leaves.filter(leaf => !reached.has(leaf))
  const stuck = graph.leaves.filter(leaf => reached.has(leaf) && !leading.has(leaf))
  const round = stuck.length > 0 ? undefined : expiryRound(graph, workflow, states, positions)
  const onKey = { at: 'key' } as const
  return [
    ...outermost(
      context,
      unreached,
      firstOfEach(unreached, leaf => reachedFrom(graph, leaf))
    ).map(path => source.issue(statePointer(path), 'state.unreachable', { state: path }, onKey)),
    ...firstOfEach(stuck, leaf => reachingTo(graph, leaf)).map(leaf =>
      source.issue(statePointer(leaf), 'state.no-end', { state: leaf, ...exampleOf(graph, leaf) }, onKey)
    ),
    ...graph.leaves
      .filter(leaf => reached.has(leaf) && !graph.finals.has(leaf))
      .flatMap(leaf => waitIssues(context, graph, leaf)),
    ...(round
      ? [
          source.issue(
            statePointer(round.state),
            'deadline.round',
            { state: round.state, ...exampleBy(round.trace) },
            onKey
          )
        ]
      : [])
  ]
}

/** Ends that say nothing to the applicant; with a graph, how a case comes there. */
export function checkReplies({ source, states }: WorkflowCheck, graph?: Graph): readonly Issue[] {
  const silent = [...states].filter(([, { type, meta }]) => type === 'final' && meta?.reply === undefined)
  return silent.map(([path]) => {
    const params = { state: path, ...(graph && exampleOf(graph, path)) }
    return source.issue(statePointer(path), 'state.no-reply', params, { at: 'key' })
  })
}

/** One leaf for each root of the trouble: those that no other troubled leaf accounts for, and of leaves that account for each other the first. */
function firstOfEach(leaves: readonly string[], accountsFor: (leaf: string) => ReadonlySet<string>): readonly string[] {
  const covers = new Map(leaves.map(leaf => [leaf, accountsFor(leaf)]))
  return leaves.filter((leaf, i) =>
    leaves.every(
      (other, k) => other === leaf || !covers.get(other)?.has(leaf) || (covers.get(leaf)?.has(other) && i < k)
    )
  )
}

function reachingTo(graph: Graph, leaf: string): ReadonlySet<string> {
  const reaching = new Set([leaf])
  for (const at of reaching) for (const { from, to } of graph.edges) if (to === at) reaching.add(from)
  return reaching
}

/** Where all leaves of a compound state are unreachable, the compound state itself. */
function outermost({ states }: WorkflowCheck, lost: readonly string[], leaves: readonly string[]): readonly string[] {
  const isLost = (path: string) =>
    [...states].every(([other, { states: below }]) => below || !other.startsWith(`${path}.`) || lost.includes(other))
  return [...new Set(leaves.map(leaf => lineage(leaf).filter(isLost).at(-1) ?? leaf))]
}

function waitIssues({ workflow, source, states }: WorkflowCheck, graph: Graph, leaf: string): readonly Issue[] {
  const above = lineage(leaf).map(each => states.get(each)?.meta)
  const limited = deadlinesAt(workflow, states, leaf).length > 0 || above.some(meta => meta?.noDeadline !== undefined)
  const missing = [
    ...(above.some(meta => meta?.owner !== undefined) ? [] : ['state.no-owner']),
    ...(limited ? [] : ['state.no-deadline'])
  ]
  return missing.map(code =>
    source.issue(statePointer(leaf), code, { state: leaf, ...exampleOf(graph, leaf) }, { at: 'key' })
  )
}

// Which states a case of one service can come to: the ways of its workflow, those left out that its category never takes.
import { compileCondition, runCondition, type Procedure } from '@gridwright/core'
import type { TransitionRule } from './machine.ts'
import type { Graph } from './paths.ts'

/** The states that a case of `procedure` can rest in. What only the case itself can tell (answers, who acts) leaves a way open. */
export function waysOf(graph: Graph, procedure: Procedure): ReadonlySet<string> {
  const reached = new Set([graph.begun.to])
  for (const state of reached) {
    const edges = graph.out.get(state) ?? []
    const byEvent = Map.groupBy(
      edges.map(({ rule }) => rule),
      ({ event }) => event
    )
    const taken = new Set([...byEvent.values()].flatMap(rules => [...takenOf(rules, procedure)]))
    for (const { rule, to } of edges) if (taken.has(rule)) reached.add(to) // a Set also walks what is added meanwhile
  }
  return reached
}

/** How often everything that conditions count may have happened: never, once, twice, many times. */
const counts = [0, 1, 2, 20]

/** The rules of one event that a case can take: with each count the first that holds, and those before it that might. */
function takenOf(rules: readonly TransitionRule[], procedure: Procedure): ReadonlySet<TransitionRule> {
  const taken = new Set<TransitionRule>()
  for (const count of counts)
    for (const rule of rules) {
      const holds = holdsFor(rule, procedure, count)
      if (holds === false) continue
      taken.add(rule)
      if (holds === true && rule.by === undefined) break
    }
  return taken
}

/** Whether a rule's guard holds for this service after `count` times of what it counts; undefined where that cannot be said beforehand. */
function holdsFor({ when }: TransitionRule, { id, service }: Procedure, count: number): boolean | undefined {
  if (when === undefined) return true
  const { cel } = when.params
  const counted = new Set([...cel.matchAll(/history\.count\('(\w+)'\)/g)].map(([, event = '']) => event))
  if (counted.size > 1) return undefined // one count for all says nothing of how they compare
  const history = { counts: Object.fromEntries([...counted].map(event => [event, count])) }
  const result = runCondition(compileCondition(cel), { case: { service: id, category: service.category }, history })
  return typeof result === 'boolean' ? result : undefined
}

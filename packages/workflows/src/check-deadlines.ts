/** Limits of a workflow: complete, dated for every service that uses it, handled where they can expire, and never the last word of a wait. */
import {
  limitsOf,
  nearest,
  parseDuration,
  unknownName,
  type DeadlineRule,
  type Issue,
  type IssueParams,
  type Limit
} from '@gridwright/core'
import { mayRefuse } from './check-guards.ts'
import { statePointer, type WorkflowCheck } from './check-names.ts'
import { lineage } from './machine.ts'
import {
  bothRungs,
  deadlinesAt,
  exampleBy,
  exampleOf,
  lastEvent,
  reachedFrom,
  runsOn,
  type Declared,
  type Edge,
  type Graph
} from './paths.ts'
import { includes, type Position } from './positions.ts'

/** Issues of every deadline that the workflow declares, each at the place that is wrong. */
export function checkDeadlines(
  context: WorkflowCheck,
  graph: Graph,
  positions: ReadonlyMap<string, Position>
): readonly Issue[] {
  const { workflow, states } = context
  const reached = [...reachedFrom(graph, graph.begun.to)].filter(leaf => !graph.finals.has(leaf))
  const forgotten = forgottenIn(context, graph, [...positions.values()])
  return [
    ['', workflow.meta?.deadlines] as const,
    ...[...states].map(([path, { meta }]) => [path, meta?.deadlines] as const)
  ].flatMap(([path, declared]) =>
    Object.entries(declared ?? {}).flatMap(([name, rule]) => {
      const at = `${statePointer(path)}/meta/deadlines/${name}`
      const leaves = reached.filter(leaf => path === '' || lineage(leaf).includes(path))
      const deadline = { state: path === '' ? null : path, name, rule }
      return [
        ...limitIssues(context, at, rule),
        ...beyondTotal(context, at, deadline, [...positions.values()]),
        ...expiryIssues(context, graph, at, { deadline, leaves, forgotten })
      ]
    })
  )
}

function limitIssues({ locality, source, served }: WorkflowCheck, at: string, rule: DeadlineRule): readonly Issue[] {
  const { clock, byCategory } = rule
  if (!isClear(rule)) return [source.issue(at, 'deadline.limit-unclear', {}, { at: 'key' })]
  const unknown =
    clock === undefined
      ? undefined
      : unknownName(source, `${at}/clock`, 'clock', clock, locality.calendar.clocks.keys())
  if (byCategory === undefined) return unknown ? [unknown] : []
  const lacking = new Map<string, string>()
  for (const [service, { category }] of served)
    if (!lacking.has(category) && !limitsOf(locality.categories, category).has(byCategory))
      lacking.set(category, service)
  return [...lacking].map(([category, service]) =>
    source.issue(`${at}/byCategory`, 'deadline.limit-missing', { stage: byCategory, category, service })
  )
}

/**
 * A limit of a state that never expires, because one of the whole on the same clock is shorter and takes the case out of the state
 * for good: there is no way to be in it once that is spent.
 */
function beyondTotal(
  { locality, workflow, source, served }: WorkflowCheck,
  at: string,
  { state, rule }: Declared,
  positions: readonly Position[]
): readonly Issue[] {
  const found = Object.entries(workflow.meta?.deadlines ?? {}).flatMap(([total, most]) => {
    const isLeft = ({ leaf, spent }: Position) =>
      !lineage(leaf).includes(state ?? '') || !includes(spent, { state: null, name: total, rule: most })
    if (state === null || most.repeat || !positions.every(isLeft)) return []
    return [...served].flatMap(([service, { category }]) => {
      const limits = limitsOf(locality.categories, category)
      const [limit, longest] = [rule, most].map(each => limitUnder(each, limits))
      return limit && longest && isLonger(limit, longest)
        ? [{ service, limit: limit.within, total, most: longest.within }]
        : []
    })
  })
  return found.slice(0, 1).map(params => source.issue(at, 'deadline.beyond-total', params, { at: 'key' }))
}

function limitUnder(
  { within, clock, byCategory }: DeadlineRule,
  limits: ReadonlyMap<string, Limit>
): Limit | undefined {
  if (byCategory !== undefined) return limits.get(byCategory)
  return within === undefined || clock === undefined ? undefined : { within, clock }
}

/** Whether one limit is longer than another for certain: on one clock, in days and in time of day neither shorter. */
function isLonger(limit: Limit, other: Limit): boolean {
  const [a, b] = [parseDuration(limit.within), parseDuration(other.within)]
  if (!a || !b || limit.clock !== other.clock) return false
  return a.days >= b.days && a.timeMs >= b.timeMs && (a.days > b.days || a.timeMs > b.timeMs)
}

/** A limit is either fixed by duration and clock, or looked up by category. */
function isClear({ within, clock, byCategory }: DeadlineRule): boolean {
  return byCategory === undefined
    ? within !== undefined && clock !== undefined
    : within === undefined && clock === undefined
}

/** A limit, the leaves in which it may run, and the waits that limits lead to and then forget. */
type Expiry = {
  readonly deadline: Declared
  readonly leaves: readonly string[]
  readonly forgotten: readonly Forgotten[]
}

/** What its events meet in the leaves where it can expire; the first leaf that shows a fault stands for all. */
function expiryIssues(
  context: WorkflowCheck,
  graph: Graph,
  at: string,
  { deadline, leaves, forgotten }: Expiry
): readonly Issue[] {
  const { source } = context
  const { onExpire, repeat } = deadline.rule
  const events = [
    ['onExpire', onExpire] as const,
    ...(repeat ? [['repeat/onExhausted', repeat.onExhausted] as const] : [])
  ]
  const issues = events.flatMap(([key, event]) => {
    const unhandled = leaves.find(leaf => waysAt(graph, leaf, event).length === 0)
    if (unhandled !== undefined)
      return [
        source.issue(`${at}/${key}`, 'deadline.unhandled', {
          event,
          state: unhandled,
          ...eventMeant(graph, unhandled, event),
          ...exampleOf(graph, unhandled)
        })
      ]
    const guarded = leaves.find(leaf => mayRefuse(context, waysAt(graph, leaf, event)))
    return guarded === undefined
      ? []
      : [
          source.issue(`${at}/${key}`, 'deadline.guarded', {
            event,
            state: guarded,
            ...exampleOf(graph, guarded, event)
          })
        ]
  })
  const [key, event] = events.at(-1) ?? ['onExpire', onExpire]
  if (issues.length === 0 && repeat && !runsOn(graph, deadline))
    return [source.issue(`${at}/repeat`, 'deadline.repeat-idle', { event: onExpire }, { at: 'key' })]
  const lost = issues.length > 0 ? undefined : forgotten.find(({ by }) => includes([by], deadline))
  if (!lost) return issues
  const params = { event, state: lost.state, ...exampleBy(lost.trace) }
  return [source.issue(`${at}/${key}`, 'deadline.leads-nowhere', params)]
}

function waysAt(graph: Graph, leaf: string, event: string): readonly Edge[] {
  return (graph.out.get(leaf) ?? []).filter(({ rule }) => rule.event === event)
}

/** The event handled in `leaf` that was probably meant, or all that are. */
export function eventMeant(graph: Graph, leaf: string, event: string): IssueParams {
  const handled = [...new Set((graph.out.get(leaf) ?? []).map(({ rule }) => rule.event))]
  const suggestion = nearest(event, handled)
  return suggestion === undefined ? { known: handled.slice(0, 12).join(' ') || '–' } : { suggestion }
}

/** A wait that no limit would ever end, the limit that is to blame for it, and the events from the start that lead there. */
type Forgotten = { readonly state: string; readonly by: Declared; readonly trace: readonly string[] }

/** The waits that are left without a limit, nearest to the start first: because none moves the case, or because those that would are spent. */
function forgottenIn(context: WorkflowCheck, graph: Graph, positions: readonly Position[]): readonly Forgotten[] {
  const { workflow, states } = context
  return positions
    .filter(position => isForgotten(context, graph, position))
    .flatMap(({ leaf, spent, trace }): readonly Forgotten[] => {
      const [first] = deadlinesAt(workflow, states, leaf)
      if (!isMovedByLimit(context, graph, leaf))
        return first ? [{ state: leaf, by: first, trace: [...trace, lastEvent(graph, first)] }] : []
      const last = spent.at(-1)
      return last ? [{ state: leaf, by: last, trace }] : []
    })
}

/** Whether the case waits there with no limit that would ever move it, and no reason given for that. */
export function isForgotten(
  context: Pick<WorkflowCheck, 'workflow' | 'states'>,
  graph: Graph,
  { leaf, spent }: Position
): boolean {
  const isReasoned = lineage(leaf).some(path => context.states.get(path)?.meta?.noDeadline !== undefined)
  return !graph.finals.has(leaf) && !isReasoned && !isMovedByLimit(context, graph, leaf, spent)
}

/** Whether some limit that runs in `leaf`, those that are `spent` aside, moves the case on. */
export function isMovedByLimit(
  { workflow, states }: Pick<WorkflowCheck, 'workflow' | 'states'>,
  graph: Graph,
  leaf: string,
  spent: readonly Declared[] = []
): boolean {
  const moves = (deadline: Declared) =>
    bothRungs(graph, leaf, lastEvent(graph, deadline)).every(({ to, entered }) => to !== leaf || entered.length > 0)
  return deadlinesAt(workflow, states, leaf).some(deadline => !includes(spent, deadline) && moves(deadline))
}

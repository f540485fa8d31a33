/** Limits of a workflow: complete, dated for every service that uses it, handled where they can expire, and never the last word of a wait. */
import { limitsOf, nearest, unknownName, type DeadlineRule, type Issue, type IssueParams } from '@gridwright/core'
import { statePointer, type WorkflowCheck } from './check-names.ts'
import { lineage } from './machine.ts'
import {
  deadlinesAt,
  exampleOf,
  lastEvent,
  outcomesOf,
  reachedFrom,
  runsOn,
  type Arrival,
  type Declared,
  type Edge,
  type Graph
} from './paths.ts'

/** Issues of every deadline that the workflow declares, each at the place that is wrong. */
export function checkDeadlines(context: WorkflowCheck, graph: Graph): readonly Issue[] {
  const { workflow, states } = context
  const reached = [...reachedFrom(graph, graph.begun.to)].filter(leaf => !graph.finals.has(leaf))
  return [
    ['', workflow.meta?.deadlines] as const,
    ...[...states].map(([path, { meta }]) => [path, meta?.deadlines] as const)
  ].flatMap(([path, declared]) =>
    Object.entries(declared ?? {}).flatMap(([name, rule]) => {
      const at = `${statePointer(path)}/meta/deadlines/${name}`
      const leaves = reached.filter(leaf => path === '' || lineage(leaf).includes(path))
      const deadline = { state: path === '' ? null : path, name, rule }
      return [...limitIssues(context, at, rule), ...expiryIssues(context, graph, at, deadline, leaves)]
    })
  )
}

function limitIssues({ locality, id, source }: WorkflowCheck, at: string, rule: DeadlineRule): readonly Issue[] {
  const { clock, byCategory } = rule
  if (!isClear(rule)) return [source.issue(at, 'deadline.limit-unclear', {}, { at: 'key' })]
  const unknown =
    clock === undefined
      ? undefined
      : unknownName(source, `${at}/clock`, 'clock', clock, locality.calendar.clocks.keys())
  if (byCategory === undefined) return unknown ? [unknown] : []
  const lacking = new Map<string, string>()
  for (const [service, { category, workflow }] of locality.services)
    if (workflow === id && !lacking.has(category) && !limitsOf(locality.categories, category).has(byCategory))
      lacking.set(category, service)
  return [...lacking].map(([category, service]) =>
    source.issue(`${at}/byCategory`, 'deadline.limit-missing', { stage: byCategory, category, service })
  )
}

/** A limit is either fixed by duration and clock, or looked up by category. */
function isClear({ within, clock, byCategory }: DeadlineRule): boolean {
  return byCategory === undefined
    ? within !== undefined && clock !== undefined
    : within === undefined && clock === undefined
}

/** What its events meet in the leaves where it can expire; the first leaf that shows a fault stands for all. */
function expiryIssues(
  context: WorkflowCheck,
  graph: Graph,
  at: string,
  deadline: Declared,
  leaves: readonly string[]
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
    const guarded = leaves.find(leaf => waysAt(graph, leaf, event).every(way => way.guarded))
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
  const lost = issues.length > 0 ? undefined : forgottenBy(context, graph, deadline, leaves)
  if (!lost) return issues
  const params = { event, state: lost.state, ...exampleOf(graph, lost.from, event) }
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

/** Where the case may rest, once the deadline has expired for good, with no limit that would ever move it on, and where it stood until then. */
function forgottenBy(
  context: WorkflowCheck,
  graph: Graph,
  deadline: Declared,
  leaves: readonly string[]
): { readonly state: string; readonly from: string } | undefined {
  for (const leaf of leaves) {
    if (waitsForEver(context, graph, leaf)) {
      if (isSame(deadlinesAt(context.workflow, context.states, leaf)[0], deadline)) return { state: leaf, from: leaf }
      continue // another deadline is blamed
    }
    const spent = bothRungs(graph, leaf, lastEvent(graph, deadline)).find(
      ({ to, entered }) =>
        !graph.finals.has(to) &&
        (deadline.state === null || !entered.includes(deadline.state)) &&
        !waitsForEver(context, graph, to) &&
        waitsForEver(context, graph, to, deadline)
    )
    if (spent) return { state: spent.to, from: leaf }
  }
  return undefined
}

/** Whether no limit that runs in `leaf`, the `spent` one aside, moves the case, and no reason for that is given. */
function waitsForEver(context: WorkflowCheck, graph: Graph, leaf: string, spent?: Declared): boolean {
  const reasoned = lineage(leaf).some(path => context.states.get(path)?.meta?.noDeadline !== undefined)
  return !isMovedByLimit(context, graph, leaf, spent) && !reasoned
}

/** Whether some limit that runs in `leaf`, the `spent` one aside, moves the case on. */
export function isMovedByLimit(
  { workflow, states }: WorkflowCheck,
  graph: Graph,
  leaf: string,
  spent?: Declared
): boolean {
  const moves = (deadline: Declared) =>
    bothRungs(graph, leaf, lastEvent(graph, deadline)).every(({ to, entered }) => to !== leaf || entered.length > 0)
  return deadlinesAt(workflow, states, leaf).some(deadline => !isSame(spent, deadline) && moves(deadline))
}

function isSame(a: Declared | undefined, b: Declared): boolean {
  return a?.state === b.state && a.name === b.name
}

/** Where the event leads below the top of the ladder, and at it. */
function bothRungs(graph: Graph, leaf: string, event: string): readonly Arrival[] {
  return [false, true].flatMap(atTop => outcomesOf(graph, leaf, event, atTop).arrivals)
}

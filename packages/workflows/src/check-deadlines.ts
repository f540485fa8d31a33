/** Limits of a workflow: complete, dated for every service that uses it, handled where they can expire, and never the last word of a wait. */
import { limitsOf, unknownName, type DeadlineRule, type Issue } from '@gridwright/core'
import { statePointer, type WorkflowCheck } from './check-names.ts'
import { lineage } from './machine.ts'
import { deadlinesAt, outcomesOf, reachedFrom, type Arrival, type Declared, type Graph } from './paths.ts'

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
  const { within, clock, byCategory } = rule
  const fixed = within !== undefined && clock !== undefined && byCategory === undefined
  const tabled = byCategory !== undefined && within === undefined && clock === undefined
  if (!fixed && !tabled) return [source.issue(at, 'deadline.limit-unclear', {}, { at: 'key' })]
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
  return events.flatMap(([key, event], i) => {
    const last = i === events.length - 1
    for (const state of leaves) {
      const ways = (graph.out.get(state) ?? []).filter(({ rule }) => rule.event === event)
      if (ways.length === 0)
        return [source.issue(`${at}/${key}`, 'deadline.unhandled', { event, state, known: eventsAt(graph, state) })]
      if (ways.every(({ guarded }) => guarded))
        return [source.issue(`${at}/${key}`, 'deadline.guarded', { event, state })]
      const left = last ? forgottenAt(context, graph, deadline, state, event) : undefined
      if (left !== undefined) return [source.issue(`${at}/${key}`, 'deadline.leads-nowhere', { event, state: left })]
    }
    return []
  })
}

function eventsAt(graph: Graph, leaf: string): string {
  return [...new Set((graph.out.get(leaf) ?? []).map(({ rule }) => rule.event))].slice(0, 12).join(' ') || '–'
}

/** A leaf in which the case may then rest with no limit that would ever move it on, or undefined. */
function forgottenAt(
  context: WorkflowCheck,
  graph: Graph,
  spent: Declared,
  leaf: string,
  event: string
): string | undefined {
  const isSpent = (other: Declared, { entered }: Arrival) =>
    other.state === spent.state && other.name === spent.name && (spent.state === null || !entered.includes(spent.state))
  return bothRungs(graph, leaf, event).find(
    arrival =>
      !graph.finals.has(arrival.to) &&
      !lineage(arrival.to).some(path => context.states.get(path)?.meta?.noDeadline !== undefined) &&
      !deadlinesAt(context.workflow, context.states, arrival.to).some(
        other => !isSpent(other, arrival) && movesOn(graph, arrival.to, other)
      )
  )?.to
}

function movesOn(graph: Graph, leaf: string, { rule }: Declared): boolean {
  return bothRungs(graph, leaf, rule.repeat?.onExhausted ?? rule.onExpire).every(
    ({ to, entered }) => to !== leaf || entered.length > 0
  )
}

/** Where the event leads below the top of the ladder, and at it. */
function bothRungs(graph: Graph, leaf: string, event: string): readonly Arrival[] {
  return [false, true].flatMap(atTop => outcomesOf(graph, leaf, event, atTop).arrivals)
}

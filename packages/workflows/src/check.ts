/** The only complete check of a locality folder: syntax, schema, references, forms, and the proofs over its workflows. */
import {
  checkParty,
  load,
  sortIssues,
  unknownName,
  type DeadlineRule,
  type Effect,
  type Issue,
  type Loaded,
  type Locality,
  type Party,
  type Source,
  type State,
  type WorkflowFile
} from '@gridwright/core'
import { checkForms } from '@gridwright/forms'
import { checkTransitions } from './check-transitions.ts'
import { lineage, machineOf, transitionsIn } from './machine.ts'
import { expiryRound, graphOf, leadingToEnd, resolveTarget, restingState, traceTo, type Graph } from './paths.ts'

/** Events that the engine writes into every journal; no workflow may name its own like them. */
export const reservedEvents: readonly string[] = ['SUBMIT', 'WARNED', 'RECOMPUTED']

/** All issues of the folder's files, sorted and each once; `locality` is there unless one of them is an error. */
export function check(files: ReadonlyMap<string, string>): Loaded {
  const loaded = load(files)
  const forms = [...loaded.sources]
    .filter(([file, source]) => file.startsWith('forms/') && source.value !== undefined)
    .map(([, source]) => source)
  const sound = loaded.locality
  const issues = sortIssues([
    ...loaded.issues,
    ...(sound
      ? [
          ...checkForms(forms),
          ...[...sound.workflows].flatMap(([id, workflow]) =>
            checkWorkflow(sound, id, workflow, loaded.sources.get(`workflows/${id}.json`))
          )
        ]
      : [])
  ])
  const { locality: _unproved, ...rest } = loaded
  return issues.some(({ severity }) => severity === 'error') || !sound
    ? { ...rest, issues }
    : { ...rest, issues, locality: sound }
}

/** What a workflow is checked with; `at` gives the JSON Pointer of a state ('' is the root). */
export type WorkflowCheck = {
  readonly locality: Locality
  readonly id: string
  readonly workflow: WorkflowFile
  readonly source: Source
  readonly states: ReadonlyMap<string, State>
}

/** The JSON Pointer of a state by dotted path. */
export function statePointer(path: string): string {
  return path === ''
    ? ''
    : path
        .split('.')
        .map(name => `/states/${name}`)
        .join('')
}

function checkWorkflow(
  locality: Locality,
  id: string,
  workflow: WorkflowFile,
  source: Source | undefined
): readonly Issue[] {
  if (!source) return []
  const states = new Map<string, State>()
  collect(workflow.states, '', states)
  const context: WorkflowCheck = { locality, id, workflow, source, states }
  const names = [...checkNames(context), ...checkShape(context)]
  if (names.some(({ severity }) => severity === 'error')) return names
  return [...names, ...checkTransitions(context), ...checkDeadlines(context), ...checkGraph(context, graphOf(workflow))]
}

function collect(states: WorkflowFile['states'], parent: string, into: Map<string, State>): void {
  for (const [name, state] of Object.entries(states)) {
    const path = parent ? `${parent}.${name}` : name
    into.set(path, state)
    if (state.states) collect(state.states, path, into)
  }
}

/** Every name that the file mentions exists: id, targets, initial states, parties, replies, scales, labels of events. */
function checkNames({ locality, id, workflow, source, states }: WorkflowCheck): readonly Issue[] {
  const issues: (Issue | undefined)[] = []
  if (workflow.id !== id) issues.push(source.issue('/id', 'workflow.id-differs', { id: workflow.id, suggestion: id }))
  issues.push(unknownName(source, '/initial', 'state', workflow.initial, Object.keys(workflow.states)))
  for (const [i, rung] of (workflow.meta?.ladder ?? []).entries())
    issues.push(unknownName(source, `/meta/ladder/${i}/post`, 'post', rung.post, locality.posts.keys()))
  const events = new Set([
    ...reservedEvents,
    ...[workflow.on, ...[...states.values()].map(({ on }) => on)].flatMap(on => Object.keys(on ?? {}))
  ])
  for (const event of Object.keys(workflow.meta?.events ?? {}))
    issues.push(unknownName(source, `/meta/events/${event}`, 'event', event, events))
  const party = (pointer: string, named: Party | undefined) => {
    if (named === undefined) return
    issues.push(...checkParty(source, pointer, named, locality))
    for (const [i, one] of (Array.isArray(named) ? named : [named]).entries()) {
      if (typeof one === 'object')
        for (const event of one.exceptBy ?? [])
          issues.push(
            unknownName(
              source,
              Array.isArray(named) ? `${pointer}/${i}/exceptBy` : `${pointer}/exceptBy`,
              'event',
              event,
              events
            )
          )
    }
  }
  for (const [path, state] of new Map<string, State>([['', workflow.on ? { on: workflow.on } : {}], ...states])) {
    const at = statePointer(path)
    if (state.initial !== undefined)
      issues.push(unknownName(source, `${at}/initial`, 'state', state.initial, Object.keys(state.states ?? {})))
    if (state.meta?.reply !== undefined)
      issues.push(
        unknownName(source, `${at}/meta/reply`, 'reply', state.meta.reply, Object.keys(workflow.meta?.replies ?? {}))
      )
    party(`${at}/meta/owner`, state.meta?.owner)
    const effects = (pointer: string, list: readonly Effect[] | undefined) => {
      for (const [i, effect] of (list ?? []).entries()) {
        if (effect.type === 'review')
          issues.push(
            unknownName(source, `${pointer}/${i}/params/scale`, 'scale', effect.params.scale, locality.scales.keys())
          )
        if (effect.type === 'offer') party(`${pointer}/${i}/params/among`, effect.params.among)
      }
    }
    effects(`${at}/entry`, state.entry)
    for (const event of Object.keys(state.on ?? {})) {
      if (reservedEvents.includes(event))
        issues.push(source.issue(`${at}/on/${event}`, 'event.reserved', { event }, { at: 'key' }))
      for (const [i, transition] of transitionsIn(state.on, event).entries()) {
        const declared = state.on?.[event]
        const pointer = `${at}/on/${event}${Array.isArray(declared) ? `/${i}` : ''}`
        const targetAt = typeof declared === 'string' ? pointer : `${pointer}/target`
        const { target, meta } = transition
        if (target !== undefined && resolveTarget(workflow, states, path, target) === undefined) {
          issues.push(
            unknownName(
              source,
              targetAt,
              'target',
              target,
              path === '' ? Object.keys(workflow.states).map(name => `.${name}`) : siblings(states, path)
            )
          )
        }
        if (meta?.form !== undefined)
          issues.push(unknownName(source, `${pointer}/meta/form`, 'form', meta.form, locality.forms.keys()))
        party(`${pointer}/meta/by`, meta?.by)
        effects(`${pointer}/actions`, transition.actions)
      }
    }
  }
  return issues.filter(issue => issue !== undefined)
}

function siblings(states: ReadonlyMap<string, State>, path: string): readonly string[] {
  const parent = path.includes('.') ? path.slice(0, path.lastIndexOf('.') + 1) : ''
  return [...states.keys()]
    .filter(other => other.startsWith(parent) && !other.slice(parent.length).includes('.'))
    .map(other => other.slice(parent.length))
}

/** Nesting, ends and replies. */
function checkShape({ source, states }: WorkflowCheck): readonly Issue[] {
  return [...states].flatMap(([path, state]) => {
    const at = statePointer(path)
    const params = { state: path }
    if (state.type !== 'final')
      return state.states && state.initial === undefined ? [source.issue(at, 'state.no-initial', params)] : []
    return [
      ...(path.includes('.') ? [source.issue(`${at}/type`, 'state.nested-end', params)] : []),
      ...((state.on ?? state.states ?? state.meta?.owner ?? state.meta?.deadlines)
        ? [source.issue(at, 'state.end-goes-on', params)]
        : []),
      ...(state.meta?.reply === undefined ? [source.issue(at, 'state.no-reply', params)] : [])
    ]
  })
}

/** Limits: complete, dated for every service that uses the workflow, and their expiries handled where they can happen. */
function checkDeadlines(context: WorkflowCheck): readonly Issue[] {
  const { workflow, states } = context
  const root = Object.entries(workflow.meta?.deadlines ?? {}).flatMap(([name, rule]) =>
    [...states]
      .filter(([, state]) => !state.states && state.type !== 'final')
      .flatMap(([leaf]) => deadlineIssues(context, `/meta/deadlines/${name}`, rule, leaf))
  )
  const own = [...states].flatMap(([path, state]) =>
    Object.entries(state.meta?.deadlines ?? {}).flatMap(([name, rule]) =>
      deadlineIssues(context, `${statePointer(path)}/meta/deadlines/${name}`, rule, restingState(states, path) ?? path)
    )
  )
  return [...root, ...own]
}

function deadlineIssues(
  { locality, id, workflow, source, states }: WorkflowCheck,
  at: string,
  rule: DeadlineRule,
  leaf: string
): readonly Issue[] {
  const issues: (Issue | undefined)[] = []
  const fixed = rule.within !== undefined && rule.clock !== undefined && rule.byCategory === undefined
  const tabled = rule.byCategory !== undefined && rule.within === undefined && rule.clock === undefined
  if (!fixed && !tabled) issues.push(source.issue(at, 'deadline.limit-unclear'))
  if (rule.clock !== undefined)
    issues.push(unknownName(source, `${at}/clock`, 'clock', rule.clock, locality.calendar.clocks.keys()))
  if (tabled && rule.byCategory !== undefined) {
    for (const [service, { category, workflow: used }] of locality.services) {
      if (used === id && !hasLimit(locality, category, rule.byCategory))
        issues.push(
          source.issue(`${at}/byCategory`, 'deadline.limit-missing', { stage: rule.byCategory, category, service })
        )
    }
  }
  const machine = machineOf(workflow)
  for (const [key, event] of [
    ['onExpire', rule.onExpire],
    ['repeat/onExhausted', rule.repeat?.onExhausted]
  ] as const) {
    if (event === undefined) continue
    const handlers = [...machine.rules.values()].filter(
      candidate => candidate.event === event && [...lineage(leaf), ''].includes(candidate.state)
    )
    if (handlers.length === 0)
      issues.push(
        source.issue(`${at}/${key}`, 'deadline.unhandled', {
          event,
          state: leaf,
          ...suggestEvent(states.get(leaf), workflow)
        })
      )
    else if (handlers.every(({ when }) => when !== undefined))
      issues.push(source.issue(`${at}/${key}`, 'deadline.guarded', { event, state: leaf }))
    else if (handlers.every(({ targetless }) => targetless) && !(key === 'onExpire' && rule.repeat))
      issues.push(source.issue(`${at}/${key}`, 'deadline.leads-nowhere', { event, state: leaf }))
  }
  return issues.filter(issue => issue !== undefined)
}

function suggestEvent(state: State | undefined, workflow: WorkflowFile): { known: string } {
  return { known: [...Object.keys(state?.on ?? {}), ...Object.keys(workflow.on ?? {})].slice(0, 12).join(' ') || '–' }
}

function hasLimit(locality: Locality, category: string, stage: string): boolean {
  for (
    let id: string | undefined = category, steps = 0;
    id !== undefined && steps < 100;
    id = locality.categories.get(id)?.parent, steps++
  ) {
    if (locality.categories.get(id)?.limits?.[stage]) return true
  }
  return false
}

/** Reachability, ends, owners and limits of waits, rounds of expiries: each with the path that shows it. */
function checkGraph({ workflow, source, states }: WorkflowCheck, graph: Graph): readonly Issue[] {
  const leading = leadingToEnd(graph)
  const issues = graph.leaves.flatMap(leaf => {
    const at = statePointer(leaf)
    const trace = traceTo(graph, leaf)
    if (trace === undefined) return [source.issue(at, 'state.unreachable', { state: leaf }, { at: 'key' })]
    if (graph.finals.has(leaf)) return []
    const params = { state: leaf, trace: ['SUBMIT', ...trace].join(' → ') }
    const above = lineage(leaf).map(path => states.get(path))
    const limited = workflow.meta?.deadlines !== undefined || above.some(state => state?.meta?.deadlines !== undefined)
    return [
      ...(leading.has(leaf) ? [] : [source.issue(at, 'state.no-end', params, { at: 'key' })]),
      ...(above.some(state => state?.meta?.owner !== undefined)
        ? []
        : [source.issue(at, 'state.no-owner', params, { at: 'key' })]),
      ...(limited || above.some(state => state?.meta?.noDeadline !== undefined)
        ? []
        : [source.issue(at, 'state.no-deadline', params, { at: 'key' })])
    ]
  })
  const round = expiryRound(graph, machineOf(workflow).engineEvents)
  return [
    ...issues,
    ...(round
      ? [source.issue(statePointer(round[0] ?? ''), 'deadline.round', { trace: round.join(' → ') }, { at: 'key' })]
      : [])
  ]
}

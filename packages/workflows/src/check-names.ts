/** What a workflow names and nests: every name exists, every compound state has a start, every end is one. */
import {
  checkParty,
  unknownName,
  type Effect,
  type Issue,
  type Locality,
  type Party,
  type ServiceFile,
  type Source,
  type State,
  type WorkflowFile
} from '@gridwright/core'
import { transitionsIn } from './machine.ts'
import { resolveTarget } from './paths.ts'

/** What a workflow is checked with; `states` are all of them by dotted path. */
export type WorkflowCheck = {
  readonly locality: Locality
  readonly id: string
  readonly workflow: WorkflowFile
  readonly source: Source
  readonly states: ReadonlyMap<string, State>
  /** The services that the workflow serves. */
  readonly served: ReadonlyMap<string, ServiceFile>
}

/** Events that the engine writes into every journal; no workflow may name its own like them. */
export const reservedEvents: readonly string[] = ['SUBMIT', 'WARNED', 'RECOMPUTED', 'MIGRATED', 'UNMIGRATED']

/** The JSON Pointer of a state by dotted path; '' is the root. */
export function statePointer(path: string): string {
  return path === ''
    ? ''
    : path
        .split('.')
        .map(name => `/states/${name}`)
        .join('')
}

/** Issues of every name in the file: id, targets, initial states, parties, replies, scales, forms, labels of events. */
export function checkNames(context: WorkflowCheck): readonly Issue[] {
  const { id, workflow, source, states, locality } = context
  const issues: (Issue | undefined)[] = []
  if (workflow.id !== id) issues.push(source.issue('/id', 'workflow.id-differs', { id: workflow.id, suggestion: id }))
  issues.push(unknownName(source, '/initial', 'state', workflow.initial, Object.keys(workflow.states)))
  for (const [i, rung] of (workflow.meta?.ladder ?? []).entries())
    issues.push(unknownName(source, `/meta/ladder/${i}/post`, 'post', rung.post, locality.posts.keys()))
  const events = eventsNamed(context)
  for (const event of Object.keys(workflow.meta?.events ?? {}))
    issues.push(unknownName(source, `/meta/events/${event}`, 'event', event, events, { at: 'key' }))
  for (const [path, state] of [['', rootOf(workflow)] as const, ...states])
    issues.push(...stateNames(context, path, state, events))
  return issues.filter(issue => issue !== undefined)
}

const rootOf = (workflow: WorkflowFile): State => (workflow.on ? { on: workflow.on } : {})

/** All events that the file means: those it handles, and those that the engine and its scales send. */
function eventsNamed({ workflow, states, locality }: WorkflowCheck): ReadonlySet<string> {
  const all = [rootOf(workflow), ...states.values()]
  const deadlines = [workflow.meta?.deadlines, ...all.map(({ meta }) => meta?.deadlines)].flatMap(declared =>
    Object.values(declared ?? {})
  )
  const effects = all.flatMap(({ on, entry }) => [
    ...(entry ?? []),
    ...Object.keys(on ?? {}).flatMap(event => transitionsIn(on, event).flatMap(({ actions }) => actions ?? []))
  ])
  return new Set([
    ...reservedEvents,
    ...all.flatMap(({ on }) => Object.keys(on ?? {})),
    ...deadlines.flatMap(({ onExpire, repeat }) => [onExpire, ...(repeat ? [repeat.onExhausted] : [])]),
    ...effects.flatMap(effect => (effect.type === 'raise' ? [effect.params.atTop] : [])),
    ...effects.flatMap(effect =>
      effect.type === 'review' ? Object.keys(locality.scales.get(effect.params.scale) ?? {}) : []
    )
  ])
}

function stateNames(
  context: WorkflowCheck,
  path: string,
  state: State,
  events: ReadonlySet<string>
): readonly (Issue | undefined)[] {
  const { workflow, source, states, locality } = context
  const at = statePointer(path)
  const replies = Object.keys(workflow.meta?.replies ?? {})
  const { initial, meta, entry, on } = state
  return [
    initial === undefined
      ? undefined
      : unknownName(source, `${at}/initial`, 'state', initial, Object.keys(state.states ?? {})),
    meta?.reply === undefined ? undefined : unknownName(source, `${at}/meta/reply`, 'reply', meta.reply, replies),
    ...partyNames(context, `${at}/meta/owner`, meta?.owner, events),
    ...effectNames(context, `${at}/entry`, entry, events),
    ...Object.keys(on ?? {}).flatMap(event => [
      reservedEvents.includes(event)
        ? source.issue(`${at}/on/${event}`, 'event.reserved', { event }, { at: 'key' })
        : undefined,
      ...transitionsIn(on, event).flatMap(({ target, meta: told, actions }, i) => {
        const declared = on?.[event]
        const pointer = `${at}/on/${event}${Array.isArray(declared) ? `/${i}` : ''}`
        const unknownTarget = target !== undefined && resolveTarget(workflow, states, path, target) === undefined
        const known = targetsFrom(workflow, states, path, target?.startsWith('#') ?? false)
        return [
          unknownTarget
            ? unknownName(source, typeof declared === 'string' ? pointer : `${pointer}/target`, 'target', target, known)
            : undefined,
          told?.form === undefined
            ? undefined
            : unknownName(source, `${pointer}/meta/form`, 'form', told.form, locality.forms.keys()),
          ...partyNames(context, `${pointer}/meta/by`, told?.by, events),
          ...effectNames(context, `${pointer}/actions`, actions, events)
        ]
      })
    ])
  ]
}

function effectNames(
  context: WorkflowCheck,
  pointer: string,
  effects: readonly Effect[] | undefined,
  events: ReadonlySet<string>
): readonly (Issue | undefined)[] {
  const { source, locality } = context
  return (effects ?? []).flatMap((effect, i) => {
    const at = `${pointer}/${i}/params`
    if (effect.type === 'review')
      return [unknownName(source, `${at}/scale`, 'scale', effect.params.scale, locality.scales.keys())]
    return effect.type === 'offer' ? partyNames(context, `${at}/among`, effect.params.among, events) : []
  })
}

function partyNames(
  { source, locality }: WorkflowCheck,
  pointer: string,
  party: Party | undefined,
  events: ReadonlySet<string>
): readonly (Issue | undefined)[] {
  if (party === undefined) return []
  const excepted = (Array.isArray(party) ? party : [party]).flatMap((one, i) => {
    const at = Array.isArray(party) ? `${pointer}/${i}` : pointer
    const names = typeof one === 'string' ? [] : (one.exceptBy ?? [])
    return names.map((event, j) => unknownName(source, `${at}/exceptBy/${j}`, 'event', event, events))
  })
  return [...checkParty(source, pointer, party, locality), ...excepted]
}

function targetsFrom(
  workflow: WorkflowFile,
  states: WorkflowCheck['states'],
  path: string,
  fromRoot: boolean
): readonly string[] {
  if (fromRoot) return [...states.keys()].map(other => `#${workflow.id}.${other}`)
  if (path === '') return Object.keys(workflow.states).map(name => `.${name}`)
  const parent = path.slice(0, path.lastIndexOf('.') + 1)
  const inside = [...states.keys()].filter(other => other.startsWith(parent)).map(other => other.slice(parent.length))
  return inside.filter(name => !name.includes('.'))
}

const onKey = { at: 'key' } as const

/** Nesting, ends, and replies that are no end’s. */
export function checkShape({ source, states }: WorkflowCheck): readonly Issue[] {
  return [...states].flatMap(([path, state]) => {
    const at = statePointer(path)
    const params = { state: path }
    if (state.type !== 'final')
      return [
        ...(state.states && state.initial === undefined ? [source.issue(at, 'state.no-initial', params, onKey)] : []),
        ...(state.meta?.reply === undefined
          ? []
          : [source.issue(`${at}/meta/reply`, 'state.reply-unsent', params, onKey)])
      ]
    const { on, entry, meta } = state
    const goesOn = [on, entry, state.states, meta?.owner, meta?.deadlines].some(part => part !== undefined)
    return [
      ...(path.includes('.') ? [source.issue(`${at}/type`, 'state.nested-end', params)] : []),
      ...(goesOn ? [source.issue(at, 'state.end-goes-on', params, onKey)] : [])
    ]
  })
}

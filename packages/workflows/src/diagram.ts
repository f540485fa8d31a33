/** The diagram (流程图) of a workflow as a graph in words: what people would draw of it on paper. Its forms are Mermaid and SVG. */
import type { DeadlineRule, Locality, State, Text } from '@gridwright/core'
import {
  categoryNotes,
  clockWords,
  deadlineWords,
  effectWords,
  eventWords,
  guardWords,
  partyWords,
  said,
  textFor,
  type PlacedLimit,
  type Reader
} from './diagram-words.ts'
import { lineage, machineOf, type Machine, type TransitionRule } from './machine.ts'
import { graphOf, type Edge } from './paths.ts'
import { ownerOf } from './rights.ts'

/**
 * A box: a state that a case can rest in, an end, the start, or `anywhere` for what every state handles. `id` is the state's dotted
 * path, `*start` or `*anywhere`; `group` the path of the state around it. `lines` say whose turn it is, by when, and the reply.
 */
export type DiagramState = {
  readonly id: string
  readonly kind: 'start' | 'state' | 'applicant' | 'final' | 'anywhere'
  readonly group: string | null
  readonly label: string
  readonly lines: readonly string[]
}

/** A state that holds others, drawn around them. Its label may be empty. */
export type DiagramGroup = Omit<DiagramState, 'kind'>

/** An arrow from a state or a group to a state, with every event that leads that way. The engine sends those of an `automatic` one. */
export type DiagramArrow = {
  readonly from: string
  readonly to: string
  readonly automatic: boolean
  readonly events: readonly { readonly label: string; readonly lines: readonly string[] }[]
}

/** `lines` say what holds for the whole case, `notes` how its clocks count. */
export type Diagram = {
  readonly id: string
  readonly language: string
  readonly title: string
  readonly lines: readonly string[]
  readonly notes: readonly string[]
  readonly states: readonly DiagramState[]
  readonly groups: readonly DiagramGroup[]
  readonly arrows: readonly DiagramArrow[]
}

export const startId = '*start'
const anywhereId = '*anywhere'

/**
 * The diagram of `workflow` of a checked locality in `language` (a BCP 47 tag). With `service` its limits are those of that service, else
 * of all that use the workflow; where `layers` inside the locality have other limits, they are told. Undefined where there is no such
 * workflow, or the service does not use it.
 */
export function diagramOf(
  locality: Locality,
  workflow: string,
  { language, service, layers = [] }: DiagramOptions
): Diagram | undefined {
  const reader = readerOf(locality, workflow, { language, service })
  if (reader === undefined || (service !== undefined && reader.services.length === 0)) return undefined
  const own = layers.flatMap(layer => readerOf(layer, workflow, { language, service }) ?? [])
  return drawing({ ...reader, layers: own }, workflow)
}

/** `language` is a BCP 47 tag. */
export type DiagramOptions = {
  readonly language: string
  readonly service?: string | undefined
  readonly layers?: readonly Locality[]
}

function readerOf(
  locality: Locality,
  workflow: string,
  { language, service }: Omit<DiagramOptions, 'layers'>
): Reader | undefined {
  const file = locality.workflows.get(workflow)
  const services = [...locality.services].flatMap(([id, each]) =>
    each.workflow === workflow && (service ?? id) === id ? [each] : []
  )
  return file && { locality, workflow: file, language, services, layers: [] }
}

function drawing(reader: Reader, workflow: string): Diagram {
  const { workflow: file, language } = reader
  const machine = machineOf(file)
  const graph = graphOf(file)
  const limits = ['', ...machine.states.keys()].flatMap(path => limitsAt(reader, path))
  const begun = { label: eventWords(reader, 'SUBMIT'), lines: [] }
  const arrows = [
    { from: startId, to: graph.begun.to, automatic: false, events: [begun] },
    ...arrowsOf(reader, machine, graph.edges)
  ]
  const bare = { group: null, lines: [] }
  const anywhere = {
    ...bare,
    id: anywhereId,
    kind: 'anywhere' as const,
    label: said(reader, '任何环节', 'At any step')
  }
  return {
    id: workflow,
    language,
    title: textFor(reader, file.meta?.label ?? workflow),
    lines: limitLines(reader, '').map(line => said(reader, `全程${line}`, `In all, ${line}`)),
    notes: [...limits.flatMap(categoryNotes), ...clockWords(limits.flatMap(limit => [limit, ...limit.inLayers]))],
    states: [
      { ...bare, id: startId, kind: 'start', label: '' },
      ...graph.leaves.map(leaf => stateOf(reader, machine, leaf)),
      ...(arrows.some(({ from }) => from === anywhereId) ? [anywhere] : [])
    ],
    groups: [...machine.states]
      .filter(([, state]) => state.states)
      .map(([path, state]) => groupOf(reader, path, state)),
    arrows
  }
}

function stateOf(reader: Reader, machine: Machine, path: string): DiagramState {
  const { type, meta = {}, entry = [] } = machine.states.get(path) ?? {}
  const owner = ownerOf(machine, path)
  const kind = type === 'final' ? 'final' : owner === 'applicant' ? 'applicant' : 'state'
  const turn = owner === undefined || kind === 'final' ? undefined : partyWords(reader, owner)
  const lines = [
    ...(turn === undefined ? [] : [said(reader, `轮到：${turn}`, `Waits for ${turn}`)]),
    ...limitLines(reader, path, meta.noDeadline),
    ...entry.map(effect => effectWords(reader, effect)),
    ...replyLines(reader, meta.reply)
  ]
  return {
    id: path,
    kind,
    group: lineage(path)[1] ?? null,
    label: textFor(reader, meta.label ?? path),
    lines: lines.map(capital)
  }
}

/** What the applicant is told at an end. */
function replyLines(reader: Reader, reply: string | undefined): readonly string[] {
  const text = reply === undefined ? undefined : reader.workflow.meta?.replies?.[reply]
  return text === undefined ? [] : [said(reader, '答复：', 'Reply: ') + textFor(reader, text)]
}

function groupOf(reader: Reader, path: string, { meta = {}, entry = [] }: State): DiagramGroup {
  const does = entry.map(effect => effectWords(reader, effect))
  return {
    id: path,
    group: lineage(path)[1] ?? null,
    label: meta.label === undefined ? '' : textFor(reader, meta.label),
    lines: [...limitLines(reader, path, meta.noDeadline), ...does].map(capital)
  }
}

function capital(line: string): string {
  return line.charAt(0).toUpperCase() + line.slice(1)
}

/** The deadlines of the state at `path`, '' for the whole case. */
function deadlinesAt({ workflow }: Reader, path: string): Readonly<Record<string, DeadlineRule>> {
  const { meta } = path === '' ? workflow : (machineOf(workflow).states.get(path) ?? {})
  return meta?.deadlines ?? {}
}

function limitsAt(reader: Reader, path: string): readonly PlacedLimit[] {
  const { meta } = machineOf(reader.workflow).states.get(path) ?? {}
  const step = path === '' ? said(reader, '全程', 'the whole case') : textFor(reader, meta?.label ?? path)
  return Object.entries(deadlinesAt(reader, path)).map(([name, rule]) => {
    const inLayers = reader.layers.flatMap(layer => {
      const own = deadlinesAt(layer, path)[name]
      return own ? [{ reader: layer, rule: own }] : []
    })
    return { reader, rule, step, inLayers }
  })
}

/** The limits of a state or of the whole case, or why it has none. */
function limitLines(reader: Reader, path: string, noDeadline?: Text): readonly string[] {
  const limits = limitsAt(reader, path).flatMap(limit => deadlineWords(limit) || [])
  return noDeadline === undefined
    ? limits
    : [...limits, said(reader, '不限时：', 'No limit: ') + textFor(reader, noDeadline)]
}

/** Arrows of all edges: those that differ only by their event are one, and a group's stands for all its states where it leads out of it. */
function arrowsOf(reader: Reader, machine: Machine, edges: readonly Edge[]): readonly DiagramArrow[] {
  const arrows = new Map<string, { from: string; to: string; automatic: boolean; rules: Set<TransitionRule> }>()
  for (const { from, to, rule } of edges) {
    const inside = rule.targetless || lineage(to).includes(rule.state)
    const whole = rule.state === '' ? anywhereId : inside ? from : rule.state
    const end = rule.state === '' && rule.targetless ? anywhereId : to
    const automatic = machine.engineEvents.has(rule.event)
    const key = `${whole} ${end} ${automatic}`
    const arrow = arrows.get(key) ?? { from: whole, to: end, automatic, rules: new Set() }
    arrows.set(key, arrow)
    arrow.rules.add(rule)
  }
  return [...arrows.values()].map(({ rules, ...arrow }) => ({
    ...arrow,
    events: eventsOf(reader, machine, [...rules])
  }))
}

/** The events of `rules` with what holds for each; several ways of one event share its label, events of which the same holds a line. */
function eventsOf(reader: Reader, machine: Machine, rules: readonly TransitionRule[]): DiagramArrow['events'] {
  const told = [...Map.groupBy(rules, ({ event }) => event)].map(([event, ways]) => {
    const label = eventWords(reader, event)
    return {
      label,
      lines: [...new Set(ways.flatMap(way => wayLines(reader, machine, way)))].filter(line => !label.includes(line))
    }
  })
  return [...Map.groupBy(told, ({ lines }) => lines.join('\n'))].map(([, alike]) => ({
    label: alike.map(({ label }) => label).join(' / '),
    lines: alike[0]?.lines ?? []
  }))
}

/** What holds for one way of an event: who sends it if that is not whose turn it is, when it is taken, and what it does. */
function wayLines(reader: Reader, machine: Machine, rule: TransitionRule): readonly string[] {
  const owner = rule.state === '' ? undefined : ownerOf(machine, rule.state)
  const who = rule.by === undefined ? '' : partyWords(reader, rule.by)
  const usual = owner !== undefined && who === partyWords(reader, owner)
  const does = rule.effects.map(effect => effectWords(reader, effect)).join(said(reader, '；', '; '))
  const when = whenWords(reader, machine, rule)
  const condition = when !== '' && does !== '' ? `${when}${said(reader, '：', ': ')}${does}` : when + does
  const sender = who === '' || usual ? '' : said(reader, `由${who}`, `by ${who}`)
  return [condition, sender].filter(Boolean)
}

function whenWords(reader: Reader, machine: Machine, { state, event, index, when, form }: TransitionRule): string {
  if (when !== undefined) return guardWords(reader, when.params.cel, form)
  const before = [...machine.rules.values()].filter(
    rule => rule.state === state && rule.event === event && rule.index < index
  )
  return before.some(rule => rule.when !== undefined) ? said(reader, '否则', 'otherwise') : ''
}

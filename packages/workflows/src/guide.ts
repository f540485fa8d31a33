/**
 * Guides of service items (办事指南): what an applicant is told beforehand, read from the same config that cases are handled by. Terms
 * of CPSV-AP: eligibility, channel, form, competent post, processing time, reply. Data in one language; how it looks is not said here.
 */
import {
  limitsOf,
  parseDuration,
  partiesOf,
  procedureOf,
  textIn,
  type ClockRule,
  type Locality,
  type OneParty,
  type Procedure,
  type Text
} from '@gridwright/core'
import { guideFields, type GuideField } from './guide-fields.ts'
import { waysOf } from './guide-ways.ts'
import { lineage, machineOf, type Machine } from './machine.ts'
import { graphOf, type Graph } from './paths.ts'
import { ownerOf } from './rights.ts'

/** A limit in ISO 8601 on a clock of the calendar. `late` is the label of what the engine does on expiry; `step` the group of steps that it spans, empty for the whole case. */
export type GuideLimit = {
  readonly within: string
  readonly clock: string
  readonly late: string
  readonly step: string
}

/** Whose turn a step is: a role of the case, the label of a post or kind of registration, those among whom it is offered, or the posts of the ladder from the first rung up. */
export type GuideParty =
  | { readonly role: 'applicant' | 'assignee' | 'system' }
  | { readonly offered: readonly GuideParty[] }
  | { readonly label: string }
  | { readonly ladder: readonly string[] }

/** A state that a case of this service can wait in. `open` says why it has no limit, `reviews` are the answers of a review that is asked there. */
export type GuideStep = {
  readonly state: string
  readonly label: string
  readonly who: readonly GuideParty[]
  readonly limits: readonly GuideLimit[]
  readonly open: string | null
  readonly reviews: readonly string[]
}

/**
 * A service for its applicants. `key` is its id, with that of a layer where it is the layer's own or has other rules there; `areas` are then
 * the names of such layers, and empty otherwise. `categories` go from the line of work down, `eligible` is what those are told who may not ask; `whole` are limits across several steps,
 * `most` what the steps of others come to by each clock if the case is once in each of them and never late. */
export type ItemGuide = {
  readonly id: string
  readonly key: string
  readonly areas: readonly string[]
  readonly title: string
  readonly summary: string | null
  readonly categories: readonly string[]
  readonly legalBasis: string | null
  readonly eligible: string | null
  readonly channels: readonly { readonly label: string; readonly entered: boolean }[]
  readonly level: string
  readonly hint: string | null
  readonly fields: readonly GuideField[]
  readonly steps: readonly GuideStep[]
  readonly whole: readonly GuideLimit[]
  readonly most: readonly Pick<GuideLimit, 'within' | 'clock'>[]
  readonly ends: readonly { readonly label: string; readonly reply: string }[]
  /** The clocks that its limits may name. */
  readonly clocks: ReadonlyMap<string, ClockRule>
}

/** The guides of all services of a checked locality in `language` (a BCP 47 tag), in the order of its categories, then as its services are named. */
export function guidesOf(locality: Locality, language: string): readonly ItemGuide[] {
  const order = [...locality.categories.keys()]
  return [...locality.services]
    .sort(([a, one], [b, other]) => order.indexOf(one.category) - order.indexOf(other.category) || (a < b ? -1 : 1))
    .flatMap(([id]) => guidesOfService(locality, id, language))
}

/** The guide of a service, and one more for each set of rules that layers inside the locality have for it. */
function guidesOfService(whole: Locality, id: string, language: string): readonly ItemGuide[] {
  const all = [whole.ground ?? whole, ...whole.layers].flatMap((locality, i) => {
    const procedure = procedureOf(locality, id)
    return procedure ? [{ locality, procedure, language, layer: i > 0 }] : []
  })
  const bySet = Map.groupBy(all, ({ procedure }) => procedure.hash)
  return [...bySet.values()].flatMap(([first, ...others]) => {
    if (!first) return []
    const areas = first.layer ? [first, ...others].map(({ locality }) => say(first, locality.name)) : []
    return [guideOf(first, first.layer ? `${id}@${first.locality.id}` : id, areas)]
  })
}

type Reader = { readonly locality: Locality; readonly procedure: Procedure; readonly language: string }

function guideOf(reader: Reader, key: string, areas: readonly string[]): ItemGuide {
  const { locality, procedure, language } = reader
  const { id, service } = procedure
  const form = procedure.forms.get(service.form)
  const told = (text: Text | undefined) => (text === undefined ? null : say(reader, text))
  return {
    id,
    key,
    areas,
    title: say(reader, service.title),
    summary: told(service.summary),
    ...placeOf(reader),
    eligible: told(service.eligible?.otherwise),
    channels: service.channels.map(channel => {
      const { label = channel, enteredBy } = locality.channels.get(channel) ?? {}
      return { label: say(reader, label), entered: enteredBy !== undefined }
    }),
    level: say(reader, locality.levels.find(level => level.id === service.placeLevel)?.label ?? service.placeLevel),
    hint: told(form?.description),
    fields: form ? guideFields(form, language, locality.languages[0] ?? language) : [],
    ...courseOf(reader),
    clocks: procedure.clocks
  }
}

function say({ locality, language }: Reader, text: Text): string {
  return textIn(text, language, locality.languages)
}

/** The service's category with those above it, and the nearest legal basis. */
function placeOf(reader: Reader): Pick<ItemGuide, 'categories' | 'legalBasis'> {
  const { locality, procedure } = reader
  const categories: string[] = []
  let legalBasis: string | null = null
  const seen = new Set<string>()
  for (let id: string | undefined = procedure.service.category; id !== undefined && !seen.has(id);) {
    seen.add(id)
    const category = locality.categories.get(id)
    categories.unshift(say(reader, category?.label ?? id))
    if (category?.legalBasis !== undefined) legalBasis ??= say(reader, category.legalBasis)
    id = category?.parent
  }
  return { categories, legalBasis }
}

/** Steps in the order in which the workflow declares them, those that no case of this service comes to left out, and the ends. */
function courseOf(reader: Reader): Pick<ItemGuide, 'steps' | 'whole' | 'most' | 'ends'> {
  const { workflow } = reader.procedure
  const machine = machineOf(workflow)
  const graph = graphOf(workflow)
  const reached = waysOf(graph, reader.procedure)
  const leaves = graph.leaves.filter(leaf => reached.has(leaf))
  const waits = leaves.filter(leaf => !graph.finals.has(leaf))
  const spans = (path: string) => waits.filter(leaf => lineage(leaf).includes(path)).length > 1
  const groups = [...machine.states.keys()].filter(path => machine.states.get(path)?.states && spans(path))
  const steps = waits.map(leaf => stepOf(reader, graph, leaf, path => !spans(path)))
  return {
    steps,
    most: mostOf(steps),
    whole: ['', ...groups].flatMap(path => limitsAt(reader, machine, path)),
    ends: leaves
      .filter(leaf => graph.finals.has(leaf))
      .map(leaf => {
        const { label = leaf, reply = '' } = machine.states.get(leaf)?.meta ?? {}
        return { label: say(reader, label), reply: say(reader, workflow.meta?.replies?.[reply] ?? '') }
      })
  }
}

/** The limits of all steps that do not wait for the applicant alone, added up by clock. */
function mostOf(steps: readonly GuideStep[]): ItemGuide['most'] {
  const others = steps.filter(({ who }) => who.some(party => !('role' in party && party.role === 'applicant')))
  const byClock = Map.groupBy(
    others.flatMap(({ limits }) => limits),
    ({ clock }) => clock
  )
  return [...byClock].map(([clock, limits]) => {
    const durations = limits.flatMap(({ within }) => parseDuration(within) ?? [])
    const days = durations.reduce((sum, duration) => sum + duration.days, 0)
    const minutes = durations.reduce((sum, duration) => sum + duration.timeMs, 0) / 60_000
    return { within: isoOf(days, minutes), clock }
  })
}

function isoOf(days: number, minutes: number): string {
  const parts = [
    [Math.floor(minutes / 60), 'H'],
    [minutes % 60, 'M']
  ] as const
  const time = parts.flatMap(([amount, unit]) => (amount === 0 ? [] : [`${amount}${unit}`])).join('')
  return `P${days === 0 ? '' : `${days}D`}${time === '' ? '' : `T${time}`}`
}

function stepOf(reader: Reader, graph: Graph, leaf: string, own: (path: string) => boolean): GuideStep {
  const machine = machineOf(reader.procedure.workflow)
  const { meta, entry = [] } = machine.states.get(leaf) ?? {}
  const arriving = graph.edges
    .filter(({ to, rule }) => to === leaf && !rule.targetless)
    .flatMap(({ rule }) => rule.effects)
  const offers = [...entry, ...arriving].flatMap(effect =>
    effect.type === 'offer' ? partiesOf(effect.params.among) : []
  )
  const scales = entry.flatMap(effect => (effect.type === 'review' ? [effect.params.scale] : []))
  const reviews = scales.flatMap(scale => Object.values(reader.procedure.scales.get(scale) ?? {}))
  return {
    state: leaf,
    label: say(reader, meta?.label ?? leaf),
    who: partiesOf(ownerOf(machine, leaf) ?? []).map(party => partyOf(reader, party, offers)),
    limits: lineage(leaf)
      .filter(path => path === leaf || own(path))
      .flatMap(path => limitsAt(reader, machine, path)),
    open: meta?.noDeadline === undefined ? null : say(reader, meta.noDeadline),
    reviews: reviews.map(({ label }) => say(reader, label))
  }
}

/** The limits that the state at `path` ('' is the whole case) declares, a category's as this service has them. */
function limitsAt(reader: Reader, machine: Machine, path: string): readonly GuideLimit[] {
  const { locality, procedure } = reader
  const { workflow } = procedure
  const state = machine.states.get(path)
  const meta = path === '' ? workflow.meta : state?.meta
  const limits = limitsOf(locality.categories, procedure.service.category)
  return Object.values(meta?.deadlines ?? {}).flatMap(({ byCategory, onExpire, ...rule }) => {
    const { within, clock } = byCategory === undefined ? rule : (limits.get(byCategory) ?? {})
    if (within === undefined || clock === undefined) return []
    const late = say(reader, workflow.meta?.events?.[onExpire] ?? onExpire)
    const step = state?.states ? say(reader, state.meta?.label ?? '') : ''
    return [{ within, clock, late, step }]
  })
}

/** `offers` are the parties among whom the case is offered as it comes to the step. */
function partyOf(reader: Reader, party: OneParty, offers: readonly OneParty[]): GuideParty {
  const { locality, procedure } = reader
  const post = (id: string) => say(reader, locality.posts.get(id)?.label ?? id)
  if (party === 'rung') return { ladder: (procedure.workflow.meta?.ladder ?? []).map(rung => post(rung.post)) }
  if (party === 'offered') {
    const among = offers.map(one => partyOf(reader, one, []))
    return { offered: [...new Map(among.map(one => [JSON.stringify(one), one])).values()] }
  }
  if (typeof party === 'string') return { role: party }
  if ('post' in party) return { label: post(party.post) }
  return { label: say(reader, locality.registrations.get(party.registration)?.label ?? party.registration) }
}

/** What a workflow's transitions need to work: guards that type-check, offers that find people, ladders, reviews that can be answered. */
import {
  canonicalJson,
  partiesOf,
  unknownName,
  type Effect,
  type Issue,
  type IssueParams,
  type OfferEffect,
  type OneParty,
  type Party,
  type Transition
} from '@gridwright/core'
import { eventMeant } from './check-deadlines.ts'
import { guardIssues, mayRefuse, neverTaken } from './check-guards.ts'
import { statePointer, type WorkflowCheck } from './check-names.ts'
import { transitionsIn } from './machine.ts'
import { exampleOf, resolveTarget, type Arrival, type Edge, type Graph } from './paths.ts'
import { maxNamed } from './turn.ts'

/** An effect with its pointer, where the case rests after it, and the form of its event. */
type Placed = {
  readonly effect: Effect
  readonly at: string
  readonly arrivals: readonly (Arrival | Edge)[]
  readonly form?: string | undefined
}

/** Issues of every transition and entry effect of a workflow whose names all exist. */
export function checkTransitions(context: WorkflowCheck, graph: Graph): readonly Issue[] {
  const { workflow, states } = context
  const places = [['', { on: workflow.on }] as const, ...[...states].map(([path, { on }]) => [path, { on }] as const)]
  return firstOfCause([
    ...(workflow.meta?.ladder ?? []).flatMap(({ post }, i) => belowPlace(context, `/meta/ladder/${i}`, { post })),
    ...places.flatMap(([path, { on }]) => {
      const state = states.get(path)
      const arrivals = [graph.begun, ...graph.edges].filter(({ entered }) => entered.includes(path))
      return [
        ...partyIssues(context, `${statePointer(path)}/meta/owner`, state?.meta?.owner),
        ...(state?.entry ?? []).flatMap((effect, i) =>
          effectIssues(context, graph, { effect, at: `${statePointer(path)}/entry/${i}`, arrivals })
        ),
        ...Object.keys(on ?? {}).flatMap(event => eventIssues(context, graph, path, event))
      ]
    })
  ])
}

/** A missing ladder, a party at the wrong level and a top that is not handled show in many places: they are told at the first. */
function firstOfCause(issues: readonly Issue[]): readonly Issue[] {
  const widespread = ['raise.no-ladder', 'party.below-place', 'raise.guarded', 'raise.unhandled']
  const causes = issues.map(({ code, path, params }) =>
    widespread.includes(code) ? `${code} ${params.event ?? params.name}` : `${code} ${path} ${canonicalJson(params)}`
  )
  return issues.filter((_, i) => causes.indexOf(causes[i] ?? '') === i)
}

function eventIssues(context: WorkflowCheck, graph: Graph, path: string, event: string): readonly Issue[] {
  const { workflow, states } = context
  const on = path === '' ? workflow.on : states.get(path)?.on
  const transitions = transitionsIn(on, event)
  return transitions.flatMap((transition, i) => {
    const at = `${statePointer(path)}/on/${event}${Array.isArray(on?.[event]) ? `/${i}` : ''}`
    const arrivals = graph.edges.filter(({ rule }) => rule.id === `${path}#${event}/${i}`)
    return [
      ...guardIssues(context, at, transition),
      ...partyIssues(context, `${at}/meta/by`, transition.meta?.by),
      ...(transition.actions ?? []).flatMap((effect, j) =>
        effectIssues(context, graph, { effect, at: `${at}/actions/${j}`, arrivals, form: transition.meta?.form })
      ),
      ...neverTaken(context, at, { path, event, transition, before: transitions.slice(0, i) }),
      ...idleReenter(context, path, at, transition)
    ]
  })
}

/** `reenter` where the state that declares it is not entered anew by it: at the root, without a target, with one outside, or false. */
function idleReenter(
  { workflow, states, source }: WorkflowCheck,
  path: string,
  at: string,
  { target, reenter }: Transition
): readonly Issue[] {
  if (reenter === undefined) return []
  const to = target === undefined ? undefined : resolveTarget(workflow, states, path, target)
  const isInside = path !== '' && to !== undefined && (to === path || to.startsWith(`${path}.`))
  return reenter && isInside
    ? []
    : [source.issue(`${at}/reenter`, 'transition.idle-reenter', {}, { at: 'key', severity: 'warning' })]
}

function effectIssues(context: WorkflowCheck, graph: Graph, { effect, at, arrivals, form }: Placed): readonly Issue[] {
  const { locality, workflow, source } = context
  const waysOn = (event: string, { to }: Arrival) =>
    (graph.out.get(to) ?? []).filter(({ rule }) => rule.event === event)
  if (effect.type === 'raise') {
    if (!workflow.meta?.ladder) return [source.issue(at, 'raise.no-ladder')]
    const event = effect.params.atTop
    const lost = arrivals.find(arrival => mayRefuse(context, waysOn(event, arrival)))
    if (!lost) return []
    const pointer = `${at}/params/atTop`
    const params = { event, state: lost.to, ...arrivalExample(graph, lost) }
    return waysOn(event, lost).length > 0
      ? [source.issue(pointer, 'raise.guarded', params)]
      : [source.issue(pointer, 'raise.unhandled', { ...params, ...eventMeant(graph, lost.to, event) })]
  }
  if (effect.type === 'review') {
    const { scale } = effect.params
    const events = Object.keys(locality.scales.get(scale) ?? {})
    const lost = arrivals.find(arrival => events.some(event => waysOn(event, arrival).length === 0))
    if (!lost) return []
    const missing = events.filter(event => waysOn(event, lost).length === 0).join(' ')
    const params = { event: missing, state: lost.to, scale, ...arrivalExample(graph, lost) }
    return [source.issue(`${at}/params/scale`, 'review.unhandled', params)]
  }
  return effect.type === 'offer' ? offerIssues(context, at, effect, form) : []
}

/** How a case comes to make this step; as soon as it begins where none leads up to it. */
function arrivalExample(graph: Graph, arrival: Arrival | Edge): IssueParams {
  return 'from' in arrival ? exampleOf(graph, arrival.from, arrival.rule.event) : exampleOf(graph, graph.begun.to)
}

function offerIssues(
  context: WorkflowCheck,
  at: string,
  { params: { among, to } }: OfferEffect,
  form: string | undefined
): readonly Issue[] {
  const properties = (form === undefined ? undefined : context.locality.forms.get(form))?.properties ?? {}
  const people = new Map(
    Object.entries(properties).filter(
      ([, { format, items }]) => format === 'person' || (items && 'format' in items && items.format === 'person')
    )
  )
  const pointer = `${at}/params/to/answer`
  const name = to?.answer ?? ''
  const unknown = to && unknownName(context.source, pointer, 'person field', name, people.keys())
  const most = people.get(name)?.maxItems ?? 0
  const issue =
    most > maxNamed ? context.source.issue(pointer, 'offer.too-many', { name, most, limit: maxNamed }) : unknown
  return [...partyIssues(context, `${at}/params/among`, among), ...(issue ? [issue] : [])]
}

/** A party that nobody can be: a rung without a ladder, a post or registration below the level at which cases are placed. */
function partyIssues(context: WorkflowCheck, at: string, party: Party | undefined): readonly Issue[] {
  return partiesOf(party ?? []).flatMap((one, i) => {
    const pointer = Array.isArray(party) ? `${at}/${i}` : at
    if (one === 'rung' && !context.workflow.meta?.ladder) return [context.source.issue(pointer, 'raise.no-ladder')]
    return belowPlace(context, pointer, one)
  })
}

function belowPlace({ locality, source, served }: WorkflowCheck, pointer: string, party: OneParty): readonly Issue[] {
  if (typeof party === 'string') return []
  const [kind, name] = 'post' in party ? ['post', party.post] : ['registration', party.registration]
  const level = (kind === 'post' ? locality.posts.get(name) : locality.registrations.get(name))?.level ?? ''
  const depth = (known: string) => locality.levels.findIndex(({ id: each }) => each === known)
  const found = [...served].find(([, { placeLevel }]) => depth(level) > depth(placeLevel))
  if (!found) return []
  const [service, { placeLevel }] = found
  return [source.issue(`${pointer}/${kind}`, 'party.below-place', { name, level, service, placeLevel })]
}

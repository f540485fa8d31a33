/** Events that a rule outside the workflows listens to (积分、考评): that they exist, which forms come with them, and who is near enough to settle. */
import type { Issue } from './issue.ts'
import type { Locality } from './locality.ts'
import { settlersOf } from './points.ts'
import { checkParty, formShape, unknownName } from './references.ts'
import type { Quantity, Settlers, WorkflowFile } from './schema-types.ts'
import type { Shape } from './shape.ts'
import type { Source } from './source.ts'

/** Events by service, each with the forms that it may come with (undefined: none). SUBMIT is among them. */
export type Events = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string | undefined>>>
export type Shapes = { readonly answers: Shape | undefined; readonly form: Shape | undefined }

/** The events of all services of `locality`. */
export function eventsOf(locality: Locality): Events {
  return new Map([...locality.services].map(([id, { workflow }]) => [id, eventsIn(locality.workflows.get(workflow))]))
}

/** The event at `<at>/on` exists in each of `services`, listed at `<at>/services`; without a list, in some service. */
export function eventIssues(
  source: Source,
  events: Events,
  { at, on, services }: { readonly at: string; readonly on: string; readonly services: readonly string[] | undefined }
): readonly Issue[] {
  if (services === undefined) {
    const known = new Set([...events.values()].flatMap(own => [...own.keys()]))
    return issueList(unknownName(source, `${at}/on`, 'event', on, known))
  }
  return services.flatMap((id, i) => {
    const own = events.get(id)
    if (!own) return issueList(unknownName(source, `${at}/services/${i}`, 'service', id, events.keys()))
    return own.has(on) ? [] : [source.issue(`${at}/services/${i}`, 'rule.event-missing', { event: on, service: id })]
  })
}

/** Posts and registrations exist, and are held where cases of these services are found: at the level of their place or above. */
export function settlerIssues(
  source: Source,
  locality: Locality,
  at: string,
  settlers: Settlers | undefined,
  services: readonly string[]
): readonly Issue[] {
  if (settlers === undefined) return []
  const below = services.flatMap(service => {
    const placeLevel = locality.services.get(service)?.placeLevel ?? ''
    return heldBelow(locality, at, settlers, placeLevel).map(({ pointer, name, level }) =>
      source.issue(pointer, 'party.below-place', { name, level, service, placeLevel })
    )
  })
  return [...checkParty(source, at, settlers, locality), ...below]
}

/** Those of the settlers at `at` whose level is below `placeLevel`, so that nobody of them is found there. */
export function heldBelow(
  { levels, posts, registrations }: Locality,
  at: string,
  settlers: Settlers,
  placeLevel: string
): readonly { readonly pointer: string; readonly name: string; readonly level: string }[] {
  const depth = (level: string) => levels.findIndex(({ id }) => id === level)
  return settlersOf(settlers).flatMap((one, i) => {
    const name = 'post' in one ? one.post : one.registration
    const level = 'post' in one ? posts.get(name)?.level : registrations.get(name)?.level
    if (level === undefined || depth(level) <= depth(placeLevel)) return []
    return [{ pointer: Array.isArray(settlers) ? `${at}/${i}` : at, name, level }]
  })
}

/** Each pair of an application's form and a form that the event comes with, among these services. */
export function formPairs(
  { forms, services: known }: Locality,
  events: Events,
  services: readonly string[],
  event: string
): readonly Shapes[] {
  const pairs = new Map<string, Shapes>()
  const shape = (name: string | undefined) => {
    const form = name === undefined ? undefined : forms.get(name)
    return form && formShape(form)
  }
  for (const service of services) {
    const application = known.get(service)?.form
    for (const name of events.get(service)?.get(event) ?? [])
      pairs.set(`${application} ${name}`, { answers: shape(application), form: shape(name) })
  }
  return [...pairs.values()]
}

/** The quantity's field is a number, and always filled in: an empty one would silently earn nothing. */
export function quantityIssues(
  source: Source,
  at: string,
  quantity: Quantity | undefined,
  shapes: Shapes
): readonly Issue[] {
  if (quantity === undefined) return []
  const [part, name] =
    'answers' in quantity ? (['answers', quantity.answers] as const) : (['form', quantity.form] as const)
  const fields = [...(shapes[part]?.fields ?? [])].filter(([, { shape }]) => shape.type === 'double')
  const pointer = `${at}/${part}`
  const unknown = unknownName(
    source,
    pointer,
    'number field',
    name,
    fields.map(([field]) => field)
  )
  if (unknown) return [unknown]
  return fields.some(([field, { always }]) => field === name && always)
    ? []
    : [source.issue(pointer, 'quantity.optional', { name })]
}

/** The events of a workflow at any depth, SUBMIT among them, with the forms that each comes with. */
function eventsIn(workflow: WorkflowFile | undefined): ReadonlyMap<string, ReadonlySet<string | undefined>> {
  const events = new Map<string, Set<string | undefined>>([['SUBMIT', new Set([undefined])]])
  const visit = ({ on, states }: Pick<WorkflowFile, 'on'> & { readonly states?: WorkflowFile['states'] }): void => {
    for (const [event, declared] of Object.entries(on ?? {})) {
      const forms = events.get(event) ?? new Set()
      for (const transition of Array.isArray(declared) ? declared : [declared])
        forms.add(typeof transition === 'string' ? undefined : transition.meta?.form)
      events.set(event, forms)
    }
    for (const state of Object.values(states ?? {})) visit(state)
  }
  if (workflow) visit(workflow)
  return events
}

/** At most one issue, as a list. */
export function issueList(issue: Issue | undefined): readonly Issue[] {
  return issue ? [issue] : []
}

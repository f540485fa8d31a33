/** What no schema can say of points.json: that every name exists, that amounts are whole units, that each rule can be earned and certified. */
import type { Issue } from './issue.ts'
import type { Locality } from './locality.ts'
import { parseDecimal } from './decimal.ts'
import { amountOf, settlersOf } from './points.ts'
import { pointsPlace } from './points-earning.ts'
import { checkParty, conditionIssues, formShape, unknownName } from './references.ts'
import type { EarningDeclaration, PointsFile, Settlers, WorkflowFile } from './schema-types.ts'
import type { Shape } from './shape.ts'
import type { Source } from './source.ts'

/** What a rule is checked with. `events` are a service's, each with the forms it may come with (undefined: none). */
type Check = {
  readonly file: PointsFile
  readonly source: Source
  readonly locality: Locality
  readonly events: Events
}
type Events = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string | undefined>>>

/** All issues of points.json, whose schema has passed, against the services, workflows, forms, posts and levels of its locality. */
export function checkPoints(file: PointsFile, source: Source, locality: Locality): readonly Issue[] {
  const events = new Map(
    [...locality.services].map(([id, { workflow }]) => [id, eventsIn(locality.workflows.get(workflow))])
  )
  const check = { file, source, locality, events }
  return [
    ...Object.keys(file.ledgers).flatMap(id => ledgerIssues(check, id)),
    ...Object.entries(file.rules).flatMap(([id, rule]) => ruleIssues(check, `/rules/${id}`, rule)),
    ...shopIssues(check)
  ]
}

function ledgerIssues({ file, source }: Check, id: string): readonly Issue[] {
  const { floor, reserve } = file.ledgers[id] ?? {}
  const at = `/ledgers/${id}`
  const used = Object.values(file.rules).some(({ ledger }) => ledger === id)
  return [
    ...amountIssues(file, source, { at: `${at}/floor`, ledger: id, text: floor }),
    ...amountIssues(file, source, { at: `${at}/reserve`, ledger: id, text: reserve }),
    ...(used ? [] : [source.issue(at, 'name.unused', { kind: 'ledger', name: id }, { at: 'key', severity: 'warning' })])
  ]
}

function ruleIssues(check: Check, at: string, rule: EarningDeclaration): readonly Issue[] {
  const { file, source, locality } = check
  const { ledger } = rule
  const services = (rule.services ?? [...locality.services.keys()]).filter(id => check.events.get(id)?.has(rule.on))
  const scale = rule.quantity === undefined ? rule.points : undefined // times a quantity, what is less than a unit is dropped
  return [
    ...issueList(unknownName(source, `${at}/ledger`, 'ledger', ledger, Object.keys(file.ledgers))),
    ...amountIssues(file, source, { at: `${at}/points`, ledger, text: scale }),
    ...amountIssues(file, source, { at: `${at}/cap/points`, ledger, text: rule.cap?.points }),
    ...eventIssues(check, at, rule),
    ...settlerIssues(check, `${at}/certify`, rule.certify, services),
    ...formPairs(check, services, rule.on).flatMap(({ answers, form }) => [
      ...(rule.when === undefined ? [] : conditionIssues(source, `${at}/when`, rule.when, pointsPlace(answers, form))),
      ...quantityIssues(source, at, rule, { answers, form })
    ])
  ]
}

/** The rule's services exist and have its event; without a list, some service has it. */
function eventIssues({ source, locality, events }: Check, at: string, rule: EarningDeclaration): readonly Issue[] {
  const { on } = rule
  if (rule.services === undefined) {
    const known = new Set([...events.values()].flatMap(own => [...own.keys()]))
    return issueList(unknownName(source, `${at}/on`, 'event', on, known))
  }
  return rule.services.flatMap((id, i) => {
    const own = events.get(id)
    if (!own) return issueList(unknownName(source, `${at}/services/${i}`, 'service', id, locality.services.keys()))
    if (own.has(on)) return []
    return [source.issue(`${at}/services/${i}`, 'rule.event-missing', { event: on, service: id })]
  })
}

/** Posts and registrations exist, and are held where cases of these services are found: at the level of their place or above. */
function settlerIssues(
  { source, locality }: Check,
  at: string,
  settlers: Settlers | undefined,
  services: readonly string[]
): readonly Issue[] {
  if (settlers === undefined) return []
  const depth = (level: string) => locality.levels.findIndex(({ id }) => id === level)
  const below = settlersOf(settlers).flatMap((one, i) => {
    const name = 'post' in one ? one.post : one.registration
    const level = 'post' in one ? locality.posts.get(name)?.level : locality.registrations.get(name)?.level
    return services.flatMap(service => {
      const placeLevel = locality.services.get(service)?.placeLevel ?? ''
      if (level === undefined || depth(level) <= depth(placeLevel)) return []
      const pointer = Array.isArray(settlers) ? `${at}/${i}` : at
      return [source.issue(pointer, 'party.below-place', { name, level, service, placeLevel })]
    })
  })
  return [...checkParty(source, at, settlers, locality), ...below]
}

type Shapes = { readonly answers: Shape | undefined; readonly form: Shape | undefined }

/** Each pair of an application's form and a form that the event comes with, among these services. */
function formPairs({ locality, events }: Check, services: readonly string[], event: string): readonly Shapes[] {
  const pairs = new Map<string, Shapes>()
  const shape = (name: string | undefined) => {
    const form = name === undefined ? undefined : locality.forms.get(name)
    return form && formShape(form)
  }
  for (const service of services) {
    const application = locality.services.get(service)?.form
    for (const name of events.get(service)?.get(event) ?? [])
      pairs.set(`${application} ${name}`, { answers: shape(application), form: shape(name) })
  }
  return [...pairs.values()]
}

/** The quantity's field is a number, and always filled in: an empty one would silently earn nothing. */
function quantityIssues(
  source: Source,
  at: string,
  { quantity }: EarningDeclaration,
  shapes: Shapes
): readonly Issue[] {
  if (quantity === undefined) return []
  const [part, name] =
    'answers' in quantity ? (['answers', quantity.answers] as const) : (['form', quantity.form] as const)
  const fields = [...(shapes[part]?.fields ?? [])].filter(([, { shape }]) => shape.type === 'double')
  const pointer = `${at}/quantity/${part}`
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

function shopIssues({ file, source, locality }: Check): readonly Issue[] {
  const { shop } = file
  if (!shop) return []
  const unknown = unknownName(source, '/shop/ledger', 'ledger', shop.ledger, Object.keys(file.ledgers))
  const idle = file.ledgers[shop.ledger]?.spendable === false
  return [
    ...issueList(unknown),
    ...(idle ? [source.issue('/shop/ledger', 'shop.not-spendable', { name: shop.ledger })] : []),
    ...checkParty(source, '/shop/handOver', shop.handOver, locality)
  ]
}

/** An amount that is no whole number of its ledger's units could not be booked. */
function amountIssues(
  file: PointsFile,
  source: Source,
  { at, ledger, text }: { readonly at: string; readonly ledger: string; readonly text: string | undefined }
): readonly Issue[] {
  const unit = file.ledgers[ledger]?.unit
  const parsed = unit === undefined ? undefined : parseDecimal(unit)
  if (text === undefined || unit === undefined || !parsed || amountOf(text, parsed) !== undefined) return []
  return [source.issue(at, 'points.not-a-multiple', { value: text, unit })]
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

function issueList(issue: Issue | undefined): readonly Issue[] {
  return issue ? [issue] : []
}

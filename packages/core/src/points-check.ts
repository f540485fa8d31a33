/** What no schema can say of points.json: that every name exists, that amounts are whole units, that each rule can be earned and certified. */
import {
  eventIssues,
  eventsOf,
  formPairs,
  issueList,
  quantityIssues,
  settlerIssues,
  type Events
} from './counted-events.ts'
import type { Issue } from './issue.ts'
import type { Locality } from './locality.ts'
import { parseDecimal } from './decimal.ts'
import { amountOf } from './points.ts'
import { pointsPlace } from './points-earning.ts'
import { checkParty, conditionIssues, unknownName } from './references.ts'
import type { EarningDeclaration, PointsFile } from './schema-types.ts'
import type { Source } from './source.ts'

/** What a rule is checked with. */
type Check = {
  readonly file: PointsFile
  readonly source: Source
  readonly locality: Locality
  readonly events: Events
}

/** All issues of points.json, whose schema has passed, against the services, workflows, forms, posts and levels of its locality. */
export function checkPoints(file: PointsFile, source: Source, locality: Locality): readonly Issue[] {
  const check = { file, source, locality, events: eventsOf(locality) }
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
    ...eventIssues(source, check.events, { at, on: rule.on, services: rule.services }),
    ...settlerIssues(source, locality, `${at}/certify`, rule.certify, services),
    ...formPairs(locality, check.events, services, rule.on).flatMap(({ answers, form }) => [
      ...(rule.when === undefined ? [] : conditionIssues(source, `${at}/when`, rule.when, pointsPlace(answers, form))),
      ...quantityIssues(source, `${at}/quantity`, rule.quantity, { answers, form })
    ])
  ]
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

/**
 * Points (积分): what points.json declares, read once. Every amount is a whole number of its ledger's smallest unit, so that 1.5
 * points in a ledger of half points are 3; decimals stand only in config and on the wire.
 */
import { compileCondition, type Condition } from './condition.ts'
import {
  decimalIn,
  decimalOf,
  formatDecimal,
  multiplyDecimal,
  parseDecimal,
  plainDecimal,
  timesDecimal,
  type Decimal
} from './decimal.ts'
import { partyKeys, type PartyKey, type Places } from './party.ts'
import type { Locality } from './locality.ts'
import type {
  Beneficiary,
  CapPeriod,
  EarningDeclaration,
  LedgerDeclaration,
  PointsFile,
  Quantity,
  SettlerParty,
  Settlers
} from './schema-types.ts'

/** A ledger (账). `floor` is the balance that a reversal may not go under (null: none), `reserve` what no one may spend; both in units. */
export type Ledger = {
  readonly id: string
  readonly unit: Decimal
  readonly floor: number | null
  readonly reserve: number
  readonly spendable: boolean
}

/** A rule by which points are earned; the amount of `cap` is in units of the ledger, `certify` is empty where it is posted at once. */
export type EarningRule = {
  readonly id: string
  readonly ledger: Ledger
  readonly services: ReadonlySet<string> | null
  readonly when: Condition | null
  readonly to: Beneficiary
  readonly points: Decimal
  readonly quantity: Quantity | null
  readonly cap: { readonly amount: number; readonly per: CapPeriod } | null
  readonly certify: readonly SettlerParty[]
}

export type Shop = { readonly ledger: Ledger; readonly handOver: readonly SettlerParty[] }

/** What points.json declares; rules in their order, also by the event that earns them. */
export type Points = {
  readonly ledgers: ReadonlyMap<string, Ledger>
  readonly rules: ReadonlyMap<string, EarningRule>
  readonly rulesOn: ReadonlyMap<string, readonly EarningRule[]>
  readonly shop: Shop | null
}

/** The largest amount of one transfer or limit, in units. */
export const maxAmount = 1_000_000_000

const compiled = new WeakMap<PointsFile, Points>()

/** The points that `file` declares, kept by the file. Throws a RangeError on a file that `checkPoints` refuses. */
export function pointsOf(file: PointsFile): Points {
  const known = compiled.get(file)
  if (known) return known
  const ledgers = new Map(Object.entries(file.ledgers).map(([id, ledger]) => [id, ledgerOf(id, ledger)]))
  const rules = new Map<string, EarningRule>()
  const rulesOn = new Map<string, EarningRule[]>()
  for (const [id, declared] of Object.entries(file.rules)) {
    const rule = ruleOf(id, declared, ledgers)
    rules.set(id, rule)
    rulesOn.set(declared.on, [...(rulesOn.get(declared.on) ?? []), rule])
  }
  const shop = file.shop
    ? { ledger: ledgerNamed(file.shop.ledger, ledgers), handOver: settlersOf(file.shop.handOver) }
    : null
  const points: Points = { ledgers, rules, rulesOn, shop }
  compiled.set(file, points)
  return points
}

/** The part of `file` that a case of `service` is pinned to: the rules it may earn by, with their ledgers; undefined where there are none. */
export function earningRulesOf(file: PointsFile, service: string): PointsFile | undefined {
  const rules = Object.entries(file.rules).filter(([, { services }]) => services?.includes(service) ?? true)
  const used = new Set(rules.map(([, { ledger }]) => ledger))
  const ledgers = Object.entries(file.ledgers).filter(([id]) => used.has(id))
  return rules.length === 0 ? undefined : { ledgers: Object.fromEntries(ledgers), rules: Object.fromEntries(rules) }
}

/** How many units of `unit` the decimal `text` is; undefined for what is no multiple of it, no number, or over a thousand million. */
export function amountOf(text: string, unit: Decimal): number | undefined {
  const value = parseDecimal(text)
  const units = value && timesDecimal(value, unit)
  return units !== undefined && units <= maxAmount && units >= -maxAmount ? Number(units) : undefined
}

/** `amount` units in points, as plain digits without idle zeros: 11 half points are "5.5", 6 are "3". */
export function pointsText(amount: number, unit: Decimal): string {
  return plainDecimal(multiplyDecimal(decimalOf(amount), unit))
}

/** The period that the local `date` (2026-11-03) lies in: `2026-11-03`, `2026-11`, `2026-Q4`, `2026` or `ever`. */
export function periodOf(per: CapPeriod, date: string): string {
  if (per === 'day') return date
  if (per === 'month') return date.slice(0, 7)
  if (per === 'quarter') return `${date.slice(0, 4)}-Q${Math.ceil(Number(date.slice(5, 7)) / 3)}`
  return per === 'year' ? date.slice(0, 4) : 'ever'
}

/** The keys of whoever `parties` are at these places; empty where no area of their levels is among them. */
export function settlerKeys(
  parties: readonly SettlerParty[],
  places: Places,
  { posts, registrations }: Pick<Locality, 'posts' | 'registrations'>
): readonly PartyKey[] {
  const context = {
    applicant: [],
    assignee: null,
    offered: [],
    rungPost: null,
    places,
    postLevel: (post: string) => posts.get(post)?.level,
    registrationLevel: (kind: string) => registrations.get(kind)?.level
  }
  return [...new Set(parties.flatMap(party => partyKeys(party, context)))]
}

/** `settlers` as a list. */
export function settlersOf(settlers: Settlers | undefined): readonly SettlerParty[] {
  return settlers === undefined ? [] : Array.isArray(settlers) ? settlers : [settlers]
}

function ledgerOf(id: string, declared: LedgerDeclaration): Ledger {
  const unit = decimalIn(declared.unit)
  return {
    id,
    unit,
    floor: declared.floor === undefined ? null : amountIn(declared.floor, unit),
    reserve: declared.reserve === undefined ? 0 : amountIn(declared.reserve, unit),
    spendable: declared.spendable
  }
}

function ruleOf(id: string, declared: EarningDeclaration, ledgers: ReadonlyMap<string, Ledger>): EarningRule {
  const ledger = ledgerNamed(declared.ledger, ledgers)
  return {
    id,
    ledger,
    services: declared.services ? new Set(declared.services) : null,
    when: declared.when === undefined ? null : compileCondition(declared.when),
    to: declared.to,
    points: decimalIn(declared.points),
    quantity: declared.quantity ?? null,
    cap: declared.cap ? { amount: amountIn(declared.cap.points, ledger.unit), per: declared.cap.per } : null,
    certify: settlersOf(declared.certify)
  }
}

function ledgerNamed(name: string, ledgers: ReadonlyMap<string, Ledger>): Ledger {
  const ledger = ledgers.get(name)
  if (!ledger) throw new RangeError(`no ledger ${name}`)
  return ledger
}

function amountIn(text: string, unit: Decimal): number {
  const amount = amountOf(text, unit)
  if (amount === undefined) throw new RangeError(`${text} is no multiple of ${formatDecimal(unit)}`)
  return amount
}

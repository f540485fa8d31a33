/** What a journal entry earns (积分规则): which rules fire, for whom, and how much before any cap. */
import { place, runCondition, type Place } from './condition.ts'
import { decimalOf, divideDecimal, multiplyDecimal, parseDecimal, type Decimal } from './decimal.ts'
import type { Locality } from './locality.ts'
import type { PartyKey, Places } from './party.ts'
import { maxAmount, periodOf, settlerKeys, type EarningRule, type Points } from './points.ts'
import type { Beneficiary, Quantity } from './schema-types.ts'
import { shapeOf, type Shape } from './shape.ts'
import { localDate } from './zone.ts'

/**
 * A journal entry with its case as it stands after it. `answers` are those of the application, `form` those of the event; `at` is in
 * epoch milliseconds, `from` null for a submission.
 */
export type EarningCause = {
  readonly entry: {
    readonly ordinal: number
    readonly event: string
    readonly actor: PartyKey
    readonly at: number
    readonly from: string | null
    readonly to: string
  }
  readonly row: {
    readonly id: string
    readonly service: string
    readonly state: string
    readonly areaCode: string
    readonly places: Places
    readonly applicant: PartyKey
    readonly assignee: string | null
  }
  readonly category: string
  readonly answers: Readonly<Record<string, unknown>>
  readonly form: Readonly<Record<string, unknown>>
}

/**
 * Points earned, before any cap. `asked` is in units of the ledger and above zero, `holder` a person's id; `period` is the one that the rule's cap
 * counts in (null without cap); `owners` are the keys of whoever may certify, empty where it is posted at once.
 */
export type Earning = {
  readonly rule: string
  readonly holder: string
  readonly asked: number
  readonly case: string
  readonly ordinal: number
  readonly at: number
  readonly period: string | null
  readonly owners: readonly PartyKey[]
}

/** Why a rule that should have been looked at earned nothing: `condition.failed`, `quantity.invalid`, `amount.too-large`, `certifier.missing`. */
export type EarningFault = { readonly rule: string; readonly code: string; readonly detail: string }

/** `unmet` are the rules whose condition did not hold. */
export type Earnings = {
  readonly earned: readonly Earning[]
  readonly faults: readonly EarningFault[]
  readonly unmet: readonly string[]
}

/**
 * What `cause` earns by the rules of `points`, in their order. Only persons earn: a caller without an account, the system, or an
 * assignee who is not there earn nothing. A rule that cannot be judged earns nothing and is among the faults.
 */
export function earnings(
  points: Points,
  locality: Pick<Locality, 'timeZone' | 'posts' | 'registrations'>,
  cause: EarningCause
): Earnings {
  const earned: Earning[] = []
  const faults: EarningFault[] = []
  const unmet: string[] = []
  for (const rule of points.rulesOn.get(cause.entry.event) ?? []) {
    const result = earningOf(rule, locality, cause)
    if (result === undefined) continue
    if (result === 'unmet') unmet.push(rule.id)
    else if ('code' in result) faults.push(result)
    else earned.push(result)
  }
  return { earned, faults, unmet }
}

function earningOf(
  rule: EarningRule,
  locality: Pick<Locality, 'timeZone' | 'posts' | 'registrations'>,
  cause: EarningCause
): Earning | EarningFault | 'unmet' | undefined {
  const { entry, row } = cause
  if (rule.services && !rule.services.has(row.service)) return undefined
  const holder = creditedTo(rule.to, cause)
  if (holder === undefined) return undefined
  const date = localDate(entry.at, locality.timeZone)
  const holds = rule.when === null || runCondition(rule.when, causeFacts(cause, date))
  const fault = (code: string, detail: string) => ({ rule: rule.id, code, detail })
  if (typeof holds === 'object') return fault('condition.failed', holds.failed)
  if (!holds) return 'unmet'
  const asked = askedBy(rule, cause)
  if (typeof asked === 'string') return fault(asked, JSON.stringify(rule.quantity))
  if (asked === 0) return undefined
  const owners = settlerKeys(rule.certify, row.places, locality)
  if (rule.certify.length > 0 && owners.length === 0) return fault('certifier.missing', row.areaCode)
  return {
    rule: rule.id,
    holder,
    asked,
    case: row.id,
    ordinal: entry.ordinal,
    at: entry.at,
    period: rule.cap && periodOf(rule.cap.per, date),
    owners
  }
}

/** The person that `to` means; undefined for the system, a caller without an account, or nobody. */
export function creditedTo(to: Beneficiary, { entry, row }: EarningCause): string | undefined {
  if (to === 'assignee') return row.assignee ?? undefined
  const key = to === 'actor' ? entry.actor : row.applicant
  return key.startsWith('person:') ? key.slice('person:'.length) : undefined
}

/** The number of zero or more that `quantity` finds in the forms of `cause`; undefined for anything else, or not in plain digits. */
export function quantityIn(quantity: Quantity, { answers, form }: EarningCause): Decimal | undefined {
  const value = 'answers' in quantity ? answers[quantity.answers] : form[quantity.form]
  return typeof value === 'number' && value >= 0 ? parseDecimal(String(value)) : undefined
}

/** The rule's points times its quantity, in whole units; or why that cannot be: no number of zero or more in plain digits, or too large. */
function askedBy(
  { points, quantity, ledger }: EarningRule,
  cause: EarningCause
): number | 'quantity.invalid' | 'amount.too-large' {
  const times = quantity === null ? decimalOf(1) : quantityIn(quantity, cause)
  if (times === undefined) return 'quantity.invalid'
  const asked = divideDecimal(multiplyDecimal(points, times), ledger.unit, 0, 'down').units
  return asked > maxAmount ? 'amount.too-large' : Number(asked)
}

/** Where the conditions of earning rules stand. `answers` is the shape of the application, `form` that of the event's form, if it has one. */
export function pointsPlace(answers: Shape | undefined, form: Shape | undefined): Place {
  return place('points', [
    ...variables,
    ...(answers ? [['answers', answers] as const] : []),
    ...(form ? [['form', form] as const] : [])
  ])
}

const text = { type: 'string' }
const record = (properties: Readonly<Record<string, { readonly type: string }>>) =>
  shapeOf({ type: 'object', required: Object.keys(properties), properties })
const variables: readonly (readonly [string, Shape])[] = [
  ['entry', record({ event: text, actor: text, at: { type: 'number' }, from: text, to: text })],
  ['case', record({ id: text, service: text, category: text, area: text, state: text })]
]

/** What a condition at `pointsPlace` sees of `cause`; `today` is the local date of the entry. */
export function causeFacts({ entry, row, category, answers, form }: EarningCause, today: string) {
  return {
    entry: { event: entry.event, actor: entry.actor, at: entry.at, from: entry.from ?? '', to: entry.to },
    case: { id: row.id, service: row.service, category, area: row.areaCode, state: row.state },
    answers,
    form,
    now: entry.at,
    today
  }
}

/** The points shop (积分超市): goods for points. A redemption reserves points and one good at once; it ends by handing over or by cancelling. */
import type { Dataset } from './dataset.ts'
import type { PartyKey, PersonFacts } from './party.ts'
import { amountOf, pointsText, type Ledger } from './points.ts'
import { insufficient, isOwner, type LedgerRefusal } from './points-ledger.ts'
import {
  entered,
  holderAccount,
  settled,
  shopAccount,
  spendable,
  type Account,
  type Posting,
  type Transfer
} from './points-transfer.ts'
import type { CapPeriod } from './schema-types.ts'

/** A good on the shelf. `price` is in units of the shop's ledger; one person gets at most `limit` in each period `per` (null: any number). */
export type Good = {
  readonly id: string
  readonly name: string
  readonly price: number
  readonly stock: number
  readonly limit: number | null
  readonly per: CapPeriod
}

/** `stock` is what is added to the good's. */
export type ShopPosting = Posting & { readonly good: string; readonly stock: -1 | 0 | 1 }

export type ShopRefusal =
  | LedgerRefusal
  | {
      readonly refused: 'good.unknown' | 'good.sold-out' | 'shop.not-here' | 'transfer.exists' | 'redemption.not-yours'
    }
  | {
      readonly refused: 'good.limit-reached'
      readonly details: { readonly limit: number; readonly per: CapPeriod }
    }

/**
 * What a purchase turns on. `id` is the transfer's; `exists` says that there is one of that id already. `account` is the buyer's,
 * `bought` what `boughtIn` gives for `period` (by `periodOf(good.per, …)`), `owners` the keys of whoever hands over at the shop's area.
 */
export type Purchase = {
  readonly id: string
  readonly exists: boolean
  readonly buyer: string
  readonly ledger: Ledger
  readonly account: Account
  readonly bought: number
  readonly period: string
  readonly owners: readonly PartyKey[]
  readonly at: number
}

/** Reserves one `good` (换购): its price is held on the buyer's account, and the shelf has one less. The price is that of this moment. */
export function redeem(
  good: Good | undefined,
  { id, exists, buyer, ledger, account, bought, period, owners, at }: Purchase
): ShopPosting | ShopRefusal {
  if (!good) return { refused: 'good.unknown' }
  if (owners.length === 0) return { refused: 'shop.not-here' }
  if (exists) return { refused: 'transfer.exists' }
  if (good.stock < 1) return { refused: 'good.sold-out' }
  if (good.limit !== null && bought >= good.limit)
    return { refused: 'good.limit-reached', details: { limit: good.limit, per: good.per } }
  const free = spendable(ledger, account)
  if (free < good.price) return insufficient(ledger, free, good.price)
  const posting = entered({
    id,
    ledger: ledger.id,
    debit: holderAccount(buyer),
    credit: shopAccount,
    amount: good.price,
    kind: 'redemption',
    state: 'pending',
    holder: buyer,
    rule: null,
    case: null,
    ordinal: null,
    of: null,
    good: good.id,
    period,
    owners,
    at,
    settledAt: null,
    by: null,
    reason: null,
    cut: null
  })
  return { ...posting, good: good.id, stock: -1 }
}

/** How many of a good `transfers` have given this holder in this period: pending or posted, less those reversed. */
export function boughtIn(
  transfers: Iterable<Transfer>,
  { good, holder, period }: { readonly good: string; readonly holder: string; readonly period: string }
): number {
  let count = 0
  for (const transfer of transfers) {
    if (transfer.good !== good || transfer.holder !== holder || transfer.period !== period) continue
    if (transfer.state !== 'voided') count += transfer.kind === 'reversal' ? -1 : 1
  }
  return count
}

/** Hands the good over: what was held is paid. */
export function handOver(
  transfer: Transfer | undefined,
  { by, at }: { readonly by: PersonFacts; readonly at: number }
): ShopPosting | ShopRefusal {
  if (transfer?.kind !== 'redemption' || transfer.good === null) return { refused: 'transfer.unknown' }
  if (!isOwner(transfer, by)) return { refused: 'redemption.not-yours' }
  if (transfer.state !== 'pending') return { refused: 'transfer.not-pending', details: { state: transfer.state } }
  return { ...settled(transfer, 'posted', { by: by.id, at }), good: transfer.good, stock: 0 }
}

/** Cancels a redemption that is not handed over yet, by its buyer or whoever hands over: points are free again, the good is back on the shelf. */
export function cancelRedemption(
  transfer: Transfer | undefined,
  { by, at, reason }: { readonly by: PersonFacts; readonly at: number; readonly reason?: string }
): ShopPosting | ShopRefusal {
  if (transfer?.kind !== 'redemption' || transfer.good === null) return { refused: 'transfer.unknown' }
  if (by.id !== transfer.holder && !isOwner(transfer, by)) return { refused: 'redemption.not-yours' }
  if (transfer.state !== 'pending') return { refused: 'transfer.not-pending', details: { state: transfer.state } }
  const voided = settled(transfer, 'voided', { by: by.id, at, ...(reason === undefined ? {} : { reason }) })
  return { ...voided, good: transfer.good, stock: 1 }
}

/** A cell of goods.csv that cannot be used; `line` counts from 1. */
export type GoodsProblem = {
  readonly line: number
  readonly column: string
  readonly problem: string
  readonly value: string
}
const columns = ['id', 'name', 'price', 'stock', 'limit', 'per'] as const
const periods: readonly string[] = ['day', 'month', 'quarter', 'year', 'ever'] satisfies CapPeriod[]

/**
 * The goods of data/goods.csv: price a positive multiple of the ledger's unit, stock a count, limit a count above zero or empty for none, per a
 * period or empty for ever. Every faulty row is among the problems, and then not among the goods.
 */
export function readGoods(
  dataset: Dataset,
  ledger: Ledger
): { readonly goods: readonly Good[]; readonly problems: readonly GoodsProblem[] } {
  const missing = columns.filter(column => !dataset.headings.includes(column))
  if (missing.length > 0)
    return { goods: [], problems: missing.map(column => ({ line: 1, column, problem: 'heading-missing', value: '' })) }
  const goods = new Map<string, Good>()
  const problems: GoodsProblem[] = []
  for (const { line, cells } of dataset.rows) {
    const row = { id: '', name: '', price: '', stock: '', limit: '', per: '', ...cells }
    const price = amountOf(row.price, ledger.unit) ?? 0
    const found = goods.has(row.id) ? (['id', 'duplicate'] as const) : rowProblem(row, price, ledger)
    if (found) problems.push({ line, column: found[0], problem: found[1], value: row[found[0]] })
    else goods.set(row.id, goodIn(row, price))
  }
  return { goods: [...goods.values()], problems }
}

type Column = (typeof columns)[number]
type Row = Readonly<Record<Column, string>>

function rowProblem(
  { id, name, stock, limit, per }: Row,
  price: number,
  ledger: Ledger
): readonly [Column, string] | undefined {
  if (!/^[^:@\s]+$/.test(id)) return ['id', 'not-an-id']
  if (name === '') return ['name', 'missing']
  if (price <= 0) return ['price', `not-a-multiple-of-${pointsText(1, ledger.unit)}`]
  if (!count.test(stock)) return ['stock', 'not-a-count']
  if (limit === '') return per === '' ? undefined : ['limit', 'missing']
  if (!count.test(limit) || Number(limit) === 0) return ['limit', 'not-a-count']
  return per === '' || periods.includes(per) ? undefined : ['per', 'unknown']
}

const count = /^\d{1,9}$/

function goodIn({ id, name, stock, limit, per }: Row, price: number): Good {
  return {
    id,
    name,
    price,
    stock: Number(stock),
    limit: limit === '' ? null : Number(limit),
    per: per === '' ? 'ever' : (per as CapPeriod) // one of `periods`, as rowProblem has said
  }
}

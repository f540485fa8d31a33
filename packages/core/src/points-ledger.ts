/**
 * The rules of the ledger (积分存折): awards under caps, certification, reversals. A mistake is put right by a reversal, never by an
 * edit. All functions are pure; the accounts they are given must be locked until what they return is stored.
 */
import { derivedUuid } from './hash.ts'
import { keysOf, type PersonFacts } from './party.ts'
import { pointsText, type EarningRule, type Ledger } from './points.ts'
import type { Earning } from './points-earning.ts'
import {
  entered,
  holderAccount,
  ruleAccount,
  settled,
  type Account,
  type Posting,
  type Transfer,
  type TransferState
} from './points-transfer.ts'

/** Who settles a transfer; `household` is null where none is on file. */
export type Settler = { readonly person: PersonFacts; readonly household: string | null }
export type Settlement = {
  readonly by: Settler
  readonly holderHousehold: string | null
  readonly at: number
  readonly reason?: string
}

/** The rules forbid it; numbers of points are decimal strings. */
export type LedgerRefusal =
  | { readonly refused: 'transfer.unknown' | 'transfer.reversed' }
  | { readonly refused: 'certifier.not-yours' | 'certifier.is-beneficiary' | 'certifier.same-household' }
  | {
      readonly refused: 'transfer.not-pending' | 'transfer.not-posted'
      readonly details: { readonly state: TransferState }
    }
  | {
      readonly refused: 'points.insufficient'
      readonly details: { readonly balance: string; readonly price: string }
    }

/**
 * The transfer that pays out `earning`, pending where the rule asks for certification. `capUsed` is what `usedOfCap` gives for its rule,
 * holder and period: what goes beyond the cap is cut, down to a line of zero, which is posted, there being nothing to certify.
 */
export function award(rule: EarningRule, earning: Earning, capUsed: number): Posting {
  const left = rule.cap === null ? earning.asked : Math.max(0, rule.cap.amount - capUsed)
  const amount = Math.min(earning.asked, left)
  const pending = rule.certify.length > 0 && amount > 0
  return entered({
    id: derivedUuid(`award:${earning.case}:${earning.ordinal}:${rule.id}`),
    ledger: rule.ledger.id,
    debit: ruleAccount(rule.id),
    credit: holderAccount(earning.holder),
    amount,
    kind: 'award',
    state: pending ? 'pending' : 'posted',
    holder: earning.holder,
    rule: rule.id,
    case: earning.case,
    ordinal: earning.ordinal,
    of: null,
    good: null,
    period: earning.period,
    owners: earning.owners,
    at: earning.at,
    settledAt: pending ? null : earning.at,
    by: null,
    reason: null,
    cut: amount < earning.asked ? { asked: earning.asked, reason: 'cap' } : null
  })
}

/**
 * How much of a rule's cap `transfers` have used up for this holder and period, in units: awards pending or posted, less reversals.
 * What is rejected or reversed is free again; a line that was cut stays cut.
 */
export function usedOfCap(
  transfers: Iterable<Transfer>,
  { rule, holder, period }: { readonly rule: string; readonly holder: string; readonly period: string | null }
): number {
  let used = 0
  for (const transfer of transfers) {
    if (transfer.rule !== rule || transfer.holder !== holder || transfer.period !== period) continue
    if (transfer.state !== 'voided') used += transfer.kind === 'reversal' ? -transfer.amount : transfer.amount
  }
  return used
}

/** Certifies (认证) a pending award: it is posted. */
export function certify(transfer: Transfer | undefined, settlement: Settlement): Posting | LedgerRefusal {
  return certified(transfer, settlement, 'posted')
}

/** Rejects a pending award: it is voided, and `settlement.reason` kept. */
export function reject(transfer: Transfer | undefined, settlement: Settlement): Posting | LedgerRefusal {
  return certified(transfer, settlement, 'voided')
}

function certified(
  transfer: Transfer | undefined,
  settlement: Settlement,
  state: 'posted' | 'voided'
): Posting | LedgerRefusal {
  if (transfer?.kind !== 'award') return { refused: 'transfer.unknown' }
  const notYours = settlerRefusal(transfer, settlement.by, settlement.holderHousehold)
  if (notYours) return notYours
  if (transfer.state !== 'pending') return { refused: 'transfer.not-pending', details: { state: transfer.state } }
  return settled(transfer, state, { ...settlement, by: settlement.by.person.id })
}

/** Why `by` may not settle `transfer`: it is not on their list, their own, or their household's. */
export function settlerRefusal(
  transfer: Transfer,
  by: Settler,
  holderHousehold: string | null
): LedgerRefusal | undefined {
  if (!isOwner(transfer, by.person)) return { refused: 'certifier.not-yours' }
  if (by.person.id === transfer.holder) return { refused: 'certifier.is-beneficiary' }
  if (by.household !== null && by.household === holderHousehold) return { refused: 'certifier.same-household' }
  return undefined
}

/** Whether the transfer is on this person's list now. */
export function isOwner(transfer: Transfer, person: PersonFacts): boolean {
  const keys = keysOf(person)
  return transfer.owners.some(key => keys.has(key))
}

/** `reversal` is the transfer that already reverses it, if any; `account` the holder's; `by` null where the system does it. */
export type Reversing = {
  readonly ledger: Ledger
  readonly account: Account
  readonly reversal: Transfer | undefined
  readonly by: Settler | null
  readonly holderHousehold: string | null
  readonly at: number
  readonly reason: string
}

/**
 * The transfer that puts `transfer` right (冲正) by the opposite one, once. Its owners may do it under the rules of certifying, and the
 * system may. Of an award it is refused with `points.insufficient` where the balance without what is held would fall under the ledger's floor: spent
 * points cannot be unspent; a ledger without floor lets the balance go below zero. Goods of a reversed redemption come back to the
 * shelf, if at all, by a stock-taking.
 */
export function reverse(
  transfer: Transfer | undefined,
  { ledger, account, reversal, by, holderHousehold, at, reason }: Reversing
): Posting | LedgerRefusal {
  if (transfer === undefined || transfer.kind === 'reversal') return { refused: 'transfer.unknown' }
  const notYours = by && settlerRefusal(transfer, by, holderHousehold)
  if (notYours) return notYours
  if (transfer.state !== 'posted') return { refused: 'transfer.not-posted', details: { state: transfer.state } }
  if (reversal) return { refused: 'transfer.reversed' }
  const free = account.posted - account.held
  if (transfer.kind === 'award' && ledger.floor !== null && free - transfer.amount < ledger.floor)
    return insufficient(ledger, free, transfer.amount)
  return entered({
    ...transfer,
    id: derivedUuid(`reversal:${transfer.id}`),
    debit: transfer.credit,
    credit: transfer.debit,
    kind: 'reversal',
    of: transfer.id,
    at,
    settledAt: at,
    by: by?.person.id ?? null,
    reason,
    cut: null
  })
}

/** The refusal that names what there is and what it takes, both in units. */
export function insufficient(ledger: Ledger, balance: number, price: number): LedgerRefusal {
  const text = (amount: number) => pointsText(amount, ledger.unit)
  return { refused: 'points.insufficient', details: { balance: text(balance), price: text(price) } }
}

/**
 * Transfers and accounts of points (积分流水、存折): double entry. Every transfer debits one account and credits another by the same amount,
 * so all balances sum to zero, and the accounts are the fold of the transfers. A transfer is never edited: pending, it becomes
 * posted or voided once.
 */
import type { PartyKey } from './party.ts'
import type { Ledger } from './points.ts'

export type TransferKind = 'award' | 'redemption' | 'reversal'
export type TransferState = 'pending' | 'posted' | 'voided'

/** One line of the passbook. Amounts in units of the ledger, instants in epoch milliseconds. */
export type Transfer = {
  /** Follows from what it is for, so that nothing is awarded or reversed twice; a redemption has its command's. */
  readonly id: string
  readonly ledger: string
  readonly debit: string
  readonly credit: string
  readonly amount: number
  readonly kind: TransferKind
  readonly state: TransferState
  /** Id of the person whose passbook it is in. */
  readonly holder: string
  readonly rule: string | null
  readonly case: string | null
  readonly ordinal: number | null
  /** The transfer that this one reverses. */
  readonly of: string | null
  readonly good: string | null
  /** Period in which a cap or limit counts it, such as `2026-11`; a reversal has that of what it reverses. */
  readonly period: string | null
  /** Whose list it is on while pending, and who may reverse it later. */
  readonly owners: readonly PartyKey[]
  readonly at: number
  /** When it was posted or voided; null while pending. */
  readonly settledAt: number | null
  /** Who certified, rejected, handed over, cancelled or reversed it; null for what was posted at once, and for the system. */
  readonly by: string | null
  /** What they said; personal. */
  readonly reason: string | null
  readonly cut: { readonly asked: number; readonly reason: 'cap' } | null
}

/**
 * An account: `posted` is its balance, `held` what redemptions not yet handed over reserve, `pending` what awaits certification;
 * `revision` counts changes. Keys: `holder:<person>`, `rule:<rule>` where awards come from, `shop`.
 */
export type Account = {
  readonly ledger: string
  readonly key: string
  readonly posted: number
  readonly held: number
  readonly pending: number
  readonly revision: number
}

/** What is added to an account's figures. */
export type AccountChange = Omit<Account, 'revision'>

/** A transfer as it now is, with what that changes; both sides of it, and nothing for an amount of zero. */
export type Posting = { readonly transfer: Transfer; readonly changes: readonly AccountChange[] }

export const holderAccount = (person: string): string => `holder:${person}`
export const ruleAccount = (rule: string): string => `rule:${rule}`
export const shopAccount = 'shop'

/** An account on which nothing has happened yet. */
export function newAccount(ledger: string, key: string): Account {
  return { ledger, key, posted: 0, held: 0, pending: 0, revision: 0 }
}

/** `account` with `change` added. Throws a RangeError where a figure leaves the safe integers: then the books are broken. */
export function applyChange(account: Account, change: AccountChange): Account {
  const next = {
    ...account,
    posted: account.posted + change.posted,
    held: account.held + change.held,
    pending: account.pending + change.pending,
    revision: account.revision + 1
  }
  for (const figure of [next.posted, next.held, next.pending])
    if (!Number.isSafeInteger(figure)) throw new RangeError(`account ${account.ledger} ${account.key}: ${figure}`)
  return next
}

/** What the holder may spend, in units, never below zero: balance − held − reserve; zero in a ledger that is not spendable. */
export function spendable(ledger: Ledger, account: Account): number {
  return ledger.spendable ? Math.max(0, account.posted - account.held - ledger.reserve) : 0
}

/** `transfer` entered into the books for the first time. */
export function entered(transfer: Transfer): Posting {
  return { transfer, changes: changesOf(transfer, null, transfer.state) }
}

/** A pending `transfer` posted or voided, by whom and when. */
export function settled(
  transfer: Transfer,
  state: 'posted' | 'voided',
  { by, at, reason }: { readonly by: string; readonly at: number; readonly reason?: string }
): Posting {
  return {
    transfer: { ...transfer, state, settledAt: at, by, reason: reason ?? null },
    changes: changesOf(transfer, transfer.state, state)
  }
}

/** What moves accounts: a transfer, or the sum of many alike. */
export type Movement = Pick<Transfer, 'ledger' | 'debit' | 'credit' | 'amount' | 'state'>

/** Accounts as `transfers` alone make them, by ledger and key (`resident holder:p1`); `revision` is not told by them and stays 0. */
export function accountsOf(transfers: Iterable<Movement>): ReadonlyMap<string, Account> {
  const accounts = new Map<string, Account>()
  for (const transfer of transfers) {
    for (const change of changesOf(transfer, null, transfer.state)) {
      const id = `${change.ledger} ${change.key}`
      const account = applyChange(accounts.get(id) ?? newAccount(change.ledger, change.key), change)
      accounts.set(id, { ...account, revision: 0 })
    }
  }
  return accounts
}

function changesOf(
  { ledger, debit, credit, amount }: Movement,
  from: TransferState | null,
  to: TransferState
): readonly AccountChange[] {
  const posted = (to === 'posted' ? amount : 0) - (from === 'posted' ? amount : 0)
  const pending = (to === 'pending' ? amount : 0) - (from === 'pending' ? amount : 0)
  if (posted === 0 && pending === 0) return []
  return [
    { ledger, key: debit, posted: 0 - posted, held: pending, pending: 0 },
    { ledger, key: credit, posted, held: 0, pending }
  ]
}

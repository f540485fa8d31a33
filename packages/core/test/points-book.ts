// The books of a town in memory, as a store keeps them: transfers by id, accounts moved by what each posting says, stock, and a log of commands.
import { periodOf } from '../src/points.ts'
import { award, certify, reject, reverse, usedOfCap, type Settler } from '../src/points-ledger.ts'
import { earnings } from '../src/points-earning.ts'
import { boughtIn, cancelRedemption, handOver, redeem, type Good } from '../src/points-shop.ts'
import {
  applyChange,
  holderAccount,
  newAccount,
  type Account,
  type Posting,
  type Transfer
} from '../src/points-transfer.ts'
import { done, goods, ledger, person, places, points, town } from './points-town.ts'

const holders = ['p0', 'p1', 'p2', 'p3'] as const
/** Everyone may certify and keep the shop, so that only the rules stand between them and their own points. p0 and p1 are of one household. */
const settler = (index: number): Settler => {
  const id = holders[index % holders.length] ?? 'p0'
  return { person: person(id, ['secretary', 'shopkeeper']), household: householdOf(id) }
}
export const householdOf = (id: string) => (id === 'p0' || id === 'p1' ? 'h0' : null)

export type Operation = {
  readonly kind: 'earn' | 'certify' | 'reject' | 'reverse' | 'redeem' | 'handOver' | 'cancel' | 'restock'
  /** Which holder or settler, which rule, good or transfer, how many hours; each taken modulo what there is. */
  readonly who: number
  readonly what: number
  readonly hours: number
  readonly day: number
}

export type Book = {
  readonly transfers: Map<string, Transfer>
  readonly accounts: Map<string, Account>
  readonly goods: Map<string, Good>
  readonly outcomes: Map<string, string>
  readonly sold: Map<string, number>
  readonly delivered: Map<string, number>
}

export function newBook(): Book {
  return {
    transfers: new Map(),
    accounts: new Map(),
    goods: new Map(goods.map(good => [good.id, good])),
    outcomes: new Map(),
    sold: new Map(),
    delivered: new Map(goods.map(good => [good.id, good.stock]))
  }
}

/** The transfer that `operation` is about, of those there are. */
export function targetOf(book: Book, { what }: Operation): string | undefined {
  return [...book.transfers.keys()][what % Math.max(1, book.transfers.size)]
}

/** What `operation` did to `book`: `posted`, `nothing`, or the refusal's code. Ids follow from `id`, as they do from a command. */
export function perform(book: Book, id: string, operation: Operation, target = targetOf(book, operation)): string {
  const at = Date.parse('2026-10-01T00:00+08:00') + operation.day * 86_400_000
  const holder = holders[operation.who % holders.length] ?? 'p0'
  if (operation.kind === 'earn') return earn(book, id, holder, operation, at)
  if (operation.kind === 'restock') return restock(book, operation)
  if (operation.kind === 'redeem') return buy(book, id, holder, operation, at)
  const transfer = book.transfers.get(target ?? '')
  const by = settler(operation.who)
  const holderHousehold = transfer === undefined ? null : householdOf(transfer.holder)
  const settlement = { by, holderHousehold, at }
  if (operation.kind === 'certify') return post(book, certify(transfer, settlement))
  if (operation.kind === 'reject') return post(book, reject(transfer, settlement))
  if (operation.kind === 'handOver') return post(book, handOver(transfer, { by: by.person, at }))
  if (operation.kind === 'cancel') return post(book, cancelRedemption(transfer, { by: by.person, at }))
  const account = accountIn(book, holderAccount(transfer?.holder ?? holder))
  const reversal = [...book.transfers.values()].find(({ of }) => of !== null && of === transfer?.id)
  return post(book, reverse(transfer, { ...settlement, ledger, account, reversal, reason: '记错' }))
}

/** The same through a log of commands: what was asked before is answered, and not done again. */
export function send(book: Book, id: string, operation: Operation): string {
  const known = book.outcomes.get(id)
  if (known !== undefined) return known
  const outcome = perform(book, id, operation)
  book.outcomes.set(id, outcome)
  return outcome
}

function earn(book: Book, id: string, holder: string, { what, hours, day }: Operation, at: number): string {
  const [service, event] = (
    [
      ['rescue', 'DONE'],
      ['mediation', 'DONE'],
      ['volunteering', 'DONE'],
      ['rescue', 'SUBMIT']
    ] as const
  )[what % 4] ?? ['rescue', 'DONE']
  const key = `person:${holder}`
  const cause = done(
    service,
    { settled: day % 3 > 0, hours: hours / 2 },
    { id, at, event, actor: key, applicant: key, assignee: holder }
  )
  const { earned, faults } = earnings(points, town, cause)
  if (faults.length > 0) throw new Error(JSON.stringify(faults))
  for (const earning of earned) {
    const rule = points.rules.get(earning.rule)
    if (!rule) throw new Error(earning.rule)
    const posting = award(rule, earning, usedOfCap(book.transfers.values(), earning))
    if (book.transfers.has(posting.transfer.id)) return 'nothing' // the primary key refuses it
    post(book, posting)
  }
  return earned.length > 0 ? 'posted' : 'nothing'
}

function buy(book: Book, id: string, buyer: string, { what }: Operation, at: number): string {
  const good = [...book.goods.values()][what % (book.goods.size + 1)]
  const period =
    good === undefined ? 'ever' : periodOf(good.per, new Date(at + 8 * 3_600_000).toISOString().slice(0, 10))
  return post(
    book,
    redeem(good, {
      id,
      exists: book.transfers.has(id),
      buyer,
      ledger,
      account: accountIn(book, holderAccount(buyer)),
      bought: good === undefined ? 0 : boughtIn(book.transfers.values(), { good: good.id, holder: buyer, period }),
      period,
      owners: [`post:shopkeeper@${places.community}`],
      at
    })
  )
}

function restock(book: Book, { what, hours }: Operation): string {
  const good = [...book.goods.values()][what % book.goods.size]
  if (!good) return 'nothing'
  book.goods.set(good.id, { ...good, stock: good.stock + hours })
  book.delivered.set(good.id, (book.delivered.get(good.id) ?? 0) + hours)
  return 'posted'
}

function accountIn(book: Book, key: string): Account {
  return book.accounts.get(key) ?? newAccount(ledger.id, key)
}

function post(
  book: Book,
  result: Posting | (Posting & { good: string; stock: number }) | { readonly refused: string }
): string {
  if ('refused' in result) return result.refused
  book.transfers.set(result.transfer.id, result.transfer)
  for (const change of result.changes) book.accounts.set(change.key, applyChange(accountIn(book, change.key), change))
  if (!('good' in result)) return 'posted'
  const good = book.goods.get(result.good)
  if (!good) throw new Error(result.good)
  book.goods.set(good.id, { ...good, stock: good.stock + result.stock })
  book.sold.set(good.id, (book.sold.get(good.id) ?? 0) - result.stock)
  return 'posted'
}

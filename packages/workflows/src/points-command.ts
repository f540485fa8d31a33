/**
 * Commands about points (积分): the award of what a case has earned, certification, reversal and the shop. Each reads the books under the
 * lock of the holder's account, lets the rules of the ledger judge, and gives the transfer as it now is with what that changes.
 */
import {
  award,
  boughtIn,
  cancelRedemption,
  certify,
  handOver,
  localDate,
  periodOf,
  pointsOf,
  redeem,
  reject,
  reverse,
  settlerKeys,
  usedOfCap,
  type Account,
  type AccountChange,
  type Earning,
  type Good,
  type Ledger,
  type Locality,
  type PersonFacts,
  type Points,
  type Transfer
} from '@gridwright/core'
import type { Actor, AreaFacts, Change, Refusal, Rules, Tx } from './command.ts'

type Sent = { readonly id: string; readonly actor: Actor; readonly now: number }
type Settling = Sent & { readonly transfer: string }

/** What an entry of a case has earned, under the rules of the procedure that the case is pinned to. Only the engine sends it, once. */
export type Award = Sent & {
  readonly kind: 'award'
  readonly actor: 'system'
  readonly procedure: string
  readonly earning: Earning
}
export type Certify = Settling & {
  readonly kind: 'certify'
  readonly verdict: 'accept' | 'reject'
  readonly reason?: string
}
export type Reverse = Settling & { readonly kind: 'reverse'; readonly reason: string }
/** `area` is the id of the area whose shop it is bought at; the transfer has the command's id. */
export type Redeem = Sent & { readonly kind: 'redeem'; readonly good: string; readonly area: string }
export type AtCounter = Settling & { readonly kind: 'hand-over' | 'cancel-redemption' }
export type PointsCommand = Award | Certify | Reverse | Redeem | AtCounter

/** What must be read of the books. `transfer`, `account` and `good` are locked until the transaction ends, in this order; the rest is read behind them. */
export type BookReads = {
  readonly transfer?: string
  readonly account?: { readonly ledger: string; readonly key: string }
  readonly good?: string
  /** Awards and their reversals that count for a cap. */
  readonly counted?: { readonly rule: string; readonly holder: string; readonly period: string }
  /** Redemptions and their reversals that count for a good's limit. */
  readonly bought?: { readonly good: string; readonly holder: string; readonly period: string }
  readonly reversalOf?: string
  /** People whose households are asked for. */
  readonly households?: readonly string[]
}
/** An account on which nothing has happened is there with zeros; people without a household are missing from `households`. */
export type BookFacts = {
  readonly transfer?: Transfer
  readonly account?: Account
  readonly good?: Good
  readonly counted?: readonly Transfer[]
  readonly bought?: readonly Transfer[]
  readonly reversal?: Transfer
  readonly households?: ReadonlyMap<string, string>
}
export type BookChange =
  | { readonly kind: 'transfer'; readonly transfer: Transfer; readonly created: boolean }
  | { readonly kind: 'account'; readonly change: AccountChange }
  /** `stock` is added to the good's. */
  | { readonly kind: 'stock'; readonly good: string; readonly stock: number }

export type TransferAnswer = { readonly transfer: string }
type Verdict = { readonly changes: readonly Change[]; readonly answer: TransferAnswer } | Refusal
type Posted = ReturnType<typeof award> & { readonly good?: string; readonly stock?: number }
type Known = {
  readonly people: ReadonlyMap<string, PersonFacts>
  readonly area?: AreaFacts
}

const maxReason = 500

/** Whether `command` is about points and not about a case. */
export function isPointsCommand(command: { readonly kind: string }): command is PointsCommand {
  return ['award', 'certify', 'reverse', 'redeem', 'hand-over', 'cancel-redemption'].includes(command.kind)
}

/** What `command` does to the books that `tx` reads, or why the rules forbid it. `known` is what its first read gave. */
export async function decidePoints(tx: Tx, rules: Rules, command: PointsCommand, known: Known): Promise<Verdict> {
  const { locality } = rules
  const read = (reads: BookReads) =>
    tx.read({ now: command.now, people: [], books: reads }).then(({ books }) => books ?? {})
  if (command.kind === 'award') return awarded((await rules.procedure(command.procedure)).points, command.earning, read)
  const person = command.actor === 'system' ? undefined : known.people.get(command.actor.person)
  if (!person) return { refused: 'actor.unknown' }
  const points = locality.points && pointsOf(locality.points)
  if (command.kind === 'redeem') return redeemed({ locality, points, person, command, area: known.area }, read)
  const fault = reasonFault(command)
  if (fault) return fault
  const { transfer } = await read({ transfer: command.transfer })
  const ledger = transfer && points?.ledgers.get(transfer.ledger)
  if (!transfer || !ledger) return { refused: 'transfer.unknown' }
  return settle({ transfer, ledger, person, command }, read)
}

type Read = (reads: BookReads) => Promise<BookFacts>

async function awarded(file: Locality['points'], earning: Earning, read: Read): Promise<Verdict> {
  const rule = file && pointsOf(file).rules.get(earning.rule)
  if (!rule) throw new Error(`an award by a rule that its procedure does not have: ${earning.rule}`)
  const { holder, period } = earning
  const { counted } = await read({
    account: { ledger: rule.ledger.id, key: `holder:${holder}` },
    ...(period === null ? {} : { counted: { rule: rule.id, holder, period } })
  })
  return answered(award(rule, earning, usedOfCap(counted ?? [], earning)), true)
}

type Buying = {
  readonly locality: Locality
  readonly points: Points | undefined
  readonly person: PersonFacts
  readonly command: Redeem
  readonly area: AreaFacts | undefined
}

async function redeemed({ locality, points, person, command, area }: Buying, read: Read): Promise<Verdict> {
  if (!area) return { refused: 'area.unknown', path: '/area' }
  const shop = points?.shop
  if (!shop) return { refused: 'shop.not-here' }
  const { account, good } = await read({
    account: { ledger: shop.ledger.id, key: `holder:${person.id}` },
    good: command.good
  })
  if (!good) return { refused: 'good.unknown' }
  const purchase = {
    good: good.id,
    holder: person.id,
    period: periodOf(good.per, localDate(command.now, locality.timeZone))
  }
  const { bought = [] } = await read({ bought: purchase })
  const posting = redeem(good, {
    id: command.id,
    exists: false, // the log of commands has said so
    buyer: person.id,
    ledger: shop.ledger,
    account: locked(account),
    bought: boughtIn(bought, purchase),
    period: purchase.period,
    owners: settlerKeys(shop.handOver, area.places, locality),
    at: command.now
  })
  return 'refused' in posting ? posting : answered(posting, true)
}

type Settled = {
  readonly transfer: Transfer
  readonly ledger: Ledger
  readonly person: PersonFacts
  readonly command: Exclude<PointsCommand, Award | Redeem>
}

async function settle({ transfer, ledger, person, command }: Settled, read: Read): Promise<Verdict> {
  const { now: at } = command
  const { account, reversal, households } = await read({
    account: { ledger: ledger.id, key: `holder:${transfer.holder}` },
    households: [person.id, transfer.holder],
    ...(command.kind === 'reverse' ? { reversalOf: transfer.id } : {})
  })
  const household = (id: string) => households?.get(id) ?? null
  const by = { person, household: household(person.id) }
  const settlement = { by, holderHousehold: household(transfer.holder), at }
  if (command.kind === 'reverse') {
    const { reason } = command
    const posting = reverse(transfer, { ...settlement, ledger, account: locked(account), reversal, reason })
    return 'refused' in posting ? posting : answered(posting, true)
  }
  if (command.kind === 'certify') {
    const { verdict, reason } = command
    const judge = verdict === 'accept' ? certify : reject
    const posting = judge(transfer, { ...settlement, ...(reason === undefined ? {} : { reason }) })
    return 'refused' in posting ? posting : answered(posting, false)
  }
  const posting = (command.kind === 'hand-over' ? handOver : cancelRedemption)(transfer, { by: person, at })
  return 'refused' in posting ? posting : answered(posting, false)
}

function reasonFault(command: Settled['command']): Refusal | undefined {
  const reason = 'reason' in command ? command.reason : undefined
  if (command.kind === 'reverse' && command.reason.trim() === '') return { refused: 'reason.missing', path: '/reason' }
  if ((reason ?? '').length <= maxReason) return undefined
  return { refused: 'reason.too-long', path: '/reason', details: { limit: maxReason } }
}

function locked(account: Account | undefined): Account {
  if (!account) throw new Error('an account that was asked for is missing from the facts')
  return account
}

function answered({ transfer, changes, good, stock = 0 }: Posted, created: boolean): Verdict {
  return {
    changes: [
      { kind: 'transfer', transfer, created },
      ...(good === undefined || stock === 0 ? [] : [{ kind: 'stock' as const, good, stock }]),
      ...changes.map(change => ({ kind: 'account' as const, change }))
    ],
    answer: { transfer: transfer.id }
  }
}

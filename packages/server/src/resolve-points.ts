/** GraphQL fields of points: accounts, passbooks, the shop, and what waits to be settled. Amounts are decimals in the ledger's unit. */
import {
  actsOn,
  boughtIn,
  holderAccount,
  localDate,
  newAccount,
  periodOf,
  pointsOf,
  pointsText,
  redeem,
  settlerKeys,
  spendable,
  type Account,
  type Good,
  type Ledger,
  type Places,
  type Points,
  type TransferAct,
  type TransferKind,
  type TransferState
} from '@gridwright/core'
import type { Refusal } from '@gridwright/workflows'
import { clearanceOnTransfer, type Viewer } from './access.ts'
import type { Context } from './context.ts'
import { refused } from './resolve-command.ts'
import { connection, given, pageSize, type Card } from './resolve-locality.ts'
import type { Area, Page } from './store.ts'
import type { PassbookLine } from './store-passbook.ts'

type Paging = { first: number; after?: string | null }
type PassbookArgs = Paging & {
  ledger: string
  kind?: Uppercase<TransferKind> | null
  state?: Uppercase<TransferState> | null
}
type Shop = NonNullable<Points['shop']>
type AccountOf = { readonly ledger: Ledger; readonly account: Account }
/** A good as a buyer sees it; `left` null without a limit or a buyer. */
type GoodFor = {
  readonly good: Good
  readonly left: number | null
  readonly refusal: Refusal | null
  readonly shop: Shop
}

export const pointsQueries = {
  shop: (_: unknown, __: unknown, { locality }: Context) => pointsIn(locality)?.shop ?? null,
  async goods(_: unknown, { area, first, after }: Paging & { area?: string | null }, context: Context) {
    const size = pageSize(first)
    const shop = pointsIn(context.locality)?.shop
    if (!shop) return connection<GoodFor, GoodFor>(nothing, each => each)
    const page = await context.store.books.goods(context.locality.id, size, after ?? undefined)
    const viewer = await context.viewer()
    const judge = viewer ? await judgeFor(context, { viewer, shop, page, area: area ?? undefined }) : untold(shop)
    return connection(page, judge)
  },
  async transfersToSettle(_: unknown, { first, after }: Paging, context: Context) {
    const viewer = await context.viewer()
    const size = pageSize(first)
    if (!viewer) return connection<PassbookLine, PassbookLine>(nothing, each => each)
    const keys = [...viewer.own]
    const page = await context.store.books.waiting(context.locality.id, { keys, first: size, ...given({ after }) })
    const acts = await Promise.all(page.items.map(({ node }) => actsFor(node, context)))
    const items = page.items.filter((_item, i) => acts[i]?.some(act => act === 'certify' || act === 'hand-over'))
    const shown = connection({ ...page, items }, each => each)
    return { ...shown, pageInfo: { ...shown.pageInfo, endCursor: page.items.at(-1)?.cursor ?? null } }
  },
  async transfersSettled(_: unknown, { first, after }: Paging, context: Context) {
    const viewer = await context.viewer()
    const size = pageSize(first)
    if (!viewer) return connection<PassbookLine, PassbookLine>(nothing, line => line)
    const query = { by: viewer.facts.id, first: size, ...given({ after }) }
    return connection(await context.store.books.settled(context.locality.id, query), line => line)
  }
}

const nothing: Page<never> = { items: [], hasNextPage: false, hasPreviousPage: false }

/** Fields of the locality that are about points. */
export const localityPoints = {
  ledgers: (_: unknown, __: unknown, { locality }: Context) => [...(pointsIn(locality)?.ledgers.values() ?? [])]
}

/** Fields of the viewer that are about points. */
export const viewerPoints = {
  async accounts({ facts }: Viewer, _: unknown, { locality, store }: Context): Promise<readonly AccountOf[]> {
    const ledgers = [...(pointsIn(locality)?.ledgers.values() ?? [])]
    const ids = ledgers.map(({ id }) => id)
    const accounts = await store.books.accounts(locality.id, facts.id, ids)
    return ledgers.map(ledger => ({ ledger, account: accounts.get(ledger.id) ?? emptyAccount(ledger, facts.id) }))
  },
  async passbook({ facts }: Viewer, { ledger, kind, state, first, after }: PassbookArgs, context: Context) {
    const size = pageSize(first)
    const only = { kind: kind?.toLowerCase() as TransferKind, state: state?.toLowerCase() as TransferState } // the schema's words in lower case
    const query = { holder: facts.id, ledger, first: size, ...given({ ...only, after }) }
    const declared = pointsIn(context.locality)?.ledgers.has(ledger)
    return connection(declared ? await context.store.books.passbook(context.locality.id, query) : nothing, each => each)
  }
}

export const pointsFields = {
  Ledger: {
    label: ({ id }: Ledger, _: unknown, { locality, text }: Context) => text(locality.points?.ledgers[id]?.label ?? id),
    unit: ({ unit }: Ledger) => pointsText(1, unit)
  },
  Account: {
    balance: ({ ledger, account }: AccountOf) => pointsText(account.posted, ledger.unit),
    held: ({ ledger, account }: AccountOf) => pointsText(account.held, ledger.unit),
    pending: ({ ledger, account }: AccountOf) => pointsText(account.pending, ledger.unit),
    spendable: ({ ledger, account }: AccountOf) => pointsText(spendable(ledger, account), ledger.unit)
  },
  Transfer: {
    id: ({ transfer }: PassbookLine) => transfer.id,
    ledger: ({ transfer }: PassbookLine, _: unknown, { locality }: Context) => ledgerOf(locality, transfer.ledger),
    kind: ({ transfer }: PassbookLine) => transfer.kind.toUpperCase(),
    state: ({ transfer }: PassbookLine) => transfer.state.toUpperCase(),
    amount({ transfer }: PassbookLine, _: unknown, { locality }: Context) {
      const out = transfer.debit === holderAccount(transfer.holder) && transfer.amount > 0
      return pointsText(out ? -transfer.amount : transfer.amount, ledgerOf(locality, transfer.ledger).unit)
    },
    label: labelOf,
    async holder(line: PassbookLine, _: unknown, context: Context): Promise<Card> {
      return personOf(line.transfer.holder, line, context)
    },
    async case({ transfer }: PassbookLine, _: unknown, { store, locality, viewer }: Context) {
      const asking = transfer.case === null ? null : await viewer()
      return asking ? ((await store.caseOf(locality.id, transfer.case ?? '', asking.audience)) ?? null) : null
    },
    cut({ transfer }: PassbookLine, _: unknown, { locality }: Context) {
      const { cut, amount, ledger } = transfer
      return cut ? pointsText(cut.asked - amount, ledgerOf(locality, ledger).unit) : null
    },
    at: ({ transfer }: PassbookLine, _: unknown, { instant }: Context) => instant(transfer.at),
    settledAt: ({ transfer: { settledAt } }: PassbookLine, _: unknown, { instant }: Context) =>
      settledAt === null ? null : instant(settledAt),
    settledBy: (line: PassbookLine, _: unknown, context: Context) =>
      line.transfer.by === null ? null : personOf(line.transfer.by, line, context),
    reason: ({ transfer }: PassbookLine) => transfer.reason,
    reverses: ({ transfer }: PassbookLine) => transfer.of,
    acts: async (line: PassbookLine, _: unknown, context: Context) =>
      (await actsFor(line, context)).map(act => act.toUpperCase().replace('-', '_'))
  },
  Shop: {
    label: (_: Shop, __: unknown, { locality, text }: Context) => text(locality.points?.shop?.label ?? ''),
    async areas(shop: Shop, _: unknown, context: Context) {
      const viewer = await context.viewer()
      return viewer ? shopAreas(context, viewer, shop) : []
    }
  },
  Good: {
    id: ({ good }: GoodFor) => good.id,
    name: ({ good }: GoodFor) => good.name,
    price: ({ good, shop }: GoodFor) => pointsText(good.price, shop.ledger.unit),
    stock: ({ good }: GoodFor) => good.stock,
    limit: ({ good }: GoodFor) => good.limit,
    per: ({ good }: GoodFor) => (good.limit === null ? null : good.per.toUpperCase()),
    refused: ({ refusal }: GoodFor, _: unknown, context: Context) => (refusal ? refused(refusal, context) : null)
  }
}

function pointsIn({ points }: Context['locality']): Points | undefined {
  return points && pointsOf(points)
}

/** The ledger as it is declared now. Throws where the config has dropped one that is still in the books. */
function ledgerOf(locality: Context['locality'], id: string): Ledger {
  const ledger = pointsIn(locality)?.ledgers.get(id)
  if (!ledger) throw new Error(`${locality.id} no longer declares the ledger ${id}`)
  return ledger
}

const emptyAccount = ({ id }: Ledger, person: string) => newAccount(id, holderAccount(person))

/** A passbook says what was earned in the words of the rule that the case was pinned to. */
async function labelOf({ transfer, procedure, goodName }: PassbookLine, _: unknown, context: Context): Promise<string> {
  if (transfer.rule === null) return goodName ?? transfer.good ?? ''
  const pinned = procedure === null ? undefined : await context.procedures.load(procedure)
  const rule = pinned?.points?.rules[transfer.rule] ?? context.locality.points?.rules[transfer.rule]
  return context.text(rule?.label ?? transfer.rule)
}

/** The holder as clearly as the viewer's rights allow; whoever settles does so by name. */
async function personOf(id: string, { transfer }: PassbookLine, context: Context): Promise<Card> {
  const card = (await context.people.load(id)) ?? { id, name: id, phone: null }
  if (id !== transfer.holder) return { card, name: 'clear', phone: 'mask' }
  const level = clearanceOnTransfer(context.locality, transfer, await context.viewer())
  return { card, name: level, phone: level }
}

async function actsFor({ transfer, reversedBy }: PassbookLine, context: Context): Promise<readonly TransferAct[]> {
  const viewer = await context.viewer()
  if (!viewer || !pointsIn(context.locality)?.ledgers.has(transfer.ledger)) return []
  const [own, holders] = await context.households.loadMany([viewer.facts.id, transfer.holder])
  const by = { person: viewer.facts, household: householdIn(own) }
  return actsOn(transfer, { by, holderHousehold: householdIn(holders), reversed: reversedBy !== null })
}

function householdIn(loaded: string | Error | undefined): string | null {
  if (loaded instanceof Error) throw loaded
  return loaded ?? null
}

const untold =
  (shop: Shop) =>
  (good: Good): GoodFor => ({ good, left: null, refusal: null, shop })

type Buying = {
  readonly viewer: Viewer
  readonly shop: Shop
  readonly page: Page<Good>
  readonly area: string | undefined
}

/** What the viewer has left of each good's limit, and what the shop would say to a purchase now. */
async function judgeFor(context: Context, { viewer, shop, page, area }: Buying): Promise<(good: Good) => GoodFor> {
  const { locality, store, now } = context
  const { ledger, handOver } = shop
  const holder = viewer.facts.id
  const today = localDate(now, locality.timeZone)
  const asked = page.items.map(({ node }) => ({ good: node.id, period: periodOf(node.per, today) }))
  const [accounts, lines, place] = await Promise.all([
    store.books.accounts(locality.id, holder, [ledger.id]),
    store.books.purchases(locality.id, holder, asked),
    area ?? shopAreas(context, viewer, shop).then(([first]) => first?.id)
  ])
  const owners = place === undefined ? [] : settlerKeys(handOver, await placesOf(context, place), locality)
  const account = accounts.get(ledger.id) ?? emptyAccount(ledger, holder)
  return good => {
    const period = periodOf(good.per, today)
    const bought = boughtIn(lines, { good: good.id, holder, period })
    const verdict = redeem(good, {
      id: '',
      exists: false,
      buyer: holder,
      ledger,
      account,
      bought,
      period,
      owners,
      at: now
    })
    const left = good.limit === null ? null : Math.max(0, good.limit - bought)
    return { good, left, refusal: 'refused' in verdict ? verdict : null, shop }
  }
}

async function shopAreas(context: Context, { facts }: Viewer, { handOver }: Shop): Promise<readonly Area[]> {
  const ids = [...new Set([...facts.registrations, ...facts.appointments].map(({ area }) => area))].slice(0, maxAreas)
  const found = await Promise.all(
    ids.map(async id => ({ area: await context.areas.load(id), places: await placesOf(context, id) }))
  )
  return found.flatMap(({ area, places }) =>
    area && settlerKeys(handOver, places, context.locality).length > 0 ? [area] : []
  )
}

const maxAreas = 20

/** The area of each level above and at `id`, as far as it is there. */
async function placesOf({ areas }: Context, id: string): Promise<Places> {
  const path = await areas.loadMany((await areas.load(id))?.path ?? [])
  return Object.fromEntries(path.flatMap(area => (area && 'level' in area ? [[area.level, area.id]] : [])))
}

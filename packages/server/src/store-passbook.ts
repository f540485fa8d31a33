// What people see of the books of points: accounts, passbooks, goods and what waits to be settled. Each list walks along one index.
import {
  holderAccount,
  type Account,
  type Good,
  type PartyKey,
  type Transfer,
  type TransferKind,
  type TransferState
} from '@gridwright/core'
import {
  accountSelection,
  goodSelection,
  householdsOf,
  transferFrom,
  transferSelection,
  type TransferRecord
} from './store-books.ts'
import { iso } from './store-case.ts'
import { pageOf, positionOf, type Page } from './store-page.ts'
import type { Session } from './store-session.ts'
import { isUuid } from './transaction.ts'

/** A transfer with what its line in a passbook needs: the procedure of the entry that earned it, the name of its good, and what reverses it. */
export type PassbookLine = {
  readonly transfer: Transfer
  readonly procedure: string | null
  readonly goodName: string | null
  readonly reversedBy: string | null
}
export type PassbookQuery = {
  readonly holder: string
  readonly ledger: string
  readonly kind?: TransferKind
  readonly state?: TransferState
  readonly first: number
  readonly after?: string
}
/** Transfers of everybody, `after` one of them; only of this ledger and state where they are given. */
export type EveryQuery = {
  readonly first: number
  readonly after?: Transfer | undefined
  readonly ledger?: string | undefined
  readonly state?: Transfer['state'] | undefined
}
export type SettlingQuery = { readonly keys: readonly PartyKey[]; readonly first: number; readonly after?: string }
export type SettledQuery = { readonly by: string; readonly first: number; readonly after?: string }
/** What a buyer's limit is judged by. */
export type Purchases = { readonly good: string; readonly period: string }

type LineRecord = TransferRecord & Omit<PassbookLine, 'transfer'>

const lineSelection = `${transferSelection('t')}, c.procedure, g.name as "goodName", r.id as "reversedBy"`
const lineJoins = `left join lateral (select procedure from case_event c where c.locality = $1 and c.case_id = t.case_id and c.ordinal = t.ordinal limit 1) c on true
  left join lateral (select name from good g where g.locality = $1 and g.id = t.good limit 1) g on true
  left join lateral (select id from transfer r where r.locality = $1 and r.reversed = t.id limit 1) r on true`

function lineFrom({ procedure, goodName, reversedBy, ...record }: LineRecord): PassbookLine {
  return { transfer: transferFrom(record), procedure, goodName, reversedBy }
}

const each = {
  node: lineFrom,
  position: (record: LineRecord) => [iso(record.at), record.id] as const
}

/** Reading the books of points; nothing here judges who may see what. */
export type Books = {
  /** The accounts of a person in these ledgers; one on which nothing has happened is missing. */
  accounts(locality: string, person: string, ledgers: readonly string[]): Promise<ReadonlyMap<string, Account>>
  /** A page of a passbook, newest first. */
  passbook(locality: string, query: PassbookQuery): Promise<Page<PassbookLine>>
  /** A page of the pending transfers on the lists of these keys, oldest first, each once. */
  waiting(locality: string, query: SettlingQuery): Promise<Page<PassbookLine>>
  /** Up to `first` transfers passbook by passbook, each from its beginning: by holder, ledger and instant. */
  every(locality: string, query: EveryQuery): Promise<readonly PassbookLine[]>
  /** A page of the transfers that this person has settled, the latest first. */
  settled(locality: string, query: SettledQuery): Promise<Page<PassbookLine>>
  line(locality: string, id: string): Promise<PassbookLine | undefined>
  /** A page of the goods on the shelf, by id. */
  goods(locality: string, first: number, after?: string): Promise<Page<Good>>
  /** The redemptions, and their reversals, of these goods in these periods by one person. */
  purchases(locality: string, holder: string, asked: readonly Purchases[]): Promise<readonly Transfer[]>
  /** The household of each of these people who has one on file. */
  households(locality: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>>
}

/** The books as `session` reads them. */
export function openBooks(session: Session): Books {
  return {
    async accounts(locality, person, ledgers) {
      const sql = `select ${accountSelection} from account where locality = $1 and ledger = any($2::text[]) and key = $3`
      const rows = await session.read<Account>(locality, sql, [locality, ledgers, holderAccount(person)])
      return new Map(rows.map(account => [account.ledger, account]))
    },
    passbook: (locality, query) => passbook(session, locality, query),
    waiting: (locality, query) => waiting(session, locality, query),
    every: (locality, query) => every(session, locality, query),
    settled: (locality, query) => settled(session, locality, query),
    async line(locality, id) {
      if (!isUuid(id)) return undefined
      const sql = `select ${lineSelection} from transfer t ${lineJoins} where t.locality = $1 and t.id = $2`
      const [row] = await session.read<LineRecord>(locality, sql, [locality, id])
      return row && lineFrom(row)
    },
    async goods(locality, first, after) {
      const sql = `select ${goodSelection} from good where locality = $1 and id > $2 order by id limit $3`
      const rows = await session.read<Good>(locality, sql, [locality, positionOf(after)?.[0] ?? '', first + 1])
      return pageOf(rows, first, after, { node: good => good, position: good => [good.id, ''] })
    },
    async purchases(locality, holder, asked) {
      const goods = asked.map(({ good }) => good)
      const periods = asked.map(({ period }) => period)
      const rows = await session.read<TransferRecord>(locality, purchasesSql, [locality, holder, goods, periods])
      return rows.map(transferFrom)
    },
    households: (locality, ids) => session.within(locality, run => householdsOf(run, locality, ids))
  }
}

const purchasesSql = `select ${transferSelection('t')} from unnest($3::text[], $4::text[]) as driver(good, period) cross join lateral (
  select * from transfer t where t.locality = $1 and t.good = driver.good and t.holder = $2 and t.period = driver.period) t`

async function passbook(
  session: Session,
  locality: string,
  { holder, ledger, kind, state, first, after }: PassbookQuery
): Promise<Page<PassbookLine>> {
  const from = placeOf(after)
  const rows = await session.read<LineRecord>(
    locality,
    `select ${lineSelection} from transfer t ${lineJoins}
      where t.locality = $1 and t.holder = $2 and t.ledger = $3 and ($5::text is null or t.kind = $5) and ($6::text is null or t.state = $6)
        ${from ? 'and (t.at, t.id) < ($7::timestamptz, $8::uuid)' : ''} order by t.at desc, t.id desc limit $4`,
    [locality, holder, ledger, first + 1, kind ?? null, state ?? null, ...(from ?? [])]
  )
  return pageOf(rows, first, after, each)
}

async function every(
  session: Session,
  locality: string,
  { first, after, ledger, state }: EveryQuery
): Promise<readonly PassbookLine[]> {
  const place = [after?.holder ?? '', after?.ledger ?? '', after ? iso(after.at) : '-infinity', after?.id ?? noId]
  const rows = await session.read<LineRecord>(
    locality,
    `select ${lineSelection} from transfer t ${lineJoins}
      where t.locality = $1 and (t.holder, t.ledger, t.at, t.id) > ($3, $4, $5::timestamptz, $6::uuid)
        and ($7::text is null or t.ledger = $7) and ($8::text is null or t.state = $8)
      order by t.holder, t.ledger, t.at, t.id limit $2`,
    [locality, first, ...place, ledger ?? null, state ?? null]
  )
  return rows.map(lineFrom)
}

const noId = '00000000-0000-0000-0000-000000000000'

async function waiting(
  session: Session,
  locality: string,
  { keys, first, after }: SettlingQuery
): Promise<Page<PassbookLine>> {
  const from = placeOf(after)
  const rows = await session.read<LineRecord>(
    locality,
    `select ${lineSelection} from (
        select distinct k.at, k.transfer from unnest($2::text[]) as driver(key) cross join lateral (
          select k.at, k.transfer from transfer_key k where k.locality = $1 and k.key = driver.key
            ${from ? 'and (k.at, k.transfer) > ($4::timestamptz, $5::uuid)' : ''} order by k.at, k.transfer limit $3) k
        order by k.at, k.transfer limit $3) k
      cross join lateral (select * from transfer t where t.locality = $1 and t.id = k.transfer limit 1) t ${lineJoins}
      order by k.at, k.transfer`,
    [locality, keys, first + 1, ...(from ?? [])]
  )
  return pageOf(rows, first, after, each)
}

async function settled(
  session: Session,
  locality: string,
  { by, first, after }: SettledQuery
): Promise<Page<PassbookLine>> {
  const from = placeOf(after)
  const rows = await session.read<LineRecord>(
    locality,
    `select ${lineSelection} from transfer t ${lineJoins}
      where t.locality = $1 and t.settled_by = $2 ${from ? 'and (t.settled_at, t.id) < ($4::timestamptz, $5::uuid)' : ''}
      order by t.settled_at desc, t.id desc limit $3`,
    [locality, by, first + 1, ...(from ?? [])]
  )
  return pageOf(rows, first, after, { ...each, position: ({ settled_at, id }) => [iso(settled_at ?? 0), id] })
}

function placeOf(cursor: string | undefined): readonly [string, string] | undefined {
  const position = positionOf(cursor)
  return position && isUuid(position[1]) && !Number.isNaN(Date.parse(position[0])) ? position : undefined
}

// The books of points as rows: transfers, accounts and goods, read under their locks and written as the rules of the ledger say. Lock
// order: transfer, the holder's account, good, then the accounts on the other side.
import { newAccount, type Account, type Good, type Transfer } from '@gridwright/core'
import type { BookFacts, BookReads, Change } from '@gridwright/workflows'
import { iso, milliseconds } from './store-case.ts'
import type { Run } from './store-session.ts'

/** Columns of `transfer` after `locality`, with their types; all that `Transfer` says. */
const columns = {
  id: 'uuid',
  ledger: 'text',
  debit: 'text',
  credit: 'text',
  amount: 'int',
  kind: 'text',
  state: 'text',
  holder: 'text',
  rule: 'text',
  case_id: 'uuid',
  ordinal: 'int',
  reversed: 'uuid',
  good: 'text',
  period: 'text',
  owners: 'text[]',
  at: 'timestamptz',
  settled_at: 'timestamptz',
  settled_by: 'text',
  reason: 'text',
  cut: 'jsonb'
} as const

/** What the select list of `transferSelection` gives; instants in epoch milliseconds. */
export type TransferRecord = Omit<Transfer, 'case' | 'of' | 'settledAt' | 'by'> & {
  case_id: string | null
  reversed: string | null
  settled_at: number | null
  settled_by: string | null
}

/** Select list for a transfer from `transfer` under `alias`; `transferFrom` reads it. */
export function transferSelection(alias: string): string {
  return Object.entries(columns)
    .map(([name, type]) => {
      if (type === 'timestamptz') return `${milliseconds(`${alias}.${name}`)} as ${name}`
      return type === 'text[]' ? `to_json(${alias}.${name}) as ${name}` : `${alias}.${name}`
    })
    .join(', ')
}

/** The transfer that a row of `transferSelection` holds. */
export function transferFrom({ case_id, reversed, settled_at, settled_by, ...same }: TransferRecord): Transfer {
  return { ...same, case: case_id, of: reversed, settledAt: settled_at, by: settled_by }
}

const lines = (condition: string) =>
  `select ${transferSelection('t')} from transfer t where t.locality = $1 and ${condition}`

/** What `reads` asks for of the books of `locality`; each in a statement of its own, so that it sees what whoever held a lock before has left. */
export async function readBooks(run: Run, locality: string, reads: BookReads): Promise<BookFacts> {
  const { transfer: id, account, good: goodId, counted, bought, reversalOf, households } = reads
  const find = async (condition: string, params: readonly unknown[]) =>
    (await run<TransferRecord>(lines(condition), [locality, ...params])).map(transferFrom)
  const [transfer] = isUuid(id) ? await find('t.id = $2 for update', [id]) : []
  const held = account && (await lockedAccount(run, locality, account))
  const good = goodId === undefined ? undefined : await lockedGood(run, locality, goodId)
  const [reversal] = reversalOf === undefined ? [] : await find('t.reversed = $2', [reversalOf])
  return {
    ...(transfer ? { transfer } : {}),
    ...(held ? { account: held } : {}),
    ...(good ? { good } : {}),
    ...(reversal ? { reversal } : {}),
    ...(counted
      ? {
          counted: await find('t.rule = $2 and t.holder = $3 and t.period = $4', [
            counted.rule,
            counted.holder,
            counted.period
          ])
        }
      : {}),
    ...(bought
      ? {
          bought: await find('t.good = $2 and t.holder = $3 and t.period = $4', [
            bought.good,
            bought.holder,
            bought.period
          ])
        }
      : {}),
    ...(households ? { households: await householdsOf(run, locality, households) } : {})
  }
}

async function lockedGood(run: Run, locality: string, id: string): Promise<Good | undefined> {
  const sql = `select ${goodSelection} from good where locality = $1 and id = $2 for update`
  return (await run<Good>(sql, [locality, id]))[0]
}

/** Select list for a good. */
export const goodSelection = 'id, name, price, stock, "limit", per'

function isUuid(id: string | undefined): boolean {
  return id !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)
}

/** An account is made when it is first asked for, so that there is a row to lock. */
async function lockedAccount(
  run: Run,
  locality: string,
  { ledger, key }: { ledger: string; key: string }
): Promise<Account> {
  const params = [locality, ledger, key]
  await run(
    'insert into account (locality, ledger, key, posted, held, pending, revision) values ($1, $2, $3, 0, 0, 0, 0) on conflict do nothing',
    params
  )
  const [account] = await run<Account>(
    `select ${accountSelection} from account where locality = $1 and ledger = $2 and key = $3 for update`,
    params
  )
  return account ?? newAccount(ledger, key)
}

/** Select list for an account; its figures are safe integers, which a float8 holds exactly. */
export const accountSelection =
  'ledger, key, posted::float8 as posted, held::float8 as held, pending::float8 as pending, revision'

/** The household of each of `ids` who has one on file. */
export async function householdsOf(
  run: Run,
  locality: string,
  ids: readonly string[]
): Promise<ReadonlyMap<string, string>> {
  const rows = await run<{ id: string; household: string }>(
    'select id, household from person where locality = $1 and id = any($2::text[]) and household is not null',
    [locality, ids]
  )
  return new Map(rows.map(({ id, household }) => [id, household]))
}

/** Writes what `changes` say of the books and errands. */
export async function writeBooks(run: Run, locality: string, changes: readonly Change[]): Promise<void> {
  const send: Send = async (sql, params) => void (await run(sql, [locality, ...params]))
  const moved = changes.flatMap(change => (change.kind === 'account' ? [change.change] : []))
  const errands = changes.flatMap(change => (change.kind === 'errand' ? [change.errand] : []))
  for (const change of changes) {
    if (change.kind === 'transfer') await writeTransfer(send, change.transfer, change.created)
    if (change.kind === 'stock')
      await send('update good set stock = stock + $3 where locality = $1 and id = $2', [change.good, change.stock])
  }
  if (moved.length > 0) await send(moveSql, [JSON.stringify(moved)])
  if (errands.length > 0) await send(errandSql, [JSON.stringify(errands)])
}

type Send = (sql: string, params: readonly unknown[]) => Promise<void>

const moveSql = `insert into account as a (locality, ledger, key, posted, held, pending, revision)
  select $1, c.*, 1 from jsonb_to_recordset($2::jsonb) as c(ledger text, key text, posted bigint, held bigint, pending bigint) order by c.ledger, c.key
  on conflict (locality, ledger, key) do update set posted = a.posted + excluded.posted, held = a.held + excluded.held,
    pending = a.pending + excluded.pending, revision = a.revision + 1`
const errandSql = `insert into errand (locality, key, command, leased_until, attempts)
  select $1, e.*, '-infinity', 0 from jsonb_to_recordset($2::jsonb) as e(key text, command jsonb)`
const settleSql = `update transfer set state = $3, settled_at = $4, settled_by = $5, reason = $6 where locality = $1 and id = $2`
const insertSql = `insert into transfer (locality, ${Object.keys(columns).join(', ')})
  values ($1, ${Object.values(columns)
    .map((type, i) => `$${i + 2}::${type}`)
    .join(', ')})`
const unlistSql = `delete from transfer_key
  where locality = $1 and key = any($2::text[]) and at = $3::timestamptz and transfer = $4::uuid`
const listSql = `insert into transfer_key (locality, key, at, transfer) select $1, unnest($2::text[]), $3::timestamptz, $4::uuid`

/** A transfer is on the lists of its owners while it is pending. */
async function writeTransfer(send: Send, transfer: Transfer, created: boolean): Promise<void> {
  const { id, state, settledAt, by, reason, at, owners } = transfer
  const settled = settledAt === null ? null : iso(settledAt)
  if (!created) {
    await send(settleSql, [id, state, settled, by, reason])
    await send(unlistSql, [owners, iso(at), id])
    return
  }
  const { case: case_id, of: reversed, cut, ...same } = transfer
  const shown = { at: iso(at), settled_at: settled, settled_by: by, cut: cut && JSON.stringify(cut) }
  const record = { ...same, ...shown, case_id, reversed }
  await send(
    insertSql,
    Object.keys(columns).map(name => record[name as keyof typeof record]) // the record has a member for each column
  )
  if (state === 'pending') await send(listSql, [owners, iso(at), id])
}

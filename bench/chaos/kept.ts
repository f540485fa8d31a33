// What a chaos run left in the database: command log, journals, cases, notices and inbox, as rows to be judged.
import type { CaseEvent } from '@gridwright/workflows'
import { eventFrom, eventSelection, milliseconds, type EventRecord } from '../../packages/server/src/store-case.ts'
import type { Store } from '../../packages/server/src/store.ts'

export type LoggedOutcome =
  | { readonly case: string; readonly revision: number }
  | { readonly refused: string; readonly path?: string }
export type KeptNotice = {
  readonly key: string
  readonly topic: string
  readonly to: readonly string[]
  readonly case: string
  readonly at: number
  readonly sent: boolean
  readonly attempts: number
}
export type Delivery = { readonly notice: string; readonly holder: string; readonly times: number }

export type Kept = {
  readonly log: ReadonlyMap<string, LoggedOutcome | null>
  /** The journal of each case, by ordinal. */
  readonly journals: ReadonlyMap<string, readonly CaseEvent[]>
  readonly revisions: ReadonlyMap<string, number>
  readonly notices: readonly KeptNotice[]
  readonly deliveries: readonly Delivery[]
}

/** Sixteen parts by the first digit of an id: no statement grows beyond its time limit. */
const parts = Array.from({ length: 16 }, (_, i) => {
  const digit = i.toString(16)
  const id = (rest: string) => `${digit}${rest.repeat(7)}-${[4, 4, 4, 12].map(length => rest.repeat(length)).join('-')}`
  return [id('0'), id('f')] as const
})

/** Reads all that is kept of `locality`; commands may be running. */
export async function readKept({ session }: Pick<Store, 'session'>, locality: string): Promise<Kept> {
  const read = async <R extends object>(sql: string) => {
    const rows: R[] = []
    for (const [from, to] of parts) rows.push(...(await session.read<R>(locality, sql, [locality, from, to])))
    return rows
  }
  const within = (column: string) => `locality = $1 and ${column} between $2::uuid and $3::uuid`
  const logged = await read<{ id: string; outcome: LoggedOutcome | null }>(
    `select id, outcome from command_log where ${within('id')}`
  )
  const events = await read<EventRecord>(
    `select ${eventSelection('e')} from case_event e where ${within('case_id')} order by case_id, ordinal`
  )
  const cases = await read<{ id: string; revision: number }>(
    `select id, revision from case_record where ${within('id')}`
  )
  const notices = await read<KeptNotice>(
    `select key, topic, to_json(to_keys) as to, case_id as case, ${milliseconds('at')} as at, sent_at is not null as sent, attempts from notice where ${within('case_id')}`
  )
  const deliveries = await read<Delivery>(
    `select notice, holder, count(*)::int as times from inbox where ${within('case_id')} group by notice, holder`
  )
  return {
    log: new Map(logged.map(({ id, outcome }) => [id, outcome])),
    journals: Map.groupBy(events.map(eventFrom), entry => entry.case),
    revisions: new Map(cases.map(({ id, revision }) => [id, revision])),
    notices,
    deliveries
  }
}

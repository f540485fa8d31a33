// Connections of the application role. A transaction carries its locality for row level security, and what need not be waited for
// travels ahead: BEGIN and the locality go out with the first statement, COMMIT right behind the last.
import type { Writable } from 'node:stream'
import { Pool, TypeOverrides, types as pgTypes, type PoolClient, type QueryConfig, type QueryResult } from 'pg'
import { kindOf, storeFault } from './store-fault.ts'

/** Runs one hand-written statement with `$1` parameters; the rows as the driver reads them (timestamptz is asked for as milliseconds). */
export type Run = <R extends object>(sql: string, params: readonly unknown[]) => Promise<readonly R[]>

export type Session = {
  /** One transaction under `locality`; rolled back where `work` throws. A connection lost in COMMIT is `commit.unknown`. */
  within<T>(locality: string, work: (run: Run) => Promise<T>): Promise<T>
  /** One reading statement under `locality`, in a single round trip. */
  read<R extends object>(locality: string, sql: string, params: readonly unknown[]): Promise<readonly R[]>
  /** A statement outside any locality: sees only what is open to all. */
  bare: Run
  close(): Promise<void>
}

const closeWithinMs = 5_000

/**
 * Every statement here is a few lookups, or a walk along an index that stops early. So plans are made once for a connection (planning
 * costs more than running), and the planner is kept from whatever only statistics could make right: a plan that was made while a
 * table was empty must still be right when it holds a million rows.
 */
export const planning =
  '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_bitmapscan=off -c enable_sort=off -c jit=off'

/** A pool of at most `poolSize` connections to `appUrl`, made as they are needed. `log` hears of connections that break. */
export function openSession(appUrl: string, poolSize: number, log: (message: string) => void): Session {
  const broken = (error: Error) => log(`database connection: ${error.message}`)
  const pool = new Pool({
    connectionString: appUrl,
    max: poolSize,
    idleTimeoutMillis: 30_000,
    application_name: 'gridwright',
    options: planning,
    pipeline: true,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 10_000,
    lock_timeout: 2_000,
    idle_in_transaction_session_timeout: 10_000,
    keepAlive: true,
    types: asWritten()
  })
  pool.on('error', broken)
  pool.on('connect', client => client.on('error', broken)) // one in use tells nobody else, and would end the process
  const within = async <T>(locality: string, work: (run: Run) => Promise<T>): Promise<T> => {
    const client = await pool.connect()
    let committing = false
    let lost = false
    try {
      begin(client, locality)
      const result = await work(runOn(client))
      committing = true
      await send(client, 'commit')
      return result
    } catch (error) {
      await send(client, 'rollback').catch(() => (lost = true))
      throw committing && kindOf(error) === 'lost' ? storeFault('commit.unknown', '', { cause: error }) : error
    } finally {
      client.release(lost)
    }
  }
  return {
    within,
    async read<R extends object>(locality: string, sql: string, params: readonly unknown[]) {
      let rows: Promise<readonly R[]> = Promise.resolve([])
      await within(locality, async run => {
        rows = run<R>(sql, params)
        rows.catch(() => undefined) // awaited below, once COMMIT is on its way
      })
      return rows
    },
    async bare<R extends object>(sql: string, params: readonly unknown[]) {
      const client = await pool.connect()
      try {
        return await runOn(client)<R>(sql, params)
      } finally {
        client.release()
      }
    },
    close: () => Promise.race([pool.end(), new Promise<void>(resolve => setTimeout(resolve, closeWithinMs).unref())])
  }
}

/** Days and instants stay the text that PostgreSQL writes: no driver may read them in the zone of this process. */
function asWritten(): TypeOverrides {
  const types = new TypeOverrides()
  const { DATE, TIMESTAMP, TIMESTAMPTZ, INTERVAL } = pgTypes.builtins
  for (const oid of [DATE, TIMESTAMP, TIMESTAMPTZ, INTERVAL]) types.setTypeParser(oid, text => text)
  return types
}

/**
 * Sends BEGIN and the locality ahead of the first statement and waits for neither: should one of them fail, the connection is gone or
 * the transaction aborted, and the statement behind it says so.
 */
function begin(client: PoolClient, locality: string): void {
  const setting = `select set_config('gridwright.locality', ${client.escapeLiteral(locality)}, true)`
  send(client, `begin; ${setting}`).catch(() => undefined)
}

/** Each statement with parameters is prepared once for a connection, under a name. */
function runOn(client: PoolClient): Run {
  return async <R extends object>(sql: string, params: readonly unknown[]) => {
    const { rows } = await send(client, params.length > 0 ? { name: nameOf(sql), text: sql, values: [...params] } : sql)
    return rows as readonly R[] // each statement names the columns that its caller expects
  }
}

/** What is sent to a connection before the process turns to other things leaves in one system call: BEGIN with the first statement, COMMIT with the last. */
function send(client: PoolClient, query: string | QueryConfig): Promise<QueryResult> {
  const { stream } = (client as unknown as { connection: { stream: Writable } }).connection // pg's own socket, which its types do not tell of
  if (stream.writableCorked === 0) {
    stream.cork()
    process.nextTick(() => stream.uncork())
  }
  return client.query(query)
}

const names = new Map<string, string>()

function nameOf(text: string): string {
  const known = names.get(text) ?? `gridwright_${names.size}`
  names.set(text, known)
  return known
}

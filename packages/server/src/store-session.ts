// Connections of the application role, through MikroORM. A transaction carries its locality for row level security, and what need
// not be waited for travels ahead: BEGIN and the settings go out with the first statement, COMMIT right behind the last.
import type { Writable } from 'node:stream'
import type { SessionContext } from '@mikro-orm/core'
import { MikroORM } from '@mikro-orm/postgresql'
import { CompiledQuery } from 'kysely'
import type { Pool, PoolClient } from 'pg'
import { entities } from './entities.ts'
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

/** A pool of at most `poolSize` connections to `appUrl`. `log` hears of connections that break while idle. */
export async function openSession(appUrl: string, poolSize: number, log: (message: string) => void): Promise<Session> {
  const orm = new MikroORM({
    entities: [...entities],
    clientUrl: appUrl,
    logger: () => undefined,
    pool: { min: 0, max: poolSize, idleTimeoutMillis: 30_000 },
    driverOptions: {
      application_name: 'gridwright',
      options: planning,
      pipeline: true,
      connectionTimeoutMillis: 5_000,
      statement_timeout: 10_000,
      lock_timeout: 2_000,
      idle_in_transaction_session_timeout: 10_000,
      keepAlive: true,
      onPoolCreated: (pool: Pool) => {
        pool.on('connect', hasten)
        pool.on('error', error => log(`database connection: ${error.message}`))
      }
    }
  })
  await orm.connect()
  const connection = orm.em.getConnection()
  const within = async <T>(locality: string, work: (run: Run) => Promise<T>): Promise<T> => {
    let committing = false
    const sessionContext: SessionContext = { variables: { 'gridwright.locality': locality } }
    try {
      return await connection.transactional(
        async trx => {
          const result = await work(runOn(trx))
          committing = true
          return result
        },
        { sessionContext }
      )
    } catch (error) {
      throw committing && kindOf(error) === 'lost' ? storeFault('commit.unknown', '', { cause: error }) : error
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
    bare: runOn(connection.getClient()),
    close: () =>
      Promise.race([orm.close(true), new Promise<void>(resolve => setTimeout(resolve, closeWithinMs).unref())])
  }
}

function runOn(executor: { executeQuery(query: CompiledQuery): Promise<{ rows: unknown[] }> }): Run {
  return async <R extends object>(sql: string, params: readonly unknown[]) => {
    const { rows } = await executor.executeQuery(CompiledQuery.raw(sql, [...params]))
    return rows as readonly R[] // each statement names the columns that its caller expects
  }
}

type Send = (query: string | { name: string; text: string; values: readonly unknown[] }) => Promise<unknown>
const names = new Map<string, string>()

const nothing = { command: '', rowCount: 0, rows: [] }

/**
 * Makes `client` prepare each parameterised statement once under a name, and answer BEGIN and the session settings at once: should
 * one of them fail, the connection is gone or the transaction aborted, and the statement behind it says so. A ROLLBACK that fails
 * closes the connection and is done with: where it throws, Kysely never gives the connection back to the pool.
 */
function hasten(client: PoolClient): void {
  const query = client.query.bind(client) as unknown as Send // the two ways of pg's that are used here
  const send: Send = statement => {
    gather(client)
    return query(statement)
  }
  const ahead = (text: string) => void send(text).catch(() => undefined)
  let beginning = false
  const hastened = (text: string, values: readonly unknown[] = []): Promise<unknown> => {
    const first = beginning
    beginning = text === 'begin'
    if (beginning) return Promise.resolve(nothing)
    if (text.startsWith('select set_config(')) {
      ahead(first ? `begin; ${text}` : text)
      return Promise.resolve(nothing)
    }
    if (first) ahead('begin')
    if (values.length > 0) return send({ name: nameOf(text), text, values })
    return text === 'rollback' ? send(text).catch(() => endOf(client)) : send(text)
  }
  client.query = hastened as unknown as typeof client.query // Kysely calls it with a text and an array only
}

/** What is sent to a connection before the process turns to other things leaves in one system call: BEGIN with the first statement, COMMIT with the last. */
function gather(client: PoolClient): void {
  const { stream } = (client as unknown as { connection: { stream: Writable } }).connection // pg's own socket, which its types do not tell of
  if (stream.writableCorked > 0) return
  stream.cork()
  process.nextTick(() => stream.uncork())
}

function endOf(client: PoolClient) {
  client.end().catch(() => undefined) // it is dead already, or dies now
  return nothing
}

function nameOf(text: string): string {
  const known = names.get(text) ?? `gridwright_${names.size}`
  names.set(text, known)
  return known
}

// A real PostgreSQL for tests: one embedded cluster for all files of a run, a fresh database for each call.
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Client } from 'pg'
import { openDatabase, type Database } from '../src/database.ts'
import { readRecord, superuserUrl } from '../src/postgres-cluster.ts'
import { findPostmaster } from '../src/postgres-process.ts'

/** Kept between runs, one per clone and user, where root's database user can go too. */
const clone = createHash('sha256')
  .update(resolve(import.meta.dirname))
  .digest('hex')
  .slice(0, 8)
const dataFolder = join(tmpdir(), `gridwright-test-${process.getuid?.() ?? 0}-${clone}`)

let opened: Promise<{ database: Database; admin: Client }> | undefined
let count = 0

/** A new, empty database: `url` is its owner's address, `appUrl` that of the role under row level security. `drop` ends its sessions and removes it. */
export async function testDatabase(): Promise<{ url: string; appUrl: string; drop(): Promise<void> }> {
  const { database, admin } = await (opened ??= openCluster())
  const name = `test_${process.pid}_${++count}`
  await admin.query(`drop database if exists ${name} with (force)`)
  await admin.query(`create database ${name} owner gridwright_owner`)
  const at = (url: string) => Object.assign(new URL(url), { pathname: `/${name}` }).href
  return {
    url: at(database.url),
    appUrl: at(database.appUrl),
    drop: async () => void (await admin.query(`drop database if exists ${name} with (force)`))
  }
}

/** Removes what dead test processes left, and stops the cluster unless another run uses it. Called once, at the end of a run. */
export async function stopTestCluster(): Promise<void> {
  const record = readRecord(dataFolder)
  if (record === undefined || findPostmaster(resolve(dataFolder, record.folder)) === undefined) return
  const { database, admin } = await openCluster()
  const { rows } = await admin.query<{ datname: string }>(
    `select datname from pg_database where datname like 'test\\_%'`
  )
  for (const { datname } of rows) {
    if (!lives(Number(datname.split('_')[1]))) await admin.query(`drop database if exists ${datname} with (force)`)
  }
  await admin.end()
  await database.stop()
}

async function openCluster() {
  const database = await openDatabase({ dataFolder })
  const record = readRecord(dataFolder)
  if (record === undefined) throw new Error(`no postgres.json in ${dataFolder}`)
  const admin = new Client(superuserUrl(record))
  await admin.connect()
  return { database, admin }
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

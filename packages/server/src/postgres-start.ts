// Makes the files of an embedded cluster (initdb) and starts its postmaster, detached from us: it outlives our crash and hears no Ctrl-C of our terminal.
import { execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { basename, dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { giveTo, type Account } from './postgres-account.ts'
import type { Binaries } from './postgres-binaries.ts'
import { databaseFault, isDatabaseFault, type DatabaseFaultCode } from './postgres-fault.ts'
import { findPostmaster, type Postmaster } from './postgres-process.ts'

/** Everything a start needs: the cluster's folder, the log (both absolute), the programs and the user who runs them. */
export type Site = {
  readonly folder: string
  readonly log: string
  readonly binaries: Binaries
  readonly account: Account | undefined
}

const startLimitMs = 300_000 // after a crash it first reads its log since the last checkpoint
const logLimitBytes = 10_000_000

/** What a postmaster that ended wrote in its log (always English, see `environment`). */
const symptoms: readonly [RegExp, DatabaseFaultCode][] = [
  [/could not bind|could not create any TCP\/IP sockets/, 'database.port-in-use'],
  [/lock file "postmaster.pid" already exists|pre-existing shared memory block/, 'database.occupied'],
  [/incompatible with server/, 'database.incompatible-version']
]

/** Makes the cluster's files: UTF-8, sorted by code point, independent of the system's locales. Made aside and renamed, so that a kill leaves no half cluster. */
export async function initialise({ folder, binaries, account }: Site, password: string): Promise<void> {
  sweep(folder)
  const aside = `${folder}.new-${randomUUID()}`
  const passwordFile = `${aside}.password`
  const init = async (ctype: string) => {
    rmSync(aside, { recursive: true, force: true })
    mkdirSync(aside, { mode: 0o700 })
    giveTo(account, aside)
    await promisify(execFile)(
      binaries.initdb,
      [
        `--pgdata=${aside}`,
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--no-instructions',
        ...(process.platform === 'linux' ? ['--sync-method=syncfs'] : []),
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
        `--lc-ctype=${ctype}`
      ],
      { cwd: '/', env: environment(), ...account }
    )
  }
  try {
    writeFileSync(passwordFile, `${password}\n`, { flag: 'wx', mode: 0o600 })
    giveTo(account, passwordFile)
    // Only ltree and pg_trgm ask the system for letters; where it has no C.UTF-8 they know ASCII alone, and all else works.
    await init('C.UTF-8').catch(async (error: unknown) => {
      if (!String(error).includes('invalid locale name')) throw error
      await init('C')
    })
    renameSync(aside, folder)
  } catch (error) {
    if (isDatabaseFault(error)) throw error
    const said = String(error)
      .replace(/^.*Command failed.*\n/, '')
      .trim()
    throw databaseFault(
      said.includes('could not look up effective user ID') ? 'database.no-user' : 'database.start-failed',
      said,
      error
    )
  } finally {
    rmSync(passwordFile, { force: true })
    rmSync(aside, { recursive: true, force: true })
  }
}

/** Removes what killed starts left beside `folder`. Their initdb may still be running for a moment, so a name is never used twice. */
function sweep(folder: string): void {
  for (const name of readdirSync(dirname(folder))) {
    if (name.startsWith(`${basename(folder)}.new-`))
      rmSync(join(dirname(folder), name), { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  }
}

/** Starts the postmaster on `port` of 127.0.0.1 and waits until it accepts connections. `database.port-in-use` and `database.occupied` are worth another try. */
export async function launch(site: Site, port: number): Promise<Postmaster> {
  const log = openLog(site.log)
  const begin = fstatSync(log).size
  const child = spawn(site.binaries.postgres, ['-D', site.folder, ...settings(port)], {
    cwd: '/',
    env: environment(),
    detached: true,
    stdio: ['ignore', log, log],
    ...site.account
  })
  closeSync(log)
  let ended: string | undefined
  child.once('error', error => (ended = error.message))
  child.once('exit', (code, signal) => (ended ??= `exit ${code ?? signal}`))
  child.unref()
  for (const giveUpAt = Date.now() + startLimitMs; ended === undefined && Date.now() < giveUpAt;) {
    const postmaster = findPostmaster(site.folder)
    if (postmaster?.ready) return postmaster
    await pause(10)
  }
  const words = readFileSync(site.log).subarray(begin).toString()
  const code = symptoms.find(([symptom]) => symptom.test(words))?.[1] ?? 'database.start-failed'
  throw databaseFault(code, `${ended ?? 'not ready'} ${words.trim().slice(-2000)}`)
}

/** The living postmaster of `folder` once it accepts connections; undefined when there is none, or the one there has finished stopping. */
export async function settled(folder: string): Promise<Postmaster | undefined> {
  for (const giveUpAt = Date.now() + startLimitMs; ; await pause(20)) {
    const postmaster = findPostmaster(folder)
    if (postmaster === undefined || postmaster.ready) return postmaster
    if (Date.now() > giveUpAt)
      throw databaseFault('database.start-failed', `pid ${postmaster.pid} of ${folder} neither starts nor stops`)
  }
}

/** A port of 127.0.0.1 that is free now: `preferred` if possible, so that pools of other processes find a restarted database again. */
export async function freePort(preferred: number): Promise<number> {
  for (const port of [preferred, 0]) {
    const server = createServer()
    server.listen(port, '127.0.0.1')
    const bound = await once(server, 'listening').then(
      () => true,
      () => false
    )
    if (!bound) continue
    const { port: found } = server.address() as AddressInfo // a TCP server, so no pipe's name
    server.close()
    await once(server, 'close')
    return found
  }
  throw databaseFault('database.port-in-use', '127.0.0.1')
}

/** A small, durable server for one machine: TCP on loopback only (no socket file whose lock could go stale), no helper processes for reading, no JIT. */
function settings(port: number): readonly string[] {
  const values = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 60,
    superuser_reserved_connections: 3,
    shared_buffers: '64MB',
    synchronous_commit: 'on',
    jit: 'off',
    io_method: 'sync',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off'
  }
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

/** Nothing of our caller's PG…, LANG or LC_… settings may reach the database. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }
}

/** The log is opened by us and inherited, so it may lie where the database's user cannot go; a full one is set aside once. */
function openLog(file: string): number {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > logLimitBytes) renameSync(file, `${file}.1`)
  return openSync(file, 'a', 0o600)
}

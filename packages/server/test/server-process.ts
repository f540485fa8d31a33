// Starts server processes of their own, which tests may kill, beside throw-away data folders that leave no database behind.
import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { expect, onTestFinished } from 'vitest'
import { blockedAt, type Account } from '../src/postgres-account.ts'
import { readRecord, superuserUrl } from '../src/postgres-cluster.ts'
import { findPostmaster } from '../src/postgres-process.ts'

export type Answer = {
  url: string
  appUrl: string
  folder: string
  progress: string[]
  fault?: string
  stopped?: true | string
}
export type ServerProcess = {
  readonly child: ChildProcess
  readonly answer: Promise<Answer>
  stop(): Promise<Answer>
  kill(): Promise<void>
}

export const isRoot = process.getuid?.() === 0
const script = join(import.meta.dirname, 'database-process.ts')
const nobody: Account = { uid: 65534, gid: 65534 }

/** Who an ordinary user is: nobody where we are root and nobody can read this clone, else ourselves. */
export const ordinaryUser: Account | undefined =
  isRoot && blockedAt(dirname(script), nobody) === undefined && blockedAt(process.execPath, nobody) === undefined
    ? nobody
    : undefined

/** A folder of this test alone. */
export function folder(): string {
  const made = throwAwayFolder()
  onTestFinished(() => removeFolder(made))
  return made
}

/** An empty folder that anybody may enter; the caller removes it with `removeFolder`. */
export function throwAwayFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'gridwright-database-')))
  chmodSync(folder, 0o755)
  return folder
}

/** Removes a folder, and whatever databases of data folders in it still run or were put elsewhere. */
export async function removeFolder(folder: string): Promise<void> {
  for (const dataFolder of [folder, ...readdirSync(folder).map(name => join(folder, name))]) {
    if (!existsSync(join(dataFolder, 'postgres.json'))) continue
    const { folder: cluster = 'postgres' } = JSON.parse(readFileSync(join(dataFolder, 'postgres.json'), 'utf8')) as {
      folder?: string
    } // may be broken on purpose
    const place = resolve(dataFolder, cluster)
    const postmaster = findPostmaster(place)
    if (postmaster) process.kill(postmaster.pid, 'SIGKILL')
    while (findPostmaster(place)) await pause(20)
    if (!place.startsWith(folder)) rmSync(place, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
}

/** A server process that does not outlive its test: runs `file` as `account` in exactly `env`, with `umask`. */
export function serve(
  dataFolder: string,
  {
    account,
    env = process.env,
    file = script,
    umask = 0o022
  }: { account?: Account | undefined; env?: NodeJS.ProcessEnv; file?: string; umask?: number } = {}
): ServerProcess {
  const child = spawn(process.execPath, ['--conditions=source', file, JSON.stringify({ dataFolder }), String(umask)], {
    env,
    cwd: '/',
    stdio: ['pipe', 'pipe', 'inherit'],
    ...account
  })
  const lines = createInterface(child.stdout)
  const ended = new Promise<void>(done => child.once('close', () => done()))
  const answer = next(lines)
  answer.catch(() => undefined) // a test that kills the process never asks
  const ask = async () => {
    const said = next(lines)
    child.stdin.write('stop\n')
    return said
  }
  const kill = async () => {
    child.kill('SIGKILL')
    await ended
  }
  onTestFinished(kill)
  return { child, answer, stop: ask, kill }
}

async function next(lines: Interface): Promise<Answer> {
  return new Promise((done, fail) => {
    lines.once('line', line => done(JSON.parse(line) as Answer)) // written by database-process.ts
    lines.once('close', () => fail(new Error('the server process ended without an answer')))
  })
}

/** One statement in a session of its own. */
export async function query<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new Client(url)
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}

/** The bootstrap superuser's address of a data folder. */
export function superuser(dataFolder: string, database?: string): string {
  const record = readRecord(dataFolder)
  if (record === undefined) throw new Error(`${dataFolder} has no record`)
  return superuserUrl(record, database)
}

/** One committed row, readable by the application role. */
export async function seedWords(url: string): Promise<void> {
  await query(
    url,
    `create table kept (word text); insert into kept values ('first'); grant select on kept to gridwright_app`
  )
}

/** The committed rows, sorted. */
export const words = async (url: string) =>
  (await query<{ word: string }>(url, 'select word from kept order by word')).map(row => row.word)

/** An error with this code and a cure in both languages. */
export const fault = (code: string) =>
  expect.objectContaining({
    code,
    cure: { 'zh-CN': expect.stringMatching(/\p{Script=Han}/u), en: expect.stringMatching(/^[ -~…]+$/) }
  })

// `npm run bench:lifecycle`: CPU of server and database for one case lifecycle, the product against its own hand-written floor in
// one run, both on the same PostgreSQL, in alternating rounds. A floor and a product that do the same work, so the ratio counts.
import { fork, type ChildProcess } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SignJWT } from 'jose'
import pg from 'pg'
import { parseDataset } from '@gridwright/core'
import { openDatabase } from '../../packages/server/src/database.ts'
import { tokensOf } from '../../packages/server/src/token.ts'
import { floorSide, gridwrightSide, lifecycle, type People, type Side } from './load.ts'

type Figures = {
  readonly cases: number
  readonly seconds: number
  readonly serverMs: number
  readonly databaseMs: number
  readonly times: readonly number[]
}
type Name = 'floor' | 'gridwright'

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3)
const perRound = Number(process.env['BENCH_CASES'] ?? 400)
const clients = Number(process.env['BENCH_CLIENTS'] ?? 8)
const secret = 'benchmark-secret-of-more-than-32-bytes'
const folder = mkdtempSync(join(tmpdir(), 'gridwright-bench-'))
chmodSync(folder, 0o755) // started by root, the database runs as another user
const database = await openDatabase({ dataFolder: folder, onProgress: message => console.log(message.en) })
const children: ChildProcess[] = []
try {
  await inDatabase(database.url, 'create schema floor')
  const floorUrl = `${database.url}?options=${encodeURIComponent('-c search_path=floor')}`
  const people = peopleOfZiyun()
  const holders = people.map(({ liaison, area }) => ({ person: liaison, role: 'liaison', area }))
  const sides = {
    floor: await child('floor.ts', { BENCH_URL: floorUrl, BENCH_HOLDERS: JSON.stringify(holders) }),
    gridwright: await child('ours.ts', { BENCH_URL: database.url, BENCH_APP_URL: database.appUrl })
  }
  const signed = {
    floor: await withTokens(people, floorToken),
    gridwright: await withTokens(people, person =>
      tokensOf(new TextEncoder().encode(secret), true).sign({ locality: 'ziyun', person }, 12)
    )
  }
  const figures: Record<Name, Figures[]> = { floor: [], gridwright: [] }
  for (let round = 0; round <= rounds; round++) {
    const warmUp = round === 0
    for (const name of ['floor', 'gridwright'] as const) {
      const { port, process: server } = sides[name]
      const side = name === 'floor' ? floorSide(port) : gridwrightSide(port)
      const measured = await measure(side, signed[name], server.pid ?? 0, warmUp ? Math.ceil(perRound / 4) : perRound)
      figures[name].push(...(warmUp ? [] : [measured]))
      console.log(`round ${round}${warmUp ? ' (warm-up)' : ''} ${name}: ${cpu(measured).toFixed(2)} CPU ms a case`)
    }
  }
  print(figures)
} finally {
  await Promise.all(children.map(ended))
  await database.stop()
  rmSync(folder, { recursive: true, force: true })
}

async function measure(side: Side, people: readonly People[], pid: number, cases: number): Promise<Figures> {
  const times: number[] = []
  const before = { server: cpuMs(pid), database: postgresMs(), at: performance.now() }
  let left = cases
  const client = async (index: number) => {
    while (left-- > 0) times.push(...(await lifecycle(side, people[index % people.length] ?? fail('no people'))))
  }
  await Promise.all(Array.from({ length: clients }, (_, i) => client(i)))
  return {
    cases,
    seconds: (performance.now() - before.at) / 1000,
    serverMs: cpuMs(pid) - before.server,
    databaseMs: postgresMs() - before.database,
    times
  }
}

function print(figures: Record<Name, readonly Figures[]>): void {
  const rows = (['floor', 'gridwright'] as const).map(name => {
    const all = figures[name]
    const sum = (pick: (one: Figures) => number) => all.reduce((total, one) => total + pick(one), 0)
    const cases = sum(one => one.cases)
    const times = all.flatMap(one => [...one.times]).sort((a, b) => a - b)
    return {
      name,
      server: sum(one => one.serverMs) / cases,
      database: sum(one => one.databaseMs) / cases,
      rate: cases / sum(one => one.seconds),
      p50: times[Math.floor(times.length / 2)] ?? 0,
      p99: times[Math.floor(times.length * 0.99)] ?? 0
    }
  })
  const floor = rows[0] ?? fail('no floor')
  const line = (cells: readonly string[]) =>
    console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(12) : cell.padStart(15))).join(''))
  line([
    '',
    'server CPU ms',
    'database CPU ms',
    'CPU a case',
    '÷ floor',
    'cases/s',
    '÷ floor',
    'p50 ms',
    'p99 ms',
    '÷ floor'
  ])
  for (const row of rows) {
    const total = row.server + row.database
    line([
      row.name,
      row.server.toFixed(2),
      row.database.toFixed(2),
      total.toFixed(2),
      (total / (floor.server + floor.database)).toFixed(2),
      row.rate.toFixed(0),
      (row.rate / floor.rate).toFixed(2),
      row.p50.toFixed(1),
      row.p99.toFixed(1),
      (row.p99 / floor.p99).toFixed(2)
    ])
  }
}

function cpu({ serverMs, databaseMs, cases }: Figures): number {
  return (serverMs + databaseMs) / cases
}

/** User and system time of a process, in milliseconds, from /proc (100 ticks a second on Linux). */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return [11, 12, 13, 14].reduce((total, i) => total + Number(fields[i] ?? 0), 0) * 10
}

/** Time of all processes of the benchmark's own PostgreSQL, those that have ended included. */
function postgresMs(): number {
  const postmaster = Number(readFileSync(join(database.folder ?? folder, 'postmaster.pid'), 'utf8').split('\n')[0])
  const parents = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => {
      try {
        return [
          [Number(name), Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ')[1])] as const
        ]
      } catch {
        return [] // a process that ended while the list was read
      }
    })
  return [postmaster, ...parents.filter(([, parent]) => parent === postmaster).map(([pid]) => pid)].reduce(
    (total, pid) => total + cpuMs(pid),
    0
  )
}

async function child(file: string, env: Record<string, string>): Promise<{ process: ChildProcess; port: number }> {
  const started = fork(fileURLToPath(new URL(file, import.meta.url)), {
    execArgv: [
      '--conditions=source',
      ...(process.env['BENCH_PROFILE'] ? ['--cpu-prof', '--cpu-prof-dir=/tmp/prof2'] : [])
    ],
    env: { ...process.env, BENCH_SECRET: secret, ...env }
  })
  children.push(started)
  const port = await new Promise<number>((resolve, reject) => {
    started.once('message', message => resolve((message as { port: number }).port)) // both children send this once they listen
    started.once('exit', code => reject(new Error(`${file} ended with ${code}`)))
  })
  return { process: started, port }
}

/** The example's own people: for each community its liaison, a resident and a member. */
function peopleOfZiyun(): readonly (People & { readonly residentId: string })[] {
  const rows = (name: string) => {
    const dataset = parseDataset(
      readFileSync(new URL(`../../examples/ziyun/data/${name}.csv`, import.meta.url), 'utf8')
    )
    return 'rows' in dataset ? dataset.rows.map(({ cells }) => cells) : []
  }
  const registrations = rows('registrations')
  return rows('appointments')
    .filter(row => row['post'] === 'liaison')
    .flatMap(({ person: liaison = '', area = '' }) => {
      const members = registrations
        .filter(row => row['kind'] === 'party-member' && row['area'] === area)
        .map(row => row['person'] ?? '')
      const [member, resident] = members
      return member === undefined || resident === undefined
        ? []
        : [{ liaison, area, member, memberId: member, resident, residentId: resident }]
    })
}

async function withTokens(
  people: readonly People[],
  sign: (person: string) => Promise<string>
): Promise<readonly People[]> {
  return Promise.all(
    people.map(async one => ({
      ...one,
      resident: await sign(one.resident),
      liaison: await sign(one.liaison),
      member: await sign(one.member)
    }))
  )
}

function floorToken(person: string): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(person)
    .setExpirationTime('12h')
    .sign(new TextEncoder().encode(secret))
}

/** Ends a child and waits for it, so that the database is not taken from under it. */
function ended(process: ChildProcess): Promise<void> {
  return new Promise(resolve => {
    if (process.exitCode !== null || process.signalCode !== null) return resolve()
    process.once('exit', () => resolve())
    process.kill('SIGINT')
  })
}

async function inDatabase(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(text).finally(() => client.end())
}

function fail(problem: string): never {
  throw new Error(problem)
}

// `npm run bench:start`: from the start of the process to the first answer over GraphQL, and to one of each of the five localities: on no
// database, on one that stands still, and on one that runs, there beside a bare server with one hand-written read. What is started is
// what `npm start` runs.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openDatabase } from '../../packages/server/src/database.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const localities = ['changzhou', 'chengdu', 'licheng', 'xinshi', 'ziyun']
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 9)
const limitMs = 120_000
const seconds = (ms: number) => (ms / 1000).toFixed(2)
const ratio = (ours: number, floor: number) => (ours / floor).toFixed(1)

const folder = mkdtempSync(join(tmpdir(), 'gridwright-bench-'))
chmodSync(folder, 0o755) // started by root, the database runs as another user
const data = join(folder, 'data')
try {
  const ours = () => started([...npmStart(), '--data', data, '--port'], answersOf(localities))
  await ours() // once, so that the server is bundled and its code compiled
  rmSync(data, { recursive: true })
  const none = await ours()
  const still = await repeated(ours)
  const database = await openDatabase({ dataFolder: data })
  const floors: Start[] = []
  const running: Start[] = []
  for (let round = 0; round < rounds; round++) {
    floors.push(await started(['bench/start/floor.ts', database.url], [answers]))
    running.push(await ours())
  }
  await database.stop()
  const floor = median(floors)
  console.log(`from the start, median of ${rounds}    first answer   all five localities`)
  console.log(`on no database                   ${seconds(none.firstMs)} s         ${seconds(none.ms)} s`)
  const [resting, busy] = [median(still), median(running)]
  console.log(`on a database at rest            ${seconds(resting.firstMs)} s         ${seconds(resting.ms)} s`)
  console.log(
    `on a running database            ${seconds(busy.firstMs)} s         ${seconds(busy.ms)} s   ${ratio(busy.ms, floor.ms)} × the floor (${seconds(floor.ms)} s)`
  )
  console.log(
    `resident after that              ${busy.megabytes} MB   ${ratio(busy.megabytes, floor.megabytes)} × the floor (${floor.megabytes} MB)`
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}

type Start = { readonly firstMs: number; readonly ms: number; readonly megabytes: number }
type Ask = (url: string) => Promise<boolean>

/** Starts a program of this repository with a free port as its last argument, waits until all of `asks` are answered, and stops it. */
async function started(args: readonly string[], asks: readonly Ask[]): Promise<Start> {
  const port = await freePort()
  const began = performance.now()
  const child = spawn(process.execPath, [...args, String(port)], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  const answered = async (ask: Ask) => {
    while (!(await ask(`http://127.0.0.1:${port}`).catch(() => false))) {
      if (child.exitCode !== null) throw new Error(`${args[0]} ended with ${child.exitCode}`)
      if (performance.now() - began > limitMs) throw new Error(`${args[0]} does not answer`)
      await new Promise(resolve => setTimeout(resolve, 5))
    }
    return performance.now() - began
  }
  try {
    const times = await Promise.all(asks.map(answered))
    return { firstMs: Math.min(...times), ms: Math.max(...times), megabytes: residentMegabytes(child) }
  } finally {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
  }
}

/** What `npm start` gives Node to run. */
function npmStart(): readonly string[] {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { start: string } } // our own file
  return scripts.start.split(' ').slice(1)
}

function answersOf(ids: readonly string[]): readonly Ask[] {
  return ids.map(id => async url => {
    const body = JSON.stringify({ query: '{ locality { id } }' })
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${url}/${id}/graphql`, { method: 'POST', headers, body })
    return (await response.text()).includes(`"id":"${id}"`)
  })
}

async function answers(url: string): Promise<boolean> {
  return (await fetch(url)).ok
}

async function repeated(ours: () => Promise<Start>): Promise<readonly Start[]> {
  const starts: Start[] = []
  for (let round = 0; round < rounds; round++) starts.push(await ours())
  return starts
}

/** Of the process itself, or of the one that it runs the server in. */
function residentMegabytes({ pid }: ChildProcess): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
  const kilobytes = [pid, ...children].map(one =>
    one ? Number(/VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${one}/status`, 'utf8'))?.[1] ?? 0) : 0
  )
  return Math.round(Math.max(...kilobytes) / 1024)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // a server on a port has an address
  server.close()
  return port
}

function median(starts: readonly Start[]): Start {
  const sorted = [...starts].sort((a, b) => a.ms - b.ms)
  return sorted[Math.floor(sorted.length / 2)] ?? { firstMs: NaN, ms: NaN, megabytes: NaN }
}

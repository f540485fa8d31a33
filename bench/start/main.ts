// `npm run bench:start`: from the start of the process to an answer of each of the five localities over GraphQL: on no database, on one
// that stands still, and on one that runs, there beside a bare server with one hand-written read. What is started is what `npm start` runs.
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
  const ours = () => started(['scripts/run.mjs', 'start', '--data', data, '--port'], allAnswer)
  await ours() // once, so that the server is bundled and its code compiled
  rmSync(data, { recursive: true })
  const none = await ours()
  const still = await repeated(ours)
  const database = await openDatabase({ dataFolder: data })
  const floors: Start[] = []
  const running: Start[] = []
  for (let round = 0; round < rounds; round++) {
    floors.push(await started(['bench/start/floor.ts', database.url], oneAnswers))
    running.push(await ours())
  }
  await database.stop()
  const floor = median(floors)
  console.log(`from the start to an answer of all five localities, median of ${rounds}`)
  console.log(`on no database            ${seconds(none.ms)} s`)
  console.log(`on a database at rest     ${seconds(median(still).ms)} s`)
  console.log(
    `on a running database     ${seconds(median(running).ms)} s   ${ratio(median(running).ms, floor.ms)} × the floor (${seconds(floor.ms)} s)`
  )
  console.log(
    `resident after that       ${median(running).megabytes} MB   ${ratio(median(running).megabytes, floor.megabytes)} × the floor (${floor.megabytes} MB)`
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}

type Start = { readonly ms: number; readonly megabytes: number }

/** Starts a program of this repository with a free port as its last argument, waits until `answers`, and stops it. */
async function started(args: readonly string[], answers: (url: string) => Promise<boolean>): Promise<Start> {
  const port = await freePort()
  const began = performance.now()
  const child = spawn(process.execPath, [...args, String(port)], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  try {
    while (!(await answers(`http://127.0.0.1:${port}`).catch(() => false))) {
      if (child.exitCode !== null) throw new Error(`${args[0]} ended with ${child.exitCode}`)
      if (performance.now() - began > limitMs) throw new Error(`${args[0]} does not answer`)
      await new Promise(resolve => setTimeout(resolve, 5))
    }
    return { ms: performance.now() - began, megabytes: residentMegabytes(child) }
  } finally {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
  }
}

async function allAnswer(url: string): Promise<boolean> {
  const answers = await Promise.all(
    localities.map(async locality => {
      const body = JSON.stringify({ query: '{ locality { id } }' })
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(`${url}/${locality}/graphql`, { method: 'POST', headers, body })
      return (await response.text()).includes(`"id":"${locality}"`)
    })
  )
  return answers.every(Boolean)
}

async function oneAnswers(url: string): Promise<boolean> {
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
  return sorted[Math.floor(sorted.length / 2)] ?? { ms: NaN, megabytes: NaN }
}

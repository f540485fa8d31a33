// Server processes that die again and again, at named points and by chance, and are started again each time.
import { fork, type ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { FailPoint } from '../../packages/server/src/chaos.ts'
import type { Random } from './random.ts'

/** How a process dies: at a point of its own code, the moment an answer of its arrives, while it starts, or by a signal at any time. */
export type Death = FailPoint | 'answered' | 'starting' | 'signal'

export type Fleet = {
  readonly kills: readonly Death[]
  /** Processes that ended though nobody killed them, and how. */
  readonly crashes: readonly string[]
  /** Where process `slot` listens; undefined while it is dead or starting. */
  port(slot: number): number | undefined
  /** To be told of each answer that arrives from process `slot`. */
  answered(slot: number): void
  /** Kills all processes; they come back. */
  restart(): void
  /** From now on nobody dies; resolves when all serve. */
  heal(): Promise<void>
  /** Kills all processes. */
  readonly stop: () => Promise<void>
}

export type FleetOptions = {
  readonly size: number
  readonly random: Random
  /** The environment of the next process: where the database is now. */
  readonly env: () => NodeJS.ProcessEnv
  /** Everything that the processes say. */
  readonly logFile: string
  /** Whether, after these deaths, the process that starts now is to die as well. */
  readonly deadly: (kills: readonly Death[]) => boolean
  /** The first deaths, in this order; chance decides on the others. */
  readonly first?: readonly Death[] | undefined
  /** After how many commands a process dies at the latest. */
  readonly life: number
}

type Slot = {
  port?: number | undefined
  child?: ChildProcess
  death?: Death | undefined
  killedAs?: Death | undefined
  /** How many more answers of a process that is to die so may arrive. */
  answersLeft?: number
}

const points: readonly FailPoint[] = [
  'before-commit',
  'after-commit',
  'after-read',
  'before-apply',
  'outbox-before-send',
  'outbox-after-send'
]
const patienceMs = 20_000
const startLimitMs = 120_000

/** Starts `size` processes; resolves when all serve for the first time. */
export async function startFleet({ size, random, env, logFile, deadly, life, first }: FleetOptions): Promise<Fleet> {
  const kills: Death[] = []
  const crashes: string[] = []
  const slots: Slot[] = Array.from({ length: size }, () => ({}))
  const log = openSync(logFile, 'a')
  let healing = false
  let stopping = false
  let planned: Death[] = [...(first ?? ['answered', ...points])]
  const nextDeath = () => {
    if (planned.length === 0)
      planned = random.shuffled([...points, ...points, 'answered', 'answered', 'answered', 'starting'])
    return planned.shift()
  }
  const kill = (slot: Slot, as: Death) => {
    slot.killedAs ??= as
    slot.child?.kill('SIGKILL')
  }
  const live = async (slot: Slot, death: Death | undefined) => {
    const point = points.find(name => name === death)
    const child = fork(fileURLToPath(new URL('serving.ts', import.meta.url)), {
      execArgv: ['--conditions=source'],
      env: { ...env(), ...(point ? { GRIDWRIGHT_FAILPOINT: `${point}:${passes(point, life, random)}` } : {}) },
      stdio: ['ignore', log, log, 'ipc']
    })
    Object.assign(slot, { child, death, killedAs: undefined, answersLeft: random.between(2, life) })
    const timers = [setTimeout(() => slot.port === undefined && kill(slot, 'starting'), startLimitMs)]
    if (death === 'starting') timers.push(setTimeout(() => kill(slot, 'starting'), random.between(50, 1500)))
    child.once('message', message => {
      slot.port = (message as { port: number }).port // serving.ts sends this once it listens
      if (death !== undefined)
        timers.push(setTimeout(() => slot.death !== undefined && kill(slot, 'signal'), patienceMs))
    })
    const [code, signal] = await new Promise<[number | null, string | null]>(resolve =>
      child.once('exit', (...how) => resolve(how))
    )
    timers.forEach(clearTimeout)
    const served = slot.port !== undefined
    slot.port = undefined
    if (stopping) return
    if (signal === 'SIGKILL') kills.push(slot.killedAs ?? death ?? 'signal')
    else if (served) crashes.push(`a server ended by itself: exit status ${code}, signal ${signal}`)
    else await pause(300) // it found no database; there may be one soon
  }
  const keep = async (slot: Slot) => {
    while (!stopping) await live(slot, healing || !deadly(kills) ? undefined : nextDeath())
  }
  const keepers = slots.map(keep)
  const serving = async () => {
    const waiting = ({ port, death }: Slot) => port === undefined || (healing && death !== undefined)
    for (const limit = Date.now() + startLimitMs; slots.some(waiting); await pause(20))
      if (Date.now() > limit) throw new Error(`the servers do not start: ${readFileSync(logFile, 'utf8').slice(-2000)}`)
  }
  let stopped: Promise<void> | undefined
  const stopAll = async () => {
    stopping = true
    for (const { child } of slots) child?.kill('SIGKILL')
    await Promise.all(keepers)
    closeSync(log)
  }
  const stop = () => (stopped ??= stopAll())
  await serving().catch(async (error: unknown) => {
    await stop()
    throw error
  })
  return {
    kills,
    crashes,
    port: slot => slots[slot]?.port,
    answered(index) {
      const slot = slots[index]
      if (slot?.death !== 'answered' || slot.port === undefined) return
      slot.answersLeft = (slot.answersLeft ?? 0) - 1
      if (slot.answersLeft <= 0) kill(slot, 'answered')
    },
    restart: () => slots.forEach(slot => kill(slot, 'signal')),
    async heal() {
      healing = true
      for (const slot of slots) {
        if (slot.death === 'answered') slot.death = undefined
        else if (slot.death !== undefined) kill(slot, 'signal') // a point cannot be taken back
      }
      await serving()
    },
    stop
  }
}

/** At which pass of its point a process dies: notices go in batches, so their points are passed less often. */
function passes(point: FailPoint, life: number, random: Random): number {
  return point.startsWith('outbox') ? random.between(1, Math.ceil(life / 10)) : random.between(2, life)
}

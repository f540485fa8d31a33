// The ground of a chaos run: a database with the hasty locality published in it, which can be killed and comes back.
import { randomBytes } from 'node:crypto'
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plant } from '../../packages/server/src/chaos.ts'
import { openDatabase, type Database } from '../../packages/server/src/database.ts'
import { findPostmaster } from '../../packages/server/src/postgres-process.ts'
import { openStore, type Store } from '../../packages/server/src/store.ts'
import { tokensOf } from '../../packages/server/src/token.ts'

/** Addresses of a database: the owner's, and that of the role under row level security. */
export type Addresses = { readonly url: string; readonly appUrl: string }
export const locality = 'ziyun'

/** Kept between runs, as by `npm start`: a process starts in half the time. */
const compiled = fileURLToPath(new URL('../../node_modules/.gridwright/compiled', import.meta.url))

export type Ground = {
  /** Where all servers write what goes wrong. */
  readonly logFile: string
  /** The environment of a server process as of now. */
  environment(plant: Plant | undefined): NodeJS.ProcessEnv
  /** A bearer token that the servers accept. */
  readonly sign: (person: string) => Promise<string>
  /** A store of this process's own, closed after `work`. */
  within<T>(work: (store: Store) => Promise<T>): Promise<T>
  /** Kills the database and brings it back; whether its address changed. */
  killDatabase(): Promise<boolean>
  /** Copies the servers' log to where it stays; returns where. */
  keepLog(name: string): string
  close(): Promise<void>
}

/** A database of its own in a folder of its own, or `given`, which cannot be killed; `files` are published and imported. */
export async function openGround(files: ReadonlyMap<string, string>, given: Addresses | undefined): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), 'gridwright-chaos-'))
  chmodSync(folder, 0o755) // started by root, the database runs as another user
  const logFile = join(folder, 'servers.log')
  const secret = randomBytes(32).toString('base64url')
  const tokens = tokensOf(new TextEncoder().encode(secret), true)
  let own: Database | undefined = given ? undefined : await openDatabase({ dataFolder: folder })
  const addresses = (): Addresses => {
    const { url, appUrl } = own ?? given ?? { url: '', appUrl: '' }
    return { url, appUrl }
  }
  const ground: Ground = {
    logFile,
    environment: plant => ({
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GRIDWRIGHT_'))),
      NODE_COMPILE_CACHE: compiled,
      CHAOS_URL: addresses().url,
      CHAOS_APP_URL: addresses().appUrl,
      CHAOS_SECRET: secret,
      CHAOS_LOG: logFile,
      ...(plant ? { GRIDWRIGHT_PLANT: plant, GRIDWRIGHT_CHAOS: '1' } : {})
    }),
    sign: person => tokens.sign({ locality, person }, 12),
    async within(work) {
      const store = await openStore(addresses())
      return work(store).finally(() => store.close())
    },
    async killDatabase() {
      const { url, folder: cluster = '' } = own ?? { url: '' }
      const postmaster = findPostmaster(cluster)
      if (!postmaster) throw new Error('there is no running database of our own to kill')
      process.kill(postmaster.pid, 'SIGKILL')
      own = await openDatabase({ dataFolder: folder })
      return own.url !== url
    },
    keepLog(name) {
      const kept = join(tmpdir(), name)
      copyFileSync(logFile, kept)
      return kept
    },
    async close() {
      await own?.stop()
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
    }
  }
  try {
    await ground.within(async store => {
      await store.publish(files, { who: 'chaos', why: 'a run', now: Date.now() })
      await store.importData(locality, files)
    })
  } catch (error) {
    await ground.close()
    throw error
  }
  return ground
}

/** Lines that servers logged of faults in their own code: a lost database is no such fault. */
export function brokenLines(logFile: string): readonly string[] {
  const fault = /"type":"(Type|Range|Reference|Syntax)Error"|was acknowledged and is not there/
  return readFileSync(logFile, 'utf8')
    .split('\n')
    .filter(line => fault.test(line))
}

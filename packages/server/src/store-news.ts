// News between processes: every committed journal entry and every publication reach all processes by LISTEN/NOTIFY, ids only.
// Entries are announced after their commit, many at once: NOTIFY inside a transaction makes all commits of a database wait for each
// other. A connection of its own, which comes back by itself; what was said meanwhile is lost, so whoever remembers things forgets them.
import type { Client, Notification } from 'pg'
import { connect } from './postgres-roles.ts'

/** A journal entry that was committed: which case, its revision since, the event. */
export type Change = { readonly case: string; readonly revision: number; readonly event: string }
export type News = {
  /** Whether news come in now. */
  listening(): boolean
  /** Tells listeners of this process at once, and those of others within milliseconds. A process that dies in between is not heard: listeners must not live by news alone. */
  announce(locality: string, change: Change): void
  /** Calls `listener` for each change in `locality`, or in any where it is null; returns how to stop. */
  changes(locality: string | null, listener: (change: Change, locality: string) => void): () => void
  /** Calls `listener` for each publication, with undefined where one may have been missed. */
  publications(listener: (locality: string | undefined) => void): () => void
  close(): Promise<void>
}

const firstPauseMs = 100
const longestPauseMs = 5_000
const tellWithinMs = 10
const maxUntold = 10_000
const maxPayloadChars = 6_000

/** Listens on the database of `appUrl`. Throws where the first connection fails; later ones are tried again for ever. */
export async function openNews(appUrl: string, log: (message: string) => void): Promise<News> {
  const changed = new Map<(change: Change, locality: string) => void, string | null>()
  const published = new Set<(locality: string | undefined) => void>()
  let client: Client | undefined
  let closed = false
  let waiting: NodeJS.Timeout | undefined
  let untold: string[] = []
  let telling: NodeJS.Timeout | undefined
  const hear = (locality: string, change: Change) => {
    for (const [listener, wanted] of changed) if (wanted === null || wanted === locality) listener(change, locality)
  }
  const heard = ({ channel, payload = '', processId }: Notification) => {
    if (channel === 'gridwright_release') for (const listener of published) listener(payload)
    if (channel !== 'gridwright' || processId === (client && pidOf(client))) return
    for (const line of payload.split('\n')) {
      const [locality = '', id = '', revision = '', event = ''] = line.split(':')
      hear(locality, { case: id, revision: Number(revision), event })
    }
  }
  const tell = async () => {
    telling = undefined
    const [batch, told] = [untold.slice(-maxUntold), client]
    if (!told || batch.length === 0) return
    untold = []
    await told.query({
      name: 'tell',
      text: `select pg_notify('gridwright', line) from unnest($1::text[]) as line`,
      values: [payloads(batch)]
    })
  }
  const tellSoon = () => {
    telling ??= setTimeout(
      () => void tell().catch((error: unknown) => log(`news were not told: ${String(error)}`)),
      tellWithinMs
    )
  }
  const lost = (pauseMs: number) => {
    client = undefined
    if (closed || waiting) return
    log(`no news from the database, listening again in ${pauseMs} ms`)
    for (const listener of published) listener(undefined)
    waiting = setTimeout(() => {
      waiting = undefined
      open().catch(() => lost(Math.min(pauseMs * 2, longestPauseMs)))
    }, pauseMs)
    waiting.unref()
  }
  const open = async () => {
    const opened: Client = await connect(appUrl, 'gridwright news', () => opened === client && lost(firstPauseMs))
    opened.on('end', () => opened === client && lost(firstPauseMs))
    opened.on('notification', heard)
    await opened.query('listen gridwright; listen gridwright_release')
    if (closed) return opened.end()
    client = opened
    for (const listener of published) listener(undefined) // what came in between was not heard
    if (untold.length > 0) tellSoon()
  }
  await open()
  return {
    listening: () => client !== undefined,
    announce(locality, change) {
      hear(locality, change)
      untold.push(`${locality}:${change.case}:${change.revision}:${change.event}`)
      if (untold.length >= 2 * maxUntold) untold = untold.slice(-maxUntold)
      tellSoon()
    },
    changes(locality, listener) {
      changed.set(listener, locality)
      return () => void changed.delete(listener)
    },
    publications(listener) {
      published.add(listener)
      return () => void published.delete(listener)
    },
    async close() {
      closed = true
      clearTimeout(waiting)
      clearTimeout(telling)
      await tell().catch(() => undefined) // whoever closes does not wait for a broken connection
      const ending = client
      client = undefined
      if (ending) await Promise.race([ending.end(), new Promise<void>(resolve => setTimeout(resolve, 2_000).unref())])
    }
  }
}

/** Lines joined into as few payloads as NOTIFY takes (8000 bytes each; ids and events are ASCII). */
function payloads(lines: readonly string[]): readonly string[] {
  const joined: string[] = []
  for (const line of lines) {
    const last = joined.at(-1)
    if (last !== undefined && last.length + line.length < maxPayloadChars)
      joined[joined.length - 1] = `${last}\n${line}`
    else joined.push(line)
  }
  return joined
}

/** The server process behind a connection; what it says itself it need not hear. */
function pidOf(client: Client): number {
  return (client as unknown as { processID: number }).processID // pg keeps it, its types do not tell
}

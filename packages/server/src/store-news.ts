// News between processes: every committed journal entry, transfer of points and publication reach all processes by LISTEN/NOTIFY, ids only.
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
  /** Tells, in the same way, that a transfer of points was entered or settled. */
  announceTransfer(locality: string, transfer: string): void
  /** Calls `listener` with the id of each such transfer in `locality`; returns how to stop. */
  transfers(locality: string, listener: (transfer: string) => void): () => void
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
  const moved = new Map<(transfer: string) => void, string>()
  const published = new Set<(locality: string | undefined) => void>()
  const hear = (locality: string, change: Change) => {
    for (const [listener, wanted] of changed) if (wanted === null || wanted === locality) listener(change, locality)
  }
  const hearTransfer = (locality: string, transfer: string) => {
    for (const [listener, wanted] of moved) if (wanted === locality) listener(transfer)
  }
  const hearAll = (payload: string) => {
    for (const text of payload.split('\n')) {
      const [locality = '', id = '', revision, event = ''] = text.split(':')
      if (revision === undefined) hearTransfer(locality, id)
      else hear(locality, { case: id, revision: Number(revision), event })
    }
  }
  const publish = (locality: string | undefined) => {
    for (const listener of published) listener(locality)
  }
  const line = await openLine(appUrl, log, {
    heard: ({ channel, payload = '' }) => (channel === 'gridwright_release' ? publish(payload) : hearAll(payload)),
    missed: () => publish(undefined)
  })
  const teller = tellerOn(line, log)
  return {
    listening: () => line.client() !== undefined,
    announce(locality, change) {
      hear(locality, change)
      teller.tell(`${locality}:${change.case}:${change.revision}:${change.event}`)
    },
    changes(locality, listener) {
      changed.set(listener, locality)
      return () => void changed.delete(listener)
    },
    announceTransfer(locality, transfer) {
      hearTransfer(locality, transfer)
      teller.tell(`${locality}:${transfer}`)
    },
    transfers(locality, listener) {
      moved.set(listener, locality)
      return () => void moved.delete(listener)
    },
    publications(listener) {
      published.add(listener)
      return () => void published.delete(listener)
    },
    async close() {
      await teller.close()
      await line.close()
    }
  }
}

/** A connection that listens and comes back by itself; `client` is undefined while it is away. */
type Line = { client(): Client | undefined; close(): Promise<void> }
type Ear = { readonly heard: (notification: Notification) => void; readonly missed: () => void }

async function openLine(appUrl: string, log: (message: string) => void, { heard, missed }: Ear): Promise<Line> {
  let client: Client | undefined
  let closed = false
  let waiting: NodeJS.Timeout | undefined
  const lost = (pauseMs: number) => {
    client = undefined
    if (closed || waiting) return
    log(`no news from the database, listening again in ${pauseMs} ms`)
    missed()
    waiting = setTimeout(() => {
      waiting = undefined
      open().catch(() => lost(Math.min(pauseMs * 2, longestPauseMs)))
    }, pauseMs)
    waiting.unref()
  }
  const open = async () => {
    const opened: Client = await connect(appUrl, 'gridwright news', () => opened === client && lost(firstPauseMs))
    opened.on('end', () => opened === client && lost(firstPauseMs))
    opened.on('notification', notification =>
      notification.processId === pidOf(opened) && notification.channel === 'gridwright'
        ? undefined
        : heard(notification)
    )
    await opened.query('listen gridwright; listen gridwright_release')
    if (closed) return opened.end()
    client = opened
    missed() // what came in between was not heard
  }
  await open()
  return {
    client: () => client,
    async close() {
      closed = true
      clearTimeout(waiting)
      const ending = client
      client = undefined
      if (ending) await Promise.race([ending.end(), new Promise<void>(resolve => setTimeout(resolve, 2_000).unref())])
    }
  }
}

/** Tells others what is given to it, one batch after the other, soon. */
function tellerOn(line: Line, log: (message: string) => void): { tell(text: string): void; close(): Promise<void> } {
  let untold: string[] = []
  let timer: NodeJS.Timeout | undefined
  let telling = Promise.resolve()
  const send = async () => {
    timer = undefined
    const [client, batch] = [line.client(), untold.slice(-maxUntold)]
    untold = []
    if (!client || batch.length === 0) return
    const values = [payloads(batch)]
    await client
      .query({ name: 'tell', text: `select pg_notify('gridwright', line) from unnest($1::text[]) as line`, values })
      .catch((error: unknown) => log(`news were not told: ${String(error)}`))
  }
  return {
    tell(text) {
      untold.push(text)
      timer ??= setTimeout(() => (telling = telling.then(send)), tellWithinMs)
    },
    async close() {
      clearTimeout(timer)
      await (telling = telling.then(send))
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

// News between processes: every committed journal entry and every publication reach all processes by LISTEN/NOTIFY, ids only.
// A connection of its own, which comes back by itself; what was said meanwhile is lost, so whoever remembers things forgets them.
import type { Client } from 'pg'
import { connect } from './postgres-roles.ts'

/** A journal entry that was committed: which case, its revision since, the event. */
export type Change = { readonly case: string; readonly revision: number; readonly event: string }
export type News = {
  /** Whether news come in now. */
  listening(): boolean
  /** Calls `listener` for each change in `locality`, or in any where it is null; returns how to stop. */
  changes(locality: string | null, listener: (change: Change, locality: string) => void): () => void
  /** Calls `listener` for each publication, with undefined where one may have been missed. */
  publications(listener: (locality: string | undefined) => void): () => void
  close(): Promise<void>
}

const firstPauseMs = 100
const longestPauseMs = 5_000

/** Listens on the database of `appUrl`. Throws where the first connection fails; later ones are tried again for ever. */
export async function openNews(appUrl: string, log: (message: string) => void): Promise<News> {
  const changed = new Map<(change: Change, locality: string) => void, string | null>()
  const published = new Set<(locality: string | undefined) => void>()
  let client: Client | undefined
  let closed = false
  let waiting: NodeJS.Timeout | undefined
  const tell = (channel: string, payload: string) => {
    if (channel === 'gridwright_release') for (const listener of published) listener(payload)
    const [locality = '', id = '', revision = '', event = ''] = payload.split(':')
    if (channel === 'gridwright')
      for (const [listener, wanted] of changed)
        if (wanted === null || wanted === locality) listener({ case: id, revision: Number(revision), event }, locality)
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
    opened.on('notification', ({ channel, payload = '' }) => tell(channel, payload))
    await opened.query('listen gridwright; listen gridwright_release')
    if (closed) return opened.end()
    client = opened
    for (const listener of published) listener(undefined) // what came in between was not heard
  }
  await open()
  return {
    listening: () => client !== undefined,
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
      const ending = client
      client = undefined
      if (ending) await Promise.race([ending.end(), new Promise<void>(resolve => setTimeout(resolve, 2_000).unref())])
    }
  }
}

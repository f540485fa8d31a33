/** The subscriptions: changes of cases and transfers of points as they are committed, by whichever process, to those who may see them. */
import { audienceOf } from '@gridwright/workflows'
import { Repeater } from 'graphql-yoga'
import { maySeeTransfer, viewerOf, type Viewer } from './access.ts'
import type { Context } from './context.ts'
import type { Change as Entry } from './store.ts'
import type { PassbookLine } from './store-passbook.ts'
import type { CaseRow } from '@gridwright/workflows'

type Change = { readonly id: string; readonly revision: number; readonly event: string; readonly case: CaseRow | null }

/** Rights are read again after this long, so that a post which has ended stops showing cases. */
const rightsKeptMs = 30_000
const maxWaiting = 500

export const changeSubscriptions = {
  caseChanged: {
    subscribe: (_: unknown, { case: only }: { case?: string | null }, context: Context) =>
      changesFor(context, only ?? undefined),
    resolve: (change: Change) => change
  },
  transferChanged: {
    subscribe: (_: unknown, __: unknown, context: Context) => transfersFor(context),
    resolve: (line: PassbookLine) => line
  }
}

function changesFor(context: Context, only: string | undefined): AsyncIterable<Change> {
  const { store, locality } = context
  const shown = new Set<string>()
  return streamFor(context, {
    listen: (hear: (entry: Entry) => void) =>
      store.changes(locality.id, entry => (only === undefined || entry.case === only) && hear(entry)),
    async seen(change, viewer): Promise<Change | undefined> {
      const row = await store.rowOf(locality.id, change.case)
      const held = new Set((await viewer())?.audience)
      const visible = row !== undefined && audienceOf(row).some(key => held.has(key))
      if (visible) shown.add(change.case)
      else if (!shown.delete(change.case)) return undefined
      return {
        id: change.case,
        revision: change.revision,
        event: visible ? change.event : '',
        case: visible ? row : null
      }
    }
  })
}

function transfersFor(context: Context): AsyncIterable<PassbookLine> {
  const { store, locality } = context
  return streamFor(context, {
    listen: (hear: (transfer: string) => void) => store.transfers(locality.id, hear),
    async seen(transfer, viewer) {
      const line = await store.books.line(locality.id, transfer)
      const asking = await viewer()
      return line && asking && maySeeTransfer(line.transfer, asking) ? line : undefined
    }
  })
}

/** What is heard, and what of it the viewer, with what they hold now, gets to see. */
type Stream<News, Seen> = {
  readonly listen: (hear: (news: News) => void) => () => void
  readonly seen: (news: News, viewer: () => Promise<Viewer | undefined>) => Promise<Seen | undefined>
}

function streamFor<News, Seen>(context: Context, { listen, seen }: Stream<News, Seen>): AsyncIterable<Seen> {
  const { store, locality, identity } = context
  return new Repeater<Seen>(async (push, stop) => {
    if (!identity || identity.locality !== locality.id) return stop()
    let rights: { readonly at: number; readonly viewer: Viewer | undefined } = { at: 0, viewer: undefined }
    const viewer = async () => {
      const now = Date.now()
      if (now - rights.at > rightsKeptMs) {
        const facts = await store.personFacts(locality.id, identity.person, now)
        rights = { at: now, viewer: facts && viewerOf(locality, facts) }
      }
      return rights.viewer
    }
    const waiting: News[] = []
    let running = false
    const drain = async () => {
      running = true
      for (let news = waiting.shift(); news !== undefined; news = waiting.shift()) {
        const shown = await seen(news, viewer)
        if (shown !== undefined) void push(shown)
      }
      running = false
    }
    const unlisten = listen(news => {
      if (waiting.length >= maxWaiting) return
      waiting.push(news)
      if (!running) drain().catch(stop)
    })
    await stop
    unlisten()
  })
}

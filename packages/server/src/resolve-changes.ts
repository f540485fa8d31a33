/** The subscription `caseChanged`: changes of cases as they are committed, by whichever process, to those who may see them. */
import { audienceOf } from '@gridwright/workflows'
import { Repeater } from 'graphql-yoga'
import { viewerOf } from './access.ts'
import type { Context } from './context.ts'
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
  }
}

function changesFor(context: Context, only: string | undefined): AsyncIterable<Change> {
  const { store, locality, identity } = context
  return new Repeater<Change>(async (push, stop) => {
    if (!identity || identity.locality !== locality.id) return stop()
    const shown = new Set<string>()
    let rights = { at: 0, keys: new Set<string>() }
    const keys = async () => {
      const now = Date.now()
      if (now - rights.at > rightsKeptMs) {
        const facts = await store.personFacts(locality.id, identity.person, now)
        rights = { at: now, keys: new Set(facts ? viewerOf(locality, facts).audience : []) }
      }
      return rights.keys
    }
    const waiting: { case: string; revision: number; event: string }[] = []
    let running = false
    const drain = async () => {
      running = true
      for (let change = waiting.shift(); change; change = waiting.shift()) {
        const row = await store.rowOf(locality.id, change.case)
        const held = await keys()
        const visible = row !== undefined && audienceOf(row).some(key => held.has(key))
        if (visible) shown.add(change.case)
        else if (!shown.delete(change.case)) continue
        void push({
          id: change.case,
          revision: change.revision,
          event: visible ? change.event : '',
          case: visible ? row : null
        })
      }
      running = false
    }
    const unlisten = store.changes(locality.id, change => {
      if ((only !== undefined && change.case !== only) || waiting.length >= maxWaiting) return
      waiting.push(change)
      if (!running) drain().catch(stop)
    })
    await stop
    unlisten()
  })
}

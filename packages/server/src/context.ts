/** What one GraphQL request knows: its locality, language and instant, who asks, and loaders that read each thing once. */
import { localIso, textIn, type Locality, type Procedure, type Text } from '@gridwright/core'
import type { CaseRow } from '@gridwright/workflows'
import DataLoader from 'dataloader'
import { viewerOf, type Viewer } from './access.ts'
import type { Area, PersonCard, Store } from './store.ts'
import type { Identity } from './token.ts'

export type Context = {
  readonly store: Store
  readonly locality: Locality
  readonly release: string
  readonly language: string
  /** Epoch milliseconds at which the request came in. */
  readonly now: number
  readonly identity: Identity | undefined
  /** The signed-in person with what is held now; null for a visitor or a person whom the locality does not know. */
  readonly viewer: () => Promise<Viewer | null>
  readonly people: DataLoader<string, PersonCard | undefined>
  readonly contacts: DataLoader<string, PersonCard | undefined>
  readonly areas: DataLoader<string, Area | undefined>
  readonly households: DataLoader<string, string | undefined>
  readonly procedures: DataLoader<string, Procedure>
  readonly text: (text: Text) => string
  /** Epoch milliseconds as RFC 3339 on the locality's wall clock. */
  readonly instant: (at: number) => string
}

type Request = Pick<Context, 'store' | 'locality' | 'release' | 'language' | 'now' | 'identity'>

/** The context of one request. A token of another locality makes a visitor. */
export function contextOf(request: Request): Context {
  const { store, locality, language, now, identity } = request
  const byId = <T>(read: (ids: readonly string[]) => Promise<ReadonlyMap<string, T>>) =>
    new DataLoader<string, T | undefined>(async ids => {
      const found = await read(ids)
      return ids.map(id => found.get(id))
    })
  let viewer: Promise<Viewer | null> | undefined
  const lookUp = async () => {
    if (!identity || identity.locality !== locality.id) return null
    const facts = await store.personFacts(locality.id, identity.person, now)
    return facts ? viewerOf(locality, facts) : null
  }
  return {
    ...request,
    viewer: () => (viewer ??= lookUp()),
    people: byId(ids => store.people(locality.id, ids)),
    contacts: byId(ids => store.contacts(locality.id, ids)),
    areas: byId(ids => store.areasById(locality.id, ids)),
    households: byId(ids => store.books.households(locality.id, ids)),
    procedures: new DataLoader(hashes => Promise.all(hashes.map(hash => store.procedure(locality.id, hash)))),
    text: text => textIn(text, language, locality.languages),
    instant: at => localIso(at, locality.timeZone)
  }
}

/** The procedure that a case is pinned to, or that a journal entry was decided by. */
export function procedureFor(context: Context, of: Pick<CaseRow, 'procedure'>): Promise<Procedure> {
  return context.procedures.load(of.procedure)
}

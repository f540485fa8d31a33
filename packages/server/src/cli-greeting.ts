/** What `start` says of each locality it serves: where it is, and in development a sign-in link for one person of each kind. */
import { textIn, type Locality } from '@gridwright/core'
import type { Store } from './store.ts'
import { said, type Terminal } from './terminal.ts'
import type { SignInCodes } from './token.ts'

type Role = { readonly label: string; readonly person: string; readonly name: string }

/** Where a locality is served: `url` is the server's, `codes` are there in development. */
export type Served = { readonly store: Pick<Store, 'oneOfEach'>; readonly url: string; readonly codes?: SignInCodes }

/** Prints name, portal and endpoint of `locality`, and with `codes` the sign-in links. */
export async function greet(terminal: Terminal, { store, url, codes }: Served, locality: Locality): Promise<void> {
  const { print, language } = terminal
  const roles = codes ? await rolesIn(store, locality, terminal) : []
  print('')
  print(`${textIn(locality.name, language, locality.languages)}  (${locality.id})`)
  print(`  ${said(terminal, '门户', 'portal')}    ${url}/?locality=${locality.id}`)
  print(`  GraphQL  ${url}/${locality.id}/graphql`)
  for (const { label, person, name } of roles) {
    const who = said(terminal, `${label}（${name}）`, `${label} (${name})`)
    print(`  ${who}  ${url}/sign-in/${codes?.issue({ locality: locality.id, person })}`)
  }
}

/** One person for each post and kind of registration that is held now, and one who never held any: the residents. */
export async function rolesIn(
  store: Pick<Store, 'oneOfEach'>,
  locality: Locality,
  terminal: Pick<Terminal, 'language'>
): Promise<readonly Role[]> {
  const found = await store.oneOfEach(locality, Date.now())
  const declared = [...locality.posts, ...locality.registrations].map(
    ([id, { label }]) => [id, textIn(label, terminal.language, locality.languages)] as const
  )
  return [...declared, ['', said(terminal, '居民', 'Resident')] as const].flatMap(([id, label]) => {
    const person = found.get(id)
    return person ? [{ label, person: person.id, name: person.name }] : []
  })
}

/** What `start` says of each locality it serves: where it is, and in development a sign-in link for one person of each kind. */
import { readTable, textIn, type Locality, type TableName } from '@gridwright/core'
import { said, type Terminal } from './terminal.ts'
import type { SignInCodes } from './token.ts'

type Files = ReadonlyMap<string, string>
type Role = { readonly label: string; readonly person: string; readonly name: string }

/** Prints name, portal and endpoint of `locality` under `url`, and with `codes` the sign-in links. */
export function greet(terminal: Terminal, url: string, files: Files, locality: Locality, codes?: SignInCodes): void {
  const { print, language } = terminal
  print('')
  print(`${textIn(locality.name, language, locality.languages)}  (${locality.id})`)
  print(`  ${said(terminal, '门户', 'portal')}    ${url}/?locality=${locality.id}`)
  print(`  GraphQL  ${url}/${locality.id}/graphql`)
  if (!codes) return
  for (const { label, person, name } of rolesIn(files, locality, terminal)) {
    const who = said(terminal, `${label}（${name}）`, `${label} (${name})`)
    print(`  ${who}  ${url}/sign-in/${codes.issue({ locality: locality.id, person })}`)
  }
}

/** One person for each post and kind of registration, and one who holds nothing: the residents; from the folder's own tables. */
export function rolesIn(files: Files, locality: Locality, terminal: Pick<Terminal, 'language'>): readonly Role[] {
  const rows = (name: TableName) => {
    const dataset = readTable(locality, name, files.get(`data/${name}.csv`) ?? '')
    return 'rows' in dataset ? dataset.rows.map(({ cells }) => cells) : []
  }
  const names = new Map(rows('people').map(row => [row['id'] ?? '', row['name'] ?? '']))
  const holders = [...rows('appointments'), ...rows('registrations')].map(row => ({
    role: row['post'] ?? row['kind'] ?? '',
    person: row['person'] ?? ''
  }))
  const declared = [...locality.posts, ...locality.registrations].map(([id, { label }]) => ({
    label: textIn(label, terminal.language, locality.languages),
    person: holders.find(({ role }) => role === id)?.person
  }))
  const holding = new Set(holders.map(({ person }) => person))
  const resident = [...names.keys()].find(id => !holding.has(id))
  return [...declared, { label: said(terminal, '居民', 'Resident'), person: resident }].flatMap(({ label, person }) =>
    person === undefined ? [] : [{ label, person, name: names.get(person) ?? person }]
  )
}

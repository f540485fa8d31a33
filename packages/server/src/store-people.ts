// Who is who: people, callers without an account, and who holds a key now.
import type { Locality, PartyKey } from '@gridwright/core'
import { instant } from './store-case.ts'
import type { Run, Session } from './store-session.ts'
import { isUuid } from './transaction.ts'

/** `phone` is unmasked: whoever shows it masks it. */
export type PersonCard = { readonly id: string; readonly name: string; readonly phone: string | null }
export type HolderQuery = { readonly search?: string; readonly first: number; readonly now: number }

const heldNow = `h.valid_from <= ${instant('$2')} and (h.valid_to is null or ${instant('$2')} < h.valid_to)`
const holdersSql = `with holder as (
    select unnest($3::text[]) as id
    union select h.person from unnest($4::text[], $5::text[]) as k(post, area) cross join lateral (
      select h.person from appointment h where h.locality = $1 and h.post = k.post and h.area = k.area and ${heldNow} offset 0) h
    union select h.person from unnest($6::text[], $7::text[]) as k(kind, area) cross join lateral (
      select h.person from registration h where h.locality = $1 and h.kind = k.kind and h.area = k.area and ${heldNow} offset 0) h)
  select p.id, p.name, p.phone from holder cross join lateral (select p.* from person p where p.locality = $1 and p.id = holder.id limit 1) p where strpos(p.name, $8) > 0 order by p.name, p.id limit $9`

/** Those who hold any of `keys` at `now`, by name; `search` is a part of the name. */
export function holders(
  session: Session,
  locality: string,
  keys: readonly PartyKey[],
  { search = '', first, now }: HolderQuery
): Promise<readonly PersonCard[]> {
  const of = (kind: string) => keys.filter(key => key.startsWith(`${kind}:`)).map(key => key.slice(kind.length + 1))
  const pairs = (kind: string) =>
    of(kind).map(rest => [rest.slice(0, rest.indexOf('@')), rest.slice(rest.indexOf('@') + 1)] as const)
  const column = (rows: readonly (readonly [string, string])[], i: 0 | 1) => rows.map(row => row[i])
  const [posts, registrations] = [pairs('post'), pairs('registration')]
  const params = [
    locality,
    now,
    of('person'),
    column(posts, 0),
    column(posts, 1),
    column(registrations, 0),
    column(registrations, 1),
    search,
    first
  ]
  return session.read<PersonCard>(locality, holdersSql, params)
}

const oneOfEachSql = `
  select role, person.* from unnest($3::text[]) as role cross join lateral (
    select h.person from appointment h where h.locality = $1 and h.post = role and ${heldNow} order by h.area limit 1) h
    cross join lateral (select p.id, p.name, p.phone from person p where p.locality = $1 and p.id = h.person limit 1) person
  union all select role, person.* from unnest($4::text[]) as role cross join lateral (
    select h.person from registration h where h.locality = $1 and h.kind = role and ${heldNow} order by h.area limit 1) h
    cross join lateral (select p.id, p.name, p.phone from person p where p.locality = $1 and p.id = h.person limit 1) person
  union all (select '', p.id, p.name, p.phone from person p where p.locality = $1
    and not exists (select from appointment h where h.locality = $1 and h.person = p.id)
    and not exists (select from registration h where h.locality = $1 and h.person = p.id) order by p.id limit 1)`

/** Somebody for each post and each kind of registration that is held at `now`, by its id, and under '' somebody who never held any. */
export async function oneOfEach(
  session: Session,
  { id, posts, registrations }: Locality,
  now: number
): Promise<ReadonlyMap<string, PersonCard>> {
  const params = [id, now, [...posts.keys()], [...registrations.keys()]]
  const rows = await session.read<PersonCard & { role: string }>(id, oneOfEachSql, params)
  return new Map(rows.map(({ role, ...card }) => [role, card]))
}

type Cards = (session: Session, locality: string, ids: readonly string[]) => Promise<ReadonlyMap<string, PersonCard>>

const cardsFrom =
  (table: 'person' | 'contact', type: 'text' | 'uuid'): Cards =>
  async (session, locality, ids) => {
    const sql = `select id, name, phone from ${table} where locality = $1 and id = any($2::${type}[])`
    return cards(await session.read<PersonCard>(locality, sql, [locality, type === 'uuid' ? ids.filter(isUuid) : ids]))
  }

/** People by id; unknown ids are missing. */
export const people = cardsFrom('person', 'text')

/** Callers without an account by id; unknown ids are missing. */
export const contacts = cardsFrom('contact', 'uuid')

/** Which of `ids` are ids of rows of `table` in this locality. */
export async function known(
  run: Run,
  table: 'person' | 'area',
  locality: string,
  ids: readonly string[]
): Promise<ReadonlySet<string>> {
  const rows = await run<{ id: string }>(`select id from ${table} where locality = $1 and id = any($2::text[])`, [
    locality,
    ids
  ])
  return new Set(rows.map(({ id }) => id))
}

function cards(rows: readonly PersonCard[]): ReadonlyMap<string, PersonCard> {
  return new Map(rows.map(row => [row.id, row]))
}

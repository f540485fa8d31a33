// The roster of a day: who holds a post, what else they hold, and which areas are left without anybody.
import { mannedAreas, type Locality, type PersonFacts } from '@gridwright/core'
import { areaColumns, type Area } from './store-areas.ts'
import { instant } from './store-case.ts'
import type { Session } from './store-session.ts'

/** `areas` and `manned` are counts; `uncovered` is sorted by code. */
export type Roster = { readonly areas: number; readonly manned: number; readonly uncovered: readonly Area[] }

const at = (of: string) =>
  `${of}.valid_from <= ${instant('$2')} and (${of}.valid_to is null or ${instant('$2')} < ${of}.valid_to)`
const staffSql = `
  select h.person as id, json_agg(json_build_object('post', h.post, 'area', h.area)) as appointments from appointment h
  where h.locality = $1 and ${at('h')} and h.person in (select t.person from appointment t where t.locality = $1 and t.post = $3)
  group by h.person`
const areasSql = `select ${areaColumns} from area a where a.locality = $1 and a.level = $3 and ${at('a')} order by a.code, a.id`

/** Where `post` of the locality is manned at `now`, epoch milliseconds. */
export async function roster(session: Session, locality: Locality, post: string, now: number): Promise<Roster> {
  const { id, posts } = locality
  const staff = await session.read<Pick<PersonFacts, 'id' | 'appointments'>>(id, staffSql, [id, now, post])
  const areas = await session.read<Area>(id, areasSql, [id, now, posts.get(post)?.level ?? ''])
  const manned = mannedAreas(
    locality,
    post,
    staff.map(person => ({ ...person, registrations: [] }))
  )
  const uncovered = areas.filter(area => !manned.has(area.id))
  return { areas: areas.length, manned: areas.length - uncovered.length, uncovered }
}

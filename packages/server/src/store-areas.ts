// Areas of the grid and notices that have been delivered, as pages.
import type { PartyKey } from '@gridwright/core'
import type { Session } from './store-session.ts'
import { iso, milliseconds } from './store-case.ts'
import { pageOf, positionOf, type Page } from './store-page.ts'

/** `path` holds ids, the top first and this area last. */
export type Area = {
  readonly id: string
  readonly code: string
  readonly name: string
  readonly level: string
  readonly parent: string | null
  readonly path: readonly string[]
}
/** `parent` null asks for the top; without it every area, or all of a level. */
export type AreaQuery = {
  readonly parent?: string | null
  readonly level?: string
  readonly first: number
  readonly after?: string
}
export type DeliveredNotice = {
  readonly id: string
  readonly topic: string
  readonly case: string
  readonly at: number
  readonly params: Readonly<Record<string, string>>
}

export const areaColumns = 'a.id, a.code, a.name, a.level, a.parent, to_json(a.path) as path'

/** Areas by code. */
export async function areas(
  session: Session,
  locality: string,
  { parent, level, first, after }: AreaQuery
): Promise<Page<Area>> {
  const [code, id] = positionOf(after) ?? ['', '']
  const under = parent === undefined ? '' : parent === null ? 'and a.parent is null' : 'and a.parent = $6'
  const of = level === undefined ? '' : `and a.level = $5`
  const rows = await session.read<Area>(
    locality,
    `select ${areaColumns} from area a where a.locality = $1 and (a.code, a.id) > ($2, $3) ${of} ${under} and ($5::text is null or true) and ($6::text is null or true)
      order by a.code, a.id limit $4`,
    [locality, code, id, first + 1, level ?? null, parent ?? null]
  )
  return pageOf(rows, first, after, { node: area => area, position: area => [area.code, area.id] })
}

/** Areas by id; unknown ids are missing. */
export async function areasById(
  session: Session,
  locality: string,
  ids: readonly string[]
): Promise<ReadonlyMap<string, Area>> {
  const rows = await session.read<Area>(
    locality,
    `select ${areaColumns} from area a where a.locality = $1 and a.id = any($2::text[])`,
    [locality, ids]
  )
  return new Map(rows.map(area => [area.id, area]))
}

const noticesSql = (
  from: string
) => `select n.notice as id, n.topic, n.case_id as case, ${milliseconds('n.at')} as at, n.params from (
    select distinct on (n.at, n.notice) n.* from unnest($2::text[]) as driver(key) cross join lateral (
      select * from inbox n where n.locality = $1 and n.holder = driver.key ${from} order by n.at desc, n.notice desc limit $3) n
    order by n.at desc, n.notice desc limit $3) n order by n.at desc, n.notice desc`

/** Notices to any of `keys`, newest first, each once. */
export async function notices(
  session: Session,
  locality: string,
  keys: readonly PartyKey[],
  first: number,
  after?: string
): Promise<Page<DeliveredNotice>> {
  const position = positionOf(after)
  const from = position && !Number.isNaN(Date.parse(position[0])) ? position : undefined
  const rows = await session.read<DeliveredNotice>(
    locality,
    noticesSql(from ? 'and (n.at, n.notice) < ($4::timestamptz, $5::text)' : ''),
    [locality, keys, first + 1, ...(from ?? [])]
  )
  return pageOf(rows, first, after, { node: notice => notice, position: notice => [iso(notice.at), notice.id] })
}

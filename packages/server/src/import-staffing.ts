// Whether posts are held by as many as posts.json says (perArea), once a table of appointments is in: told, not refused, since people come and go
// by several tables. Counted like `gridwright check` counts: whoever has no last day.
import type { Locality } from '@gridwright/core'
import type { Run } from './store-session.ts'

/** A post that is held by `count` at an area, outside of `min` to `max` (null for no limit). */
export type Staffing = {
  readonly post: string
  readonly area: string
  readonly count: number
  readonly min: number | null
  readonly max: number | null
}

const most = 20

/** At most 20 places where a post is held by too few or too many. */
export async function misstaffed(run: Run, { id, posts }: Locality): Promise<readonly Staffing[]> {
  const limited = [...posts].flatMap(([post, { level, perArea }]) => (perArea ? [{ post, level, ...perArea }] : []))
  if (limited.length === 0) return []
  return run<Staffing>(
    `select p.post, a.id as area, count(t.person)::int as count, p.min, p.max
    from jsonb_to_recordset($2::jsonb) as p(post text, level text, min int, max int)
    join area a on a.locality = $1 and a.level = p.level
    left join appointment t on t.locality = $1 and t.post = p.post and t.area = a.id and t.valid_to is null
    group by p.post, a.id, p.min, p.max having count(t.person) < p.min or count(t.person) > p.max
    order by p.post, a.id limit $3`,
    [id, JSON.stringify(limited), most]
  )
}

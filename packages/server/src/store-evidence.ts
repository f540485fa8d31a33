// What the ids on score lines stand for: journal entries with the numbers of their cases, marks, and totals that other evaluations published.
import { milliseconds } from './store-case.ts'
import type { Run } from './store-session.ts'

/** A journal entry (`event` of the case with this number), a mark, or a published total. Who gave a mark is not told. Instants in epoch milliseconds. */
export type Evidence = { readonly id: string; readonly at: number } & (
  | { readonly kind: 'event'; readonly number: string; readonly event: string }
  | { readonly kind: 'mark'; readonly marks: string }
  | { readonly kind: 'total'; readonly window: string; readonly subject: string; readonly total: string }
)

/** The evidence of `ids` (`<case>#<ordinal>`, or ids of marks and scores) that is there. */
export async function evidenceOf(
  run: Run,
  locality: string,
  ids: readonly string[]
): Promise<ReadonlyMap<string, Evidence>> {
  const [entries, others] = [ids.filter(id => id.includes('#')), ids.filter(id => !id.includes('#'))]
  const places = entries.map(id => id.split('#'))
  const found = [
    ...(await run<Evidence>(entriesSql, [
      locality,
      places.map(([id = '']) => id),
      places.map(([, ordinal = '']) => Number(ordinal))
    ])),
    ...(await run<Evidence>(marksSql, [locality, others])),
    ...(await run<Evidence>(totalsSql, [locality, others]))
  ]
  return new Map(found.map(each => [each.id, each]))
}

const entriesSql = `select e.case_id || '#' || e.ordinal as id, 'event' as kind, c.number, e.event, ${milliseconds('e.at')} as at
  from unnest($2::uuid[], $3::int[]) as k(case_id, ordinal)
  cross join lateral (select * from case_event e where e.locality = $1 and e.case_id = k.case_id and e.ordinal = k.ordinal limit 1) e
  cross join lateral (select c.number from case_record c where c.locality = $1 and c.id = e.case_id limit 1) c`
const marksSql = `select id, 'mark' as kind, marks, ${milliseconds('at')} as at from rating where locality = $1 and id = any($2::uuid[])`
const totalsSql = `select id, 'total' as kind, "window", subject, card->>'total' as total, ${milliseconds('at')} as at
  from score where locality = $1 and id = any($2::uuid[])`

/** The roster of a day (当日在岗): at which areas a post is manned by somebody who is not needed elsewhere that day. */
import { dayOf, instantAt, zoneOf } from './zone.ts'
import type { Locality } from './locality.ts'
import type { PersonFacts } from './party.ts'

/** The areas at which somebody holds `post` and none of the posts that it is absent while. */
export function mannedAreas(locality: Locality, post: string, people: Iterable<PersonFacts>): ReadonlySet<string> {
  const elsewhere = new Set(locality.posts.get(post)?.absentWhile)
  const manned = new Set<string>()
  for (const { appointments } of people) {
    if (appointments.some(held => elsewhere.has(held.post))) continue
    for (const held of appointments) if (held.post === post) manned.add(held.area)
  }
  return manned
}

/** The first instant of a local date (YYYY-MM-DD), epoch milliseconds; undefined for what is no date. */
export function startOfDay(date: string, timeZone: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(date) || Number.isNaN(Date.parse(date))) return undefined
  return instantAt(zoneOf(timeZone), dayOf(date), 0)
}

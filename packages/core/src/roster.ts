/** The roster of a day (当日在岗): at which areas a post is manned by somebody who is not needed elsewhere that day. */
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

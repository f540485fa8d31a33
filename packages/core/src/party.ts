/**
 * Parties and the keys that stand for them. A key names one holder: `person:<id>`, `contact:<id>`, `post:<post>@<area id>`,
 * `registration:<kind>@<area id>`, or `area:<area id>` for whoever may see that area. A case carries the keys of its owners and of
 * all who may see it; a person holds keys by the posts and registrations held now; where the two overlap, the right is there.
 */
import type { OneParty, Party } from './schema-types.ts'

export type PartyKey = string
/** Ids of a case's area and the areas above it, by level. */
export type Places = Readonly<Record<string, string>>

/** A person with the posts and registrations held at one instant; ids of areas. */
export type PersonFacts = {
  readonly id: string
  readonly appointments: readonly { readonly post: string; readonly area: string }[]
  readonly registrations: readonly { readonly kind: string; readonly area: string }[]
}

/** What a party is resolved against: the case's people and places, and the levels that posts and registrations are held at. */
export type PartyContext = {
  readonly applicant: readonly PartyKey[]
  readonly assignee: string | null
  readonly offered: readonly PartyKey[]
  readonly rungPost: string | null
  readonly places: Places
  readonly postLevel: (post: string) => string | undefined
  readonly registrationLevel: (kind: string) => string | undefined
}

/** `party` as a list of single parties. */
export function partiesOf(party: Party): readonly OneParty[] {
  return Array.isArray(party) ? party : [party]
}

/** The keys that stand for `party` in `context`; empty where nobody does (no assignee yet, no area of that level above the case). */
export function partyKeys(party: OneParty, context: PartyContext): readonly PartyKey[] {
  if (party === 'applicant') return context.applicant
  if (party === 'assignee') return context.assignee === null ? [] : [personKey(context.assignee)]
  if (party === 'offered') return context.offered
  if (party === 'system') return []
  if (party === 'rung') return context.rungPost === null ? [] : postKeys(context.rungPost, context)
  if ('post' in party) return postKeys(party.post, context)
  const area = context.places[context.registrationLevel(party.registration) ?? '']
  return area === undefined ? [] : [registrationKey(party.registration, area)]
}

/** All keys that `person` holds by being who they are: themselves, their posts, their registrations. */
export function keysOf(person: PersonFacts): ReadonlySet<PartyKey> {
  const keys = new Set<PartyKey>([personKey(person.id)])
  for (const { post, area } of person.appointments) keys.add(postKey(post, area))
  for (const { kind, area } of person.registrations) keys.add(registrationKey(kind, area))
  return keys
}

export const personKey = (id: string): PartyKey => `person:${id}`
export const contactKey = (id: string): PartyKey => `contact:${id}`
export const postKey = (post: string, area: string): PartyKey => `post:${post}@${area}`
export const registrationKey = (kind: string, area: string): PartyKey => `registration:${kind}@${area}`
export const areaKey = (area: string): PartyKey => `area:${area}`

function postKeys(post: string, context: PartyContext): readonly PartyKey[] {
  const area = context.places[context.postLevel(post) ?? '']
  return area === undefined ? [] : [postKey(post, area)]
}

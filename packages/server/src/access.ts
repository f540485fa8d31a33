/** Who sees what: the keys of a viewer, and how clearly the applicant of a case shows. Rights come from posts held now (posts.json). */
import {
  areaKey,
  keysOf,
  personKey,
  postKey,
  type Locality,
  type PartyKey,
  type PersonFacts,
  type Transfer
} from '@gridwright/core'
import { audienceOf, type CaseRow } from '@gridwright/workflows'

export type Clearance = 'clear' | 'mask' | 'absent'

/** A signed-in person with what is held now. `own` are the keys they act by, `audience` those they see by. */
export type Viewer = {
  readonly facts: PersonFacts
  readonly own: ReadonlySet<PartyKey>
  readonly audience: readonly PartyKey[]
  /** How whoever runs the server, and holds no post, sees everybody. */
  readonly operator?: Clearance
}

/** The viewer that `facts` make in `locality`: a post that sees its subtree adds its area's key. */
export function viewerOf(locality: Locality, facts: PersonFacts): Viewer {
  const own = keysOf(facts)
  const areas = facts.appointments
    .filter(({ post }) => locality.posts.get(post)?.rights?.see === 'subtree')
    .map(({ area }) => areaKey(area))
  return { facts, own, audience: [...own, ...areas] }
}

/** Whoever runs the server: sees all that lies in or below the areas `tops`, personal fields as `clearance` says. */
export function operatorOf(tops: readonly string[], clearance: Clearance): Viewer {
  const facts = { id: '', appointments: [], registrations: [] }
  return { facts, own: new Set(), audience: tops.map(areaKey), operator: clearance }
}

/** Whether the viewer may know of the case: by its audience, or because it was once offered to them. */
export function maySee(row: CaseRow, viewer: Viewer): boolean {
  const keys = new Set(viewer.audience)
  return [...audienceOf(row), ...row.offered].some(key => keys.has(key))
}

const order: readonly Clearance[] = ['absent', 'mask', 'clear']

/** How the viewer sees name, phone and sensitive answers of a case's applicant: the clearest that one of their relations to it allows. */
export function clearanceOn(locality: Locality, row: CaseRow, viewer: Viewer | null): Clearance {
  if (!viewer) return 'absent'
  const { facts, own, operator } = viewer
  if (operator !== undefined) return operator
  if (own.has(row.applicant) || row.enteredBy === facts.id || row.assignee === facts.id) return 'clear'
  const places = Object.values(row.places)
  const posts = facts.appointments
    .filter(({ area }) => places.includes(area))
    .map(({ post }) => locality.posts.get(post)?.rights?.contact ?? 'mask')
  const owned = row.owners.some(key => own.has(key) && !key.startsWith('post:')) ? (['mask'] as const) : []
  return clearest([...posts, ...owned])
}

function clearest(levels: readonly Clearance[]): Clearance {
  return levels.toSorted((a, b) => order.indexOf(b) - order.indexOf(a))[0] ?? 'absent'
}

/** Whether the viewer may know of the transfer: it is in their passbook, or on a list of theirs. */
export function maySeeTransfer({ holder, owners }: Transfer, { facts, own, operator }: Viewer): boolean {
  return operator !== undefined || holder === facts.id || owners.some(key => own.has(key))
}

/** How the viewer sees the holder of a transfer: clear to themselves, else as the posts allow by which it is on their list. */
export function clearanceOnTransfer(locality: Locality, transfer: Transfer, viewer: Viewer | null): Clearance {
  if (!viewer || !maySeeTransfer(transfer, viewer)) return 'absent'
  if (viewer.operator !== undefined) return viewer.operator
  if (transfer.holder === viewer.facts.id) return 'clear'
  const posts = viewer.facts.appointments
    .filter(({ post, area }) => transfer.owners.includes(postKey(post, area)))
    .map(({ post }) => locality.posts.get(post)?.rights?.contact ?? 'mask')
  return clearest([...posts, 'mask'])
}

/** A name with all but its first character hidden (王**); never longer or shorter by what it hides. */
export function maskName(name: string): string {
  return `${Array.from(name)[0] ?? ''}**`
}

/** A phone number with its middle hidden (138****0001). */
export function maskPhone(phone: string): string {
  return phone.length < 8 ? '****' : `${phone.slice(0, 3)}****${phone.slice(-4)}`
}

/** `text` as `clearance` lets it be seen, hidden by `mask`. */
export function seen(text: string | null, clearance: Clearance, mask: (text: string) => string): string | null {
  if (text === null || clearance === 'absent') return null
  return clearance === 'clear' ? text : mask(text)
}

/** Whether the case is on a list of the viewer's own: applied for or entered, or offered, assigned or owned. */
export function mayNameCandidates(row: CaseRow, viewer: Viewer): boolean {
  return row.owners.some(key => viewer.own.has(key)) || row.applicant === personKey(viewer.facts.id)
}

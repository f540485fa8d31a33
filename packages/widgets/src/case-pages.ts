// A list of cases read page by page; read anew, it keeps as many as were shown.
import type { Answer, Client } from './client.ts'
import type { CaseCard, CaseFilter, casesDocument } from './documents.ts'

/** What the server lists at most in one page. */
const largestPage = 100

/** The cases read so far and where the next page begins; `after` is null at the end. */
export type CasePages = { readonly cases: readonly CaseCard[]; readonly after: string | null }
export const noCases: CasePages = { cases: [], after: null }

/** How a list is asked for: the document decides how much of each case is read. */
export type Listing = {
  readonly document: typeof casesDocument
  readonly filter: CaseFilter
  readonly sort: 'SUBMITTED_DESC' | 'DUE_ASC'
  readonly pageSize: number
}

/** The list from its beginning, with at least as many cases as `shown`, up to the first 500. */
export async function readCases(client: Client, listing: Listing, shown: CasePages): Promise<Answer<CasePages>> {
  const wanted = Math.min(500, Math.max(listing.pageSize, shown.cases.length))
  let pages = noCases
  do {
    const first = Math.min(largestPage, wanted - pages.cases.length)
    const next = await readMore(client, { ...listing, pageSize: first }, pages)
    if (!('value' in next)) return next
    pages = next.value
  } while (pages.after !== null && pages.cases.length < wanted)
  return { value: pages }
}

/** The list with one more page; a case that moved from one page to the next stands in it once. */
export async function readMore(client: Client, listing: Listing, shown: CasePages): Promise<Answer<CasePages>> {
  const { document, filter, sort, pageSize } = listing
  const answer = await client.ask(document, { filter, sort, first: pageSize, after: shown.after })
  if (!('value' in answer)) return answer
  const { edges, pageInfo } = answer.value.cases
  const known = new Set(shown.cases.map(each => each.id))
  const cases = [...shown.cases, ...edges.map(edge => edge.node).filter(each => !known.has(each.id))]
  return { value: { cases, after: pageInfo.hasNextPage ? pageInfo.endCursor : null } }
}

// What is published of a window, read page by page: a page may be short of cards that are not the viewer's to read.
import type { Answer, Client } from './client.ts'
import { scoresDocument, type Card, type WindowScores } from './evaluation-documents.ts'

const largest = 500

/** A window of an evaluation, by ids. */
export type Place = { readonly evaluation: string; readonly window: string }
/** What the viewer may see of a window, and where the next page begins; `after` is null at the end. */
export type Scores = Omit<WindowScores, 'scores'> & {
  readonly cards: readonly Card[]
  readonly after: string | null
}
export const noScores: Scores = { mayPublish: false, toPublish: 0, mine: null, cards: [], after: null }

/** The window from its beginning, with at least as many cards as `shown`, up to the first 500. */
export async function readScores(client: Client, place: Place, shown: number): Promise<Answer<Scores>> {
  let scores = noScores
  do {
    const next = await readMoreScores(client, place, scores)
    if (!('value' in next)) return next
    scores = next.value
  } while (scores.after !== null && scores.cards.length < Math.min(shown, largest))
  return { value: scores }
}

/** The window with more of its cards: at least one, unless there is none left. The viewer's own stands in `mine` only. */
export async function readMoreScores(client: Client, place: Place, shown: Scores): Promise<Answer<Scores>> {
  let { after } = shown
  for (;;) {
    const answer = await client.ask(scoresDocument, { ...place, after })
    if (!('value' in answer)) return answer
    const found = answer.value.evaluation?.window
    if (!found) return { value: noScores }
    const { scores, ...rest } = found
    after = scores.pageInfo.hasNextPage ? scores.pageInfo.endCursor : null
    const known = new Set([...shown.cards.map(({ subject }) => subject.key), rest.mine?.card.subject.key])
    const more = scores.edges.map(({ node }) => node.card).filter(({ subject }) => !known.has(subject.key))
    if (more.length > 0 || after === null) return { value: { ...rest, cards: [...shown.cards, ...more], after } }
  }
}

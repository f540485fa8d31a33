// The GraphQL documents of the widgets of evaluations and the shapes they answer with. Names and terms: packages/server/schema.graphql.
import { operation, page, type Page, type Person, type Refused } from './documents.ts'

/** Whom a card or a row of a sheet is about: a person, or an area. */
export type Subject = { key: string; person: Person | null; area: { id: string; name: string } | null }
/** A period that is judged: from `from` until before `to`; marks are taken until before `closesAt`. */
export type ScoreWindow = { name: string; from: string; to: string; closesAt: string }
/** A band of totals: its word, and how many stars or which card it shows. */
export type Band = { label: string; stars: number | null; card: CardColour | null }
export type CardColour = 'green' | 'blue' | 'yellow' | 'red' | 'black'

/** A sheet on which the viewer may give marks: decimals from 0 to `highest`. */
export type Sheet = {
  id: string
  label: string
  highest: string
  subjects: { subject: Subject; marks: string | null }[]
}

/** An evaluation with the windows in which marks may still be given. */
export type Rated = { id: string; title: string; windows: (ScoreWindow & { sheets: Sheet[] })[] }

/** An evaluation to choose from, with its windows, newest first. */
export type Evaluated = {
  id: string
  title: string
  summary: string | null
  bands: { stars: number | null }[]
  windows: ScoreWindow[]
}

/** One indicator of a card; all numbers are decimals, `points` from 0 to 100. */
export type Line = {
  indicator: { id: string; label: string; weight: string }
  value: string | null
  points: string
  counted: number
  outOf: number
}

/** What an evaluation came to for one subject. */
export type Card = { subject: Subject; total: string; band: Band }
/** The same with what it was made of. */
export type FullCard = Card & { lines: Line[] }

/** A published card with who published it. */
export type Published = { id: string; at: string; publishedBy: Person; card: FullCard }

/** Events that a card counted, as far as the viewer may see their cases. */
export type Counted = { id: string; label: string; at: string; case: { id: string; number: string } }

/** A window as its viewer may see it. */
export type WindowScores = {
  mayPublish: boolean
  toPublish: number
  mine: Published | null
  scores: Page<{ id: string; card: Card }>
}

const subject = 'subject { key person { id name } area { id name } }'
const window = 'name from to closesAt'
const card = `${subject} total band { label stars card }`
const lines = 'lines { indicator { id label weight } value points counted outOf }'
const published = `id at publishedBy { id name } card { ${card} ${lines} }`
const refused = '... on Refused { code message path }'
const inWindow = (fields: string) => `evaluation(id: $evaluation) { window(name: $window) { ${fields} } }`
/** What a query of one window answers. */
export type InWindow<Fields> = { evaluation: { window: Fields | null } | null }

/** The sheets on which the viewer may give marks now; windows that are older than these take none any more. */
export const sheetsDocument = operation<{ evaluations: Rated[] }>(
  'query',
  'Sheets',
  ` { evaluations { id title windows(first: 4) { ${window} sheets { id label highest subjects { ${subject} marks } } } } }`
)

/** Gives marks to one subject. */
export const rateDocument = operation<
  { rate: { __typename: 'Rating'; id: string; marks: string } | Refused },
  { input: { id: string; evaluation: string; window: string; sheet: string; subject: string; marks: string } }
>(
  'mutation',
  'Rate',
  `($input: RateInput!) { rate(input: $input) { __typename ... on Rating { id marks } ${refused} } }`
)

/** All evaluations with their last windows. */
export const evaluationsDocument = operation<{ evaluations: Evaluated[] }>(
  'query',
  'Evaluations',
  ` { evaluations { id title summary bands { stars } windows(first: 12) { ${window} } } }`
)

/** What is published of a window, page by page. */
export const scoresDocument = operation<
  InWindow<WindowScores>,
  { evaluation: string; window: string; after: string | null }
>(
  'query',
  'Scores',
  `($evaluation: ID!, $window: ID!, $after: String) { ${inWindow(`mayPublish toPublish mine { ${published} }
    scores(first: 20, after: $after) { edges { node { id card { ${card} } } } ${page} }`)} }`
)

/** One published card in full. */
export const scoreDocument = operation<
  InWindow<{ score: Published | null }>,
  { evaluation: string; window: string; subject: string }
>(
  'query',
  'Score',
  `($evaluation: ID!, $window: ID!, $subject: ID!) { ${inWindow(`score(subject: $subject) { ${published} }`)} }`
)

/** What the lines of one published card counted. */
export const countedDocument = operation<
  InWindow<{ score: { card: { lines: { indicator: { id: string }; events: Counted[] }[] } } | null }>,
  { evaluation: string; window: string; subject: string }
>(
  'query',
  'Counted',
  `($evaluation: ID!, $window: ID!, $subject: ID!) { ${inWindow(
    'score(subject: $subject) { card { lines { indicator { id } events(first: 20) { id label at case { id number } } } } }'
  )} }`
)

/** What the scores would be by now, for whoever publishes them. */
export const previewDocument = operation<InWindow<{ preview: FullCard[] }>, { evaluation: string; window: string }>(
  'query',
  'Preview',
  `($evaluation: ID!, $window: ID!) { ${inWindow(`preview { ${card} ${lines} }`)} }`
)

/** Publishes all scores of a window that are the viewer's to publish. */
export const publishDocument = operation<
  { publishScores: { __typename: 'PublishedScores'; scores: { id: string }[] } | Refused },
  { input: { id: string; evaluation: string; window: string } }
>(
  'mutation',
  'PublishScores',
  `($input: PublishScoresInput!) { publishScores(input: $input) { __typename ... on PublishedScores { scores { id } } ${refused} } }`
)

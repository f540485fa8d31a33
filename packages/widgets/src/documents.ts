// The GraphQL documents of the widgets and the shapes they answer with. Names and terms: packages/server/schema.graphql.

/** A named document; `answer` and `variables` exist in the type only, so that a call knows what it gets. */
export type Document<Answer, Variables extends object> = {
  readonly name: string
  readonly text: string
  readonly answer?: Answer
  readonly variables?: Variables
}

/** A person as the viewer may see them: name and phone may be masked or absent. */
export type Person = { id: string; name: string | null; phone?: string | null }

/** An area with its level; `path` from the top down where it was asked for. */
export type Area = { id: string; name: string; level: { id: string; label: string }; path?: { name: string }[] }

/** A channel; `entered` where a worker enters the order for the applicant. */
export type Channel = { id: string; label: string; entered: boolean }

/** The locality as its page needs it: what it is called, and the ledgers of points that it keeps. */
export type LocalityCard = {
  name: string
  languages: string[]
  ledgers: { id: string; label: string; spendable: boolean }[]
}

/** Who is signed in, with posts held now and registrations. */
export type Viewer = {
  person: Person
  appointments: { post: { id: string; label: string; duties: string[] }; area: Area }[]
  registrations: { kind: string; label: string; area: Area; takes: boolean }[]
  enters: Channel[]
}

/** A promised limit in words. */
export type Limit = { name: string; state: string; within: string }

/** A service item as its card needs it. */
export type ServiceCard = {
  id: string
  title: string
  summary: string | null
  category: { id: string; label: string }
  channels: Channel[]
  limits: Limit[]
  /** Address on the server of a picture of its workflow. */
  diagram: string
  eligibility: { eligible: boolean; reason: string | null }
}

/** A service item with its form (JSON Schema) and the level its cases are placed at. */
export type ServiceDetail = ServiceCard & {
  form: object
  placeLevel: { id: string; label: string }
  /** Whether form, channels or limits depend on the area. */
  byArea: boolean
}

/** When a state must have been left; `dueAt` and `warnAt` are RFC 3339, null while the calendar lacks the year. */
export type Deadline = {
  name: string
  dueAt: string | null
  warnAt: string | null
  warned: boolean
  expired: number
}

/** An event that the viewer may send now. */
export type Action = { event: string; label: string; contested: boolean; form?: object | null }

/** A case as a card shows it. */
export type CaseCard = {
  id: string
  number: string
  service: { id: string; title: string }
  area: { id: string; name: string }
  state: string
  stateLabel: string
  open: boolean
  revision: number
  submittedAt: string
  updatedAt: string
  overdue: boolean
  urged: number
  owners: string[]
  applicant: Person | null
  assignee: Person | null
  deadlines: Deadline[]
  answers: object
  actions: Action[]
}

/** A case as its receipt shows it: whose it is and, where somebody else entered it, who did. */
export type CaseReceipt = CaseCard & { enteredBy: Person | null }

/** One entry of a case's journal. */
export type CaseEvent = {
  ordinal: number
  label: string
  at: string
  by: string
  toLabel: string
  answers: unknown
  form: object | null
}

/** A case in full, with one page of its journal. */
export type CaseDetail = CaseReceipt & {
  service: { id: string; title: string; form: object }
  handlingArea: { id: string; name: string }
  channel: { label: string }
  closedAt: string | null
  rung: { index: number; post: { label: string } } | null
  review: { label: string; at: string } | null
  reply: string | null
  journal: Page<CaseEvent>
}

/** One page of a connection. */
export type Page<Node> = { edges: { node: Node }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } }

/** The rules forbid it: `code` is `noun.reason`, `message` is for people, `path` points into the answers. */
export type Refused = { __typename: 'Refused'; code: string; message: string; path: string | null }

/** What a case list is asked for. */
export type CaseFilter = {
  box: 'MINE' | 'TODO' | 'OFFERED' | 'ASSIGNED' | 'ALL'
  open?: boolean
  service?: string
  area?: string
}

/** For whom a worker enters an order. */
export type Contact = { name: string; phone: string }

/** The fields of a page that say whether there is another. */
export const page = 'pageInfo { hasNextPage endCursor }'
const areaFields = 'id name level { id label } path { name }'
/** The fields of a person. */
export const person = 'id name phone'
const serviceCard = `id title summary category { id label } channels { id label entered } limits { name state within } diagram eligibility { eligible reason }`
const caseCard = `id number service { id title } area { id name } state stateLabel open revision submittedAt updatedAt
  overdue urged owners applicant { ${person} } assignee { ${person} } deadlines { name dueAt warnAt warned expired } answers`
const briefActions = 'actions { event label contested }'
const fullActions = 'actions { event label contested form }'
const journal = `journal(first: 50, after: $after) { edges { node { ordinal label at by toLabel answers form } } ${page} }`

/** The document of an operation; its body follows the name. */
export const operation = <Answer, Variables extends object = Record<string, never>>(
  kind: 'query' | 'mutation' | 'subscription',
  name: string,
  body: string
): Document<Answer, Variables> => ({ name, text: `${kind} ${name}${body}` })

/** Who is signed in, and at which locality; `viewer` is null for a visitor. */
export const viewerDocument = operation<{
  locality: LocalityCard
  evaluations: { id: string; title: string }[]
  viewer: Viewer | null
}>(
  'query',
  'Viewer',
  ` { locality { name languages ledgers { id label spendable } } evaluations { id title } viewer { person { ${person} } appointments { post { id label duties } area { ${areaFields} } }
    registrations { kind label takes area { ${areaFields} } } enters { id label entered } } }`
)

/** All service items as cards. */
export const servicesDocument = operation<{ services: ServiceCard[] }>(
  'query',
  'Services',
  ` { services { ${serviceCard} } }`
)

/** One service item with its form, by the rules of `area` where one is given; null where it is not offered there. */
export const serviceDocument = operation<{ service: ServiceDetail | null }, { id: string; area: string | null }>(
  'query',
  'Service',
  `($id: ID!, $area: ID) { service(id: $id, area: $area) { ${serviceCard} form placeLevel { id label } byArea } }`
)

/** Areas right under `parent`, or the top ones without it. */
export const areasDocument = operation<{ areas: Page<Area> }, { parent: string | null; after: string | null }>(
  'query',
  'Areas',
  `($parent: ID, $after: String) { areas(parent: $parent, first: 100, after: $after) { edges { node { ${areaFields} } } ${page} } }`
)

type Listing = { filter: CaseFilter; sort: 'SUBMITTED_DESC' | 'DUE_ASC'; first: number; after: string | null }
const cases = (actions: string) => `($filter: CaseFilter, $sort: CaseSort, $first: Int, $after: String) {
  cases(filter: $filter, sort: $sort, first: $first, after: $after) { edges { node { ${caseCard} ${actions} } } ${page} } }`

/** A list of cases as cards; actions without their forms. */
export const casesDocument = operation<{ cases: Page<CaseCard> }, Listing>('query', 'Cases', cases(briefActions))

/** A list of cases to be worked on from the list itself: actions with their forms. */
export const tasksDocument = operation<{ cases: Page<CaseCard> }, Listing>('query', 'Tasks', cases(fullActions))

/** One case in full. */
export const caseDocument = operation<{ case: CaseDetail | null }, { id: string; after: string | null }>(
  'query',
  'Case',
  `($id: ID!, $after: String) { case(id: $id) { ${caseCard} ${fullActions} service { id title form } handlingArea { id name }
    channel { label } closedAt enteredBy { ${person} } rung { index post { label } } review { label at } reply ${journal} } }`
)

/** People who may be named in a field of an action's form. */
export const candidatesDocument = operation<
  { case: { actions: { event: string; candidates: Person[] }[] } | null },
  { id: string; field: string; search: string }
>(
  'query',
  'Candidates',
  `($id: ID!, $field: String!, $search: String) { case(id: $id) { actions { event candidates(field: $field, search: $search, first: 50) { ${person} } } } }`
)

const result = (more = '') =>
  `{ __typename ... on Case { ${caseCard} ${briefActions} ${more} } ... on Refused { code message path } }`

/** Begins a case. */
export const submitDocument = operation<
  { submit: ({ __typename: 'Case' } & CaseReceipt) | Refused },
  {
    input: {
      id: string
      service: string
      area: string
      answers: object
      channel?: string
      applicant?: { contact: Contact }
    }
  }
>('mutation', 'Submit', `($input: SubmitInput!) { submit(input: $input) ${result(`enteredBy { ${person} }`)} }`)

/** Sends an event to a case. */
export const actDocument = operation<
  { act: ({ __typename: 'Case' } & CaseCard) | Refused },
  { input: { id: string; case: string; event: string; answers?: object; expectedRevision?: number } }
>('mutation', 'Act', `($input: ActInput!) { act(input: $input) ${result()} }`)

/** Changes of all cases that the viewer may see; ids only, the lists read anew. */
export const changesDocument = operation<{ caseChanged: { id: string; revision: number } }>(
  'subscription',
  'Changes',
  ' { caseChanged { id revision } }'
)

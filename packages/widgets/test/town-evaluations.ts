// The test town's evaluations: a monthly one of three people with one sheet and one published result each. Rules as simple as can be.
import { people, type PersonId } from './town-facts.ts'
import { page } from './town-network.ts'

type Refusal = { __typename: 'Refused'; code: string; message: string; path: null; details: null }
const refusal = (code: string, message: string): Refusal => ({
  __typename: 'Refused',
  code,
  message,
  path: null,
  details: null
})
type Case = { id: string; number: string; journal: readonly { event: string; label: string; at: number }[] }

const hour = 3_600_000
const day = 24 * hour
const instant = (ms: number) => new Date(ms + 8 * hour).toISOString().replace(/\.\d+Z$/, '+08:00')
const rater: PersonId = 'sun'
const bands = [
  { label: '三星', from: '0', stars: 3, card: null },
  { label: '四星', from: '70', stars: 4, card: null },
  { label: '五星', from: '90', stars: 5, card: null }
]
const cards = [
  { label: '黄牌', from: '0', stars: null, card: 'yellow' },
  { label: '绿牌', from: '70', stars: null, card: 'green' }
]

/** The months from that of now back, on the town's clock; each takes marks for five days after its end. */
function windows(now: number) {
  const today = new Date(now + 8 * hour)
  const startOf = (back: number) => Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - back) - 8 * hour
  return Array.from({ length: 12 }, (_, back) => ({
    name: instant(startOf(back)).slice(0, 7),
    from: startOf(back),
    to: startOf(back - 1),
    closes: startOf(back - 1) + 5 * day
  }))
}

/** The evaluations of a town with these cases; none until `town.held`. */
export function townEvaluations(cases: readonly Case[]) {
  const subjects: PersonId[] = ['li', 'zhao', 'qian']
  const town = {
    held: false,
    many: false,
    everyone: false,
    plates: false,
    closesAt: undefined as number | undefined,
    subjects
  }
  const marks = new Map<string, { marks: string; ids: string[] }>()
  const published: { window: string; subject: string; at: number }[] = []

  const person = (id: string) => ({ id, name: id in people ? people[id as PersonId].name : `第 ${id} 位`, phone: null })
  const subject = (id: string) => ({ key: `person:${id}`, person: person(id), area: null })
  const given = (window: string, id: string) => marks.get(`${window} ${id}`)?.marks ?? null

  function card(window: string, id: string) {
    const street = given(window, id)
    const points = street === null ? 50 : Number(street) * 10
    const total = 45 + 0.4 * points
    const of = town.plates ? cards : bands
    const indicator = (name: string, label: string, weight: string) => ({ id: name, label, weight })
    const done = cases.flatMap(each =>
      each.journal.flatMap(({ event, label, at }, ordinal) =>
        event === 'DISPATCH' ? [{ id: `${each.id}#${ordinal + 1}`, case: each, label, at: instant(at) }] : []
      )
    )
    return {
      subject: subject(id),
      total: total.toFixed(1),
      band: of.findLast(({ from }) => total >= Number(from)),
      lines: [
        {
          indicator: indicator('quick', '派单快', '0.6'),
          value: '2',
          points: '75.00',
          counted: done.length + 1,
          outOf: 0,
          events: done
        },
        {
          indicator: indicator('street', '街道评价', '0.4'),
          value: street,
          points: points.toFixed(2),
          counted: street === null ? 0 : 1,
          outOf: 0,
          events: []
        }
      ]
    }
  }

  const reads = (viewer: PersonId | null, id: string) => town.everyone || viewer === rater || viewer === id
  const score = (window: string, id: string) => {
    const found = published.find(each => each.window === window && each.subject === id)
    return (
      found && {
        __typename: 'Score',
        id: `${window} ${id}`,
        window,
        card: card(window, id),
        at: instant(found.at),
        publishedBy: person(rater),
        release: 'f'.repeat(64)
      }
    )
  }

  function windowView(viewer: PersonId | null, { name, from, to, closes }: ReturnType<typeof windows>[number]) {
    const now = Date.now()
    const ends = name === windows(now)[0]?.name ? (town.closesAt ?? closes) : closes
    const open = now >= from && now < ends && viewer === rater
    const sheet = { id: 'street', label: '街道评价', highest: '10' }
    const rows = town.subjects.map(id => ({ subject: subject(id), marks: given(name, id) }))
    const waiting = town.subjects.filter(id => !score(name, id))
    return {
      name,
      from: instant(from),
      to: instant(to),
      closesAt: instant(ends),
      sheets: open && town.subjects.length > 0 ? [{ ...sheet, subjects: rows }] : [],
      mayPublish: viewer === rater,
      toPublish: viewer === rater ? waiting.length : 0,
      mine: viewer && score(name, viewer),
      score: (args: { subject: string }) => {
        const id = args.subject.replace('person:', '')
        return reads(viewer, id) ? (score(name, id) ?? null) : null
      },
      scores: ({ first, after }: { first: number; after?: string }) => {
        const all = town.subjects.toSorted().flatMap(id => score(name, id) ?? [])
        const shown = page(
          all.map(each => ({ cursor: each.id, node: each })),
          first,
          after
        )
        return { ...shown, edges: shown.edges.filter(({ node }) => reads(viewer, node.card.subject.person.id)) }
      },
      preview: viewer === rater ? waiting.map(id => card(name, id)) : []
    }
  }

  function view(viewer: PersonId | null, id: string, title: string) {
    const all = windows(Date.now())
    return {
      id,
      title,
      summary: '派单快占六成，街道评价占四成。',
      every: 'MONTH',
      indicators: [],
      bands: town.plates ? cards : bands,
      windows: ({ first }: { first: number }) => all.slice(0, first).map(each => windowView(viewer, each)),
      window: ({ name }: { name: string }) => {
        const found = all.find(each => each.name === name)
        return found ? windowView(viewer, found) : null
      }
    }
  }

  const held = (viewer: PersonId | null) => [
    ...(town.held ? [view(viewer, 'stars', '联络员评星')] : []),
    ...(town.many ? [view(viewer, 'year', '年度考评')] : [])
  ]

  return {
    town,
    marks,
    published,
    /** The names of the months from that of now back. */
    months: () => windows(Date.now()).map(({ name }) => name),
    /** Publishes without the network. */
    publish: (window: string, ids: readonly string[], at = Date.now()) => {
      published.push(...ids.map(subject => ({ window, subject, at })))
    },
    queries: (viewer: PersonId | null) => ({
      evaluations: () => held(viewer),
      evaluation: ({ id }: { id: string }) => held(viewer).find(each => each.id === id) ?? null
    }),
    mutations: {
      rate(input: { id: string; window: string; subject: string; marks: string }, viewer: PersonId | null) {
        if (viewer !== rater) return refusal('rating.not-yours', '这张表不由您打分')
        const month = windows(Date.now()).find(({ name }) => name === input.window)
        if (!month || (town.closesAt ?? month.closes) <= Date.now())
          return refusal('window.closed', '这一期已经截止，不再打分')
        const key = `${input.window} ${input.subject.replace('person:', '')}`
        marks.set(key, { marks: input.marks, ids: [...(marks.get(key)?.ids ?? []), input.id] })
        return { __typename: 'Rating', id: input.id, marks: input.marks }
      },
      publishScores({ window }: { id: string; window: string }, viewer: PersonId | null) {
        if (viewer !== rater) return refusal('score.not-yours', '这项考评不由您公布')
        const open = town.subjects.filter(id => !score(window, id))
        if (open.length === 0) return refusal('score.published', '这一期已经公布过了')
        open.forEach(id => published.push({ window, subject: id, at: Date.now() }))
        return { __typename: 'PublishedScores', scores: open.map(id => score(window, id)) }
      }
    }
  }
}

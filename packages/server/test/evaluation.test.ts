// Evaluations over real HTTP and a real PostgreSQL: marks, publication, who reads which card, and an audit that computes them again.
import { randomUUID } from 'node:crypto'
import { windowNamed } from '@gridwright/core'
import type { EvaluationCommand } from '@gridwright/workflows'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore } from '../src/store.ts'
import { serveZiyun, type Json, type Serving } from './serving.ts'
import { accepted, actBy, filesAs, monday, quiet, submitBy, by, ziyunFiles } from './ziyun.ts'

// The liaison of a community is judged each month by how soon orders are dispatched (within the hour 100, after 5 hours 0) and by the street's marks.
const stars = {
  title: { 'zh-CN': '联络员评星', en: 'Stars of liaisons' },
  subjects: { post: 'liaison' },
  window: { every: 'month', closesAfterDays: 5 },
  sheets: { street: { label: '街道评价', raters: { post: 'street-officer' }, highest: '10' } },
  indicators: {
    quick: {
      label: '派单快',
      weight: '0.6',
      fold: { duration: { from: ['SUBMIT'], to: { on: ['DISPATCH'], credit: 'actor' }, unit: 'hours' }, empty: '50' },
      scale: { from: '5', to: '1' }
    },
    street: { label: '街道评价', weight: '0.4', fold: { sheet: 'street', empty: '50' } }
  },
  foremost: 'quick',
  rounding: { line: 2, total: 1, mode: 'half-up' },
  bands: [
    { from: '0', label: { 'zh-CN': '三星', en: 'Three stars' }, stars: 3 },
    { from: '80', label: { 'zh-CN': '五星', en: 'Five stars' }, stars: 5 }
  ],
  publishedBy: { post: 'street-officer' }
}
const quarter = {
  ...stars,
  window: { every: 'quarter', closesAfterDays: 0 },
  sheets: undefined,
  foremost: undefined,
  indicators: { stars: { label: '评星平均', weight: '1', fold: { scores: 'stars', empty: '0' } } }
}
const files = () =>
  ziyunFiles()
    .set('evaluations/stars.json', JSON.stringify(stars))
    .set('evaluations/quarter.json', JSON.stringify(quarter))

let server: Serving
let owner: Client
beforeAll(async () => {
  server = await serveZiyun(false, files(), dispatchTwo)
  owner = new Client(server.database.url)
  await owner.connect()
  await owner.query(`set gridwright.locality = 'ziyun'`)
})
async function dispatchTwo(store: Serving['store']): Promise<void> {
  const ids = [0, 1].map(() => accepted(store, submitBy('resident-001')))
  for (const [i, { case: id }] of (await Promise.all(ids)).entries()) {
    const now = monday + (2 * i + 1) * 3_600_000 // one hour, three hours
    await accepted(store, actBy('liaison-001', id, 'DISPATCH', { answers: { to: ['party-member-001'] }, now }))
  }
}
afterAll(async () => {
  await owner.end()
  await server.close()
})

const march = { evaluation: 'stars', window: '2026-03' }
type Asked<C = EvaluationCommand> = C extends EvaluationCommand
  ? Omit<C, 'id' | 'actor' | 'evaluation' | 'window'>
  : never
const run = (person: string, command: Asked) =>
  server.store.runEvaluation('ziyun', {
    id: randomUUID(),
    actor: { person },
    ...march,
    ...command
  })
const told = async (person: string, text: string, variables: object = {}): Promise<Json> => {
  const { data, errors } = await server.ask(person, text, variables)
  expect(errors).toEqual([])
  return data
}
const publish = async (person: string) =>
  (
    await told(
      person,
      `mutation($input: PublishScoresInput!) { publishScores(input: $input) { __typename ... on PublishedScores { scores { id } } ... on Refused { code message } } }`,
      { input: { id: randomUUID(), ...march } }
    )
  ).publishScores
const cardText = `subject { key person { id name } } total band { label stars } lines { indicator { id label weight } value points counted outOf events { id label at case { id } } }`
const windowOf = async (person: string, fields: string, name = '2026-03') =>
  (await told(person, `{ evaluation(id: "stars") { window(name: "${name}") { ${fields} } } }`)).evaluation.window
const scoresFor = async (person: string): Promise<Json[]> =>
  (
    await windowOf(person, `scores { edges { node { window at publishedBy { id } card { ${cardText} } } } }`)
  ).scores.edges.map(({ node }: Json) => node)

test('before it is published only the publisher sees what it would be', async () => {
  expect(
    await run('street-officer-001', {
      kind: 'rate',
      now: monday,
      sheet: 'street',
      subject: 'person:liaison-001',
      marks: '9'
    })
  ).toMatchObject({ rating: expect.any(String) })
  const preview = (person: string) => windowOf(person, `mayPublish toPublish preview { subject { key } total }`)
  expect(await preview('liaison-001')).toEqual({ mayPublish: false, toPublish: 0, preview: [] })
  const { mayPublish, toPublish, preview: cards } = await preview('street-officer-001')
  // 1 and 3 hours are 2 on average: (5 − 2) / (5 − 1) = 75; 9 of 10: 0.6 × 75 + 0.4 × 90 = 81.0. The other three did nothing and have no marks: 50.0
  expect([mayPublish, toPublish, cards.map(({ subject, total }: Json) => `${subject.key} ${total}`)]).toEqual([
    true,
    4,
    ['person:liaison-001 81.0', 'person:liaison-002 50.0', 'person:liaison-003 50.0', 'person:liaison-004 50.0']
  ])
})

test('two who publish at once publish once, each for their own street; a card shows what it counted to whom it concerns', async () => {
  const answers = await Promise.all([
    publish('street-officer-001'),
    publish('street-officer-001'),
    publish('street-officer-002')
  ])
  expect(answers.map(answer => String(answer.code ?? answer.scores.length)).sort()).toEqual([
    '2',
    '4',
    'score.published'
  ])
  expect(await publish('liaison-001')).toMatchObject({ code: 'score.not-yours' })
  const [mine, ...others] = await scoresFor('liaison-001')
  expect(others).toEqual([])
  expect(mine).toMatchObject({
    window: '2026-03',
    publishedBy: { id: 'street-officer-001' },
    card: {
      subject: { key: 'person:liaison-001', person: { id: 'liaison-001' } },
      total: '81.0',
      band: { label: '五星', stars: 5 },
      lines: [
        {
          indicator: { id: 'quick', label: '派单快', weight: '0.6' },
          value: '2',
          points: '75.00',
          counted: 2,
          outOf: 0,
          events: [{ label: '派单' }, { label: '派单' }]
        },
        { value: '9', points: '90.00', counted: 1, events: [] }
      ]
    }
  })
  expect((await windowOf('liaison-001', 'mine { card { total } }')).mine).toEqual({ card: { total: '81.0' } })
  expect(await scoresFor('street-officer-001')).toHaveLength(4)
  expect(await windowOf('street-officer-001', 'toPublish')).toEqual({ toPublish: 0 })
  const of = (person: string) => windowOf(person, `score(subject: "person:liaison-001") { card { total } }`)
  expect(await of('street-officer-001')).toEqual({ score: { card: { total: '81.0' } } })
  expect(await of('liaison-002')).toEqual({ score: null })
  expect(await scoresFor('resident-001')).toEqual([])
  expect(await scoresFor('')).toEqual([])
})

test('a score that is published keeps its bands and words when the rules change', async () => {
  const changed = files().set(
    'evaluations/stars.json',
    JSON.stringify({ ...stars, bands: [{ from: '0', label: '合格', stars: 1 }] })
  )
  await server.store.publish(changed, { ...by, now: Date.now() })
  expect((await scoresFor('liaison-001'))[0].card.band).toEqual({ label: '五星', stars: 5 })
  await server.store.publish(files(), { ...by, now: Date.now() })
})

test('whoever may rate is given the sheet with what they gave last, while the window is open', async () => {
  const { window } = windowNowIn()
  const sheetText = `sheets { id label highest subjects { subject { key person { name } } marks } }`
  const sheet = async (person: string) => (await windowOf(person, sheetText, window)).sheets
  const rate = async (person: string, marks: string, subject = 'person:liaison-001') =>
    (
      await told(
        person,
        `mutation($input: RateInput!) { rate(input: $input) { __typename ... on Rating { marks } ... on Refused { code message path } } }`,
        { input: { id: randomUUID(), evaluation: 'stars', window, sheet: 'street', subject, marks } }
      )
    ).rate
  expect(await rate('street-officer-001', '8')).toEqual({ __typename: 'Rating', marks: '8' })
  expect(await rate('street-officer-001', '8.5')).toEqual({ __typename: 'Rating', marks: '8.5' })
  expect(await rate('street-officer-001', '11')).toMatchObject({
    code: 'marks.invalid',
    message: '分数应是 0 到满分之间的数',
    path: '/marks'
  })
  expect(await rate('liaison-002', '8')).toMatchObject({ code: 'rating.not-yours' })
  const [{ highest, subjects }] = await sheet('street-officer-001')
  expect([highest, subjects.map(({ marks }: Json) => marks)]).toEqual(['10', ['8.5', null, null, null]])
  expect(await sheet('liaison-001')).toEqual([])
  expect((await windowOf('street-officer-001', sheetText)).sheets).toEqual([])
})

test('marks and publications are among the figures of the operator', async () => {
  const figures = await (await fetch(`${server.url}/metrics`)).text()
  expect(figures).toMatch(/kind="rate",outcome="accepted"\} \d/)
  expect(figures).toMatch(/kind="publish-scores",outcome="accepted"\} \d/)
})

function windowNowIn() {
  const zone = 'Asia/Shanghai'
  const [year = '', month = ''] = new Intl.DateTimeFormat('sv', { timeZone: zone }).format(Date.now()).split('-')
  const window = `${year}-${month}`
  expect(windowNamed({ every: 'month', closesAfterDays: 5 }, window, zone)).toBeDefined()
  return { window }
}

test('another locality has nothing of it', async () => {
  const other = files().set('locality.json', filesAs('elsewhere').get('locality.json') ?? '')
  const store = await openStore({ ...server.database, log: quiet })
  await store.publish(other, by)
  expect(await store.rolls.scores('elsewhere', { ...march, first: 100 })).toEqual([])
  await store.close()
})

test.each([
  [`update score set card = jsonb_set(card, '{total}', '"99.0"') where subject = 'person:liaison-001'`],
  [`update rating set marks = '1' where "window" = '2026-03'`],
  [`delete from rating where "window" = '2026-03'`]
])('what was changed behind the engine’s back is found: %s', async sql => {
  expect(await server.store.verify('ziyun')).toEqual([])
  for (const table of ['score', 'rating'])
    await owner.query(`create temp table kept_${table} as select * from ${table}`)
  expect((await owner.query(sql)).rowCount).toBeGreaterThan(0)
  const found = (await server.store.verify('ziyun')).map(({ code }) => code)
  for (const table of ['score', 'rating'])
    await owner.query(
      `delete from ${table}; insert into ${table} select * from kept_${table}; drop table kept_${table}`
    )
  expect(found).toEqual(['score.differs'])
})

test('scores that were published at different times are each computed again from what there was then', async () => {
  const publishAs = (person: string, evaluation: string, window: string, now: number) =>
    server.store.runEvaluation('ziyun', {
      kind: 'publish-scores',
      id: randomUUID(),
      actor: { person },
      evaluation,
      window,
      now
    })
  const later = Date.now()
  await publishAs('street-officer-001', 'quarter', '2026-Q1', later)
  await publishAs('street-officer-002', 'stars', '2026-01', later + 1000)
  await publishAs('street-officer-002', 'quarter', '2026-Q1', later + 2000)
  expect(await server.store.verify('ziyun')).toEqual([])
})

test('a publication answers with its own scores, however many there are already', async () => {
  await owner.query(`insert into score (locality, id, evaluation, "window", subject, starts_at, card, release, at, published_by)
    select locality, gen_random_uuid(), evaluation, '2026-02', 'area:' || n, starts_at, card, release, at, published_by
    from score cross join generate_series(1, 150) n where subject = 'person:liaison-001' and "window" = '2026-03'`)
  const { data } = await server.ask(
    'street-officer-001',
    `mutation($input: PublishScoresInput!) { publishScores(input: $input) { ... on PublishedScores { scores { card { subject { key } } } } } }`,
    { input: { id: randomUUID(), evaluation: 'stars', window: '2026-02' } }
  )
  await owner.query(`delete from score where subject like 'area:%'`)
  expect(data.publishScores.scores).toHaveLength(4)
})

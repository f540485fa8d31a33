// Two localities in one database with the same ids of people, areas, services and rules: whatever the schema lets a person of one ask,
// nothing of the other comes back. The questions are generated from schema.graphql, so that a new field is asked too.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  buildSchema,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLOutputType
} from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plainJpeg } from './pictures.ts'
import { filesWith } from './points-town.ts'
import { serveZiyun, type Json, type Serving } from './serving.ts'
import { accepted, actBy, by, errandsDone, monday, submitBy } from './ziyun.ts'

// Every text of the other locality begins with this, so that any of it is recognised.
const mark = '邻县'
const localities = ['ziyun', 'elsewhere'] as const
const stars = (title: string) => ({
  title,
  subjects: { post: 'liaison' },
  window: { every: 'month', closesAfterDays: 0 },
  sheets: { street: { label: title, raters: { post: 'street-officer' }, highest: '10' } },
  indicators: { street: { label: title, weight: '1', fold: { sheet: 'street', empty: '50' } } },
  rounding: { line: 2, total: 1, mode: 'half-up' },
  bands: [{ from: '0', label: title, stars: 3 }],
  publishedBy: { post: 'street-officer' },
  readBy: 'everyone'
})

/** Ziyun with points and stars, under `id`; the other one's texts and rows carry the mark. */
function filesOf(id: (typeof localities)[number]): Map<string, string> {
  const files = filesWith(10)
  const title = id === 'ziyun' ? '评星' : `${mark}评星`
  files.set('evaluations/stars.json', JSON.stringify(stars(title)))
  if (id === 'ziyun') return files
  const marked = [...files].map(([path, text]): [string, string] => {
    if (path === 'locality.json') return [path, text.replace('"id": "ziyun"', `"id": "${id}"`)]
    if (path === 'data/people.csv') return [path, text.replaceAll(/^([a-z0-9-]+,)(?!name)/gm, `$1${mark}`)]
    if (path === 'data/areas.csv') return [path, text.replaceAll(/^(\d+,)/gm, `$1${mark}`)]
    if (path.startsWith('data/')) return [path, text]
    return [path, text.replaceAll(/("(?:label|title|zh-CN)": ")/g, `$1${mark}`)]
  })
  return new Map(marked)
}

let server: Serving
const ids = new Map<string, string[]>()
beforeAll(async () => {
  server = await serveZiyun(false, filesOf('ziyun'))
  const { store } = server
  await store.publish(filesOf('elsewhere'), by)
  await store.importData('elsewhere', filesOf('elsewhere'))
  for (const locality of localities) {
    const words = { what: locality === 'ziyun' ? '两家为过道争执' : `${mark}为过道争执` }
    const own: string[] = []
    // now, since the server's clock would fire what was due long ago before anybody dispatches
    for (const person of ['resident-001', 'resident-001', 'resident-002'])
      own.push((await accepted(store, submitBy(person, { answers: words, now: Date.now() }), locality)).case)
    await accepted(
      store,
      actBy('liaison-001', own[0] ?? '', 'DISPATCH', { answers: { to: ['party-member-001'] }, now: Date.now() }),
      locality
    )
    await errandsDone(store, locality)
    const round = { evaluation: 'stars', window: '2026-03' }
    const officer = { id: randomUUID(), actor: { person: 'street-officer-001' }, ...round }
    await store.runEvaluation(locality, {
      ...officer,
      kind: 'rate',
      now: monday,
      sheet: 'street',
      subject: 'person:liaison-001',
      marks: '9'
    })
    const outcome = await store.runEvaluation(locality, {
      ...officer,
      id: randomUUID(),
      kind: 'publish-scores',
      now: Date.now()
    })
    own.push(...('scores' in outcome ? outcome.scores : []))
    ids.set(locality, own)
  }
})
afterAll(() => server.close())

const schema = buildSchema(readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'))
const deepest = 4
const perField = 60
/** Values that an argument may take by its name; of other arguments the default, or every value of an enum. */
const values = (): Readonly<Record<string, readonly string[]>> => ({
  id: ['"mediation"', '"520425001001"', '"stars"', ...[...ids.values()].flat().map(id => `"${id}"`)],
  case: [...ids.values()].flat().map(id => `"${id}"`),
  name: ['"2026-03"'],
  ledger: ['"resident"'],
  parent: ['null', '"520425"', '"520425001"'],
  level: ['null', '"community"'],
  area: ['null', '"520425001001"'],
  field: ['"to"'],
  search: ['null', `"${mark}"`],
  first: ['20'],
  after: ['null'],
  filter: [
    'null',
    '{ open: true }',
    '{ area: "520425001001" }',
    '{ service: "mediation" }',
    ...['MINE', 'TODO', 'OFFERED', 'ASSIGNED', 'ALL'].map(box => `{ box: ${box} }`)
  ]
})

/** Every way to give a field its arguments, up to a limit. */
function callsOf(field: GraphQLField<unknown, unknown>): readonly string[] {
  let calls: readonly (readonly string[])[] = [[]]
  for (const argument of field.args)
    calls = calls
      .flatMap(call => choicesOf(argument).map(value => [...call, `${argument.name}: ${value}`]))
      .slice(0, perField)
  return calls.map(call => (call.length === 0 ? field.name : `${field.name}(${call.join(', ')})`))
}

function choicesOf({ name, type }: GraphQLArgument): readonly string[] {
  const known = values()[name]
  if (known) return known
  const named = getNamedType(type)
  if (isEnumType(named)) return named.getValues().map(value => value.name)
  return isNonNullType(type) ? [`"${(type as GraphQLInputType).toString()}"`] : ['null']
}

/** Everything that can be selected of a type, each type once on the way down; fields with arguments by their first call. */
function selectionOf(type: GraphQLOutputType, above: readonly string[]): string | undefined {
  const named = getNamedType(type)
  if (!isCompositeType(named)) return ''
  if (above.includes(named.name) || above.length >= deepest) return undefined
  if (isUnionType(named))
    return `{ __typename ${named
      .getTypes()
      .map(each => `... on ${each.name} ${selectionOf(each, above) ?? '{ __typename }'}`)
      .join(' ')} }`
  if (!isObjectType(named) && !isInterfaceType(named)) return undefined
  const fields = Object.values(named.getFields()).flatMap(field => {
    const below = selectionOf(field.type, isListType(field.type) ? above : [...above, named.name])
    return below === undefined ? [] : [`${callsOf(field)[0]} ${below}`]
  })
  return fields.length === 0 ? undefined : `{ ${fields.join(' ')} }`
}

const fieldsOf = (name: string): readonly GraphQLField<unknown, unknown>[] => {
  const type = schema.getType(name)
  return isObjectType(type) ? Object.values(type.getFields()) : []
}

/** A question for every field of Query and of the viewer, in every way that its arguments can be given. */
const questions = (): readonly string[] => [
  ...fieldsOf('Query').flatMap(field => callsOf(field).map(call => `{ ${call} ${selectionOf(field.type, []) ?? ''} }`)),
  ...fieldsOf('Viewer').flatMap(field =>
    callsOf(field).map(call => `{ viewer { ${call} ${selectionOf(field.type, ['Viewer']) ?? ''} } }`)
  )
]

describe('whatever somebody of one locality asks', () => {
  test.each(['', 'resident-001', 'liaison-001', 'street-officer-001', 'party-member-001'])(
    '%s hears nothing of the other',
    async person => {
      const others = ids.get('elsewhere') ?? []
      const asked = questions()
      let heard = 0
      for (const question of asked) {
        const answer: { data: Json; errors: Json } = await server.ask(person, question)
        const text = JSON.stringify(answer.data)
        expect([question, answer.errors]).toEqual([question, []])
        expect(text.includes(mark) || others.some(id => text.includes(id)), question).toBe(false)
        heard += text.length
      }
      expect(asked.length).toBeGreaterThan(100)
      expect(heard).toBeGreaterThan(10_000)
    },
    120_000
  )

  test('the other’s own people hear it, so that silence says something', async () => {
    const token = await server.tokens.sign({ locality: 'elsewhere', person: 'liaison-001' }, 1)
    const response = await fetch(`${server.url}/elsewhere/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({
        query:
          '{ cases { edges { node { id answers } } } viewer { person { name } } areas { edges { node { name } } } evaluations { title } }'
      })
    })
    const text = await response.text()
    expect(text.split(mark).length).toBeGreaterThan(5)
    expect(
      ids
        .get('elsewhere')
        ?.slice(0, 3)
        .filter(id => text.includes(id))
    ).toHaveLength(3)
  })
})

test('a photo of the other locality is not there, whoever asks and whatever they have uploaded', async () => {
  const send = async (locality: string, person: string, path: string, body?: Buffer) => {
    const token = await server.tokens.sign({ locality, person }, 1)
    const headers = { authorization: `Bearer ${token}` }
    const init = body ? { method: 'POST', headers, body: new Uint8Array(body) } : { headers }
    return fetch(`${server.url}/${path}`, init)
  }
  const { id } = await (await send('elsewhere', 'resident-001', 'elsewhere/files', plainJpeg(77))).json()
  expect((await send('elsewhere', 'resident-001', `elsewhere/files/${id}`)).status).toBe(200)
  for (const person of ['resident-001', 'liaison-001', 'street-officer-001'])
    expect((await send('ziyun', person, `ziyun/files/${id}`)).status).toBe(404)
  expect((await send('ziyun', 'resident-001', `elsewhere/files/${id}`)).status).toBe(401)
  expect(await server.store.files.isBy('ziyun', id, 'resident-001')).toBe(false)
})

test('a stream of changes carries none of the other locality', async () => {
  const stop = new AbortController()
  const token = await server.tokens.sign({ locality: 'ziyun', person: 'liaison-001' }, 1)
  const response = await fetch(`${server.url}/ziyun/graphql`, {
    method: 'POST',
    signal: stop.signal,
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: 'subscription { caseChanged { id event } }' })
  })
  let heard = ''
  const reading = (async () => {
    for await (const chunk of response.body ?? []) heard += new TextDecoder().decode(chunk)
  })().catch(() => undefined)
  const theirs: string[] = []
  await expect
    .poll(
      async () => {
        theirs.push((await accepted(server.store, submitBy('resident-001'), 'elsewhere')).case)
        await accepted(server.store, submitBy('resident-001'))
        return heard
      },
      { timeout: 10_000, interval: 300 }
    )
    .toContain('SUBMIT')
  stop.abort()
  await reading
  expect(theirs.filter(id => heard.includes(id))).toEqual([])
})

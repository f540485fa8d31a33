// Layers from disk to the database: folders read along `extends`, what the check prints, and releases that are compiled again from what is stored.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { check } from '@gridwright/workflows'
import { expect, onTestFinished, test } from 'vitest'
import { checkFolder } from '../src/cli-check.ts'
import { testFolder } from '../src/cli-test.ts'
import { foldersOf, readFolder } from '../src/folder.ts'
import { openStore } from '../src/store.ts'
import { testDatabase } from './postgres.ts'
import { serveZiyun, type Json } from './serving.ts'
import { accepted, submitBy } from './ziyun.ts'

const starter = resolve(import.meta.dirname, '../../../examples/starter')

/** The starter as a base, and in a folder of it a community that narrows a limit. */
function town(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gridwright-layers-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  cpSync(starter, join(folder, 'town'), { recursive: true })
  const lane = join(folder, 'town', 'lane')
  mkdirSync(join(lane, 'data'), { recursive: true })
  write(lane, 'locality.json', {
    id: 'lane',
    code: '999999001001',
    name: '里弄',
    extends: '..',
    expect: { areas: { community: 1 } }
  })
  write(lane, 'services/repair.json', { channels: ['web'] })
  writeFileSync(join(lane, 'data', 'areas.csv'), 'code,name,level,parent\n999999001001,里弄,community,\n')
  return join(folder, 'town')
}

function write(folder: string, file: string, value: unknown): void {
  mkdirSync(join(folder, file, '..'), { recursive: true })
  writeFileSync(join(folder, file), JSON.stringify(value))
}

async function said(run: (terminal: Parameters<typeof checkFolder>[0]) => Promise<number>) {
  const lines: string[] = []
  const code = await run({
    language: 'en',
    print: line => void lines.push(line),
    complain: line => void lines.push(line)
  })
  return { code, text: lines.join('\n') }
}

test('a layer is read with the config of its base, and a base with the layers in it', async () => {
  const base = town()
  const [lane, whole] = [await readFolder(join(base, 'lane')), await readFolder(base)]
  expect([...whole.keys()].filter(path => path.startsWith('lane')).sort()).toEqual([
    'lane/data/areas.csv',
    'lane/locality.json',
    'lane/services/repair.json'
  ])
  expect([...lane.keys()].filter(path => !path.startsWith('../')).sort()).toEqual([
    'data/areas.csv',
    'locality.json',
    'services/repair.json'
  ])
  const inherited = [...whole.keys()].filter(path => !/^(data|tests|lane)\//.test(path)).map(path => `../${path}`)
  expect([...lane.keys()].filter(path => path.startsWith('../')).sort()).toEqual(inherited.sort())
  expect(foldersOf(join(base, 'lane'), lane)).toEqual([join(base, 'lane'), base])
})

test('the check prints what a layer changes, as text and as JSON, and the tests of a layer run on the whole', async () => {
  const lane = join(town(), 'lane')
  const text = await said(terminal => checkFolder(terminal, lane, { format: 'text' }))
  expect(text.code).toBe(0)
  expect(text.text).toMatch(
    /^~ services\/repair\.json:1:13 {2}narrows \/channels: \["web".* → \["web"\] {2}\(\.\.\/services\/repair\.json:\d+:\d+\)\n0 errors/
  )
  const { text: json } = await said(terminal => checkFolder(terminal, lane, { format: 'json' }))
  expect(JSON.parse(json)).toMatchObject({
    issues: [],
    overrides: [{ path: '/channels', kind: 'narrows', to: '["web"]' }]
  })
  const none = await said(terminal => testFolder(terminal, lane, { format: 'text', minCoverage: 100 }))
  expect(none).toEqual({ code: 0, text: '0 passed, 0 failed' })
})

test('a mistake of the base is shown in the base’s own file', async () => {
  const base = town()
  const file = join(base, 'posts.json')
  writeFileSync(file, readFileSync(file, 'utf8').replace('"label"', '"lable"'))
  const { code, text } = await said(terminal => checkFolder(terminal, join(base, 'lane'), { format: 'text' }))
  expect([code, /^✗ \.\.\/posts\.json:\d+:\d+ {2}unknown field “lable”/m.test(text)]).toEqual([1, true])
})

test('folders that stand on each other, or on nothing, are told and not read for ever', async () => {
  const base = town()
  const lane = join(base, 'lane')
  const file = join(base, 'locality.json')
  const whole = readFileSync(file, 'utf8')
  writeFileSync(file, whole.replace('"id"', '"extends": "./lane", "id"'))
  const codes = async () => check(await readFolder(lane)).issues.map(({ file, code }) => `${file} ${code}`)
  expect(await codes()).toEqual(['../lane/locality.json layer.circular'])
  writeFileSync(file, whole.replace('"id"', '"extends": "../nowhere", "id"'))
  expect(await codes()).toEqual(['../locality.json layer.missing'])
})

test('a published layer is compiled again from the database, and a change of its base is a new release', async () => {
  const database = await testDatabase()
  onTestFinished(() => database.drop())
  const base = town()
  const publish = async () => {
    const files = await readFolder(join(base, 'lane'))
    const store = await openStore(database)
    const { hash } = await store.publish(files, { who: 'test', why: 'test', now: 0 })
    await store.importData('lane', files)
    await store.close()
    return hash
  }
  const first = await publish()
  const file = join(base, 'posts.json')
  writeFileSync(file, readFileSync(file, 'utf8').replace(/("label": \{ "zh-CN": ")/, '$1新'))
  const second = await publish()
  const store = await openStore(database) // a process that has compiled nothing yet
  onTestFinished(() => store.close())
  expect(await store.published('lane')).toMatchObject({ hash: second, locality: { id: 'lane', hash: second } })
  expect((await store.published('lane'))?.locality.services.get('repair')?.channels).toEqual(['web'])
  expect((await store.areas('lane', { first: 10 })).items.map(({ node }) => node.code)).toEqual(['999999001001'])
  expect(second).not.toBe(first)
})

test('a published locality holds the rules of the layers inside it, each in its area', async () => {
  const base = town()
  const file = join(base, 'locality.json')
  writeFileSync(file, readFileSync(file, 'utf8').replace('"id": "starter"', '"id": "ziyun"'))
  const lane = { id: 'lane', code: '999999001001', name: '里弄', extends: '..' }
  write(join(base, 'lane'), 'locality.json', { ...lane, expect: { services: 2, areas: { community: 1 } } })
  write(join(base, 'lane'), 'services/garden.json', {
    title: '小菜园',
    category: 'repair',
    channels: ['web'],
    placeLevel: 'community',
    form: 'repair',
    workflow: 'handle'
  })
  const files = await readFolder(base)
  expect(check(files).issues).toEqual([])
  const server = await serveZiyun(false, new Map(files))
  onTestFinished(() => server.close())
  const [inside, outside] = ['999999001001', '999999001002']
  const answers = { what: '路灯坏了', where: '东头' }
  const asked = `query($id: ID!, $area: ID) { service(id: $id, area: $area) { byArea channels { id } } }`
  const channels = async (id: string, area: string | null) => {
    const { data, errors } = await server.ask('resident-1', asked, { id, area })
    expect(errors).toEqual([])
    return data.service && [data.service.byArea, data.service.channels.map((channel: Json) => channel.id)]
  }
  expect(await channels('repair', null)).toEqual([true, ['web', 'phone']])
  expect(await channels('repair', inside)).toEqual([true, ['web']])
  expect(await channels('repair', outside)).toEqual([true, ['web', 'phone']])
  expect(await channels('garden', inside)).toEqual([true, ['web']])
  expect(await channels('garden', outside)).toBeNull()
  const order = (more: object) => submitBy('resident-1', { service: 'repair', answers, ...more })
  const procedures: string[] = []
  for (const area of [inside, outside]) {
    const { case: id } = await accepted(server.store, order({ area }))
    procedures.push((await server.store.rowOf('ziyun', id))?.procedure ?? '')
  }
  expect(new Set(procedures).size).toBe(2)
  for (const hash of procedures)
    expect(await server.store.procedure('ziyun', hash)).toMatchObject({ hash, id: 'repair' })
  expect(await server.store.run('ziyun', order({ service: 'garden', area: outside }))).toMatchObject({
    refused: 'service.not-here',
    path: '/area'
  })
})

test.each([
  [
    'a post',
    { 'posts.json': { posts: { window: { rights: { contact: 'mask' } } } } },
    'lane/posts.json layer.not-within'
  ],
  [
    'a name with two meanings',
    { 'categories.json': { categories: { gardens: { label: '园', parent: 'repair' } } } },
    'mews/categories.json layer.twins'
  ]
])('what a layer inside says of the whole is told in its own file: %s', async (_, files, told) => {
  const base = town()
  for (const [file, value] of Object.entries(files)) write(join(base, 'lane'), file, value)
  write(join(base, 'mews'), 'locality.json', { id: 'mews', code: '999999001002', name: '弄堂', extends: '..' })
  write(join(base, 'mews'), 'categories.json', { categories: { gardens: { label: '园林', parent: 'repair' } } })
  const { issues } = check(await readFolder(base))
  expect(issues.map(({ file, code }) => `${file} ${code}`)).toContain(told)
})

// Instance data come in whole or not at all, and once.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rolesIn } from '../src/cli-greeting.ts'
import { openStore, type Store } from '../src/store.ts'
import { isStoreFault } from '../src/store-fault.ts'
import { testDatabase } from './postgres.ts'
import { by, community, quiet, ziyunFiles } from './ziyun.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let store: Store
beforeAll(async () => {
  database = await testDatabase()
  store = await openStore({ ...database, log: quiet })
  await store.publish(ziyunFiles(), by)
})
afterAll(async () => {
  await store.close()
  await database.drop()
})

const at = (text: string) => Date.parse(text)

/** Ziyun's data with these tables in place of its own. */
function withTables(tables: Record<string, string>): ReadonlyMap<string, string> {
  return new Map([
    ...ziyunFiles(),
    ...Object.entries(tables).map(([name, text]) => [`data/${name}.csv`, text] as const)
  ])
}

async function problemsOf(tables: Record<string, string>): Promise<string[]> {
  const error: unknown = await store.importData('ziyun', withTables(tables)).catch((thrown: unknown) => thrown)
  if (!isStoreFault(error, 'import.refused')) throw error
  return error.problems.map(({ file, line, column, problem, value }) => `${file}:${line} ${column} ${problem} ${value}`)
}

test('before anything is published there is nothing to import into', async () => {
  await expect(store.importData('elsewhere', ziyunFiles())).rejects.toMatchObject({ code: 'locality.unknown' })
})

test('a table with faults is refused with every faulty row, and nothing of any table is stored', async () => {
  const problems = await problemsOf({
    areas:
      'code,name,level,parent\n520425,甲,county,\n2,乙,street,9\n2,丙,street,520425\n3,,street,520425\n4,丁,village,520425\n5,戊,county,520425\n6,己,street,7\n7,庚,street,6\n52042500,辛,street,520425\n520426001,壬,street,520425\n',
    people: 'id,name,phone\nwang,王,1\nwang,王,2\n,李,\nb c,赵,\n',
    appointments:
      'person,post,area,from,to\nnobody,liaison,520425,,\nwang,mayor,520425,,\nwang,liaison,8,,\nwang,liaison,520425,,\n',
    registrations: `person,kind,area,from,to\nwang,resident,520425,2026-02-30,\n`
  })
  expect(problems).toEqual([
    'data/areas.csv:3 parent unknown 9',
    'data/areas.csv:4 code duplicate 2',
    'data/areas.csv:5 name missing ',
    'data/areas.csv:6 level unknown village',
    'data/areas.csv:7 level not-below-parent county',
    'data/areas.csv:9 parent circular 6',
    'data/areas.csv:10 code code-digits 52042500',
    'data/areas.csv:11 code code-parent 520426001',
    'data/people.csv:3 id duplicate wang',
    'data/people.csv:4 id missing ',
    'data/people.csv:5 id not-an-id b c',
    'data/appointments.csv:2 person unknown nobody',
    'data/appointments.csv:3 post unknown mayor',
    'data/appointments.csv:4 area unknown 8',
    'data/appointments.csv:5 area wrong-level 520425',
    'data/registrations.csv:2 area wrong-level 520425'
  ])
  expect((await store.areas('ziyun', { first: 10 })).items).toEqual([])
  expect((await store.people('ziyun', ['wang'])).size).toBe(0)
})

test.each([
  ['2026-02-30,', 'from not-a-date 2026-02-30'],
  ['yesterday,', 'from not-a-date yesterday'],
  [',2026-13-01', 'to not-a-date 2026-13-01'],
  ['2026-03-01,2026-03-01', 'to not-after-from 2026-03-01'],
  [',1969-12-31', 'to not-after-from 1969-12-31']
])('dates that are none or make no span are refused: %s', async (dates, problem) => {
  const row = `wang,liaison,520425001001,${dates}`
  expect(
    await problemsOf({
      people: 'id,name,phone\nwang,王,\n',
      appointments: `person,post,area,from,to\n${row}\n`,
      registrations: 'person,kind,area,from,to\n'
    })
  ).toEqual([`data/appointments.csv:2 ${problem}`])
})

test('a table that is none, or lacks a column, says where', async () => {
  expect(
    await problemsOf({
      people: 'id,name\nwang,王\n',
      appointments: 'person,post,area,from,to\n',
      registrations: 'person,kind,area,from,to\n"open\n'
    })
  ).toEqual([
    'data/people.csv:1 phone heading-missing 电话、手机、手机号、手机号码',
    'data/registrations.csv:2  quote-open '
  ])
})

test('data are imported once, and the same content again is already there', async () => {
  const files: string[] = []
  const first = await store.importData('ziyun', ziyunFiles(), ({ file, rows }) => void files.push(`${file} ${rows}`))
  expect(first).toEqual({ areas: 32, people: 593, appointments: 80, registrations: 520, goods: 0, already: false })
  expect(files).toEqual([
    'data/areas.csv 32',
    'data/people.csv 593',
    'data/appointments.csv 80',
    'data/registrations.csv 520'
  ])
  expect(await store.importData('ziyun', ziyunFiles())).toEqual({ ...first, already: true })
})

test('an area knows its path and its places', async () => {
  const found = (await store.areasById('ziyun', [community])).get(community)
  expect(found).toEqual({
    id: community,
    code: community,
    name: '教场社区',
    level: 'community',
    parent: '520425001',
    path: ['520425', '520425001', community]
  })
})

test('a post is held from the local midnight of its first day until before that of its end', async () => {
  const table = 'person,post,area,from,to\nliaison-001,pioneer,520425001001,2026-03-01,2026-03-08\n'
  await store.importData(
    'ziyun',
    withTables({ appointments: table, people: 'id,name,phone\n', registrations: 'person,kind,area,from,to\n' })
  )
  const posts = async (now: string) =>
    (await store.personFacts('ziyun', 'liaison-001', at(now)))?.appointments.map(({ post }) => post)
  expect(await posts('2026-02-28T23:59:59+08:00')).toEqual(['liaison'])
  expect(await posts('2026-03-01T00:00:00+08:00')).toEqual(['liaison', 'pioneer'])
  expect(await posts('2026-03-07T23:59:59+08:00')).toEqual(['liaison', 'pioneer'])
  expect(await posts('2026-03-08T00:00:00+08:00')).toEqual(['liaison'])
})

test('a registration without dates holds since 1970', async () => {
  await store.importData(
    'ziyun',
    withTables({
      registrations: 'person,kind,area,from,to\nliaison-002,resident,520425001001,,\n',
      people: 'id,name,phone\n',
      appointments: 'person,post,area,from,to\n'
    })
  )
  expect((await store.personFacts('ziyun', 'liaison-002', at('1970-01-01T00:00:00Z')))?.registrations).toEqual([
    { kind: 'resident', area: community }
  ])
})

test('there is somebody to sign in for each post and kind of registration, and one who never held any', async () => {
  const { locality } = (await store.published('ziyun'))!
  const roles = (language: string) => rolesIn(store, locality, { language })
  const held = locality.posts.size + locality.registrations.size
  expect(await roles('en')).toHaveLength(held) // everybody holds something
  await store.importData('ziyun', withTables({ people: 'id,name,phone\nnew-here,张新,\n' }))
  for (const [language, label] of [
    ['en', 'Resident'],
    ['zh-CN', '居民']
  ] as const)
    expect((await roles(language)).slice(held)).toEqual([{ label, person: 'new-here', name: '张新' }])
})

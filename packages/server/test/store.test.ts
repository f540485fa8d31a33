// What the store keeps, lists and announces.
import { areaKey, personKey, postKey } from '@gridwright/core'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openStore, type CaseQuery, type Change } from '../src/store.ts'
import { isStoreFault } from '../src/store-fault.ts'
import {
  accepted,
  actBy,
  by,
  community,
  dispatched,
  filesAs,
  members,
  monday,
  openZiyun,
  quiet,
  submitBy,
  ziyunFiles,
  type Ziyun
} from './ziyun.ts'

let ziyun: Ziyun
beforeAll(async () => void (ziyun = await openZiyun()))
afterAll(() => ziyun.close())

describe('localities stay apart', () => {
  test('the application role sees nothing without a locality, and nothing of another', async () => {
    const { case: id } = await accepted(ziyun.store, submitBy('resident-001'))
    await ziyun.store.publish(filesAs('neighbour'), by)
    const app = new Client(ziyun.database.appUrl)
    await app.connect()
    const seen = async (table: string) =>
      Number((await app.query<{ count: string }>(`select count(*) from ${table}`)).rows[0]?.count)
    const tables = [
      'release',
      'publication',
      'procedure',
      'data_import',
      'area',
      'person',
      'contact',
      'appointment',
      'registration',
      'case_record',
      'case_key',
      'case_event',
      'command_log',
      'notice',
      'inbox'
    ]
    const seenIn = async (names: readonly string[]) => {
      const counts = []
      for (const name of names) counts.push(await seen(name))
      return counts
    }
    const bare = await seenIn(tables)
    await app.query('begin')
    await app.query(`select set_config('gridwright.locality', 'ziyun', true)`)
    expect(await seen('case_record')).toBeGreaterThan(0)
    await app.query('commit')
    const afterwards = await seenIn(tables) // after COMMIT the setting is empty and not unset
    await app.query(`set gridwright.locality = 'neighbour'`)
    const theirs = await seenIn(['case_record', 'case_event', 'person'])
    const smuggled = await app
      .query(`insert into case_key values ('ziyun', 'person:spy', true, now(), $1)`, [id])
      .catch((error: { code?: string }) => error.code)
    await app.end()
    expect([...bare, ...afterwards, ...theirs].every(count => count === 0)).toBe(true)
    expect(smuggled).toBe('42501')
    expect(await ziyun.store.rowOf('neighbour', id)).toBeUndefined()
    expect(await ziyun.store.localities()).toEqual(['neighbour', 'ziyun'])
  })
})

describe('releases', () => {
  test('a folder with errors is refused with all its issues', async () => {
    const error: unknown = await ziyun.store
      .publish(new Map([...ziyunFiles(), ['services/mediation.json', '{}']]), by)
      .catch((thrown: unknown) => thrown)
    expect(isStoreFault(error, 'release.refused') && error.issues.length).toBeGreaterThan(0)
  })

  test('only what is live from just these files needs no proof again', async () => {
    const files = ziyunFiles()
    const { store } = ziyun
    const live = async (path: string, text: string) => (await store.publishedFrom(new Map(files).set(path, text)))?.id
    expect((await store.publishedFrom(files))?.hash).toBe((await store.published('ziyun'))?.hash)
    expect(await live('tests/more.json', '{}')).toBe('ziyun')
    expect(await live('services/mediation.json', '{}')).toBeUndefined()
    expect(await live('data/areas.csv', 'code,name,level,parent')).toBeUndefined()
    expect(await live('locality.json', '{ "id": "nowhere" }')).toBeUndefined()
    expect(await live('locality.json', '{')).toBeUndefined()
  })

  test('what is live already is not published again', async () => {
    expect(await ziyun.store.publish(ziyunFiles(), by)).toMatchObject({ already: true })
  })

  test('another process hears of a publication, a running case keeps its procedure, and an old release can come back', async () => {
    const other = await openStore({ ...ziyun.database, log: quiet, poolSize: 3 })
    const before = await other.published('ziyun')
    const { case: id } = await accepted(ziyun.store, submitBy('resident-001'))
    const files = ziyunFiles()
    const workflow = files.get('workflows/three-orders.json') ?? ''
    const changed = new Map([
      ...files,
      ['workflows/three-orders.json', workflow.replace('"within": "PT4H"', '"within": "PT2H"')]
    ])
    const { hash } = await ziyun.store.publish(changed, { ...by, who: 'editor' })
    await expect.poll(async () => (await other.published('ziyun'))?.hash, { timeout: 3_000 }).toBe(hash)
    expect(hash).not.toBe(before?.hash)
    const later = await accepted(other, submitBy('resident-001'))
    const hours = async (caseId: string) => {
      const [deadline] = (await other.rowOf('ziyun', caseId))?.deadlines ?? []
      return ((deadline?.due ?? 0) - monday) / 3_600_000
    }
    expect([await hours(id), await hours(later.case)]).toEqual([6, 2])
    await accepted(other, actBy('liaison-001', id, 'DISPATCH', { answers: { to: members(1) } }))
    expect((await other.procedure('ziyun', (await other.rowOf('ziyun', id))?.procedure ?? '')).service.workflow).toBe(
      'three-orders'
    )
    expect(await ziyun.store.publish(files, by)).toEqual({ hash: before?.hash, already: false, awaiting: false })
    expect((await ziyun.store.published('ziyun'))?.hash).toBe(before?.hash)
    await other.close()
  })

  test('releases keep no scenario and nothing that names a person', async () => {
    const rows = await ziyun.store.session.read<{ path: string }>(
      'ziyun',
      'select distinct jsonb_object_keys(files) as path from release where locality = $1',
      ['ziyun']
    )
    const paths = rows.map(({ path }) => path)
    expect(paths).toContain('workflows/three-orders.json')
    expect(paths.filter(path => path.startsWith('tests/') || path.includes('people'))).toEqual([])
  })
})

describe('lists', () => {
  const viewer = {
    keys: [areaKey(community)],
    box: 'ALL',
    person: 'liaison-001',
    ownKeys: [personKey('liaison-001'), postKey('liaison', community)],
    sort: 'SUBMITTED_DESC',
    first: 100
  } as const
  const list = async (query: Partial<CaseQuery>) =>
    (await ziyun.store.cases('ziyun', { ...viewer, ...query })).items.map(({ node }) => node)
  const person = (id: string) => ({ keys: [personKey(id)], person: id, ownKeys: [personKey(id)] })
  const numbered = async (query: Partial<CaseQuery>) =>
    (await list(query)).map(({ id }) => numbers.get(id)).filter(number => number !== undefined)
  const numbers = new Map<string, number>()

  beforeAll(async () => {
    for (let i = 1; i <= 9; i++) {
      const place = i === 9 ? '520425002001' : community
      const { case: id } = await accepted(
        ziyun.store,
        submitBy('resident-009', {
          now: monday + i * 60_000,
          area: place,
          service: i % 2 ? 'mediation' : 'policy-advice'
        })
      )
      numbers.set(id, i)
    }
    const idOf = (number: number) => [...numbers].find(([, n]) => n === number)?.[0] ?? ''
    for (const number of [2, 3, 4])
      await accepted(
        ziyun.store,
        actBy('liaison-001', idOf(number), 'DISPATCH', { now: monday + 3_600_000, answers: { to: members(21, 22) } })
      )
    await accepted(ziyun.store, actBy('party-member-021', idOf(3), 'ACCEPT', { now: monday + 3_600_000 }))
    await accepted(ziyun.store, actBy('resident-009', idOf(1), 'WITHDRAW', { now: monday + 3_600_000 }))
  })

  test('whoever may see the area sees its cases, newest first', async () => {
    expect(await numbered({})).toEqual([8, 7, 6, 5, 4, 3, 2, 1])
    expect(await numbered({ sort: 'SUBMITTED_ASC' })).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  test('without keys there is nothing to see', async () => {
    expect(await list({ keys: [] })).toEqual([])
    expect(await list({ keys: [personKey('resident-002')], area: community })).toEqual([])
  })

  test.each([
    ['open', { open: true }, [8, 7, 6, 5, 4, 3, 2]],
    ['closed', { open: false }, [1]],
    ['one service', { service: 'policy-advice' }, [8, 6, 4, 2]],
    ['one state', { state: 'dispatched' }, [4, 2]],
    ['one area below what may be seen', { keys: [areaKey('520425')], area: '520425002001' }, [9]],
    ['the whole county', { keys: [areaKey('520425')] }, [9, 8, 7, 6, 5, 4, 3, 2, 1]],
    ['what I asked for', { ...person('resident-009'), box: 'MINE' }, [9, 8, 7, 6, 5, 4, 3, 2, 1]],
    ['what I asked for, in one area', { ...person('resident-009'), box: 'MINE', area: '520425002' }, [9]],
    ['what is on my list', { box: 'TODO', keys: [...viewer.ownKeys] }, [8, 7, 6, 5]],
    ['what was offered to me', { ...person('party-member-022'), box: 'OFFERED' }, [4, 2]],
    ['what I have taken', { ...person('party-member-021'), box: 'ASSIGNED' }, [3]],
    ['what another has taken', { ...person('party-member-022'), box: 'ASSIGNED' }, []]
  ] satisfies [string, Partial<CaseQuery>, number[]][])('%s', async (_, query, expected) => {
    expect(await numbered(query)).toEqual(expected)
  })

  test('by due date the most urgent comes first, and closed cases do not come at all', async () => {
    const rows = (await list({ sort: 'DUE_ASC' })).filter(({ id }) => numbers.has(id))
    const dues = rows.map(({ deadlines }) =>
      Math.min(
        ...deadlines.flatMap(({ due, warn, warned }) => [due ?? Infinity, warned ? Infinity : (warn ?? Infinity)])
      )
    )
    expect(dues).toEqual([...dues].sort((a, b) => a - b))
    expect(rows).toHaveLength(7)
    expect(await list({ sort: 'DUE_ASC', open: false })).toEqual([])
  })

  test.each(['SUBMITTED_DESC', 'SUBMITTED_ASC', 'DUE_ASC'] as const)(
    'pages by %s follow each other without gap or repetition',
    async sort => {
      const keys = [areaKey(community), areaKey('520425'), personKey('resident-009')]
      const all = (await list({ sort, keys })).map(({ id }) => id)
      const paged: string[] = []
      for (let after: string | undefined, more = true; more;) {
        const page = await ziyun.store.cases('ziyun', {
          ...viewer,
          keys,
          sort,
          first: 2,
          ...(after === undefined ? {} : { after })
        })
        expect(page.hasPreviousPage).toBe(paged.length > 0)
        paged.push(...page.items.map(({ node }) => node.id))
        after = page.items.at(-1)?.cursor
        more = page.hasNextPage
      }
      expect(paged).toEqual(all)
      expect(new Set(all).size).toBe(all.length)
    }
  )

  test('a cursor that nobody made begins at the first page', async () => {
    const first = await list({})
    for (const after of ['x', Buffer.from('["a","b"]').toString('base64url'), Buffer.from('[1]').toString('base64url')])
      expect(await list({ after })).toEqual(first)
  })

  test('a case is shown to its audience only', async () => {
    const id = [...numbers][0]?.[0] ?? ''
    expect((await ziyun.store.caseOf('ziyun', id, [personKey('resident-009')]))?.id).toBe(id)
    expect(await ziyun.store.caseOf('ziyun', id, [personKey('resident-002')])).toBeUndefined()
    expect(await ziyun.store.caseOf('ziyun', 'no-uuid', [personKey('resident-009')])).toBeUndefined()
  })

  test('areas come by code, top, children or level', async () => {
    const codes = async (query: Parameters<Ziyun['store']['areas']>[1]) =>
      (await ziyun.store.areas('ziyun', query)).items.map(({ node }) => node.code)
    expect(await codes({ parent: null, first: 9 })).toEqual(['520425'])
    expect(await codes({ parent: '520425', first: 9 })).toEqual(['520425001', '520425002', '520425003'])
    expect(await codes({ level: 'community', first: 3 })).toEqual(['520425001001', '520425001002', '520425001003'])
    const first = await ziyun.store.areas('ziyun', { level: 'community', first: 3 })
    expect(await codes({ level: 'community', first: 2, after: first.items[2]?.cursor ?? '' })).toEqual([
      '520425001004',
      '520425002001'
    ])
  })

  test('holders of keys are found by name, each once, as of now', async () => {
    const keys = [`registration:party-member@${community}`, postKey('liaison', community), personKey('resident-009')]
    const found = await ziyun.store.holders('ziyun', keys, { first: 1_000, now: monday })
    expect(found.map(({ id }) => id)).toContain('liaison-001')
    expect(found.map(({ id }) => id)).toContain('resident-009')
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length)
    const name = found[0]?.name ?? ''
    expect(
      (await ziyun.store.holders('ziyun', keys, { search: name, first: 5, now: monday })).every(card =>
        card.name.includes(name)
      )
    ).toBe(true)
    expect(await ziyun.store.holders('ziyun', [postKey('liaison', community)], { first: 5, now: 0 })).toEqual([])
  })
})

test('changes are announced with revision and event, in every process', async () => {
  const other = await openStore({ ...ziyun.database, log: quiet, poolSize: 2 })
  const heard: Change[] = []
  const stop = other.changes('ziyun', change => void heard.push(change))
  const id = await dispatched(ziyun.store, members(1))
  await expect
    .poll(() => heard.filter(change => change.case === id))
    .toEqual([
      { case: id, revision: 1, event: 'SUBMIT' },
      { case: id, revision: 2, event: 'DISPATCH' }
    ])
  stop()
  await other.close()
})

test('a caller without an account is kept apart from people', async () => {
  const contact = { name: '韦某', phone: '13800009999' }
  const { case: id } = await accepted(
    ziyun.store,
    submitBy('liaison-001', { channel: 'phone', service: 'policy-advice', applicant: { contact } })
  )
  const key = (await ziyun.store.rowOf('ziyun', id))?.applicant.slice('contact:'.length) ?? ''
  expect((await ziyun.store.contacts('ziyun', [key, 'no-uuid'])).get(key)).toEqual({ id: key, ...contact })
})

test('a store whose connections have died goes on, tells its news again, and closes within seconds', async () => {
  const store = await openStore({ ...ziyun.database, log: quiet, poolSize: 2 })
  const heard: string[] = []
  store.changes('ziyun', change => void heard.push(change.case))
  const killer = new Client(ziyun.database.appUrl)
  await killer.connect()
  await killer.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'gridwright%' and datname = current_database() and pid <> pg_backend_pid()`
  )
  await killer.end()
  await expect
    .poll(() => [store.news.listening(), ziyun.store.news.listening()], { timeout: 5_000 })
    .toEqual([true, true])
  for (let i = 0; i < 3; i++) {
    const { case: id } = await accepted(ziyun.store, submitBy('resident-001'))
    await expect.poll(() => heard, { timeout: 2_000 }).toContain(id)
  }
  const started = Date.now()
  await store.close()
  expect(Date.now() - started).toBeLessThan(6_000)
})

// Releases: what counts from when on, who said so, and how one goes back.
import { expect, onTestFinished, test, vi } from 'vitest'
import { diffReleases, publishFolder } from '../src/cli-release.ts'
import { openStore } from '../src/store.ts'
import { accepted, by, edited, filesAs, onDisk, openZiyun, quiet, submitBy, ziyunFiles } from './ziyun.ts'

const dispatch = 'workflows/three-orders.json'
const faster = () => edited(ziyunFiles(), dispatch, '"within": "PT4H"', '"within": "PT2H"')
const watched = () => edited(ziyunFiles(), 'locality.json', '"id": "ziyun",', '"id": "ziyun", "secondApproval": true,')

async function opened() {
  const ziyun = await openZiyun()
  onTestFinished(() => ziyun.close())
  return ziyun
}

test('what is published for later counts from then on, and a case keeps what it began under', async () => {
  const { store } = await opened()
  const { hash: first } = (await store.published('ziyun'))!
  const now = Date.now()
  onTestFinished(() => void vi.useRealTimers())
  vi.useFakeTimers({ toFake: ['Date'], now })
  const { hash: second } = await store.publish(faster(), { ...by, now, effectiveFrom: now + 3_600_000 })
  expect((await store.published('ziyun'))?.hash).toBe(first)
  const { case: before } = await accepted(store, submitBy('resident-001'))
  vi.setSystemTime(now + 3_599_999)
  expect((await store.published('ziyun'))?.hash).toBe(first)
  vi.setSystemTime(now + 3_600_000)
  expect((await store.published('ziyun'))?.hash).toBe(second)
  const { case: after } = await accepted(store, submitBy('resident-001'))
  const hours = async (id: string) => {
    const row = (await store.rowOf('ziyun', id))!
    return (await store.procedure('ziyun', row.procedure)).workflow.states['ordered']?.meta?.deadlines?.['dispatch']
  }
  expect([await hours(before), await hours(after)]).toMatchObject([{ within: 'PT4H' }, { within: 'PT2H' }])
})

test('what is said later takes the place of what was to come', async () => {
  const { store, database } = await opened()
  const now = Date.now()
  await store.publish(faster(), { ...by, now, effectiveFrom: now + 60_000 })
  const { hash: third } = await store.publish(edited(ziyunFiles(), dispatch, '"PT4H"', '"PT3H"'), { ...by, now })
  onTestFinished(() => void vi.useRealTimers())
  vi.useFakeTimers({ toFake: ['Date'], now: now + 120_000 })
  expect((await store.published('ziyun'))?.hash).toBe(third)
  const fresh = await openStore({ ...database, log: quiet }) // a process that has heard of nothing
  onTestFinished(() => fresh.close())
  expect((await fresh.published('ziyun'))?.hash).toBe(third)
})

test('a rollback is a publication too, and the chain of all of them is sound', async () => {
  const { store } = await opened()
  const { hash: first } = (await store.published('ziyun'))!
  const { hash: second } = await store.publish(faster(), { ...by, now: Date.now() })
  await store.releases.rollback('ziyun', first, { who: 'li', why: 'too fast', now: Date.now() })
  expect((await store.published('ziyun'))?.hash).toBe(first)
  const { publications } = await store.releases.history('ziyun')
  expect(publications.map(({ ordinal, release, who }) => [ordinal, release, who])).toEqual([
    [1, first, 'test'],
    [2, second, 'test'],
    [3, first, 'li']
  ])
  expect(await store.verify('ziyun')).toEqual([])
  await expect(store.releases.rollback('ziyun', 'f'.repeat(64), by)).rejects.toMatchObject({ code: 'release.unknown' })
})

test('where a second person is asked for, nothing counts before another one has approved', async () => {
  const { store } = await opened()
  await store.publish(watched(), { ...by, who: 'wang', now: Date.now() })
  const asked = await store.releases.history('ziyun')
  expect(asked.proposals).toMatchObject([{ who: 'wang' }])
  const release = asked.proposals[0]?.release ?? ''
  expect((await store.published('ziyun'))?.hash).not.toBe(release)
  await expect(store.releases.approve('ziyun', release, { ...by, who: 'wang' })).rejects.toMatchObject({
    code: 'release.own-approval'
  })
  await store.releases.approve('ziyun', release, { who: 'li', why: '', now: Date.now() })
  expect((await store.published('ziyun'))?.hash).toBe(release)
  expect((await store.releases.history('ziyun')).publications.at(-1)).toMatchObject({ who: 'wang', approved_by: 'li' })
  await expect(store.releases.approve('ziyun', release, { ...by, who: 'li' })).rejects.toMatchObject({
    code: 'release.unproposed'
  })
  // to do without a second person is a change, too
  expect(await store.publish(ziyunFiles(), { ...by, who: 'wang', now: Date.now() })).toMatchObject({ awaiting: true })
  expect(await store.verify('ziyun')).toEqual([])
})

test('going back needs a second person, too', async () => {
  const { store } = await opened()
  const { hash: first } = (await store.published('ziyun'))!
  const { hash: second } = await store.publish(watched(), { ...by, who: 'wang', now: Date.now() })
  await store.releases.approve('ziyun', second, { who: 'li', why: '', now: Date.now() })
  const back = { who: 'wang', why: 'back', now: Date.now() }
  expect(await store.releases.rollback('ziyun', first, back)).toEqual({ hash: first, already: false, awaiting: true })
  expect((await store.published('ziyun'))?.hash).toBe(second)
  await store.releases.approve('ziyun', first, { who: 'li', why: '', now: Date.now() })
  expect((await store.published('ziyun'))?.hash).toBe(first)
})

test('what waits for its day can be published at once', async () => {
  const { store } = await opened()
  const now = Date.now()
  const { hash } = await store.publish(faster(), { ...by, now, effectiveFrom: now + 3_600_000 })
  expect((await store.published('ziyun'))?.hash).not.toBe(hash)
  expect(await store.publish(faster(), { ...by, now })).toEqual({ hash, already: false, awaiting: false })
  expect((await store.published('ziyun'))?.hash).toBe(hash)
  expect(await store.publish(faster(), { ...by, now })).toMatchObject({ already: true })
})

test('an approval that was written behind the engine’s back is found', async () => {
  const { store, database } = await opened()
  await store.publish(watched(), { ...by, who: 'wang', now: Date.now() })
  const release = (await store.releases.history('ziyun')).proposals[0]?.release ?? ''
  await store.releases.approve('ziyun', release, { who: 'li', why: '', now: Date.now() })
  await asOwner(database.url, `update publication set approved_by = 'zhao' where ordinal = 2`)
  expect(await store.verify('ziyun')).toEqual([{ case: 'publication 2', ordinal: null, code: 'publication.altered' }])
})

test('what a folder changes is told service by service with its open cases, then value by value', async () => {
  const { store, database } = await opened()
  await accepted(store, submitBy('resident-001'))
  vi.stubEnv('DATABASE_URL', database.url)
  vi.stubEnv('DATABASE_APP_URL', database.appUrl)
  onTestFinished(() => void vi.unstubAllEnvs())
  const folder = onDisk(faster())
  const lines: string[] = []
  const terminal = { language: 'zh-CN', print: (line: string) => void lines.push(line), complain: () => undefined }
  expect(await diffReleases(terminal, folder, undefined, 'unused')).toBe(0)
  expect(lines).toContain('~ 事项“纠纷调解”（mediation）：待派单 4 工作小时 → 2 工作小时；在办 1 件仍按原来的规矩')
  expect(lines.at(-1)).toMatch(/^ {2}~ workflows\/three-orders\.json#\/states\/ordered\/.*: "PT4H" → "PT2H"$/)
  lines.length = 0
  expect(await publishFolder(terminal, folder, { data: 'unused', as: 'wang', why: '快一点' })).toBe(0)
  expect(lines.at(-1)).toMatch(/^已发布 ziyun [0-9a-f]{12}$/)
  expect((await store.releases.history('ziyun')).publications.at(-1)).toMatchObject({ who: 'wang', why: '快一点' })
  lines.length = 0
  await diffReleases(terminal, folder, undefined, 'unused')
  expect(lines).toEqual(['没有改动'])
  const elsewhere = onDisk(filesAs('elsewhere'))
  await expect(publishFolder(terminal, elsewhere, { data: 'unused', from: '2999-01-01T00:00+08:00' })).rejects.toThrow(
    /nothing of this locality is live yet/
  )
  expect(await store.localities()).toEqual(['ziyun'])
})

async function asOwner(url: string, sql: string): Promise<void> {
  const { Client } = await import('pg')
  const owner = new Client(url)
  await owner.connect()
  await owner.query(`set gridwright.locality = 'ziyun'`)
  await owner.query(sql)
  await owner.end()
}

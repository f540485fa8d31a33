// Deadlines fire by the clock, once, however many processes sweep.
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore, type Store } from '../src/store.ts'
import { startSweeper, sweep } from '../src/sweeper.ts'
import { accepted, by, monday, openZiyun, quiet, submitBy, ziyunFiles, type Ziyun } from './ziyun.ts'

let ziyun: Ziyun
let second: Store
beforeAll(async () => {
  ziyun = await openZiyun()
  second = await openStore({ ...ziyun.database, log: quiet, poolSize: 4 })
})
afterAll(async () => {
  await second.close()
  await ziyun.close()
})

const hour = 3_600_000
const journalOf = async (id: string) => (await ziyun.store.journal('ziyun', id, 100)).map(({ event }) => event)

test('two processes that sweep the same cases fire each deadline once', async () => {
  const ids = []
  for (let i = 0; i < 30; i++) ids.push((await accepted(ziyun.store, submitBy('resident-001'))).case)
  const late = monday + 20 * 24 * hour
  await Promise.all([sweep(ziyun.store, 'ziyun', () => late), sweep(second, 'ziyun', () => late)])
  await sweep(ziyun.store, 'ziyun', () => late) // what was held by the other when one passed
  const journals = await Promise.all(ids.map(journalOf))
  expect(new Set(journals.map(String))).toEqual(new Set(['SUBMIT,UNDISPATCHED']))
  expect(await ziyun.store.verify('ziyun')).toEqual([])
})

test('a warning is written before the deadline and only once', async () => {
  const { case: id } = await accepted(ziyun.store, submitBy('resident-001'))
  const at = monday + 5 * hour // four working hours from nine end at three in the afternoon; three of them at two
  await sweep(ziyun.store, 'ziyun', () => at)
  await sweep(second, 'ziyun', () => at)
  expect(await journalOf(id)).toEqual(['SUBMIT', 'WARNED'])
})

test('a running sweeper fires within a second of the deadline', async () => {
  const { case: id } = await accepted(ziyun.store, submitBy('resident-001'))
  const warn = (await ziyun.store.rowOf('ziyun', id))?.deadlines[0]?.warn ?? 0
  const started = Date.now()
  const now = () => Date.now() - started + warn - 1_500 // the warning is due in a second and a half
  let ticked = 0
  const sweeper = startSweeper(ziyun.store, { log: quiet, now, onTick: () => void (ticked ||= Date.now()) })
  while (!(await journalOf(id)).includes('WARNED') && Date.now() - started < 8_000) await pause(50)
  await sweeper.stop()
  expect(ticked - started).toBeGreaterThan(1_300)
  expect(ticked - started).toBeLessThan(1_500 + 1_000)
})

test('a deadline waits for a calendar year and is dated when the year is published', async () => {
  const files = ziyunFiles()
  const now = Date.parse('2027-03-01T09:00+08:00') // the calendar's last year is 2026
  const { case: id } = await accepted(ziyun.store, submitBy('resident-001', { now }))
  expect((await ziyun.store.rowOf('ziyun', id))?.deadlines).toMatchObject([{ name: 'dispatch', due: null }])
  const sweeper = startSweeper(second, { log: quiet, now: () => now })
  const calendar = files.get('calendar.json') ?? ''
  const years = /"years":\s*\{/.exec(calendar)
  const published = calendar.replace(
    years?.[0] ?? '',
    `${years?.[0]} "2027": { "holidays": ["2027-01-01"], "workdays": [] },`
  )
  await ziyun.store.publish(new Map([...files, ['calendar.json', published]]), by)
  for (const started = Date.now(); !(await journalOf(id)).includes('RECOMPUTED') && Date.now() - started < 8_000;)
    await pause(50)
  await sweeper.stop()
  expect((await ziyun.store.rowOf('ziyun', id))?.deadlines).toMatchObject([
    { name: 'dispatch', due: Date.parse('2027-03-01T15:00+08:00') }
  ])
  expect(await journalOf(id)).toEqual(['SUBMIT', 'RECOMPUTED'])
})

test('what cannot be fired is left for later and holds nothing else up', async () => {
  const broken = await accepted(ziyun.store, submitBy('resident-001'))
  const sound = await accepted(ziyun.store, submitBy('resident-001'))
  const store = {
    ...ziyun.store,
    run: (locality: string, command: Parameters<Store['run']>[1]) =>
      'case' in command && command.case === broken.case
        ? Promise.reject(new Error('broken'))
        : ziyun.store.run(locality, command)
  }
  const failed: string[] = []
  const skipped = new Map()
  for (let round = 0; round < 3; round++)
    await sweep(store, 'ziyun', () => monday + 5 * hour, { onError: (_error, id) => failed.push(id), skipped })
  expect(failed).toEqual([broken.case])
  expect(await journalOf(sound.case)).toContain('WARNED')
})

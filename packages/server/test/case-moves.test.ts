// A release is changed under a thousand open cases: none changes its rules by itself; a plan moves each of them once, however often the
// mover is killed; and takes them back.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { MigrationFile } from '@gridwright/core'
import { entryHash, foldCase, type CaseRow } from '@gridwright/workflows'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { moveCases, type MoveReport } from '../src/case-moves.ts'
import { migrateCases, type MigrateCommand } from '../src/cli-migrate.ts'
import { faultLines } from '../src/fault-words.ts'
import { eventRecordOf, recordOf } from '../src/store-case.ts'
import { accepted, actBy, by, members, openZiyun, submitBy, ziyunFiles, type Ziyun } from './ziyun.ts'

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

const folder = mkdtempSync(join(tmpdir(), 'gridwright-moves-'))
const file = join(folder, 'plan.json')
const workflow = 'workflows/three-orders.json'
const total = 1000
let ziyun: Ziyun
let owner: Client
let ids: readonly string[]
let old: string

/** What waits to be dispatched is called `asked` now, and may take six hours. */
function changedFiles(): Map<string, string> {
  const files = ziyunFiles()
  const text = files.get(workflow) ?? ''
  return files.set(workflow, text.replaceAll('"ordered"', '"asked"').replace('"PT4H"', '"PT6H"'))
}

const now = () => ({ now: Date.now() })
async function eachOf<T>(items: readonly T[], work: (item: T, i: number) => Promise<unknown>): Promise<void> {
  const lanes = Array.from({ length: 8 }, (_, lane) => lane)
  await Promise.all(
    lanes.map(async lane => {
      for (let i = lane; i < items.length; i += lanes.length) await work(items[i]!, i)
    })
  )
}

beforeAll(async () => {
  ziyun = await openZiyun()
  const { store } = ziyun
  owner = new Client(ziyun.database.url)
  await owner.connect()
  await owner.query(`set gridwright.locality = 'ziyun'`)
  const made: string[] = []
  await eachOf(Array.from({ length: total }), async (_, i) => {
    const { case: id } = await accepted(store, submitBy('resident-001', now()))
    made[i] = id
    if (i % 5 > 1) return
    await accepted(store, actBy('liaison-001', id, 'DISPATCH', { answers: { to: members(1) }, ...now() }))
    if (i % 5 === 1) await accepted(store, actBy('party-member-001', id, 'ACCEPT', now()))
  })
  ids = made
  old = (await store.rowOf('ziyun', made[0]!))!.procedure
  await store.publish(changedFiles(), { ...by, now: Date.now() })
  vi.stubEnv('DATABASE_URL', ziyun.database.url)
  vi.stubEnv('DATABASE_APP_URL', ziyun.database.appUrl)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
  await owner.end()
  await ziyun.close()
})

type Asked = Omit<MigrateCommand, 'place' | 'data' | 'format'> & { readonly format?: 'json' }
type Ended = { readonly code: number; readonly out: string }

/** `gridwright migrate ziyun …` in this process. */
async function migrate(command: Asked): Promise<Ended> {
  const lines: string[] = []
  const print = (line: string) => void lines.push(line)
  const terminal = { language: 'en', print, complain: print }
  const code = await migrateCases(terminal, { place: 'ziyun', data: folder, format: 'text', ...command }).catch(
    (error: unknown) => {
      for (const line of faultLines(error, terminal)) print(line)
      return 1
    }
  )
  return { code, out: lines.join('\n') }
}

/** Applies the plan in a process of its own, which kills itself where `failPoint` says; whether it was killed. */
function killedAt(failPoint: string): Promise<boolean> {
  const [cli, cache] = ['../src/cli.ts', '../../../node_modules/.gridwright/compiled'].map(path =>
    resolve(import.meta.dirname, path)
  )
  const child = spawn(process.execPath, ['--conditions=source', cli!, 'migrate', 'ziyun', '--apply', file], {
    env: { ...process.env, NODE_COMPILE_CACHE: cache, GRIDWRIGHT_FAILPOINT: failPoint }
  })
  return new Promise(done => child.once('close', (_, signal) => done(signal === 'SIGKILL')))
}

/** How many cases there are, by state and by whether they go by the old rules. */
async function tally(): Promise<Readonly<Record<string, number>>> {
  const { rows } = await owner.query<{ at: string; count: number }>(
    `select state || case when procedure = $1 then ' old' else ' new' end as at, count(*)::int as count from case_record group by 1`,
    [old]
  )
  return Object.fromEntries(rows.map(({ at, count }) => [at, count]))
}

/** How many cases have so many entries of `event`, by that number. */
async function times(event: string): Promise<Readonly<Record<string, number>>> {
  const { rows } = await owner.query<{ times: number; cases: number }>(
    `select times, count(*)::int as cases from (select c.id, count(e.ordinal)::int as times from case_record c
       left join case_event e on e.case_id = c.id and e.event = $1 group by c.id) t group by times`,
    [event]
  )
  return Object.fromEntries(rows.map(row => [row.times, row.cases]))
}

test('none of the cases changes its rules, and all of them go on by those that they began under', async () => {
  expect(await tally()).toEqual({ 'ordered old': 600, 'dispatched old': 200, 'accepted old': 200 })
  const { store } = ziyun
  await accepted(store, actBy('liaison-001', ids[2]!, 'DISPATCH', { answers: { to: members(1) }, ...now() }))
  const journal = await store.journal('ziyun', ids[2]!, 10)
  expect(journal.map(({ event, to, procedure }) => [event, to, procedure])).toEqual([
    ['SUBMIT', 'ordered', old],
    ['DISPATCH', 'dispatched', old]
  ])
})

test('a plan is written with what is known, told with the cases that it is for, and never over another', async () => {
  const { code, out } = await migrate({ plan: file })
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('599 cases') })
  expect(out).toContain('  ? Waiting to be dispatched ordered → ?  599 cases\n')
  expect(out).toContain('    Waiting to be accepted dispatched → dispatched  201 cases\n')
  expect(out).toContain('1 still to be decided; next: gridwright migrate ziyun --dry-run')
  const plan = JSON.parse(readFileSync(file, 'utf8')) as { $schema: string; moves: object[] } // written just now
  expect(existsSync(resolve(folder, plan.$schema))).toBe(true)
  expect(plan.moves).toMatchObject([
    {
      service: 'mediation',
      from: old,
      states: { ordered: '?', dispatched: 'dispatched', accepted: 'accepted', review: 'review' },
      deadlines: { 'asked/dispatch': 'recompute', 'dispatched/accept': 'keep' },
      answers: { rename: {}, default: {}, drop: [] }
    }
  ])
  expect((await migrate({ plan: file })).out).toContain('is there already')
})

test('while anything is undecided nothing is moved', async () => {
  const { code, out } = await migrate({ apply: file })
  expect([code, out]).toEqual([
    1,
    expect.stringMatching(
      /plan\.json:11:20 {2}it is not decided where the cases in “ordered” go on.*did you mean “asked”\?/
    )
  ])
  writeFileSync(file, readFileSync(file, 'utf8').replace('"ordered": "?"', '"ordered": "asked"'))
})

test('a dry run tells what would come of it and changes nothing', async () => {
  const { code, out } = await migrate({ dryRun: file })
  expect([code, out]).toEqual([0, expect.stringContaining('1000 cases moved, 0 not (dry run, nothing was moved)')])
  expect(await times('MIGRATED')).toEqual({ 0: total })
})

test('asked to stop, a run stops between two cases', async () => {
  const { store } = ziyun
  const live = (await store.published('ziyun'))!.locality
  const plan = JSON.parse(readFileSync(file, 'utf8')) as MigrationFile // checked above
  let asked = 0
  const run = { who: 'clerk', why: '', dryRun: false, stop: () => ++asked > 5 }
  const { moved, stopped } = await moveCases(store, live, plan, run)
  expect([moved.reduce((sum, { cases }) => sum + cases, 0), stopped]).toEqual([5, true])
})

test('killed twice on the way and run a third time, the plan has moved each case once, and they go on by the new rules', async () => {
  expect(await killedAt('before-commit:300')).toBe(true)
  expect(await times('MIGRATED')).toEqual({ 0: 696, 1: 304 })
  expect(await killedAt('after-commit:300')).toBe(true)
  expect(await times('MIGRATED')).toEqual({ 0: 396, 1: 604 })
  const { code, out } = await migrate({ apply: file, as: 'clerk', why: 'six hours' })
  expect([code, out]).toEqual([0, expect.stringContaining('396 cases moved, 0 not')])
  expect((await migrate({ apply: file })).out).toContain('0 cases moved, 0 not')
  expect(await times('MIGRATED')).toEqual({ 1: total })
  expect(await tally()).toEqual({ 'asked new': 599, 'dispatched new': 201, 'accepted new': 200 })
  const { store } = ziyun
  await accepted(store, actBy('liaison-001', ids[3]!, 'DISPATCH', { answers: { to: members(1) }, ...now() }))
  await accepted(store, actBy('party-member-001', ids[0]!, 'ACCEPT', now()))
  const last = (await store.journal('ziyun', ids[3]!, 10)).at(-1)
  expect([last?.event, last?.from, last?.procedure === old]).toEqual(['DISPATCH', 'asked', false])
  expect(await store.verify('ziyun')).toEqual([])
})

test('a move that no engine made is found by the audit', async () => {
  const { store } = ziyun
  const journal = await store.journal('ziyun', ids[4]!, 10)
  const sound = journal.at(-1)!
  const forged = { ...sound, to: 'closed', changed: { ...sound.changed, state: 'closed' } }
  const put = async (entry: typeof sound) => {
    const row = [...journal.slice(0, -1), entry].reduce<CaseRow | undefined>(foldCase, undefined)!
    const { state, body } = recordOf(row)
    const { to_state, changed, hash } = eventRecordOf(entry)
    await owner.query(
      'update case_event set to_state = $3, changed = $4, hash = $5 where case_id = $1 and ordinal = $2',
      [row.id, entry.ordinal, to_state, JSON.stringify(changed), hash]
    )
    await owner.query('update case_record set state = $2, body = $3 where id = $1', [
      row.id,
      state,
      JSON.stringify(body)
    ])
  }
  const { hash: _, ...covered } = forged
  await put({ ...forged, hash: entryHash(covered) })
  expect(await store.verify('ziyun')).toEqual([{ case: ids[4], ordinal: 2, code: 'transition.impossible' }])
  await put(sound)
  expect(await store.verify('ziyun')).toEqual([])
})

test('one case is taken back by its number, all others together; what has gone on since stays and is listed', async () => {
  const { store } = ziyun
  const { number } = (await store.rowOf('ziyun', ids[4]!))!
  expect(await migrate({ undo: file, case: number })).toMatchObject({
    code: 0,
    out: expect.stringContaining('1 case moved, 0 not')
  })
  expect(await store.rowOf('ziyun', ids[4]!)).toMatchObject({ state: 'ordered', procedure: old, moved: null })
  expect((await migrate({ undo: file, case: number })).out).toContain(`this plan has moved no case ${number}`)
  const { code, out } = await migrate({ undo: file, format: 'json' })
  const report = JSON.parse(out.slice(out.indexOf('{\n'))) as MoveReport // as the command prints it
  expect([code, report.kept.map(each => each.code), report.stopped]).toEqual([
    1,
    ['migration.moved-on', 'migration.moved-on'],
    false
  ])
  expect(report.moved.reduce((sum, { cases }) => sum + cases, 0)).toBe(total - 3)
  expect(await times('UNMIGRATED')).toEqual({ 0: 2, 1: total - 2 })
  expect(await store.verify('ziyun')).toEqual([])
})

test('after that the same plan moves them again, each once, though two people apply it at the same time', async () => {
  const runs = await Promise.all(['li', 'wang'].map(as => migrate({ apply: file, as })))
  const moved = runs.map(({ out }) => Number(/(\d+) cases? moved, 0 not/.exec(out)?.[1]))
  expect([moved.reduce((sum, cases) => sum + cases, 0), runs.map(({ code }) => code)]).toEqual([998, [0, 0]])
  expect(await times('MIGRATED')).toEqual({ 1: 2, 2: 998 })
  expect(await ziyun.store.verify('ziyun')).toEqual([])
})

test('a service that is gone leaves its cases where they are, and they are listed', async () => {
  const { store } = ziyun
  const files = ziyunFiles()
  files.delete('services/mediation.json')
  files.set('locality.json', (files.get('locality.json') ?? '').replace('"services": 4', '"services": 3'))
  await store.publish(files, { ...by, now: Date.now() })
  const { code, out } = await migrate({ plan: join(folder, 'gone.json') })
  expect([code, out]).toEqual([0, expect.stringContaining('The service is no longer offered where the case is')])
  expect(existsSync(join(folder, 'gone.json'))).toBe(false)
  expect((await migrate({ apply: file })).out).toMatch(/plan\.json:4:9 {2}the plan goes over to release/)
  const { number } = (await store.rowOf('ziyun', ids[5]!))!
  expect((await migrate({ undo: file, case: number })).out).toContain('1 case moved, 0 not')
  expect(await store.rowOf('ziyun', ids[5]!)).toMatchObject({ procedure: old, moved: null })
})

test('answers that the new form does not take leave their case where it is, told with the place', async () => {
  const { store } = ziyun
  const files = ziyunFiles()
  const form = files.get('forms/order.json') ?? ''
  expect(form.split('"maxLength": 500')).toHaveLength(2)
  files.set('forms/order.json', form.replace('"maxLength": 500', '"maxLength": 4'))
  await store.publish(files, { ...by, now: Date.now() })
  const next = join(folder, 'short.json')
  await migrate({ plan: next })
  writeFileSync(next, readFileSync(next, 'utf8').replaceAll('"?"', 'null'))
  const { code, out } = await migrate({ dryRun: next })
  expect([code, out]).toEqual([
    1,
    expect.stringMatching(
      /The answers of the application do not fit the new form {2}\/answers\/what {2}\[migration\.answers\]/
    )
  ])
})

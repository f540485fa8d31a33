// Whatever is changed behind the engine's back is found, column by column.
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sweep } from '../src/sweeper.ts'
import { accepted, actBy, dispatched, members, monday, openZiyun, submitBy, type Ziyun } from './ziyun.ts'

let ziyun: Ziyun
let owner: Client
let id: string
beforeAll(async () => {
  ziyun = await openZiyun()
  owner = new Client(ziyun.database.url)
  await owner.connect()
  await owner.query(`set gridwright.locality = 'ziyun'`)
  id = await dispatched(ziyun.store, members(1, 2))
  await accepted(ziyun.store, actBy('party-member-001', id, 'ACCEPT'))
  await accepted(ziyun.store, actBy('party-member-001', id, 'DONE', { answers: { done: '调解好了' } }))
  const caller = await accepted(
    ziyun.store,
    submitBy('liaison-001', {
      channel: 'phone',
      service: 'policy-advice',
      applicant: { contact: { name: '韦某', phone: '13800009999' } }
    })
  )
  await accepted(ziyun.store, submitBy('resident-001'))
  await sweep(ziyun.store, 'ziyun', () => monday + 5 * 3_600_000)
  expect(caller.revision).toBe(1)
})
afterAll(async () => {
  await owner.end()
  await ziyun.close()
})
const codes = async () => [...new Set((await ziyun.store.verify('ziyun')).map(({ code }) => code))]

/** Faults while `sql` has been done; it is undone afterwards by putting the tables back. */
async function faultsAfter(sql: string, ...params: unknown[]): Promise<string[]> {
  const tables = ['case_record', 'case_event', 'case_key', 'command_log', 'publication', 'release', 'procedure']
  for (const table of tables) await owner.query(`create temp table kept_${table} as select * from ${table}`)
  try {
    const { rowCount } = await owner.query(sql, params)
    expect(rowCount).toBeGreaterThan(0)
    return await codes()
  } finally {
    for (const table of tables)
      await owner.query(
        `delete from ${table}; insert into ${table} select * from kept_${table}; drop table kept_${table}`
      )
  }
}

test('a database that only the engine has written is sound, and progress is told', async () => {
  const told: number[] = []
  expect(await ziyun.store.verify('ziyun', ({ cases }) => void told.push(cases))).toEqual([])
  expect(told).toEqual([3])
})

test.each([
  ['number', `'x'`],
  ['service', `'repair'`],
  ['procedure', `repeat('0', 64)`],
  ['channel', `'phone'`],
  ['area', `'520425'`],
  ['handling_area', `'520425'`],
  ['state', `'closed'`],
  ['revision', 'revision + 1'],
  ['revision', 'revision - 1'],
  ['submitted_at', `submitted_at + interval '1 ms'`],
  ['updated_at', `updated_at + interval '1 ms'`],
  ['closed_at', `now()`],
  ['next_due_at', `next_due_at - interval '1 ms'`],
  ['awaits_calendar', 'not awaits_calendar'],
  ['applicant', `'person:resident-002'`],
  ['assignee', `'party-member-002'`],
  ['owners', `'{}'`],
  ['audience', `audience || '{person:spy}'`],
  ['open', 'not open'],
  ['body', `jsonb_set(body, '{urged}', '7')`],
  ['body', `jsonb_set(body, '{answers,what}', '"x"')`],
  ['body', `body - 'rung'`],
  ['body', `body - 'places'`],
  ['body', `'[]'`],
  ['updated_at', `'infinity'`]
])('a changed %s of a case is found: %s', async (column, value) => {
  expect(
    await faultsAfter(
      `update case_record set ${column} = ${value} where id = $1 and ${column} is distinct from ${value}`,
      id
    )
  ).not.toEqual([])
})

test.each([
  ['command', 'gen_random_uuid()'],
  ['event', `'DONE'`],
  ['transition', `'ordered#DISPATCH/1'`],
  ['transition', 'null'],
  ['actor', `'person:spy'`],
  ['by_key', `'person:spy'`],
  ['at', `at - interval '1 ms'`],
  ['from_state', `'review'`],
  ['to_state', `'closed'`],
  ['changed', `changed || '{"urged": 3}'`],
  ['commitment', `repeat('0', 64)`],
  ['procedure', `repeat('0', 64)`],
  ['world', `repeat('0', 64)`],
  ['previous_hash', `repeat('0', 64)`],
  ['hash', `repeat('0', 64)`],
  ['answers', `answers || '{"to": ["party-member-009"]}'`],
  ['answers', 'null'],
  ['salt', `'0'`],
  ['salt', 'null'],
  ['ordinal', 'ordinal + 100']
])('a changed %s of a journal entry is found: %s', async (column, value) => {
  expect(
    await faultsAfter(`update case_event set ${column} = ${value} where case_id = $1 and ordinal = 2`, id)
  ).not.toEqual([])
})

test('a forged entry whose hashes all fit is found by the machine, which cannot have taken it', async () => {
  const { commitment, entryHash } = await import('@gridwright/workflows')
  const entries = await ziyun.store.journal('ziyun', id, 10)
  const last = entries.at(-1)!
  const forged = {
    ...last,
    event: 'ACCEPT',
    transition: 'dispatched#ACCEPT/0',
    answers: { done: '假' },
    commitment: commitment({ done: '假' }, last.salt ?? '')
  }
  const found = await faultsAfter(
    `update case_event set event = $3, transition = $4, answers = $5, commitment = $6, hash = $7 where case_id = $1 and ordinal = $2`,
    id,
    last.ordinal,
    forged.event,
    forged.transition,
    forged.answers,
    forged.commitment,
    entryHash(forged)
  )
  expect(found).toContain('transition.impossible')
})

test.each([
  ['a journal entry that is gone', `delete from case_event where case_id = $1 and ordinal = 2`, 'entry.missing'],
  ['the newest entry that is gone', `delete from case_event where case_id = $1 and ordinal = 4`, 'entry.missing'],
  [
    'a case that is gone with its journal',
    `with gone as (delete from case_event where case_id = $1) delete from case_record where id = $1`,
    'case.missing'
  ],
  ['a case that is gone without its journal', `delete from case_record where id = $1`, 'case.missing'],
  [
    'a key that lets someone see the case',
    `insert into case_key select locality, 'person:spy', open, submitted_at, id from case_record where id = $1`,
    'case.missing'
  ],
  ['a key that is gone', `delete from case_key where case_id = $1 and key = 'person:resident-001'`, 'audience.differs'],
  [
    'a command that is gone',
    `delete from command_log where outcome->>'case' = $1::uuid::text and (outcome->>'revision')::int = 2`,
    'command.missing'
  ],
  [
    'an answer that was changed',
    `update command_log set outcome = jsonb_set(outcome, '{revision}', '1') where outcome->>'case' = $1::uuid::text and (outcome->>'revision')::int = 2`,
    'outcome.differs'
  ]
])('%s is found', async (_, sql, code) => {
  expect(await faultsAfter(sql, id)).toContain(code)
})

test.each([
  [`update release set files = jsonb_set(files, '{locality.json}', '"{}"')`, 'release.altered'],
  [`update publication set who = 'someone'`, 'publication.altered'],
  [`update publication set effective_from = effective_from - interval '1 day'`, 'publication.altered'],
  [`delete from procedure`, 'procedure.unknown']
])('a changed release is found: %s', async (sql, code) => {
  if (code === 'procedure.unknown') {
    const { openStore } = await import('../src/store.ts')
    const fresh = await openStore({ ...ziyun.database }) // one that has no procedure in memory
    await owner.query('create temp table kept as select * from procedure')
    await owner.query(sql)
    const found = (await fresh.verify('ziyun')).map(fault => fault.code)
    await owner.query('insert into procedure select * from kept')
    await fresh.close()
    expect(found).toContain(code)
  } else expect(await faultsAfter(sql)).toContain(code)
})

test('erased answers leave the chain sound', async () => {
  const erased = `with e as (update case_event set answers = null, salt = null where case_id = $1 and ordinal = 4) update case_record set updated_at = updated_at where id = $1`
  expect(await faultsAfter(erased, id)).toEqual([])
})

// What the command door promises, on a real PostgreSQL.
import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore } from '../src/store.ts'
import { accepted, actBy, dispatched, members, openZiyun, quiet, submitBy, type Ziyun } from './ziyun.ts'

let ziyun: Ziyun
let owner: Client
beforeAll(async () => {
  ziyun = await openZiyun()
  owner = new Client(ziyun.database.url)
  owner.on('error', () => undefined)
  await owner.connect()
  await owner.query(`set gridwright.locality = 'ziyun'`)
})
afterAll(async () => {
  await owner.end()
  await ziyun.close()
})
const run = (command: Parameters<Ziyun['store']['run']>[1]) => ziyun.store.run('ziyun', command)
const count = async (sql: string, ...params: unknown[]) =>
  Number((await owner.query<{ count: string }>(sql, params)).rows[0]?.count)

test('of eight members who accept at once one wins and seven hear that it is taken', async () => {
  const eight = members(1, 2, 3, 4, 5, 6, 7, 8)
  const id = await dispatched(ziyun.store, eight)
  const outcomes = await Promise.all(eight.map(member => run(actBy(member, id, 'ACCEPT'))))
  const refusals = outcomes.flatMap(outcome => ('refused' in outcome ? [outcome.refused] : []))
  expect(refusals).toEqual(Array.from({ length: 7 }, () => 'offer.taken'))
  const entries = await ziyun.store.journal('ziyun', id, 100)
  expect(entries.map(({ event }) => event)).toEqual(['SUBMIT', 'DISPATCH', 'ACCEPT'])
})

test('a command sent again has its first answer and does nothing twice', async () => {
  const command = submitBy('resident-001')
  const first = await accepted(ziyun.store, command)
  const again = await Promise.all([1, 2, 3].map(() => run(command)))
  expect(again).toEqual([first, first, first])
  expect(await ziyun.store.journal('ziyun', first.case, 10)).toHaveLength(1)
})

test('a double click lands on two connections and happens once', async () => {
  const command = submitBy('resident-001')
  const outcomes = await Promise.all([1, 2, 3, 4, 5, 6].map(() => run(command)))
  expect(new Set(outcomes.map(outcome => JSON.stringify(outcome)))).toEqual(
    new Set([JSON.stringify({ case: command.id, revision: 1 })])
  )
})

test('a known id with other content is refused', async () => {
  const command = submitBy('resident-001')
  await accepted(ziyun.store, command)
  expect(await run({ ...command, answers: { what: '另一件事' } })).toEqual({ refused: 'command.reused' })
})

test('a refusal stays under its id, whatever happens since', async () => {
  const id = await dispatched(ziyun.store, members(1))
  const early = actBy('party-member-001', id, 'DONE', { answers: { done: '已办' } })
  const refusal = await run(early)
  expect(refusal).toMatchObject({ refused: 'event.not-now' })
  await accepted(ziyun.store, actBy('party-member-001', id, 'ACCEPT'))
  expect(await run(early)).toEqual(refusal)
  expect(await run({ ...early, id: randomUUID() })).toEqual({ case: id, revision: 4 })
})

test('a tick with nothing to do leaves no trace', async () => {
  const { case: id } = await accepted(ziyun.store, submitBy('resident-001'))
  const before = await count('select count(*) from command_log')
  const outcome = await run({ kind: 'expire', id: randomUUID(), case: id, actor: 'system', now: 0, salt: '' })
  expect(outcome).toMatchObject({ refused: 'deadline.none' })
  expect(await count('select count(*) from command_log')).toBe(before)
})

test('text that no row can hold is refused', async () => {
  expect(await run(submitBy('resident-001', { answers: { what: 'a\u0000b' } }))).toEqual({
    refused: 'command.text-invalid'
  })
  expect(await run(submitBy('resident-001', { answers: { what: 'a\ud800b' } }))).toEqual({
    refused: 'command.text-invalid'
  })
  expect(await run(submitBy('resident-001', { id: 'CAFE' }))).toMatchObject({ refused: 'command.id-invalid' })
  expect(await run(submitBy('resident-001', { answers: { what: '\\u0000 是六个字符' } }))).toMatchObject({
    revision: 1
  })
})

test('a locality without a release refuses', async () => {
  expect(await ziyun.store.run('elsewhere', submitBy('resident-001'))).toEqual({ refused: 'locality.unknown' })
})

test('connections killed while commands run lose nothing and do nothing twice', async () => {
  const store = await openStore({ ...ziyun.database, log: quiet, poolSize: 4 })
  const commands = Array.from({ length: 160 }, () => submitBy('resident-001'))
  const assassin = new Client(ziyun.database.appUrl) // a role may end its own sessions
  await assassin.connect()
  let killing = true
  const killer = (async () => {
    let killed = 0
    while (killing) {
      const { rowCount } = await assassin.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'gridwright' and datname = current_database() and random() < 0.4`
      )
      killed += rowCount ?? 0
      await new Promise(resolve => setTimeout(resolve, 150))
    }
    return killed
  })()
  const send = async (command: (typeof commands)[number]) => {
    for (;;) {
      const outcome = await store.run('ziyun', command).catch(() => undefined)
      if (outcome) return outcome
    }
  }
  const lanes = Array.from({ length: 8 }, async (_, lane) => {
    const sent = []
    for (const command of commands.filter((_command, i) => i % 8 === lane)) sent.push(await send(command))
    return sent
  })
  const outcomes = (await Promise.all(lanes)).flat()
  killing = false
  const killed = await killer
  await Promise.all([assassin.end(), store.close()])
  expect(killed).toBeGreaterThan(3)
  expect(outcomes.filter(outcome => 'refused' in outcome)).toEqual([])
  expect(
    await count(
      'select count(*) from case_event where case_id = any($1)',
      commands.map(({ id }) => id)
    )
  ).toBe(commands.length)
  expect(await ziyun.store.verify('ziyun')).toEqual([])
})

test('a command that waited too long for a lock is tried again', async () => {
  const id = await dispatched(ziyun.store, members(1))
  const blocker = new Client(ziyun.database.url)
  await blocker.connect()
  await blocker.query(`set gridwright.locality = 'ziyun'`)
  await blocker.query('begin')
  await blocker.query('select from case_record where id = $1 for update', [id])
  const waiting = run(actBy('party-member-001', id, 'ACCEPT'))
  await new Promise(resolve => setTimeout(resolve, 2_500)) // longer than the lock timeout
  await blocker.query('commit')
  await blocker.end()
  expect(await waiting).toEqual({ case: id, revision: 3 })
})

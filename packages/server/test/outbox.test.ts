// Notices are sent at least once, and a second time changes nothing.
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { sendNotices, startOutbox, toInbox } from '../src/outbox.ts'
import { openStore, type Store } from '../src/store.ts'
import { accepted, dispatched, members, openZiyun, quiet, submitBy, type Ziyun } from './ziyun.ts'

let ziyun: Ziyun
let second: Store
let owner: Client
beforeAll(async () => {
  ziyun = await openZiyun()
  second = await openStore({ ...ziyun.database, log: quiet, poolSize: 4 })
  owner = new Client(ziyun.database.url)
  await owner.connect()
  await owner.query(`set gridwright.locality = 'ziyun'`)
})
afterAll(async () => {
  await Promise.all([owner.end(), second.close()])
  await ziyun.close()
})
beforeEach(async () => {
  while ((await sendNotices(ziyun.store, 'ziyun')).length > 0);
})

const inbox = async (...keys: string[]) => (await ziyun.store.notices('ziyun', keys, 100)).items.map(({ node }) => node)

test('a notice of a dispatched order reaches those it is offered to', async () => {
  const id = await dispatched(ziyun.store, members(1, 2))
  await sendNotices(ziyun.store, 'ziyun')
  const [notice] = (await inbox('person:party-member-002')).filter(({ case: about }) => about === id)
  expect(notice).toMatchObject({ topic: 'offer.made', params: { service: 'mediation', state: 'dispatched' } })
})

test('a notice to several keys of one person is listed once, newest first', async () => {
  await dispatched(ziyun.store, members(3))
  await sendNotices(ziyun.store, 'ziyun')
  const both = await inbox('person:resident-001', 'post:liaison@520425001001')
  expect(new Set(both.map(({ id }) => id)).size).toBe(both.length)
  expect(both.map(({ at }) => at)).toEqual(both.map(({ at }) => at).sort((a, b) => b - a))
})

test('pages of notices follow each other without gap or repetition', async () => {
  for (let i = 0; i < 5; i++) await accepted(ziyun.store, submitBy('resident-002'))
  await sendNotices(ziyun.store, 'ziyun')
  const all = (await inbox('person:resident-002')).map(({ id }) => id)
  const paged: string[] = []
  for (let after: string | undefined, more = true; more;) {
    const page = await ziyun.store.notices('ziyun', ['person:resident-002'], 2, after)
    paged.push(...page.items.map(({ node }) => node.id))
    after = page.items.at(-1)?.cursor
    more = page.hasNextPage
  }
  expect(paged).toEqual(all)
  expect(all).toHaveLength(5)
})

test('what was delivered but not marked is delivered again, and is there once', async () => {
  await accepted(ziyun.store, submitBy('resident-003'))
  const deliver = toInbox(ziyun.store)
  const died = sendNotices(ziyun.store, 'ziyun', async (locality, notices) => {
    await deliver(locality, notices)
    throw new Error('the process dies before it marks them')
  })
  await expect(died).rejects.toThrow('dies')
  expect(await sendNotices(ziyun.store, 'ziyun')).toEqual([]) // still leased
  await owner.query(`update notice set leased_until = '-infinity' where sent_at is null`)
  expect((await sendNotices(ziyun.store, 'ziyun')).length).toBeGreaterThan(0)
  expect(await inbox('person:resident-003')).toHaveLength(1)
})

test('two processes share the outbox and send nothing twice', async () => {
  for (let i = 0; i < 20; i++) await accepted(ziyun.store, submitBy('resident-004'))
  const sent: string[] = []
  const deliver = async (_locality: string, notices: readonly { key: string }[]) => {
    sent.push(...notices.map(({ key }) => key))
    await pause(20)
    return notices.map(({ key }) => key)
  }
  await Promise.all([ziyun.store, second, ziyun.store, second].map(store => sendNotices(store, 'ziyun', deliver)))
  expect(new Set(sent).size).toBe(sent.length)
  expect(sent.length).toBeGreaterThanOrEqual(40) // one to the resident, one to the liaison
})

test('a running outbox sends soon after the commit, whichever process committed', async () => {
  const sent: string[] = []
  const outbox = startOutbox(second, { log: quiet, onSent: () => void sent.push('sent') })
  await pause(300)
  const started = Date.now()
  await accepted(ziyun.store, submitBy('resident-005'))
  while ((await inbox('person:resident-005')).length === 0 && Date.now() - started < 5_000) await pause(10)
  await outbox.stop()
  expect(Date.now() - started).toBeLessThan(700)
  expect(sent).toHaveLength(2)
})

test('what a deliverer leaves undelivered waits, longer each time', async () => {
  await accepted(ziyun.store, submitBy('resident-006'))
  const waits: number[] = []
  for (let i = 0; i < 3; i++) {
    await sendNotices(ziyun.store, 'ziyun', async () => [])
    const {
      rows: [row]
    } = await owner.query(
      `select max(extract(epoch from leased_until - clock_timestamp())) as wait from notice where sent_at is null`
    )
    waits.push(Number(row.wait))
    await owner.query(`update notice set leased_until = '-infinity' where sent_at is null`)
  }
  expect(waits.map(wait => Math.round(wait / 30))).toEqual([1, 2, 4])
})

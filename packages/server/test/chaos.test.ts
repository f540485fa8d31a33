// Deaths at named points lose nothing that was acknowledged; planted bugs do, visibly, and are refused outside of chaos.
import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import type { Command, Outcome } from '@gridwright/workflows'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { accepted, actBy, dispatched, members, openZiyun, submitBy, type Ziyun } from './ziyun.ts'

vi.setConfig({ testTimeout: 60_000 }) // each test starts a process

let ziyun: Ziyun
beforeAll(async () => void (ziyun = await openZiyun()))
afterAll(() => ziyun.close())

type Run = {
  readonly outcomes: readonly Outcome[]
  readonly signal: string | null
  readonly code: number | null
  readonly stderr: string
}

/** Commands sent by a process of its own, under these environment variables. */
function sendFrom(commands: readonly Command[], env: Readonly<Record<string, string>>): Promise<Run> {
  const script = resolve(import.meta.dirname, 'chaos-process.ts')
  const { url, appUrl } = ziyun.database
  const child = spawn(process.execPath, ['--conditions=source', script, url, appUrl, JSON.stringify(commands)], {
    env: { ...process.env, ...env }
  })
  let [out, stderr] = ['', '']
  child.stdout.on('data', chunk => (out += String(chunk)))
  child.stderr.on('data', chunk => (stderr += String(chunk)))
  return new Promise(done =>
    child.on('close', (code, signal) =>
      done({
        outcomes: out
          .split('\n')
          .filter(line => line.startsWith('{'))
          .map(line => JSON.parse(line) as Outcome),
        signal,
        code,
        stderr
      })
    )
  )
}

test.each(['after-read', 'before-apply', 'before-commit'])(
  'a process that dies %s has done nothing, and the command sent again is done once',
  async point => {
    const command = submitBy('resident-001')
    expect(await sendFrom([command], { GRIDWRIGHT_FAILPOINT: point })).toMatchObject({
      signal: 'SIGKILL',
      outcomes: []
    })
    expect(await ziyun.store.rowOf('ziyun', command.id)).toBeUndefined()
    expect(await ziyun.store.run('ziyun', command)).toEqual({ case: command.id, revision: 1 })
  }
)

test('a process that dies after the commit has done it, and the command sent again learns that', async () => {
  const command = submitBy('resident-001')
  expect(await sendFrom([command], { GRIDWRIGHT_FAILPOINT: 'after-commit' })).toMatchObject({
    signal: 'SIGKILL',
    outcomes: []
  })
  expect((await ziyun.store.rowOf('ziyun', command.id))?.revision).toBe(1)
  expect(await ziyun.store.run('ziyun', command)).toEqual({ case: command.id, revision: 1 })
  expect(await ziyun.store.journal('ziyun', command.id, 10)).toHaveLength(1)
})

test.each([
  [{ GRIDWRIGHT_PLANT: 'no-lock' }, 'GRIDWRIGHT_CHAOS=1'],
  [{ GRIDWRIGHT_PLANT: 'no-such-bug', GRIDWRIGHT_CHAOS: '1' }, 'no bug no-such-bug'],
  [{ GRIDWRIGHT_FAILPOINT: 'nowhere' }, 'no point nowhere']
])('a store does not open with %j', async (env, said) => {
  const { code, stderr, outcomes } = await sendFrom([submitBy('resident-001')], env)
  expect([code, outcomes]).toEqual([1, []])
  expect(stderr).toContain(said)
})

test('without the lock several members win the same order', async () => {
  const eight = members(1, 2, 3, 4, 5, 6, 7, 8)
  const id = await dispatched(ziyun.store, eight)
  const accepts = eight.map(member => actBy(member, id, 'ACCEPT'))
  const { outcomes } = await sendFrom(accepts, { GRIDWRIGHT_PLANT: 'no-lock', GRIDWRIGHT_CHAOS: '1' })
  expect(outcomes.filter(outcome => !('refused' in outcome)).length).toBeGreaterThan(1)
})

test('without sticky refusals the same command is answered twice differently', async () => {
  const id = await dispatched(ziyun.store, members(1))
  const early = actBy('party-member-001', id, 'DONE', { answers: { done: '已办' } })
  const { outcomes } = await sendFrom([early], { GRIDWRIGHT_PLANT: 'forget-refusal', GRIDWRIGHT_CHAOS: '1' })
  expect(outcomes).toMatchObject([{ refused: 'event.not-now' }])
  await accepted(ziyun.store, actBy('party-member-001', id, 'ACCEPT'))
  expect(await ziyun.store.run('ziyun', early)).toEqual({ case: id, revision: 4 })
})

test('who acknowledges before the commit can lose what was acknowledged', async () => {
  const command = submitBy('resident-001')
  const env = { GRIDWRIGHT_PLANT: 'ack-before-commit', GRIDWRIGHT_CHAOS: '1', GRIDWRIGHT_FAILPOINT: 'before-commit' }
  expect(await sendFrom([command], env)).toMatchObject({
    outcomes: [{ case: command.id, revision: 1 }],
    signal: 'SIGKILL'
  })
  expect(await ziyun.store.rowOf('ziyun', command.id)).toBeUndefined()
})

// A database that dies under a running server: every request is told so, with what to do, and is served again when it is back.
import { randomUUID } from 'node:crypto'
import { dirname, join } from 'node:path'
import { pino } from 'pino'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openDatabase } from '../src/database.ts'
import { findPostmaster } from '../src/postgres-process.ts'
import { startServer } from '../src/server.ts'
import { openStore } from '../src/store.ts'
import { tokensOf } from '../src/token.ts'
import { removeFolder, throwAwayFolder } from './server-process.ts'
import { secret } from './serving.ts'
import { by, community, ziyunFiles } from './ziyun.ts'

vi.setConfig({ testTimeout: 120_000 })

const submitText = `mutation($input: SubmitInput!) { submit(input: $input) { __typename ... on Case { id } ... on Refused { code } } }`

test('while the database is down, queries and commands are answered 503 with the cure; then they work again', async () => {
  const dataFolder = join(throwAwayFolder(), 'data')
  onTestFinished(() => removeFolder(dirname(dataFolder)))
  const database = await openDatabase({ dataFolder })
  const log = pino({ level: 'silent' })
  const store = await openStore({ url: database.url, appUrl: database.appUrl, log })
  await store.publish(ziyunFiles(), by)
  await store.importData('ziyun', ziyunFiles())
  const tokens = tokensOf(secret, true)
  const server = await startServer({ store, tokens, log, development: false, port: 0 })
  onTestFinished(async () => {
    await server.stop()
    await store.close()
    await database.stop()
  })
  const authorization = `Bearer ${await tokens.sign({ locality: 'ziyun', person: 'resident-001' }, 1)}`
  const ask = async (query: string, variables = {}) => {
    const response = await fetch(`${server.url}/ziyun/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({ query, variables })
    })
    return { status: response.status, ...(await response.json()) }
  }
  const order = {
    input: { id: randomUUID(), service: 'mediation', area: community, answers: { what: '两家为过道争执' } }
  }
  expect(await ask('{ viewer { person { name } } }')).toMatchObject({ status: 200 })

  process.kill(findPostmaster(join(dataFolder, 'postgres'))!.pid, 'SIGKILL')
  const unavailable = {
    status: 503,
    errors: [
      { extensions: { code: 'database.unavailable' }, message: expect.stringContaining('try again in a moment') }
    ]
  }
  await expect.poll(() => ask('{ viewer { person { name } } }'), { timeout: 20_000 }).toMatchObject(unavailable)
  expect(await ask('{ cases(first: 5) { edges { node { id } } } }')).toMatchObject(unavailable)
  expect(await ask(submitText, order)).toMatchObject(unavailable)
  expect((await fetch(`${server.url}/readyz`)).status).toBe(503)

  const again = await openDatabase({ dataFolder })
  onTestFinished(() => again.stop())
  await expect
    .poll(() => ask(submitText, order), { timeout: 30_000 })
    .toMatchObject({ status: 200, data: { submit: { __typename: 'Case', id: order.input.id } } })
})

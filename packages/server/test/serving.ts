// A whole server over the Ziyun example for tests: HTTP on a free port, tokens for its people, GraphQL by short calls.
import { pino } from 'pino'
import { startServer } from '../src/server.ts'
import { tokensOf, type Tokens } from '../src/token.ts'
import { openZiyun, ziyunFiles, type Ziyun } from './ziyun.ts'

/** What a document answers, by its own shape. */
export type Json = ReturnType<typeof JSON.parse>

export type Serving = Ziyun & {
  readonly url: string
  readonly tokens: Tokens
  /** What a document answers for a person; an empty person is a visitor. */
  ask(
    person: string,
    query: string,
    variables?: object,
    headers?: Record<string, string>
  ): Promise<{ status: number; data: Json; errors: Json }>
}

export const secret = new TextEncoder().encode('a secret for tests of thirty-two bytes and more')

/** Serves Ziyun; `development` opens introspection and GraphiQL. What lies in the past is done `before` the server's clock runs. */
export async function serveZiyun(
  development = false,
  files = ziyunFiles(),
  before: (store: Ziyun['store']) => Promise<void> = async () => undefined
): Promise<Serving> {
  const ziyun = await openZiyun(files)
  await before(ziyun.store)
  const tokens = tokensOf(secret, true)
  const server = await startServer({ store: ziyun.store, tokens, log: pino({ level: 'silent' }), development, port: 0 })
  return {
    ...ziyun,
    url: server.url,
    tokens,
    async ask(person, query, variables = {}, headers = {}) {
      const authorization =
        person === '' ? {} : { authorization: `Bearer ${await tokens.sign({ locality: 'ziyun', person }, 1)}` }
      const response = await fetch(`${server.url}/ziyun/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'accept-language': 'zh-CN', ...authorization, ...headers },
        body: JSON.stringify({ query, variables })
      })
      const { data, errors } = await response.json()
      return { status: response.status, data, errors: errors ?? [] }
    },
    async close() {
      await server.stop()
      await ziyun.close()
    }
  }
}

// What both sides of the lifecycle benchmark are asked to do, and the people who do it.
import { Agent, request as httpRequest } from 'node:http'

/** The application form of both sides: eight validated fields. */
export const eightFields = {
  type: 'object',
  title: '点单',
  required: ['what', 'where', 'kind', 'people', 'urgent', 'day', 'phone', 'note'],
  properties: {
    what: { type: 'string', title: '什么事', minLength: 1, maxLength: 500 },
    where: { type: 'string', title: '在哪里', maxLength: 200 },
    kind: { type: 'string', title: '类别', enum: ['water', 'power', 'other'] },
    people: { type: 'integer', title: '几个人', minimum: 1, maximum: 99 },
    urgent: { type: 'boolean', title: '急不急' },
    day: { type: 'string', title: '哪一天', format: 'date' },
    phone: { type: 'string', title: '电话', format: 'phone' },
    note: { type: 'string', title: '备注', maxLength: 500 }
  }
}

export type People = {
  readonly resident: string
  readonly liaison: string
  readonly member: string
  readonly memberId: string
  readonly area: string
}
/** One side: how it is asked. Each call rejects unless it was done. */
export type Side = {
  submit(token: string, id: string, area: string, answers: object): Promise<void>
  act(token: string, commandId: string, caseId: string, event: string, answers?: object): Promise<void>
  list(token: string, area: string): Promise<number>
}

const answers = {
  what: '水管破裂，厨房漏水',
  where: '3 栋 2 单元 501',
  kind: 'water',
  people: 2,
  urgent: true,
  day: '2026-11-24',
  phone: '13800001234',
  note: '下午在家'
}

/** One case from order to review, and the list: five writes and a read. Gives the milliseconds of each write. */
export async function lifecycle(side: Side, people: People): Promise<readonly number[]> {
  const id = crypto.randomUUID()
  const times: number[] = []
  const timed = async (work: Promise<void>) => {
    const began = performance.now()
    await work
    times.push(performance.now() - began)
  }
  await timed(side.submit(people.resident, id, people.area, answers))
  await timed(side.act(people.liaison, crypto.randomUUID(), id, 'DISPATCH', { to: [people.memberId] }))
  await timed(side.act(people.member, crypto.randomUUID(), id, 'ACCEPT'))
  await timed(side.act(people.member, crypto.randomUUID(), id, 'DONE', { done: '换了水管' }))
  await side.list(people.liaison, people.area)
  await timed(side.act(people.resident, crypto.randomUUID(), id, 'SATISFIED'))
  return times
}

/** The floor, asked in its own plain way. */
export function floorSide(port: number): Side {
  const call = caller(port)
  const send = async (token: string, path: string, body: object) => {
    const { status } = await call(token, 'POST', path, body)
    if (status !== 200) throw new Error(`floor answered ${status} to ${path}`)
  }
  return {
    submit: (token, id, area, given) => send(token, '/submit', { id, service: 'appeal', area, answers: given }),
    act: (token, _, id, event, given) => send(token, '/act', { id, event, answers: given }),
    list: async (token, area) => ((await call(token, 'GET', `/list?area=${area}`)).body as unknown[]).length // the floor lists an array
  }
}

const submitText =
  'mutation S($input: SubmitInput!) { submit(input: $input) { __typename ... on Case { id revision } ... on Refused { code } } }'
const actText =
  'mutation A($input: ActInput!) { act(input: $input) { __typename ... on Case { id revision } ... on Refused { code } } }'
const listText =
  'query L($area: ID!) { cases(filter: { area: $area, open: true }, first: 20) { edges { node { id number state submittedAt service { id } area { id } } } } }'

/** The product, asked by GraphQL. */
export function gridwrightSide(port: number): Side {
  const call = caller(port)
  const ask = async (token: string, query: string, variables: object) => {
    const { body } = await call(token, 'POST', '/ziyun/graphql', { query, variables })
    const { data, errors } = body as {
      data?: Record<string, { __typename?: string; code?: string; edges?: unknown[] }>
      errors?: unknown
    } // what these documents answer
    const result = Object.values(data ?? {})[0]
    if (errors !== undefined || !result || result.__typename === 'Refused')
      throw new Error(`gridwright answered ${JSON.stringify(body)}`)
    return result
  }
  return {
    submit: async (token, id, area, given) =>
      void (await ask(token, submitText, { input: { id, service: 'appeal', area, answers: given } })),
    act: async (token, id, caseId, event, given) =>
      void (await ask(token, actText, { input: { id, case: caseId, event, ...(given ? { answers: given } : {}) } })),
    list: async (token, area) => (await ask(token, listText, { area })).edges?.length ?? 0
  }
}

function caller(port: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  return (
    token: string,
    method: 'GET' | 'POST',
    path: string,
    body?: object
  ): Promise<{ status: number; body: unknown }> =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body)
      const headers = {
        authorization: `Bearer ${token}`,
        ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
      }
      const sent = httpRequest({ host: '127.0.0.1', port, method, path, agent, headers }, response => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body: JSON.parse(Buffer.concat(chunks).toString('utf8') || 'null')
          })
        )
      })
      sent.on('error', reject)
      sent.end(text)
    })
}

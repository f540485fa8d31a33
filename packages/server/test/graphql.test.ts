// The GraphQL contract over real HTTP and a real PostgreSQL: the loop by four people, who sees what, and what is refused.
import { randomUUID } from 'node:crypto'
import { derivedUuid, procedureOf } from '@gridwright/core'
import { planMigration } from '@gridwright/workflows'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serveZiyun, type Json, type Serving } from './serving.ts'
import { accepted, by, community, members, ziyunFiles } from './ziyun.ts'

let server: Serving
beforeAll(async () => void (server = await serveZiyun()))
afterAll(() => server.close())

const submitText = `mutation($input: SubmitInput!) { submit(input: $input) { __typename ... on Case { id number state revision applicant { name phone } } ... on Refused { code message path details } } }`
const actText = `mutation($input: ActInput!) { act(input: $input) { __typename ... on Case { id state open revision reply review { label value } } ... on Refused { code message path details } } }`
const caseText = `query($id: ID!) { case(id: $id) { id state answers applicant { name phone } assignee { name } owners actions { event label contested form } journal { edges { node { ordinal event label by to answers } } } } }`

const resident = 'resident-001'
const liaison = 'liaison-001'
const [member = '', other = ''] = members(1, 2)

async function submit(person: string, more: object = {}): Promise<Json> {
  const input = {
    id: randomUUID(),
    service: 'mediation',
    area: community,
    answers: { what: '两家为过道争执' },
    ...more
  }
  return (await server.ask(person, submitText, { input })).data.submit
}

async function act(person: string, id: string, event: string, more: object = {}): Promise<Json> {
  return (await server.ask(person, actText, { input: { id: randomUUID(), case: id, event, ...more } })).data.act
}

async function see(person: string, id: string): Promise<Json> {
  return (await server.ask(person, caseText, { id })).data.case
}

test('a registration says whether cases are offered to its kind', async () => {
  const asked = '{ viewer { registrations { kind takes } } }'
  const of = async (person: string) => (await server.ask(person, asked)).data.viewer.registrations
  expect(await of(member)).toEqual([{ kind: 'party-member', takes: true }])
  expect(await of(resident)).toEqual([{ kind: 'resident', takes: false }])
})

test('a service promises the limits of those who work on it, not the time its applicant has for a review', async () => {
  const asked = '{ service(id: "mediation") { limits { state within } } }'
  const { limits } = (await server.ask(resident, asked)).data.service
  expect(limits.map(({ state, within }: Json) => `${state} ${within}`)).toEqual([
    '待派单 4 工作小时',
    '待接单 1 个工作日',
    '办理中 5 个工作日'
  ])
})

test('an entry of the journal comes with the form that it answers, and without one where nothing was answered', async () => {
  const { id } = await submit(resident)
  await act(liaison, id, 'DISPATCH', { answers: { to: [member], note: '请尽快' } })
  await act(member, id, 'ACCEPT')
  const asked = 'query($id: ID!) { case(id: $id) { journal { edges { node { event form } } } } }'
  const { edges } = (await server.ask(resident, asked, { id })).data.case.journal
  expect(edges.map(({ node }: Json) => [node.event, node.form?.title ?? null])).toEqual([
    ['SUBMIT', '点单'],
    ['DISPATCH', '派单'],
    ['ACCEPT', null]
  ])
})

describe('the loop', () => {
  test('goes from the order to the review by four people, each offered just what is theirs', async () => {
    const { id, number, state } = await submit(resident)
    expect({ state, number }).toEqual({
      state: 'ordered',
      number: expect.stringMatching(/^520425001001-\d{8}-[0-9A-F]{6}$/)
    })
    expect((await see(resident, id)).actions).toMatchObject([{ event: 'WITHDRAW', label: '撤回' }])
    expect((await see(liaison, id)).actions).toMatchObject([
      { event: 'DISPATCH', label: '派单', form: { title: expect.any(String) } }
    ])
    expect((await act(liaison, id, 'DISPATCH', { answers: { to: [member, other] } })).state).toBe('dispatched')
    expect((await see(member, id)).actions).toMatchObject([{ event: 'ACCEPT', contested: true }])
    expect((await act(member, id, 'ACCEPT')).state).toBe('accepted')
    expect(await act(other, id, 'ACCEPT')).toMatchObject({
      __typename: 'Refused',
      code: 'offer.taken',
      message: '已经被别人接走了'
    })
    expect((await act(member, id, 'DONE', { answers: { done: '说和了' } })).state).toBe('review')
    expect(await act(resident, id, 'SATISFIED')).toMatchObject({
      state: 'closed',
      open: false,
      reply: '您的点单已办结。',
      review: { label: '满意', value: '1' }
    })
    const { journal } = await see(resident, id)
    expect(journal.edges.map((edge: Json) => edge.node.event)).toEqual([
      'SUBMIT',
      'DISPATCH',
      'ACCEPT',
      'DONE',
      'SATISFIED'
    ])
  })

  test('tells candidates of a dispatch only to those who may dispatch', async () => {
    const { id } = await submit(resident)
    const candidates = `query($id: ID!) { case(id: $id) { actions { event candidates(field: "to", first: 3) { id name phone } } } }`
    const [dispatch] = (await server.ask(liaison, candidates, { id })).data.case.actions
    expect(dispatch.candidates).toHaveLength(3)
    expect(dispatch.candidates[0].phone).toMatch(/^138\*{4}\d{4}$/)
    expect(
      (await server.ask(resident, candidates, { id })).data.case.actions.find(
        (action: Json) => action.event === 'WITHDRAW'
      ).candidates
    ).toEqual([])
  })

  test('a command sent again gets its first answer, and with another body is refused', async () => {
    const input = { id: randomUUID(), service: 'mediation', area: community, answers: { what: '一次' } }
    const first = (await server.ask(resident, submitText, { input })).data.submit
    const again = (await server.ask(resident, submitText, { input })).data.submit
    expect(again).toEqual(first)
    expect(
      (await server.ask(resident, submitText, { input: { ...input, answers: { what: '两次' } } })).data.submit.code
    ).toBe('command.reused')
  })

  test('a form that is not filled in right is answered field by field', async () => {
    const refused = await submit(resident, { answers: { what: '' } })
    expect(refused).toMatchObject({
      code: 'answers.invalid',
      path: '/answers/what',
      details: { issues: [{ path: '/what', message: expect.stringContaining('填') }] }
    })
  })
})

describe('who sees what', () => {
  test('the resident is clear to the liaison, masked to those it is offered to, and the case is absent for everyone else', async () => {
    const { id, applicant } = await submit(resident)
    const seenBy = async (person: string) => (await see(person, id))?.applicant ?? null
    expect(await seenBy(liaison)).toEqual(applicant)
    expect([await seenBy(member), await seenBy('resident-002'), await seenBy('liaison-002')]).toEqual([
      null,
      null,
      null
    ])
    await act(liaison, id, 'DISPATCH', { answers: { to: [member, other] } })
    expect(await seenBy(member)).toEqual({
      name: expect.stringMatching(/^.\*\*$/),
      phone: expect.stringMatching(/^\d{3}\*{4}\d{4}$/)
    })
    await act(member, id, 'ACCEPT')
    expect(await seenBy(member)).toEqual(applicant)
    expect(await seenBy(other)).toBeNull()
  })

  test('a stranger who names a case learns no more than of one that is not there', async () => {
    const { id } = await submit(resident)
    const stranger = await act('resident-002', id, 'WITHDRAW')
    expect(stranger).toEqual({ ...(await act('resident-002', randomUUID(), 'WITHDRAW')) })
    expect(stranger.code).toBe('case.unknown')
  })

  test('lists, filtered any way, hold only cases that the viewer may open', async () => {
    await submit('resident-002', { area: community })
    const list = `query($filter: CaseFilter, $sort: CaseSort) { cases(filter: $filter, sort: $sort, first: 100) { edges { node { id } } } }`
    for (const person of [resident, member, liaison, 'liaison-002', 'street-officer-001', '']) {
      for (const filter of [
        {},
        { box: 'MINE' },
        { box: 'TODO' },
        { box: 'OFFERED' },
        { box: 'ASSIGNED' },
        { open: true },
        { area: '520425001' },
        { area: community, open: true },
        { service: 'mediation' },
        { state: 'ordered' }
      ]) {
        const sort = 'box' in filter ? 'DUE_ASC' : 'SUBMITTED_ASC'
        const { data } = await server.ask(person, list, { filter, sort })
        for (const { node } of data.cases.edges) expect((await see(person, node.id)).id).toBe(node.id)
        if (person === '') expect(data.cases.edges).toEqual([])
      }
    }
  })

  test('a visitor is asked to sign in, a token of elsewhere or forged is not let in', async () => {
    expect(await submit('')).toMatchObject({ code: 'signin.required' })
    expect((await server.ask('', '{ viewer { person { id } } }', {}, { authorization: 'Bearer forged' })).status).toBe(
      401
    )
    const elsewhere = await server.tokens.sign({ locality: 'elsewhere', person: resident }, 1)
    expect(
      (await server.ask('', '{ viewer { person { id } } }', {}, { authorization: `Bearer ${elsewhere}` })).errors[0]
        .extensions.code
    ).toBe('UNAUTHENTICATED')
  })
})

describe('live', () => {
  test('a change reaches those who may see it, and nobody else', async () => {
    const heard = async (person: string, signal: AbortSignal, into: string[]) => {
      const token = await server.tokens.sign({ locality: 'ziyun', person }, 1)
      const response = await fetch(`${server.url}/ziyun/graphql`, {
        method: 'POST',
        signal,
        headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query: 'subscription { caseChanged { id event } }' })
      })
      for await (const chunk of response.body ?? []) into.push(new TextDecoder().decode(chunk))
    }
    const stop = new AbortController()
    const [forLiaison, forStranger]: [string[], string[]] = [[], []]
    const streams = [heard(liaison, stop.signal, forLiaison), heard('liaison-002', stop.signal, forStranger)].map(
      stream => stream.catch(() => undefined)
    )
    let ids: string[] = []
    await expect
      .poll(
        async () => {
          ids = [...ids, (await submit(resident)).id]
          return forLiaison.join('')
        },
        { timeout: 10_000, interval: 300 }
      )
      .toContain('SUBMIT')
    stop.abort()
    await Promise.all(streams)
    expect(forStranger.join('')).not.toContain('SUBMIT')
  })
})

describe('abuse is bounded', () => {
  test.each([
    ['a query without an end', '{ services { id '],
    ['a query deeper than ten', `{ area(id: "520425") { ${'parent { '.repeat(12)} id ${'}'.repeat(12)} } }`],
    ['more than thirty aliases', `{ ${Array.from({ length: 40 }, (_, i) => `a${i}: services { id }`).join(' ')} }`],
    [
      'a question for everything at once',
      '{ cases(first: 100) { edges { node { journal(first: 100) { edges { node { ordinal event label by to answers actor { id name } } } } } } } }'
    ],
    ['introspection outside development', '{ __schema { types { name } } }'],
    ['a page larger than a hundred', '{ cases(first: 1000000) { edges { node { id } } } }']
  ])('%s is an error', async (_, query) => {
    const { errors, data } = await server.ask(liaison, query)
    expect(errors.length).toBeGreaterThan(0)
    expect(data?.cases ?? data?.__schema ?? data?.a1 ?? null).toBeNull()
    expect(errors[0].extensions?.code).not.toBe('INTERNAL_SERVER_ERROR')
  })

  test('a body over 256 kB, one without length and a form-encoded mutation do not come through', async () => {
    const token = await server.tokens.sign({ locality: 'ziyun', person: resident }, 1)
    const post = (body: BodyInit, headers: Record<string, string>) =>
      fetch(`${server.url}/ziyun/graphql`, { method: 'POST', body, headers, ...({ duplex: 'half' } as object) }).then(
        response => response.status,
        () => 'cut'
      )
    expect(
      await post('x'.repeat(300_000), { 'content-type': 'application/json', authorization: `Bearer ${token}` })
    ).toBe(413)
    expect(await post(new Blob(['{}']).stream(), { 'content-type': 'application/json' })).toBe(411)
    expect(await post(new URLSearchParams({ query: '{ services { id } }' }), {})).toBe(415)
  })
})

test('health, readiness and figures are there for the operator', async () => {
  const get = async (path: string) => (await fetch(server.url + path)).text()
  expect(await get('/healthz')).toBe('ok')
  expect(await get('/readyz')).toBe('ready')
  expect(await get('/metrics')).toContain('gridwright_commands_total{kind="submit",outcome="accepted"}')
})

test('an entry of a moved case is told by the rules that it was made by, and the move by the engine’s own words', async () => {
  const { id } = await submit(resident)
  const before = (await server.store.rowOf('ziyun', id))!
  const files = ziyunFiles()
  const workflow = files.get('workflows/three-orders.json') ?? ''
  files.set(
    'workflows/three-orders.json',
    workflow.replace('"待派单"', '"待分拣"').replaceAll('"ordered"', '"sorting"')
  )
  await server.store.publish(files, { ...by, now: Date.now() })
  const live = (await server.store.published('ziyun'))!.locality
  const [from, to] = [await server.store.procedure('ziyun', before.procedure), procedureOf(live, 'mediation')!]
  const move = { ...planMigration(from, to), states: { ordered: 'sorting' } }
  const who = { actor: 'system' as const, salt: '0'.repeat(32), who: 'li', why: '先分拣', plan: 'a'.repeat(64) }
  await accepted(server.store, { kind: 'migrate', id: derivedUuid(id), case: id, now: Date.now(), move, ...who })
  const asked = `query($id: ID!) { case(id: $id) { stateLabel journal { edges { node { label toLabel } } } } }`
  const { stateLabel, journal } = (await server.ask(resident, asked, { id })).data.case
  expect([stateLabel, journal.edges.map(({ node }: Json) => [node.label, node.toLabel])]).toEqual([
    '待分拣',
    [
      ['点单', '待派单'],
      ['转到新的规矩', '待分拣']
    ]
  ])
})

// Points over real HTTP and a real PostgreSQL: earned, certified, spent and handed over; who sees whose passbook; the last good is sold once.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buyers, filesWith } from './points-town.ts'
import { serveZiyun, type Json, type Serving } from './serving.ts'
import { accepted, by, community, errandsDone, filesAs, submitBy } from './ziyun.ts'

let server: Serving
beforeAll(async () => void (server = await serveZiyun(false, filesWith(1000))))
afterAll(() => server.close())

const liaison = 'liaison-001'
const lineText = `id kind state amount label holder { id name } case { id } at settledAt settledBy { id } reason reverses reversedBy acts`
const outcomes = `{ __typename ... on Settlements { outcomes { transfer result { __typename ... on Transfer { ${lineText} } ... on Refused { code message path } } } } ... on Refused { code message } }`
const one = `{ __typename ... on Transfer { ${lineText} } ... on Refused { code message path details } }`
const texts = {
  certify: `mutation($input: CertifyInput!) { certify(input: $input) ${outcomes} }`,
  handOver: `mutation($input: HandOverInput!) { handOver(input: $input) ${outcomes} }`,
  reverse: `mutation($input: ReverseInput!) { reverse(input: $input) ${one} }`,
  redeem: `mutation($input: RedeemInput!) { redeem(input: $input) ${one} }`,
  cancelRedemption: `mutation($input: CancelRedemptionInput!) { cancelRedemption(input: $input) ${one} }`
}

async function tell(person: string, name: keyof typeof texts, input: object): Promise<Json> {
  const { data, errors } = await server.ask(person, texts[name], { input: { id: randomUUID(), ...input } })
  expect(errors).toEqual([])
  return data[name]
}

async function ask(person: string, query: string, variables: object = {}): Promise<Json> {
  const { data, errors } = await server.ask(person, query, variables)
  expect(errors).toEqual([])
  return data
}

const accountText = `{ viewer { accounts { ledger { id label unit spendable } balance held pending spendable } } }`
const figures = async (person: string) => {
  const [{ balance, held, pending, spendable }] = (await ask(person, accountText)).viewer.accounts
  return [balance, held, pending, spendable]
}
const passbook = async (person: string, first = 20, after: string | null = null) =>
  (
    await ask(
      person,
      `query($first: Int, $after: String) { viewer { passbook(ledger: "resident", first: $first, after: $after) { edges { node { ${lineText} } } pageInfo { hasNextPage endCursor } } } }`,
      { first, after }
    )
  ).viewer.passbook
const linesOf = async (person: string): Promise<Json[]> => (await passbook(person)).edges.map(({ node }: Json) => node)
const queue = async (person: string): Promise<Json[]> =>
  (
    await ask(person, `{ transfersToSettle(first: 100) { edges { node { ${lineText} } } } }`)
  ).transfersToSettle.edges.map(({ node }: Json) => node)
const goodsFor = async (person: string, area?: string): Promise<Json[]> =>
  (
    await ask(
      person,
      `query($area: ID) { goods(area: $area) { edges { node { id name price stock limit per left refused { code message } } } } }`,
      { area }
    )
  ).goods.edges.map(({ node }: Json) => node)

/** The ids of the awards of these people, each for a case of their own; certified unless said otherwise. */
async function earn(people: readonly string[], certified = true): Promise<string[]> {
  const ids: string[] = []
  for (const person of people) await accepted(server.store, submitBy(person, { now: Date.now() }))
  await errandsDone(server.store)
  for (const person of people) ids.push((await linesOf(person))[0].id)
  if (certified) {
    const { outcomes: settled } = await tell(liaison, 'certify', { transfers: ids, verdict: 'ACCEPT' })
    expect(settled.map(({ result }: Json) => result.state)).toEqual(ids.map(() => 'POSTED'))
  }
  return ids
}

describe('the way of points', () => {
  test('from the case over certification and redemption to handing over, as passbook and queue show it', async () => {
    const person = 'resident-001'
    const [award = ''] = await earn([person], false)
    expect(await figures(person)).toEqual(['0', '0', '3', '0'])
    expect((await linesOf(person))[0]).toMatchObject({
      id: award,
      kind: 'AWARD',
      state: 'PENDING',
      amount: '3',
      label: '上报',
      acts: []
    })
    expect(await queue(liaison)).toMatchObject([
      {
        id: award,
        holder: { id: person, name: expect.any(String) },
        acts: ['CERTIFY'],
        case: { id: expect.any(String) }
      }
    ])
    await tell(liaison, 'certify', { transfers: [award], verdict: 'ACCEPT' })
    expect([await figures(person), await queue(liaison)]).toEqual([['3', '0', '0', '3'], []])

    expect((await goodsFor(person)).find(({ id }) => id === 'soap')).toEqual({
      id: 'soap',
      name: '香皂',
      price: '1.5',
      stock: 1000,
      limit: null,
      per: null,
      left: null,
      refused: null
    })
    const bought = await tell(person, 'redeem', { good: 'soap', area: community })
    expect(bought).toMatchObject({
      kind: 'REDEMPTION',
      state: 'PENDING',
      amount: '-1.5',
      label: '香皂',
      acts: ['CANCEL_REDEMPTION']
    })
    expect(await figures(person)).toEqual(['3', '1.5', '0', '1.5'])
    expect(await queue(liaison)).toMatchObject([{ id: bought.id, acts: ['HAND_OVER', 'CANCEL_REDEMPTION'] }])
    const handed = await tell(liaison, 'handOver', { transfers: [bought.id] })
    expect(handed.outcomes).toMatchObject([
      { transfer: bought.id, result: { state: 'POSTED', settledBy: { id: liaison } } }
    ])
    const second = await tell(person, 'redeem', { good: 'soap', area: community })
    expect(await tell(person, 'cancelRedemption', { transfer: second.id })).toMatchObject({ state: 'VOIDED' })
    expect(await figures(person)).toEqual(['1.5', '0', '0', '1.5'])
    expect((await linesOf(person)).map(({ amount, state }) => [amount, state])).toEqual([
      ['-1.5', 'VOIDED'],
      ['-1.5', 'POSTED'],
      ['3', 'POSTED']
    ])
  })

  test('a reversal is a line of its own, and the line it puts right says so', async () => {
    const [award = ''] = await earn(['resident-002'])
    const settled = async (first = 5, after: string | null = null) =>
      (
        await ask(
          liaison,
          `query($first: Int, $after: String) { transfersSettled(first: $first, after: $after) { edges { node { id acts } } pageInfo { endCursor } } }`,
          { first, after }
        )
      ).transfersSettled
    const { edges, pageInfo } = await settled(1)
    expect(edges).toEqual([{ node: { id: award, acts: ['REVERSE'] } }])
    expect((await settled(5, pageInfo.endCursor)).edges.map(({ node }: Json) => node.id)).not.toContain(award)
    const reversal = await tell(liaison, 'reverse', { transfer: award, reason: '记错了人' })
    expect(reversal).toMatchObject({
      kind: 'REVERSAL',
      amount: '-3',
      label: '上报',
      reverses: award,
      reason: '记错了人'
    })
    expect((await linesOf('resident-002')).find(({ id }) => id === award)).toMatchObject({
      amount: '3',
      reversedBy: reversal.id
    })
    expect((await settled(2)).edges).toEqual([
      { node: { id: reversal.id, acts: [] } },
      { node: { id: award, acts: [] } }
    ])
    expect(await tell(liaison, 'reverse', { transfer: award, reason: '再来' })).toMatchObject({
      code: 'transfer.reversed'
    })
  })

  test('a passbook is read page by page, newest first, each line once', async () => {
    const person = 'resident-005'
    await earn([person, person, person], false)
    const first = await passbook(person, 2)
    const second = await passbook(person, 2, first.pageInfo.endCursor)
    const ids = [...first.edges, ...second.edges].map(({ node }: Json) => node.id)
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage, new Set(ids).size]).toEqual([true, false, 3])
    const times = [...first.edges, ...second.edges].map(({ node }: Json) => Date.parse(node.at))
    expect(times).toEqual(times.toSorted((a, b) => b - a))
  })

  test('a passbook shows those of a kind and state where they are asked for', async () => {
    const [award = ''] = await earn(['resident-015'])
    const { id } = await tell('resident-015', 'redeem', { good: 'soap', area: community })
    const text = `query($kind: TransferKind, $state: TransferState) { viewer { passbook(ledger: "resident", kind: $kind, state: $state) { edges { node { id } } } } }`
    const ids = async (only: object) =>
      (await ask('resident-015', text, only)).viewer.passbook.edges.map(({ node }: Json) => node.id)
    expect([await ids({ kind: 'REDEMPTION', state: 'PENDING' }), await ids({ kind: 'AWARD' })]).toEqual([[id], [award]])
    expect([await ids({ state: 'VOIDED' }), await ids({})]).toEqual([[], [id, award]])
  })

  test('labels are in the language of the reader', async () => {
    const [award = ''] = await earn(['resident-006'])
    const english = await server.ask(
      'resident-006',
      `{ locality { ledgers { id } } shop { label ledger { label } areas { id } } viewer { passbook(ledger: "resident") { edges { node { id label } } } } }`,
      {},
      { 'accept-language': 'en' }
    )
    expect(english.data.locality.ledgers).toEqual([{ id: 'resident' }])
    expect(english.data.shop).toEqual({
      label: 'Points shop',
      ledger: { label: 'Residents' },
      areas: [{ id: '520425001002' }]
    })
    expect(english.data.viewer.passbook.edges).toMatchObject([{ node: { id: award, label: 'Report' } }])
  })
})

describe('who sees and settles what', () => {
  test('nobody settles or sees anything of another’s passbook', async () => {
    const [award = ''] = await earn(['resident-003'], false)
    const { id: mine } = await tell('resident-001', 'redeem', { good: 'soap', area: community })
    expect((await linesOf('resident-002')).map(({ holder }) => holder.id)).not.toContain('resident-003')
    const unknown = { code: 'transfer.unknown', message: '没有这笔积分' }
    for (const stranger of ['resident-002', 'liaison-002', 'street-officer-001']) {
      for (const transfer of [award, mine, randomUUID()]) {
        const batches = [
          await tell(stranger, 'certify', { transfers: [transfer], verdict: 'ACCEPT' }),
          await tell(stranger, 'handOver', { transfers: [transfer] })
        ]
        for (const { outcomes: settled } of batches) expect(settled[0].result).toMatchObject(unknown)
        expect(await tell(stranger, 'reverse', { transfer, reason: '没有道理' })).toMatchObject(unknown)
        expect(await tell(stranger, 'cancelRedemption', { transfer })).toMatchObject(unknown)
      }
      expect((await queue(stranger)).map(({ id }) => id)).toEqual([])
    }
    expect(await tell(liaison, 'handOver', { transfers: [mine] })).toMatchObject({ __typename: 'Settlements' })
  })

  test('nobody certifies their own points or their household’s, and such are not on the queue', async () => {
    const [own = '', family = ''] = await earn([liaison, 'resident-004'], false)
    expect((await queue(liaison)).map(({ id }) => id)).not.toEqual(expect.arrayContaining([own, family]))
    const { outcomes: settled } = await tell(liaison, 'certify', { transfers: [own, family], verdict: 'ACCEPT' })
    expect(settled.map(({ result }: Json) => result.code)).toEqual([
      'certifier.is-beneficiary',
      'certifier.same-household'
    ])
    expect(await figures('resident-004')).toEqual(['0', '0', '3', '0'])
  })

  test('a visitor has no passbook, sees what the shop has, and is asked to sign in to redeem', async () => {
    expect(await ask('', accountText)).toEqual({ viewer: null })
    expect(await queue('')).toEqual([])
    expect(await goodsFor('')).toMatchObject([
      { id: 'soap', left: null, refused: null },
      { id: 'toothpaste', limit: 1, per: 'MONTH', left: null }
    ])
    for (const [name, input] of [
      ['redeem', { good: 'soap', area: community }],
      ['certify', { transfers: [randomUUID()], verdict: 'ACCEPT' }]
    ] as const)
      expect(await tell('', name, input)).toMatchObject({ code: 'signin.required' })
  })

  test('in another locality the same people and ids are strangers', async () => {
    const files = new Map([...filesWith(5), ['locality.json', filesAs('elsewhere').get('locality.json') ?? '']])
    await server.store.publish(files, by)
    await server.store.importData('elsewhere', files)
    const [award = ''] = await earn(['resident-007'], false)
    const token = await server.tokens.sign({ locality: 'elsewhere', person: liaison }, 1)
    const response = await fetch(`${server.url}/elsewhere/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({
        query: `mutation { certify(input: { id: "${randomUUID()}", transfers: ["${award}"], verdict: ACCEPT }) ${outcomes} }`
      })
    })
    expect((await response.json()).data.certify.outcomes[0].result.code).toBe('transfer.unknown')
    expect((await queue(liaison)).map(({ id }) => id)).toContain(award)
  })
})

describe('commands', () => {
  test('a batch sent again has its first outcomes, and with another verdict it is refused', async () => {
    const transfers = await earn(['resident-008', 'resident-009'], false)
    const input = { id: randomUUID(), transfers, verdict: 'ACCEPT' }
    const first = await tell(liaison, 'certify', input)
    expect(await tell(liaison, 'certify', input)).toEqual(first)
    const { outcomes: other } = await tell(liaison, 'certify', { ...input, verdict: 'REJECT' })
    expect(other.map(({ result }: Json) => result.code)).toEqual(['command.reused', 'command.reused'])
    expect(await (await fetch(`${server.url}/metrics`)).text()).toContain('kind="certify",outcome="command.reused"')
    expect(await figures('resident-008')).toEqual(['3', '0', '0', '3'])
  })

  test('a refusal keeps back none of the others of a batch', async () => {
    const [award = ''] = await earn(['resident-010'], false)
    const { outcomes: settled } = await tell(liaison, 'certify', {
      transfers: [randomUUID(), award],
      verdict: 'REJECT',
      reason: '没有这回事'
    })
    expect(settled.map(({ result }: Json) => result.code ?? result.state)).toEqual(['transfer.unknown', 'VOIDED'])
    expect((await linesOf('resident-010'))[0]).toMatchObject({ state: 'VOIDED', reason: '没有这回事' })
  })

  test('a redemption sent twice is one', async () => {
    await earn(['resident-011'])
    const input = { id: randomUUID(), good: 'soap', area: community }
    const twins = await Promise.all([tell('resident-011', 'redeem', input), tell('resident-011', 'redeem', input)])
    expect(twins.map(({ id }) => id)).toEqual([input.id, input.id])
    expect(await figures('resident-011')).toEqual(['3', '1.5', '0', '1.5'])
  })

  test.each([
    ['a good that is not there', 'redeem', { good: 'nothing', area: community }, 'good.unknown'],
    ['an area that is not there', 'redeem', { good: 'soap', area: 'nowhere' }, 'area.unknown'],
    ['an area above all shops', 'redeem', { good: 'soap', area: '520425' }, 'shop.not-here'],
    ['more than there is', 'redeem', { good: 'toothpaste', area: community }, 'points.insufficient'],
    ['a batch of 101', 'handOver', { transfers: Array.from({ length: 101 }, () => 'x') }, 'batch.too-large'],
    ['a reversal without a reason', 'reverse', { transfer: 'x', reason: ' ' }, 'reason.missing']
  ] as const)('refused: %s', async (_, name, input, code) => {
    expect(await tell('resident-012', name, input)).toMatchObject({
      code,
      message: expect.stringMatching(/\p{Script=Han}/u)
    })
  })

  test('the shop says beforehand what it would refuse', async () => {
    expect(await goodsFor('resident-012')).toMatchObject([
      { id: 'soap', refused: { code: 'points.insufficient', message: '积分不够：有 0，需要 1.5' } },
      { id: 'toothpaste', left: 1, refused: { code: 'points.insufficient' } }
    ])
    expect((await goodsFor('resident-012', '520425'))[0]).toMatchObject({ refused: { code: 'shop.not-here' } })
  })

  test('of fifty who buy the last one at once, one gets it', async () => {
    await earn(buyers)
    const answers = await Promise.all(
      buyers.map(person => tell(person, 'redeem', { good: 'toothpaste', area: community }))
    )
    const codes = answers.map(({ code, state }) => code ?? state)
    expect([
      codes.filter(code => code === 'PENDING').length,
      codes.filter(code => code === 'good.sold-out').length
    ]).toEqual([1, 49])
    const winner = buyers[codes.indexOf('PENDING')] ?? ''
    expect((await goodsFor(winner)).find(({ id }) => id === 'toothpaste')).toMatchObject({ stock: 0, left: 0 })
  }, 60_000)
})

describe('live', () => {
  test('a transfer reaches its holder and whoever settles it, and nobody else', async () => {
    const stop = new AbortController()
    const heard = async (person: string, into: string[]) => {
      const token = await server.tokens.sign({ locality: 'ziyun', person }, 1)
      const response = await fetch(`${server.url}/ziyun/graphql`, {
        method: 'POST',
        signal: stop.signal,
        headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query: 'subscription { transferChanged { id state holder { id } } }' })
      })
      for await (const chunk of response.body ?? []) into.push(new TextDecoder().decode(chunk))
    }
    const [holder, settler, stranger]: [string[], string[], string[]] = [[], [], []]
    const streams = [heard('resident-013', holder), heard(liaison, settler), heard('resident-014', stranger)].map(
      stream => stream.catch(() => undefined)
    )
    await expect
      .poll(
        async () => {
          await earn(['resident-013'], false)
          return [holder.join('').includes('"PENDING"'), settler.join('').includes('resident-013')]
        },
        { timeout: 10_000, interval: 300 }
      )
      .toEqual([true, true])
    stop.abort()
    await Promise.all(streams)
    expect(stranger.join('')).not.toContain('resident-013')
  })
})

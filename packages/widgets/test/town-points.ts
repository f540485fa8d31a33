// The test town's points: passbooks, a shop with three goods, and a community that certifies and hands over. Rules as simple as can be.
import { people, type PersonId } from './town-facts.ts'
import { page, type Listeners } from './town-network.ts'

/** A transfer as the fixture keeps it; `amount` in points, signed as its holder sees it. */
export type TownTransfer = {
  id: string
  kind: 'AWARD' | 'REDEMPTION' | 'REVERSAL'
  state: 'PENDING' | 'POSTED' | 'VOIDED'
  amount: number
  label: string
  holder: PersonId
  good: string | null
  at: number
  cut: string | null
  reason: string | null
  reverses: string | null
  reversedBy: string | null
  what: string | null
  settledBy: PersonId | null
}
type Refusal = { __typename: 'Refused'; code: string; message: string; path: null; details: null }
const refusal = (code: string, message: string): Refusal => ({
  __typename: 'Refused',
  code,
  message,
  path: null,
  details: null
})

const resident = { id: 'resident', label: '居民积分', unit: '0.5', spendable: true }
const member = { id: 'party-member', label: '党员积分', unit: '0.5', spendable: false }
const instant = (ms: number) => new Date(ms + 8 * 3_600_000).toISOString().replace(/\.\d+Z$/, '+08:00')
const settler: PersonId = 'li'

/** The books of a town; `areaOf` gives an area as GraphQL shows it. */
export function townPoints(areaOf: (id: string) => object) {
  const lines: TownTransfer[] = []
  const listeners: Listeners = new Set()
  const goods = [
    { id: 'oil', name: '食用油', price: 12, stock: 5, limit: 1, per: 'QUARTER' },
    { id: 'soap', name: '香皂', price: 1.5, stock: 9, limit: null, per: null },
    { id: 'toothpaste', name: '牙膏', price: 3, stock: 2, limit: 2, per: 'MONTH' }
  ]
  const town = { shop: true, ledgers: [resident], areas: ['001'] }

  const tell = ({ id }: TownTransfer) => listeners.forEach(listener => listener({ id }))
  const enter = (line: Partial<TownTransfer> & Pick<TownTransfer, 'kind' | 'holder' | 'amount' | 'label'>) => {
    const entered: TownTransfer = {
      id: crypto.randomUUID(),
      state: 'POSTED',
      good: null,
      at: Date.now() + lines.length,
      cut: null,
      reason: null,
      reverses: null,
      reversedBy: null,
      what: null,
      settledBy: null,
      ...line
    }
    lines.push(entered)
    tell(entered)
    return entered
  }

  function figures(person: PersonId) {
    const own = lines.filter(line => line.holder === person)
    const sum = (kept: (line: TownTransfer) => boolean) => own.filter(kept).reduce((all, { amount }) => all + amount, 0)
    const balance = sum(line => line.state === 'POSTED')
    const held = -sum(line => line.state === 'PENDING' && line.kind === 'REDEMPTION')
    const pending = sum(line => line.state === 'PENDING' && line.kind === 'AWARD')
    return { balance, held, pending, spendable: Math.max(0, balance - held) }
  }

  function accounts(person: PersonId) {
    return town.ledgers.map(ledger => {
      const own = ledger === resident ? figures(person) : { balance: 0, held: 0, pending: 0, spendable: 0 }
      const { balance, held, pending, spendable } = own
      return { ledger, balance: `${balance}`, held: `${held}`, pending: `${pending}`, spendable: `${spendable}` }
    })
  }

  const pendingFor = (line: TownTransfer, viewer: PersonId | null) =>
    viewer === settler && line.state === 'PENDING' && line.holder !== viewer

  function actsOf(line: TownTransfer, viewer: PersonId | null) {
    const waits = line.state === 'PENDING' && line.kind === 'REDEMPTION'
    const stands = line.state === 'POSTED' && line.kind !== 'REVERSAL' && line.reversedBy === null
    return [
      ...(pendingFor(line, viewer) ? [line.kind === 'AWARD' ? 'CERTIFY' : 'HAND_OVER'] : []),
      ...(waits && (line.holder === viewer || viewer === settler) ? ['CANCEL_REDEMPTION'] : []),
      ...(stands && viewer === settler && line.holder !== viewer ? ['REVERSE'] : [])
    ]
  }

  const view = (line: TownTransfer, viewer: PersonId | null) => ({
    __typename: 'Transfer',
    ...line,
    ledger: resident,
    amount: `${line.amount}`,
    holder: { id: line.holder, ...people[line.holder] },
    case:
      line.what === null
        ? null
        : {
            id: line.id,
            number: '520425001001-20261008-A1B2C3',
            service: { title: '志愿活动' },
            answers: { what: line.what }
          },
    at: instant(line.at),
    settledAt: null,
    settledBy: line.settledBy && { id: line.settledBy, ...people[line.settledBy] },
    acts: actsOf(line, viewer)
  })
  const viewPage = (found: readonly TownTransfer[], viewer: PersonId | null, first: number, after?: string) =>
    page(
      found.map(line => ({ cursor: line.id, node: view(line, viewer) })),
      first,
      after
    )

  const bought = (person: PersonId, good: string) =>
    lines.filter(line => line.holder === person && line.good === good && line.state !== 'VOIDED').length

  function against(good: (typeof goods)[number], viewer: PersonId): Refusal | null {
    if (good.stock === 0) return refusal('good.sold-out', '已经换完了')
    if (good.limit !== null && bought(viewer, good.id) >= good.limit)
      return refusal('good.limit-reached', '这一期您已经换过了')
    const { spendable } = figures(viewer)
    return spendable < good.price
      ? refusal('points.insufficient', `积分不够：有 ${spendable}，需要 ${good.price}`)
      : null
  }

  const settleEach = (
    { transfers }: { transfers: string[] },
    viewer: PersonId | null,
    kind: TownTransfer['kind'],
    settle: (line: TownTransfer) => void
  ) => ({
    __typename: 'Settlements',
    outcomes: transfers.map(id => {
      const line = lines.find(each => each.id === id && each.kind === kind)
      if (!line || viewer !== settler) return { transfer: id, result: refusal('transfer.unknown', '没有这笔积分') }
      if (!pendingFor(line, viewer))
        return { transfer: id, result: refusal('transfer.not-pending', '这笔积分已经处理过了') }
      settle(line)
      line.settledBy = viewer
      tell(line)
      return { transfer: id, result: view(line, viewer) }
    })
  })

  const mutations = {
    certify: (input: { transfers: string[]; verdict: 'ACCEPT' | 'REJECT'; reason?: string }, viewer: PersonId | null) =>
      settleEach(input, viewer, 'AWARD', line => {
        line.state = input.verdict === 'ACCEPT' ? 'POSTED' : 'VOIDED'
        line.reason = input.reason ?? null
      }),
    handOver: (input: { transfers: string[] }, viewer: PersonId | null) =>
      settleEach(input, viewer, 'REDEMPTION', line => void (line.state = 'POSTED')),
    reverse({ transfer, reason }: { transfer: string; reason: string }, viewer: PersonId | null) {
      const line = lines.find(each => each.id === transfer)
      if (!line || viewer !== settler) return refusal('transfer.unknown', '没有这笔积分')
      if (line.reversedBy !== null) return refusal('transfer.reversed', '这笔积分已经冲正过了')
      const { holder, label, amount, id } = line
      const reversal = enter({
        kind: 'REVERSAL',
        holder,
        label,
        amount: -amount,
        reverses: id,
        reason,
        settledBy: viewer
      })
      line.reversedBy = reversal.id
      return view(reversal, viewer)
    },
    redeem(input: { id: string; good: string; area: string }, viewer: PersonId | null) {
      const good = goods.find(each => each.id === input.good)
      if (!viewer || !good) return refusal('good.unknown', '没有这件物品')
      const refused = against(good, viewer)
      if (refused) return refused
      good.stock--
      return view(
        enter({
          id: input.id,
          kind: 'REDEMPTION',
          state: 'PENDING',
          holder: viewer,
          amount: -good.price,
          label: good.name,
          good: good.id
        }),
        viewer
      )
    },
    cancelRedemption({ transfer }: { transfer: string }, viewer: PersonId | null) {
      const line = lines.find(each => each.id === transfer && each.holder === viewer)
      if (!line) return refusal('transfer.unknown', '没有这笔积分')
      if (line.state !== 'PENDING') return refusal('transfer.not-pending', '这笔积分已经处理过了')
      line.state = 'VOIDED'
      goods.forEach(good => (good.stock += good.id === line.good ? 1 : 0))
      tell(line)
      return view(line, viewer)
    }
  }

  return {
    lines,
    goods,
    listeners,
    town,
    mutations,
    /** Enters an award, pending unless said otherwise. */
    award: (holder: PersonId, label: string, amount: number, more: Partial<TownTransfer> = {}) =>
      enter({ kind: 'AWARD', state: 'PENDING', holder, amount, label, ...more }),
    enter,
    /** Certifies without the network. */
    post(line: TownTransfer) {
      line.state = 'POSTED'
      tell(line)
    },
    viewerFields: (viewer: PersonId) => ({
      accounts: () => accounts(viewer),
      passbook: ({ ledger, kind, state, first, after }: PassbookArgs) => {
        const found = lines.filter(
          line =>
            ledger === 'resident' &&
            line.holder === viewer &&
            (!kind || line.kind === kind) &&
            (!state || line.state === state)
        )
        return viewPage(found.toReversed(), viewer, first, after)
      }
    }),
    queries: (viewer: PersonId | null) => ({
      shop: () =>
        town.shop ? { label: '积分超市', ledger: resident, areas: viewer ? town.areas.map(areaOf) : [] } : null,
      goods: () =>
        page(
          goods.map(good => ({
            cursor: good.id,
            node: {
              ...good,
              price: `${good.price}`,
              left: viewer && good.limit !== null ? Math.max(0, good.limit - bought(viewer, good.id)) : null,
              refused: viewer && against(good, viewer)
            }
          })),
          100,
          null
        ),
      transfersSettled: ({ first, after }: { first: number; after?: string }) =>
        viewPage(lines.filter(line => line.settledBy === viewer).toReversed(), viewer, first, after),
      transfersToSettle: ({ first, after }: { first: number; after?: string }) =>
        viewPage(
          lines.filter(line => pendingFor(line, viewer)),
          viewer,
          first,
          after
        )
    })
  }
}

/** The member ledger, for tests of a town that keeps two. */
export const memberLedger = member

type PassbookArgs = { ledger: string; kind?: string; state?: string; first: number; after?: string }

// What every implementation of the port keeps to where points are concerned: transfers, accounts, goods, households, and their locks.
import { derivedUuid, newAccount, type Good, type Transfer } from '@gridwright/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BookFacts, BookReads, Change, MemoryPerson } from '../src/index.ts'
import type { TxHarness } from './tx-conformance.ts'

/** A store with these people and goods, under test. */
export type BooksWorld = { readonly people: readonly MemoryPerson[]; readonly goods: readonly Good[] }

const at = Date.parse('2026-03-02T12:00+08:00')
const none = { appointments: [], registrations: [] }
const world: BooksWorld = {
  people: [
    { id: 'wang', household: 'h1', ...none },
    { id: 'li', ...none }
  ],
  goods: [
    { id: 'soap', name: '香皂', price: 3, stock: 1, limit: null, per: 'ever' },
    { id: 'oil', name: '食用油', price: 24, stock: 5, limit: 2, per: 'month' }
  ]
}

let last = 0
/** A new UUID, the same in each run. */
const uuid = () => derivedUuid(`books ${++last}`)

/** Runs the suite on the store that `make` makes. */
export function describeBooks(name: string, make: (world: BooksWorld) => Promise<TxHarness>): void {
  describe(`books through the command door's port: ${name}`, () => {
    let harness: TxHarness
    beforeAll(async () => void (harness = await make(world)))
    afterAll(() => harness.close?.())
    const within: Within = (books, judge = () => []) =>
      harness.transaction(async tx => {
        const command = uuid()
        await tx.read({ now: at, people: [], command: { id: command, digest: 'd' } })
        const facts = (await tx.read({ now: at, people: [], books })).books ?? {}
        const changes = judge(facts)
        await tx.apply([...changes, { kind: 'outcome', command, digest: 'd', outcome: { refused: 'test.done' } }])
        return facts
      })
    lines(within)
    figures(within)
    locks(within)
  })
}

type Facts = BookFacts
type Within = (books: BookReads, judge?: (facts: Facts) => readonly Change[]) => Promise<Facts>

function lines(within: Within): void {
  test('what does not exist is missing, and an account without movements has zeros', async () => {
    const account = { ledger: 'resident', key: 'holder:nobody' }
    expect(
      await within({ transfer: uuid(), account, good: 'none', reversalOf: uuid(), households: ['nobody'] })
    ).toEqual({
      account: newAccount('resident', 'holder:nobody'),
      households: new Map()
    })
  })

  test('an id of another kind than the store gives is unknown, and no error', async () => {
    expect(await within({ transfer: 'rescue c1' })).toEqual({})
  })

  test.each<[string, Partial<Transfer>]>([
    ['a pending award', {}],
    [
      'a posted line that was cut',
      { state: 'posted', amount: 0, settledAt: at, owners: [], cut: { asked: 8, reason: 'cap' } }
    ],
    [
      'a redemption',
      { kind: 'redemption', rule: null, case: null, ordinal: null, good: 'soap', debit: 'holder:wang', credit: 'shop' }
    ],
    [
      'a reversal with its reason',
      { kind: 'reversal', of: uuid(), by: 'li', reason: '记错 "了"\n', settledAt: at, state: 'posted' }
    ]
  ])('%s is read back as it was written', async (_, more) => {
    const transfer = line(more)
    await within({}, () => [{ kind: 'transfer', transfer, created: true }])
    expect((await within({ transfer: transfer.id })).transfer).toEqual(transfer)
  })

  test('a transfer that is settled says by whom, when and why', async () => {
    const transfer = line({})
    await within({}, () => [{ kind: 'transfer', transfer, created: true }])
    const settled: Transfer = { ...transfer, state: 'voided', settledAt: at + 1, by: 'li', reason: '没有这回事' }
    await within({ transfer: transfer.id }, () => [{ kind: 'transfer', transfer: settled, created: false }])
    expect((await within({ transfer: transfer.id })).transfer).toEqual(settled)
  })

  test('only lines of the same rule, holder and period count for a cap', async () => {
    const asked = { rule: 'volunteering', holder: 'wang', period: '2026-03' }
    const same = [line(asked), line({ ...asked, state: 'voided' }), line({ ...asked, kind: 'reversal', of: uuid() })]
    const others = [{ rule: 'rescue' }, { holder: 'li' }, { period: '2026-04' }, { period: null }].map(other =>
      line({ ...asked, ...other })
    )
    await within({}, () => [...same, ...others].map(transfer => ({ kind: 'transfer', transfer, created: true })))
    const { counted = [] } = await within({ counted: asked })
    expect(ids(counted)).toEqual(ids(same))
  })

  test('only lines of the same good, holder and period count for a limit', async () => {
    const asked = { good: 'oil', holder: 'wang', period: '2026-03' }
    const same = [line({ ...asked, rule: null, kind: 'redemption' })]
    const others = [{ good: 'soap' }, { holder: 'li' }, { period: '2026-04' }].map(other =>
      line({ ...asked, rule: null, ...other })
    )
    await within({}, () => [...same, ...others].map(transfer => ({ kind: 'transfer', transfer, created: true })))
    const { bought = [] } = await within({ bought: asked })
    expect(ids(bought)).toEqual(ids(same))
  })
}

const ids = (transfers: readonly Transfer[]) => transfers.map(({ id }) => id).sort()

function figures(within: Within): void {
  test('an account adds up what is written of it', async () => {
    const account = { ledger: 'resident', key: 'holder:li' }
    const moved = (posted: number, held: number, pending: number): Change => ({
      kind: 'account',
      change: { ...account, posted, held, pending }
    })
    await within({ account }, () => [
      moved(0, 0, 11),
      { kind: 'account', change: { ledger: 'resident', key: 'rule:rescue', posted: 0, held: 11, pending: 0 } }
    ])
    await within({ account }, () => [moved(11, 3, -11)])
    expect((await within({ account })).account).toEqual({ ...account, posted: 11, held: 3, pending: 0, revision: 2 })
    expect((await within({ account: { ...account, ledger: 'party' } })).account).toEqual(
      newAccount('party', 'holder:li')
    )
  })

  test('a good is read with its price and limit, and its stock moves', async () => {
    expect((await within({ good: 'oil' })).good).toEqual(world.goods[1])
    await within({ good: 'oil' }, () => [{ kind: 'stock', good: 'oil', stock: -1 }])
    expect((await within({ good: 'oil' })).good?.stock).toBe(4)
  })

  test('households are told of those who have one', async () => {
    expect((await within({ households: ['wang', 'li'] })).households).toEqual(new Map([['wang', 'h1']]))
  })
}

function locks(within: Within): void {
  test('of many who take from one account and shelf at once, each sees what the one before left', async () => {
    const account = { ledger: 'resident', key: 'holder:racer' }
    const taken: number[] = []
    await Promise.all(
      Array.from({ length: 12 }, () =>
        within({ account, good: 'oil' }, ({ account: found, good }) => {
          if ((found?.posted ?? 0) <= -5) return []
          taken.push(good?.stock ?? NaN)
          return [{ kind: 'account', change: { ...account, posted: -1, held: 0, pending: 0 } }]
        })
      )
    )
    expect(taken).toHaveLength(5)
    expect((await within({ account })).account).toMatchObject({ posted: -5, revision: 5 })
  })

  test('of two who reverse one transfer at once, the second finds the first’s reversal', async () => {
    const transfer = line({ state: 'posted', settledAt: at })
    await within({}, () => [{ kind: 'transfer', transfer, created: true }])
    let reversed = 0
    const reverse = () =>
      within(
        { transfer: transfer.id, account: { ledger: 'resident', key: 'holder:wang' }, reversalOf: transfer.id },
        ({ reversal }) => {
          if (reversal) return []
          reversed++
          return [
            {
              kind: 'transfer',
              transfer: line({ kind: 'reversal', of: transfer.id, state: 'posted', settledAt: at }),
              created: true
            }
          ]
        }
      )
    await Promise.all([reverse(), reverse(), reverse()])
    expect(reversed).toBe(1)
  })
}

function line(more: Partial<Transfer>): Transfer {
  return {
    id: uuid(),
    ledger: 'resident',
    debit: 'rule:rescue',
    credit: 'holder:wang',
    amount: 6,
    kind: 'award',
    state: 'pending',
    holder: 'wang',
    rule: 'rescue',
    case: uuid(),
    ordinal: 4,
    of: null,
    good: null,
    period: null,
    owners: ['post:window@c1'],
    at,
    settledAt: null,
    by: null,
    reason: null,
    cut: null,
    ...more
  }
}

// The books hold whatever people do, in whatever order, and however often they send it: more than 200,000 random operations in all.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { amountOf, pointsText } from '../src/points.ts'
import { reverse, usedOfCap } from '../src/points-ledger.ts'
import { boughtIn } from '../src/points-shop.ts'
import { accountsOf, applyChange, entered, newAccount, type Account, type Posting } from '../src/points-transfer.ts'
import { householdOf, newBook, perform, send, targetOf, type Book, type Operation } from './points-book.ts'
import { at, awarded, ledger, points, posted } from './points-town.ts'

const kinds: readonly Operation['kind'][] = [
  'earn',
  'certify',
  'reject',
  'reverse',
  'redeem',
  'handOver',
  'cancel',
  'restock'
]
const weights: Readonly<Record<Operation['kind'], number>> = {
  earn: 5,
  certify: 8,
  reject: 1,
  reverse: 2,
  redeem: 5,
  handOver: 3,
  cancel: 1,
  restock: 1
}
const anyKind = fc.oneof(...kinds.map(kind => ({ weight: weights[kind], arbitrary: fc.constant(kind) })))
const anyOperation: fc.Arbitrary<Operation> = fc.record({
  kind: anyKind,
  who: fc.nat(3),
  what: fc.nat(400),
  hours: fc.nat(9),
  day: fc.nat(70)
})
const anyHistory = fc.array(anyOperation, { minLength: 350, maxLength: 450, size: 'max' })
const runs = 600

test('sums are zero, floors, caps, limits and stock are kept, and accounts are the fold of their transfers', () => {
  let operations = 0
  const outcomes = new Map<string, number>()
  fc.assert(
    fc.property(anyHistory, history => {
      const book = newBook()
      for (const [i, operation] of history.entries()) {
        const outcome = send(book, `c${i}`, operation)
        outcomes.set(`${operation.kind} ${outcome}`, (outcomes.get(`${operation.kind} ${outcome}`) ?? 0) + 1)
        operations++
        assertFigures(book)
      }
      assertFold(book)
      assertCounts(book)
    }),
    { numRuns: runs }
  )
  expect(operations).toBeGreaterThanOrEqual(200_000)
  expect(missing(outcomes)).toEqual([])
}, 180_000)

/** After every operation: nothing under the floor, nothing held or pending below zero, all balances together zero. */
function assertFigures({ accounts, goods: shelf }: Book): void {
  let [sum, held, pending] = [0, 0, 0]
  for (const account of accounts.values()) {
    sum += account.posted
    held += account.held
    pending += account.pending
    const floor = account.key.startsWith('holder:') ? 0 : -Infinity
    if (account.posted - account.held < floor || account.held < 0 || account.pending < 0)
      expect.fail(`account out of bounds: ${JSON.stringify(account)}`)
  }
  if (sum !== 0 || held !== pending) expect.fail(`sum ${sum}, held ${held}, pending ${pending}`)
  for (const good of shelf.values()) if (good.stock < 0) expect.fail(`stock ${JSON.stringify(good)}`)
}

function assertFold({ transfers, accounts }: Book): void {
  const stored = [...accounts.values()].map(
    account => [`${account.ledger} ${account.key}`, { ...account, revision: 0 }] as const
  )
  expect(accountsOf(transfers.values())).toEqual(new Map<string, Account>(stored))
}

function assertCounts({ transfers, goods: shelf, sold, delivered }: Book): void {
  const lines = [...transfers.values()]
  for (const line of lines) {
    const rule = points.rules.get(line.rule ?? '')
    if (rule?.cap) expect(usedOfCap(lines, { ...line, rule: rule.id })).toBeLessThanOrEqual(rule.cap.amount)
    const good = shelf.get(line.good ?? '')
    if (good?.limit)
      expect(boughtIn(lines, { good: good.id, holder: line.holder, period: line.period ?? '' })).toBeLessThanOrEqual(
        good.limit
      )
    if (line.kind === 'award' && line.by !== null) {
      expect(line.by).not.toBe(line.holder)
      const household = householdOf(line.by)
      if (household !== null) expect(household).not.toBe(householdOf(line.holder))
    }
    if (line.cut) expect(line.amount).toBeLessThan(line.cut.asked)
  }
  expect(new Set(lines.filter(({ of }) => of !== null).map(({ of }) => of)).size).toBe(
    lines.filter(({ of }) => of !== null).length
  )
  const minted = lines.filter(({ kind }) => kind === 'award').map(line => `${line.case} ${line.ordinal} ${line.rule}`)
  expect(new Set(minted).size).toBe(minted.length)
  for (const good of shelf.values()) {
    const gone = lines.filter(
      line => line.kind === 'redemption' && line.good === good.id && line.state !== 'voided'
    ).length
    expect([good.stock + gone, sold.get(good.id) ?? 0]).toEqual([delivered.get(good.id), gone])
  }
}

/** What must have happened for the run to have tried the rules at all. */
function missing(outcomes: ReadonlyMap<string, number>): readonly string[] {
  const wanted = [
    ...['earn', 'certify', 'reject', 'reverse', 'redeem', 'handOver', 'cancel'].map(kind => `${kind} posted`),
    ...['good.sold-out', 'good.limit-reached', 'points.insufficient', 'good.unknown'].map(code => `redeem ${code}`),
    ...['certifier.is-beneficiary', 'certifier.same-household', 'transfer.not-pending'].map(code => `certify ${code}`),
    ...['points.insufficient', 'transfer.reversed', 'transfer.not-posted'].map(code => `reverse ${code}`)
  ]
  return wanted.filter(outcome => (outcomes.get(outcome) ?? 0) < 20)
}

test('a command that is sent again changes nothing and gets its first answer', () => {
  fc.assert(
    fc.property(
      fc.array(anyOperation, { minLength: 50, maxLength: 80, size: 'max' }),
      fc.array(fc.nat(79)),
      (history, again) => {
        const [once, twice] = [newBook(), newBook()]
        const first = history.map((operation, i) => send(once, `c${i}`, operation))
        const answers = history.map((operation, i) => {
          const answer = send(twice, `c${i}`, operation)
          for (const j of again)
            if (j <= i && history[j]) expect(send(twice, `c${j}`, history[j])).toBe(twice.outcomes.get(`c${j}`))
          return answer
        })
        expect([answers, twice]).toEqual([first, once])
      }
    ),
    { numRuns: 100 }
  )
})

test('even without a log of commands nothing is minted, sold, settled or reversed twice', () => {
  fc.assert(
    fc.property(fc.array(anyOperation, { minLength: 60, maxLength: 90, size: 'max' }), history => {
      const book = newBook()
      for (const [i, operation] of history.entries()) {
        const target = targetOf(book, operation)
        perform(book, `c${i}`, operation, target)
        if (operation.kind === 'restock') continue
        const before = figures(book)
        expect(perform(book, `c${i}`, operation, target)).not.toBe('posted')
        if (figures(book) !== before) expect.fail(`${operation.kind} again moved ${before} to ${figures(book)}`)
      }
    }),
    { numRuns: 300 }
  )
})

/** All that may change, as one text. */
function figures({ transfers, accounts, goods: shelf }: Book): string {
  return [
    transfers.size,
    ...[...accounts.values()].map(({ key, posted, held, pending }) => `${key} ${posted} ${held} ${pending}`),
    ...[...shelf.values()].map(({ id, stock }) => `${id} ${stock}`)
  ].join('; ')
}

test('a reversal restores the account, whatever else is on it', () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.nat(1000), fc.nat(1000), (balance, held, pending) => {
      const before = { ...newAccount('resident', 'holder:chen'), posted: balance + held, held, pending }
      const moved = (account: Account, { changes }: Posting) =>
        changes.filter(({ key }) => key === account.key).reduce(applyChange, account)
      const line = posted(awarded('rescue', {}))
      const account = moved(before, entered(line))
      expect(account.posted).toBe(before.posted + 6)
      const result = reverse(line, {
        ledger,
        account,
        reversal: undefined,
        by: null,
        holderHousehold: null,
        at,
        reason: '记错'
      })
      expect('changes' in result && moved(account, result)).toEqual({ ...before, revision: 2 })
    })
  )
})

test('amounts come back from their text, whatever the unit', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1_000_000, max: 1_000_000 }),
      fc.nat(4),
      fc.integer({ min: 1, max: 500 }),
      (amount, scale, units) => {
        const unit = { units: BigInt(units), scale }
        expect(amountOf(pointsText(amount, unit), unit)).toBe(amount)
      }
    )
  )
})

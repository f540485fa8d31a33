// Awards under caps, certification and reversal, with the balances computed by hand.
import { describe, expect, test } from 'vitest'
import { pointsText } from '../src/points.ts'
import { earnings } from '../src/points-earning.ts'
import { award, certify, reject, reverse, usedOfCap } from '../src/points-ledger.ts'
import { accountsOf, applyChange, newAccount, type Transfer } from '../src/points-transfer.ts'
import {
  accountOf,
  at,
  awarded,
  done,
  elsewhere,
  keeper,
  ledger,
  person,
  points,
  posted,
  reserved,
  secretary,
  settlement,
  town,
  withPoints
} from './points-town.ts'

describe('awards', () => {
  test('3 + 1.5 + 1 points, once certified, are a balance of 5.5: eleven half points', () => {
    const one = done('volunteering', { hours: 1 }, { applicant: 'person:chen' })
    const volunteered = award(points.rules.get('volunteering')!, earnings(points, town, one).earned[0]!, 0).transfer
    const lines = [awarded('rescue', { hours: 1 }), awarded('mediation', { settled: true }), volunteered]
    expect(accountOf('chen', ...lines)).toMatchObject({ posted: 0, pending: 11 })
    const balance = accountOf('chen', ...lines.map(posted)).posted
    expect([balance, pointsText(balance, ledger.unit)]).toEqual([11, '5.5'])
  })

  test('the other side of every award is the rule’s account', () => {
    const accounts = accountsOf([posted(awarded('rescue', { hours: 1 }))])
    expect(accounts.get('resident rule:rescue')).toMatchObject({ posted: -6, held: 0, pending: 0 })
  })

  test('what asks for no certification is posted at once', () => {
    const [earning] = earnings(points, town, done('rescue', {}, { event: 'SUBMIT', actor: 'person:lin' })).earned
    expect(award(points.rules.get('report')!, earning!, 0).transfer).toMatchObject({
      state: 'posted',
      amount: 1,
      owners: []
    })
  })

  test.each([
    [0, 8, null],
    [3, 5, { asked: 8, reason: 'cap' }],
    [8, 0, { asked: 8, reason: 'cap' }],
    [9, 0, { asked: 8, reason: 'cap' }]
  ])('of 8 half points, with %s of a cap of 8 used, %s are awarded', (used, amount, cut) => {
    expect(awarded('volunteering', { hours: 4 }, used)).toMatchObject({ amount, cut })
  })

  test('a line cut to zero is posted, since there is nothing to certify, and moves no account', () => {
    const line = awarded('volunteering', { hours: 4 }, 8)
    expect([line.state, accountsOf([line]).size]).toEqual(['posted', 0])
  })

  test('the same journal entry makes the same transfer, another entry another', () => {
    const id = (ordinal: number) =>
      award(points.rules.get('rescue')!, earnings(points, town, done('rescue', {}, { ordinal })).earned[0]!, 0).transfer
        .id
    expect(id(4)).toBe(awarded('rescue', {}).id)
    expect(id(5)).not.toBe(id(4))
  })

  test('a cap counts what is pending and posted, not what was rejected or reversed', () => {
    const base = posted(awarded('volunteering', { hours: 1 }))
    const lines: Transfer[] = [
      { ...base, amount: 3 },
      { ...base, amount: 2, state: 'pending' },
      { ...base, amount: 50, state: 'voided' },
      { ...base, amount: 1, kind: 'reversal' },
      { ...base, amount: 50, period: '2026-10' },
      { ...base, amount: 50, holder: 'chen' },
      { ...base, amount: 50, rule: 'rescue' }
    ]
    expect(usedOfCap(lines, { rule: 'volunteering', holder: 'lin', period: '2026-11' })).toBe(4)
  })
})

describe('certification', () => {
  const pending = awarded('rescue', { hours: 1 })

  test('the post of the case’s own community certifies', () => {
    expect(certify(pending, settlement)).toMatchObject({ transfer: { state: 'posted', by: 'guo', settledAt: at } })
  })

  test('a rejected award is void, its reason kept, and can be seen in the passbook', () => {
    const result = reject(pending, { ...settlement, reason: '没有参加' })
    expect(result).toMatchObject({ transfer: { id: pending.id, state: 'voided', by: 'guo', reason: '没有参加' } })
    expect('transfer' in result && accountOf('chen', result.transfer)).toMatchObject({ posted: 0, pending: 0 })
  })

  test.each<[string, Partial<typeof settlement>, string]>([
    ['whoever holds another post', { by: { person: keeper, household: null } }, 'certifier.not-yours'],
    [
      'the post of another community',
      { by: { person: person('guo', ['secretary'], elsewhere), household: null } },
      'certifier.not-yours'
    ],
    ['the beneficiary', { by: { person: person('chen', ['secretary']), household: null } }, 'certifier.is-beneficiary'],
    [
      'the beneficiary’s household',
      { by: { person: person('guo', ['secretary']), household: 'h-chen' } },
      'certifier.same-household'
    ]
  ])('%s does not certify', (_, more, refused) => {
    expect(certify(pending, { ...settlement, ...more })).toEqual({ refused })
    expect(reject(pending, { ...settlement, ...more })).toEqual({ refused })
  })

  test('two people without a household on file are not of one', () => {
    const by = { ...secretary, household: null }
    expect(certify(pending, { ...settlement, by, holderHousehold: null })).toHaveProperty('transfer')
  })

  test('nothing is certified twice', () => {
    expect(certify(posted(pending), settlement)).toEqual({
      refused: 'transfer.not-pending',
      details: { state: 'posted' }
    })
  })

  test.each([[undefined], [reserved()]])('what is no award cannot be certified', transfer => {
    expect(certify(transfer, settlement)).toEqual({ refused: 'transfer.unknown' })
  })
})

describe('reversal', () => {
  const line = posted(awarded('rescue', { hours: 1 }))
  const reversing = {
    ledger,
    account: accountOf('chen', line),
    reversal: undefined,
    by: secretary,
    holderHousehold: 'h-chen',
    at,
    reason: '记错了人'
  }

  test('it is a further line, and restores both accounts', () => {
    const result = reverse(line, reversing)
    expect(result).toMatchObject({
      transfer: { of: line.id, kind: 'reversal', amount: 6, period: line.period, by: 'guo' }
    })
    const accounts = 'transfer' in result ? accountsOf([line, result.transfer]) : undefined
    expect([...(accounts?.values() ?? [])].map(account => account.posted)).toEqual([0, 0])
  })

  test('of one transfer there is only ever one reversal', () => {
    const first = reverse(line, reversing)
    if ('refused' in first) throw new Error(first.refused)
    expect(reverse(line, { ...reversing, reversal: first.transfer })).toEqual({ refused: 'transfer.reversed' })
    expect(reverse(first.transfer, reversing)).toEqual({ refused: 'transfer.unknown' })
    expect(reverse(line, { ...reversing, by: null })).toMatchObject({ transfer: { id: first.transfer.id, by: null } })
  })

  test.each([
    ['pending', awarded('rescue', { hours: 1 })],
    ['voided', { ...line, state: 'voided' as const }]
  ])('what is %s is not reversed', (state, transfer) => {
    expect(reverse(transfer, reversing)).toEqual({ refused: 'transfer.not-posted', details: { state } })
  })

  test('nobody reverses what they could not have certified', () => {
    expect(reverse(line, { ...reversing, by: { person: keeper, household: null } })).toEqual({
      refused: 'certifier.not-yours'
    })
    expect(reverse(line, { ...reversing, by: { ...secretary, household: 'h-chen' } })).toEqual({
      refused: 'certifier.same-household'
    })
  })

  test.each([
    ['spent', { posted: 5, held: 0 }, '2.5'],
    ['held for goods', { posted: 6, held: 1 }, '2.5']
  ])('points that are %s cannot be taken back', (_, figures, balance) => {
    const account = { ...reversing.account, ...figures }
    expect(reverse(line, { ...reversing, account })).toEqual({
      refused: 'points.insufficient',
      details: { balance, price: '3' }
    })
  })

  test.each([
    [undefined, 'transfer'],
    ['-0.5', 'transfer'],
    ['0', 'refused']
  ])('with a floor of %s and 2.5 points left, a reversal of 3 gives a %s', (floor, member) => {
    const other = withPoints(file => {
      const { floor: _, ...rest } = file.ledgers.resident!
      file.ledgers.resident = floor === undefined ? rest : { ...rest, floor }
    }).ledgers.get('resident')!
    expect(reverse(line, { ...reversing, ledger: other, account: { ...reversing.account, posted: 5 } })).toHaveProperty(
      member
    )
  })
})

test('an account beyond the safe integers is a broken book', () => {
  const account = { ...newAccount('resident', 'shop'), posted: Number.MAX_SAFE_INTEGER }
  expect(() => applyChange(account, { ledger: 'resident', key: 'shop', posted: 1, held: 0, pending: 0 })).toThrow(
    RangeError
  )
})

// The shop: what 5.5 points buy of toothpaste, soap and oil.
import { describe, expect, test } from 'vitest'
import { parseDataset, type Dataset } from '../src/dataset.ts'
import { settlerKeys } from '../src/points.ts'
import { actsOn } from '../src/points-acts.ts'
import { reverse, type Settler } from '../src/points-ledger.ts'
import { boughtIn, cancelRedemption, handOver, readGoods, redeem } from '../src/points-shop.ts'
import { accountsOf, newAccount, spendable, type Transfer } from '../src/points-transfer.ts'
import {
  accountOf,
  at,
  awarded,
  goods,
  keeper,
  ledger,
  person,
  places,
  points,
  posted,
  purchase,
  reserved,
  secretary,
  town,
  withPoints
} from './points-town.ts'

const [toothpaste, soap, oil] = goods

describe('the shop', () => {
  test('toothpaste costs 3 points, soap 1.5, oil 12', () => {
    expect(goods.map(({ name, price, stock, limit, per }) => [name, price, stock, limit, per])).toEqual([
      ['牙膏', 6, 2, 1, 'month'],
      ['香皂', 3, 10, null, 'ever'],
      ['食用油', 24, 1, 1, 'year']
    ])
  })

  test('of 5.5 points, toothpaste reserves 3 and leaves 2.5 to spend; handed over, it is paid', () => {
    const earnedLine = { ...posted(awarded('rescue', {})), amount: 11 }
    const pending = reserved({ account: accountOf('chen', earnedLine) })
    const account = accountOf('chen', earnedLine, pending)
    expect([account, spendable(ledger, account)]).toMatchObject([{ posted: 11, held: 6 }, 5])
    const result = handOver(pending, { by: keeper, at })
    if ('refused' in result) throw new Error(result.refused)
    expect(accountOf('chen', earnedLine, result.transfer)).toMatchObject({ posted: 5, held: 0 })
    expect(accountsOf([result.transfer]).get('resident shop')).toMatchObject({ posted: 6, pending: 0 })
  })

  test('a redemption takes one from the shelf, a cancelled one puts it back', () => {
    expect(redeem(soap, purchase())).toMatchObject({ good: 'soap', stock: -1, transfer: { amount: 3 } })
    expect(handOver(reserved(), { by: keeper, at })).toMatchObject({ stock: 0 })
    const cancelled = cancelRedemption(reserved(), { by: person('chen'), at, reason: '不要了' })
    expect(cancelled).toMatchObject({ good: 'toothpaste', stock: 1, transfer: { state: 'voided', reason: '不要了' } })
    expect('transfer' in cancelled && accountOf('chen', cancelled.transfer)).toMatchObject({ posted: 0, held: 0 })
  })

  test.each([
    ['a good that is not there', undefined, {}, { refused: 'good.unknown' }],
    ['an area without a shop', soap, { owners: [] }, { refused: 'shop.not-here' }],
    ['an id that is taken', soap, { exists: true }, { refused: 'transfer.exists' }],
    ['an empty shelf', { ...soap!, stock: 0 }, {}, { refused: 'good.sold-out' }],
    [
      'a second tube in the month',
      toothpaste,
      { bought: 1 },
      { refused: 'good.limit-reached', details: { limit: 1, per: 'month' } }
    ],
    ['oil for 5.5 points', oil, {}, { refused: 'points.insufficient', details: { balance: '5.5', price: '12' } }]
  ])('%s cannot be redeemed', (_, good, more, refusal) => expect(redeem(good, purchase(more))).toEqual(refusal))

  test('points that are held or kept in reserve cannot be spent, nor any of a ledger that is not spendable', () => {
    const account = { ...newAccount('resident', 'holder:chen'), posted: 11, held: 6 }
    const kept = withPoints(file => void (file.ledgers.resident!.reserve = '2')).ledgers.get('resident')!
    const idle = withPoints(file => void (file.ledgers.resident!.spendable = false)).ledgers.get('resident')!
    expect([ledger, kept, idle].map(each => spendable(each, account))).toEqual([5, 1, 0])
    expect(spendable(kept, { ...account, held: 8 })).toBe(0)
    expect(redeem(soap, purchase({ account, ledger: kept }))).toMatchObject({ refused: 'points.insufficient' })
  })

  test('a limit counts what is reserved or had, not what was cancelled or reversed', () => {
    const line = reserved()
    const lines: Transfer[] = [
      line,
      { ...line, state: 'posted' },
      { ...line, state: 'posted' },
      { ...line, state: 'posted', kind: 'reversal' },
      { ...line, state: 'voided' },
      { ...line, good: 'soap' },
      { ...line, holder: 'lin' },
      { ...line, period: '2026-10' }
    ]
    expect(boughtIn(lines, { good: 'toothpaste', holder: 'chen', period: '2026-11' })).toBe(2)
  })

  test('only the shop’s keeper hands over; only buyer and keeper cancel', () => {
    expect(handOver(reserved(), { by: person('chen'), at })).toEqual({ refused: 'redemption.not-yours' })
    expect(cancelRedemption(reserved(), { by: person('lin'), at })).toEqual({ refused: 'redemption.not-yours' })
    expect(cancelRedemption(reserved(), { by: keeper, at })).toHaveProperty('transfer')
  })

  test('what is handed over or cancelled stays so', () => {
    const [paid, void_] = [
      { ...reserved(), state: 'posted' as const },
      { ...reserved(), state: 'voided' as const }
    ]
    expect(cancelRedemption(paid, { by: keeper, at })).toEqual({
      refused: 'transfer.not-pending',
      details: { state: 'posted' }
    })
    expect(handOver(void_, { by: keeper, at })).toEqual({
      refused: 'transfer.not-pending',
      details: { state: 'voided' }
    })
    expect(handOver(awarded('rescue', {}), { by: keeper, at })).toEqual({ refused: 'transfer.unknown' })
    expect(cancelRedemption(undefined, { by: keeper, at })).toEqual({ refused: 'transfer.unknown' })
  })

  test('a reversed redemption gives the points back', () => {
    const result = handOver(reserved(), { by: keeper, at })
    if ('refused' in result) throw new Error(result.refused)
    const account = accountOf('chen', result.transfer)
    const back = reverse(result.transfer, {
      ledger,
      account,
      reversal: undefined,
      by: { person: keeper, household: null },
      holderHousehold: null,
      at,
      reason: '过期商品'
    })
    expect('transfer' in back && accountOf('chen', result.transfer, back.transfer).posted).toBe(0)
  })

  test('the shop is kept by the post at its area', () => {
    expect(settlerKeys(points.shop!.handOver, places, town)).toEqual(['post:shopkeeper@999999001001'])
    expect(settlerKeys(points.shop!.handOver, { street: '999999001' }, town)).toEqual([])
  })
})

describe('goods.csv', () => {
  test.each([
    ['a b,纸,1,1,,', 'id', 'not-an-id'],
    [',纸,1,1,,', 'id', 'not-an-id'],
    ['soap,香皂,1,1,,', 'id', 'duplicate'],
    ['x,,1,1,,', 'name', 'missing'],
    ['x,纸,1.25,1,,', 'price', 'not-a-multiple-of-0.5'],
    ['x,纸,0,1,,', 'price', 'not-a-multiple-of-0.5'],
    ['x,纸,-1,1,,', 'price', 'not-a-multiple-of-0.5'],
    ['x,纸,1,-1,,', 'stock', 'not-a-count'],
    ['x,纸,1,1,0,day', 'limit', 'not-a-count'],
    ['x,纸,1,1,,day', 'limit', 'missing'],
    ['x,纸,1,1,1,week', 'per', 'unknown']
  ])('the row %s has a problem in %s: %s', (row, column, problem) => {
    const table = parseDataset(`id,name,price,stock,limit,per\nsoap,香皂,1,1,,\n${row}\n`)
    const { goods: read, problems } = readGoods(table as Dataset, ledger) // a well-formed table
    expect([read.length, problems]).toMatchObject([1, [{ line: 3, column, problem }]])
  })

  test('a table without its headings has no goods', () => {
    const table = parseDataset('id,name,price,stock\nsoap,香皂,1,1\n') as Dataset // a well-formed table
    expect(readGoods(table, ledger).problems.map(({ column, problem }) => `${column} ${problem}`)).toEqual([
      'limit heading-missing',
      'per heading-missing'
    ])
  })
})

describe('what is offered to whom', () => {
  const chen = { person: person('chen'), household: 'h-chen' }
  const shopkeeper = { person: keeper, household: null }
  const award = awarded('rescue', {})
  const acts = (line: Transfer, by: Settler, more: object = {}) =>
    actsOn(line, { by, holderHousehold: 'h-chen', reversed: false, ...more })

  test.each<[string, readonly string[], readonly string[]]>([
    ['certification to the community', acts(award, secretary), ['certify']],
    ['none of it to the beneficiary', acts(award, chen), []],
    ['nor to their household', acts(award, { ...secretary, household: 'h-chen' }), []],
    ['of what is certified, the reversal', acts(posted(award), secretary), ['reverse']],
    ['of what is reversed, nothing', acts(posted(award), secretary, { reversed: true }), []],
    ['handing over and cancelling to the shop', acts(reserved(), shopkeeper), ['hand-over', 'cancel-redemption']],
    ['cancelling to the buyer', acts(reserved(), chen), ['cancel-redemption']],
    ['nothing of others', acts(reserved(), { person: person('lin'), household: null }), []]
  ])('%s', (_, offered, expected) => {
    expect(offered).toEqual(expected)
  })
})

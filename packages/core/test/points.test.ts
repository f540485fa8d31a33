// Licheng's points, computed by hand: 3 for disaster relief, 1.5 for settling a dispute, 1 for volunteering; the ledger counts in half points.
import { describe, expect, test } from 'vitest'
import { amountOf, earningRulesOf, periodOf, pointsOf, pointsText } from '../src/points.ts'
import { earnings } from '../src/points-earning.ts'
import type { CapPeriod } from '../src/schema-types.ts'
import { done, points, pointsFile, town, withPoints } from './points-town.ts'

const half = { units: 5n, scale: 1 }
/** What the case earns, as `rule holder asked`. */
const earned = (cause: Parameters<typeof done>, from = points) =>
  earnings(from, town, done(...cause)).earned.map(({ rule, holder, asked }) => `${rule} ${holder} ${asked}`)

describe('amounts', () => {
  test.each([
    ['3', 6],
    ['1.5', 3],
    ['1', 2],
    ['0.50', 1],
    ['-2', -4],
    ['0.25', undefined],
    ['1e3', undefined],
    ['500000000', 1_000_000_000],
    ['500000000.5', undefined]
  ])('%s points are %s half points', (text, amount) => expect(amountOf(text, half)).toBe(amount))

  test.each([
    [11, '5.5'],
    [6, '3'],
    [20, '10'],
    [0, '0'],
    [-1, '-0.5']
  ])('%s half points are written %s', (amount, text) => expect(pointsText(amount, half)).toBe(text))

  test.each<[CapPeriod, string]>([
    ['day', '2026-11-03'],
    ['month', '2026-11'],
    ['quarter', '2026-Q4'],
    ['year', '2026'],
    ['ever', 'ever']
  ])('3 November 2026 lies in the %s %s', (per, period) => expect(periodOf(per, '2026-11-03')).toBe(period))

  test.each([
    ['2026-03-31', '2026-Q1'],
    ['2026-04-01', '2026-Q2'],
    ['2026-09-30', '2026-Q3']
  ])('%s lies in %s', (date, quarter) => expect(periodOf('quarter', date)).toBe(quarter))
})

describe('earning', () => {
  test('a rescue earns its assignee 3, a settled dispute 1.5, an hour of volunteering its applicant 1', () => {
    expect([
      ...earned(['rescue', { hours: 5 }]),
      ...earned(['mediation', { settled: true }]),
      ...earned(['volunteering', { hours: 1 }])
    ]).toEqual(['rescue chen 6', 'mediation chen 3', 'volunteering lin 2'])
  })

  test('a dispute that was not settled earns nothing, and is no fault', () => {
    expect(earnings(points, town, done('mediation', { settled: false }))).toEqual({
      earned: [],
      faults: [],
      unmet: ['mediation']
    })
  })

  test.each([
    [2.5, ['volunteering lin 5']],
    [1.3, ['volunteering lin 2']],
    [0.49, []],
    [0, []]
  ])('%s hours of volunteering earn %s: what is less than a unit is dropped', (hours, expected) => {
    expect(earned(['volunteering', { hours }])).toEqual(expected)
  })

  test.each([
    ['a condition over an answer that is not there', 'mediation', {}, 'condition.failed'],
    ['a quantity that is not there', 'volunteering', {}, 'quantity.invalid'],
    ['a quantity below zero', 'volunteering', { hours: -1 }, 'quantity.invalid'],
    ['a quantity that is text', 'volunteering', { hours: '3' }, 'quantity.invalid'],
    ['a quantity beyond reason', 'volunteering', { hours: 1e20 }, 'amount.too-large']
  ])('%s earns nothing and is reported', (_, service, form, code) => {
    const { earned: none, faults } = earnings(points, town, done(service, form))
    expect([none, faults.map(fault => `${fault.rule} ${fault.code}`)]).toEqual([[], [`${service} ${code}`]])
  })

  test('where nobody can certify, nothing is earned and that is reported', () => {
    const { earned: none, faults } = earnings(
      points,
      town,
      done('rescue', { hours: 1 }, { places: { street: '999999001' } })
    )
    expect([none, faults]).toEqual([[], [{ rule: 'rescue', code: 'certifier.missing', detail: '999999001001' }]])
  })

  test.each([
    ['no assignee', 'rescue', { assignee: null }],
    ['an applicant without an account', 'volunteering', { applicant: 'contact:7' }],
    ['another event', 'rescue', { event: 'ASKED' }],
    ['another service', 'greening', {}]
  ])('with %s nothing is earned', (_, service, more) => {
    expect(earned([service, { hours: 1 }, more])).toEqual([])
  })

  test('whoever reports a danger earns half a point, and the system nothing', () => {
    expect(earned(['rescue', {}, { event: 'SUBMIT', actor: 'person:lin' }])).toEqual(['report lin 1'])
    expect(earned(['rescue', {}, { event: 'SUBMIT', actor: 'system' }])).toEqual([])
  })

  test('conditions see the entry, the case, both forms and the day', () => {
    const cel =
      "entry.event == 'DONE' && entry.actor == 'person:chen' && entry.from == 'open' && entry.to == 'done' && entry.at == now && case.id == 'c1' && case.service == 'mediation' && case.category == 'deeds' && case.area == '999999001001' && case.state == 'done' && answers.what == '台风' && form.settled && today == '2026-11-03'"
    const asking = withPoints(file => void (file.rules.mediation!.when = cel))
    expect(earned(['mediation', { settled: true }], asking)).toEqual(['mediation chen 3'])
  })

  test('the period of a cap is told by the locality’s own date', () => {
    const late = done('volunteering', { hours: 1 }, { at: Date.parse('2026-10-31T23:30Z') })
    expect(earnings(points, town, late).earned[0]?.period).toBe('2026-11')
  })
})

test('a file that the check would refuse is not compiled', () => {
  expect(() => withPoints(file => void (file.rules.rescue!.ledger = 'no'))).toThrow(RangeError)
  expect(() => withPoints(file => void (file.rules.report!.cap!.points = '0.7'))).toThrow(RangeError)
  expect(() => withPoints(file => void (file.ledgers.resident!.unit = 'x'))).toThrow(RangeError)
})

test('a case is pinned to the rules that it may earn by, and to nothing else', () => {
  const file = structuredClone(pointsFile)
  file.ledgers.party = { label: '党员积分', unit: '1', spendable: false }
  const pinned = earningRulesOf(file, 'rescue')
  expect([Object.keys(pinned?.ledgers ?? {}), Object.keys(pinned?.rules ?? {}), pinned?.shop]).toEqual([
    ['resident'],
    ['rescue', 'report'],
    undefined
  ])
  expect(earnings(pointsOf(pinned!), town, done('rescue', {})).earned).toHaveLength(1)
  expect(earningRulesOf(file, 'greening')).toBeUndefined()
  delete file.rules.report!.services
  expect(Object.keys(earningRulesOf(file, 'greening')?.rules ?? {})).toEqual(['report'])
})

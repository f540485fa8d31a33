// Score cards computed by hand: what each kind of indicator counts, how it becomes points, and that nothing but the evidence decides.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Rating } from '../src/evaluation.ts'
import type { Fold } from '../src/schema-types.ts'
import { evaluated, happened, only, stars, starsWith, type Month } from './evaluation-town.ts'
import { elsewhere, places } from './points-town.ts'

const rated = (sheet: string, rater: string, marks: string, more: Partial<Rating> = {}): Rating => ({
  id: `${sheet}-${rater}`,
  evaluation: 'stars',
  window: '2026-11',
  sheet,
  rater,
  subject: 'person:chen',
  marks,
  at: 1,
  ...more
})

// November: three cases done, reviewed 1, 0.6 and 0; peers gave 9 and 8 of 10, the leader 90 of 100.
const month: Month = {
  occurrences: [
    happened('a', 'DONE', '2026-11-02T09:00'),
    happened('a', 'SATISFIED', '2026-11-03T09:00', { review: '1', ordinal: 2 }),
    happened('b', 'DONE', '2026-11-05T09:00'),
    happened('b', 'FAIR', '2026-11-06T09:00', { review: '0.6', ordinal: 2 }),
    happened('c', 'DONE', '2026-11-30T23:59'),
    happened('c', 'POOR', '2026-11-30T23:59', { review: '0', ordinal: 2 }),
    happened('d', 'DONE', '2026-12-01T00:00'),
    happened('e', 'DONE', '2026-10-31T23:59')
  ],
  ratings: [rated('peer', 'li', '9'), rated('peer', 'zhao', '8'), rated('leader', 'guo', '90')]
}

test('a month is worth the weighted sum of its rounded lines, and each line names what it counted', () => {
  const [card] = evaluated(stars, month).cards
  // satisfaction (1 + 0.6 + 0) / 3 = 0.5333 → 53.33; 3 done → 100; peers 8.5 of 10 → 85; leader 90
  // 0.4 × 53.33 + 0.3 × 100 + 0.2 × 85 + 0.1 × 90 = 21.332 + 30 + 17 + 9 = 77.332 → 77.3: four stars
  expect(card).toEqual({
    subject: 'person:chen',
    places,
    lines: [
      {
        indicator: 'satisfaction',
        weight: '0.4',
        value: '0.5333',
        points: '53.33',
        counted: ['a#2', 'b#2', 'c#2'],
        outOf: []
      },
      { indicator: 'done', weight: '0.3', value: '3', points: '100.00', counted: ['a#1', 'b#1', 'c#1'], outOf: [] },
      { indicator: 'peer', weight: '0.2', value: '8.5', points: '85.00', counted: ['peer-li', 'peer-zhao'], outOf: [] },
      { indicator: 'leader', weight: '0.1', value: '90', points: '90.00', counted: ['leader-guo'], outOf: [] }
    ],
    total: '77.3',
    band: 1
  })
})

test('who did nothing is listed, with what each line says for nothing', () => {
  const [card] = evaluated(stars, {}).cards
  expect([card?.total, card?.band, card?.lines.map(({ value, points }) => `${value} ${points}`)]).toEqual([
    '24.0', // 0.4 × 60
    0,
    ['null 60.00', '0 0.00', 'null 0.00', 'null 0.00']
  ])
})

describe('an indicator', () => {
  const worked = (id: string, hours: number, at = '2026-11-02T09:00') =>
    happened(id, 'DONE', at, { form: { hours }, service: 'volunteering' })
  const hours = { on: ['DONE'], value: { form: 'hours' } }
  const seconds = [
    happened('a', 'SUBMIT', '2026-11-02T09:00', { ordinal: 1 }),
    happened('a', 'ACCEPT', '2026-11-02T09:01', { ordinal: 2 }),
    happened('b', 'SUBMIT', '2026-10-31T23:58', { ordinal: 1 }),
    happened('b', 'ACCEPT', '2026-11-01T00:01', { ordinal: 2 }),
    happened('c', 'ACCEPT', '2026-11-01T00:01', { ordinal: 1 })
  ]
  const accepted = { from: ['SUBMIT'], to: { on: ['ACCEPT'] }, unit: 'minutes' as const }
  const toTwenty = { scale: { from: '0', to: '20' } }
  test.each<[string, Fold, object, Month, string]>([
    ['of a sum', { sum: hours }, toTwenty, { occurrences: [worked('a', 2.5), worked('b', 1)] }, '3.5 17.50'],
    ['of a sum beyond its scale', { sum: hours }, toTwenty, { occurrences: [worked('a', 30)] }, '30 100.00'],
    ['of a mean', { mean: hours, empty: '0' }, toTwenty, { occurrences: [worked('a', 2), worked('b', 1)] }, '1.5 7.50'],
    [
      'of a time counts from the event before, even in the month before, and only where there was one',
      { duration: accepted, empty: '0' },
      { scale: { from: '10', to: '0' } },
      { occurrences: seconds },
      '2 80.00' // (1 + 3) / 2 minutes, 10 minutes being worth nothing
    ],
    [
      'of a ratio weighs its numerators',
      {
        ratio: {
          of: [
            { on: ['DONE'], when: 'form.hours > 1' },
            { on: ['DONE'], when: 'form.hours <= 1', weight: '0.5' }
          ],
          to: { on: ['DONE'] }
        },
        empty: '0'
      },
      {},
      { occurrences: [worked('a', 2), worked('b', 1), worked('c', 1)] },
      '0.6667 66.67'
    ],
    [
      'of a ratio over nothing says what it says for nothing',
      { ratio: { of: [{ on: ['DONE'] }], to: { on: ['ACCEPT'] } }, empty: '75' },
      {},
      { occurrences: [worked('a', 2)] },
      'null 75.00'
    ],
    [
      'of less than it needs',
      { mean: hours, empty: '50', least: 2 },
      toTwenty,
      { occurrences: [worked('a', 2)] },
      'null 50.00'
    ],
    [
      'of one service',
      { count: { on: ['DONE'], services: ['rescue'] } },
      toTwenty,
      { occurrences: [worked('a', 2), happened('b', 'DONE', '2026-11-02T09:00')] },
      '1 5.00'
    ],
    [
      'for whoever asked',
      { count: { on: ['DONE'], credit: 'applicant' } },
      toTwenty,
      { occurrences: [worked('a', 2)], subjects: [{ key: 'person:lin', places }] },
      '1 5.00'
    ],
    [
      'below its first step',
      { count: { on: ['DONE'] } },
      { steps: [{ from: '2', points: '80' }] },
      { occurrences: [worked('a', 2)] },
      '1 0.00'
    ],
    [
      'of published totals takes those within its window',
      { scores: 'stars', empty: '0' },
      {},
      {
        totals: ['2026-11-01', '2026-10-31', '2026-12-01'].map((day, i) => ({
          id: `s${i}`,
          evaluation: 'stars',
          window: day.slice(0, 7),
          from: Date.parse(`${day}T00:00+08:00`),
          subject: 'person:chen',
          places,
          total: `${70 + i}.5`,
          at: 0
        }))
      },
      '70.5 70.50'
    ]
  ])('%s', (_, fold, points, evidence, expected) => {
    const line = evaluated(only({ fold, ...points }), evidence).cards[0]?.lines[0]
    expect(`${line?.value} ${line?.points}`).toBe(expected)
  })

  test('of an area counts what happened there, whoever did it', () => {
    const file = only({ fold: { count: { on: ['DONE'] } }, ...toTwenty })
    file.subjects = { level: 'community' }
    const there = worked('b', 1)
    const { cards } = evaluated(file, {
      subjects: [places, elsewhere].map(at => ({ key: `area:${at.community}`, places: at })),
      occurrences: [worked('a', 1), { ...there, row: { ...there.row, places: elsewhere } }, worked('c', 1)]
    })
    expect(cards.map(({ lines }) => lines[0]?.counted)).toEqual([['a#1', 'c#1'], ['b#1']])
  })

  test('that could not be judged is said, and does not count', () => {
    const file = only({ fold: { count: { on: ['DONE'], when: 'form.hours > 1.0' } }, ...toTwenty })
    const { cards, unmeasured } = evaluated(file, { occurrences: [happened('a', 'DONE', '2026-11-02T09:00')] })
    expect([cards[0]?.lines[0]?.value, unmeasured]).toEqual([
      '0',
      [{ indicator: 'it', occurrence: 'a#1', code: 'condition.failed' }]
    ])
  })
})

describe('marks', () => {
  test('of several by one rater the last counts', () => {
    const ratings = [rated('leader', 'guo', '10', { id: 'x', at: 2 }), rated('leader', 'guo', '90', { id: 'y', at: 1 })]
    expect(evaluated(stars, { ratings }).cards[0]?.lines[3]).toMatchObject({ value: '10', counted: ['x'] })
  })
  test('of another subject do not count', () => {
    expect(
      evaluated(stars, { ratings: [rated('leader', 'guo', '9', { subject: 'person:li' })] }).cards[0]?.lines[3]?.value
    ).toBeNull()
  })
})

test.each([
  ['half-up', '0.125', '0.13'],
  ['half-even', '0.125', '0.12'],
  ['down', '0.129', '0.12'],
  ['up', '0.121', '0.13']
] as const)('a line is rounded %s', (mode, marks, points) => {
  const file = starsWith(each => Object.assign(each.rounding, { mode }))
  const ratings = [rated('leader', 'guo', marks)]
  expect(evaluated(file, { ratings }).cards[0]?.lines[3]?.points).toBe(points)
})

test('each total from 0 to 100 is in the one band that it has reached', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1000 }), tenths => {
      const marks = `${Math.floor(tenths / 10)}.${tenths % 10}`
      const file = only({ fold: { sheet: 'leader', empty: '0' } })
      const card = evaluated(file, { ratings: [rated('leader', 'guo', marks)] }).cards[0]
      expect(card?.total).toBe(marks)
      expect(card?.band).toBe(tenths >= 900 ? 2 : tenths >= 600 ? 1 : 0)
    })
  )
})

test('the same evidence gives the same card, in whatever order cases and marks come', () => {
  const cases = ['a', 'b', 'c', 'd', 'e'].map(id => month.occurrences!.filter(({ row }) => row.id === id))
  fc.assert(
    fc.property(
      fc.shuffledSubarray(cases, { minLength: 5 }),
      fc.shuffledSubarray([...month.ratings!], { minLength: 3 }),
      (order, ratings) => {
        expect(evaluated(stars, { occurrences: order.flat(), ratings })).toEqual(evaluated(stars, month))
      }
    )
  )
})

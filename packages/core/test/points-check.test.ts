// A bad points.json beside its exact issues, and what the schema lets through at all.
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import schema from '../schemas/points.schema.json' with { type: 'json' }
import terms from '../schemas/terms.schema.json' with { type: 'json' }
import type { IssueParams } from '../src/issue.ts'
import { checkPoints } from '../src/points-check.ts'
import type { PointsFile } from '../src/schema-types.ts'
import { parseSource } from '../src/source.ts'
import { pointsFile, town } from './points-town.ts'

const validate = new Ajv2020({ schemas: [terms], strictTypes: false }).compile<PointsFile>(schema)
const changed = (change: (file: PointsFile) => void): PointsFile => {
  const file = structuredClone(pointsFile)
  change(file)
  return file
}
const issuesOf = (file: PointsFile) => {
  const source = parseSource('points.json', JSON.stringify(file))
  return checkPoints(file, source, town)
}
/** The issues as `code path`, with what they say. */
const said = (file: PointsFile): readonly [string, IssueParams][] =>
  issuesOf(file).map(({ code, path, params }) => [`${code} ${path}`, params])

test('the town’s own points are accepted by the schema and have no issue', () => {
  expect([validate(pointsFile), said(pointsFile)]).toEqual([true, []])
})

describe('the schema', () => {
  test.each<[string, (file: PointsFile) => void]>([
    ['a number instead of a decimal string', file => Object.assign(file.rules.rescue!, { points: 3 })],
    ['points of zero', file => Object.assign(file.rules.rescue!, { points: '0.0' })],
    ['points below zero', file => Object.assign(file.rules.rescue!, { points: '-1' })],
    ['a floor above zero', file => Object.assign(file.ledgers.resident!, { floor: '1' })],
    ['a beneficiary who is no person', file => Object.assign(file.rules.rescue!, { to: 'rung' })],
    ['a certifier of the engine', file => Object.assign(file.rules.rescue!, { certify: 'system' })],
    ['a period that is not known', file => Object.assign(file.rules.report!.cap!, { per: 'week' })],
    ['a quantity of two fields', file => Object.assign(file.rules.volunteering!.quantity!, { answers: 'people' })],
    ['a key that does nothing', file => Object.assign(file.ledgers.resident!, { holder: 'person' })]
  ])('refuses %s', (_, change) => expect(validate(changed(change))).toBe(false))

  test.each(['0', '-0.5', '-20'])('accepts the floor %s', floor => {
    expect(validate(changed(file => void (file.ledgers.resident!.floor = floor)))).toBe(true)
  })
})

describe('names', () => {
  test.each<[string, (file: PointsFile) => void, [string, IssueParams][]]>([
    [
      'a ledger that is not there',
      file => void (file.rules.rescue!.ledger = 'residents'),
      [['name.unknown /rules/rescue/ledger', { kind: 'ledger', name: 'residents', suggestion: 'resident' }]]
    ],
    [
      'a service that is not there',
      file => void (file.rules.rescue!.services = ['rescues']),
      [['name.unknown /rules/rescue/services/0', { kind: 'service', name: 'rescues', suggestion: 'rescue' }]]
    ],
    [
      'an event that no service has',
      file => void (file.rules.report = { label: '问', ledger: 'resident', on: 'ASKD', to: 'actor', points: '1' }),
      [['name.unknown /rules/report/on', { kind: 'event', name: 'ASKD', suggestion: 'ASKED' }]]
    ],
    [
      'an event that one of its services lacks',
      file => void (file.rules.report!.on = 'GONE'),
      [['rule.event-missing /rules/report/services/0', { event: 'GONE', service: 'rescue' }]]
    ],
    [
      'a certifier’s post that is not there',
      file => void (file.rules.rescue!.certify = [{ post: 'secretary' }, { post: 'secretery' }]),
      [['name.unknown /rules/rescue/certify/1/post', { kind: 'post', name: 'secretery', suggestion: 'secretary' }]]
    ],
    [
      'a keeper’s registration that is not there',
      file => void (file.shop!.handOver = { registration: 'keeper' }),
      [['name.unknown /shop/handOver/registration', { kind: 'registration', name: 'keeper', known: '–' }]]
    ],
    [
      'a shop’s ledger that is not there',
      file => void (file.shop!.ledger = 'resint'),
      [['name.unknown /shop/ledger', { kind: 'ledger', name: 'resint', suggestion: 'resident' }]]
    ],
    [
      'a ledger that nothing is earned in',
      file => void (file.ledgers.party = { label: '党员积分', unit: '1', spendable: false }),
      [['name.unused /ledgers/party', { kind: 'ledger', name: 'party' }]]
    ]
  ])('%s', (_, change, expected) => expect(said(changed(change))).toEqual(expected))

  test('an unused ledger is a warning, all else an error', () => {
    const file = changed(made => {
      made.ledgers.party = { label: '党员积分', unit: '1', spendable: false }
      made.rules.rescue!.ledger = 'nobody'
    })
    expect(issuesOf(file).map(({ code, severity }) => `${code} ${severity}`)).toEqual([
      'name.unused warning',
      'name.unknown error'
    ])
  })

  test('a rule may be earned by every service that has its event', () => {
    expect(said(changed(file => delete file.rules.report!.services))).toEqual([])
  })
})

describe('amounts', () => {
  test.each<[string, (file: PointsFile) => void]>([
    ['/rules/rescue/points', file => void (file.rules.rescue!.points = '1.25')],
    ['/rules/report/cap/points', file => void (file.rules.report!.cap!.points = '1.25')],
    ['/ledgers/resident/floor', file => void (file.ledgers.resident!.floor = '-1.25')],
    ['/ledgers/resident/reserve', file => void (file.ledgers.resident!.reserve = '1.25')]
  ])('%s of 1.25 is no multiple of half a point', (path, change) => {
    const file = changed(change)
    const value = path.endsWith('floor') ? '-1.25' : '1.25'
    expect([validate(file), said(file)]).toEqual([true, [[`points.not-a-multiple ${path}`, { value, unit: '0.5' }]]])
  })

  test('points for each of a quantity may be any part of a unit', () => {
    expect(said(changed(file => void (file.rules.volunteering!.points = '0.25')))).toEqual([])
  })

  test('the shop takes only points that can be spent', () => {
    expect(said(changed(file => void (file.ledgers.resident!.spendable = false)))).toEqual([
      ['shop.not-spendable /shop/ledger', { name: 'resident' }]
    ])
  })
})

describe('quantities', () => {
  test.each<[string, PointsFile['rules'][string]['quantity'], [string, IssueParams][]]>([
    [
      'a field that is not there',
      { form: 'hour' },
      [['name.unknown /rules/volunteering/quantity/form', { kind: 'number field', name: 'hour', suggestion: 'hours' }]]
    ],
    [
      'a field that is text',
      { answers: 'what' },
      [['name.unknown /rules/volunteering/quantity/answers', { kind: 'number field', name: 'what', known: 'people' }]]
    ],
    [
      'a field that may be left empty',
      { form: 'minutes' },
      [['quantity.optional /rules/volunteering/quantity/form', { name: 'minutes' }]]
    ],
    ['a number that is always there', { form: 'hours' }, []]
  ])('%s', (_, quantity, expected) => {
    expect(said(changed(file => void (file.rules.volunteering!.quantity = quantity!)))).toEqual(expected)
  })

  test('an event that comes without a form counts nothing', () => {
    expect(said(changed(file => void (file.rules.report!.quantity = { form: 'hours' })))).toEqual([
      ['name.unknown /rules/report/quantity/form', { kind: 'number field', name: 'hours', known: '–' }]
    ])
  })
})

describe('conditions', () => {
  test.each([
    ['form.settled', []],
    ["answers.what == '台风' && entry.to == 'done'", []],
    ['form.hours > 1.0', ['condition.unknown-name']],
    ['answers.people > 2.0', ['condition.unguarded']],
    ['case.state', ['condition.type']],
    ['history.count("DONE") > 1', ['condition.unknown-name']],
    ['form.settled &&', ['condition.syntax']]
  ])('%s: %s', (cel, codes) => {
    expect(issuesOf(changed(file => void (file.rules.mediation!.when = cel))).map(({ code }) => code)).toEqual(codes)
  })

  test('a condition is held against every form that its event comes with', () => {
    const file = changed(made => {
      made.rules.mediation!.services = ['mediation', 'rescue']
    })
    expect(issuesOf(file).map(({ code, path }) => `${code} ${path}`)).toEqual([
      'condition.unknown-name /rules/mediation/when'
    ])
  })
})

test('whoever certifies must be found where cases are placed', () => {
  expect(said(changed(file => void (file.rules.rescue!.certify = { post: 'unit-head' })))).toEqual([
    [
      'party.below-place /rules/rescue/certify',
      { name: 'unit-head', level: 'unit', service: 'rescue', placeLevel: 'community' }
    ]
  ])
})

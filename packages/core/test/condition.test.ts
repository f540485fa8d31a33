// Conditions of guards and eligibility: what is refused before it is published, and what holds when it runs.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  checkCondition,
  compileCondition,
  eligibilityPlace,
  guardPlace,
  namesIn,
  place,
  runCondition,
  type ConditionFacts
} from '../src/condition.ts'
import { shapeOf, type JsonSchema } from '../src/shape.ts'

const form: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['kind', 'level', 'ok', 'to'],
  properties: {
    kind: { enum: ['water', 'power'] },
    level: { enum: [1, 2, 3] },
    ok: { type: 'boolean' },
    to: { type: 'string' },
    x: { type: 'number' },
    income: { type: 'number' },
    born: { type: 'string', format: 'date' },
    note: { type: ['string', 'null'] },
    tags: { type: 'array', items: { enum: ['old', 'ill', 'alone'] } },
    home: {
      type: 'object',
      required: ['street'],
      properties: { street: { type: 'string' }, floor: { type: 'integer' } }
    },
    people: {
      type: 'array',
      items: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, age: { type: 'number' } } }
    },
    年龄: { type: 'integer' },
    'in-law': { type: 'boolean' }
  }
}
const answers: JsonSchema = {
  type: 'object',
  required: ['what'],
  properties: { what: { type: 'string' }, urgent: { type: 'boolean' } }
}
const guard = guardPlace(shapeOf(answers), shapeOf(form), ['DISSATISFIED', 'DONE'])
const facts: ConditionFacts = {
  case: {
    id: 'c1',
    service: 'home-repair',
    category: 'pipes',
    area: 'a7',
    state: 'review',
    submitted: 1_759_000_000_000
  },
  answers: { what: '水管破裂' },
  form: {
    kind: 'water',
    level: 2,
    ok: true,
    to: 'zhao',
    x: 5,
    born: '1960-02-29',
    tags: ['old'],
    people: [{ name: 'li', age: 70 }, { name: 'wu' }],
    年龄: 65,
    note: null
  },
  actor: { id: 'li', posts: ['liaison'], registrations: ['resident'] },
  applicant: { posts: [], registrations: ['resident', 'party-member'] },
  area: { id: 'a7', code: '520425001001', level: 'community', path: ['a1', 'a7'] },
  history: { counts: { DISSATISFIED: 1 } },
  now: 1_759_300_000_000,
  today: '2026-03-01'
}

/** Each condition with what it yields on `facts`. */
const sound: readonly (readonly [string, boolean])[] = [
  ["history.count('DISSATISFIED') < 2", true],
  ["history.count('DONE') == 0", true],
  ["'resident' in applicant.registrations && !('liaison' in applicant.posts)", true],
  ["case.category == 'water'", false],
  ['has(form.x) && form.x > 3', true],
  ['!has(form.x) || form.x > 3', true],
  ['has(form.income) && form.income < 3000', false],
  ['!(has(form.income) && form.income < 3000)', true],
  ['has(form.x) ? form.x > 3 : false', true],
  ['!has(form.income) ? true : form.income > 1', true],
  ['!(!has(form.x)) && form.x == 5', true],
  ['!(!has(form.x) || !has(form.income)) && form.x + form.income > 1', false],
  ['(has(form.x) && form.x > 9) || (has(form.income) && form.income > 1)', false],
  ['has(form.home) && has(form.home.floor) && form.home.floor == 3', false],
  ['has(form.home) && form.home.street == "x"', false],
  ['has(form["年龄"]) && form["年龄"] >= 65', true],
  ['"年龄" in form && form["年龄"] >= 65', true],
  ["has(form['in-law']) && form['in-law']", false],
  ["form.kind in ['water', 'power']", true],
  ['form.level in [1, 2]', true],
  ['form.level == 2', true],
  ['form.level == 2.0', true],
  ['form.level != 2', false],
  ["has(form.tags) && 'old' in form.tags", true],
  ["has(form.tags) && form.tags.exists(t, t == 'ill')", false],
  ['has(form.people) && size(form.people) > 1', true],
  ['has(form.people) && form.people.exists(p, has(p.age) && p.age >= 70)', true],
  ['has(form.people) && form.people.all(p, has(p.age))', false],
  ['has(form.people) && form.people.exists_one(p, has(p.age))', true],
  ['has(form.people) && size(form.people.filter(p, has(p.age) && p.age > 18)) == 1', true],
  ["has(form.people) && 'wu' in form.people.map(p, p.name)", true],
  ["has(form.people) && (form.people.exists(p, p.name == 'x') || form.people.exists(p, p.name == 'wu'))", true],
  ["answers.what.contains('水管')", true],
  ['size(answers.what) == 4', true],
  ['answers.what.size() == 4', true],
  ["re(answers.what, '^水.{1,3}$')", true],
  ["re(answers.what, '破')", true],
  ['has(form.born) && age(form.born) >= 66', true],
  ['has(form.born) && days(form.born, today) > 20000', true],
  ["days('2026-02-28', today) == 1", true],
  ["days(today, '2026-02-28') == -1", true],
  ['now - case.submitted > 3 * 24 * 60 * 60 * 1000', true],
  ['has(form.x) && form.x / 2 == 2.5', true],
  ['size(form.to) % 2 == 0', true],
  ['has(form.income) && form.income < 3000 * form.level', false],
  ['has(form.note) && form.note == null', true],
  ["has(form.note) && 'x' != form.note", true],
  ['-form.level < 0', true],
  ["form.to + '!' == 'zhao!'", true],
  ["(form.ok ? 'a' : 'b') == 'a'", true],
  ['form.ok', true]
]

type Refused = readonly [source: string, code: string, at: string, params: Readonly<Record<string, unknown>>]
/** Each condition with the code of its only fault, the text the fault points at, and what the message says. */
const refused: readonly Refused[] = [
  ['form.x > 3', 'unguarded', 'form.x', { name: 'form.x' }],
  ['form.x > 3 && has(form.x)', 'unguarded', 'form.x', {}],
  ['has(form.x) || form.x > 3', 'unguarded', 'form.x', {}],
  ['!has(form.x) && form.x > 3', 'unguarded', 'form.x', {}],
  ['has(form.x) ? true : form.x > 3', 'unguarded', 'form.x', {}],
  ['has(form.income) && form.x > 3', 'unguarded', 'form.x', {}],
  ['(has(form.x) || has(form.income)) && form.x > 3', 'unguarded', 'form.x', {}],
  ['!(!has(form.x) && form.ok) && form.x > 3', 'unguarded', 'form.x', {}],
  ['!(form.ok && !has(form.x)) && form.x > 3', 'unguarded', 'form.x', {}],
  ['(has(form.x) ? form.ok : true) && form.x > 3', 'unguarded', 'form.x', {}],
  ['(form.ok ? has(form.x) : true) && form.x > 3', 'unguarded', 'form.x', {}],
  ['has(form.home.floor)', 'unguarded', 'form.home', {}],
  ['has(form.home) && form.home.floor > 1', 'unguarded', 'form.home.floor', { name: 'form.home.floor' }],
  ['has(form.people) && form.people.exists(p, p.age > 3)', 'unguarded', 'p.age', { name: 'p.age' }],
  ['has(form.people) && form.people.exists(p, has(p.age)) && form.people.all(p, p.age > 3)', 'unguarded', 'p.age', {}],
  ['form["年龄"] > 60', 'unguarded', 'form["年龄"]', { name: 'form["年龄"]' }],
  [
    "form.kind == 'watr'",
    'type',
    "'watr'",
    { name: "'watr'", expected: 'form.kind: water, power', actual: 'watr', suggestion: 'water' }
  ],
  ["'watr' != form.kind", 'type', "'watr'", { suggestion: 'water' }],
  ["form.kind in ['water', 'pwer']", 'type', "'pwer'", { suggestion: 'power' }],
  ["has(form.tags) && 'odl' in form.tags", 'type', "'odl'", { suggestion: 'old' }],
  ["has(form.tags) && form.tags.exists(t, t == 'odl')", 'type', "'odl'", { suggestion: 'old' }],
  ['form.level == 4', 'type', '4', { actual: '4' }],
  ["history.count('DISATISFIED') < 2", 'type', "'DISATISFIED'", { suggestion: 'DISSATISFIED' }],
  ["form.level == '2'", 'type', "'2'", { expected: 'double', actual: 'string' }],
  ['form.to > 3', 'type', '3', { expected: 'string', actual: 'int' }],
  ['form.ok > 3', 'type', 'form.ok', { expected: 'double', actual: 'bool' }],
  ['form.level', 'type', 'form.level', { expected: 'bool', actual: 'double' }],
  ['form.level && true', 'type', 'form.level', { expected: 'bool' }],
  ['!form.to', 'type', 'form.to', { expected: 'bool', actual: 'string' }],
  ['has(form.note) && form.note > 3', 'type', 'form.note', { actual: 'dyn' }],
  ['has(form.x) && form.x == null', 'type', 'null', { suggestion: 'has(form.x)' }],
  ['has(form.people) && form.people[0].name == "li"', 'type', 'form.people', { suggestion: 'exists(x, …)' }],
  ['has(form.tags) && form.tags == form.tags', 'type', 'form.tags', {}],
  ['days(form.to, today) > 3', 'type', 'form.to', { expected: 'date', actual: 'string' }],
  ["days('2026-02-30', today) > 3", 'type', "'2026-02-30'", { expected: 'date' }],
  ['days(today) > 3', 'type', 'days(today)', { expected: '2', actual: '1' }],
  ['form.level / form.level == 1', 'type', 'form.level', { expected: '≠ 0', suggestion: 'a < b * c' }],
  ['form.level / 0 == 1', 'type', '0', {}],
  ['size(form.to) / 2 == 1', 'type', '2', { suggestion: '2.0' }],
  ['form.level % 2 == 1', 'type', 'form.level % 2', { expected: 'int % int' }],
  ['99999999999999999 > form.level', 'type', '99999999999999999', {}],
  ['9007199254740991 * 2 > form.level', 'type', '9007199254740991 * 2', {}],
  ["form.ok ? 'a' == 'a' : 3", 'type', '3', { expected: 'bool', actual: 'int' }],
  ["form.to in [1, 'a']", 'type', "'a'", { expected: 'int', actual: 'string' }],
  ['form.to in []', 'type', '[]', {}],
  ['re(form.to, form.kind)', 'type', 'form.kind', { expected: '"…"' }],
  ['has(form)', 'type', 'has(form)', { expected: 'has(form.x)' }],
  ['form.knd == 3', 'unknown-name', 'knd', { name: 'form.knd', suggestion: 'kind' }],
  ['form["knd"] == 3', 'unknown-name', '"knd"]', { suggestion: 'kind' }],
  ['has(form.knd)', 'unknown-name', 'knd', { suggestion: 'kind' }],
  ['"年纪" in form', 'unknown-name', '"年纪"', {}],
  ['frm.ok', 'unknown-name', 'frm', { suggestion: 'form' }],
  [
    'qqqqqqqq',
    'unknown-name',
    'qqqqqqqq',
    { known: 'case, form, answers, actor, applicant, area, now, today, days(), age(), re(), history.count()' }
  ],
  ["history.cout('DONE') < 1", 'unknown-name', "history.cout('DONE')", { name: 'history.cout', suggestion: 'count' }],
  ['dayz(today, today) > 1', 'unknown-name', 'dayz(today, today)', { suggestion: 'days' }],
  ["form.to.matches('^a')", 'forbidden', "form.to.matches('^a')", { name: 'matches', suggestion: 're(text, pattern)' }],
  ["form.ok || 'x'.matches('(a+)+$')", 'forbidden', "'x'.matches('(a+)+$')", {}],
  ['double(form.to) > 1', 'forbidden', 'double(form.to)', { name: 'double' }],
  ['timestamp(form.to) == timestamp(form.to)', 'forbidden', 'timestamp(form.to)', {}],
  ['form.constructor == 3', 'forbidden', 'form.constructor', {}],
  ['form["__proto__"] == 3', 'forbidden', 'form["__proto__"]', {}],
  ["{'a': 1}.a == 1", 'forbidden', "{'a': 1}", {}],
  ['has(form.tags) && form.tags.all(form, true)', 'forbidden', 'form', { name: 'form' }],
  ["b'x' == b'x'", 'type', "b'x'", {}],
  ['form.年龄 > 3', 'syntax', '年', { suggestion: '["年龄"]' }],
  ['form.ok and form.ok', 'syntax', 'and', { suggestion: '&&' }],
  ['form.kind = 3', 'syntax', '=', { suggestion: '==' }],
  ['size（form.to) > 1', 'syntax', '（', { suggestion: '(' }],
  ['', 'syntax', '', {}],
  ["re(form.to, '(?=a)')", 'syntax', "'(?=a)'", {}]
]

describe('a condition that may be published', () => {
  test.each(sound)('%s', (source, holds) => {
    expect(checkCondition(source, guard)).toEqual([])
    expect(runCondition(compileCondition(source), facts)).toBe(holds)
  })

  test('is compiled once', () => expect(compileCondition('form.ok')).toBe(compileCondition('form.ok')))
})

describe('a condition that may not', () => {
  test.each(refused)('%s', (source, code, at, params) => {
    const found = checkCondition(source, guard)
    // `form.tags == form.tags` and its like are wrong on both sides; the first fault is the one under test.
    const [fault] = found
    expect(fault?.code).toBe(`condition.${code}`)
    expect(source.slice(fault?.offset, (fault?.offset ?? 0) + (fault?.length ?? 0))).toBe(at)
    expect(fault?.params).toMatchObject(params)
  })

  test('is told what it is too complex in', () => {
    const many = checkCondition(`${'form.ok && '.repeat(160)}form.ok`, guard)
    const long = checkCondition(`'${'x'.repeat(2000)}' == form.to`, guard)
    expect([...many, ...long].map(fault => fault.params)).toEqual([
      { name: 'maxAstNodes', limit: 300 },
      { name: 'characters', limit: 2000 }
    ])
  })

  test('is told of all its faults at once, in order of the text', () => {
    const found = checkCondition("form.x > 3 && form.kind == 'watr' && nobody", guard)
    expect(found.map(fault => fault.code)).toEqual(['condition.unguarded', 'condition.type', 'condition.unknown-name'])
  })
})

describe('places', () => {
  test('eligibility knows neither case, history nor form', () => {
    const where = eligibilityPlace(shapeOf(answers))
    const codes = [
      "case.id == 'x'",
      "history.count('DONE') > 1",
      'form.ok',
      'has(answers.urgent) && answers.urgent',
      "'resident' in applicant.registrations"
    ].map(source => checkCondition(source, where)[0]?.code)
    expect(codes).toEqual([
      'condition.unknown-name',
      'condition.unknown-name',
      'condition.unknown-name',
      undefined,
      undefined
    ])
  })

  test('an event without a form knows no form', () =>
    expect(checkCondition('form.ok', guardPlace(undefined, undefined))).toHaveLength(1))

  test('a place may be built of any variables', () => {
    const points = place('points', [
      ['entry', shapeOf({ properties: { amount: { type: 'number' } }, required: ['amount'] })]
    ])
    expect(checkCondition('entry.amount > 3', points)).toEqual([])
    expect(runCondition(compileCondition('entry.amount > 3'), { entry: { amount: 4 } })).toBe(true)
  })
})

describe('an error never allows', () => {
  test.each([
    ['form.income < 3000', 'a missing income is not below 3000'],
    ['!(form.income < 3000)', 'nor is it above'],
    ['form.to', 'a text is no answer'],
    ['nobody == 3', 'an unknown name'],
    ['days(form.to, today) > 3', 'no date'],
    ['age(form.to) > 3', 'no date of birth']
  ])('%s: %s', source =>
    expect(runCondition(compileCondition(source), facts)).toEqual({ failed: expect.any(String) as string })
  )
})

test.each<readonly [string, string, number]>([
  ['2000-02-29', '2026-02-28', 25],
  ['2000-02-29', '2026-03-01', 26],
  ['2000-02-29', '2028-02-29', 28],
  ['2008-09-01', '2026-08-31', 17],
  ['2008-09-01', '2026-09-01', 18],
  ['2026-09-01', '2026-09-01', 0]
])('who was born on %s is on %s %i years old', (born, today, years) => {
  expect(runCondition(compileCondition(`age('${born}') == ${years}`), { today })).toBe(true)
})

test('days between two dates are those of the calendar', () => {
  const date = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  const iso = (value: Date) => value.toISOString().slice(0, 10)
  fc.assert(
    fc.property(date, date, (a, b) => {
      const days = (Date.parse(iso(b)) - Date.parse(iso(a))) / 86_400_000
      expect(runCondition(compileCondition('days(a, b) == n'), { a: iso(a), b: iso(b), n: days })).toBe(true)
    })
  )
})

test.each<readonly [string, readonly string[]]>([
  ['answers.what == form.to && has(form.x) && form.x > 3', ['answers.what', 'form.to', 'form.x']],
  ["history.count('DONE') < 2 || days(case.area, today) > 1", ['history', 'case.area', 'today']],
  ['form.people.exists(p, p.age > form["年龄"])', ['form.people', 'form.年龄']],
  ['has(form.home.floor)', ['form.home.floor']],
  ["'x' in actor.posts", ['actor.posts']],
  ['form.', []]
])('%s reads its facts', (source, names) => expect(namesIn(source)).toEqual(names))

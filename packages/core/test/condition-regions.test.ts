// What is decided of conditions beforehand agrees with what they say when they run.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileCondition, guardPlace, runCondition, shapeOf, truthsOf } from '../src/index.ts'

const figure = fc.constantFrom('1', '2.5', '-3')
const word = fc.constantFrom('"a"', '"b"', '""')
const relation = fc.constantFrom('<', '<=', '==', '!=', '>=', '>')
const atom = fc.oneof(
  fc.tuple(relation, figure).map(([is, value]) => `answers.days ${is} ${value}`),
  fc.tuple(figure, relation).map(([value, is]) => `${value} ${is} answers.days`),
  fc.tuple(relation, word).map(([is, value]) => `answers.kind ${is} ${value}`),
  fc.tuple(relation, fc.constantFrom('0', '2', '1.5')).map(([is, value]) => `history.count("BACK") ${is} ${value}`),
  fc.constantFrom('answers.kind in ["a", "c"]', '"x" in actor.posts', '"y" in actor.posts', 'answers.urgent', 'true'),
  relation.map(is => `(has(form.more) && form.more ${is} 7)`)
)
const condition = fc.letrec<{ it: string }>(tie => ({
  it: fc.oneof(
    { depthSize: 'small' },
    atom,
    fc.tuple(tie('it'), fc.constantFrom('&&', '||'), tie('it')).map(([a, joint, b]) => `(${a} ${joint} ${b})`),
    tie('it').map(inner => `!(${inner})`)
  )
})).it
const facts = fc.record({
  answers: fc.record({
    days: fc.constantFrom(-4, -3, 0, 1, 1.7, 2.5, 9),
    kind: fc.constantFrom('', 'a', 'aa', 'b', 'c', 'z'),
    urgent: fc.boolean()
  }),
  actor: fc.record({ posts: fc.subarray(['x', 'y', 'z']) }),
  form: fc.option(fc.record({ more: fc.constantFrom(6, 7, 8) }), { nil: {} }),
  history: fc.record({ counts: fc.record({ BACK: fc.integer({ min: 0, max: 4 }) }) })
})

test('whatever the facts, what conditions say of them is among what was found beforehand', () => {
  let decided = 0
  fc.assert(
    fc.property(
      fc.array(condition, { minLength: 1, maxLength: 2 }),
      fc.array(facts, { minLength: 8 }),
      (all, found) => {
        const rows = truthsOf(all)?.map(row => JSON.stringify(row))
        if (!rows) return
        decided++
        for (const each of found)
          expect(rows).toContain(JSON.stringify(all.map(one => runCondition(compileCondition(one), each))))
      }
    ),
    { numRuns: 300 }
  )
  expect(decided).toBeGreaterThan(150)
})

describe('what is decided', () => {
  const kinds = guardPlace(
    shapeOf({ type: 'object', required: ['kind'], properties: { kind: { type: 'string', enum: ['a', 'b'] } } }),
    undefined
  )
  test.each([
    ['answers.days < 3 && answers.days > 5', [false]],
    ['answers.days < 3 || answers.days >= 3', [true]],
    ['history.count("BACK") > 1 && history.count("BACK") < 2', [false]],
    ['answers.days > 1 && answers.days < 2', [false, true]],
    ['answers.kind == "a" && answers.kind == "b"', [false]],
    ['"x" in actor.posts && !("x" in actor.posts)', [false]],
    ['has(form.more) && !has(form.more)', [false]]
  ])('%s', (source, outcomes) => {
    expect(new Set(truthsOf([source])?.flat())).toEqual(new Set(outcomes))
  })

  test('a closed set of values is used up where the place is known', () => {
    const both = ['answers.kind == "a"', 'answers.kind == "b"']
    expect(truthsOf(both, kinds)?.every(row => row.includes(true))).toBe(true)
    expect(truthsOf(both)?.every(row => row.includes(true))).toBe(false)
  })

  test.each([
    ['of two facts', 'answers.days < answers.most'],
    ['of a calculation', 'answers.days + 1 > 3'],
    ['of a function', 'age(answers.born) > 60'],
    ['of both a fact and a part of it', 'has(answers.more) && answers.more.days > 1 && answers.more == "a"']
  ])('nothing %s', (_, source) => expect(truthsOf([source])).toBeUndefined())

  test('nothing of more ways than can be tried', () => {
    const many = Array.from({ length: 13 }, (_, i) => `answers.f${i}`).join(' && ')
    expect(truthsOf([many])).toBeUndefined()
  })
})

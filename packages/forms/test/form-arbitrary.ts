// Random forms of form.schema.json and random answers to them, fitting and hostile.
import fc from 'fast-check'
import type { FormItems, FormProperty, FormSection, FormTest } from '@gridwright/core'
import type { FormSchema } from '../src/index.ts'

const name = fc.constantFrom('a', 'b', 'c', 'd', 'toString', 'constructor', 'required')
const names = fc.uniqueArray(name, { maxLength: 3 })
const text = fc.constantFrom('a', 'ab', '早', '晚', '楼道灯不亮', '😀😀', '2026-10-08', '09:30', '13800000000', '1')
const number = fc.constantFrom(0, 1, 2, 3, 10, 0.1, 0.3, 1.5, -1, 1e21, 5e-7)
const limit = fc.integer({ min: -2, max: 12 })
const scalar: fc.Arbitrary<string | number | boolean> = fc.oneof(text, number, fc.boolean())
const title = fc.oneof(fc.constant('名称'), fc.constant({ 'zh-CN': '名称', en: 'Name' }))
const option = <T extends string | number>(value: fc.Arbitrary<T>) =>
  fc.uniqueArray(fc.record({ const: value, title }), { minLength: 1, maxLength: 3, selector: each => each.const })
const optional = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(model, { requiredKeys: [] })
const ui = fc.option(fc.record({ order: fc.nat(3) }), { nil: undefined })

const string = optional({
  minLength: fc.nat(3),
  maxLength: fc.integer({ min: 1, max: 6 }),
  title,
  pattern: fc.constantFrom('^a', 'b$', '^\\d+$', '[一-龥]', '^(a|b)+$', '.', '\\s'),
  format: fc.constantFrom('date', 'date-time', 'time', 'phone', 'person', 'photo'),
  const: text,
  examples: fc.constant(['a'])
}).map(limits => ({ type: 'string', ...limits }))
const numeric = fc
  .tuple(
    fc.constantFrom('number', 'integer'),
    optional({
      minimum: limit,
      maximum: limit,
      exclusiveMinimum: limit,
      exclusiveMaximum: limit,
      multipleOf: fc.constantFrom(0.1, 0.5, 2, 1e-7),
      title
    })
  )
  .map(([type, limits]) => ({ type, ...limits }))
const choice = fc.oneof(
  option(text).map(oneOf => ({ type: 'string', oneOf })),
  fc.uniqueArray(number, { minLength: 1, maxLength: 4 }).map(values => ({ type: 'number', enum: values }))
)
const yesNo = fc.constantFrom({ type: 'boolean' }, { type: 'boolean', const: true, title: '承诺' })

const { property, properties } = fc.letrec<{
  property: FormProperty
  properties: Record<string, FormProperty>
  items: FormItems
}>(tie => ({
  items: fc.oneof(
    { maxDepth: 2 },
    option(text).map(oneOf => ({ type: 'string', oneOf })),
    fc.constant({ type: 'string', format: 'person' }),
    fc.constant({ type: 'string', format: 'photo' }),
    fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { minLength: 1 }).map(values => ({ type: 'integer', enum: values })),
    fc.record({ type: fc.constant('object'), properties: tie('properties'), required: names })
  ) as fc.Arbitrary<FormItems>, // the literals above are of the schema's types
  properties: fc.dictionary(name, tie('property'), { maxKeys: 3, noNullPrototype: true }),
  property: fc
    .tuple(
      fc.oneof(
        { maxDepth: 2 },
        string,
        numeric,
        choice,
        yesNo,
        fc.constant({ type: 'object', format: 'place', title: '地点' }),
        fc
          .tuple(
            tie('items'),
            optional({
              minItems: fc.nat(2),
              maxItems: fc.integer({ min: 1, max: 3 }),
              uniqueItems: fc.boolean(),
              title
            })
          )
          .map(([items, limits]) => ({ type: 'array', items, ...limits })),
        fc.record({ type: fc.constant('object'), properties: tie('properties'), required: names })
      ),
      ui
    )
    .map(([field, shown]) => (shown ? { ...field, ui: shown } : field)) as fc.Arbitrary<FormProperty> // as above
}))

const valueTest = fc.oneof(
  scalar.map(value => ({ const: value })),
  fc.uniqueArray(scalar, { minLength: 1, maxLength: 3 }).map(values => ({ enum: values })),
  limit.map(minimum => ({ minimum })),
  limit.map(exclusiveMaximum => ({ exclusiveMaximum })),
  text.map(value => ({ contains: { const: value } })),
  text.map(value => ({ not: { const: value } }))
)
const { formTest } = fc.letrec<{ formTest: FormTest }>(tie => ({
  formTest: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.record({
      properties: fc.dictionary(name, valueTest, { minKeys: 1, maxKeys: 2, noNullPrototype: true }),
      required: names
    }),
    names.map(required => ({ required })),
    tie('formTest').map(not => ({ not })),
    fc.array(tie('formTest'), { minLength: 1, maxLength: 2 }).map(anyOf => ({ anyOf })),
    fc.array(tie('formTest'), { minLength: 1, maxLength: 2 }).map(allOf => ({ allOf }))
  )
}))

const refinement = optional<FormProperty>({
  minLength: fc.nat(3),
  maximum: limit,
  maxItems: fc.integer({ min: 1, max: 3 })
})
const branchProperties = fc.dictionary(name, fc.oneof(property, refinement), { maxKeys: 3, noNullPrototype: true })
const { section } = fc.letrec<{ section: FormSection }>(tie => ({
  section: fc.oneof(
    { maxDepth: 2 },
    fc.record({ properties: branchProperties, required: names }),
    fc.record({ if: formTest, then: tie('section'), else: tie('section') }),
    fc.record({ if: formTest, then: tie('section') }),
    fc.record({ properties: branchProperties, allOf: fc.array(tie('section'), { minLength: 1, maxLength: 2 }) }),
    fc.record({ dependentSchemas: fc.dictionary(name, tie('section'), { maxKeys: 2, noNullPrototype: true }) }),
    fc.record({ dependentRequired: fc.dictionary(name, names, { maxKeys: 2, noNullPrototype: true }) })
  )
}))

/** A form with branches, not all of them sensible. */
export const forms: fc.Arbitrary<FormSchema> = fc
  .tuple(fc.record({ type: fc.constant('object' as const), properties, required: names, title }), section)
  .map(([root, branches]) => ({ ...branches, ...root }))

const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    undefined,
    null,
    NaN,
    Infinity,
    -0,
    '',
    ' ',
    '\0',
    '\ud800',
    10n,
    Symbol('s'),
    () => 1,
    new Date(0),
    new Map()
  ),
  fc.constant('a'.repeat(20_000)),
  fc.constant(Array.from({ length: 2000 }, (_, i) => (i % 7 ? i : {}))),
  fc.constant(JSON.parse('{"__proto__":{"a":1},"constructor":{"prototype":1}}') as unknown),
  fc.anything({ maxDepth: 3 })
)
const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: scalar },
  { weight: 2, arbitrary: fc.array(fc.oneof(text, number), { maxLength: 4 }) },
  { weight: 2, arbitrary: fc.array(fc.dictionary(name, fc.oneof(scalar, hostile), { maxKeys: 3 }), { maxLength: 3 }) },
  { weight: 2, arbitrary: fc.dictionary(name, scalar, { maxKeys: 3 }) },
  { weight: 1, arbitrary: optional({ longitude: number, latitude: number, text, a: text }) },
  { weight: 2, arbitrary: hostile }
)

/** Answers that often fit, and values that are no answers at all. */
export const answers: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 10, arbitrary: fc.dictionary(name, value, { maxKeys: 6 }) },
  {
    weight: 2,
    arbitrary: fc.dictionary(
      fc.oneof(name, fc.constantFrom('__proto__', 'x~/y', '\ud800', '', 'z'.repeat(90))),
      value,
      { maxKeys: 6 }
    )
  },
  { weight: 1, arbitrary: hostile }
)

// Shapes of forms: what the schema promises of an answer, and what it leaves open.
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shapeOf, type JsonSchema, type Shape } from '../src/shape.ts'

/** One line per field: `name: type`, `?` where it may be missing, `= …` where all values are known. */
function lines(shape: Shape, prefix = ''): string[] {
  const known = [...(shape.fields ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))
  return known.flatMap(([key, { shape: inner, always }]) => {
    const values = inner.values ? ` = ${inner.values.join('|')}` : ''
    const line = `${prefix}${key}${always ? '' : '?'}: ${inner.format ?? inner.type}${values}`
    return [line, ...lines(inner, `${prefix}${key}.`), ...(inner.items ? lines(inner.items, `${prefix}${key}[].`) : [])]
  })
}

const kind = { enum: ['water', 'power'] }
const cases: readonly (readonly [string, JsonSchema, readonly string[]])[] = [
  [
    'a field is always there only if it is required',
    { type: 'object', properties: { a: { type: 'string' }, b: { type: 'integer' } }, required: ['a'] },
    ['a: string', 'b?: double']
  ],
  [
    'enum and const close the set of values',
    { properties: { kind, yes: { const: true } } },
    ['kind?: string = water|power', 'yes?: bool = true']
  ],
  [
    'a nullable or untyped field is open',
    { properties: { a: { type: ['string', 'null'] }, b: {} } },
    ['a?: dyn', 'b?: dyn']
  ],
  [
    'a place is a position and words, of which either may be missing',
    { properties: { where: { type: 'object', format: 'place' } }, required: ['where'] },
    ['where: map', 'where.latitude?: double', 'where.longitude?: double', 'where.text?: string']
  ],
  ['a date keeps its format', { properties: { born: { type: 'string', format: 'date' } } }, ['born?: date']],
  [
    'lists and maps are read inside',
    {
      properties: {
        people: { type: 'array', items: { properties: { name: { type: 'string' } }, required: ['name'] } }
      },
      required: ['people']
    },
    ['people: list', 'people[].name: string']
  ],
  [
    'a field of a then-branch is there sometimes, even if the branch requires it',
    {
      type: 'object',
      properties: { kind },
      required: ['kind'],
      if: { properties: { kind: { const: 'water' } }, required: ['kind'] },
      then: { properties: { depth: { type: 'number' } }, required: ['depth'] },
      else: { properties: { meter: { type: 'string' } } }
    },
    ['depth?: double', 'kind: string = water|power', 'meter?: string']
  ],
  [
    'an if within allOf counts like one outside',
    {
      type: 'object',
      properties: { a: { type: 'boolean' } },
      allOf: [{ if: { required: ['a'] }, then: { properties: { b: { type: 'string' } } } }]
    },
    ['a?: bool', 'b?: string']
  ],
  [
    'what then and else both require is always there',
    {
      type: 'object',
      properties: { a: { type: 'string' } },
      if: { required: ['b'] },
      then: { required: ['a'] },
      else: { required: ['a'] }
    },
    ['a: string', 'b?: dyn']
  ],
  [
    'oneOf: required in every branch is always there, values add up',
    {
      type: 'object',
      oneOf: [
        { properties: { by: { const: 'phone' }, phone: { type: 'string' } }, required: ['by', 'phone'] },
        { properties: { by: { const: 'visit' }, at: { type: 'string', format: 'date' } }, required: ['by'] }
      ]
    },
    ['at?: date', 'by: string = phone|visit', 'phone?: string']
  ],
  [
    'what each of two conditions declares of a field adds up',
    {
      type: 'object',
      properties: { kind },
      allOf: [
        {
          if: { properties: { kind: { const: 'water' } }, required: ['kind'] },
          then: { properties: { part: { enum: ['tap', 'pipe'] } }, required: ['part'] }
        },
        {
          if: { properties: { kind: { const: 'power' } }, required: ['kind'] },
          then: { properties: { part: { const: 'wire' } } }
        },
        { if: { required: ['part'] }, then: { required: ['kind'] } }
      ]
    },
    ['kind?: string = water|power', 'part?: string = tap|pipe|wire']
  ],
  ['allOf adds up', { allOf: [{ properties: { a: { type: 'string' } } }, { required: ['a'] }] }, ['a: string']],
  [
    'branches of unlike types leave the field open',
    { anyOf: [{ properties: { a: { type: 'string' } } }, { properties: { a: { type: 'number' } } }] },
    ['a?: dyn']
  ],
  [
    'a dependent schema shows its fields sometimes',
    {
      type: 'object',
      properties: { a: { type: 'string' } },
      dependentSchemas: { a: { properties: { b: { type: 'number' } }, required: ['b'] } }
    },
    ['a?: string', 'b?: double']
  ],
  [
    'a branch that accepts nothing does not count',
    { oneOf: [false, { properties: { a: { type: 'string' } }, required: ['a'] }] },
    ['a: string']
  ],
  ['a property that may not be there is no field', { properties: { a: false, b: { type: 'string' } } }, ['b?: string']],
  [
    'local references are followed, and end where they come back',
    {
      $defs: {
        person: {
          type: 'object',
          properties: { name: { type: 'string' }, parent: { $ref: '#/$defs/person' } },
          required: ['name']
        }
      },
      properties: { who: { $ref: '#/$defs/person' }, far: { $ref: 'https://example.org/x' } }
    },
    ['far?: dyn', 'who?: map', 'who.name: string', 'who.parent?: dyn']
  ]
]

describe('the shape of a form', () => {
  test.each(cases)('%s', (_, schema, expected) => expect(lines(shapeOf(schema))).toEqual(expected))

  test('references that fan out are read once each', () => {
    const $defs: Record<string, JsonSchema> = { d25: { properties: { a: { type: 'string' } } } }
    for (let i = 0; i < 25; i++)
      $defs[`d${i}`] = { allOf: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }] }
    expect(lines(shapeOf({ $defs, $ref: '#/$defs/d0' }))).toEqual(['a?: string'])
  })

  test('a schema nested beyond any form is open below', () => {
    let schema: JsonSchema = { type: 'string' }
    for (let i = 0; i < 5000; i++) schema = { properties: { a: schema } }
    expect(lines(shapeOf(schema))).toHaveLength(65)
  })
})

// The promise behind `always`, `type` and `values`: checked against a validator on schemas with all kinds of branches.
const leaf = fc.constantFrom<JsonSchema>({ type: 'string' }, { type: 'number' }, { enum: ['x', 'y'] }, { const: true })
const key = fc.constantFrom('a', 'b', 'c')
const part = fc.record({
  type: fc.constant('object'),
  properties: fc.dictionary(key, leaf, { maxKeys: 3 }),
  required: fc.uniqueArray(key, { maxLength: 2 })
})
const branched = fc.record(
  {
    type: fc.constant('object'),
    properties: fc.dictionary(key, leaf),
    allOf: fc.array(part, { minLength: 1, maxLength: 2 }),
    oneOf: fc.array(part, { minLength: 1, maxLength: 3 }),
    if: part,
    then: part,
    else: part
  },
  { requiredKeys: ['type', 'properties'] }
)
const answer = fc.dictionary(key, fc.constantFrom<unknown>('x', 'y', 'z', 1, 2, true, false), { maxKeys: 3 })

const typeOf = { string: 'string', number: 'double', boolean: 'bool' } as Readonly<Record<string, string>>

/** What the shape promises and the answer does not keep; types and values only of fields declared outright. */
function broken(shape: Shape, declared: object, answers: Readonly<Record<string, unknown>>): string[] {
  return [...(shape.fields ?? [])].flatMap(([name, { shape: inner, always }]) => {
    const value = answers[name]
    if (value === undefined) return always ? [`${name} is missing`] : []
    if (!Object.hasOwn(declared, name)) return []
    if (inner.values && !inner.values.some(known => known === value))
      return [`${name} is none of ${inner.values.join()}`]
    return inner.type === 'dyn' || inner.type === typeOf[typeof value] ? [] : [`${name} is no ${inner.type}`]
  })
}

test('no accepted answer breaks what its shape promises', () => {
  const ajv = new Ajv2020({ strict: false })
  fc.assert(
    fc.property(branched, fc.array(answer, { minLength: 20, maxLength: 40 }), (schema, answers) => {
      const accepts = ajv.compile(schema)
      const shape = shapeOf(schema)
      const accepted = answers.filter(value => accepts(value))
      expect(accepted.flatMap(value => broken(shape, schema.properties ?? {}, value))).toEqual([])
    }),
    { numRuns: 150 }
  )
})

import { parseSource } from '@gridwright/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkForms } from '../src/index.ts'
import { forms } from './form-arbitrary.ts'

const issuesOf = (form: object) =>
  checkForms([parseSource('forms/x.json', JSON.stringify({ type: 'object', ...form }))])
const brief = (form: object) => issuesOf(form).map(issue => [issue.path, issue.code])
const field = (property: object, more: object = {}) => ({
  properties: { a: { title: '甲', ...property }, b: { type: 'boolean', title: '乙' } },
  ...more
})
const kind = {
  type: 'string',
  oneOf: [
    { const: 'x', title: 'X' },
    { const: 'y', title: 'Y' }
  ]
}

test.each<[string, object, readonly (readonly [path: string, code: string])[]]>([
  [
    'a sound form',
    field(kind, {
      required: ['a'],
      if: { properties: { a: { const: 'x' } }, required: ['a'] },
      then: { required: ['b'] }
    }),
    []
  ],
  ['no field at all', { properties: {} }, [['/properties', 'form.empty']]],
  [
    'a test of a field that may be missing',
    field(kind, { if: { properties: { a: { const: 'x' } } }, then: { required: ['b'] } }),
    [['/if/properties/a', 'form.if-unguarded']]
  ],
  [
    'a test guarded from outside',
    field(kind, { if: { required: ['a'], anyOf: [{ properties: { a: { const: 'x' } } }] }, then: { required: ['b'] } }),
    []
  ],
  [
    'a test under not',
    field(kind, { if: { not: { properties: { a: { const: 'x' } } } }, then: { required: ['b'] } }),
    []
  ],
  [
    'a test of no field',
    field(kind, { if: { properties: { aa: { const: 'x' } }, required: ['aa'] }, then: { required: ['b'] } }),
    [
      ['/if/properties/aa', 'form.field-unknown'],
      ['/if/required/0', 'form.field-unknown']
    ]
  ],
  [
    'a test for an option that is not offered',
    field(kind, { if: { properties: { a: { enum: ['x', 'z'] } }, required: ['a'] }, then: { required: ['b'] } }),
    [['/if/properties/a/enum/1', 'form.test-impossible']]
  ],
  [
    'a test that says nothing of the type',
    field(kind, { if: { properties: { a: { minimum: 1 } }, required: ['a'] }, then: { required: ['b'] } }),
    [['/if/properties/a/minimum', 'form.keyword-idle']]
  ],
  [
    'a test of a choice of several',
    field(
      { type: 'array', items: kind },
      { if: { properties: { a: { contains: { const: 'z' } } }, required: ['a'] }, then: { required: ['b'] } }
    ),
    [['/if/properties/a/contains/const', 'form.test-impossible']]
  ],
  ['an if without then and else', field(kind, { if: { required: ['a'] } }), [['/if', 'form.branch-idle']]],
  ['a then without if', field(kind, { then: { required: ['a'] } }), [['/then', 'form.branch-idle']]],
  ['a required name that no field has', field(kind, { required: ['c'] }), [['/required/0', 'form.field-unknown']]],
  [
    'a required field that only a branch asks',
    field(kind, {
      required: ['c'],
      if: { required: ['a'] },
      then: { properties: { c: { type: 'string', title: '丙' } } }
    }),
    [['/required/0', 'form.required-hidden']]
  ],
  [
    'dependents of no field',
    field(kind, { dependentRequired: { c: ['a'], a: ['d'] }, dependentSchemas: { c: { required: ['a'] } } }),
    [
      ['/dependentRequired/c', 'form.field-unknown'],
      ['/dependentSchemas/c', 'form.field-unknown'],
      ['/dependentRequired/a/0', 'form.field-unknown']
    ]
  ],
  [
    'one field of two types',
    field(kind, { allOf: [{ properties: { a: { type: 'integer', title: '数' } } }] }),
    [['/allOf/0/properties/a/type', 'form.type-conflict']]
  ],
  [
    'one field declared twice alike',
    field(kind, {
      if: { required: ['b'] },
      then: { properties: { c: { type: 'string', title: '丙' } } },
      else: { properties: { c: { type: 'string', title: '丙' } } }
    }),
    []
  ],
  [
    'a field without a type',
    { properties: { a: { title: '甲' }, b: { type: 'boolean', title: '乙' } } },
    [['/properties/a', 'form.type-missing']]
  ],
  [
    'a branch that limits a field further',
    field({ type: 'string' }, { if: { required: ['b'] }, then: { properties: { a: { minLength: 3 } } } }),
    []
  ],
  [
    'a branch that limits a field by nothing',
    field({ type: 'string' }, { if: { required: ['b'] }, then: { properties: { a: { minimum: 3 } } } }),
    [['/then/properties/a/minimum', 'form.keyword-idle']]
  ],
  ['a field without a title', { properties: { a: { type: 'string' } } }, [['/properties/a', 'form.title-missing']]],
  [
    'a keyword of another type',
    field({ type: 'integer', maxLength: 3 }),
    [['/properties/a/maxLength', 'form.keyword-idle']]
  ],
  [
    'lines for a date',
    field({ type: 'string', format: 'date', ui: { rows: 3 } }),
    [['/properties/a/ui/rows', 'form.keyword-idle']]
  ],
  [
    'limits that no text meets',
    field({ type: 'string', minLength: 5, maxLength: 4 }),
    [['/properties/a/minLength', 'form.bounds-reversed']]
  ],
  [
    'more characters at least than are allowed by default',
    field({ type: 'string', minLength: 501 }),
    [['/properties/a/minLength', 'form.bounds-reversed']]
  ],
  [
    'limits that no number meets',
    field({ type: 'number', minimum: 3, exclusiveMaximum: 3 }),
    [['/properties/a/minimum', 'form.bounds-reversed']]
  ],
  ['limits that one number meets', field({ type: 'number', minimum: 3, maximum: 3 }), []],
  [
    'a pattern with look-around',
    field({ type: 'string', pattern: '(?=a)b' }),
    [['/properties/a/pattern', 'form.pattern-unsupported']]
  ],
  [
    'a pattern with look-around in a row',
    field({
      type: 'array',
      default: [],
      items: { type: 'object', properties: { c: { type: 'string', title: '丙', pattern: '(?=a)' } } }
    }),
    [['/properties/a/items/properties/c/pattern', 'form.pattern-unsupported']]
  ],
  [
    'a default that the field refuses',
    field({ ...kind, default: 'z' }),
    [['/properties/a/default', 'form.default-invalid']]
  ],
  ['a default of several choices', field({ type: 'array', items: kind, default: ['x'] }), []],
  [
    'an example that the field refuses',
    field({ type: 'string', pattern: '^贵', examples: ['贵A', '京A'] }),
    [['/properties/a/examples/1', 'form.example-invalid']]
  ],
  [
    'options of another type',
    field({ type: 'integer', enum: [1, 1.5, '2'] }),
    [
      ['/properties/a/enum/1', 'form.option-type'],
      ['/properties/a/enum/2', 'form.option-type']
    ]
  ],
  [
    'one option twice',
    field({
      type: 'string',
      oneOf: [
        { const: 'x', title: 'X' },
        { const: 'x', title: 'Y' }
      ]
    }),
    [['/properties/a/oneOf/1/const', 'form.option-duplicate']]
  ],
  ['enum beside oneOf', field({ ...kind, enum: ['x'] }), [['/properties/a/enum', 'form.keyword-idle']]],
  [
    'a list of anything',
    field({ type: 'array', items: { type: 'string' } }),
    [['/properties/a/items', 'form.items-open']]
  ],
  ['a list of nothing', field({ type: 'array' }), [['/properties/a', 'form.items-open']]],
  [
    'rows that must differ',
    field({
      type: 'array',
      uniqueItems: true,
      items: { type: 'object', properties: { c: { type: 'string', title: '丙' } } }
    }),
    [['/properties/a/uniqueItems', 'form.keyword-idle']]
  ],
  [
    'photos and a place',
    {
      properties: {
        one: { type: 'string', format: 'photo', title: '照片' },
        more: { type: 'array', items: { type: 'string', format: 'photo' }, maxItems: 3, title: '更多照片' },
        where: { type: 'object', format: 'place', title: '地点' }
      }
    },
    []
  ],
  [
    'a place that is a text',
    field({ type: 'string', format: 'place' }),
    [['/properties/a/format', 'form.format-type']]
  ],
  [
    'a photo that is a group',
    field({ type: 'object', format: 'photo' }),
    [['/properties/a/format', 'form.format-type']]
  ],
  [
    'a place with fields of its own',
    field({ type: 'object', format: 'place', properties: { c: { type: 'string', title: '丙' } }, required: ['c'] }),
    [
      ['/properties/a/properties', 'form.keyword-idle'],
      ['/properties/a/required', 'form.keyword-idle']
    ]
  ],
  [
    'a photo that nobody uploaded, filled in beforehand',
    field({ type: 'string', format: 'photo', default: `sha256:${'0'.repeat(64)}` }),
    [['/properties/a/default', 'form.keyword-idle']]
  ],
  ['an empty group', field({ type: 'object' }), [['/properties/a', 'form.group-empty']]],
  [
    'a group that requires what it has not',
    field({ type: 'object', properties: { c: { type: 'string', title: '丙' } }, required: ['d'] }),
    [['/properties/a/required/0', 'form.field-unknown']]
  ]
])('%s', (_, form, expected) => {
  expect(brief(form)).toEqual(expected)
})

test('groups may stand in groups, but not without end', () => {
  const nested = (depth: number): object =>
    depth === 0
      ? { type: 'string', title: '底' }
      : { type: 'object', title: '层', properties: { c: nested(depth - 1) } }
  expect(brief(field(nested(3)))).toEqual([])
  expect(brief(field(nested(4))).map(([, code]) => code)).toEqual(['form.too-deep'])
})

test('a misspelt field is told with the one that was meant, and where it stands', () => {
  const [issue] = checkForms([
    parseSource(
      'forms/x.json',
      '{ "type": "object",\n  "properties": { "phone": { "type": "string", "title": "电话" } },\n  "required": ["phnoe"] }'
    )
  ])
  expect(issue).toMatchObject({
    line: 3,
    column: 16,
    code: 'form.field-unknown',
    severity: 'error',
    params: { name: 'phnoe', suggestion: 'phone' }
  })
})

test('a missing title and an unguarded test are warnings', () => {
  const issues = issuesOf({
    properties: { a: { type: 'integer' } },
    if: { properties: { a: { minimum: 1 } } },
    then: { required: ['a'] }
  })
  expect(issues.map(issue => [issue.code, issue.severity])).toEqual([
    ['form.title-missing', 'warning'],
    ['form.if-unguarded', 'warning']
  ])
})

test('a file that does not parse is passed over', () => {
  expect(checkForms([parseSource('forms/x.json', '{'), parseSource('forms/y.json', '[]')])).toEqual([])
})

test('no form that the schema accepts makes the check fail', () => {
  fc.assert(
    fc.property(forms, form => void issuesOf(form)),
    { numRuns: 300 }
  )
})

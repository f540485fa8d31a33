import { expect, test } from 'vitest'
import { defaultsOf, fieldsOf, localizeForm, pruneAnswers, type FormSchema } from '../src/browser.ts'

const repair: FormSchema = {
  type: 'object',
  title: { 'zh-CN': '报修', en: 'Repair' },
  properties: {
    kind: {
      type: 'string',
      title: { 'zh-CN': '类别', en: 'Kind' },
      oneOf: [
        { const: 'water', title: { 'zh-CN': '水', en: 'Water' } },
        { const: 'other', title: '其他' }
      ]
    },
    what: { type: 'string', title: '什么事', examples: ['水管破裂'], ui: { rows: 4 } },
    phone: { type: 'string', title: '电话', format: 'phone', ui: { sensitive: true, order: 1 } }
  },
  required: ['what'],
  allOf: [
    {
      if: { properties: { kind: { const: 'water' } }, required: ['kind'] },
      then: {
        properties: { shut: { type: 'boolean', title: '总阀关了吗', default: false } },
        required: ['shut'],
        if: { properties: { shut: { const: true } }, required: ['shut'] },
        then: { properties: { since: { type: 'string', format: 'time', title: '何时关的' } } }
      },
      else: { properties: { note: { type: 'string', title: '补充', maxLength: 20 } } }
    }
  ],
  dependentSchemas: { phone: { properties: { callAt: { type: 'string', format: 'time', title: '几点打给您' } } } },
  dependentRequired: { note: ['phone'] }
}
const names = (answers: object) => fieldsOf(repair, { ...answers }).map(field => field.name)

test.each<[object, string[]]>([
  [{}, ['phone', 'kind', 'what', 'note']],
  [{ kind: 'water' }, ['phone', 'kind', 'what', 'shut']],
  [{ kind: 'water', shut: true }, ['phone', 'kind', 'what', 'shut', 'since']],
  [{ shut: true }, ['phone', 'kind', 'what', 'note']],
  [{ phone: '13800000000' }, ['phone', 'kind', 'what', 'note', 'callAt']]
])('with %j are asked %j', (answers, expected) => {
  expect(names(answers)).toEqual(expected)
})

test('a field is required as of the answers so far', () => {
  const required = (answers: object) =>
    fieldsOf(repair, { ...answers })
      .filter(field => field.required)
      .map(field => field.name)
  expect(required({})).toEqual(['what'])
  expect(required({ note: '门口' })).toEqual(['phone', 'what'])
  expect(required({ kind: 'water' })).toEqual(['what', 'shut'])
})

test('a field knows its kind, label, help, options and limits', () => {
  const [phone, kind, what] = fieldsOf(localizeForm(repair, 'en', 'zh-CN'), {})
  expect(phone).toEqual({
    pointer: '/phone',
    name: 'phone',
    kind: 'phone',
    title: '电话',
    required: false,
    sensitive: true,
    maxLength: 500
  })
  expect(kind).toMatchObject({
    kind: 'choice',
    title: 'Kind',
    options: [
      { value: 'water', title: 'Water' },
      { value: 'other', title: '其他' }
    ]
  })
  expect(what).toMatchObject({ kind: 'longtext', lines: 4, placeholder: '水管破裂', maxLength: 500 })
})

test.each<[FormSchema['properties'][string], string]>([
  [{ type: 'string' }, 'text'],
  [{ type: 'string', enum: ['a'] }, 'choice'],
  [{ type: 'integer', oneOf: [{ const: 1, title: '一' }] }, 'choice'],
  [{ type: 'number' }, 'number'],
  [{ type: 'integer' }, 'integer'],
  [{ type: 'boolean' }, 'yes-no'],
  [{ type: 'string', format: 'date' }, 'date'],
  [{ type: 'string', format: 'date-time' }, 'instant'],
  [{ type: 'string', format: 'time' }, 'time'],
  [{ type: 'string', format: 'person' }, 'person'],
  [{ type: 'array', items: { type: 'string', format: 'person' } }, 'people'],
  [{ type: 'array', items: { type: 'string', enum: ['a'] } }, 'choices'],
  [{ type: 'array', items: { type: 'object', properties: { a: { type: 'string' } } } }, 'rows'],
  [{ type: 'object', properties: { a: { type: 'string' } } }, 'group']
])('%j is shown as %s', (property, kind) => {
  expect(fieldsOf(formOf(property), {})[0]?.kind).toBe(kind)
})

test('a branch limits a field further', () => {
  const form: FormSchema = {
    type: 'object',
    properties: { kind: { type: 'string', title: '类别' }, count: { type: 'integer', title: '数量', maximum: 10 } },
    if: { properties: { kind: { const: 'bulk' } }, required: ['kind'] },
    then: { properties: { count: { minimum: 5 } } }
  }
  expect(fieldsOf(form, { kind: 'bulk' })[1]).toMatchObject({ title: '数量', kind: 'integer', minimum: 5, maximum: 10 })
})

test('the fields of a row stand below the index of the row', () => {
  const form = formOf({
    type: 'array',
    items: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] }
  })
  expect(fieldsOf(form, {})[0]?.fields).toMatchObject([{ pointer: '/x/-/name', required: true }])
})

test('what hidden fields hold is not sent, nor what they alone had opened', () => {
  expect(pruneAnswers(repair, { kind: 'other', shut: true, since: '09:30', what: ' ', phone: '13800000000' })).toEqual({
    kind: 'other',
    phone: '13800000000'
  })
})

test('blanks are not sent, in groups and rows neither', () => {
  const form: FormSchema = {
    type: 'object',
    properties: {
      address: { type: 'object', properties: { street: { type: 'string' } } },
      family: {
        type: 'array',
        items: { type: 'object', properties: { name: { type: 'string' }, age: { type: 'integer' } } }
      },
      times: { type: 'array', items: { type: 'string', enum: ['早'] } }
    }
  }
  expect(
    pruneAnswers(form, { address: { street: '' }, family: [{ name: '张', age: null, x: 1 }, {}], times: [] })
  ).toEqual({
    family: [{ name: '张' }, {}]
  })
})

test('defaults open branches whose defaults are filled in as well', () => {
  const form: FormSchema = {
    type: 'object',
    properties: {
      kind: { type: 'string', default: 'water' },
      address: { type: 'object', properties: { town: { type: 'string', default: '紫云' } } }
    },
    if: { properties: { kind: { const: 'water' } }, required: ['kind'] },
    then: { properties: { shut: { type: 'boolean', default: false } } }
  }
  expect(defaultsOf(form)).toEqual({ kind: 'water', address: { town: '紫云' }, shut: false })
})

test('a text in no wanted language is shown in the one it has', () => {
  const form = localizeForm({ type: 'object', title: { en: 'Only' }, properties: {} }, 'mn-CN', 'zh-CN')
  expect(form.title).toBe('Only')
})

test('all texts of a form are localised, in branches and options too', () => {
  const text = { 'zh-CN': '中', en: 'E' }
  const leaf = {
    type: 'string' as const,
    title: text,
    description: text,
    ui: { placeholder: text },
    oneOf: [{ const: 'a', title: text }]
  }
  const form: FormSchema = {
    type: 'object',
    title: text,
    description: text,
    properties: {
      title: leaf,
      list: { type: 'array', title: text, items: { type: 'object', properties: { leaf } } },
      group: { type: 'object', title: text, properties: { leaf } }
    },
    allOf: [{ if: { required: ['title'] }, then: { properties: { leaf } }, else: { properties: { leaf } } }],
    dependentSchemas: { title: { properties: { leaf } } }
  }
  const localised = JSON.stringify(localizeForm(form, 'en', 'zh-CN'))
  expect(localised).not.toContain('中')
  expect(localised.split('"E"').length).toBe(JSON.stringify(form).split('中').length)
})

function formOf(property: FormSchema['properties'][string]): FormSchema {
  return { type: 'object', properties: { x: property } }
}

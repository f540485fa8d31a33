import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as browser from '../src/browser.ts'
import * as server from '../src/index.ts'
import type { FormSchema } from '../src/index.ts'
import { answers, forms } from './form-arbitrary.ts'

const schemaFile = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../core/schemas/${name}.schema.json`, import.meta.url), 'utf8')) as object // a schema
const metaSchema = new Ajv2020({ strict: false, schemas: [schemaFile('terms')] }).compile(schemaFile('form'))

test('browser and server give one verdict on any answers to any form, at once and without a throw', () => {
  const counts = { right: 0, wrong: 0 }
  fc.assert(
    fc.property(forms, fc.array(answers, { minLength: 4, maxLength: 8 }), (form, all) => {
      expect(metaSchema(JSON.parse(JSON.stringify(form))), JSON.stringify(metaSchema.errors)).toBe(true)
      const [here, there] = [browser.compileForm(form), server.compileForm(form)]
      for (const given of all) {
        const [first, second] = [timed(() => here(given)), timed(() => there(given))]
        expect(first.issues).toEqual(second.issues)
        expect(Math.max(first.ms, second.ms)).toBeLessThan(50)
        counts[first.issues.length === 0 ? 'right' : 'wrong']++
      }
    }),
    { numRuns: Number(process.env['FORM_RUNS'] ?? 800) }
  )
  expect(Math.min(counts.right, counts.wrong)).toBeGreaterThan(50)
}, 240_000)

test('what is sent after pruning has no unknown answers', () => {
  fc.assert(
    fc.property(forms, answers, (form, given) => {
      const sent = server.pruneAnswers(form, Object(given) as server.Answers) // any object may come
      expect(
        server
          .compileForm(form)(sent)
          .filter(issue => issue.code === 'answer.unknown')
      ).toEqual([])
      expect(server.pruneAnswers(form, sent)).toEqual(sent)
    }),
    { numRuns: 1000 }
  )
})

test('every issue has words in both languages, without a gap', () => {
  fc.assert(
    fc.property(forms, answers, (form, given) => {
      for (const issue of server.compileForm(form)(given)) {
        expect(server.answerMessage(issue, 'zh-CN')).toMatch(/[\u4e00-\u9fa5]/)
        expect(server.answerMessage(issue, 'en')).not.toMatch(
          /\{(title|limit|expected|choices|example)\}|undefined|give $/
        )
      }
    }),
    { numRuns: 500 }
  )
})

const order: FormSchema = {
  type: 'object',
  properties: {
    what: { type: 'string', title: { 'zh-CN': '什么事', en: 'What' }, minLength: 2, maxLength: 10 },
    kind: {
      type: 'string',
      title: '类别',
      oneOf: [
        { const: 'water', title: '水' },
        { const: 'power', title: '电' }
      ]
    },
    age: { type: 'integer', title: '年龄', minimum: 0, exclusiveMaximum: 150 },
    hours: { type: 'number', title: '时长', exclusiveMinimum: 0, maximum: 8, multipleOf: 0.1 },
    born: { type: 'string', title: '出生日期', format: 'date' },
    at: { type: 'string', title: '时间', format: 'time' },
    since: { type: 'string', title: '起始', format: 'date-time' },
    phone: { type: 'string', title: '电话', format: 'phone' },
    plate: { type: 'string', title: '车牌', pattern: '^贵[A-Z]\\d{5}$', examples: ['贵A12345'] },
    to: {
      type: 'array',
      title: '派给谁',
      items: { type: 'string', format: 'person' },
      minItems: 1,
      maxItems: 2,
      uniqueItems: true
    },
    family: {
      type: 'array',
      title: '家人',
      items: { type: 'object', properties: { name: { type: 'string', title: '姓名' } }, required: ['name'] }
    },
    promise: { type: 'boolean', title: '承诺属实', const: true }
  },
  required: ['what'],
  if: { properties: { kind: { const: 'water' } }, required: ['kind'] },
  then: { properties: { shut: { type: 'boolean', title: '总阀关了吗' } }, required: ['shut'] }
}

test.each<[string, unknown, readonly (readonly [path: string, message: string])[]]>([
  [
    'all is well',
    {
      what: '水管破裂',
      kind: 'power',
      age: 0,
      hours: 0.3,
      born: '2024-02-29',
      at: '09:30',
      since: '2026-10-08T09:30+08:00',
      phone: '0851-5238000',
      plate: '贵A12345',
      to: ['li'],
      family: [{ name: '张' }],
      promise: true
    },
    []
  ],
  ['nothing is answered', {}, [['/what', '请填写“什么事”']]],
  ['a required text is left empty', { what: '' }, [['/what', '请填写“什么事”']]],
  ['a text is too short', { what: '水' }, [['/what', '“什么事”至少 2 个字']]],
  ['a text of ten characters beyond the first plane is short enough', { what: '😀'.repeat(10) }, []],
  ['a text is too long', { what: '水'.repeat(11) }, [['/what', '“什么事”最多 10 个字']]],
  ['an option is not offered', { what: '停电', kind: 'gas' }, [['/kind', '“类别”请从中选：水、电']]],
  ['a number comes as text', { what: '停电', age: '7' }, [['/age', '“年龄”请填整数']]],
  [
    'numbers are out of bounds',
    { what: '停电', age: 150, hours: 9 },
    [
      ['/age', '“年龄”要小于 150'],
      ['/hours', '“时长”不能大于 8']
    ]
  ],
  [
    'a number is zero or between steps',
    { what: '停电', age: -1, hours: 0.25 },
    [
      ['/age', '“年龄”不能小于 0'],
      ['/hours', '“时长”要是 0.1 的整数倍']
    ]
  ],
  ['a day does not exist', { what: '停电', born: '2026-02-29' }, [['/born', '“出生日期”请填日期，如 2026-10-08']]],
  [
    'times are not times',
    { what: '停电', at: '24:00', since: '2026-10-08T09:30' },
    [
      ['/at', '“时间”请填时间，如 09:30'],
      ['/since', '“起始”请填时间，如 2026-10-08T09:30+08:00']
    ]
  ],
  [
    'a phone number lacks a digit',
    { what: '停电', phone: '1380000000' },
    [['/phone', '“电话”请填11 位手机号或带区号的座机号']]
  ],
  ['a pattern is not met', { what: '停电', plate: '贵A1' }, [['/plate', '“车牌”请改正写法，如“贵A12345”']]],
  ['a list is empty', { what: '停电', to: [] }, [['/to', '“派给谁”至少 1 项']]],
  [
    'a list is too long and repeats itself',
    { what: '停电', to: ['li', 'li', 'wu'] },
    [
      ['/to', '“派给谁”请去掉重复的项'],
      ['/to', '“派给谁”最多 2 项']
    ]
  ],
  ['a row lacks its name', { what: '停电', family: [{ name: '张' }, {}] }, [['/family/1/name', '请填写“姓名”']]],
  ['a promise is not ticked', { what: '停电', promise: false }, [['/promise', '请勾选“承诺属实”']]],
  ['a branch asks for more', { what: '漏水', kind: 'water' }, [['/shut', '请填写“总阀关了吗”']]],
  [
    'a branch that does not apply is answered',
    { what: '停电', kind: 'power', shut: true },
    [['/shut', '请去掉“shut”，这里不问']]
  ],
  [
    'answers that nobody asked for are refused',
    JSON.parse('{"what":"停电","__proto__":{"admin":true},"a/b":1}'),
    [
      ['/__proto__', '请去掉“__proto__”，这里不问'],
      ['/a~1b', '请去掉“a/b”，这里不问']
    ]
  ],
  ['a text holds what no database keeps', { what: '停\0电' }, [['/what', '“什么事”请删去无法保存的字符']]],
  ['the answers are a list', [], [['', '“”请填一组内容']]],
  [
    'there is far too much',
    { what: Array.from({ length: 100 }, () => Array(100).fill(1)) },
    [['', '内容太多，请分几次提交']]
  ],
  [
    'issues come in the order of the fields',
    { to: [], age: 'x', what: 1 },
    [
      ['/what', '“什么事”请填文字'],
      ['/age', '“年龄”请填整数'],
      ['/to', '“派给谁”至少 1 项']
    ]
  ]
])('where %s', (_, given, expected) => {
  for (const { compileForm, answerMessage } of [browser, server])
    expect(compileForm(order)(given).map(issue => [issue.path, answerMessage(issue, 'zh-CN')])).toEqual(expected)
})

test('where a form names no limit, 500 characters, 50 items and 100 issues are the limits', () => {
  const form: FormSchema = {
    type: 'object',
    properties: {
      text: { type: 'string' },
      list: { type: 'array', items: { type: 'string', format: 'person' } }
    }
  }
  for (const { compileForm } of [browser, server]) {
    const validate = compileForm(form)
    expect(validate({ text: 'x'.repeat(500), list: Array(50).fill('li') })).toEqual([])
    expect(validate({ text: 'x'.repeat(501), list: Array(51).fill('li') })).toMatchObject([
      { code: 'answer.too-long', params: { limit: 500 } },
      { code: 'answer.too-many', params: { limit: 50 } }
    ])
    expect(validate(Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`x${i}`, 1])))).toHaveLength(100)
  }
})

test('a message is in the language asked for, whatever the form was compiled in', () => {
  const [issue] = server.compileForm(order)({})
  expect(server.answerMessage(issue!, 'en')).toBe('Please fill in “What”')
})

test('a stricter limit of a branch is the one that is told', () => {
  const form: FormSchema = {
    type: 'object',
    properties: { a: { type: 'integer', title: '数', minimum: 1 } },
    allOf: [{ properties: { a: { minimum: 5 } } }, { properties: { a: { minimum: 3 } } }]
  }
  expect(server.compileForm(form)({ a: 0 })).toEqual([
    { path: '/a', code: 'answer.minimum', params: { title: '数', limit: 5 } }
  ])
})

test('a form is compiled once, and two forms do not share their patterns', () => {
  const form = (pattern: string): FormSchema => ({
    type: 'object',
    properties: { a: { type: 'string', pattern }, b: { type: 'string', pattern: 'b' } }
  })
  for (const { compileForm } of [browser, server]) {
    const one = form('^a$')
    expect(compileForm(one)).toBe(compileForm(one))
    expect(compileForm(one)({ a: 'b', b: 'a' }).map(issue => issue.path)).toEqual(['/a', '/b'])
    expect(compileForm(form('^b$'))({ a: 'b', b: 'b' })).toEqual([])
  }
})

test('text, lists and names of any length are judged in linear time', () => {
  const form: FormSchema = {
    type: 'object',
    properties: { a: { type: 'string', pattern: '^(a+)+$', maxLength: 5000 } }
  }
  for (const { compileForm } of [browser, server]) {
    const { ms } = timed(() => compileForm(form)({ a: `${'a'.repeat(1_000_000)}b` }))
    expect(ms).toBeLessThan(200)
  }
})

/** CPU milliseconds, the least of up to five runs: a busy machine does not count. */
function timed(act: () => readonly server.AnswerIssue[]): { issues: readonly server.AnswerIssue[]; ms: number } {
  let ms = Infinity
  let issues: readonly server.AnswerIssue[] = []
  for (let run = 0; run < 5 && ms > 20; run++) {
    const before = process.threadCpuUsage()
    issues = act()
    const { user, system } = process.threadCpuUsage(before)
    ms = Math.min(ms, (user + system) / 1000)
  }
  return { issues, ms }
}

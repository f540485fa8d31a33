// Mistakes that a schema finds, each told once and in the words of a person who writes configs.
import { describe, expect, test } from 'vitest'
import { describeIssue, type Issue } from '../src/issue.ts'
import { checkSchema, schemaOf } from '../src/schema.ts'
import { parseSource } from '../src/source.ts'

const issuesOf = (schema: string, value: unknown): readonly Issue[] =>
  checkSchema(parseSource('x.json', typeof value === 'string' ? value : JSON.stringify(value)), `${schema}.schema.json`)

/** `pointer code message; hint` in English, with a code's `schema.` left out. */
const told = (schema: string, value: unknown) =>
  issuesOf(schema, value).map(issue => {
    const { message, hint } = describeIssue(issue, 'en')
    return `${issue.path} ${issue.code.slice('schema.'.length)}: ${message}${hint && `; ${hint}`}`
  })

const service = {
  title: '报修',
  category: 'repair',
  channels: ['web'],
  placeLevel: 'community',
  form: 'order',
  workflow: 'handle'
}
const { title: _title, ...untitled } = service
const workflow = (state: object, on: unknown = {}) => ({ id: 'a', initial: 'b', states: { b: { ...state, on } } })
const limit = (deadline: object) =>
  workflow({ meta: { deadlines: { a: { within: 'P1D', clock: 'work', onExpire: 'LATE', ...deadline } } } })
const calendar = (clock: object) => ({ clocks: { work: clock } })
const locality = {
  id: 'a',
  code: '520425',
  name: '紫云',
  languages: ['zh-CN'],
  timeZone: 'Asia/Shanghai',
  channels: { web: { label: '网上' } }
}
const scenario = (step: unknown) => ({
  name: 'a',
  now: '2026-01-01T00:00Z',
  given: { people: { wang: {} } },
  steps: [step]
})

test.each<[string, string, unknown, readonly string[]]>([
  [
    'a misspelt field',
    'service',
    { ...untitled, titel: '报修' },
    ['/titel unknown-field: unknown field “titel”; did you mean “title”?']
  ],
  [
    'two misspelt fields',
    'service',
    { title: '报修', category: 'repair', channels: ['web'], placeLevel: 'community', frm: 'order', wrkflow: 'handle' },
    [
      '/frm unknown-field: unknown field “frm”; did you mean “form”?',
      '/wrkflow unknown-field: unknown field “wrkflow”; did you mean “workflow”?'
    ]
  ],
  ['a missing field', 'service', untitled, [' missing-field: field “title” is missing: 事项名称 (title).']],
  [
    'a field that nothing resembles',
    'service',
    { ...service, price: '3' },
    [
      '/price unknown-field: unknown field “price”; known here: title summary category channels placeLevel eligible form workflow'
    ]
  ],
  [
    'an unknown field beside a missing one',
    'service',
    { ...untitled, price: '3' },
    [
      ' missing-field: field “title” is missing: 事项名称 (title).',
      '/price unknown-field: unknown field “price”; known here: title summary category channels placeLevel eligible form workflow'
    ]
  ],
  [
    '__proto__',
    'service',
    JSON.stringify(service).replace('}', ',"__proto__":1}'),
    [
      '/__proto__ unknown-field: unknown field “__proto__”; known here: title summary category channels placeLevel eligible form workflow'
    ]
  ],
  [
    'constructor',
    'service',
    { ...service, constructor: 1 },
    [
      '/constructor unknown-field: unknown field “constructor”; known here: title summary category channels placeLevel eligible form workflow'
    ]
  ],
  ['a list instead of an object', 'service', [], [' type: this should be object but is array']],
  ['a word instead of an object', 'service', '"service"', [' type: this should be object but is string']],
  ['null', 'service', 'null', [' type: this should be object but is null']],
  [
    'a state as XState would have it',
    'workflow',
    workflow({ after: { 1000: 'c' } }),
    ['/states/b/after unknown-field: unknown field “after”; known here: type initial states meta entry on']
  ],
  [
    'a guard as XState 4 would have it',
    'workflow',
    workflow({}, { GO: { target: 'c', cond: 'ok' } }),
    ['/states/b/on/GO/cond unknown-field: unknown field “cond”; known here: target reenter guard actions meta']
  ]
])('of fields: %s', (_, schema, value, expected) => {
  expect(told(schema, value)).toEqual(expected)
})

test.each<[string, string, unknown, readonly string[]]>([
  [
    'a text that is a number',
    'service',
    { ...service, title: 1 },
    ['/title shape: 1 does not fit here; it should look like "居家维修" · {"zh-CN":"居家维修","en":"Home repair"}']
  ],
  ['an empty text', 'service', { ...service, title: '' }, ['/title limit: "" is out of range (minLength 1)']],
  [
    'a language that is none',
    'service',
    { ...service, title: { zh_CN: '报修' } },
    ['/title/zh_CN bad-name: the name “zh_CN” is not written as names are; it should look like "zh-CN" · "en"']
  ],
  [
    'a text that is a number in one language',
    'service',
    { ...service, title: { 'zh-CN': 1 } },
    ['/title/zh-CN type: this should be string but is number']
  ],
  ['no channel', 'service', { ...service, channels: [] }, ['/channels limit: [] is out of range (minItems 1)']],
  [
    'a channel twice',
    'service',
    { ...service, channels: ['web', 'phone', 'web'] },
    ['/channels/2 repeated: "web" is listed twice; keep one']
  ],
  [
    'a name with a space',
    'service',
    { ...service, category: 'Home Repair' },
    ['/category pattern: "Home Repair" is not written as it should be, like "home-repair"']
  ],
  [
    'an event in small letters',
    'workflow',
    workflow({}, { go: 'c' }),
    ['/states/b/on/go bad-name: the name “go” is not written as names are; it should look like "DISPATCH"']
  ],
  [
    'a parallel state',
    'workflow',
    workflow({ type: 'parallel' }),
    ['/states/b/type choice: "parallel" is not one of the choices; known here: final']
  ],
  [
    'no states',
    'workflow',
    { id: 'a', initial: 'b', states: {} },
    ['/states limit: {} is out of range (minProperties 1)']
  ],
  [
    'a limit in months',
    'workflow',
    limit({ within: 'P1M' }),
    ['/states/b/meta/deadlines/a/within pattern: "P1M" is not written as it should be, like "PT4H" · "P3D"']
  ],
  [
    'a share that is a number',
    'workflow',
    limit({ warnAt: 0.75 }),
    ['/states/b/meta/deadlines/a/warnAt type: this should be string but is number']
  ],
  [
    'no repeat at all',
    'workflow',
    limit({ repeat: { every: 'P1D', max: 0, onExhausted: 'UNDONE' } }),
    ['/states/b/meta/deadlines/a/repeat/max limit: 0 is out of range (minimum 1)']
  ],
  [
    'a count below nothing',
    'locality',
    { ...locality, expect: { services: -1 } },
    ['/expect/services limit: -1 is out of range (minimum 0)']
  ],
  [
    'half an area',
    'locality',
    { ...locality, expect: { areas: { street: 1.5 } } },
    ['/expect/areas/street type: this should be integer but is number']
  ],
  [
    'a code of five digits',
    'locality',
    { ...locality, code: '52042' },
    ['/code pattern: "52042" is not written as it should be, like "520425"']
  ],
  [
    'a channel named like a property of JavaScript',
    'locality',
    JSON.stringify(locality).replace('"web"', '"__proto__"'),
    [
      '/channels/__proto__ bad-name: the name “__proto__” is not written as names are; it should look like "home-repair"'
    ]
  ],
  [
    'a value above one',
    'locality',
    { ...locality, scales: { s: { GOOD: { label: '好', value: '2' }, BAD: { label: '坏', value: '0' } } } },
    ['/scales/s/GOOD/value pattern: "2" is not written as it should be, like "0.6"']
  ]
])('of values: %s', (_, schema, value, expected) => {
  expect(told(schema, value)).toEqual(expected)
})

describe('of alternatives the one most likely meant is explained', () => {
  test.each<[unknown, string]>([
    ['applicnt', ' choice: "applicnt" is not one of the choices; did you mean “applicant”?'],
    [1, ' shape: 1 does not fit here; it should look like "applicant" · {"post":"liaison"}'],
    [null, ' shape: null does not fit here; it should look like "applicant" · {"post":"liaison"}'],
    [{}, ' shape: {} does not fit here; it should look like "applicant" · {"post":"liaison"}'],
    [[], ' limit: [] is out of range (minItems 1)'],
    [{ post: 1 }, '/post type: this should be string but is number'],
    [{ psot: 'x' }, '/psot unknown-field: unknown field “psot”; did you mean “post”?'],
    [{ post: 'a', x: 1 }, '/x unknown-field: unknown field “x”; known here: post exceptBy'],
    [{ organisation: 'x' }, '/organisation unknown-field: unknown field “organisation”; known here: post exceptBy'],
    [
      { post: 'a', registration: 'b' },
      '/registration unknown-field: unknown field “registration”; known here: post exceptBy'
    ],
    [{ post: 'a', exceptBy: 'DONE' }, '/exceptBy type: this should be array but is string'],
    [['applicnt'], '/0 choice: "applicnt" is not one of the choices; did you mean “applicant”?'],
    [['applicant', { post: 2 }], '/1/post type: this should be string but is number'],
    [[{ psot: 'x' }], '/0/psot unknown-field: unknown field “psot”; did you mean “post”?'],
    [[1], '/0 shape: 1 does not fit here; it should look like "assignee" · {"registration":"party-member"}']
  ])('the owner %j', (value, expected) => {
    expect(told('workflow', workflow({ meta: { owner: value } }))).toEqual([`/states/b/meta/owner${expected}`])
  })

  test.each<[unknown, string]>([
    [
      'urge',
      ' shape: "urge" does not fit here; it should look like 效果：派单、上报、催办、请评价 (offer, raise, urge, review).'
    ],
    [{}, ' missing-field: field “type” is missing: offer / raise / urge / review'],
    [{ type: 'x' }, '/type choice: "x" is not one of the choices; known here: offer raise urge review'],
    [{ typ: 'urge' }, '/typ unknown-field: unknown field “typ”; did you mean “type”?'],
    [{ type: 1 }, '/type choice: 1 is not one of the choices; known here: offer raise urge review'],
    [
      { type: 'offr', params: { among: 'applicant' } },
      '/type choice: "offr" is not one of the choices; did you mean “offer”?'
    ],
    [{ type: 'offer' }, ' missing-field: field “params” is missing: 派给谁 (to whom).'],
    [
      { type: 'offer', params: { amng: 'applicant' } },
      '/params/amng unknown-field: unknown field “amng”; did you mean “among”?'
    ],
    [
      { type: 'offer', params: { among: { psot: 'x' } } },
      '/params/among/psot unknown-field: unknown field “psot”; did you mean “post”?'
    ],
    [
      { type: 'raise', params: {} },
      '/params missing-field: field “atTop” is missing: 已在最高一级时系统发出的事件 (event the engine sends at the top rung).'
    ],
    [
      { type: 'raise', params: { atTop: 'unsolved' } },
      '/params/atTop pattern: "unsolved" is not written as it should be, like "DISPATCH"'
    ],
    [{ type: 'urge', params: {} }, '/params unknown-field: unknown field “params”; known here: type'],
    [{ type: 'review', params: { scale: 1 } }, '/params/scale type: this should be string but is number']
  ])('the effect %j', (value, expected) => {
    expect(told('workflow', workflow({ entry: [value] }))).toEqual([`/states/b/entry/0${expected}`])
  })

  test.each<[unknown, string]>([
    ['Bad State', ' pattern: "Bad State" is not written as it should be, like "accepted"'],
    [
      1,
      ' shape: 1 does not fit here; it should look like "accepted" · 一个转换；没有 target 即状态不变 (a transition; without target the state stays).'
    ],
    [
      null,
      ' shape: null does not fit here; it should look like "accepted" · 一个转换；没有 target 即状态不变 (a transition; without target the state stays).'
    ],
    [[], ' limit: [] is out of range (minItems 1)'],
    [['c'], '/0 type: this should be object but is string'],
    [{ traget: 'c' }, '/traget unknown-field: unknown field “traget”; did you mean “target”?'],
    [{ target: 1 }, '/target type: this should be string but is number'],
    [[{ traget: 'c' }], '/0/traget unknown-field: unknown field “traget”; did you mean “target”?'],
    [
      { target: 'c', actions: [{ type: 'offr' }] },
      '/actions/0/type choice: "offr" is not one of the choices; did you mean “offer”?'
    ],
    [{ target: 'c', guard: 'x' }, '/guard type: this should be object but is string'],
    [
      { target: 'c', guard: { type: 'when' } },
      '/guard missing-field: field “params” is missing: 条件的内容 (the condition).'
    ],
    [{ target: 'c', meta: { fom: 'x' } }, '/meta/fom unknown-field: unknown field “fom”; did you mean “form”?'],
    [
      [{ meta: { by: ['x'] } }],
      '/0/meta/by/0 choice: "x" is not one of the choices; known here: applicant assignee offered rung system'
    ]
  ])('the transition %j', (value, expected) => {
    expect(told('workflow', workflow({}, { GO: value }))).toEqual([`/states/b/on/GO${expected}`])
  })

  test.each<[object, string]>([
    [{}, ' missing-field: field “kind” is missing: natural / working-hours / working-days'],
    [{ kind: 'natual' }, '/kind choice: "natual" is not one of the choices; did you mean “natural”?'],
    [{ kind: 'natural', weekdays: [1] }, '/weekdays unknown-field: unknown field “weekdays”; known here: kind'],
    [
      { kind: 'working-days' },
      ' missing-field: field “weekdays” is missing: 每周上班的日子，1 为星期一，7 为星期日 (days worked in a week, 1 Monday to 7 Sunday, as in ISO 8601).'
    ],
    [
      { kind: 'working-days', weekdays: [1], dayEnds: 'noon' },
      '/dayEnds choice: "noon" is not one of the choices; known here: midnight'
    ],
    [
      { kind: 'working-days', weekdays: [1], dayEnds: { at: '5' } },
      '/dayEnds/at pattern: "5" is not written as it should be, like "17:00"'
    ],
    [
      { kind: 'working-days', weekdays: [1], firstDayCounts: true },
      ' missing-field: field “dayEnds” is missing: 按天计的时限在末日何时届满：午夜或某一时刻；不写则与起算同一时刻 (when a limit in days ends on its last day: midnight or a fixed time; without it at the wall time of its start).'
    ],
    [
      { kind: 'working-hours', weekdays: [1, 8], windows: [{ from: '08:30', to: '12:00' }] },
      '/weekdays/1 limit: 8 is out of range (maximum 7)'
    ]
  ])('the clock %j', (value, expected) => {
    expect(told('calendar', calendar(value))).toEqual([`/clocks/work${expected}`])
  })

  test.each<[unknown, string]>([
    ['2026-02-30', ' pattern: "2026-02-30" is not written as it should be, like "2026-10-01"'],
    [{ from: '2026-01-01' }, ' missing-field: field “to” is missing: 末日，算在内 (last day, included).'],
    [5, ' shape: 5 does not fit here; it should look like "2026-10-01" · {"from":"2026-10-01","to":"2026-10-07"}']
  ])('the holiday %j', (value, expected) => {
    expect(
      told('calendar', { years: { 2026: { holidays: [value], workdays: [] } }, ...calendar({ kind: 'natural' }) })
    ).toEqual([`/years/2026/holidays/0${expected}`])
  })

  test.each<[unknown, string]>([
    [{}, ' shape: {} does not fit here; it should look like 一步：做一件事，等一段时间，或核对 (do, wait, or expect).'],
    [{ expct: { case: 'c' } }, '/expct unknown-field: unknown field “expct”; did you mean “expect”?'],
    [{ wait: '1h' }, '/wait pattern: "1h" is not written as it should be, like "PT4H" · "P3D"'],
    [{ expect: {} }, '/expect missing-field: field “case” is missing: 案件代号 (case).'],
    [{ expect: { case: 'c', stat: 'x' } }, '/expect/stat unknown-field: unknown field “stat”; did you mean “state”?'],
    [
      { as: 'wang', do: 'submitt', case: 'c' },
      '/do pattern: "submitt" is not written as it should be, like "DISPATCH"'
    ],
    [
      { as: 'wang', do: 'submit' },
      " missing-field: field “case” is missing: 案件的代号 (the case's name in this scenario)."
    ],
    [
      { as: 'wang', do: 'submit', case: 'c', servce: 'x' },
      '/servce unknown-field: unknown field “servce”; did you mean “service”?'
    ],
    [
      { as: 'wang', do: 'submit', case: 'c', for: { name: '韦' } },
      '/for missing-field: field “phone” is missing: 电话 (phone).'
    ],
    [
      { expect: { case: 'c', due: { a: 'tomorrow' } } },
      '/expect/due/a pattern: "tomorrow" is not written as it should be, like 带时区的时刻 (RFC 3339 instant; seconds may be left out).'
    ]
  ])('the step %j', (value, expected) => {
    expect(told('scenario', scenario(value))).toEqual([`/steps/0${expected}`])
  })
})

test('things in a list that are named like methods are compared as any others', () => {
  const methods: readonly unknown[] = [{ valueOf: 1 }, { toString: 1 }, { valueOf: 1 }]
  const repeated = '/channels/2 repeated: {"valueOf":1} is listed twice; keep one'
  expect(told('service', { ...service, channels: methods })).toContain(repeated)
})

test.each<[string, string | undefined]>([
  ['locality.json', 'locality.schema.json'],
  ['calendar.json', 'calendar.schema.json'],
  ['services/repair.json', 'service.schema.json'],
  ['forms/repair.json', 'form.schema.json'],
  ['workflows/handle.json', 'workflow.schema.json'],
  ['tests/one.json', 'scenario.schema.json'],
  ['services/below/repair.json', undefined],
  ['constructor.json', undefined],
  ['service/repair.json', undefined],
  ['locality.jsonc', undefined]
])('the schema of %s is %s', (file, schema) => {
  expect(schemaOf(file)).toBe(schema)
})

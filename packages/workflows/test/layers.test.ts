// A layer on its base: what it inherits, adds and narrows, and each thing it may not do, told with the places of both.
import { formatIssue, sortIssues } from '@gridwright/core'
import { expect, test } from 'vitest'
import { areasOf, check, runScenario } from '../src/index.ts'
import broken from './broken-layers.json' with { type: 'json' }
import { eastLayer, localityOf, type Files, village } from './folder.ts'

type Plant = {
  readonly plant: string
  readonly in: string
  readonly edits?: readonly (readonly string[])[]
  readonly text?: string
  readonly code: string
  readonly at: string
  readonly words: readonly string[]
}
const plants: readonly Plant[] = broken

function edited({ in: file, edits = [], text }: Pick<Plant, 'in' | 'edits' | 'text'>): Files {
  let content = text ?? eastLayer.get(file) ?? ''
  for (const [find = '', put = ''] of edits) {
    if (content.split(find).length !== 2) throw new Error(`“${find}” does not stand once in ${file}`)
    content = content.replace(find, () => put)
  }
  return new Map([...eastLayer, [file, content]])
}

const changed = (file: string, find: string, put: string) => edited({ in: file, edits: [[find, put]] })

test('a layer inherits the config of its base, and has data and scenarios of its own', () => {
  const [east, whole] = [localityOf(eastLayer), localityOf(village)]
  expect([east.id, east.code, east.timeZone]).toEqual(['east', '330521102001', 'Asia/Shanghai'])
  expect([...east.services.keys()].sort()).toEqual(['bench', 'mending'])
  expect([...east.channels.keys()]).toEqual(['web', 'phone', 'desk'])
  expect(east.forms).toEqual(whole.forms)
  expect(east.services.get('mending')).toMatchObject({ channels: ['web'], category: 'repair', placeLevel: 'community' })
  expect(east.services.get('mending')?.title).toEqual({ 'zh-CN': '东社区居家维修', en: 'Mending' })
  expect([...east.scenarios.keys()]).toEqual([])
  expect(areasOf(eastLayer).map(({ id }) => id)).toEqual(['330521102', '330521102001'])
})

test('what a layer changes is reported with the place of it in both files', () => {
  const { overrides } = check(eastLayer)
  expect(overrides.map(({ file, line, kind, path, base }) => `${file}:${line} ${kind} ${path} ${base}`)).toEqual([
    'categories.json:3 narrows /categories/service/limits/finish/within ../village/categories.json:4:67',
    'categories.json:4 narrows /categories/repair/limits ../village/categories.json:5:15',
    'posts.json:3 narrows /posts/window/perArea/max ../village/posts.json:4:65',
    'services/mending.json:2 fills /title/zh-CN ../village/services/mending.json:3:23',
    'services/mending.json:3 narrows /channels ../village/services/mending.json:5:15',
    'services/mending.json:5 narrows /eligible/cel ../village/services/mending.json:8:12',
    'workflows/handle.json:2 narrows /meta/deadlines/total/within ../village/workflows/handle.json:6:41',
    'workflows/handle.json:4 narrows /states/received/meta/deadlines/dispatch/within ../village/workflows/handle.json:16:48',
    'workflows/handle.json:5 narrows /states/working/meta/deadlines/finish/repeat/max ../village/workflows/handle.json:40:120'
  ])
  expect(check(village).overrides).toEqual([])
})

test.each(plants)('$plant is told once, with its place and that of the base: $code', plant => {
  const { issues, locality } = check(edited(plant))
  const [issue, ...others] = issues
  expect(others).toEqual([])
  expect(issue && [issue.code, `${issue.file}:${issue.line}:${issue.column}`]).toEqual([plant.code, plant.at])
  for (const language of ['zh-CN', 'en']) {
    const line = issue ? formatIssue(issue, language) : ''
    expect(plant.words.filter(word => !line.includes(word))).toEqual([])
    expect(line).not.toMatch(/(^|\s)\{\w+\}|undefined/)
  }
  expect(locality).toBeUndefined()
})

test('the hash of a layer knows of every file of its base', () => {
  const { hash } = localityOf(eastLayer)
  const others = [
    changed('services/bench.json', '修长椅', '修座椅'),
    changed('../village/posts.json', '镇干部', '镇里人'),
    changed('../village/categories.json', '"P3D"', '"P4D"'), // which the layer narrows all the same
    changed('../village/locality.json', ', "posts.json#/posts/keeper"', '')
  ]
  expect(new Set([hash, ...others.map(files => localityOf(files).hash)]).size).toBe(5)
  expect(
    localityOf(new Map([...eastLayer, ['../village/tests/x.json', '{'], ['../village/data/y.csv', '"']])).hash
  ).toBe(hash)
})

test('layers stand on layers: the topmost may narrow what the middle one narrowed, and nothing below it is forgotten', () => {
  const lane = (within: string): Files =>
    new Map([
      ...[...eastLayer]
        .filter(([path]) => !/^(data|tests)\//.test(path))
        .map(([path, text]) => [path.startsWith('../') ? path : `../east/${path}`, text] as const),
      [
        'locality.json',
        JSON.stringify({ id: 'lane', code: '330521102001007', name: '里弄', extends: '../east' }).replace(
          '330521102001007',
          '330521102001'
        )
      ],
      ['categories.json', JSON.stringify({ categories: { repair: { limits: { finish: { within } } } } })]
    ])
  const narrowed = check(lane('PT8H'))
  expect(narrowed.issues.map(({ code }) => code)).toEqual(['layer.wider']) // the middle one says a day
  expect(check(lane('P2D')).issues.map(({ code, params }) => [code, params.base])).toEqual([
    ['layer.wider', '../east/categories.json:4:51']
  ])
  const { locality, overrides } = check(lane('P1D'))
  expect(locality?.categories.get('repair')?.limits).toEqual({ finish: { within: 'P1D', clock: 'days' } })
  expect(locality?.categories.get('service')?.limits).toEqual({ finish: { within: 'P2D', clock: 'days' } })
  expect(overrides.every(({ file }) => file.startsWith('../east/'))).toBe(true)
})

test('a case goes by the narrower limit of the layer', async () => {
  const scenario = {
    name: '东社区限两个工作日修好',
    now: '2026-03-02T08:00+08:00',
    given: {
      people: {
        resident: {},
        wang: { appointments: [{ post: 'window', area: '330521102001' }] },
        zhao: { registrations: [{ kind: 'volunteer', area: '330521102001' }] }
      }
    },
    steps: [
      {
        as: 'resident',
        do: 'submit',
        service: 'mending',
        area: '330521102001',
        answers: { what: '水管漏水' },
        case: 'c1'
      },
      { expect: { case: 'c1', due: { dispatch: '2026-03-02T10:00+08:00' } } }, // two hours, not four
      { as: 'wang', do: 'DISPATCH', case: 'c1', answers: { to: ['zhao'] } },
      { as: 'zhao', do: 'TAKE', case: 'c1' },
      { expect: { case: 'c1', due: { finish: '2026-03-03T18:00+08:00' } } } // a working day, not three
    ]
  }
  const files = new Map([...eastLayer, ['tests/sooner.json', JSON.stringify(scenario)]])
  const locality = localityOf(files)
  const result = await runScenario(locality, locality.scenarios.get('sooner')!, areasOf(files))
  expect(result.failures).toEqual([])
})

test('issues of two layers come sorted by file', () => {
  const files = new Map([
    ...changed('services/mending.json', '["web"]', '["desk"]'),
    ['categories.json', '{ "categories": { "service": { "parent": "repair" } } }']
  ])
  const { issues } = check(files)
  expect(issues).toEqual(sortIssues(issues))
  expect(issues.map(({ file, code }) => `${file} ${code}`)).toContain('categories.json layer.closed')
})

// Tables in other people's words: headings, labels and what spreadsheets make of codes and dates.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  dataTable,
  dataTables,
  headingOf,
  labelOf,
  tableNames,
  type TableName,
  type TableWords
} from '../src/data-table.ts'
import { datasetOf } from '../src/dataset.ts'

const words: TableWords = {
  columns: { people: { 居民号: 'id', 联系方式: 'phone' } },
  levels: [
    { id: 'street', label: { 'zh-CN': '街道', en: 'Street' }, codeDigits: 9 },
    { id: 'community', label: { 'zh-CN': '社区', en: 'Community' }, codeDigits: 12 }
  ],
  posts: new Map([
    ['liaison', { label: { 'zh-CN': '联络员', en: 'Liaison' }, level: 'community' }],
    ['deputy', { label: '联络员', level: 'street' }],
    ['leader', { label: '网格长', level: 'community' }]
  ]),
  registrations: new Map([['resident', { label: '居民', level: 'community' }]])
}

const read = (name: TableName, ...lines: (readonly string[])[]) =>
  dataTable(words, name, datasetOf(lines.map((values, i) => ({ line: i + 1, values }))))

test.each<[TableName, string, string | undefined]>([
  ['people', 'id', 'id'],
  ['people', 'Name', 'name'],
  ['people', '姓名', 'name'],
  ['people', ' 姓 名 ', 'name'],
  ['people', '姓名*', 'name'],
  ['people', '手机号（必填）', 'phone'],
  ['people', '居民号', 'id'],
  ['people', '联系方式', 'phone'],
  ['people', '备注', undefined],
  ['people', 'constructor', undefined],
  ['areas', '上级代码', 'parent'],
  ['areas', '居民号', undefined],
  ['appointments', '职务', 'post'],
  ['registrations', '登记类别', 'kind'],
  ['goods', '所需积分', 'price']
])('in a table of %s the heading “%s” is the column %s', (name, heading, column) => {
  const { headings, unused } = read(name, [heading])
  expect({ headings, unused }).toEqual(
    column ? { headings: [column], unused: [] } : { headings: [], unused: [heading] }
  )
})

test('every column is known by each of its headings, and no heading is that of two columns', () => {
  const wrong = tableNames.flatMap(name =>
    Object.entries(dataTables[name]).flatMap(([column, { headings }]) =>
      [column, ...headings].filter(heading => read(name, [heading]).headings[0] !== column)
    )
  )
  expect(wrong).toEqual([])
})

test.each<[TableName, string, string, string]>([
  ['areas', 'code', '520425001001.0', '520425001001'],
  ['areas', 'code', '="001"', '001'],
  ['areas', 'code', '５２０', '520'],
  ['areas', 'level', '社区', 'community'],
  ['areas', 'level', 'Street', 'street'],
  ['areas', 'level', 'community', 'community'],
  ['areas', 'level', '村', '村'],
  ['appointments', 'post', '网格长', 'leader'],
  ['appointments', 'post', 'Liaison', 'liaison'],
  ['appointments', 'post', '联络员', '联络员'], // two posts are called so
  ['registrations', 'kind', '居民', 'resident'],
  ['appointments', 'from', '2026-3-1', '2026-03-01'],
  ['appointments', 'from', '2026/03/01', '2026-03-01'],
  ['appointments', 'from', '2026.3.1', '2026-03-01'],
  ['appointments', 'from', '2026年3月1日', '2026-03-01'],
  ['appointments', 'from', '2026/3/1 0:00', '2026-03-01'],
  ['appointments', 'from', '3/1/2026', '3/1/2026'],
  ['people', 'phone', '13800000001.0', '13800000001'],
  ['people', 'phone', "'+8613800000001", '+8613800000001'],
  ['people', 'name', "'=1+1", '=1+1'],
  ['people', 'name', "''=1+1", "'=1+1"],
  ['people', 'name', "O'Neill", "O'Neill"],
  ['people', 'name', '1.0', '1.0'],
  ['goods', 'stock', '12.0', '12'],
  ['goods', 'price', '1.5', '1.5'],
  ['goods', 'per', '每月', 'month']
])('in a table of %s, column %s, “%s” is read as “%s”', (name, column, text, value) => {
  const { rows, problems } = read(name, [column, 'extra'], [text, 'x'])
  expect([rows[0]?.cells[column], problems]).toEqual([value, []])
})

test.each<[string, readonly (readonly string[])[], readonly string[]]>([
  ['a code of which the spreadsheet dropped digits', [['编号'], ['5.20425E+11']], ['2 编号 digits-lost 5.20425E+11']],
  [
    'two headings for one column',
    [
      ['姓名', '名字'],
      ['王', '李']
    ],
    ['1 名字 heading-twice name']
  ],
  [
    'a value without a heading',
    [
      ['姓名', '', '电话'],
      ['王', 'x', '1']
    ],
    ['2  heading-empty x']
  ],
  ['a formula that failed', [['姓名'], ['#N/A']], ['2 姓名 formula-failed #N/A']],
  ['a cell over 500 characters', [['姓名'], ['王'.repeat(501)]], [`2 姓名 too-long ${'王'.repeat(60)}`]]
])('%s is a problem with its line and the heading of the file', (_, lines, problems) => {
  const found = read('people', ...lines).problems
  expect(found.map(({ line, column, problem, value }) => `${line} ${column} ${problem} ${value}`)).toEqual(problems)
})

test('rows and columns without a value are no rows and no columns', () => {
  const { headings, rows, problems } = read(
    'people',
    ['姓名', '电话', '', ''],
    ['王', '1', '', ''],
    ['', '', '', ''],
    ['李', '', '', '']
  )
  expect(problems).toEqual([])
  expect(headings).toEqual(['name', 'phone'])
  expect(rows).toEqual([
    { line: 2, cells: { name: '王', phone: '1' } },
    { line: 4, cells: { name: '李', phone: '' } }
  ])
})

test('a heading is Chinese in Chinese and the column’s own name in any other language', () => {
  expect([headingOf('people', 'phone', 'zh-CN'), headingOf('people', 'phone', 'en')]).toEqual(['电话', 'phone'])
})

test('whatever label stands for an id in an export is read as that id again', () => {
  const id = fc.constantFrom('liaison', 'deputy', 'leader', 'nobody', '网格长')
  const language = fc.constantFrom('zh-CN', 'en')
  fc.assert(
    fc.property(id, language, (post, tag) => {
      const label = labelOf(words, dataTables.appointments.post!, post, text =>
        typeof text === 'string' ? text : (text[tag] ?? '')
      )
      const again = read('appointments', ['post'], [label]).rows[0]?.cells.post
      expect(again).toBe(post === '网格长' ? 'leader' : post)
    })
  )
})

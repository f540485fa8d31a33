// Tables of instance data: RFC 4180, as spreadsheets write it.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDataset } from '../src/dataset.ts'

const rowsOf = (text: string) => {
  const table = parseDataset(text)
  return 'rows' in table ? table.rows.map(({ line, cells }) => [line, ...Object.values(cells)]) : table
}

test.each<[string, string, unknown]>([
  [
    'rows by heading',
    'code,name\n1,甲\n2,乙\n',
    [
      [2, '1', '甲'],
      [3, '2', '乙']
    ]
  ],
  ['line ends of Windows and a byte order mark', '\uFEFFcode,name\r\n1,甲\r\n', [[2, '1', '甲']]],
  ['no line end at the end', 'code\n1', [[2, '1']]],
  [
    'empty lines, left out',
    'code\n\n1\n\n\n2\n',
    [
      [3, '1'],
      [6, '2']
    ]
  ],
  [
    'quotes, commas and line ends within a cell, at the line where the row begins',
    'code,name\n1,"a ""b"", c\nd"\n2,e\n',
    [
      [2, '1', 'a "b", c\nd'],
      [4, '2', 'e']
    ]
  ],
  [
    'line ends of Windows within a cell',
    'code,name\r\n1,"c\r\nd"\r\n2,e\r\n',
    [
      [2, '1', 'c\nd'],
      [4, '2', 'e']
    ]
  ],
  ['spaces around cells, cut off', 'code , name\n 1 , 甲 \n', [[2, '1', '甲']]],
  ['empty cells', 'code,name\n1,\n', [[2, '1', '']]],
  [
    'rows of commas alone, left out, and empty cells beyond the last heading',
    'code,name,,\n,,,\n1,甲,,\n',
    [[3, '1', '甲']]
  ],
  ['tabs, where the first line has no comma', 'code\tname\n1\t甲,乙\n', [[2, '1', '甲,乙']]],
  ['a heading alone', 'code,name\n', []],
  ['nothing', '', []]
])('%s are read', (_, text, rows) => {
  expect(rowsOf(text)).toEqual(rows)
})

test.each<[string, string, number]>([
  ['a cell too many', 'code,name\n1,甲\n2,乙,丙\n', 3],
  ['a cell too few', 'code,name\n1\n', 2],
  ['an open quote', 'code,name\n1,"甲\n2,乙\n', 3],
  ['text after a closing quote', 'code,name\n1,"甲"乙\n', 2]
])('%s is no table, and on which line', (_, text, line) => {
  expect(rowsOf(text)).toEqual({ faults: [{ line, problem: expect.stringMatching(/^CSV_/) as string }] })
})

test('every row with the wrong number of cells is told at once', () => {
  const problem = 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH'
  expect(rowsOf('code,name\n1\n2,乙\n3,丙,丁\n4\n')).toEqual({ faults: [2, 4, 5].map(line => ({ line, problem })) })
})

test('headings like properties of JavaScript are headings', () => {
  const table = parseDataset('__proto__,constructor\n1,2\n')
  expect('rows' in table && Object.entries(table.rows[0]?.cells ?? {})).toEqual([
    ['__proto__', '1'],
    ['constructor', '2']
  ])
})

test('what is written as RFC 4180 has it is read back, but for rows without a value', () => {
  const cell = fc
    .string({ unit: fc.constantFrom('a', '字', '"', ',', '\n', ' ', '1'), maxLength: 6 })
    .map(text => text.trim())
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 8 }), rows => {
      const text = [['a', 'b'], ...rows].map(row => `${row.map(quoted).join(',')}\n`).join('')
      const table = parseDataset(text)
      expect('rows' in table && table.rows.map(({ cells }) => [cells.a, cells.b])).toEqual(
        rows.filter(row => row.some(Boolean))
      )
    })
  )
})

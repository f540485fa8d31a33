// Files as people have them: every encoding, what Excel does to cells, and files that must not be opened.
import { readFileSync, statSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readTableFile, type ReadOptions } from '../src/table-file.ts'
import { writeTable, type Cell } from '../src/table-write.ts'
import { isCommandFault } from '../src/terminal.ts'
import { fileOf, gb18030, pathFor, sheetFile } from './sheets.ts'

async function rowsIn(file: string, options?: ReadOptions) {
  const { dataset } = await readTableFile(file, options)
  return 'rows' in dataset
    ? [dataset.headings, ...dataset.rows.map(({ line, cells }) => [line, ...Object.values(cells)])]
    : dataset.faults.map(({ line, problem }) => `${line} ${problem}`)
}

async function faultOf(file: string, options?: ReadOptions): Promise<string> {
  const error: unknown = await readTableFile(file, options).catch((thrown: unknown) => thrown)
  if (!isCommandFault(error)) throw error
  expect([error.problem[0], error.cure[0]].join()).toMatch(/\p{Script=Han}/u)
  expect(error.cure[1]).not.toBe('')
  return error.problem[1].replace(/\S*\/\d+-/, '')
}

const text = '姓名,电话\n王明,1380000\n'
test.each<[string, string | Uint8Array, string]>([
  ['UTF-8', text, 'utf-8'],
  ['UTF-8 with a byte order mark', `\uFEFF${text}`, 'utf-8'],
  [
    'UTF-16 with tabs, as Excel calls Unicode text',
    Buffer.from(`\uFEFF${text.replaceAll(',', '\t')}`, 'utf16le'),
    'utf-16le'
  ]
])('a table in %s is read as such', async (_, content, format) => {
  const file = fileOf(content)
  expect((await readTableFile(file)).format).toBe(format)
  expect(await rowsIn(file)).toEqual([
    ['姓名', '电话'],
    [2, '王明', '1380000']
  ])
})

test('a table in GB18030 is read as such, and as anything else when that is said', async () => {
  const file = fileOf(gb18030)
  expect((await readTableFile(file)).format).toBe('gb18030')
  expect(await rowsIn(file)).toEqual([
    ['姓名', '电话'],
    [2, '王明㐀', '1380000']
  ])
  expect(await faultOf(file, { encoding: 'utf-8' })).toBe('table.encoding  table.csv is no text in utf-8')
  expect(await faultOf(fileOf('a\0b\n1\n'))).toBe('table.encoding  table.csv is no text in utf-8')
})

test('cells of a sheet are read as a person reads them', async () => {
  const file = await sheetFile(
    [
      ['code', 'zeros', 'day', 'moment', 'yes', 'long', 'half'],
      [
        520425001001,
        7,
        new Date('2026-03-01T00:00:00Z'),
        new Date('2026-03-01T09:30:00Z'),
        true,
        520425199001011200,
        1.5
      ],
      [null, null, null, null, null, null, null],
      [' 012 ', 0, null, null, false, '520425199001011234', 0]
    ],
    { cells: new Map([['1,1', { value: 7, style: { numFmt: '000' } }]]) }
  )
  expect(await rowsIn(file)).toEqual([
    ['code', 'zeros', 'day', 'moment', 'yes', 'long', 'half'],
    [2, '520425001001', '007', '2026-03-01', '2026-03-01T09:30:00.000Z', 'true', '5.204251990010112e+17', '1.5'],
    [4, '012', '0', '', '', 'false', '520425199001011234', '0']
  ])
})

test('the first visible sheet is read, unless another is named', async () => {
  const file = await sheetFile([
    { name: 'hidden', rows: [['a'], ['1']], hidden: true },
    { name: '人员', rows: [['b'], ['2']] },
    { name: 'third', rows: [['c'], ['3']] }
  ])
  expect(await rowsIn(file)).toEqual([['b'], [2, '2']])
  expect(await rowsIn(file, { sheet: 'third' })).toEqual([['c'], [2, '3']])
  expect(await faultOf(file, { sheet: 'x' })).toBe('table.no-sheet  table.xlsx has no sheet x (hidden 人员 third)')
})

test('merged cells are told by line, those of the heading as such', async () => {
  const rows = [[], ['名册', null], ['姓名', '电话'], ['王', '1'], ['李', '1']]
  const merges = [
    { startRow: 3, startCol: 1, endRow: 4, endCol: 1 },
    { startRow: 1, startCol: 0, endRow: 1, endCol: 1 }
  ]
  expect(await rowsIn(await sheetFile(rows, { merges }))).toEqual(['2 heading-merged', '4 cells-merged'])
})

test('an empty sheet is a table without columns', async () => {
  expect(await rowsIn(await sheetFile([[]]))).toEqual([[]])
})

/** The directory of an .xlsx file with every promised size changed. */
function promising(bytes: Buffer, unpacked: number): Buffer {
  for (let at = bytes.indexOf('PK\x01\x02'); at >= 0; at = bytes.indexOf('PK\x01\x02', at + 4))
    bytes.writeUInt32LE(unpacked, at + 24)
  return bytes
}

test('an archive that unfolds beyond the limit is not opened, nor one that hides how far', async () => {
  const file = await sheetFile([['a'], ['b']])
  const told = 'table.unpacked  bomb.xlsx unfolds to more than 500000000 bytes and is not opened'
  for (const unpacked of [400_000_000, 0xffff_ffff, 0])
    expect(await faultOf(fileOf(promising(readFileSync(file), unpacked), 'bomb.xlsx'))).toBe(told)
})

test('an archive that holds more than it promises is given up', async () => {
  const file = await sheetFile([['a'], ['b'.repeat(10_000)]])
  expect(await faultOf(fileOf(promising(readFileSync(file), 100), 'liar.xlsx'))).toBe(
    'table.unreadable  liar.xlsx is no sound .xlsx file'
  )
})

test.each<[string, Uint8Array | string, string]>([
  ['an old .xls file', new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), 'table.old-format'],
  ['half of an archive', new Uint8Array([0x50, 0x4b, 0x03, 0x04, 1, 2, 3]), 'table.unreadable'],
  [
    'an archive that is no workbook',
    Buffer.from(`PK\x03\x04${'\0'.repeat(30)}PK\x05\x06${'\0'.repeat(18)}`, 'latin1'),
    'table.unreadable'
  ]
])('%s is refused by name', async (_, bytes, code) => {
  expect(await faultOf(fileOf(bytes, 'odd.xlsx'))).toMatch(new RegExp(`^${code} `))
})

test('a path that leads nowhere, and a table of too many rows, are refused by name', async () => {
  expect(await faultOf('/nowhere/people.csv')).toBe('table.missing  there is no file /nowhere/people.csv')
  expect(await faultOf(fileOf(`id\n${'1\n'.repeat(500_001)}`))).toBe(
    'table.too-many-rows  table.csv has more than 500000 rows'
  )
})

async function* streamed(rows: readonly (readonly Cell[])[]) {
  yield* rows
}

const awkward = fc.string({
  unit: fc.constantFrom('a', '字', '"', ',', '\n', "'", '=', '@', '-', '0', '，', '㐀', '&', '<'),
  maxLength: 6
})

test.each(['csv', 'xlsx'])('what is written to .%s is read back, and nothing in it is a formula', async format => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(awkward, awkward), { minLength: 1, maxLength: 6 }), async pairs => {
      const rows = pairs.map(row => row.map(cell => cell.trim()))
      const file = pathFor(`rows.${format}`)
      expect(await writeTable(file, streamed([['first', 'second'], ...rows]), 'rows')).toBe(rows.length)
      const { dataset } = await readTableFile(file)
      const cells = 'rows' in dataset ? dataset.rows.map(row => Object.values(row.cells)) : []
      expect(cells.flat().filter(cell => /^[=+\-@]/.test(cell))).toEqual([])
      const plain = cells.map(row => row.map(cell => cell.replace(/^'(?='*[=+\-@])/, '')))
      expect(plain).toEqual(rows.filter(row => row.some(Boolean)))
    }),
    { numRuns: 60 }
  )
})

test.each(['=1+1', '+86', '-1', '@SUM(A1)', '\t=1', '\r=1', "'=1", '＝1'])(
  '“%s” is no formula in an export',
  async cell => {
    const file = pathFor('formula.csv')
    await writeTable(file, streamed([['a'], [cell, -1.5]]), 'a')
    expect(readFileSync(file, 'utf8')).toMatch(/^\uFEFFa\r\n"?'/)
    expect(readFileSync(file, 'utf8')).toContain(',-1.5\r\n') // a number is one
  }
)

test('an export takes rows only as fast as the disk does, and appears whole and for its owner alone', async () => {
  let made = 0
  const rows = async function* () {
    for (; made < 200_000; made++) yield [`p${made}`, '王'.repeat(20), made]
  }
  const file = pathFor('long.xlsx')
  const writing = writeTable(file, rows(), 'long')
  await new Promise(resolve => setTimeout(resolve, 20))
  expect(made).toBeLessThan(100_000)
  expect(() => statSync(file)).toThrow('ENOENT')
  expect(await writing).toBe(199_999)
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('an export that fails leaves nothing behind', async () => {
  const file = pathFor('broken.csv')
  const rows = async function* () {
    yield ['a']
    throw new Error('the database went away')
  }
  await expect(writeTable(file, rows(), 'a')).rejects.toThrow('the database went away')
  for (const path of [file, `${file}.part`]) expect(() => statSync(path)).toThrow('ENOENT')
})

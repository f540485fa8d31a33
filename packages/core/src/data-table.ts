/**
 * Tables of instance data in the words of the SDK: which columns each has, by which headings a spreadsheet may call them, and
 * cells put straight as spreadsheets bend them (codes as decimals, dates in slashes, labels in place of ids).
 */
import { parseDataset, type DataRow, type Dataset, type DatasetFault } from './dataset.ts'
import type { Locality } from './locality.ts'
import type { Text } from './schema-types.ts'

type Kind = 'text' | 'code' | 'number' | 'date' | 'level' | 'post' | 'kind' | 'period'
/** What a column holds, the Chinese headings it is known by (the first is that of exports), and whether a table may lack it. */
export type Column = { readonly kind: Kind; readonly headings: readonly string[]; readonly optional?: true }
export type TableName = 'areas' | 'people' | 'appointments' | 'registrations' | 'goods'

const column = (kind: Kind, ...headings: string[]): Column => ({ kind, headings })
const from = column('date', '开始日期', '起始日期', '开始', '任职日期', '登记日期', '起')
const to = column('date', '结束日期', '终止日期', '结束', '离任日期', '止')
const person = column('code', '人员标识', '人员编号', '人员', '编号')
const area = column('code', '区域代码', '所在区域', '所属区域', '区域', '网格代码', '网格编码', '网格')

/** The tables with their columns by name, in the order of exports. */
export const dataTables: Readonly<Record<TableName, Readonly<Record<string, Column>>>> = {
  areas: {
    code: column('code', '代码', '区域代码', '区划代码', '网格代码', '网格编码', '编码', '编号'),
    name: column('text', '名称', '区域名称', '网格名称'),
    level: column('level', '层级', '级别'),
    parent: column('code', '上级代码', '上级', '上级区域', '上级编码', '所属区域')
  },
  people: {
    id: column('code', '人员标识', '人员编号', '标识', '编号'),
    name: column('text', '姓名', '名字'),
    phone: column('code', '电话', '手机', '手机号', '手机号码', '联系电话', '电话号码'),
    household: { ...column('code', '户号', '户编号', '家庭编号', '户'), optional: true }
  },
  appointments: { person, post: column('post', '岗位', '职务', '任职'), area, from, to },
  registrations: { person, kind: column('kind', '类别', '登记类别', '登记类型', '类型'), area, from, to },
  goods: {
    id: column('code', '商品编号', '编号', '标识'),
    name: column('text', '商品', '商品名称', '名称'),
    price: column('number', '所需积分', '积分', '价格'),
    stock: column('number', '累计上架', '上架总数'),
    limit: column('number', '限购', '限购数量', '限购数'),
    per: column('period', '限购周期', '周期')
  }
}
export const tableNames = Object.keys(dataTables) as readonly TableName[] // an object literal has no other keys

const periods: Readonly<Record<string, readonly string[]>> = {
  day: ['日', '天', '每日', '每天'],
  month: ['月', '每月'],
  quarter: ['季', '季度', '每季', '每季度'],
  year: ['年', '每年'],
  ever: ['不限', '永久', '总共']
}

/** What a cell or a heading cannot be read as; `line` counts from 1. */
export type CellProblem = {
  readonly line: number
  readonly column: string
  readonly problem: string
  readonly value: string
}
/** A table with our headings and ids; `shown` gives the file's own heading of each column, `unused` those that no column has. */
export type DataTable = Dataset & {
  readonly shown: ReadonlyMap<string, string>
  readonly unused: readonly string[]
  readonly problems: readonly CellProblem[]
}
/** What a locality calls things. */
export type TableWords = Pick<Locality, 'columns' | 'levels' | 'posts' | 'registrations'>

const maxCell = 500

/** The table `name` of a CSV text in our words, or why it is none. */
export function readTable(words: TableWords, name: TableName, text: string): DataTable | DatasetFault {
  const dataset = parseDataset(text)
  return 'rows' in dataset ? dataTable(words, name, dataset) : dataset
}

/** `dataset` in our words: each heading by the locality's `columns`, else by its own name, else by those of `dataTables`. Of two headings for one column the first counts and the second is a problem. */
export function dataTable(words: TableWords, name: TableName, dataset: Dataset): DataTable {
  const problems: CellProblem[] = []
  const shown = new Map<string, string>()
  const unused: string[] = []
  for (const heading of dataset.headings) {
    const found = columnOf(words, name, heading)
    if (found === undefined) unused.push(...(heading === '' ? [] : [heading]))
    else if (shown.has(found)) problems.push({ line: 1, column: heading, problem: 'heading-twice', value: found })
    else shown.set(found, heading)
  }
  const readers = [...shown].map(([key, heading]) => {
    const { kind } = dataTables[name][key] ?? { kind: 'text' }
    return { key, heading, straight: (text: string) => straightened(text, kind, words) }
  })
  const rows = dataset.rows.map((row): DataRow => {
    if (row.cells[''] !== undefined) problems.push(nameless(row))
    const cells = readers.map(({ key, heading, straight }) => {
      const text = plain(row.cells[heading] ?? '')
      const value = straight(text)
      const problem = cellProblem(text, value)
      if (problem !== undefined) problems.push({ line: row.line, column: heading, problem, value: text.slice(0, 60) })
      return [key, value ?? text] as const
    })
    return { line: row.line, cells: Object.fromEntries(cells) }
  })
  return { headings: [...shown.keys()], rows, shown, unused, problems }
}

/** The heading of a column for `language`: Chinese, or our own name of it. */
export function headingOf(name: TableName, key: string, language: string): string {
  return language.startsWith('zh') ? (dataTables[name][key]?.headings[0] ?? key) : key
}

/** The label by which a cell of this column may stand for `id`, or `id` where no label leads back to it. */
export function labelOf(words: TableWords, { kind }: Column, id: string, text: (label: Text) => string): string {
  const declared = declaredIn(words, kind)?.find(one => one.id === id)
  const label = declared?.label === undefined ? id : text(declared.label)
  return idOf(words, kind, label) === id ? label : id
}

function nameless({ line, cells }: DataRow): CellProblem {
  return { line, column: '', problem: 'heading-empty', value: (cells[''] ?? '').slice(0, 60) }
}

function columnOf(words: TableWords, name: TableName, heading: string): string | undefined {
  const configured: Readonly<Record<string, string>> = words.columns[name] ?? {}
  return Object.hasOwn(configured, heading) ? configured[heading] : knownColumn(name, heading)
}

/** The column of table `name` that `heading` is by itself, whatever a locality says. */
export function knownColumn(name: TableName, heading: string): string | undefined {
  const bare = heading.normalize('NFKC').replace(/[\s*]+/g, '')
  const short = bare.replace(/\(.*\)$/, '') // 姓名（必填）
  const entries = Object.entries(dataTables[name])
  for (const wanted of [bare, short]) {
    const found = entries.find(([key, { headings }]) => key === wanted.toLowerCase() || headings.includes(wanted))
    if (found) return found[0]
  }
  return undefined
}

/** Without what spreadsheets add: `="001"`, and the apostrophe that an export puts before what would be a formula. */
function plain(text: string): string {
  const quoted = /^="(.*)"$/s.exec(text)?.[1] ?? text
  return quoted.replace(/^'(?='*[=+\-@＝＋－＠])/, '').trim()
}

/** `text` as its column has it; undefined for a number that lost its last digits. */
function straightened(text: string, kind: Kind, words: TableWords): string | undefined {
  if (kind === 'text') return text
  const half = text.normalize('NFKC').trim()
  if (kind === 'code' || kind === 'number')
    return /^\d(\.\d+)?e\+?\d+$/i.test(half) ? undefined : half.replace(/^(\d+)\.0+$/, '$1')
  return kind === 'date' ? isoDate(half) : idOf(words, kind, text)
}

/** 2026-3-1, 2026/3/1, 2026.3.1 and 2026年3月1日 as 2026-03-01; anything else as it is. */
function isoDate(text: string): string {
  const [, year, month, day] = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 0{1,2}:00(?::00)?)?$/.exec(text) ?? []
  return year && month && day ? `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}` : text
}

/** The id that `text` is, or that the only thing so labelled has; else `text`. */
function idOf(words: TableWords, kind: Kind, text: string): string {
  if (kind === 'period') return Object.keys(periods).find(id => periods[id]?.includes(text)) ?? text
  const declared = declaredIn(words, kind)
  if (declared === undefined || declared.some(({ id }) => id === text)) return text
  const [found, second] = declared.filter(({ label }) =>
    typeof label === 'string' ? label === text : Object.values(label ?? {}).includes(text)
  )
  return found && !second ? found.id : text
}

function declaredIn(
  words: TableWords,
  kind: Kind
): readonly { readonly id: string; readonly label?: Text }[] | undefined {
  if (kind === 'level') return words.levels
  const declared = kind === 'post' ? words.posts : kind === 'kind' ? words.registrations : undefined
  return declared && [...declared].map(([id, { label }]) => ({ id, label }))
}

function cellProblem(text: string, value: string | undefined): string | undefined {
  if (value === undefined) return 'digits-lost'
  if (/^#(N\/A|REF!|VALUE!|NAME\?|DIV\/0!|NULL!|NUM!|SPILL!|CALC!)$/.test(text)) return 'formula-failed'
  return text.length > maxCell ? 'too-long' : undefined
}

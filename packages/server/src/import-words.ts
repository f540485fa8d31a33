/** What can be wrong with a line or a cell of an imported table, in words and with the cure, zh-CN and en. */
import type { DataProblem } from './store-fault.ts'
import { said, type Terminal } from './terminal.ts'

type Pair = readonly [zh: string, en: string]

/** A problem as one line: `people.xlsx:3  姓名 “…”  没有填写；补上`. */
export function problemLine(
  { file, line, column, problem, value }: DataProblem,
  terminal: Pick<Terminal, 'language'>
): string {
  const words = problemWords[problem] ?? unitWords(problem)
  const cell = `${column} ${value === '' ? '' : `“${value}”`}`.trim()
  const told = words ? said(terminal, ...words) : problem
  return [`${file}:${line}`, cell, told].filter(Boolean).join('  ')
}

/** Problem → words. Public API: docs/reference/tables.md is made from it. */
export const problemWords: Readonly<Record<string, Pair>> = {
  'cell-count': [
    '格数和标题行不一样；补上或去掉逗号，含逗号的格加英文双引号，或在表格软件里另存为 CSV UTF-8',
    'has not as many cells as there are headings; mend the commas, put cells with commas in quotes, or save it from a spreadsheet as CSV UTF-8'
  ],
  'quote-open': [
    '双引号没有配对；补上另一个，格里的双引号写两遍',
    'a quote has no partner; close it, and write quotes within a cell twice'
  ],
  'heading-missing': [
    '缺少这一列；标题要在第一行，或在 locality.json 的 columns 里写明哪一列是它',
    'this column is missing; headings stand in the first row, or say in columns of locality.json which one it is'
  ],
  'heading-twice': [
    '和另一列是同一列；改掉一个标题，或删去一列',
    'is the same column as another; rename one heading, or delete one'
  ],
  'heading-empty': ['上面没有标题；补上标题，或删去这一格', 'has no heading above it; add one, or clear the cell'],
  'heading-merged': [
    '标题行有合并的单元格；取消合并，删去表格名称那一行，让标题成为第一行',
    'cells of the heading are merged; unmerge them and delete the row of the title, so that headings come first'
  ],
  'cells-merged': [
    '有合并的单元格，合并后只有一行有值；取消合并，每行都填上',
    'merged cells leave all but one row empty; unmerge them and fill in every row'
  ],
  'digits-lost': [
    '数字太长，表格软件已丢了末几位；把这一列设为“文本”，从来源重新填',
    'the spreadsheet has dropped the last digits; format the column as text and fill it in again from its source'
  ],
  'formula-failed': ['公式出错；改好公式，或粘贴为数值', 'a formula failed; mend it, or paste values'],
  'too-long': ['太长，最多 500 个字；改短', 'is too long; 500 characters at most'],
  missing: ['没有填写；补上', 'is not filled in; fill it in'],
  duplicate: ['前面已有一行；删去一行', 'stands there twice; delete one of the rows'],
  unknown: [
    '没有这一项；核对写法，或先把它加上（区域、人员先于任职导入）',
    'is not known; check how it is written, or add it first (areas and people before who holds what)'
  ],
  circular: ['上下级成了一圈；改其中一个上级', 'lies in itself; change one of the parents'],
  'not-below-parent': [
    '层级不在上级之下；改层级，或改上级',
    'is no level below that of its parent; change the level or the parent'
  ],
  'left-behind': [
    '上级挪动了，这个下级却不在表上；把它和它的下级也列上',
    'its parent was moved and it is not in the file; list it and what is below it as well'
  ],
  'code-digits': [
    '位数不是这一层级的；改代码，或改 grid.json 的 codeDigits',
    'has not the digits of its level; change it, or codeDigits in grid.json'
  ],
  'code-parent': ['不以上级的代码开头；改其中一个', 'does not begin with its parent’s code; change one of them'],
  'wrong-level': [
    '不是这个岗位或登记所在的层级；换成那个层级的区域',
    'is not at the level of this post or registration; name an area of that level'
  ],
  'not-an-id': ['不能含有冒号、@ 或空格；改写', 'may hold no colon, @ or space; write it without'],
  masked: [
    '是隐去了一部分的；用 --personal clear 重新导出，或填上全文',
    'is masked; export it again with --personal clear, or fill it in'
  ],
  'not-a-date': [
    '不是日期；写成 2026-03-01，或把单元格设为日期',
    'is no date like 2026-03-01; write it so, or format the cell as a date'
  ],
  'not-after-from': ['不晚于开始日期；改其中一个', 'is not after the day on which it begins; change one of them'],
  'complete-but-empty': [
    '用了 --complete，表上却一行也没有；去掉 --complete，或换一张表',
    'the table is said to be complete but has no row; leave --complete out, or take another file'
  ],
  'no-shop': [
    '这个属地没有积分超市；先在 points.json 里写 shop',
    'this locality has no shop; declare one in points.json'
  ],
  'not-a-count': ['不是个数；写 0 或正整数', 'is no count; write a whole number'],
  'fewer-than-sold': [
    '少于已换出的；这里写一共上过架的个数',
    'is less than was sold; write how many were ever put on the shelf'
  ]
}

/** Prices are told with the unit of their ledger. */
function unitWords(problem: string): Pair | undefined {
  const unit = /^not-a-multiple-of-(.+)$/.exec(problem)?.[1]
  return unit === undefined ? undefined : [`不是 ${unit} 的倍数；改价`, `is no multiple of ${unit}; change it`]
}

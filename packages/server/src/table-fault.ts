/** Why a file as a whole cannot be imported as a table, with a code, in words and with the cure. */
import { commandFault, type CommandFault } from './terminal.ts'

/** Rows that one file may hold. */
export const maxRows = 500_000

type Words = readonly [problem: readonly [string, string], cure: readonly [string, string]]
/** Code → problem and cure, `{file}` the file and `{what}` what it turned on. Public API: docs/reference/tables.md is made from it. */
export const tableFaults = {
  'table.missing': [
    ['没有文件 {file}', 'there is no file {file}'],
    ['请检查路径', 'check the path']
  ],
  'table.too-large': [
    ['{file} 超过 {what} 字节', '{file} is larger than {what} bytes'],
    ['请拆成几个文件，分几次导入', 'split it and import the parts one after another']
  ],
  'table.too-many-rows': [
    ['{file} 超过 {what} 行', '{file} has more than {what} rows'],
    ['请拆成几个文件，分几次导入', 'split it and import the parts one after another']
  ],
  'table.unpacked': [
    ['{file} 展开后超过 {what} 字节，不予打开', '{file} unfolds to more than {what} bytes and is not opened'],
    [
      '请确认文件来历；若是正常的表，删去图片和别的工作表，或另存为 CSV UTF-8',
      'make sure where it comes from; if it is a proper table, remove pictures and other sheets, or save it as CSV UTF-8'
    ]
  ],
  'table.encoding': [
    ['{file} 不是 {what} 编码的文字', '{file} is no text in {what}'],
    [
      '用 --encoding 指明 utf-8、gb18030 或 utf-16le，或在 Excel 里另存为 CSV UTF-8',
      'say --encoding utf-8, gb18030 or utf-16le, or save it in Excel as CSV UTF-8'
    ]
  ],
  'table.old-format': [
    ['{file} 是旧版 .xls 或加了密码的文件', '{file} is an old .xls file, or has a password'],
    ['请去掉密码，另存为 .xlsx 或 CSV UTF-8', 'take the password off, and save it as .xlsx or CSV UTF-8']
  ],
  'table.unreadable': [
    ['{file} 不是完好的 .xlsx 文件', '{file} is no sound .xlsx file'],
    ['请用 Excel 或 WPS 打开，另存为 .xlsx 或 CSV UTF-8', 'open it in a spreadsheet and save it as .xlsx or CSV UTF-8']
  ],
  'table.no-sheet': [
    ['{file} 没有工作表 {what}', '{file} has no sheet {what}'],
    ['用 --sheet 写出括号里的一个', 'name one of those in brackets by --sheet']
  ],
  'table.format': [
    ['{file} 的名字不以 .csv 或 .xlsx 结尾', 'the name {file} ends neither in .csv nor in .xlsx'],
    ['请换一个名字', 'choose another name']
  ],
  'table.operator-only': [
    ['{what} 不能以个人身份导出', '{what} cannot be exported as a person sees it'],
    ['请去掉 --as，或导出 cases、transfers', 'leave --as out, or export cases or transfers']
  ],
  'table.idle-option': [
    ['{what} 对 {file} 不起作用', '{what} does nothing for {file}'],
    ['请去掉它', 'leave it out']
  ],
  'table.box-of-whom': [
    ['清单 {what} 是某个人的', 'the list {what} is somebody’s'],
    ['用 --as 写明是谁的', 'say whose by --as']
  ],
  'table.no-person': [
    ['{file} 里没有人员 {what}', 'there is no person {what} in {file}'],
    ['请核对人员标识', 'check the id of the person']
  ],
  'table.no-area': [
    ['{file} 里没有区域 {what}', 'there is no area {what} in {file}'],
    ['请核对区域代码', 'check the code of the area']
  ],
  'table.held-only': [
    ['--complete 只用于任职表和登记表', '--complete is for appointments and registrations only'],
    [
      '请去掉 --complete：区域、人员和商品不会因不在表上而结束',
      'leave it out: areas, people and goods do not end by not being listed'
    ]
  ]
} as const satisfies Record<string, Words>

/** The codes of `tableFault`. */
export type TableFaultCode = keyof typeof tableFaults

/** The fault `code` about `file`; `what` is a limit or a name. */
export function tableFault(code: TableFaultCode, file: string, what = ''): CommandFault {
  const [problem, cure] = tableFaults[code]
  const fill = (text: string) => text.replace('{file}', file).replace('{what}', what)
  return commandFault([`${code}  ${fill(problem[0])}`, `${code}  ${fill(problem[1])}`], [cure[0], cure[1]])
}

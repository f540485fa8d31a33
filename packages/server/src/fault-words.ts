/** What stopped a command of the command line, in words with the cure; what nobody foresaw keeps its stack. */
import { formatIssue } from '@gridwright/core'
import { isDatabaseFault } from './postgres-fault.ts'
import { isStoreFault, type DataProblem } from './store-fault.ts'
import { isCommandFault, said, type Terminal } from './terminal.ts'

type Pair = readonly [zh: string, en: string]

/** The lines that tell of `error`; the first begins with its code where it has one. */
export function faultLines(error: unknown, terminal: Pick<Terminal, 'language'>): readonly string[] {
  const tell = (pair: Pair) => said(terminal, ...pair)
  if (isDatabaseFault(error))
    return [
      `${error.code}  ${said(terminal, error.problem['zh-CN'], error.problem.en)}`,
      said(terminal, error.cure['zh-CN'], error.cure.en)
    ]
  if (isCommandFault(error)) return [tell(error.problem), tell(error.cure)]
  if (isStoreFault(error, 'locality.unknown'))
    return [`${error.code}  ${tell(unknownLocality(error.message))}`, tell(localityCure)]
  if (isStoreFault(error, 'release.refused'))
    return [
      `${error.code}  ${tell(refusedRelease)}`,
      ...error.issues.map(issue => `${formatIssue(issue, terminal.language)}  [${issue.code}]`)
    ]
  if (isStoreFault(error, 'import.refused'))
    return [`${error.code}  ${tell(refusedImport)}`, ...error.problems.map(problem => problemLine(problem, terminal))]
  return [error instanceof Error ? (error.stack ?? error.message) : String(error)]
}

const unknownLocality = (message: string): Pair => {
  const id = message.split(': ').at(-1) ?? ''
  return [`这个数据库里没有发布过属地 “${id}”`, `no locality “${id}” was ever published in this database`]
}
const localityCure: Pair = [
  '请核对 locality.json 里的 id、--data 文件夹和 DATABASE_URL；或先用 gridwright start 发布。',
  'Check the id in locality.json, the folder --data and DATABASE_URL; or publish it first with gridwright start.'
]
const refusedRelease: Pair = ['配置有错误，没有发布：', 'The config has errors and was not published:']
const refusedImport: Pair = [
  '数据表有错误，一行也没有导入；请改正后重新启动：',
  'The tables have errors and not a row was imported; put them right and start again:'
]

function problemLine(
  { file, line, column, problem, value }: DataProblem,
  terminal: Pick<Terminal, 'language'>
): string {
  const words = problems[problem]
  const shown = value === '' ? '' : ` “${value}”`
  return `${file}:${line}  ${column}${shown}  ${words ? said(terminal, ...words) : problem}`
}

/** What can be wrong with a row or a cell of data/*.csv. */
const problems: Readonly<Record<string, Pair>> = {
  malformed: ['不是有效的 CSV', 'is no valid CSV'],
  'heading-missing': ['缺少这一列', 'this column is missing'],
  missing: ['没有填写', 'is not filled in'],
  duplicate: ['重复', 'stands there twice'],
  unknown: ['没有这一项', 'is not known'],
  circular: ['上下级成了一圈', 'lies in itself'],
  'not-below-parent': ['层级不在上级之下', 'is no level below that of its parent'],
  'wrong-level': ['不是这个岗位或登记所在的层级', 'is not at the level of this post or registration'],
  'not-an-id': ['不能含有冒号、@ 或空格', 'may hold no colon, @ or space'],
  'not-a-date': ['不是日期，应像 2026-03-01', 'is no date like 2026-03-01'],
  'not-after-from': ['不晚于开始日期', 'is not after the day on which it begins']
}

/** What stopped a command of the command line, in words with the cure; what nobody foresaw keeps its stack. */
import { formatIssue } from '@gridwright/core'
import { isDatabaseFault } from './postgres-fault.ts'
import { problemLine } from './import-words.ts'
import { isStoreFault, kindOf } from './store-fault.ts'
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
  for (const code of ['release.unknown', 'release.unproposed', 'release.own-approval'] as const) {
    const [problem, cure] = releaseFaults[code]
    if (isStoreFault(error, code)) return [`${code}  ${tell(problem)}`, tell(cure)]
  }
  if (isStoreFault(error, 'release.refused'))
    return [
      `${error.code}  ${tell(refusedRelease)}`,
      ...error.issues.map(issue => `${formatIssue(issue, terminal.language)}  [${issue.code}]`)
    ]
  if (isStoreFault(error, 'import.refused'))
    return [
      `${error.code}  ${tell(refusedImport)}`,
      ...error.problems.map(problem => problemLine(problem, terminal)),
      ...(error.beyond > 0 ? [tell([`还有 ${error.beyond} 处`, `and ${error.beyond} more`])] : [])
    ]
  return unforeseen(error).map(line => (typeof line === 'string' ? line : tell(line)))
}

function unforeseen(error: unknown): readonly (string | Pair)[] {
  if (kindOf(error) === 'lost' && !isOfFiles(error)) return [lostDatabase, lostDatabaseCure]
  return [error instanceof Error ? (error.stack ?? error.message) : String(error)]
}

/** Whether the operating system said it of a file or a port: its codes are like those of a broken connection. */
function isOfFiles(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^E(?!CONN|TIMEDOUT|PIPE)/.test(String(error.code))
}

const lostDatabase: Pair = [
  '数据库没有及时应答，或者连接断了',
  'the database did not answer in time, or the connection broke'
]
const lostDatabaseCure: Pair = [
  '机器太忙就过一会儿再来一次；还不行，看数据文件夹里的 postgres.log，或核对 DATABASE_URL。',
  'If the machine is busy, try again a little later; else see postgres.log in the data folder, or check DATABASE_URL.'
]

const unknownLocality = (message: string): Pair => {
  const id = message.split(': ').at(-1) ?? ''
  return [`这个数据库里没有发布过属地 “${id}”`, `no locality “${id}” was ever published in this database`]
}
const localityCure: Pair = [
  '请核对 locality.json 里的 id、--data 文件夹和 DATABASE_URL；或先用 gridwright start 发布。',
  'Check the id in locality.json, the folder --data and DATABASE_URL; or publish it first with gridwright start.'
]
const releaseFaults = {
  'release.unknown': [
    ['这个属地没有发布过这个版本', 'no such release of this locality was ever published'],
    ['用 gridwright releases 看有哪些版本。', 'See which there are with gridwright releases.']
  ],
  'release.unproposed': [
    ['没有人提交过这个版本，或者已经发布', 'nobody has proposed this release, or it is published already'],
    ['用 gridwright releases 看等着同意的版本。', 'See what waits for approval with gridwright releases.']
  ],
  'release.own-approval': [
    ['提交的人不能自己同意', 'who proposed a release cannot approve it'],
    ['请另一个人来同意（--as）。', 'Let another person approve it (--as).']
  ]
} as const satisfies Record<string, readonly [Pair, Pair]>
const refusedRelease: Pair = ['配置有错误，没有发布：', 'The config has errors and was not published:']
const refusedImport: Pair = [
  '数据表有错误，一行也没有导入；请改正后再来一次：',
  'The tables have errors and not a row was imported; put them right and do it again:'
]

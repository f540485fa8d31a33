#!/usr/bin/env node
/** `gridwright`: the command line. Each command is a function of its own file; this one reads the arguments and reports faults with their cure. */
import { Argument, Command, InvalidArgumentError, Option } from 'commander'
import type { CheckOptions } from './cli-check.ts'
import type { ExplainCommand } from './cli-explain.ts'
import { dataFolder, declareBundles, declareMigration, declareReleases } from './cli-declare-releases.ts'
import type { DiagramCommand } from './cli-diagram.ts'
import type { ExportCommand } from './cli-export.ts'
import type { ImportCommand } from './cli-import.ts'
import type { TestOptions } from './cli-test.ts'
import { isCode } from './postgres-fault.ts'
import type { Terminal } from './terminal.ts'

// Each command loads only what it needs: `check` starts without a database client.
const proving = () => import('./cli-check.ts')
const testing = () => import('./cli-test.ts')
const drawing = () => import('./cli-diagram.ts')
const making = () => import('./cli-folder.ts')
const running = () => import('./cli-start.ts')
const auditing = () => import('./cli-audit.ts')
const importing = () => import('./cli-import.ts')
const exporting = () => import('./cli-export.ts')
const rostering = () => import('./cli-roster.ts')
const guiding = () => import('./cli-guide.ts')
const explaining = () => import('./cli-explain.ts')

// Whoever read our output has gone, with the terminal or the other end of a pipe: what is being done still comes to its proper end.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: unknown) => {
    if (!isCode(error, 'EPIPE', 'EIO')) throw error
  })

const program = new Command('gridwright')
  .description(
    '网格匠：把属地自己的治理方式写成配置，先证明，再运行。\nGridwright: a locality’s own way of governing as config, proved before it runs.'
  )
  .version('0.1.0')
  .addOption(
    new Option('--lang <language>', '输出语言 language of the output').choices(['zh-CN', 'en']).env('GRIDWRIGHT_LANG')
  )
  .showHelpAfterError()

program
  .command('check')
  .argument('<folder>', '属地文件夹 locality folder')
  .addOption(
    new Option('--format <format>', '输出格式 output format').choices(['text', 'json', 'sarif']).default('text')
  )
  .addOption(watching())
  .description('检查配置，一次列出全部问题 check a config and list all its issues at once')
  .action(async (folder: string, options: CheckOptions) =>
    exit(await (await proving()).checkFolder(terminal(), folder, options))
  )

program
  .command('test')
  .argument('<folder>', '属地文件夹 locality folder')
  .addOption(new Option('--format <format>', '输出格式 output format').choices(['text', 'json']).default('text'))
  .addOption(
    new Option(
      '--min-coverage <percent>',
      '转换、条件、规则行各自的覆盖率下限 least share covered of transitions, of guards and of rule rows'
    )
      .default(0)
      .argParser(percentage)
  )
  .addOption(watching())
  .description('运行情景测试，列出没试到的 run the scenarios and list what they have not tried')
  .action(async (folder: string, options: TestOptions) =>
    exit(await (await testing()).testFolder(terminal(), folder, options))
  )

program
  .command('types')
  .argument('<folder>', '属地文件夹 locality folder')
  .option('--out <file>', '写到文件 write to a file')
  .description('生成 TypeScript 类型 write TypeScript types of services, forms, events and posts')
  .action(async (folder: string, { out }: { out?: string }) =>
    exit(await (await making()).writeTypes(terminal(), folder, out))
  )

program
  .command('guide')
  .argument('<folder>', '属地文件夹 locality folder')
  .option('--out <file>', '写到文件 write to a file')
  .description('办事指南，可打印的网页 a printable guide of all services')
  .action(async (folder: string, { out }: { out?: string }) =>
    exit(await (await guiding()).writeGuide(terminal(), folder, out))
  )

program
  .command('diagram')
  .argument('<folder>', '属地文件夹 locality folder')
  .argument('[workflow]', '只画这个流程 this workflow only')
  .addOption(new Option('--format <format>', '输出格式 output format').choices(['mermaid', 'svg']).default('mermaid'))
  .option('--out <path>', '写到文件或文件夹 write to a file or folder')
  .description('画出流程：谁、何时、按什么条件，走到哪一步 draw workflows: who goes on, when and where to')
  .action(async (folder: string, workflow: string | undefined, options: Pick<DiagramCommand, 'format' | 'out'>) =>
    exit(
      await (
        await drawing()
      ).writeDiagrams(terminal(), { folder, ...(workflow !== undefined && { workflow }), ...options })
    )
  )

program
  .command('init')
  .argument('<folder>', '新文件夹 new folder')
  .description('新建一个属地 make a new locality from the starter')
  .action(async (folder: string) => exit(await (await making()).initFolder(terminal(), folder)))

const serving = (command: Command) =>
  command
    .addOption(new Option('--port <port>', '端口 port of 127.0.0.1').env('PORT').default(4600).argParser(portNumber))
    .addOption(dataFolder())
    .addOption(
      new Option('--log-level <level>', '日志级别 log level')
        .choices(['debug', 'info', 'warn', 'error'])
        .default('info')
    )

serving(program.command('start'))
  .argument('[folders...]', '要发布的属地文件夹 locality folders to publish')
  .description('启动服务 start the server')
  .action(async (folders: string[], options: { port: number; data: string; logLevel: string }) =>
    exit(await (await running()).start(terminal(), folders, { ...options, watch: false }))
  )

serving(program.command('dev'))
  .argument('<folder>', '属地文件夹 locality folder')
  .description('启动服务并随文件变化重新发布 start, and publish again whenever a file changes')
  .action(async (folder: string, options: { port: number; data: string; logLevel: string }) =>
    exit(await (await running()).start(terminal(), [folder], { ...options, watch: true }))
  )

const tables = ['areas', 'people', 'appointments', 'registrations', 'goods'] as const
const encodings = ['utf-8', 'gb18030', 'utf-16le'] as const
program
  .command('import')
  .addArgument(new Argument('<table>', '哪张表 which table').choices(tables))
  .argument('<locality>', '属地标识或文件夹 id or folder of the locality')
  .argument('<file>', 'CSV 或 .xlsx 文件 CSV or .xlsx file')
  .addOption(dataFolder())
  .addOption(
    new Option(
      '--encoding <encoding>',
      'CSV 的编码，不写则自动识别 encoding of a CSV, told by its bytes if left out'
    ).choices(encodings)
  )
  .option('--sheet <name>', '工作表，不写则第一个 sheet of an .xlsx file, the first if left out')
  .option(
    '--complete',
    '这张表是全部：在任而不在表上的，今天结束 the file lists all: what is held and not in it ends today'
  )
  .option('--dry-run', '只说会有什么变化 only tell what would change')
  .description('导入表格 import a table: new rows are added, changed ones updated, nothing is deleted')
  .action(
    async (
      table: ImportCommand['table'],
      place: string,
      file: string,
      options: Omit<ImportCommand, 'table' | 'place' | 'file'>
    ) => exit(await (await importing()).importTable(terminal(), { table, place, file, ...options }))
  )

const exportTables = program
  .command('export')
  .addArgument(new Argument('<what>', '导出什么 what to export').choices(['cases', 'transfers', ...tables]))
  .argument('<locality>', '属地标识或文件夹 id or folder of the locality')
  .argument('<file>', '.csv 或 .xlsx 文件 .csv or .xlsx file')
  .addOption(dataFolder())
  .option('--as <person>', '以此人的权限导出 only what this person may see, as they see it')
  .addOption(
    new Option('--personal <how>', '没有 --as 时，姓名、电话等如何显示 how personal fields show without --as')
      .choices(['mask', 'clear', 'absent'])
      .default('mask')
  )
  .addOption(
    new Option('--box <box>', '案件：哪个清单 cases: which list').choices([
      'ALL',
      'MINE',
      'TODO',
      'OFFERED',
      'ASSIGNED'
    ])
  )
  .option(
    '--service <service>',
    '案件：只要此事项，并列出它的表单 cases: of this service, with the answers to its form'
  )
  .addOption(
    new Option('--state <state>', '案件的状态，或积分的 pending、posted、voided state of cases, or of transfers')
  )
  .option('--area <area>', '案件：此区域及以下 cases: of this area and below')
  .option('--open', '案件：只要在办的 cases: open ones only')
  .option('--closed', '案件：只要办结的 cases: closed ones only')
  .option('--ledger <ledger>', '积分：只要此账 transfers: of this ledger')
  .description('导出表格 export a table')
  .action(
    async (
      what: ExportCommand['what'],
      place: string,
      file: string,
      options: Omit<ExportCommand, 'what' | 'place' | 'file'>
    ) => exit(await (await exporting()).exportTable(terminal(), { what, place, file, ...options }))
  )

program
  .command('explain')
  .argument('<locality>', '属地标识或文件夹 id or folder of the locality')
  .argument('<evaluation>', '考评 evaluation')
  .argument('<window>', '考评期，如 2026-10、2026-Q4、2026 window')
  .argument('[subject]', '被评的人或区域，不写则全部 person or area judged, all if left out')
  .addOption(dataFolder())
  .addOption(new Option('--format <format>', '输出格式 output format').choices(['text', 'json']).default('text'))
  .option('--recompute', '按数据库现有的流水重算，有不同则退出状态为 1 compute it again and say what differs')
  .description('成绩怎么来的 how published scores came about')
  .action(
    async (
      place: string,
      evaluation: string,
      window: string,
      subject: string | undefined,
      options: Pick<ExplainCommand, 'data' | 'format' | 'recompute'>
    ) => exit(await (await explaining()).explainScores(terminal(), { place, evaluation, window, subject, ...options }))
  )

program
  .command('roster')
  .argument('<locality>', '属地标识或文件夹 id or folder of the locality')
  .argument('[post]', '岗位，不写则是写了 absentWhile 的那些 post, those with absentWhile if left out')
  .addOption(dataFolder())
  .option('--on <date>', '哪一天，不写则是今天 which day, today if left out')
  .description('当天哪里有人在岗，哪里缺人 where posts are manned on a day, and which areas are uncovered')
  .action(async (place: string, post: string | undefined, options: { data: string; on?: string }) =>
    exit(await (await rostering()).printRoster(terminal(), { place, post, ...options }))
  )

declareReleases(program, terminal, exit)
declareMigration(program, terminal, exit)
declareBundles({ program, exporting: exportTables }, terminal, exit)

program
  .command('audit')
  .description('审计 audit')
  .command('verify')
  .argument('<locality>', '属地标识 id of the locality')
  .addOption(dataFolder())
  .description('核对流水：哈希链和重放 verify hash chains and replay of every case')
  .action(async (locality: string, { data }: { data: string }) =>
    exit(await (await auditing()).verifyAudit(terminal(), locality, data))
  )

program
  .command('token')
  .argument('<locality>', '属地标识 id of the locality')
  .argument('<person>', '人员标识 id of the person')
  .addOption(dataFolder())
  .description('开发用令牌 print a token, for development only')
  .action(async (locality: string, person: string, { data }: { data: string }) =>
    exit(await (await auditing()).printToken(terminal(), { locality, person }, data))
  )

try {
  await program.parseAsync()
} catch (error) {
  const { faultLines } = await import('./fault-words.ts')
  for (const line of faultLines(error, terminal())) terminal().complain(line)
  exit(1)
}

function terminal(): Terminal {
  const chosen = program.opts<{ lang?: string }>().lang
  const english = (process.env['LC_ALL'] ?? process.env['LANG'] ?? '').toLowerCase().startsWith('en')
  return {
    language: chosen ?? (english ? 'en' : 'zh-CN'),
    print: line => void process.stdout.write(`${line}\n`),
    complain: line => void process.stderr.write(`${line}\n`),
    ...(process.stderr.isTTY ? { progress: line => void process.stderr.write(`\r\u001B[K${line}`) } : {}),
    ...(process.stdout.isTTY ? { clear: () => void process.stdout.write('\u001B[2J\u001B[3J\u001B[H') } : {})
  }
}

function watching(): Option {
  return new Option('--watch', '文件一改就再来一遍 do it again whenever a file changes')
}

function portNumber(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError('端口是 0 到 65535 的整数 a port is a whole number from 0 to 65535')
  return port
}

function percentage(text: string): number {
  const percent = Number(text)
  if (!/^\d+$/.test(text) || percent > 100)
    throw new InvalidArgumentError('百分比是 0 到 100 的整数 a percentage is a whole number from 0 to 100')
  return percent
}

function exit(code: number): void {
  process.exitCode = code
}

/** `gridwright migrate`: open cases go over to the release that is live, by a plan that people have read; and back. */
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSource, type Locality, type Source } from '@gridwright/core'
import { checkPlan, planIn } from '@gridwright/workflows'
import { draftPlan, moveBack, moveCases, pinnedBy, type MoveReport, type MoveRun } from './case-moves.ts'
import { printIssues } from './cli-check.ts'
import { inLocality } from './cli-import.ts'
import { listenForStop } from './cli-stop.ts'
import { planLines, reportLines } from './migration-words.ts'
import type { Store } from './store.ts'
import { storeFault } from './store-fault.ts'
import { commandFault, said, type Terminal } from './terminal.ts'

/** One of `plan`, `dryRun`, `apply` and `undo` names the plan's file; `case` is the number of the one case to take back. */
export type MigrateCommand = {
  readonly place: string
  readonly data: string
  readonly format: 'text' | 'json'
  readonly plan?: string
  readonly dryRun?: string
  readonly apply?: string
  readonly undo?: string
  readonly case?: string
  readonly as?: string
  readonly why?: string
}

type Asked = {
  readonly store: Store
  readonly live: Locality
  readonly terminal: Terminal
  readonly command: MigrateCommand
}

/** Does what the command names; exit status 1 where a plan has issues, or a case that it should move stays. */
export async function migrateCases(terminal: Terminal, command: MigrateCommand): Promise<number> {
  const { plan, dryRun, apply, undo } = command
  const files = [plan, dryRun, apply, undo].filter(file => file !== undefined)
  if (files.length !== 1 || (command.case !== undefined && undo === undefined)) throw oneOfFour
  return inLocality(terminal, command, async (store, id) => {
    const published = await store.published(id)
    if (!published) throw storeFault('locality.unknown', id, {})
    const asked: Asked = { store, live: published.locality, terminal, command }
    if (plan !== undefined) return writePlan(asked, plan)
    if (undo !== undefined) return undoPlan(asked, undo)
    return applyPlan(asked, dryRun ?? apply ?? '', dryRun !== undefined)
  })
}

async function writePlan({ store, live, terminal, command }: Asked, file: string): Promise<number> {
  if (existsSync(file)) throw alreadyThere(file)
  const drafted = await draftPlan(store, live)
  const { plan, outside } = drafted
  const pinned = await pinnedBy(
    store,
    live.id,
    [...plan.moves, ...outside].map(each => ('from' in each ? each.from : each.procedure))
  )
  for (const line of planLines(terminal, { live, pinned }, drafted)) terminal.print(line)
  if (plan.moves.length === 0) {
    terminal.print(said(terminal, '没有要转的在办案件', 'no open case has to be moved'))
    return 0
  }
  const schemas = join(dirname(fileURLToPath(import.meta.resolve('@gridwright/core'))), '..', 'schemas')
  const $schema = join(relative(dirname(resolve(file)), schemas), 'migration.schema.json').replaceAll('\\', '/')
  const text = `${JSON.stringify({ $schema, ...plan }, null, 2)}\n`
  await writeFile(file, text)
  const { issues } = checkPlan(parseSource(file, text), live, pinned)
  const next = `gridwright migrate ${command.place} --dry-run ${file}`
  terminal.print(
    said(
      terminal,
      `已写 ${file}，还有 ${issues.length} 处要定；下一步：${next}`,
      `wrote ${file}; ${issues.length} still to be decided; next: ${next}`
    )
  )
  return 0
}

async function applyPlan(asked: Asked, file: string, dryRun: boolean): Promise<number> {
  const { store, live, terminal } = asked
  const source = await sourceOf(file)
  const { plan: read } = planIn(source)
  const pinned = await pinnedBy(
    store,
    live.id,
    (read?.moves ?? []).map(({ from }) => from)
  )
  const { plan, issues } = checkPlan(source, live, pinned)
  if (!plan) {
    printIssues({ ...terminal, print: terminal.complain }, issues)
    return 1
  }
  const report = await moveCases(store, live, plan, { ...runOf(asked), dryRun })
  await printReport(asked, report, dryRun)
  return report.stopped || report.kept.some(({ code }) => !meant.includes(code)) ? 1 : 0
}

/** Reasons to stay that are no failure of the plan: it says so, or says nothing of the case. */
const meant: readonly string[] = ['migration.pinned', 'migration.unplanned', 'migration.not-offered']

async function undoPlan(asked: Asked, file: string): Promise<number> {
  const { store, live, terminal, command } = asked
  const { plan, issues } = planIn(await sourceOf(file))
  if (!plan) {
    printIssues({ ...terminal, print: terminal.complain }, issues)
    return 1
  }
  const number = command.case
  const report = await moveBack(store, live.id, plan, { ...runOf(asked), ...(number === undefined ? {} : { number }) })
  if (number !== undefined && report.moved.length + report.kept.length === 0) throw notMoved(number)
  await printReport(asked, report, false)
  return report.stopped || report.kept.length > 0 ? 1 : 0
}

async function sourceOf(file: string): Promise<Source> {
  if (!existsSync(file)) throw noPlan(file)
  return parseSource(file, await readFile(file, 'utf8'))
}

function runOf({ terminal, command }: Asked): MoveRun {
  const { received } = listenForStop(terminal)
  const told = (seen: number) => terminal.complain(said(terminal, `已看 ${seen} 件`, `${seen} cases seen`))
  return { who: command.as ?? userInfo().username, why: command.why ?? '', stop: received, onProgress: told }
}

async function printReport(
  { store, live, terminal, command }: Asked,
  report: MoveReport,
  dryRun: boolean
): Promise<void> {
  if (command.format === 'json') return terminal.print(JSON.stringify(report, null, 2))
  const pinned = await pinnedBy(
    store,
    live.id,
    report.kept.map(({ procedure }) => procedure)
  )
  for (const line of reportLines(terminal, { live, pinned }, report, dryRun)) terminal.print(line)
}

const oneOfFour = commandFault(
  [
    '--plan、--dry-run、--apply、--undo 里要写一个，只写一个；--case 和 --undo 一起写',
    'one of --plan, --dry-run, --apply and --undo is wanted, and only one; --case goes with --undo'
  ],
  [
    '先写计划：gridwright migrate <属地> --plan plan.json',
    'Begin with a plan: gridwright migrate <locality> --plan plan.json'
  ]
)

const alreadyThere = (file: string) =>
  commandFault(
    [`${file} 已经有了，里面可能有定好的`, `${file} is there already, perhaps with what was decided`],
    ['换个文件名，或先移走它', 'choose another name, or move it away']
  )

const noPlan = (file: string) =>
  commandFault(
    [`没有文件 ${file}`, `there is no file ${file}`],
    ['用 gridwright migrate <属地> --plan 写一份', 'write one with gridwright migrate <locality> --plan']
  )

const notMoved = (number: string) =>
  commandFault(
    [`没有按这份计划转过案件 ${number}`, `this plan has moved no case ${number}`],
    ['编号见 gridwright export cases', 'see the numbers with gridwright export cases']
  )

/** `gridwright import`: a table of areas, people, posts held, registrations or goods from a file, into a locality that is published. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { idOf, type TableName } from '@gridwright/core'
import { openData } from './cli-data.ts'
import { closeAll, type Part } from './cli-stop.ts'
import type { Staffing } from './import-staffing.ts'
import type { ImportProgress, TableChange } from './import-store.ts'
import { openStore, type Store } from './store.ts'
import { tableFault } from './table-fault.ts'
import { readTableFile, type ReadOptions } from './table-file.ts'
import { commandFault, counted, said, type Terminal } from './terminal.ts'

/** What is imported: `place` is a locality's id or its folder. `complete` ends what the file no longer lists, `dryRun` only tells. */
export type ImportCommand = ReadOptions & {
  readonly table: TableName
  readonly place: string
  readonly file: string
  readonly data: string
  readonly complete?: boolean
  readonly dryRun?: boolean
}

const stopLimitMs = 10_000
const progressRows = 10_000

/** Imports the file and prints what that added, changed and ended. Throws `import.refused` with every faulty row, and then nothing was done. */
export async function importTable(terminal: Terminal, command: ImportCommand): Promise<number> {
  const { table, file, complete, dryRun } = command
  if (complete && table !== 'appointments' && table !== 'registrations') throw tableFault('table.held-only', file)
  const { dataset, format } = await readTableFile(file, command)
  const name = basename(file)
  if ('rows' in dataset)
    terminal.print(
      said(
        terminal,
        `${name}：${dataset.rows.length} 行，${format}`,
        `${name}: ${counted(dataset.rows.length, 'row')}, ${format}`
      )
    )
  return inLocality(terminal, command, async (store, locality) => {
    const options = {
      now: Date.now(),
      complete: complete ?? false,
      dryRun: dryRun ?? false,
      onProgress: told(terminal)
    }
    const { tables, staffing } = await store.importTables(locality, [{ table, file: name, dataset }], options)
    for (const change of tables) printChange(terminal, change, command)
    for (const place of staffing) terminal.print(staffingLine(place, terminal))
    return 0
  })
}

/** Opens the data folder and the locality that `place` is the id or the folder of, does `work`, and closes. Throws `locality.unknown` for one that was never published. */
export async function inLocality<Done>(
  terminal: Terminal,
  { place, data }: Pick<ImportCommand, 'place' | 'data'>,
  work: (store: Store, locality: string) => Promise<Done>
): Promise<Done> {
  const locality = await idAt(place)
  return inStore(terminal, data, store => work(store, locality))
}

/** Opens the data folder, does `work`, and closes. */
export async function inStore<Done>(
  terminal: Terminal,
  data: string,
  work: (store: Store) => Promise<Done>
): Promise<Done> {
  const database = await openData({ ...terminal, print: terminal.complain }, data)
  const parts: Part[] = []
  try {
    const store = await openStore({ url: database.url, appUrl: database.appUrl })
    parts.push(() => store.close())
    return await work(store)
  } finally {
    await closeAll(parts, database, stopLimitMs)
  }
}

async function idAt(place: string): Promise<string> {
  if (!existsSync(join(place, 'locality.json'))) return place
  const id = idOf(await readFile(join(place, 'locality.json'), 'utf8'))
  if (id === undefined)
    throw commandFault(
      [`${place}/locality.json 里没有 id`, `${place}/locality.json has no id`],
      ['用 gridwright check 检查', 'look at it with gridwright check']
    )
  return id
}

function staffingLine({ post, area, count, min, max }: Staffing, terminal: Terminal): string {
  const few = min !== null && count < min
  return said(
    terminal,
    `! 岗位 ${post} 在 ${area} 有 ${count} 人，${few ? `少于 ${min}` : `多于 ${max}`} 人`,
    `! the post ${post} is held by ${count} at ${area}, ${few ? `fewer than ${min}` : `more than ${max}`}`
  )
}

/** Says how far a long file has come. */
function told(terminal: Terminal): ImportProgress {
  return ({ rows, of }) => {
    if (of > progressRows && (rows % progressRows === 0 || rows === of))
      terminal.complain(said(terminal, `已写入 ${rows}/${of} 行`, `${rows} of ${of} rows stored`))
  }
}

const marks = { added: '+', changed: '~', ended: '-', missing: '?' } as const

function printChange(terminal: Terminal, change: TableChange, { complete, dryRun }: ImportCommand): void {
  const { rows, added, changed, ended, missing, examples, unused } = change
  for (const { kind, key } of examples) if (dryRun || kind === 'ended') terminal.print(`  ${marks[kind]} ${key}`)
  const hidden =
    (dryRun ? added + changed + missing : 0) + ended - examples.filter(({ kind }) => dryRun || kind === 'ended').length
  if (hidden > 0) terminal.print(said(terminal, `  … 还有 ${hidden} 行`, `  … and ${counted(hidden, 'row')} more`))
  const same = rows - added - changed
  const would = dryRun ? said(terminal, '（试运行，没有写入）', ' (dry run, nothing was stored)') : ''
  terminal.print(
    said(
      terminal,
      `新增 ${added}，更改 ${changed}，结束 ${ended}，未变 ${same}${would}`,
      `${added} added, ${changed} changed, ${ended} ended, ${same} unchanged${would}`
    )
  )
  if (missing > 0 && !complete)
    terminal.print(
      said(
        terminal,
        `另有 ${missing} 个在任的不在表上，照旧；若这张表是全部，加 --complete，它们就在今天结束`,
        `${counted(missing, 'row')} held today ${missing === 1 ? 'is' : 'are'} not in the file and ${missing === 1 ? 'stays' : 'stay'}; if the file is complete, say --complete and they end today`
      )
    )
  if (unused.length > 0)
    terminal.print(said(terminal, `没有用到的列：${unused.join('、')}`, `columns not used: ${unused.join(', ')}`))
}

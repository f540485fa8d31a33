/** `gridwright export`: cases, transfers or tables of instance data into a file for a spreadsheet. */
import type { Locality, TableName, Transfer } from '@gridwright/core'
import { operatorOf, viewerOf, type Clearance, type Viewer } from './access.ts'
import { inLocality } from './cli-import.ts'
import { caseTable, type Exporting } from './export-cases.ts'
import { dataRows } from './export-data.ts'
import { transferTable } from './export-transfers.ts'
import type { CaseQuery, Store } from './store.ts'
import { storeFault } from './store-fault.ts'
import { tableFault } from './table-fault.ts'
import { formatOf, writeTable, type Cell } from './table-write.ts'
import { commandFault, counted, said, type Terminal } from './terminal.ts'

/** What is exported: `place` is a locality's id or its folder. `as` is a person whose rights hold; else the operator sees all, people as `personal` says. */
export type ExportCommand = {
  readonly what: 'cases' | 'transfers' | TableName
  readonly place: string
  readonly file: string
  readonly data: string
  readonly personal: Clearance
  readonly as?: string
  readonly box?: CaseQuery['box']
  readonly service?: string
  readonly state?: string
  readonly area?: string
  readonly open?: boolean
  readonly closed?: boolean
  readonly ledger?: string
}

/** Writes the file and says how many rows it has. Throws a `CommandFault` for options that do not go together. */
export async function exportTable(terminal: Terminal, command: ExportCommand): Promise<number> {
  formatOf(command.file)
  refuseIdle(command)
  return inLocality(terminal, command, async (store, id) => {
    const published = await store.published(id)
    if (!published) throw storeFault('locality.unknown', id, {})
    const { locality, hash } = published
    const viewer = await viewerFor(store, locality, command)
    if (command.area !== undefined && !(await store.areasById(id, [command.area])).has(command.area))
      throw tableFault('table.no-area', id, command.area)
    const exporting = { store, locality, release: hash, language: terminal.language, now: Date.now(), viewer }
    const rows = await writeTable(command.file, rowsOf(exporting, command), command.what)
    terminal.print(said(terminal, `${command.file}：${rows} 行`, `${command.file}: ${counted(rows, 'row')}`))
    return 0
  })
}

function rowsOf(exporting: Exporting, command: ExportCommand): AsyncIterable<readonly Cell[]> {
  const { what, personal, ledger, state, open, closed, box, service, area } = command
  const { locality } = exporting
  if (what === 'cases') {
    if (service !== undefined) known('--service', service, locality.services.keys())
    const half = open === closed ? {} : { open: open ?? false }
    const given = Object.entries({ box, service, state, area }).filter(([, value]) => value !== undefined)
    return caseTable(exporting, { ...half, ...Object.fromEntries(given) })
  }
  if (what !== 'transfers') return dataRows(exporting, what, personal)
  if (ledger !== undefined) known('--ledger', ledger, Object.keys(locality.points?.ledgers ?? {}))
  return transferTable(exporting, { ledger, state: state === undefined ? undefined : stateOf(state) })
}

async function viewerFor(store: Store, locality: Locality, { as, personal }: ExportCommand): Promise<Viewer> {
  if (as !== undefined) {
    const facts = await store.personFacts(locality.id, as, Date.now())
    if (!facts) throw tableFault('table.no-person', locality.id, as)
    return viewerOf(locality, facts)
  }
  const tops: string[] = []
  for (let after: string | undefined; ;) {
    const page = await store.areas(locality.id, { parent: null, first: 100, ...(after === undefined ? {} : { after }) })
    tops.push(...page.items.map(({ node }) => node.id))
    after = page.items.at(-1)?.cursor
    if (!page.hasNextPage) return operatorOf(tops, personal)
  }
}

const forCases = ['box', 'service', 'area', 'open', 'closed'] as const
/** The options that choose rows. */
export const filters = [...forCases, 'state', 'ledger'] as const

/** An option that would change nothing is refused, and not passed over. */
function refuseIdle(command: ExportCommand): void {
  const { what, as, box } = command
  const allowed: readonly string[] =
    what === 'cases' ? [...forCases, 'state'] : what === 'transfers' ? ['state', 'ledger'] : []
  const idle = filters.find(name => command[name] !== undefined && !allowed.includes(name))
  if (idle) throw tableFault('table.idle-option', what, `--${idle}`)
  if (as !== undefined && what !== 'cases' && what !== 'transfers') throw tableFault('table.operator-only', '', what)
  if (box !== undefined && box !== 'ALL' && as === undefined) throw tableFault('table.box-of-whom', '', box)
}

const states = ['pending', 'posted', 'voided'] as const

function stateOf(text: string): Transfer['state'] {
  const found = states.find(state => state === text)
  if (!found) known('--state', text, states)
  return found ?? 'pending'
}

function known(option: string, name: string, names: Iterable<string>): void {
  const all = [...names]
  if (all.includes(name)) return
  throw commandFault(
    [`${option}：没有 “${name}”`, `${option}: there is no “${name}”`],
    [`可选：${all.join('、')}`, `choose from ${all.join(', ')}`]
  )
}

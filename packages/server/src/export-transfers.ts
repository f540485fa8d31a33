// Transfers of points as rows of a table: those that the exporting viewer may see, passbook by passbook.
import type { Transfer } from '@gridwright/core'
import { maySeeTransfer, seen } from './access.ts'
import type { Context } from './context.ts'
import { contextFor, minuteOf, nameOn, type Exporting } from './export-cases.ts'
import { pointsFields } from './resolve-points.ts'
import type { PassbookLine } from './store-passbook.ts'
import type { Cell } from './table-write.ts'

/** Only of this ledger and state, where they are given. */
export type TransferFilter = {
  readonly ledger?: string | undefined
  readonly state?: Transfer['state'] | undefined
}

type Pair = readonly [zh: string, en: string]

const pageRows = 500

/** The heading, then the transfers by holder, ledger and instant; a page at a time, so that any number takes little memory. */
export async function* transferTable(exporting: Exporting, filter: TransferFilter): AsyncGenerator<readonly Cell[]> {
  const { store, locality, viewer, language } = exporting
  yield columns.map(({ heading }) => heading[language === 'en' ? 1 : 0])
  for (let after: Transfer | undefined; ;) {
    const lines = await store.books.every(locality.id, { ...filter, first: pageRows, after })
    const context = contextFor(exporting)
    const visible = lines.filter(line => maySeeTransfer(line.transfer, viewer))
    const rowOf = (line: PassbookLine) => Promise.all(columns.map(async ({ read }) => read(line, context)))
    yield* await Promise.all(visible.map(rowOf)) // together, so that what they name is read at once
    after = lines.at(-1)?.transfer
    if (lines.length < pageRows) return
  }
}

const fields = pointsFields.Transfer
const kinds: Readonly<Record<Transfer['kind'], Pair>> = {
  award: ['积分', 'award'],
  redemption: ['换购', 'redemption'],
  reversal: ['冲正', 'reversal']
}
const states: Readonly<Record<Transfer['state'], Pair>> = {
  pending: ['待定', 'pending'],
  posted: ['已入账', 'posted'],
  voided: ['已作废', 'voided']
}
const inWords = (pair: Pair, { language }: Context) => pair[language === 'en' ? 1 : 0]

const columns: readonly {
  readonly heading: Pair
  readonly read: (line: PassbookLine, context: Context) => Cell | Promise<Cell>
}[] = [
  { heading: ['流水号', 'Transfer'], read: ({ transfer }) => transfer.id },
  { heading: ['时间', 'At'], read: (line, context) => minuteOf(fields.at(line, undefined, context)) },
  {
    heading: ['积分账', 'Ledger'],
    read: ({ transfer: { ledger } }, { locality, text }) => text(locality.points?.ledgers[ledger]?.label ?? ledger)
  },
  {
    heading: ['持有人', 'Holder'],
    read: async (line, context) => nameOn(await fields.holder(line, undefined, context))
  },
  { heading: ['类别', 'Kind'], read: ({ transfer }, context) => inWords(kinds[transfer.kind], context) },
  { heading: ['状态', 'State'], read: ({ transfer }, context) => inWords(states[transfer.state], context) },
  { heading: ['积分', 'Points'], read: (line, context) => Number(fields.amount(line, undefined, context)) },
  { heading: ['事由', 'For'], read: (line, context) => fields.label(line, undefined, context) },
  {
    heading: ['超出上限而未计', 'Cut by the cap'],
    read: (line, context) => Number(fields.cut(line, undefined, context) ?? 0)
  },
  { heading: ['确认时间', 'Settled'], read: (line, context) => minuteOf(fields.settledAt(line, undefined, context)) },
  {
    heading: ['确认人', 'Settled by'],
    read: async (line, context) => nameOn(await fields.settledBy(line, undefined, context))
  },
  {
    heading: ['说明', 'Reason'],
    async read({ transfer }, context) {
      const level = (await context.viewer())?.operator ?? 'clear'
      return seen(transfer.reason, level, () => '***') ?? ''
    }
  },
  { heading: ['冲正的流水号', 'Reverses'], read: ({ transfer }) => transfer.of ?? '' }
]

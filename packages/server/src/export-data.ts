// Instance data as tables that an import takes back: headings and labels in the language asked for, people as clearly as is asked for.
import {
  dataTables,
  headingOf,
  labelOf,
  pointsOf,
  pointsText,
  textIn,
  type Locality,
  type TableName,
  type Text
} from '@gridwright/core'
import { maskName, maskPhone, seen, type Clearance } from './access.ts'
import type { Exporting } from './export-cases.ts'
import type { TableRow } from './store-tables.ts'
import type { Cell } from './table-write.ts'

/** The heading, then the rows of `table`; names and phone numbers as `personal` says. */
export async function* dataRows(
  { store, locality, language }: Pick<Exporting, 'store' | 'locality' | 'language'>,
  table: TableName,
  personal: Clearance
): AsyncGenerator<readonly Cell[]> {
  const columns = Object.entries(dataTables[table])
  const text = (label: Text) => textIn(label, language, locality.languages)
  yield columns.map(([key]) => headingOf(table, key, language))
  for await (const row of store.tableRows(locality, table)) {
    const shown = shownRow(row, table, locality, personal)
    yield columns.map(([key, column]) => labelOf(locality, column, shown[key] ?? '', text))
  }
}

function shownRow(row: TableRow, table: TableName, { points }: Locality, personal: Clearance): TableRow {
  const { name = '', phone = '', price = '' } = row
  if (table === 'people')
    return {
      ...row,
      name: seen(name, personal, maskName) ?? '',
      phone: phone === '' ? '' : (seen(phone, personal, maskPhone) ?? '')
    }
  const unit = points && pointsOf(points).shop?.ledger.unit
  return table === 'goods' && unit !== undefined ? { ...row, price: pointsText(Number(price), unit) } : row
}

// Goods of the points shop from data/goods.csv. A stock says how many were ever put on the shelf, so that a file which is imported again
// puts nothing back that was sold; it cannot fall below that.
import { pointsOf, readGoods, type DataTable, type Good, type Locality } from '@gridwright/core'
import type { DataProblem } from './store-fault.ts'
import type { Run } from './store-session.ts'

/** The goods of `table`; every faulty row is added to `problems`, as is a table where the locality has no shop. */
export async function goodsIn(
  run: Run,
  locality: Locality,
  table: DataTable & { readonly file: string },
  problems: DataProblem[]
): Promise<readonly Good[]> {
  const { file, rows, shown } = table
  const tell = (line: number, column: string, problem: string, value: string) =>
    void problems.push({ file, line, column: shown.get(column) ?? column, problem, value })
  const ledger = locality.points && pointsOf(locality.points).shop?.ledger
  if (!ledger) {
    tell(1, '', 'no-shop', '')
    return []
  }
  const { goods, problems: faults } = readGoods(table, ledger)
  for (const { line, column, problem, value } of faults) tell(line, column, problem, value)
  const sold = await run<{ id: string; sold: number }>(
    'select id, delivered - stock as sold from good where locality = $1 and id = any($2::text[])',
    [locality.id, goods.map(({ id }) => id)]
  )
  const soldOf = new Map(sold.map(row => [row.id, row.sold]))
  const lines = new Map(rows.map(({ cells, line }) => [cells.id, line]))
  for (const { id, stock } of goods)
    if (stock < (soldOf.get(id) ?? 0)) tell(lines.get(id) ?? 1, 'stock', 'fewer-than-sold', String(stock))
  return goods
}

// Goods of the points shop from data/goods.csv. A stock says how many were ever put on the shelf, so that a file which is imported again
// puts nothing back that was sold; it cannot fall below that.
import { pointsOf, readGoods, type Dataset, type Good, type Locality } from '@gridwright/core'
import type { DataProblem } from './store-fault.ts'
import type { Run } from './store-session.ts'

/** The goods of `table`; every faulty row is added to `problems`, as is a table where the locality has no shop. */
export async function goodsIn(
  run: Run,
  locality: Locality,
  table: (Dataset & { readonly file: string }) | undefined,
  problems: DataProblem[]
): Promise<readonly Good[]> {
  if (!table) return []
  const { file, rows } = table
  const ledger = locality.points && pointsOf(locality.points).shop?.ledger
  if (!ledger) {
    problems.push({ file, line: 1, column: '', problem: 'no-shop', value: '' })
    return []
  }
  const { goods, problems: faults } = readGoods(table, ledger)
  problems.push(...faults.map(fault => ({ file, ...fault })))
  const sold = await run<{ id: string; sold: number }>(
    'select id, delivered - stock as sold from good where locality = $1 and id = any($2::text[])',
    [locality.id, goods.map(({ id }) => id)]
  )
  const soldOf = new Map(sold.map(row => [row.id, row.sold]))
  for (const { id, stock } of goods) {
    const line = rows.find(({ cells }) => cells.id === id)?.line ?? 1
    if (stock < (soldOf.get(id) ?? 0))
      problems.push({ file, line, column: 'stock', problem: 'fewer-than-sold', value: String(stock) })
  }
  return goods
}

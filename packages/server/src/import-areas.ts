// Areas of an imported table, each with its path; a parent may stand below its child in the file, or be stored already.
import { codeFault, type DataRow, type Locality } from '@gridwright/core'
import type { Report } from './import-rows.ts'
import type { Run } from './store-session.ts'

/** An area as its row is stored: `path` from the top down, `places` the same by level. */
export type AreaRow = {
  id: string
  code: string
  name: string
  level: string
  parent: string | null
  path: string[]
  places: Record<string, string>
}

/** The area above another, none for the top, or what is wrong with it; `reported` where that has been said of itself. */
type Above = Pick<AreaRow, 'id' | 'level' | 'path' | 'places'> | undefined | 'circular' | 'unknown' | 'reported'
type Stored = ReadonlyMap<string, Pick<AreaRow, 'id' | 'level' | 'path' | 'places'>>

/** The stored ones among the areas `ids`. */
export async function storedAreas(run: Run, locality: string, ids: readonly string[]): Promise<Stored> {
  const rows = await run<Pick<AreaRow, 'id' | 'level' | 'path' | 'places'>>(
    'select id, level, to_json(path) as path, places from area where locality = $1 and id = any($2::text[])',
    [locality, ids]
  )
  return new Map(rows.map(row => [row.id, row]))
}

/** Areas with their paths. `levels` tells the level of every area that is known. */
export function areasIn(
  rows: readonly DataRow[],
  locality: Locality,
  stored: Stored,
  report: Report
): { rows: readonly AreaRow[]; levels: ReadonlyMap<string, string> } {
  const byCode = new Map(rows.map(row => [row.cells.code ?? '', row]))
  const ranks = new Map(locality.levels.map(({ id }, rank) => [id, rank]))
  const made = new Map<string, AreaRow | undefined>()
  const seen = new Set<string>()
  const make = (row: DataRow, below: readonly string[]): AreaRow | undefined => {
    const { code, name, level, parent } = areaCells(row)
    if (made.has(code)) return made.get(code)
    made.set(code, undefined)
    const above = aboveOf(parent, [...below, code])
    if (above === 'reported') return undefined
    if (typeof above === 'string') return report(row, 'parent', above)
    const misplaced = levelFault(ranks, level, above)
    if (misplaced) return report(row, 'level', misplaced)
    const miscoded = codeFault(locality, { code, level, parent })
    if (miscoded) return report(row, 'code', miscoded)
    const area = {
      id: code,
      code,
      name,
      level,
      parent: above?.id ?? null,
      path: [...(above?.path ?? []), code],
      places: { ...above?.places, [level]: code }
    }
    made.set(code, area)
    return area
  }
  const aboveOf = (parent: string, below: readonly string[]): Above => {
    if (parent === '') return undefined
    if (below.includes(parent)) return 'circular'
    const row = byCode.get(parent)
    return row ? (make(row, below) ?? 'reported') : (stored.get(parent) ?? 'unknown')
  }
  for (const row of rows) {
    const { code = '', name = '' } = row.cells
    if (code === '') report(row, 'code', 'missing')
    else if (seen.has(code)) report(row, 'code', 'duplicate')
    else if (name === '') report(row, 'name', 'missing')
    else make(row, [])
    seen.add(code)
  }
  const areas = [...made.values()].filter(area => area !== undefined)
  return { rows: areas, levels: new Map([...stored.values(), ...areas].map(({ id, level }) => [id, level])) }
}

function areaCells({ cells: { code = '', name = '', level = '', parent = '' } }: DataRow) {
  return { code, name, level, parent }
}

function levelFault(
  ranks: ReadonlyMap<string, number>,
  level: string,
  above: { readonly level: string } | undefined
): string | undefined {
  const rank = ranks.get(level)
  if (rank === undefined) return 'unknown'
  return above && rank <= (ranks.get(above.level) ?? -1) ? 'not-below-parent' : undefined
}

/** Areas whose stored path no longer goes through that of their parent: it was moved by the file, and they were not in it. At most 200. */
export async function leftBehind(run: Run, locality: string): Promise<readonly { id: string; parent: string }[]> {
  return run<{ id: string; parent: string }>(
    `select c.id, c.parent from area c join area p on p.locality = c.locality and p.id = c.parent
    where c.locality = $1 and c.path is distinct from p.path || c.id order by c.id limit 200`,
    [locality]
  )
}

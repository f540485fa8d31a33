/** Instance data held against what the config declares: codes of areas against the grid, appointments against the posts. */
import { readTable, type TableName } from './data-table.ts'
import type { DataRow } from './dataset.ts'
import type { Issue, IssueParams } from './issue.ts'
import type { Locality } from './locality.ts'
import type { Post } from './schema-types.ts'
import type { Source } from './source.ts'

type Files = ReadonlyMap<string, string>

/** Areas whose code has not the digits of its level, does not begin with its parent's, or is none of a layer's own; posts held by too few or too many at an area. */
export function checkData(
  locality: Locality,
  { posts, isLayer }: { readonly posts: Source | undefined; readonly isLayer: boolean },
  files: Files
): readonly Issue[] {
  const areas = rowsOf(locality, files, 'areas')
  const appointments = rowsOf(locality, files, 'appointments')
  const codes = areas.flatMap(row => codeIssues(locality, isLayer, row))
  const staffed = codes.length === 0 && posts && files.has('data/appointments.csv') && areas.length > 0
  return [
    ...codes,
    ...(staffed ? [...locality.posts].flatMap(([id, post]) => staffIssues(posts, id, post, areas, appointments)) : [])
  ]
}

function codeIssues(locality: Locality, isLayer: boolean, { line, cells }: DataRow): readonly Issue[] {
  const { code = '', level = '', parent = '' } = cells
  const at = (problem: string, params: IssueParams): readonly Issue[] => [
    {
      file: 'data/areas.csv',
      line,
      column: 1,
      path: '',
      code: problem,
      severity: 'error',
      params: { code, ...params }
    }
  ]
  const fault = codeFault(locality, { code, level, parent })
  const digits = locality.levels.find(({ id }) => id === level)?.codeDigits ?? 0
  if (fault === 'code-digits') return at('area.code-digits', { level, digits })
  if (fault) return at('area.code-parent', { parent })
  const { code: root } = locality
  const isOwn = !isLayer || code.startsWith(root) || root.startsWith(code) // its areas, and those that hold it
  return isOwn ? [] : at('area.outside-layer', { root })
}

/** What the grid says against the code of an area: not the digits of its level, or not beginning with its parent's. */
export function codeFault(
  { levels }: Pick<Locality, 'levels'>,
  { code, level, parent }: { readonly code: string; readonly level: string; readonly parent: string }
): 'code-digits' | 'code-parent' | undefined {
  const digits = levels.find(({ id }) => id === level)?.codeDigits
  if (digits !== undefined && !new RegExp(`^\\d{${digits}}$`).test(code)) return 'code-digits'
  return code.startsWith(parent) ? undefined : 'code-parent'
}

function staffIssues(
  source: Source,
  id: string,
  { level, perArea }: Post,
  areas: readonly DataRow[],
  appointments: readonly DataRow[]
): readonly Issue[] {
  if (!perArea) return []
  const { min = 0, max = Infinity } = perArea
  const held = new Map<string, number>()
  for (const { cells } of appointments) {
    const { post, area = '', to = '' } = cells
    if (post === id && to === '') held.set(area, (held.get(area) ?? 0) + 1)
  }
  const counts = areas.flatMap(({ cells }) =>
    cells.level === level ? [{ area: cells.code ?? '', count: held.get(cells.code ?? '') ?? 0 }] : []
  )
  const tell = (code: string, wrong: typeof counts, limit: number) => {
    const [first] = wrong
    return first
      ? [
          source.issue(
            `/posts/${id}/perArea`,
            code,
            { post: id, area: first.area, count: first.count, limit, areas: wrong.length },
            { at: 'key' }
          )
        ]
      : []
  }
  return [
    ...tell(
      'post.too-few',
      counts.filter(({ count }) => count < min),
      min
    ),
    ...tell(
      'post.too-many',
      counts.filter(({ count }) => count > max),
      max
    )
  ]
}

function rowsOf(locality: Locality, files: Files, name: TableName): readonly DataRow[] {
  const dataset = readTable(locality, name, files.get(`data/${name}.csv`) ?? '')
  return 'rows' in dataset ? dataset.rows : []
}

/** Instance data held against what the config declares: codes of areas against the grid, appointments against the posts. */
import { parseDataset, type DataRow } from './dataset.ts'
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
  const areas = rowsOf(files, 'data/areas.csv')
  const appointments = rowsOf(files, 'data/appointments.csv')
  const codes = areas.flatMap(row => codeIssues(locality, isLayer, row))
  const staffed = codes.length === 0 && posts && files.has('data/appointments.csv') && areas.length > 0
  return [
    ...codes,
    ...(staffed ? [...locality.posts].flatMap(([id, post]) => staffIssues(posts, id, post, areas, appointments)) : [])
  ]
}

function codeIssues(locality: Locality, isLayer: boolean, { line, cells }: DataRow): readonly Issue[] {
  const { code = '', level = '', parent = '' } = cells
  const digits = locality.levels.find(({ id }) => id === level)?.codeDigits
  const at = (problem: string, params: IssueParams): Issue => ({
    file: 'data/areas.csv',
    line,
    column: 1,
    path: '',
    code: problem,
    severity: 'error',
    params: { code, ...params }
  })
  if (digits !== undefined && !new RegExp(`^\\d{${digits}}$`).test(code))
    return [at('area.code-digits', { level, digits })]
  if (!code.startsWith(parent)) return [at('area.code-parent', { parent })]
  const { code: root } = locality
  const isOwn = !isLayer || code.startsWith(root) || root.startsWith(code) // its areas, and those that hold it
  return isOwn ? [] : [at('area.outside-layer', { root })]
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

function rowsOf(files: Files, file: string): readonly DataRow[] {
  const dataset = parseDataset(files.get(file) ?? '')
  return 'rows' in dataset ? dataset.rows : []
}

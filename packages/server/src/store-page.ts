// Pages of lists: keyset cursors, which stay right while rows come and go and cost the same on every page; nothing is ever counted.

/** `cursor` is opaque to clients: it says after which row a next page begins. */
export type Page<T> = {
  readonly items: readonly { readonly cursor: string; readonly node: T }[]
  readonly hasNextPage: boolean
  readonly hasPreviousPage: boolean
}

/** The sort key of a row: a text or instant and a tie-breaker. */
export type Position = readonly [string, string]

/** The page that `rows` make, of which one more than `first` was asked for. */
export function pageOf<R, T>(
  rows: readonly R[],
  first: number,
  after: string | undefined,
  each: { readonly node: (row: R) => T; readonly position: (row: R) => Position }
): Page<T> {
  return {
    items: rows.slice(0, first).map(row => ({ cursor: cursorOf(each.position(row)), node: each.node(row) })),
    hasNextPage: rows.length > first,
    hasPreviousPage: positionOf(after) !== undefined
  }
}

/** A position as a cursor. */
function cursorOf(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url')
}

/** The position of a cursor; undefined for none and for a text that is none, which begins at the first row. */
export function positionOf(cursor: string | undefined): Position | undefined {
  if (cursor === undefined) return undefined
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    const [first, second]: readonly unknown[] = Array.isArray(parsed) ? parsed : []
    return typeof first === 'string' && typeof second === 'string' ? [first, second] : undefined
  } catch {
    return undefined // whoever sends a cursor that we did not make gets the first page
  }
}

// Answers to a form, read and changed by path; what is changed is copied, what is not is shared.

/** Where a value stands in the answers: property names and row numbers from the top. */
export type Path = readonly (string | number)[]

/** RFC 6901: the JSON Pointer of a path. */
export const pointerTo = (path: Path): string =>
  path.map(step => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/** The value at a path, undefined where nothing is. */
export function valueAt(answers: unknown, path: Path): unknown {
  let value = answers
  for (const step of path) value = isBranch(value) ? (value as Record<string | number, unknown>)[step] : undefined // read only
  return value
}

/** The answers with another value at a path; `undefined` takes a property away, and an object that is left empty with it. */
export function withValue(answers: unknown, path: Path, value: unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined) return value
  if (typeof step === 'number') {
    const rows: unknown[] = Array.isArray(answers) ? [...answers] : []
    rows[step] = withValue(rows[step], rest, value) ?? {}
    return rows
  }
  const { [step]: before, ...others } = isBranch(answers) ? answers : {}
  const after = withValue(before, rest, value)
  if (after !== undefined) return { ...others, [step]: after }
  return Object.keys(others).length > 0 ? others : undefined
}

/**
 * What people wrote with an event, where its form is not at hand: the texts among the answers. Ids and codes, which are
 * words of Latin letters without a blank, are left out.
 */
export function textsAmong(answers: unknown): string[] {
  if (typeof answers !== 'object' || answers === null) return []
  const texts = Object.values(answers).filter(value => typeof value === 'string')
  return texts.filter(text => !/^[\w.:+-]*$/.test(text))
}

const isBranch = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

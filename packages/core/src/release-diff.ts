/** What one config says otherwise than another: file by file and value by value, whatever their order and white space. */
import { canonicalJson } from './hash.ts'
import { schemaOf } from './schema.ts'
import { parseSource, pointerToken } from './source.ts'

/** `path` is a JSON Pointer into `file`, '' for the whole; `from` is missing where it is new, `to` where it is gone. */
export type Difference = {
  readonly file: string
  readonly path: string
  readonly from?: unknown
  readonly to?: unknown
}

type Files = ReadonlyMap<string, string>

/** All differences between two folders of config by file and place; tables of data and scenarios are no config. */
export function differences(from: Files, to: Files): readonly Difference[] {
  const paths = [...new Set([...from.keys(), ...to.keys()])].filter(isConfig).sort()
  return paths.flatMap(file => {
    const [before, after] = [from, to].map(files => files.get(file))
    const value = (text: string | undefined) => (text === undefined ? undefined : parseSource(file, text).value)
    return between(file, '', value(before), value(after))
  })
}

/** A config file's path inside its own folder, whichever layer it is of. */
export function pathInLayer(path: string): string {
  return /^(?:.*?\/)??((?:services|forms|workflows|evaluations)\/[^/]+|[^/]+)$/.exec(path)?.[1] ?? ''
}

function isConfig(path: string): boolean {
  return schemaOf(pathInLayer(path)) !== undefined && !/(^|\/)(data|tests)\//.test(path)
}

function between(file: string, path: string, from: unknown, to: unknown): readonly Difference[] {
  if (from === undefined && to === undefined) return []
  if (from === undefined) return [{ file, path, to }]
  if (to === undefined) return [{ file, path, from }]
  if (isObject(from) && isObject(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])].filter(key => key !== '$schema')
    return keys.flatMap(key => between(file, `${path}/${pointerToken(key)}`, from[key], to[key]))
  }
  if (Array.isArray(from) && Array.isArray(to) && from.length === to.length && from.every(isObject))
    return from.flatMap((item, i) => between(file, `${path}/${i}`, item, to[i]))
  return canonicalJson(from) === canonicalJson(to) ? [] : [{ file, path, from, to }]
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** One config file of a layer laid over that of its base: what it adds, what it may change, and both places of every change. */
import { canonicalJson } from './hash.ts'
import type { Issue } from './issue.ts'
import { narrowing } from './layer-narrowing.ts'
import { pointerToken, type Source } from './source.ts'

/** Places (`file`, `file#pointer`) that the layers below leave open, and those that they lock. */
export type Terms = { readonly open: readonly string[]; readonly locked: readonly string[] }

/** A value of the base that a layer changed: it `narrows` what is fixed, or `fills` what is open. `base` is `file:line:column`. */
export type Override = {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly path: string
  readonly kind: 'narrows' | 'fills'
  readonly base: string
  readonly from: string
  readonly to: string
}

/** A file that both layers have, by its path in either; `lower` are all files below. */
export type Overlap = {
  readonly path: string
  readonly below: Source
  readonly above: Source
  readonly terms: Terms
  readonly lower: ReadonlyMap<string, Source>
}

type Merged = { readonly source: Source; readonly issues: readonly Issue[]; readonly overrides: readonly Override[] }
type Json = { readonly [key: string]: unknown }

/** Where each layer speaks for itself: nothing of these is inherited. */
const own = ['$schema', 'id', 'code', 'name', 'extends', 'open', 'locked', 'expect']

/** Where a layer may add entries of its own beside those of the base. */
const addable: Readonly<Record<string, RegExp>> = {
  'locality.json': /^\/(channels|scales)(\/[^/]+)?$/,
  'posts.json': /^\/(posts|registrations)(\/[^/]+)?$/,
  'categories.json': /^\/categories(\/[^/]+)?$/,
  'calendar.json': /^\/clocks(\/[^/]+)?$/
}

/** The file as the layer has it. Whatever is neither added, nor open, nor narrower is an issue, and stays as the base has it. */
export function mergeSource(overlap: Overlap): Merged {
  const { path, below, above } = overlap
  const issues: Issue[] = []
  const overrides: Override[] = []
  const change = (pointer: string, from: unknown, to: unknown): unknown => {
    const verdict = judge(overlap, pointer, from, to)
    if (verdict === 'adds') return to
    const words = { from: shown(from), to: shown(to), base: place(below, pointer) }
    const part = from === undefined ? 'key' : 'value'
    const issue = above.issue(pointer, `layer.${verdict}`, { ...words, name: `${path}#${pointer}` }, { at: part })
    const { file, line, column } = issue
    if (verdict === 'narrows' || verdict === 'fills')
      overrides.push({ file, line, column, path: pointer, kind: verdict, ...words })
    else issues.push(issue)
    return verdict === 'narrows' || verdict === 'fills' ? to : from
  }
  if (!isObject(below.value) || !isObject(above.value)) return { source: above, issues, overrides } // its schema tells
  const spoken = path === 'locality.json' ? own : ['$schema']
  const value = {
    ...merge(without(below.value, spoken), without(above.value, spoken), '', change),
    ...only(above.value, spoken)
  }
  return { source: overlaid(below, above, value), issues, overrides }
}

/** `file:line:column` of what stands at `pointer`, or of what holds it. */
export function place(source: Source, pointer: string): string {
  const { file, line, column } = source.issue(pointer, '')
  return `${file}:${line}:${column}`
}

/** Whether `name` is one of `places` or lies within one. */
export function covers(places: readonly string[], name: string): boolean {
  return places.some(place => name === place || name.startsWith(place.includes('#') ? `${place}/` : `${place}#`))
}

type Change = (pointer: string, from: unknown, to: unknown) => unknown

function merge(from: Json, to: Json, pointer: string, change: Change): Json {
  const entries = Object.keys({ ...from, ...to }).map(key => {
    const at = `${pointer}/${pointerToken(key)}`
    const [before, after] = [
      Object.hasOwn(from, key) ? from[key] : undefined,
      Object.hasOwn(to, key) ? to[key] : undefined
    ]
    if (after === undefined) return [key, before]
    if (isObject(before) && isObject(after)) return [key, merge(before, after, at, change)]
    return [
      key,
      before !== undefined && canonicalJson(before) === canonicalJson(after) ? before : change(at, before, after)
    ]
  })
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

/** What may be said of a change; the last three are the names of issues. */
function judge(
  { path, terms, lower }: Overlap,
  pointer: string,
  from: unknown,
  to: unknown
): 'adds' | 'fills' | 'narrows' | 'locked' | 'wider' | 'closed' {
  const name = `${path}#${pointer}`
  if (covers(terms.locked, name) || terms.locked.some(lock => covers([name], lock))) return 'locked'
  if (covers(terms.open, name)) return 'fills'
  if (from === undefined && addable[path]?.test(pointer)) return 'adds'
  const narrower = narrowing(path, pointer)
  if (!narrower) return 'closed'
  return narrower(from, to, { pointer, lower }) ? 'narrows' : 'wider'
}

/** A file whose every value stands in one of two texts: the upper one where it is there, else the lower one. */
function overlaid(below: Source, above: Source, value: unknown): Source {
  const standsIn = (pointer: string): Source => {
    for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
      if (above.has(at)) return above
      if (below.has(at)) return below
    }
    return above
  }
  return {
    file: above.file,
    value,
    issues: [],
    has: pointer => above.has(pointer) || below.has(pointer),
    issue: (pointer, ...told) => standsIn(pointer).issue(pointer, ...told)
  }
}

function without(value: Json, keys: readonly string[]): Json {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)))
}

function only(value: Json, keys: readonly string[]): Json {
  return Object.fromEntries(Object.entries(value).filter(([key]) => keys.includes(key)))
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function shown(value: unknown): string {
  if (value === undefined) return '–'
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

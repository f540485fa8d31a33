/** Layers (分层): a locality that stands on another one, as a community on its street and that on its city. Which files are whose, and how they become one. */
import type { Issue, IssueParams } from './issue.ts'
import { covers, mergeSource, place, type Override, type Terms } from './layer-merge.ts'
import { parseSource, soundSource, type Source } from './source.ts'

/** One folder: `folder` is '' for the one that is checked, else its path from there; `sources` are its config files by their path inside it. */
export type Layer = { readonly folder: string; readonly sources: ReadonlyMap<string, Source> }

/** All layers as one: `sources` by path, each position in the file of the layer where it stands; `below` are the layers under the folder itself, the lowest first. */
export type Layered = {
  readonly sources: ReadonlyMap<string, Source>
  readonly below: readonly Layer[]
  /** False where a base is missing or the layers go in a circle: nothing else can then be said of them. */
  readonly isWhole: boolean
  readonly issues: readonly Issue[]
  /** Of places that `open` and `locked` name: to be told once every file is in order, since a misspelt key is no place either. */
  readonly placeIssues: readonly Issue[]
  readonly overrides: readonly Override[]
}

type Sources = ReadonlyMap<string, Source>

const maxLayers = 8

/** `path` seen from `folder`, without steps there and back: `joined('../a', '../b/c.json')` is `../b/c.json`. */
export function joined(folder: string, path: string): string {
  const parts: string[] = []
  for (const part of `${folder}/${path}`.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts.join('/')
}

/** The folder that the text of a locality.json `extends`, as written there; undefined where it stands on nothing. */
export function baseOf(text: string): string | undefined {
  return extendsOf(soundSource('locality.json', text))
}

/** The id that the text of a locality.json says; undefined where it says none. */
export function idOf(text: string): string | undefined {
  const { value } = soundSource('locality.json', text)
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined
  return typeof id === 'string' ? id : undefined
}

/** The files of a folder and of the layers below it, as the reader of folders gives them: its own by path, theirs by the path from it. `read` is what makes sources of them. */
export function layered(files: ReadonlyMap<string, string>, read: typeof parseSource = parseSource): Layered {
  const { folders, issues } = chainOf(files, read)
  const layers = folders.map((folder): Layer => {
    const own = [...files.keys()].filter(path => folderOf(path, folders) === folder).sort()
    const inside = own.flatMap(path => {
      const name = folder === '' ? path : path.slice(folder.length + 1)
      const isConfig =
        /\.jsonc?$/.test(path) && !name.startsWith('data/') && (folder === '' || !name.startsWith('tests/'))
      return isConfig ? [[name, read(path, files.get(path) ?? '')] as const] : []
    })
    return { folder, sources: new Map(inside) }
  })
  const told = layers.flatMap(({ sources }) => [...sources.values()].flatMap(source => source.issues))
  const merged = mergeLayers(issues.length > 0 ? [] : layers)
  return {
    ...merged,
    below: layers.slice(0, -1),
    isWhole: issues.length === 0,
    issues: [...issues, ...told, ...merged.issues]
  }
}

/** Folders from the base up to the checked one (''), as far as each says and has what it stands on. */
function chainOf(
  files: ReadonlyMap<string, string>,
  read: typeof parseSource
): { folders: readonly string[]; issues: readonly Issue[] } {
  const folders = ['']
  for (;;) {
    const folder = folders[0] ?? ''
    const path = joined(folder, 'locality.json')
    const source = read(path, files.get(path) ?? '')
    const base = extendsOf(source)
    if (base === undefined) return { folders, issues: [] }
    const below = joined(folder, base)
    const tell = (code: string, params: IssueParams) => ({ folders, issues: [source.issue('/extends', code, params)] })
    if (folders.includes(below))
      return tell('layer.circular', { trace: [below, ...folders].map(name => name || '.').join(' → ') })
    if (!files.has(joined(below, 'locality.json'))) return tell('layer.missing', { name: base })
    if (folders.length === maxLayers) return tell('layer.too-many', { limit: maxLayers })
    folders.unshift(below)
  }
}

function extendsOf({ value }: Source): string | undefined {
  const base = typeof value === 'object' && value !== null && 'extends' in value ? value.extends : undefined
  return typeof base === 'string' ? base : undefined
}

/** The innermost of `folders` that `path` lies in; none where it leads out of all of them. */
function folderOf(path: string, folders: readonly string[]): string | undefined {
  const inside = folders.filter(folder => (folder === '' ? !path.startsWith('../') : path.startsWith(`${folder}/`)))
  return inside.toSorted((a, b) => b.length - a.length)[0]
}

function mergeLayers([base, ...above]: readonly Layer[]): Omit<Layered, 'below' | 'isWhole'> {
  const issues: Issue[] = []
  const placeIssues: Issue[] = []
  const overrides: Override[] = []
  let sources = base?.sources ?? new Map<string, Source>()
  let terms = termsOf(sources, { open: [], locked: [] }, placeIssues)
  for (const layer of above) {
    const lower = sources
    const merged = new Map(lower)
    for (const [path, source] of layer.sources) {
      const below = lower.get(path)
      if (!below) merged.set(path, source)
      else if (below.value !== undefined && source.value !== undefined) {
        const done = mergeSource({ path, below, above: source, terms, lower })
        merged.set(path, done.source)
        issues.push(...done.issues)
        overrides.push(...done.overrides)
      }
    }
    issues.push(...identityIssues(lower.get('locality.json'), layer.sources.get('locality.json')))
    sources = merged
    terms = termsOf(sources, terms, placeIssues, lower)
  }
  return { sources, issues, placeIssues, overrides }
}

/** A layer is no second copy of its base, and lies within it. */
function identityIssues(below: Source | undefined, above: Source | undefined): readonly Issue[] {
  if (!below || !above) return []
  const text = (source: Source, name: 'id' | 'code') => {
    const value = (source.value as { [key: string]: unknown } | null | undefined)?.[name] // any JSON, or none
    return typeof value === 'string' ? value : ''
  }
  const [id, code, root] = [text(above, 'id'), text(above, 'code'), text(below, 'code')]
  return [
    ...(text(below, 'id') === id ? [above.issue('/id', 'layer.same-id', { name: id, base: place(below, '/id') })] : []),
    ...(code.startsWith(root)
      ? []
      : [above.issue('/code', 'layer.code-outside', { code, root, base: place(below, '/code') })])
  ]
}

function areNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(name => typeof name === 'string')
}

/** What the layers so far leave open and lock. A place that is nowhere, or open although a layer below fixed it, is told. */
function termsOf(sources: Sources, before: Terms, issues: Issue[], lower: Sources = new Map()): Terms {
  const own = sources.get('locality.json')
  const { open = [], locked = [] } = (own?.value ?? {}) as { open?: unknown; locked?: unknown } // any JSON: its schema has yet to tell
  if (!own || !areNames(open) || !areNames(locked)) return before
  const after = { open: [...before.open, ...open], locked: [...before.locked, ...locked] }
  for (const [key, places] of [
    ['open', open],
    ['locked', locked]
  ] as const)
    places.forEach((name, i) => {
      const [path = '', pointer = ''] = name.split('#')
      const [source, below] = [sources.get(path), lower.get(path)]
      const isFixed = covers(after.locked, name) || (below?.has(pointer) && !covers(before.open, name))
      if (!source?.has(pointer)) issues.push(own.issue(`/${key}/${i}`, 'layer.place-unknown', { name }))
      else if (key === 'open' && isFixed)
        issues.push(own.issue(`/${key}/${i}`, 'layer.not-open', { name, base: place(below ?? source, pointer) }))
    })
  return after
}

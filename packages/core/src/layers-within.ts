/** Layers within (内层): folders inside a locality's folder that stand on it, as a community's in its city's. They are no tenants: the locality is compiled with them, and in the area of a layer its rules hold. */
import { canonicalJson, contentHash } from './hash.ts'
import type { Issue } from './issue.ts'
import { baseOf, joined } from './layer.ts'
import type { Override } from './layer-merge.ts'
import type { Locality } from './locality.ts'
import type { Places } from './party.ts'
import type { Source } from './source.ts'

type Files = ReadonlyMap<string, string>

/** The folders of all layers inside the folder of `files`, each after those that it stands on, whatever the order of the files. */
export function layersWithin(files: Files): readonly string[] {
  const bases = new Map<string, string>()
  for (const [path, text] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const folder = /^(?!\.\.\/)(.+)\/locality\.json$/.exec(path)?.[1]
    const base = folder === undefined ? undefined : baseOf(text)
    if (folder !== undefined && base !== undefined) bases.set(folder, joined(folder, base))
  }
  const found = new Set([''])
  for (let size = 0; size < found.size;) {
    size = found.size
    for (const [folder, base] of bases) if (found.has(base)) found.add(folder)
  }
  return [...found].slice(1)
}

/** The files as the layer in `folder` sees them: its own by path, those of the layers below it by the path from it. Without `folders`' other layers. */
export function seenFrom(files: Files, folder: string, folders: readonly string[]): Files {
  const below = new Set<string>()
  for (let at = folder; at !== '' && !below.has(at);) {
    below.add(at)
    at = joined(at, baseOf(files.get(`${at}/locality.json`) ?? '') ?? '')
  }
  const owner = (path: string) =>
    folders.filter(each => path.startsWith(`${each}/`)).toSorted((a, b) => b.length - a.length)[0] ?? ''
  const up = folder.split('/').map(() => '..')
  return new Map(
    [...files].flatMap(([path, text]): readonly (readonly [string, string])[] => {
      const home = owner(path)
      if (home === folder) return [[path.slice(folder.length + 1), text]]
      return home === '' || below.has(home) ? [[joined(up.join('/'), path), text]] : []
    })
  )
}

/** An issue of the layer in `folder`, its file named from the folder of the whole. */
export function fromWhole(issue: Issue, folder: string): Issue {
  return { ...issue, file: joined(folder, issue.file) }
}

/** What `ground` and the layers in it know together: what a layer adds is known everywhere, what it narrows holds in its area alone. */
export function withLayers(ground: Locality, layers: readonly Locality[]): Locality {
  if (layers.length === 0) return ground
  const union = <T>(of: (locality: Locality) => ReadonlyMap<string, T>): ReadonlyMap<string, T> =>
    new Map([...layers, ground].flatMap(locality => [...of(locality)]))
  return Object.freeze({
    ...ground,
    channels: union(({ channels }) => channels),
    scales: union(({ scales }) => scales),
    posts: union(({ posts }) => posts),
    registrations: union(({ registrations }) => registrations),
    categories: union(({ categories }) => categories),
    services: union(({ services }) => services),
    forms: union(({ forms }) => forms),
    workflows: union(({ workflows }) => workflows),
    ground,
    layers,
    hash: contentHash([ground, ...layers].map(({ hash }) => hash)),
    world: contentHash([ground, ...layers].map(({ world }) => world))
  })
}

/** Whose rules hold at a place: those of the innermost layer that covers it, else the locality's own. */
export function localityAt(locality: Locality, places: Places): Locality {
  const covering = new Set(Object.values(places))
  return locality.layers.findLast(({ code }) => covering.has(code)) ?? locality.ground ?? locality
}

/** The layers in which `service` is offered; undefined where it is the locality's own and offered everywhere. */
export function layersOffering(locality: Locality, service: string): readonly Locality[] | undefined {
  if (locality.layers.length === 0 || locality.ground?.services.has(service)) return undefined
  return locality.layers.filter(({ services }) => services.has(service))
}

/** A layer as it was read from its folder. */
export type Within = {
  readonly folder: string
  readonly locality: Locality
  readonly sources: ReadonlyMap<string, Source>
  readonly overrides: readonly Override[]
}

/** What of a locality the whole has only once, and where it is declared. */
const declared = {
  posts: id => ['posts.json', `/posts/${id}`],
  registrations: id => ['posts.json', `/registrations/${id}`],
  channels: id => ['locality.json', `/channels/${id}`],
  scales: id => ['locality.json', `/scales/${id}`],
  categories: id => ['categories.json', `/categories/${id}`],
  services: id => [`services/${id}.json`, ''],
  forms: id => [`forms/${id}.json`, ''],
  workflows: id => [`workflows/${id}.json`, '']
} as const satisfies Partial<Record<keyof Locality, (id: string) => readonly [file: string, pointer: string]>>
type Declared = keyof typeof declared

/** What a case is not pinned to: it is the same in the whole locality. */
const everywhere =
  /^(grid|locality)\.json#|^posts\.json#(?!.*\/perArea)|^calendar\.json#\/years|^evaluations\/|^points\.json#\/shop/

/** What a layer changes although it holds for the whole, and names to which two layers give a meaning each. */
export function checkWithin(ground: Locality, layers: readonly Within[]): readonly Issue[] {
  const kinds = Object.keys(declared) as Declared[] // the keys of a closed object
  return [...layers.flatMap(changesOfWhole), ...kinds.flatMap(kind => twins(ground, layers, kind))]
}

function changesOfWhole({ folder, overrides, sources }: Within): readonly Issue[] {
  return overrides.flatMap(({ file, path, base }) => {
    const issue = everywhere.test(`${file}#${path}`)
      ? sources.get(file)?.issue(path, 'layer.not-within', { name: path, base }, { severity: 'warning' })
      : undefined
    return issue ? [fromWhole(issue, folder)] : []
  })
}

function twins(ground: Locality, layers: readonly Within[], kind: Declared): readonly Issue[] {
  const first = new Map<string, Within>()
  const issues: Issue[] = []
  for (const layer of layers) {
    for (const [id, value] of layer.locality[kind]) {
      const known = first.get(id) ?? layer
      first.set(id, known)
      const same = canonicalJson(known.locality[kind].get(id)) === canonicalJson(value)
      if (ground[kind].has(id) || same || standsOn(layer, known)) continue
      const [file, pointer] = declared[kind](id)
      const issue = layer.sources.get(file)?.issue(pointer, 'layer.twins', { name: id, other: known.folder })
      if (issue) issues.push(fromWhole(issue, layer.folder))
    }
  }
  return issues
}

/** Whether what `layer` has otherwise than `other` is a change of it. */
function standsOn(layer: Within, other: Within): boolean {
  return layer.overrides.some(({ base }) => joined(layer.folder, base).startsWith(`${other.folder}/`))
}

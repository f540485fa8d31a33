/** A locality (属地): all files of its folder, parsed, checked and frozen. Nothing here is ever changed; a new config makes a new one. */
import { type Calendar, calendarOf } from './calendar.ts'
import { contentHash } from './hash.ts'
import type { Issue } from './issue.ts'
import { sortIssues } from './issue.ts'
import { checkEvaluations } from './evaluation-check.ts'
import { layered, type Layer } from './layer.ts'
import { checkWithin, fromWhole, layersWithin, seenFrom, withLayers } from './layers-within.ts'
import type { Override } from './layer-merge.ts'
import { checkPoints } from './points-check.ts'
import { checkReferences } from './references.ts'
import { checkSchema, schemaOf } from './schema.ts'
import { nearest } from './nearest.ts'
import type {
  CalendarFile,
  CategoriesFile,
  Category,
  Channel,
  EvaluationFile,
  FormFile,
  GridFile,
  Level,
  LocalityFile,
  PointsFile,
  Post,
  PostsFile,
  RegistrationKind,
  ScaleStep,
  ScenarioFile,
  ServiceFile,
  Text,
  WorkflowFile
} from './schema-types.ts'
import { soundSource, type Source } from './source.ts'

export type Scale = Readonly<Record<string, ScaleStep>>

export type Locality = {
  readonly id: string
  readonly code: string
  readonly name: Text
  readonly languages: readonly string[]
  readonly timeZone: string
  /** Whether a change of it is published only once a second person has approved. */
  readonly secondApproval: boolean
  /** For each table of data its local headings, heading → column. */
  readonly columns: NonNullable<LocalityFile['columns']>
  readonly channels: ReadonlyMap<string, Channel>
  readonly scales: ReadonlyMap<string, Scale>
  readonly calendar: Calendar
  /** From the top down. */
  readonly levels: readonly Level[]
  readonly posts: ReadonlyMap<string, Post>
  readonly registrations: ReadonlyMap<string, RegistrationKind>
  readonly categories: ReadonlyMap<string, Category>
  readonly services: ReadonlyMap<string, ServiceFile>
  readonly forms: ReadonlyMap<string, FormFile>
  readonly workflows: ReadonlyMap<string, WorkflowFile>
  readonly evaluations: ReadonlyMap<string, EvaluationFile>
  readonly scenarios: ReadonlyMap<string, ScenarioFile>
  /** Undefined where no points are given. */
  readonly points: PointsFile | undefined
  /** Content hash of all config files of all layers (not of data/, tests/ and files that the folder does not know). */
  readonly hash: string
  /** Content hash of what floats with the world: calendar years, grid, posts, registrations. */
  readonly world: string
  /** Layers inside the locality, each as it holds in the area of its `code`; the innermost come last. */
  readonly layers: readonly Locality[]
  /** The locality without what the layers inside it add; undefined where there are none. */
  readonly ground: Locality | undefined
}

/** `locality` is there unless an error stands in the way of reading it; `sources` are the parsed files, for further checks. */
export type Loaded = {
  readonly locality?: Locality
  readonly sources: ReadonlyMap<string, Source>
  readonly issues: readonly Issue[]
  /** What the folder changes of the layers that it stands on; none where it stands on its own. */
  readonly overrides: readonly Override[]
  /** Layers in folders of this one, by folder, each as it is read by itself; its files are named from its own folder. */
  readonly within: ReadonlyMap<string, Loaded>
}

/** The folder's files by path (`services/repair.json` → text; those of the layers it extends by the path from it) as a locality, with every issue of syntax, schema, layer and reference at once. */
export function load(files: ReadonlyMap<string, string>): Loaded {
  const folders = layersWithin(files)
  const own = loadOne(withoutFolders(files, folders))
  const within = new Map(folders.map(folder => [folder, loadOne(seenFrom(files, folder, folders))]))
  const layers = [...within].flatMap(([folder, { locality, ...loaded }]) =>
    locality ? [{ folder, locality, ...loaded }] : []
  )
  const ground = own.locality
  const issues = sortIssues([
    ...own.issues,
    ...[...within].flatMap(([folder, loaded]) => loaded.issues.map(issue => fromWhole(issue, folder))),
    ...(ground && layers.length === within.size ? checkWithin(ground, layers) : [])
  ])
  const isSound = ground && !issues.some(({ severity }) => severity === 'error')
  const { locality: _, ...rest } = own
  const whole = isSound
    ? {
        locality: withLayers(
          ground,
          layers.map(({ locality }) => locality)
        )
      }
    : {}
  return { ...rest, within, issues, ...whole }
}

function withoutFolders(files: ReadonlyMap<string, string>, folders: readonly string[]): ReadonlyMap<string, string> {
  return new Map([...files].filter(([path]) => !folders.some(folder => path.startsWith(`${folder}/`))))
}

function loadOne(files: ReadonlyMap<string, string>): Loaded {
  const { sources, below, isWhole, overrides, placeIssues, issues: told } = layered(files)
  const within = new Map<string, Loaded>()
  if (!isWhole) return { sources, overrides, within, issues: sortIssues(told) }
  const issues: Issue[] = [
    ...told,
    ...[...sources].flatMap(([path, source]) => shapeIssues(path, source)),
    ...required.filter(path => !sources.has(path)).map(missing)
  ]
  if (issues.some(issue => issue.severity === 'error'))
    return { sources, overrides, within, issues: sortIssues(issues) }
  const locality = build(sources, below)
  issues.push(...placeIssues, ...checkReferences(locality, sources, files))
  const points = sources.get('points.json')
  if (points && locality.points) issues.push(...checkPoints(locality.points, points, locality))
  issues.push(...checkEvaluations(locality, sources))
  const ofBases = (issue: Issue) =>
    issue.severity === 'warning' && below.some(({ folder }) => issue.file.startsWith(`${folder}/`))
  const sorted = sortIssues(issues.filter(issue => !ofBases(issue))) // what a base may mend is told where it is checked
  return sorted.some(issue => issue.severity === 'error')
    ? { sources, overrides, within, issues: sorted }
    : { locality, sources, overrides, within, issues: sorted }
}

/** The locality of files that have been found sound before, such as a release's, read without looking for issues again. Throws where they make none. */
export function reload(files: ReadonlyMap<string, string>): Locality {
  const folders = layersWithin(files)
  const layers = folders.map(folder => reloadOne(seenFrom(files, folder, folders)))
  return withLayers(reloadOne(withoutFolders(files, folders)), layers)
}

function reloadOne(files: ReadonlyMap<string, string>): Locality {
  const { sources, below, isWhole } = layered(files, soundSource)
  if (!isWhole) throw new Error('a layer of these files is missing')
  return build(sources, below)
}

/** What is wrong with one file by itself, once its text is read. */
function shapeIssues(path: string, source: Source): readonly Issue[] {
  if (source.value === undefined) return []
  const schema = schemaOf(path)
  return schema
    ? checkSchema(source, schema)
    : [source.issue('', 'file.unknown', unknownFile(path), { severity: 'warning' })]
}

function missing(file: string): Issue {
  return { file, line: 1, column: 1, path: '', code: 'file.missing', severity: 'error', params: { name: file } }
}

const folders = ['services', 'forms', 'workflows', 'evaluations', 'tests', 'data']
const required = ['locality.json', 'calendar.json', 'grid.json', 'posts.json', 'categories.json']
const optional = ['points.json']

/** What each file holds once its schema has passed. */
type Files = {
  'locality.json': LocalityFile
  'grid.json': GridFile
  'posts.json': PostsFile
  'calendar.json': CalendarFile
  'categories.json': CategoriesFile
  'points.json': PointsFile | undefined
}
type Folders = {
  services: ServiceFile
  forms: FormFile
  workflows: WorkflowFile
  evaluations: EvaluationFile
  tests: ScenarioFile
}

function build(sources: ReadonlyMap<string, Source>, below: readonly Layer[]): Locality {
  const file = <N extends keyof Files>(name: N): Files[N] => sources.get(name)?.value as Files[N] // its schema has just passed
  const known = [...sources.keys()].filter(path => schemaOf(path) !== undefined)
  const folder = <N extends keyof Folders>(name: N): ReadonlyMap<string, Folders[N]> => {
    const paths = known.filter(path => path.startsWith(`${name}/`))
    const value = (path: string) => sources.get(path)?.value as Folders[N] // its schema has just passed
    return new Map(paths.map(path => [path.slice(name.length + 1, -'.json'.length), value(path)]))
  }
  const locality = file('locality.json')
  const grid = file('grid.json')
  const posts = file('posts.json')
  const calendar = file('calendar.json')
  const config = known.filter(path => !path.startsWith('tests/')).map(path => [path, sources.get(path)?.value])
  const bases = below.map(layer => Object.fromEntries([...layer.sources].map(([path, { value }]) => [path, value])))
  return deepFreeze({
    id: locality.id,
    code: locality.code,
    name: locality.name,
    languages: locality.languages,
    timeZone: locality.timeZone,
    secondApproval: locality.secondApproval ?? false,
    columns: locality.columns ?? {},
    channels: entries(locality.channels),
    scales: entries(locality.scales),
    calendar: calendarOf(calendar),
    levels: grid.levels,
    posts: entries(posts.posts),
    registrations: entries(posts.registrations),
    categories: entries(file('categories.json').categories),
    services: folder('services'),
    forms: folder('forms'),
    workflows: folder('workflows'),
    evaluations: folder('evaluations'),
    scenarios: folder('tests'),
    points: file('points.json'),
    hash: contentHash({ ...Object.fromEntries(config), ...(bases.length > 0 && { extends: bases }) }),
    world: contentHash({ calendar: calendar.years, grid, posts }),
    layers: [],
    ground: undefined
  })
}

function entries<T>(map: { readonly [key: string]: T } | undefined): ReadonlyMap<string, T> {
  return new Map(Object.entries(map ?? {}))
}

function unknownFile(name: string): { name: string; suggestion?: string } {
  const [folder = '', ...rest] = name.split('/')
  const meant = rest.length === 0 ? nearest(name, [...required, ...optional]) : nearest(folder, folders)
  const suggestion =
    meant &&
    [meant, ...rest]
      .join('/')
      .toLowerCase()
      .replaceAll(/[ _]+/g, '-')
      .replace(/\.jsonc$/, '.json')
  return suggestion === undefined || suggestion === name ? { name } : { name, suggestion }
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  if (value instanceof Map || value instanceof Set) for (const item of value.values()) deepFreeze(item)
  else for (const item of Object.values(value)) deepFreeze(item)
  return value
}

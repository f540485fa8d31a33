/** A locality (属地): all files of its folder, parsed, checked and frozen. Nothing here is ever changed; a new config makes a new one. */
import { type Calendar, calendarOf } from './calendar.ts'
import { contentHash } from './hash.ts'
import type { Issue } from './issue.ts'
import { sortIssues } from './issue.ts'
import { checkEvaluations } from './evaluation-check.ts'
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
import { parseSource, type Source } from './source.ts'

export type Scale = Readonly<Record<string, ScaleStep>>

export type Locality = {
  readonly id: string
  readonly code: string
  readonly name: Text
  readonly languages: readonly string[]
  readonly timeZone: string
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
  /** Content hash of all config files (not of data/, tests/ and files that the folder does not know). */
  readonly hash: string
  /** Content hash of what floats with the world: calendar years, grid, posts, registrations. */
  readonly world: string
}

/** `locality` is there unless an error stands in the way of reading it; `sources` are the parsed files, for further checks. */
export type Loaded = {
  readonly locality?: Locality
  readonly sources: ReadonlyMap<string, Source>
  readonly issues: readonly Issue[]
}

/** The folder's files by path (`services/repair.json` → text) as a locality, with every issue of syntax, schema and reference at once. */
export function load(files: ReadonlyMap<string, string>): Loaded {
  const sources = new Map<string, Source>()
  const paths = [...files.keys()].sort().filter(path => !path.startsWith('data/') && /\.jsonc?$/.test(path))
  for (const path of paths) sources.set(path, parseSource(path, files.get(path) ?? ''))
  const issues: Issue[] = [
    ...[...sources.values()].flatMap(shapeIssues),
    ...required.filter(path => !files.has(path)).map(missing)
  ]
  if (issues.some(issue => issue.severity === 'error')) return { sources, issues: sortIssues(issues) }
  const locality = build(sources)
  issues.push(...checkReferences(locality, sources, files))
  const points = sources.get('points.json')
  if (points && locality.points) issues.push(...checkPoints(locality.points, points, locality))
  issues.push(...checkEvaluations(locality, sources))
  const sorted = sortIssues(issues)
  return sorted.some(issue => issue.severity === 'error')
    ? { sources, issues: sorted }
    : { locality, sources, issues: sorted }
}

/** What is wrong with one file by itself. */
function shapeIssues(source: Source): readonly Issue[] {
  if (source.value === undefined) return source.issues
  const schema = schemaOf(source.file)
  const found = schema
    ? checkSchema(source, schema)
    : [source.issue('', 'file.unknown', unknownFile(source.file), { severity: 'warning' })]
  return [...source.issues, ...found]
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

function build(sources: ReadonlyMap<string, Source>): Locality {
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
  return deepFreeze({
    id: locality.id,
    code: locality.code,
    name: locality.name,
    languages: locality.languages,
    timeZone: locality.timeZone,
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
    hash: contentHash(Object.fromEntries(config)),
    world: contentHash({ calendar: calendar.years, grid, posts })
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

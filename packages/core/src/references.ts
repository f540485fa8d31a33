/** What no schema can say of a locality's files: that each name exists, is used, and that its data has the expected size. */
import { checkCalendar } from './calendar.ts'
import { neverHolds } from './condition-regions.ts'
import { checkCondition, eligibilityPlace } from './condition.ts'
import { knownColumn, readTable, tableNames } from './data-table.ts'
import type { DatasetFault } from './dataset.ts'
import { checkData } from './instance-data.ts'
import type { Issue } from './issue.ts'
import type { Locality } from './locality.ts'
import { nearest } from './nearest.ts'
import { partiesOf } from './party.ts'
import type { CalendarFile, FormFile, LocalityFile, Party } from './schema-types.ts'
import { shapeOf, type JsonSchema, type Shape } from './shape.ts'
import { pointerToken, type IssueOptions, type Source } from './source.ts'

type Sources = ReadonlyMap<string, Source>

/** Issues of unknown, unused and circular names, of the calendar, of eligibility conditions, and of `expect`. */
export function checkReferences(
  locality: Locality,
  sources: Sources,
  files: ReadonlyMap<string, string>
): readonly Issue[] {
  const context = { locality, sources, used: new Set<string>() }
  const named = [...checkTop(context), ...checkPosts(context), ...checkCategories(context), ...checkServices(context)]
  const misspelt = new Set(named.filter(({ code }) => code === 'name.unknown').map(({ params }) => params.kind))
  return [
    ...named,
    ...checkUnused(context).filter(({ params }) => !misspelt.has(params.kind)), // what is meant and misspelt is not unused
    ...calendarIssues(sources),
    ...idleColumns(locality, sources.get('locality.json')),
    ...checkExpect(locality, sources, files),
    ...checkData(locality, { posts: sources.get('posts.json'), isLayer: isLayer(sources) }, files)
  ]
}

function isLayer(sources: Sources): boolean {
  const { extends: base } = (sources.get('locality.json')?.value ?? {}) as Partial<LocalityFile> // its schema has just passed
  return base !== undefined
}

/** The issue of a `name` that is none of `known` (with the nearest of them), or undefined where it is one. */
export function unknownName(
  source: Source,
  pointer: string,
  kind: string,
  name: string,
  known: Iterable<string>,
  options?: IssueOptions
): Issue | undefined {
  const names = [...known]
  if (names.includes(name)) return undefined
  const suggestion = nearest(name, names)
  const hint = suggestion === undefined ? { known: names.slice(0, 12).join(' ') || '–' } : { suggestion }
  return source.issue(pointer, 'name.unknown', { kind, name, ...hint }, options)
}

/** Issues of the posts and registrations that a party names. */
export function checkParty(source: Source, pointer: string, party: Party, locality: Locality): readonly Issue[] {
  return partiesOf(party).flatMap((one, i) => {
    if (typeof one === 'string') return []
    const at = Array.isArray(party) ? `${pointer}/${i}` : pointer
    const issue =
      'post' in one
        ? unknownName(source, `${at}/post`, 'post', one.post, locality.posts.keys())
        : unknownName(source, `${at}/registration`, 'registration', one.registration, locality.registrations.keys())
    return issue ? [issue] : []
  })
}

type Context = { readonly locality: Locality; readonly sources: Sources; readonly used: Set<string> }

function use(
  context: Context,
  file: string,
  pointer: string,
  kind: string,
  name: string,
  known: Iterable<string>
): readonly Issue[] {
  const source = context.sources.get(file)
  if (!source) return []
  context.used.add(`${kind} ${name}`)
  const issue = unknownName(source, pointer, kind, name, known)
  return issue ? [issue] : []
}

function checkTop(context: Context): readonly Issue[] {
  const { locality, sources } = context
  const source = sources.get('locality.json')
  if (!source) return []
  const issues = [...locality.channels].flatMap(([id, { enteredBy }]) =>
    enteredBy === undefined ? [] : checkParty(source, `/channels/${id}/enteredBy`, enteredBy, locality)
  )
  if (!validZone(locality.timeZone))
    issues.push(
      source.issue('/timeZone', 'time-zone.unknown', { name: locality.timeZone, suggestion: 'Asia/Shanghai' })
    )
  return issues
}

function checkPosts(context: Context): readonly Issue[] {
  const { locality } = context
  const levels = locality.levels.map(level => level.id)
  const of = (part: string, entries: ReadonlyMap<string, { level: string }>) =>
    [...entries].flatMap(([id, { level }]) =>
      use(context, 'posts.json', `/${part}/${id}/level`, 'level', level, levels)
    )
  const absences = [...locality.posts].flatMap(([id, { absentWhile = [] }]) =>
    absentWhile.flatMap((post, i) =>
      use(context, 'posts.json', `/posts/${id}/absentWhile/${i}`, 'post', post, locality.posts.keys())
    )
  )
  return [...of('posts', locality.posts), ...of('registrations', locality.registrations), ...absences]
}

function checkCategories(context: Context): readonly Issue[] {
  const { locality, sources } = context
  const source = sources.get('categories.json')
  const order = [...locality.categories.keys()]
  const isFirst = (id: string, others: readonly string[]) =>
    others.every(other => order.indexOf(id) <= order.indexOf(other))
  return [...locality.categories].flatMap(([id, { parent, limits }]) => {
    const above: string[] = []
    for (let up = parent; up !== undefined && !above.includes(up); up = locality.categories.get(up)?.parent)
      above.push(up)
    return [
      ...(parent === undefined
        ? []
        : use(context, 'categories.json', `/categories/${id}/parent`, 'category', parent, locality.categories.keys())),
      ...(source && above.includes(id) && isFirst(id, above)
        ? [source.issue(`/categories/${id}/parent`, 'category.circular', { trace: [id, ...above].join(' → ') })]
        : []),
      ...Object.entries(limits ?? {}).flatMap(([stage, { clock }]) =>
        use(
          context,
          'categories.json',
          `/categories/${id}/limits/${stage}/clock`,
          'clock',
          clock,
          locality.calendar.clocks.keys()
        )
      )
    ]
  })
}

function checkServices(context: Context): readonly Issue[] {
  const { locality, sources } = context
  return [...locality.services].flatMap(([id, service]) => {
    const file = `services/${id}.json`
    const form = locality.forms.get(service.form)
    const source = sources.get(file)
    const eligible =
      service.eligible && source && form
        ? conditionIssues(source, '/eligible/cel', service.eligible.cel, eligibilityPlace(formShape(form)))
        : []
    return [
      ...use(context, file, '/category', 'category', service.category, locality.categories.keys()),
      ...use(
        context,
        file,
        '/placeLevel',
        'level',
        service.placeLevel,
        locality.levels.map(level => level.id)
      ),
      ...use(context, file, '/form', 'form', service.form, locality.forms.keys()),
      ...use(context, file, '/workflow', 'workflow', service.workflow, locality.workflows.keys()),
      ...service.channels.flatMap((channel, i) =>
        use(context, file, `/channels/${i}`, 'channel', channel, locality.channels.keys())
      ),
      ...eligible
    ]
  })
}

/** What the form says of its answers: their types, and whether they are always there. */
export function formShape(form: FormFile): Shape {
  return shapeOf(form as unknown as JsonSchema) // a form is a JSON Schema with fewer words
}

/** Faults of the condition at `pointer`, located at the string that holds it, with the column within it; or that it holds for nothing. */
export function conditionIssues(
  source: Source,
  pointer: string,
  cel: string,
  place: Parameters<typeof checkCondition>[1]
): readonly Issue[] {
  const faults = checkCondition(cel, place)
  if (faults.length === 0 && neverHolds(cel)) return [source.issue(pointer, 'condition.never')]
  return faults.map(({ code, params, offset }) => source.issue(pointer, code, params, { within: offset }))
}

function checkUnused({ locality, sources, used }: Context): readonly Issue[] {
  const unused = (
    kind: string,
    file: (name: string) => string,
    pointer: (name: string) => string,
    names: Iterable<string>
  ) =>
    [...names]
      .filter(name => !used.has(`${kind} ${name}`))
      .flatMap(name => {
        const source = sources.get(file(name))
        return source
          ? [source.issue(pointer(name), 'name.unused', { kind, name }, { at: 'key', severity: 'warning' })]
          : []
      })
  return [
    ...unused(
      'workflow',
      name => `workflows/${name}.json`,
      () => '',
      locality.workflows.keys()
    ),
    ...unused(
      'channel',
      () => 'locality.json',
      name => `/channels/${name}`,
      locality.channels.keys()
    ),
    ...unused(
      'category',
      () => 'categories.json',
      name => `/categories/${name}`,
      locality.categories.keys()
    )
  ]
}

function calendarIssues(sources: Sources): readonly Issue[] {
  const source = sources.get('calendar.json')
  if (!source) return []
  const calendar = source.value as CalendarFile // its schema has just passed
  return checkCalendar(calendar).map(({ pointer, code, params }) =>
    source.issue(pointer, code, params, { severity: code === 'calendar.workday-without-effect' ? 'warning' : 'error' })
  )
}

function checkExpect(locality: Locality, sources: Sources, files: ReadonlyMap<string, string>): readonly Issue[] {
  const source = sources.get('locality.json')
  const { expect } = (source?.value ?? {}) as Partial<LocalityFile> // its schema has just passed
  if (!source || !expect) return []
  const counted: readonly Counted[] = [
    { name: 'areas', column: 'level', known: locality.levels.map(level => level.id), wanted: expect.areas },
    { name: 'appointments', column: 'post', known: [...locality.posts.keys()], wanted: expect.appointments },
    { name: 'registrations', column: 'kind', known: [...locality.registrations.keys()], wanted: expect.registrations }
  ]
  const services = countIssue(source, '/expect/services', expect.services, locality.services.size, 'services')
  return [...(services ? [services] : []), ...counted.flatMap(table => countIssues(locality, source, files, table))]
}

/** Headings that are known to be the column they are declared as, so that declaring them changes nothing. */
function idleColumns({ columns }: Locality, source: Source | undefined): readonly Issue[] {
  return tableNames.flatMap(name =>
    Object.entries(columns[name] ?? {}).flatMap(([heading, column]) =>
      source && knownColumn(name, heading) === column
        ? [
            source.issue(
              `/columns/${name}/${pointerToken(heading)}`,
              'columns.idle',
              { heading, column },
              { at: 'key', severity: 'warning' }
            )
          ]
        : []
    )
  )
}

/** Rows of data/<name>.csv are counted by what stands in `column`. */
type Counted = {
  readonly name: 'areas' | 'appointments' | 'registrations'
  readonly column: string
  readonly known: readonly string[]
  readonly wanted: Readonly<Record<string, number>> | undefined
}

function countIssues(
  locality: Locality,
  source: Source,
  files: ReadonlyMap<string, string>,
  { name, column, known, wanted }: Counted
): readonly Issue[] {
  if (wanted === undefined || Object.keys(wanted).length === 0) return []
  const file = `data/${name}.csv`
  const text = files.get(file)
  if (text === undefined) return [source.issue(`/expect/${name}`, 'data.missing', { name: file }, { at: 'key' })]
  const table = readTable(locality, name, text)
  if ('faults' in table) return malformed(file, table)
  return Object.entries(wanted).flatMap(([key, count]) => {
    const at = `/expect/${name}/${pointerToken(key)}`
    const actual = table.rows.filter(row => row.cells[column] === key).length
    const issue =
      unknownName(source, at, column, key, known, { at: 'key' }) ??
      countIssue(source, at, count, actual, `${file} ${key}`)
    return issue ? [issue] : []
  })
}

function countIssue(
  source: Source,
  at: string,
  expected: number | undefined,
  actual: number,
  what: string
): Issue | undefined {
  return expected === undefined || expected === actual
    ? undefined
    : source.issue(at, 'expect.count', { what, expected, actual })
}

function malformed(file: string, { faults }: DatasetFault): readonly Issue[] {
  return faults.map(({ line, problem }) => ({
    file,
    line,
    column: 1,
    path: '',
    code: 'data.malformed',
    severity: 'error',
    params: { problem }
  }))
}

function validZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false // RangeError is how Intl says that it has no such zone
  }
}

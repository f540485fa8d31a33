// Mutants of a locality: its config with one thing taken away, renamed, sent elsewhere, given to another, or made of another type.
import { applyEdits, modify, parseTree, type JSONPath, type Node } from 'jsonc-parser'
import type { Files } from './folder.ts'

/** One change to one file; `what` says it in a line, `value` is undefined for what is taken away. */
export type Mutation = {
  readonly what: string
  readonly file: string
  readonly path: JSONPath
  readonly value: unknown
}

/** The config that decides how cases go: without data, scenarios, and the counts that data must have; with years enough for any limit. */
export function configOf(files: Files): Files {
  const config = new Map([...files].filter(([path]) => !/(^|\/)(data|tests)\//.test(path)))
  for (const [path, text] of config) {
    if (path.endsWith('locality.json')) config.set(path, edited(text, ['expect'], undefined))
    if (path.endsWith('calendar.json'))
      config.set(
        path,
        laterYears.reduce((rest, year) => edited(rest, ['years', year], { holidays: [], workdays: [] }), text)
      )
  }
  return config
}
const laterYears = Array.from({ length: 20 }, (_, i) => `${2027 + i}`)

/** The files with `mutation` made. */
export function mutated(files: Files, { file, path, value }: Mutation): Files {
  return new Map([...files, [file, edited(files.get(file) ?? '', path, value)]])
}

function edited(text: string, path: JSONPath, value: unknown): string {
  return applyEdits(text, modify(text, path, value, {}))
}

/** Every mutation of the folder's own config files. What is only said to people is left as it is. */
export function mutationsOf(files: Files): readonly Mutation[] {
  return [...files].flatMap(([file, text]) => {
    const root = parseTree(text)
    return root && isOwn(file) ? [...within(file, root, [], namesIn(root))] : []
  })
}

function isOwn(file: string): boolean {
  return file.endsWith('.json') && !file.startsWith('../')
}

const said = [
  '$schema',
  'label',
  'title',
  'summary',
  'description',
  'legalBasis',
  'otherwise',
  'duties',
  'noDeadline',
  'name',
  'ui',
  'examples',
  'replies',
  'events',
  'columns'
]
/** Whom a state can belong to, and whom an event can be left to. */
const parties = ['applicant', 'assignee', 'offered', 'rung', 'system']
const partyKeys = ['owner', 'by', 'among', 'certify', 'handOver', 'publishedBy']
const retyped: Readonly<Record<string, unknown>> = {
  string: 'integer',
  integer: 'string',
  number: 'boolean',
  boolean: 'string',
  array: 'string'
}

function* within(file: string, node: Node, path: JSONPath, names: Names): Generator<Mutation> {
  const key = String(path.at(-1) ?? '')
  if (said.includes(key)) return
  const told = (what: string, value: unknown): Mutation => ({
    what: `${file} /${path.join('/')} ${what}`,
    file,
    path,
    value
  })
  if (path.length > 0) yield told('is taken away', undefined)
  if (partyKeys.includes(key)) for (const party of parties) yield told(`is ${party}`, party)
  if (node.type === 'string') {
    const kind = kindOf(path)
    for (const other of names.get(kind) ?? []) if (other !== node.value) yield told(`is ${other}`, other)
    yield told('is renamed', `${String(node.value)}x`)
    if (key === 'type' && retyped[String(node.value)]) yield told('is of another type', retyped[String(node.value)])
  }
  if (node.type === 'boolean') yield told('is the contrary', node.value === false)
  for (const [i, child] of (node.children ?? []).entries()) {
    const [name, value] = child.type === 'property' ? (child.children ?? []) : []
    if (name && value) yield* within(file, value, [...path, String(name.value)], names)
    else if (child.type !== 'property') yield* within(file, child, [...path, i], names)
  }
}

/** The words of a file by the kind of place that they stand at: what can stand at one can stand at the other. */
type Names = ReadonlyMap<string, ReadonlySet<string>>

function namesIn(root: Node): Names {
  const names = new Map<string, Set<string>>()
  const add = (kind: string, name: string) => names.set(kind, new Set([...(names.get(kind) ?? []), name]))
  const visit = (node: Node, path: JSONPath) => {
    if (node.type === 'string') add(kindOf(path), String(node.value))
    for (const [i, child] of (node.children ?? []).entries()) {
      const [name, value] = child.type === 'property' ? (child.children ?? []) : []
      if (name && value) visit(value, [...path, String(name.value)])
      else if (child.type !== 'property') visit(child, [...path, i])
    }
  }
  visit(root, [])
  return names
}

/** `ACCEPT` in `/states/offered/on/ACCEPT` leads somewhere, as `target` does. */
function kindOf(path: JSONPath): string {
  const [above, last] = [path.at(-2), path.at(-1)]
  if (above === 'on' || last === 'target') return 'target'
  return typeof last === 'number' ? String(above) : String(last)
}

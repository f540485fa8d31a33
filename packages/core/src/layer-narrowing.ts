/** The closed list of what a layer may narrow without being asked. Each line says what is narrower, and whom that protects: a person is promised at least what the base promises, and nobody is let in whom the base keeps out. */
import { demandsOf } from './condition.ts'
import { compareDecimal, parseDecimal } from './decimal.ts'
import { parseDuration } from './duration.ts'
import { limitsOf } from './procedure.ts'
import type { Category } from './schema-types.ts'
import type { Source } from './source.ts'

type Around = { readonly pointer: string; readonly lower: ReadonlyMap<string, Source> }
type Narrower = (from: unknown, to: unknown, around: Around) => boolean
type Line = { readonly file: RegExp; readonly pointer: RegExp; readonly narrower: Narrower }

/** How to tell that a value at `pointer` of the file at `path` is narrower; undefined where nothing may change. */
export function narrowing(path: string, pointer: string): Narrower | undefined {
  return lines.find(line => line.file.test(path) && line.pointer.test(pointer))?.narrower
}

const service = /^services\//
const workflow = /^workflows\//
const deadline = String.raw`^(/states/[^/]+)*/meta/deadlines/[^/]+`

const lines: readonly Line[] = [
  // Fewer ways in: the base's own desks must know every way there is.
  { file: service, pointer: /^\/channels$/, narrower: isPart },
  // Fewer who may ask: a condition beside that of the base, and the words for those whom it turns away.
  { file: service, pointer: /^\/eligible$/, narrower: from => from === undefined },
  { file: service, pointer: /^\/eligible\/cel$/, narrower: demandsMore },
  { file: service, pointer: /^\/eligible\/otherwise$/, narrower: () => true },
  // Sooner: a promise of the base is kept at least. The clock stays, for another one cannot be compared.
  { file: workflow, pointer: new RegExp(`${deadline}/(within|repeat/every)$`), narrower: isSooner },
  { file: workflow, pointer: new RegExp(`${deadline}/repeat/max$`), narrower: isLess },
  { file: /^categories\.json$/, pointer: /^\/categories\/[^/]+\/limits(\/[^/]+)?$/, narrower: limitsSooner },
  { file: /^categories\.json$/, pointer: /^\/categories\/[^/]+\/limits\/[^/]+\/within$/, narrower: isSooner },
  // Fewer points: what is handed out is earned the same way, up to a lower cap.
  { file: /^points\.json$/, pointer: /^\/rules\/[^/]+\/cap$/, narrower: from => from === undefined },
  { file: /^points\.json$/, pointer: /^\/rules\/[^/]+\/cap\/points$/, narrower: isLessDecimal },
  // Closer staffing: everyone whom the base wants is there, and nobody whom it does not.
  { file: /^posts\.json$/, pointer: /^\/posts\/[^/]+\/perArea$/, narrower: from => from === undefined },
  {
    file: /^posts\.json$/,
    pointer: /^\/posts\/[^/]+\/perArea\/min$/,
    narrower: (from, to) => from === undefined || isLess(to, from)
  },
  {
    file: /^posts\.json$/,
    pointer: /^\/posts\/[^/]+\/perArea\/max$/,
    narrower: (from, to) => from === undefined || isLess(from, to)
  },
  // Less to be seen: personal facts stay with those who may see them in the base.
  { file: /^posts\.json$/, pointer: /^\/posts\/[^/]+\/rights$/, narrower: rightsLess },
  { file: /^posts\.json$/, pointer: /^\/posts\/[^/]+\/rights\/see$/, narrower: (_, to) => to === 'assigned' },
  {
    file: /^posts\.json$/,
    pointer: /^\/posts\/[^/]+\/rights\/contact$/,
    narrower: (from, to) => clarity(to) <= clarity(from)
  }
]

function isPart(from: unknown, to: unknown): boolean {
  return Array.isArray(from) && Array.isArray(to) && to.every(item => from.includes(item))
}

function demandsMore(from: unknown, to: unknown): boolean {
  const [before, after] = [demandsOf(textOf(from)), demandsOf(textOf(to))]
  return before !== undefined && after !== undefined && [...before].every(demand => after.has(demand))
}

/** Days and time each no more than before, so that on any clock the end is no later. */
function isSooner(from: unknown, to: unknown): boolean {
  const [before, after] = [parseDuration(textOf(from)), parseDuration(textOf(to))]
  return before !== undefined && after !== undefined && after.days <= before.days && after.timeMs <= before.timeMs
}

function isLess(from: unknown, to: unknown): boolean {
  return typeof from === 'number' && typeof to === 'number' && to <= from
}

function isLessDecimal(from: unknown, to: unknown): boolean {
  const [before, after] = [parseDecimal(textOf(from)), parseDecimal(textOf(to))]
  return before !== undefined && after !== undefined && compareDecimal(after, before) <= 0
}

/** Limits that a category of the base is given anew: no later than those it has from its ancestors. */
function limitsSooner(_: unknown, to: unknown, { pointer, lower }: Around): boolean {
  const [, , category = '', , stage] = pointer.split('/')
  const categories = Object.entries(read(read(lower.get('categories.json')?.value).categories))
  const inherited = limitsOf(new Map(categories as [string, Category][]), category) // of another shape the schema tells
  return Object.entries(stage === undefined ? read(to) : { [stage]: to }).every(([name, limit]) => {
    const before = inherited.get(name)
    if (before === undefined) return true
    return read(limit).clock === read(before).clock && isSooner(read(before).within, read(limit).within)
  })
}

/** A post without rights sees what is on its own list, with the contact masked. */
function rightsLess(_: unknown, to: unknown): boolean {
  const { see, contact } = read(to)
  return see !== 'subtree' && clarity(contact) <= clarity(undefined)
}

function clarity(contact: unknown): number {
  return ['absent', 'mask', 'clear'].findIndex(how => how === (contact ?? 'mask'))
}

/** A text; of anything else none, which its schema tells. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** The members of what may be no object at all, since no schema has been asked yet. */
function read(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

// What a JSON Schema (draft 2020-12) says of the values it accepts, as far as a condition can use it: paths, types, presence.
import { placeProperties } from './place-answer.ts'

/** A JSON Schema of draft 2020-12: the keywords that say something of shape, all others untouched. */
export type JsonSchema = boolean | SchemaObject
type SchemaObject = {
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, JsonSchema>>
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly format?: string
  readonly allOf?: readonly JsonSchema[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly if?: JsonSchema
  readonly then?: JsonSchema
  readonly else?: JsonSchema
  readonly dependentSchemas?: Readonly<Record<string, JsonSchema>>
  readonly [keyword: string]: unknown
}

/** The types of a condition's values. Every number of a form is a `double`; `dyn` is what the schema leaves open. */
export type ShapeType = 'string' | 'double' | 'bool' | 'list' | 'map' | 'dyn'

/** A field of a map. `always`: every accepted value has it. */
export type ShapeField = { readonly shape: Shape; readonly always: boolean }

/** `values` are all values that may occur (const, enum), absent where the set is open. `format` is kept for dates only. */
export type Shape = {
  readonly type: ShapeType
  readonly fields?: ReadonlyMap<string, ShapeField>
  readonly items?: Shape
  readonly values?: readonly (string | number | boolean)[]
  readonly format?: 'date'
}

/** What is known of a place and of the way down to it: the root for local references, finished and open references. */
type Reading = {
  readonly root: JsonSchema
  readonly finished: Map<string, Shape>
  readonly open: ReadonlySet<string>
  readonly depth: number
}

/** Nothing is said of the value. */
const ANYTHING: Shape = { type: 'dyn' }
/** Several types are allowed, or asked for at once. */
const MIXED: Shape = { type: 'dyn' }
/** Fields that some branch alone declares: where that branch does not apply, its word does not count. */
const loose = new WeakSet<ShapeField>()
const NO_FIELDS: Shape = { type: 'map', fields: new Map() }
const MAX_DEPTH = 64

/**
 * The shape of all values that `schema` accepts. A field is `always` there only if it is required outright or in every branch;
 * a field declared in one branch (`then`, `oneOf` …) is there sometimes. Fields of unlike types are `dyn`, and so are
 * references that are remote or come back to themselves.
 */
export function shapeOf(schema: JsonSchema): Shape {
  return read(schema, { root: schema, finished: new Map(), open: new Set(), depth: 0 })
}

function read(schema: JsonSchema, above: Reading): Shape {
  if (typeof schema === 'boolean' || above.depth > MAX_DEPTH) return ANYTHING
  const here = { ...above, depth: above.depth + 1 }
  let shape = own(schema, here)
  if (schema.$ref !== undefined) shape = meet(shape, referred(schema.$ref, here))
  for (const part of schema.allOf ?? []) shape = meet(shape, read(part, here))
  for (const branches of [schema.anyOf, schema.oneOf]) {
    if (branches !== undefined) shape = meet(shape, joinAll(open(branches).map(branch => read(branch, here))))
  }
  if (schema.if !== undefined) shape = meet(shape, joinAll(outcomes(schema, schema.if, here)))
  for (const [key, dependent] of Object.entries(schema.dependentSchemas ?? {})) {
    const named: Shape = { type: 'map', fields: new Map([[key, { shape: ANYTHING, always: true }]]) }
    shape = meet(shape, join(meet(named, read(dependent, here)), NO_FIELDS))
  }
  return shape
}

/** Branches that some value can take: `false` accepts none. */
function open(branches: readonly JsonSchema[]): readonly JsonSchema[] {
  return branches.filter(branch => branch !== false)
}

/** The two ways of an `if`: what it tests together with `then`, or `else`. */
function outcomes(schema: SchemaObject, test: JsonSchema, here: Reading): readonly Shape[] {
  const ways: Shape[] = []
  if (test !== false && schema.then !== false) ways.push(meet(read(test, here), read(schema.then ?? true, here)))
  if (test !== true && schema.else !== false) ways.push(read(schema.else ?? true, here))
  return ways
}

function own(schema: SchemaObject, here: Reading): Shape {
  const values = schema.enum ?? (schema.const === undefined ? undefined : [schema.const])
  const type = declaredType(schema, values)
  if (type === 'map') return ownFields(schema, here)
  if (type === 'list') return listOf(read(schema.items ?? true, here))
  if (type === 'dyn') return schema.type === undefined && values === undefined ? ANYTHING : MIXED
  const typed = values?.filter(isScalar).filter(value => typeOfValue(value) === type)
  return single(type, typed, type === 'string' && schema.format === 'date' ? 'date' : undefined)
}

function ownFields(schema: SchemaObject, here: Reading): Shape {
  const properties = schema.format === 'place' ? placeProperties : schema.properties
  if (properties === undefined && schema.required === undefined) return { type: 'map' }
  const fields = new Map<string, ShapeField>()
  const required = new Set(schema.required)
  for (const [key, property] of Object.entries(properties ?? {})) {
    if (property !== false) fields.set(key, { shape: read(property, here), always: required.has(key) })
  }
  for (const key of required) if (!fields.has(key)) fields.set(key, { shape: ANYTHING, always: true })
  return { type: 'map', fields }
}

const TYPE_OF: Readonly<Record<string, ShapeType>> = {
  string: 'string',
  number: 'double',
  integer: 'double',
  boolean: 'bool',
  array: 'list',
  object: 'map'
}

function declaredType(schema: SchemaObject, values: readonly unknown[] | undefined): ShapeType {
  if (schema.type !== undefined) return onlyType([schema.type].flat().map(name => TYPE_OF[name] ?? 'dyn'))
  if (schema.properties !== undefined || schema.required !== undefined) return 'map'
  if (schema.items !== undefined) return 'list'
  return values === undefined ? 'dyn' : onlyType(values.map(typeOfValue))
}

function onlyType(types: readonly ShapeType[]): ShapeType {
  const [first, ...others] = new Set(types)
  return first === undefined || others.length > 0 ? 'dyn' : first
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function typeOfValue(value: unknown): ShapeType {
  if (typeof value === 'string') return 'string'
  if (typeof value === 'number') return 'double'
  return typeof value === 'boolean' ? 'bool' : 'dyn'
}

/** The shape behind a local reference (`#`, `#/$defs/name`), read once. */
function referred(ref: string, here: Reading): Shape {
  const finished = here.finished.get(ref)
  if (finished !== undefined) return finished
  const target = here.open.has(ref) ? undefined : resolve(ref, here.root)
  if (target === undefined) return ANYTHING
  const shape = read(target, { ...here, open: new Set([...here.open, ref]) })
  here.finished.set(ref, shape)
  return shape
}

function resolve(ref: string, root: JsonSchema): JsonSchema | undefined {
  if (!ref.startsWith('#')) return undefined
  const steps = ref.slice(1).split('/').slice(1)
  let value: unknown = root
  for (const step of steps) {
    const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Readonly<Record<string, unknown>>)[key] // own key of an object, proved on the line above
  }
  return value as JsonSchema // whatever a pointer into a valid schema reaches is a schema
}

/** What holds of a value that satisfies both. */
function meet(a: Shape, b: Shape): Shape {
  if (a.type === 'dyn') return b === ANYTHING ? a : b
  if (b.type === 'dyn') return a
  if (a.type !== b.type) return MIXED
  if (a.type === 'map') return { type: 'map', ...meetFields(a.fields, b.fields) }
  if (a.type === 'list') return listOf(meet(a.items ?? ANYTHING, b.items ?? ANYTHING))
  return single(a.type, sharedValues(a.values, b.values), a.format ?? b.format)
}

function sharedValues(a: Shape['values'], b: Shape['values']): Shape['values'] {
  return a && b ? a.filter(value => b.includes(value)) : (a ?? b)
}

function listOf(items: Shape): Shape {
  return items === ANYTHING ? { type: 'list' } : { type: 'list', items }
}

function single(type: ShapeType, values: Shape['values'], format: Shape['format']): Shape {
  return { type, ...(values && { values }), ...(format && { format }) }
}

function meetFields(a: Shape['fields'], b: Shape['fields']): Pick<Shape, 'fields'> {
  if (a === undefined || b === undefined) return a || b ? { fields: a ?? b ?? new Map() } : {}
  const fields = new Map(a)
  for (const [key, other] of b) fields.set(key, meetField(fields.get(key) ?? other, other))
  return { fields }
}

/** What is declared outright outweighs what a branch declares; two branches of unlike conditions may each apply. */
function meetField(a: ShapeField, b: ShapeField): ShapeField {
  if (a === b) return a
  if (!loose.has(a) && !loose.has(b)) return { shape: meet(a.shape, b.shape), always: a.always || b.always }
  if (!loose.has(a)) return a
  if (!loose.has(b)) return b
  return onlySometimes(a.shape === ANYTHING ? b.shape : b.shape === ANYTHING ? a.shape : join(a.shape, b.shape))
}

function onlySometimes(shape: Shape): ShapeField {
  const field = { shape, always: false }
  loose.add(field)
  return field
}

/** What holds of a value that satisfies one of them; a branch that says nothing of a map's fields leaves all of them optional. */
function joinAll(branches: readonly Shape[]): Shape {
  const [first, ...others] = branches.some(({ type }) => type === 'map')
    ? branches.map(branch => (branch.type === 'dyn' ? NO_FIELDS : branch))
    : branches
  return first === undefined ? ANYTHING : others.reduce(join, first)
}

function join(a: Shape, b: Shape): Shape {
  if (a === ANYTHING || b === ANYTHING) return ANYTHING
  if (a.type !== b.type || a.type === 'dyn') return MIXED
  if (a.type === 'map') return { type: 'map', fields: joinFields(a.fields ?? new Map(), b.fields ?? new Map()) }
  if (a.type === 'list') return listOf(join(a.items ?? ANYTHING, b.items ?? ANYTHING))
  return eitherSingle(a, b)
}

function eitherSingle(a: Shape, b: Shape): Shape {
  const values = a.values && b.values && [...new Set([...a.values, ...b.values])]
  return single(a.type, values, a.format === b.format ? a.format : undefined)
}

function joinFields(
  a: ReadonlyMap<string, ShapeField>,
  b: ReadonlyMap<string, ShapeField>
): ReadonlyMap<string, ShapeField> {
  const fields = new Map<string, ShapeField>()
  for (const [key, mine] of a) {
    const other = b.get(key)
    if (other === undefined) fields.set(key, onlySometimes(mine.shape))
    else if (loose.has(mine) || loose.has(other)) fields.set(key, onlySometimes(join(mine.shape, other.shape)))
    else fields.set(key, { shape: join(mine.shape, other.shape), always: mine.always && other.always })
  }
  for (const [key, other] of b) if (!a.has(key)) fields.set(key, onlySometimes(other.shape))
  return fields
}

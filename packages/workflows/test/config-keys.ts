// Every key that the schemas accept, each where it may stand; and where in a folder's files it does.
import { readdirSync, readFileSync } from 'node:fs'
import { parse, type JSONPath } from 'jsonc-parser'
import type { Files } from './folder.ts'

/** The keywords of our schemas that say where keys stand. */
export type Schema = {
  readonly $ref?: string
  readonly title?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly examples?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | false
  readonly items?: Schema
  readonly oneOf?: readonly Schema[]
  readonly $defs?: Readonly<Record<string, Schema>>
}

/**
 * A key by its place: `workflow/states/-/meta/owner<PostParty>/post`, with `-` for a name that the locality chooses and the variant in
 * angle brackets. Lists add nothing, and what contains itself stands once. A form's keys stand under the titles of their schema.
 */
export type ConfigKey = {
  readonly id: string
  readonly schema: Schema
  readonly required: boolean
  /** One of several variants says by it which one it is. */
  readonly tells: boolean
  /** Whether it has no keys below it that would speak for it. */
  readonly isLeaf: boolean
}

/** A place in a file where a key stands; `path` ends with the key. */
export type Site = { readonly file: string; readonly path: JSONPath; readonly value: unknown }

/** What may stand at a place: keys by name, names of the locality's own, items, variants. */
type Place = {
  readonly schema: Schema
  readonly keys: Map<string, { readonly key: Omit<ConfigKey, 'isLeaf'>; readonly place: Place }>
  readonly variants: Place[]
  named?: Place
  items?: Place
}

const folder = new URL('../../core/schemas/', import.meta.url)
const schemas = new Map(
  readdirSync(folder).map(name => [name, JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Schema]) // our own schemas
)
/** Schemas of no file of a folder: terms are shared, and a migration plan is handed to its own command, whose tests show its keys. */
const others = ['terms', 'migration']
const kinds = [...schemas.keys()].map(name => name.replace('.schema.json', '')).filter(kind => !others.includes(kind))
const single = ['locality', 'calendar', 'grid', 'posts', 'categories', 'points']
const folders: Readonly<Record<string, string>> = { scenario: 'tests' }

const found = new Map<string, { readonly key: Omit<ConfigKey, 'isLeaf'>; readonly place: Place }>()
const roots = new Map(
  kinds.map(kind => [
    kind,
    placeOf({ file: `${kind}.schema.json`, id: kind, within: new Map() }, schemas.get(`${kind}.schema.json`)!)
  ])
)

/** By id, each key of every schema. */
export const configKeys: ReadonlyMap<string, ConfigKey> = new Map(
  [...found].map(([id, { key, place }]) => [id, { ...key, isLeaf: !hasKeys(place) }])
)

/** The sites of every key in the folder's files and those of the layers below it, by the key's id. */
export function sitesIn(files: Files): ReadonlyMap<string, readonly Site[]> {
  const sites = new Map<string, Site[]>()
  for (const [file, text] of files) {
    const kind = kindOf(file)
    const root = kind === undefined ? undefined : roots.get(kind)
    if (root) visit(root, parse(text), { file, path: [] }, sites)
  }
  return sites
}

function kindOf(file: string): string | undefined {
  const [name = '', above = ''] = file.split('/').reverse()
  if (!name.endsWith('.json')) return undefined
  const several = kinds.filter(kind => !single.includes(kind))
  return several.find(kind => above === (folders[kind] ?? `${kind}s`)) ?? single.find(kind => name === `${kind}.json`)
}

type Here = {
  readonly file: string
  readonly id: string
  readonly within: ReadonlyMap<string, Place>
  readonly tells?: boolean
}

function placeOf(here: Here, schema: Schema): Place {
  if (schema.$ref !== undefined) return referred(here, schema.$ref)
  const place: Place = { schema, keys: new Map(), variants: [] }
  fill(here, schema, place)
  return place
}

function referred(here: Here, ref: string): Place {
  const [name, def = ''] = ref.split('#/$defs/')
  const file = name || here.file
  const known = here.within.get(`${file}#${def}`)
  if (known) return known
  const schema = schemas.get(file)?.$defs?.[def]
  if (!schema) throw new Error(`no ${ref} in ${here.file}`)
  const place: Place = { schema, keys: new Map(), variants: [] }
  const id = file === 'form.schema.json' && schema.properties ? `form<${schema.title}>` : here.id
  const within = new Map([...here.within, [`${file}#${def}`, place]])
  if (schema.$ref !== undefined) return referred({ ...here, file, id, within }, schema.$ref)
  fill({ ...here, file, id, within }, schema, place)
  return place
}

/** Puts what `schema` says of keys, names, items and variants into `place`. */
function fill(here: Here, schema: Schema, place: Place): void {
  const { tells = false, ...below } = here
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (name === '$schema') continue // editors read it
    const id = `${here.id}/${name}`
    const inner = placeOf({ ...below, id }, property)
    const required = schema.required?.includes(name) ?? false
    const key = { id, schema: { ...inner.schema, ...property }, required, tells: tells && isConst(inner.schema) }
    if (!found.has(id)) found.set(id, { key, place: inner })
    place.keys.set(name, { key, place: inner })
  }
  if (schema.additionalProperties) place.named = placeOf({ ...below, id: `${here.id}/-` }, schema.additionalProperties)
  if (schema.items) place.items = placeOf(below, schema.items)
  const isObject = (variant: Schema) => resolved(here.file, variant).properties !== undefined
  const several = (schema.oneOf ?? []).filter(isObject).length > 1
  for (const variant of schema.oneOf ?? []) {
    const tells = several && isObject(variant)
    const id = tells ? `${here.id}<${resolved(here.file, variant).title}>` : here.id
    place.variants.push(placeOf({ ...below, id, tells }, variant))
  }
}

function resolved(file: string, schema: Schema): Schema {
  if (schema.$ref === undefined) return schema
  const [name, def = ''] = schema.$ref.split('#/$defs/')
  return resolved(name || file, schemas.get(name || file)?.$defs?.[def] ?? {})
}

function isConst({ const: fixed, enum: choices }: Schema): boolean {
  return fixed !== undefined || choices?.length === 1
}

function hasKeys(place: Place, seen = new Set<Place>()): boolean {
  if (seen.has(place)) return true
  seen.add(place)
  const below = [...place.variants, ...(place.named ? [place.named] : []), ...(place.items ? [place.items] : [])]
  return place.keys.size > 0 || below.some(each => hasKeys(each, seen))
}

function visit(place: Place, value: unknown, at: Omit<Site, 'value'>, sites: Map<string, Site[]>): void {
  for (const variant of place.variants) if (fits(variant, value)) visit(variant, value, at, sites)
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries())
      if (place.items) visit(place.items, item, { ...at, path: [...at.path, i] }, sites)
    return
  }
  if (typeof value !== 'object' || value === null) return
  for (const [name, member] of Object.entries(value)) {
    const inside = { ...at, path: [...at.path, name] }
    const known = place.keys.get(name)
    if (known) {
      const { id } = known.key
      sites.set(id, [...(sites.get(id) ?? []), { ...inside, value: member }])
      visit(known.place, member, inside, sites)
    } else if (place.named) visit(place.named, member, inside, sites)
  }
}

/** Whether an object is of this variant: it has what that requires, nothing that it does not know, and says so where it must. */
function fits(place: Place, value: unknown): boolean {
  if (place.variants.length > 0) return true
  if (Array.isArray(value)) return place.items !== undefined
  if (typeof value !== 'object' || value === null) return false
  const members = Object.entries(value)
  const required = place.schema.required ?? []
  return (
    required.every(name => name in value) &&
    members.every(([name, member]) => {
      const known = place.keys.get(name)?.place.schema
      if (!known) return place.named !== undefined
      return (known.const === undefined || known.const === member) && (known.enum?.includes(member) ?? true)
    })
  )
}

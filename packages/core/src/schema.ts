/** Config files against their JSON Schemas: the validator's errors as located issues that name the cure. */
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import type { DataValidateFunction, KeywordDefinition } from 'ajv/dist/types/index.js'
import addFormats from 'ajv-formats'
import calendar from '../schemas/calendar.schema.json' with { type: 'json' }
import categories from '../schemas/categories.schema.json' with { type: 'json' }
import evaluation from '../schemas/evaluation.schema.json' with { type: 'json' }
import form from '../schemas/form.schema.json' with { type: 'json' }
import grid from '../schemas/grid.schema.json' with { type: 'json' }
import locality from '../schemas/locality.schema.json' with { type: 'json' }
import migration from '../schemas/migration.schema.json' with { type: 'json' }
import points from '../schemas/points.schema.json' with { type: 'json' }
import posts from '../schemas/posts.schema.json' with { type: 'json' }
import scenario from '../schemas/scenario.schema.json' with { type: 'json' }
import service from '../schemas/service.schema.json' with { type: 'json' }
import terms from '../schemas/terms.schema.json' with { type: 'json' }
import workflow from '../schemas/workflow.schema.json' with { type: 'json' }
import { canonicalJson } from './hash.ts'
import type { Issue, IssueParams } from './issue.ts'
import { nearest } from './nearest.ts'
import { bestErrors, isUnknownField, kindOf, resolved, unknownField, type Json } from './schema-choice.ts'
import { pointerToken, type Source } from './source.ts'

const schemas = [
  terms,
  calendar,
  categories,
  evaluation,
  form,
  grid,
  locality,
  migration,
  points,
  posts,
  scenario,
  service,
  workflow
]
// The validator's own comparison calls methods of what it compares, and a config may have a field of any name.
const uniqueItems: KeywordDefinition = {
  keyword: 'uniqueItems',
  type: 'array',
  schemaType: 'boolean',
  errors: true,
  compile: () => {
    const validate: DataValidateFunction = (data: readonly unknown[]) => {
      const seen = new Set<string>()
      const i = data.map(canonicalJson).findIndex(text => seen.size === seen.add(text).size)
      validate.errors = i < 0 ? [] : [{ keyword: 'uniqueItems', params: { i } }]
      return i < 0
    }
    return validate
  }
}

let made: Ajv2020 | undefined

/** The validator of all schemas, made at the first use: a server that finds its releases proved does without. */
function validator(): Ajv2020 {
  if (made) return made
  made = new Ajv2020({
    allErrors: true,
    verbose: true,
    strict: true,
    strictRequired: false,
    strictTypes: false,
    allowUnionTypes: true,
    schemas: schemas.map(schema => absoluteRefs(schema, schema.$id) as Json) // a schema document is an object
  })
  addFormats.default(made, ['date'])
  made.removeKeyword('uniqueItems').addKeyword(uniqueItems)
  return made
}

/** Which schema a file of a locality folder has, by its path; undefined for a file that the folder does not know, or whose name is no id. */
export function schemaOf(file: string): string | undefined {
  const top = /^(locality|calendar|grid|posts|categories|points)\.json$/.exec(file)?.[1]
  if (top) return `${top}.schema.json`
  const folder = /^(services|forms|workflows|evaluations|tests)\/[a-z][a-z0-9]*(?:-[a-z0-9]+)*\.json$/.exec(file)?.[1]
  return (
    folder &&
    { services: 'service', forms: 'form', workflows: 'workflow', evaluations: 'evaluation', tests: 'scenario' }[
      folder
    ] + '.schema.json'
  )
}

/** What is wrong with `source` by the schema named `schema`, each mistake once, in the words of a person who writes configs. */
export function checkSchema(source: Source, schema: string): readonly Issue[] {
  const validate = validator().getSchema(schema)
  if (!validate) throw new Error(`no schema ${schema}`)
  if (validate(source.value)) return []
  return withoutEchoes(bestErrors(validator(), validate.errors ?? []).map(error => issueOf(source, error)))
}

/** What the schema of a config file says of the value at `pointer`, in Chinese and English; undefined where it says nothing. */
export function describedAt(
  file: string,
  pointer: string
): { readonly 'zh-CN': string; readonly en: string } | undefined {
  const root = validator().getSchema(schemaOf(file) ?? '')?.schema
  const schema = pointer
    .split('/')
    .slice(1)
    .reduce<Json | undefined>((at, token) => at && memberOf(at, token), isSchema(root) ? root : undefined)
  const { zh, en } = bilingual(descriptionOf(schema))
  return zh && en.length > 0 ? { 'zh-CN': zh.replace(/[.。]$/, ''), en: en.join('; ') } : undefined
}

/** `中文 (English).` of a schema's description apart, bracket by bracket; a bracket with Chinese in it belongs to the Chinese. */
export function bilingual(description: string): { readonly zh: string; readonly en: readonly string[] } {
  const en: string[] = []
  const zh = description.replace(
    / ?\(([^()\p{Script=Han}]*(?:\([^()]*\)[^()\p{Script=Han}]*)*)\)/gu,
    (_, inside: string) => {
      en.push(inside)
      return ''
    }
  )
  return { zh: zh.trim(), en }
}

/** The schema of a property or item, through references and branches. */
function memberOf(schema: Json, token: string): Json | undefined {
  const { $ref, properties, additionalProperties, items, ...rest } = schema
  const own = isSchema(properties) ? properties[token] : undefined
  for (const found of [own, additionalProperties, /^\d+$/.test(token) ? items : undefined])
    if (isSchema(found)) return found
  const branches = [rest.oneOf, rest.anyOf, rest.allOf].flatMap(list => (Array.isArray(list) ? list : []))
  const below: readonly unknown[] = [...branches, ...($ref === undefined ? [] : [resolved(validator(), schema)])]
  for (const branch of below) {
    const found = isSchema(branch) ? memberOf(branch, token) : undefined
    if (found) return found
  }
  return undefined
}

function isSchema(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A misspelt field is unknown and its right name is missing: the first says it all. */
function withoutEchoes(issues: readonly Issue[]): readonly Issue[] {
  const meant = new Set(
    issues
      .filter(({ code }) => code === 'schema.unknown-field')
      .map(({ path, params }) => `${path.slice(0, path.lastIndexOf('/'))} ${params.suggestion}`)
  )
  return issues.filter(
    ({ code, path, params }) => code !== 'schema.missing-field' || !meant.has(`${path} ${params.name}`)
  )
}

/** What an error is about: `at` its place, `parent` the schema object that holds the keyword, `value` the data in short. */
type Told = {
  readonly source: Source
  readonly error: ErrorObject
  readonly at: string
  readonly parent: Json | undefined
  readonly value: string
}

function issueOf(source: Source, error: ErrorObject): Issue {
  const told: Told = { source, error, at: error.instancePath, parent: error.parentSchema, value: shown(error.data) }
  if (isUnknownField(error)) return unknownFieldIssue(told)
  const { keyword, params } = error
  const tell = tellers[keyword]
  if (tell) return tell(told)
  if ('limit' in params)
    return source.issue(told.at, 'schema.limit', { value: told.value, keyword, limit: Number(params.limit) })
  return source.issue(told.at, 'schema.invalid', { value: told.value, keyword })
}

function unknownFieldIssue({ source, error, at, parent }: Told): Issue {
  const name = unknownField(error)
  const known = Object.keys((parent?.properties as Json | undefined) ?? {}) // `properties` is an object in every schema
  return source.issue(
    `${at}/${pointerToken(name)}`,
    'schema.unknown-field',
    { name, ...hint(name, known) },
    { at: 'key' }
  )
}

function missing({ source, error, at, parent }: Told): Issue {
  const name = String(error.params.missingProperty)
  return source.issue(at, 'schema.missing-field', { name, ...about(parent, name) })
}

function choice({ source, error: { data, params }, at, value }: Told): Issue {
  const allowed: readonly unknown[] = 'allowedValues' in params ? params.allowedValues : [params.allowedValue]
  return source.issue(at, 'schema.choice', {
    value,
    ...hint(typeof data === 'string' ? data : '', allowed.map(String))
  })
}

const unfit = ({ source, at, parent, value }: Told) =>
  source.issue(at, 'schema.pattern', { value, expected: exampleOf(parent) })
const shapeless = ({ source, error, at, parent, value }: Told) =>
  source.issue(at, 'schema.shape', { value, expected: exampleOf(parent) || branchExamples(error) })

/** How the errors of each keyword of JSON Schema are told. */
const tellers: Readonly<Record<string, (told: Told) => Issue>> = {
  propertyNames({ source, error, at, parent }) {
    const name = String(error.params.propertyName)
    return source.issue(
      `${at}/${pointerToken(name)}`,
      'schema.bad-name',
      { name, expected: patternOf(parent) },
      { at: 'key' }
    )
  },
  required: missing,
  dependentRequired: missing,
  uniqueItems({ source, error: { data, params }, at }) {
    const items = data as readonly unknown[] // only lists have items
    return source.issue(`${at}/${params.i}`, 'schema.repeated', { value: shown(items[params.i]) })
  },
  enum: choice,
  const: choice,
  type: ({ source, error: { data, params }, at }) =>
    source.issue(at, 'schema.type', { expected: String(params.type), actual: kindOf(data) }),
  pattern: unfit,
  format: unfit,
  oneOf: shapeless,
  anyOf: shapeless
}

const namesTold = 12

function hint(name: string, known: readonly string[]): IssueParams {
  const suggestion = nearest(name, known)
  if (suggestion !== undefined) return { suggestion }
  const told = known.filter(key => key !== '$schema').slice(0, namesTold)
  return known.length > 0 ? { known: told.join(' ') } : {}
}

function about(parent: Json | undefined, property: string): IssueParams {
  const declared = (parent?.properties as Record<string, Json> | undefined)?.[property] // `properties` maps names to schemas
  return { about: descriptionOf(declared) || descriptionOf(resolved(validator(), declared ?? {})) || property }
}

function descriptionOf(schema: Json | undefined): string {
  return typeof schema?.description === 'string' ? schema.description : ''
}

function exampleOf(schema: Json | undefined): string {
  const examples: unknown = schema?.examples
  if (!Array.isArray(examples)) return descriptionOf(schema)
  const shownOnes = examples.slice(0, 3).map(example => JSON.stringify(example))
  return shownOnes.join(' · ')
}

function branchExamples({ schema }: ErrorObject): string {
  const branches = schema as readonly Json[] // the value of oneOf and anyOf is a list of schemas
  return branches
    .map(branch => exampleOf(resolved(validator(), branch)))
    .filter(Boolean)
    .join(' · ')
}

/** How names are written by the `propertyNames` of a schema: examples, else the pattern, else the words of what it refers to. */
function patternOf(schema: Json | undefined): string {
  const names = schema?.propertyNames as Json | undefined // a schema object
  if (!names) return ''
  if (typeof names.$ref === 'string') return exampleOf(resolved(validator(), names))
  return exampleOf(names) || (typeof names.pattern === 'string' ? names.pattern : '')
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined'
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

/** `schema` with every `$ref` made absolute, so that a part of it can be compiled by itself. */
function absoluteRefs(schema: unknown, base: string): unknown {
  if (Array.isArray(schema)) return schema.map(item => absoluteRefs(item, base))
  if (typeof schema !== 'object' || schema === null) return schema
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) =>
      key === '$ref' && typeof value === 'string' && value.startsWith('#')
        ? [key, base + value]
        : [key, absoluteRefs(value, base)]
    )
  )
}

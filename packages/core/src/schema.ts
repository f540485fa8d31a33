/** Config files against their JSON Schemas: the validator's errors as located issues that name the cure. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import calendar from '../schemas/calendar.schema.json' with { type: 'json' }
import categories from '../schemas/categories.schema.json' with { type: 'json' }
import form from '../schemas/form.schema.json' with { type: 'json' }
import grid from '../schemas/grid.schema.json' with { type: 'json' }
import locality from '../schemas/locality.schema.json' with { type: 'json' }
import posts from '../schemas/posts.schema.json' with { type: 'json' }
import scenario from '../schemas/scenario.schema.json' with { type: 'json' }
import service from '../schemas/service.schema.json' with { type: 'json' }
import terms from '../schemas/terms.schema.json' with { type: 'json' }
import workflow from '../schemas/workflow.schema.json' with { type: 'json' }
import type { Issue, IssueParams } from './issue.ts'
import { nearest } from './nearest.ts'
import { pointerToken, type Source } from './source.ts'

type Json = { readonly [key: string]: unknown }

const schemas: readonly Json[] = [
  terms,
  calendar,
  categories,
  form,
  grid,
  locality,
  posts,
  scenario,
  service,
  workflow
].map(
  schema => absoluteRefs(schema, String(schema.$id)) as Json // a schema document is an object
)
const ajv = new Ajv2020({
  allErrors: true,
  verbose: true,
  strict: true,
  strictRequired: false,
  strictTypes: false,
  allowUnionTypes: true,
  schemas: [...schemas]
})
addFormats.default(ajv, ['date'])
const branchValidators = new WeakMap<object, ValidateFunction>()

/** Which schema a file of a locality folder has, by its path; undefined for a file that the folder does not know. */
export function schemaOf(file: string): string | undefined {
  const top = /^(locality|calendar|grid|posts|categories)\.json$/.exec(file)?.[1]
  if (top) return `${top}.schema.json`
  const folder = /^(services|forms|workflows|tests)\/[^/]+\.json$/.exec(file)?.[1]
  return (
    folder && { services: 'service', forms: 'form', workflows: 'workflow', tests: 'scenario' }[folder] + '.schema.json'
  )
}

/** What is wrong with `source` by the schema named `schema`, each mistake once, in the words of a person who writes configs. */
export function checkSchema(source: Source, schema: string): readonly Issue[] {
  const validate = ajv.getSchema(schema)
  if (!validate) throw new Error(`no schema ${schema}`)
  if (validate(source.value)) return []
  return bestErrors(validate.errors ?? []).map(error => issueOf(source, error))
}

/** Errors of alternatives (`oneOf`, `anyOf`) are replaced by those of the alternative that the writer most likely meant. */
function bestErrors(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const choices = errors.filter(error => error.keyword === 'oneOf' || error.keyword === 'anyOf')
  const outer = choices.filter(
    choice =>
      !choices.some(
        other =>
          other !== choice &&
          isBelow(choice.instancePath, other.instancePath) &&
          choice.instancePath !== other.instancePath
      )
  )
  const distinct = outer.filter(
    (choice, i) => outer.findIndex(other => other.instancePath === choice.instancePath) === i
  )
  const kept = errors.filter(
    error => !distinct.some(choice => isBelow(error.instancePath, choice.instancePath)) && error.keyword !== 'if'
  )
  return [...kept, ...distinct.flatMap(choice => likeliest(choice))]
}

function likeliest(choice: ErrorObject): readonly ErrorObject[] {
  const branches = (choice.schema as readonly object[]).map(branch => {
    // the value of oneOf and anyOf is a list of schemas
    const validate = branchValidators.get(branch) ?? ajv.compile(branch)
    branchValidators.set(branch, validate)
    return validate(choice.data) ? [] : bestErrors(validate.errors ?? [])
  })
  const ranked = branches.map(errors => ({ errors, rank: rankOf(errors) })).sort((a, b) => a.rank - b.rank)
  const first = ranked[0]
  if (!first || first.errors.length === 0 || first.rank >= wrongKind) return [choice]
  return first.errors.map(error => ({ ...error, instancePath: choice.instancePath + error.instancePath }))
}

const wrongKind = 1000

function rankOf(errors: readonly ErrorObject[]): number {
  const kind = errors.some(
    error => error.instancePath === '' && ['type', 'const', 'enum'].includes(error.keyword) && error.keyword !== 'enum'
  )
    ? wrongKind
    : 0
  const discriminator = errors.filter(error => error.keyword === 'const').length * 100
  return kind + discriminator + errors.filter(error => error.keyword === 'required').length * 3 + errors.length
}

function isBelow(path: string, above: string): boolean {
  return path === above || path.startsWith(`${above}/`)
}

function issueOf(source: Source, error: ErrorObject): Issue {
  const { keyword, instancePath: at, params } = error
  const parent = error.parentSchema as Json | undefined // verbose: the schema object that holds the keyword
  if (keyword === 'additionalProperties' || keyword === 'unevaluatedProperties') {
    const name = String(params.additionalProperty ?? params.unevaluatedProperty)
    const known = Object.keys((parent?.properties as Json | undefined) ?? {}) // `properties` is an object in every schema
    return source.issue(
      `${at}/${pointerToken(name)}`,
      'schema.unknown-field',
      { name, ...hint(name, known) },
      { at: 'key' }
    )
  }
  if (keyword === 'required')
    return source.issue(at, 'schema.missing-field', {
      name: String(params.missingProperty),
      ...about(parent, String(params.missingProperty))
    })
  if (keyword === 'propertyNames')
    return source.issue(
      `${at}/${pointerToken(String(params.propertyName))}`,
      'schema.bad-name',
      { name: String(params.propertyName), expected: patternOf(parent) },
      { at: 'key' }
    )
  if (keyword === 'enum' || keyword === 'const') {
    const known =
      keyword === 'enum' ? (params.allowedValues as readonly unknown[]).map(String) : [String(params.allowedValue)] // ajv's params of enum
    return source.issue(at, 'schema.choice', { value: shown(error.data), ...hint(String(error.data), known) })
  }
  if (keyword === 'type')
    return source.issue(at, 'schema.type', { expected: String(params.type), actual: kindOf(error.data) })
  if (keyword === 'pattern')
    return source.issue(at, 'schema.pattern', { value: shown(error.data), expected: exampleOf(parent) })
  if (keyword === 'oneOf' || keyword === 'anyOf')
    return source.issue(at, 'schema.shape', { value: shown(error.data), expected: exampleOf(parent) })
  if ('limit' in params)
    return source.issue(at, 'schema.limit', { value: shown(error.data), keyword, limit: Number(params.limit) })
  return source.issue(at, 'schema.invalid', { value: shown(error.data), keyword })
}

function hint(name: string, known: readonly string[]): IssueParams {
  const suggestion = nearest(name, known)
  return suggestion === undefined
    ? known.length > 0
      ? {
          known: known
            .filter(key => key !== '$schema')
            .slice(0, 12)
            .join(' ')
        }
      : {}
    : { suggestion }
}

function about(parent: Json | undefined, property: string): IssueParams {
  const declared = (parent?.properties as Record<string, Json> | undefined)?.[property] // `properties` maps names to schemas
  return { about: typeof declared?.description === 'string' ? declared.description : property }
}

function exampleOf(schema: Json | undefined): string {
  const examples = schema?.examples
  return Array.isArray(examples)
    ? examples
        .map(example => JSON.stringify(example))
        .slice(0, 3)
        .join(' · ')
    : String(schema?.description ?? '')
}

function patternOf(schema: Json | undefined): string {
  const names = schema?.propertyNames as Json | undefined // a schema object
  if (typeof names?.pattern === 'string') return names.pattern
  const target = typeof names?.$ref === 'string' ? ajv.getSchema(names.$ref)?.schema : undefined
  return target && typeof target === 'object' ? exampleOf(target as Json) : '' // a compiled schema that is no boolean is an object
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined'
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
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

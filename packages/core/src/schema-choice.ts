/** Of the alternatives that a schema leaves (`oneOf`, `anyOf`), the one that the writer most likely meant, and what is wrong by it. */
import type { Ajv2020, ErrorObject, ValidateFunction } from 'ajv/dist/2020.js'
import { nearest } from './nearest.ts'

export type Json = { readonly [key: string]: unknown }

const branchValidators = new WeakMap<object, ValidateFunction>()

/** Errors of alternatives (`oneOf`, `anyOf`) are replaced by those of the alternative that the writer most likely meant. */
export function bestErrors(ajv: Ajv2020, errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const own = errors.filter(
    ({ keyword, propertyName }) => keyword !== 'if' && (propertyName === undefined || keyword === 'propertyNames')
  )
  const choices = own.filter(({ keyword }) => keyword === 'oneOf' || keyword === 'anyOf')
  // Of choices at one place the last is the outermost: what lies within fails first.
  const outer = choices.filter(
    (choice, i) =>
      !choices.some((other, k) =>
        other.instancePath === choice.instancePath ? k > i : isBelow(choice.instancePath, other.instancePath)
      )
  )
  const kept = own.filter(error => !outer.some(choice => isBelow(error.instancePath, choice.instancePath)))
  return [...kept, ...outer.flatMap(choice => likeliest(ajv, choice))]
}

function likeliest(ajv: Ajv2020, choice: ErrorObject): readonly ErrorObject[] {
  const branches = choice.schema as readonly Json[] // the value of oneOf and anyOf is a list of schemas
  const { data } = choice
  const told = discriminatedBy(ajv, branches)
  if (told && isObject(data) && !told.values.includes(data[told.name])) return [wrongOrMissing(choice, told)]
  const ranked = branches
    .filter(branch => !told || !isObject(data) || constantOf(ajv, branch, told.name) === data[told.name])
    .map(branch => errorsOf(ajv, branch, data))
    .filter(errors => errors.length > 0 && !errors.some(isWrongKind))
    .sort((a, b) => rankOf(a) - rankOf(b))
  const [errors, second] = ranked
  if (!errors || (onlyMissing(errors) && second && onlyMissing(second))) return [choice]
  const misnamed = errors.some(error => error.instancePath === '' && isUnknownField(error))
  return errors
    .filter(({ keyword, instancePath }) => !misnamed || keyword !== 'required' || instancePath !== '')
    .map(error => ({ ...error, instancePath: choice.instancePath + error.instancePath }))
}

function errorsOf(ajv: Ajv2020, branch: Json, data: unknown): readonly ErrorObject[] {
  const validate = branchValidators.get(branch) ?? ajv.compile(branch)
  branchValidators.set(branch, validate)
  return validate(data) ? [] : bestErrors(ajv, validate.errors ?? [])
}

type Discriminator = { readonly name: string; readonly values: readonly unknown[] }

/** The property that tells the alternatives apart, each having its own constant there. */
function discriminatedBy(ajv: Ajv2020, branches: readonly Json[]): Discriminator | undefined {
  const [first] = branches.map(branch => resolved(ajv, branch))
  const properties = first?.properties as Json | undefined // `properties` is an object in every schema
  for (const name of Object.keys(properties ?? {})) {
    const values = branches.map(branch => constantOf(ajv, branch, name))
    if (!values.includes(undefined)) return { name, values }
  }
  return undefined
}

function constantOf(ajv: Ajv2020, branch: Json, name: string): unknown {
  const properties = resolved(ajv, branch).properties as Readonly<Record<string, Json>> | undefined // `properties` maps names to schemas
  return properties?.[name]?.const
}

/** The schema that a branch is or refers to. */
export function resolved(ajv: Ajv2020, branch: Json): Json {
  const target = typeof branch.$ref === 'string' ? ajv.getSchema(branch.$ref)?.schema : branch
  return isObject(target) ? target : {}
}

function wrongOrMissing(choice: ErrorObject, { name, values }: Discriminator): ErrorObject {
  const data = choice.data as Json // only objects are told apart by a property
  const misspelt = Object.keys(data).find(key => nearest(key, [name]) !== undefined)
  if (data[name] !== undefined)
    return {
      ...choice,
      keyword: 'enum',
      instancePath: `${choice.instancePath}/${name}`,
      data: data[name],
      params: { allowedValues: values }
    }
  const parentSchema = { properties: { [name]: { description: values.join(' / ') } } }
  return misspelt === undefined
    ? { ...choice, keyword: 'required', params: { missingProperty: name }, parentSchema }
    : { ...choice, keyword: 'additionalProperties', params: { additionalProperty: misspelt }, parentSchema }
}

/** Nothing is said that tells which alternative was meant. */
function onlyMissing(errors: readonly ErrorObject[]): boolean {
  return errors.every(({ keyword, instancePath }) => keyword === 'required' && instancePath === '')
}

/** Another kind of value than the alternative wants, and so not the one that was meant. */
function isWrongKind({ instancePath, keyword, params, data }: ErrorObject): boolean {
  if (instancePath !== '') return false
  if (keyword === 'type' || keyword === 'oneOf' || keyword === 'anyOf') return true // a choice that is left fits none of its own
  const values: readonly unknown[] =
    keyword === 'enum' ? params.allowedValues : keyword === 'const' ? [params.allowedValue] : []
  return values.length > 0 && !values.some(value => kindOf(value) === kindOf(data))
}

/** The fewest mistakes win; a misspelt field, unknown and missing at once, is one. */
function rankOf(errors: readonly ErrorObject[]): number {
  const missing = errors.filter(({ keyword }) => keyword === 'required')
  const misspelt = missing.filter(({ instancePath, params }) =>
    errors.some(
      other =>
        isUnknownField(other) &&
        other.instancePath === instancePath &&
        nearest(unknownField(other), [String(params.missingProperty)]) !== undefined
    )
  )
  return errors.length - misspelt.length
}

/** Whether the mistake is a field that the schema does not know. */
export function isUnknownField({ keyword }: ErrorObject): boolean {
  return keyword === 'additionalProperties' || keyword === 'unevaluatedProperties'
}

/** The name of that field. */
export function unknownField({ params }: ErrorObject): string {
  return String(params.additionalProperty ?? params.unevaluatedProperty)
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isBelow(path: string, above: string): boolean {
  return path === above || path.startsWith(`${above}/`)
}

/** The kind of a JSON value, in the words of JSON Schema. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

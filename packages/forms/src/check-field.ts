// What form.schema.json cannot say of one field: keywords that do nothing for its type, limits that no answer can meet,
// defaults and options that the field itself would refuse.
import type { FormItems, FormProperty, FormScalar, Source } from '@gridwright/core'
import { defaultMaxItems, defaultMaxLength, optionsOf, propertyMap } from './field.ts'
import { re2Pattern } from './pattern-re2.ts'
import { compileForm } from './validate-ajv.ts'

/** Notes an issue, with the arguments of `Source.issue`. */
export type Report = (...issue: Parameters<Source['issue']>) => void

type Type = NonNullable<FormProperty['type']>
type Place = { readonly name: string; readonly pointer: string; readonly depth: number; readonly report: Report }

const maxDepth = 3
const numeric: readonly Type[] = ['number', 'integer']
const single: readonly Type[] = ['string', 'number', 'integer', 'boolean']
/** The types that a keyword says something of; keywords that are not listed go with every type. */
const typesOfKeyword: Readonly<Record<string, readonly Type[]>> = {
  minLength: ['string'],
  maxLength: ['string'],
  pattern: ['string'],
  format: ['string', 'object'],
  minimum: numeric,
  maximum: numeric,
  exclusiveMinimum: numeric,
  exclusiveMaximum: numeric,
  multipleOf: numeric,
  enum: single,
  oneOf: single,
  const: single,
  items: ['array'],
  minItems: ['array'],
  maxItems: ['array'],
  uniqueItems: ['array'],
  contains: ['array'],
  properties: ['object'],
  required: ['object']
}

/** The keywords of `schema` that do nothing for answers of a type. */
export function idleKeywords(schema: object, type: Type): readonly string[] {
  return Object.keys(schema).filter(keyword => typesOfKeyword[keyword]?.includes(type) === false)
}

/** Notes what is wrong with a field of `type`, its group or row included. */
export function checkField(field: FormProperty, type: Type, place: Place): void {
  const { name, pointer, report } = place
  const idle = idleKeywords(field, type)
  for (const keyword of idle) reportIdle(`${pointer}/${keyword}`, type, report)
  if (field.type && field.title === undefined)
    report(pointer, 'form.title-missing', { name }, { at: 'key', severity: 'warning' })
  if (field.ui?.rows !== undefined && !isText(field, type)) reportIdle(`${pointer}/ui/rows`, type, report)
  checkBounds(field, pointer, report)
  checkOptions(field, type, pointer, report)
  checkBelow(field, type, place)
  const fits = checkFormat(field, type, place)
  if (!hasSoundPattern(field))
    report(`${pointer}/pattern`, 'form.pattern-unsupported', { pattern: field.pattern ?? '' })
  else if (idle.length === 0 && fits && field.type) checkSamples(field, pointer, report)
}

const idleOfFormat: Readonly<Record<string, readonly (keyof FormProperty)[]>> = {
  place: ['properties', 'required', 'default'],
  photo: ['default']
}

/** Whether the format goes with the type; keywords that do nothing beside it are noted too. */
function checkFormat(field: FormProperty, type: Type, { pointer, report }: Place): boolean {
  const { format = '' } = field
  for (const keyword of idleOfFormat[format] ?? [])
    if (field[keyword] !== undefined) reportIdle(`${pointer}/${keyword}`, format, report)
  const fits = format === '' || (format === 'place') === (type === 'object')
  if (!fits) report(`${pointer}/format`, 'form.format-type', { format, type })
  return fits
}

/** Whether anything may be written. */
function isText(field: FormProperty, type: Type): boolean {
  return type === 'string' && field.format === undefined && optionsOf(field) === undefined
}

function checkBelow(field: FormProperty, type: Type, place: Place): void {
  if (type === 'object' && field.format === undefined) checkGroup(field, place)
  if (type === 'array' && field.type) checkItems(field, place)
}

function hasSoundPattern({ pattern }: FormProperty): boolean {
  return pattern === undefined || re2Pattern(pattern) !== undefined
}

/** The pointer ends in the keyword. */
function reportIdle(pointer: string, type: string, report: Report): void {
  const keyword = pointer.slice(pointer.lastIndexOf('/') + 1)
  report(pointer, 'form.keyword-idle', { keyword, type }, { at: 'key' })
}

const bounds: readonly (readonly [
  low: keyof FormProperty,
  high: keyof FormProperty,
  mayBeEqual: boolean,
  otherwise?: number
])[] = [
  ['minLength', 'maxLength', true, defaultMaxLength],
  ['minItems', 'maxItems', true, defaultMaxItems],
  ['minimum', 'maximum', true],
  ['exclusiveMinimum', 'exclusiveMaximum', false],
  ['minimum', 'exclusiveMaximum', false],
  ['exclusiveMinimum', 'maximum', false]
]

function checkBounds(field: FormProperty, pointer: string, report: Report): void {
  for (const [low, high, mayBeEqual, otherwise] of bounds) {
    const [least, most] = [Number(field[low]), Number(field[high] ?? otherwise)] // NaN where not given, which compares as fine
    if (least > most || (least === most && !mayBeEqual))
      report(`${pointer}/${low}`, 'form.bounds-reversed', { low, high, least, most })
  }
}

function checkOptions(of: FormProperty | FormItems, type: Type, pointer: string, report: Report): void {
  const constant = 'const' in of ? of.const : undefined
  if (constant !== undefined && !isOf(type, constant))
    report(`${pointer}/const`, 'form.option-type', { value: String(constant), type })
  if (of.oneOf && of.enum) reportIdle(`${pointer}/enum`, type, report)
  const options = optionsOf(of)?.map(option => option.value) ?? []
  for (const [i, value] of options.entries()) {
    const at = of.oneOf ? `${pointer}/oneOf/${i}/const` : `${pointer}/enum/${i}`
    if (!isOf(type, value)) report(at, 'form.option-type', { value: String(value), type })
    else if (options.indexOf(value) < i) report(at, 'form.option-duplicate', { value: String(value) })
  }
}

function isOf(type: Type, value: FormScalar): boolean {
  return type === 'integer' ? Number.isInteger(value) : typeof value === type
}

function checkItems(field: FormProperty, { name, pointer, depth, report }: Place): void {
  const { items } = field
  const at = `${pointer}/items`
  if (!items || (items.type !== 'object' && !optionsOf(items) && items.format === undefined))
    return report(items ? at : pointer, 'form.items-open', { name }, { at: 'key' })
  for (const keyword of idleKeywords(items, items.type)) reportIdle(`${at}/${keyword}`, items.type, report)
  checkOptions(items, items.type, at, report)
  if (items.type === 'object') checkGroup(items, { name, pointer: at, depth, report })
  if (items.type === 'object' && field.uniqueItems) reportIdle(`${pointer}/uniqueItems`, 'rows', report)
}

function checkGroup(group: FormProperty | FormItems, { name, pointer, depth, report }: Place): void {
  const fields = propertyMap(group)
  if (fields.size === 0 && group.type) report(pointer, 'form.group-empty', { name }, { at: 'key' })
  if (depth > maxDepth) return report(pointer, 'form.too-deep', { name, limit: maxDepth }, { at: 'key' })
  for (const [i, each] of (group.required ?? []).entries())
    if (!fields.has(each) && group.type) report(`${pointer}/required/${i}`, 'form.field-unknown', { name: each })
  for (const [each, field] of fields) {
    const at = `${pointer}/properties/${each}`
    if (field.type === undefined) report(at, 'form.type-missing', { name: each }, { at: 'key' })
    else checkField(field, field.type, { name: each, pointer: at, depth: depth + 1, report })
  }
}

/** The default and the examples are answers that the field itself accepts. */
function checkSamples(field: FormProperty, pointer: string, report: Report): void {
  const { default: filled, examples = [], ...limits } = field
  if (filled === undefined && examples.length === 0) return
  if (field.type === 'object' || hasIssueBelow(limits)) return
  const validate = compileForm({ type: 'object', properties: { value: limits } })
  const problem = (value: unknown) => validate({ value })[0]?.code
  const wrong = filled === undefined ? undefined : problem(filled)
  if (wrong) report(`${pointer}/default`, 'form.default-invalid', { problem: wrong })
  for (const [i, example] of examples.entries()) {
    const code = problem(field.type === 'array' ? [example] : example)
    if (code && code !== 'answer.too-few') report(`${pointer}/examples/${i}`, 'form.example-invalid', { problem: code })
  }
}

/** A pattern inside rows or a group that would not compile; it is told for itself. */
function hasIssueBelow(field: FormProperty): boolean {
  const below = [...propertyMap(field).values()]
  return below.some(each => !hasSoundPattern(each) || hasIssueBelow(each))
}

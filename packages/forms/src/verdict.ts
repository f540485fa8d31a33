// From the errors of a JSON Schema validator to the issues of a form. Validators are asked only which keyword failed where;
// everything that people read is worked out here, so that every validator gives the same verdict.
import { escapePointer } from '@cfworker/json-schema'
import type { FormProperty, Text } from '@gridwright/core'
import { type AnswerCode, type AnswerIssue, titleParams } from './answer-issue.ts'
import { type Answer, type Answers, isAnswers, maxValues, plainAnswers } from './answers.ts'
import { type Properties, visibleProperties } from './branch.ts'
import { formatName, type JsonSchema } from './checked.ts'
import { optionsOf, propertyMap, screenOrder } from './field.ts'
import type { FormSchema } from './form.ts'

/** All that is wrong with `answers`, in the order of the screen; nothing if they may be sent. Takes any value and never throws. */
export type Validate = (answers: unknown) => readonly AnswerIssue[]

/** A keyword that failed: JSON Pointers of the answer and of the keyword in the checked schema. */
export type KeywordError = { readonly instancePath: string; readonly keyword: string; readonly schemaPath: string }

const none: readonly AnswerIssue[] = []
const maxIssues = 100
const maxEchoedName = 60
const maxNamedOptions = 20

const codes: Readonly<Record<string, AnswerCode>> = {
  type: 'answer.type',
  enum: 'answer.choice',
  const: 'answer.choice',
  pattern: 'answer.pattern',
  minLength: 'answer.too-short',
  maxLength: 'answer.too-long',
  minimum: 'answer.minimum',
  maximum: 'answer.maximum',
  exclusiveMinimum: 'answer.above',
  exclusiveMaximum: 'answer.below',
  multipleOf: 'answer.step',
  minProperties: 'answer.required',
  minItems: 'answer.too-few',
  maxItems: 'answer.too-many',
  uniqueItems: 'answer.duplicate'
}
const strictestIsLargest: readonly AnswerCode[] = [
  'answer.too-short',
  'answer.minimum',
  'answer.above',
  'answer.too-few'
]

/** The verdict on answers to `form`, given what a validator finds against its `checked` schema. */
export function validator(
  form: FormSchema,
  checked: JsonSchema,
  errorsOf: (answers: Answers) => readonly KeywordError[]
): Validate {
  return answers => {
    const copy = plainAnswers(answers)
    if (copy === undefined) return [{ path: '', code: 'answer.too-large', params: { limit: maxValues } }]
    if (!isAnswers(copy)) return [issue('', 'answer.type', form.title ?? '', { expected: 'object' })]
    const visible = visibleProperties(form, copy)
    const errors = errorsOf(copy)
    const unknown = unknownAnswers(copy, visible, '')
    if (errors.length === 0 && unknown.length === 0) return none
    const found = errors.flatMap(error => issuesOf(error, checked, copy, visible))
    return inOrder([...leaves(found), ...unknown], visible)
  }
}

function issue(path: string, code: AnswerCode, title: Text, params: AnswerIssue['params'] = {}): AnswerIssue {
  return { path, code, params: { ...titleParams(title), ...params } }
}

/** Answers that no field asks for, those to fields of branches that do not apply among them. */
function unknownAnswers(answers: Answers, properties: Properties, above: string): AnswerIssue[] {
  const unknown: AnswerIssue[] = []
  for (const [name, answer] of Object.entries(answers)) {
    const property = properties.get(name)
    if (property) unknown.push(...unknownWithin(answer, property, `${above}/${name}`))
    else {
      const echoed = name.slice(0, maxEchoedName).replace(/[\0\ud800-\udfff]/gu, '\ufffd')
      unknown.push(issue(`${above}/${escapePointer(echoed)}`, 'answer.unknown', echoed))
    }
  }
  return unknown
}

function unknownWithin(answer: Answer, property: FormProperty, path: string): AnswerIssue[] {
  if (property.type === 'object' && isAnswers(answer)) return unknownAnswers(answer, propertyMap(property), path)
  if (property.items?.type !== 'object' || !Array.isArray(answer)) return []
  const row = propertyMap(property)
  return answer.flatMap((each: Answer, i) => (isAnswers(each) ? unknownAnswers(each, row, `${path}/${i}`) : []))
}

function issuesOf(error: KeywordError, checked: JsonSchema, answers: Answers, visible: Properties): AnswerIssue[] {
  const { instancePath: path, keyword } = error
  const schema = at(checked, tokens(error.schemaPath).slice(0, -1)) as JsonSchema // the schema whose keyword has failed
  const answer = at(answers, tokens(path))
  if (keyword === 'required') {
    const missing = listOf(schema[keyword])
      .map(String)
      .filter(name => !Object.hasOwn(answer as Answers, name)) // it failed on answers
    return missing.map(name => issueAt(`${path}/${name}`, 'answer.required', visible))
  }
  const code = answer === '' && keyword === 'minLength' ? 'answer.required' : codeOf(keyword, schema)
  return code ? [issueAt(path, code, visible, paramsOf(code, keyword, schema, propertyAt(path, visible) ?? {}))] : []
}

/** Undefined for the keywords of branches: what failed in a branch is told for itself. */
function codeOf(keyword: string, schema: JsonSchema): AnswerCode | undefined {
  const value = schema[keyword]
  if (keyword === 'const' && value === true) return 'answer.unconfirmed'
  if (keyword !== 'format' || typeof value !== 'string') return codes[keyword]
  if (value === formatName('text')) return 'answer.characters'
  return value.startsWith(formatName('/')) ? 'answer.pattern' : 'answer.format'
}

function paramsOf(
  code: AnswerCode,
  keyword: string,
  schema: JsonSchema,
  property: FormProperty
): AnswerIssue['params'] {
  const value = schema[keyword]
  const example = property.examples?.[0]
  if (code === 'answer.type') return { expected: String(value) }
  if (code === 'answer.format') return { expected: String(value).slice(formatName('').length) }
  if (code === 'answer.choice') return { choices: choices(keyword === 'const' ? [value] : listOf(value), property) }
  if (code === 'answer.pattern') return typeof example === 'string' ? { example } : {}
  return typeof value === 'number' ? { limit: value } : {}
}

/** The titles of the allowed values, at most 20. */
function choices(allowed: readonly unknown[], property: FormProperty): string {
  const titles = new Map<unknown, string>(
    optionsOf(property.items ?? property)?.map(option => [option.value, option.title])
  )
  const named = allowed.slice(0, maxNamedOptions).map(value => titles.get(value) ?? String(value))
  return named.join('、') + (allowed.length > named.length ? '…' : '')
}

/** Without what follows from something worse at the same answer, and without doubles. */
function leaves(issues: readonly AnswerIssue[]): AnswerIssue[] {
  const worst = new Map<string, AnswerCode>()
  for (const { path, code } of issues) if (code === 'answer.type' || code === 'answer.required') worst.set(path, code)
  const broken = [...worst.keys()]
  return issues.filter(({ path, code }) => {
    if (code === 'answer.duplicate' && broken.some(below => below.startsWith(`${path}/`))) return false
    return (worst.get(path) ?? code) === code
  })
}

function inOrder(issues: readonly AnswerIssue[], visible: Properties): readonly AnswerIssue[] {
  const ranked = issues.map(each => ({ each, rank: `${rankOf(tokens(each.path), visible)} ${each.path} ${each.code}` }))
  ranked.sort(
    (a, b) =>
      compare(a.rank, b.rank) || byStrictness(a.each, b.each) || compare(JSON.stringify(a.each), JSON.stringify(b.each))
  )
  const first = ranked.filter(({ rank }, i) => rank !== ranked[i - 1]?.rank)
  return first.slice(0, maxIssues).map(({ each }) => each)
}

/** Where one code comes twice, from a field and from a branch that limits it further, the stricter limit comes first. */
function byStrictness(
  { code, params: { limit: a = 0 } }: AnswerIssue,
  { params: { limit: b = 0 } }: AnswerIssue
): number {
  return (Number(a) - Number(b)) * (strictestIsLargest.includes(code) ? -1 : 1)
}

/** A text that sorts as the answer's field, row and field in the row stand on the screen; names that no field has come last. */
function rankOf([first, ...rest]: readonly string[], properties: Properties): string {
  if (first === undefined) return ''
  const property = properties.get(first)
  if (!property) return '~'
  const [row = '', ...below] = property.items ? rest : ['', ...rest]
  const place = String(screenOrder(properties).indexOf(first))
  return place.padStart(4, '0') + row.padStart(4, '0') + rankOf(below, propertyMap(property))
}

function issueAt(path: string, code: AnswerCode, visible: Properties, params?: AnswerIssue['params']): AnswerIssue {
  const name = tokens(path).findLast(each => !/^\d+$/.test(each)) ?? ''
  return issue(path, code, propertyAt(path, visible)?.title ?? name, params)
}

/** The field of an answer; for an item of a list of choices or people, the list. */
function propertyAt(path: string, visible: Properties): FormProperty | undefined {
  let properties = visible
  let property: FormProperty | undefined
  for (const each of tokens(path)) {
    if (property?.items && /^\d+$/.test(each)) continue
    property = properties.get(each)
    properties = propertyMap(property ?? {})
  }
  return property
}

function tokens(pointer: string): readonly string[] {
  return pointer.split('/').slice(1)
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((each, name) => (each as Record<string, unknown>)[name], value) // validators point at what exists
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

// From the errors of a JSON Schema validator to the issues of a form. Validators are asked only which keyword failed where;
// everything that people read is worked out here, so that every validator gives the same verdict.
import { pointerToken, textIn, type FormProperty, type Text } from '@gridwright/core'
import { type AnswerCode, type AnswerIssue, textParams } from './answer-issue.ts'
import { type Answer, type Answers, isAnswers, maxValues, plainAnswers } from './answers.ts'
import { type Properties, visibleProperties } from './branch.ts'
import { formatName, type JsonSchema } from './checked.ts'
import { propertyMap, screenOrder } from './field.ts'
import type { FormSchema } from './form.ts'

/** All that is wrong with `answers`, in the order of the screen; nothing if they may be sent. Takes any value and never throws. */
export type Validate = (answers: unknown) => readonly AnswerIssue[]

/** A keyword that failed: JSON Pointers of the answer and of the keyword in the checked schema. */
export type KeywordError = { readonly instancePath: string; readonly keyword: string; readonly schemaPath: string }

const none: readonly AnswerIssue[] = Object.freeze([])
const maxIssues = 100
const maxEchoedName = 60
const maxNamedOptions = 20

const codes: Readonly<Record<string, AnswerCode>> = {
  type: 'answer.type', enum: 'answer.choice', const: 'answer.choice', format: 'answer.format', pattern: 'answer.pattern',
  minLength: 'answer.too-short', maxLength: 'answer.too-long', minimum: 'answer.minimum', maximum: 'answer.maximum',
  exclusiveMinimum: 'answer.above', exclusiveMaximum: 'answer.below', multipleOf: 'answer.step', minItems: 'answer.too-few',
  maxItems: 'answer.too-many', uniqueItems: 'answer.duplicate'
}
/** Where one code comes twice, from a field and from a branch that limits it further, the stricter limit is told. */
const strictestIsLargest = new Set<AnswerCode>(['answer.too-short', 'answer.minimum', 'answer.above', 'answer.too-few'])

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
  return { path, code, params: { ...textParams('title', title), ...params } }
}

/** Answers that no field asks for, those to fields of branches that do not apply among them. */
function unknownAnswers(answers: Answers, properties: Properties, above: string): AnswerIssue[] {
  const unknown: AnswerIssue[] = []
  for (const [name, answer] of Object.entries(answers)) {
    const property = properties.get(name)
    if (property) unknown.push(...unknownWithin(answer, property, `${above}/${name}`))
    else {
      const echoed = name.slice(0, maxEchoedName).replace(/[\0\ud800-\udfff]/gu, '\ufffd')
      unknown.push(issue(`${above}/${pointerToken(echoed)}`, 'answer.unknown', echoed))
    }
  }
  return unknown
}

function unknownWithin(answer: Answer, property: FormProperty, path: string): AnswerIssue[] {
  if (property.type === 'object' && isAnswers(answer)) return unknownAnswers(answer, propertyMap(property), path)
  const row = property.items?.properties && propertyMap(property.items)
  if (!row || !Array.isArray(answer)) return []
  return answer.flatMap((each: Answer, i) => (isAnswers(each) ? unknownAnswers(each, row, `${path}/${i}`) : []))
}

function issuesOf(error: KeywordError, checked: JsonSchema, answers: Answers, visible: Properties): AnswerIssue[] {
  const { instancePath, keyword } = error
  const code = codes[keyword]
  if (code === undefined && keyword !== 'required') return [] // a branch: what failed in it is told for itself
  const schema = at(checked, tokens(error.schemaPath).slice(0, -1)) as JsonSchema // the schema whose keyword has failed
  const answer = at(answers, tokens(instancePath))
  if (code === undefined) {
    const missing = namesOf(schema['required']).filter(name => !Object.hasOwn(answer as Answers, name)) // `required` failed on it
    return missing.map(name => issue(`${instancePath}/${name}`, 'answer.required', titleAt(`${instancePath}/${name}`, visible)))
  }
  const title = titleAt(instancePath, visible)
  if (code === 'answer.too-short' && answer === '') return [issue(instancePath, 'answer.required', title)]
  if (code === 'answer.format') return [formatIssue(instancePath, schema['format'], title, visible)]
  if (code === 'answer.choice') return [choiceIssue(instancePath, schema, title, visible)]
  if (code === 'answer.type') return [issue(instancePath, code, title, { expected: String(schema['type']) })]
  if (code === 'answer.pattern') return [patternIssue(instancePath, title, visible)]
  const limit = schema[keyword]
  return [issue(instancePath, code, title, typeof limit === 'number' ? { limit } : {})]
}

function formatIssue(path: string, name: unknown, title: Text, visible: Properties): AnswerIssue {
  const format = String(name).slice(formatName('').length)
  if (format === 'text') return issue(path, 'answer.characters', title)
  return format.startsWith('/') ? patternIssue(path, title, visible) : issue(path, 'answer.format', title, { expected: format })
}

function patternIssue(path: string, title: Text, visible: Properties): AnswerIssue {
  const example = propertyAt(path, visible)?.examples?.[0]
  return issue(path, 'answer.pattern', title, typeof example === 'string' ? { example } : {})
}

/** At most 20 of the options are named. */
function choiceIssue(path: string, schema: JsonSchema, title: Text, visible: Properties): AnswerIssue {
  if (schema['const'] === true) return issue(path, 'answer.unconfirmed', title)
  const property = propertyAt(path, visible)
  const titles = new Map<unknown, Text>((property?.items ?? property)?.oneOf?.map(option => [option.const, option.title]))
  const allowed: readonly unknown[] = Array.isArray(schema['enum']) ? schema['enum'] : [schema['const']]
  const named = allowed.slice(0, maxNamedOptions).map(value => titles.get(value) ?? String(value))
  return issue(path, 'answer.choice', title, textParams('choices', joinTexts(named, allowed.length > named.length ? '…' : '')))
}

function joinTexts(texts: readonly Text[], end: string): Text {
  const languages = new Set(texts.flatMap(text => (typeof text === 'string' ? [] : Object.keys(text))))
  const joined = (language: string) => texts.map(text => textIn(text, language)).join('、') + end
  return languages.size === 0 ? joined('') : Object.fromEntries([...languages].map(language => [language, joined(language)]))
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
  const ranked = issues.map(each => ({ each, rank: rankOf(tokens(each.path), visible) }))
  ranked.sort((a, b) => compareRanks(a.rank, b.rank) || compare(a.each.path, b.each.path) || compareIssues(a.each, b.each))
  const told = new Set<string>()
  const first = ranked.filter(({ each }) => told.size < told.add(`${each.path} ${each.code}`).size)
  return first.slice(0, maxIssues).map(({ each }) => each)
}

function compareIssues(a: AnswerIssue, b: AnswerIssue): number {
  const limits = Number(a.params['limit'] ?? 0) - Number(b.params['limit'] ?? 0)
  const stricter = strictestIsLargest.has(a.code) ? -limits : limits
  return compare(a.code, b.code) || stricter || compare(JSON.stringify(a.params), JSON.stringify(b.params))
}

/** The places of an answer's field, of its row and of the field in it; names that no field has come last. */
function rankOf([first, ...rest]: readonly string[], properties: Properties): readonly number[] {
  if (first === undefined) return []
  const property = properties.get(first)
  if (!property) return [Infinity]
  const [row, ...below] = property.items ? rest : ['0', ...rest]
  const place = screenOrder(properties).indexOf(first)
  return row === undefined ? [place] : [place, Number(row), ...rankOf(below, propertyMap(property.items ?? property))]
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const differing = a.findIndex((place, i) => place !== b[i])
  if (differing < 0) return a.length - b.length
  const [mine = 0, other = -1] = [a[differing], b[differing]]
  return mine < other ? -1 : 1
}

function titleAt(path: string, visible: Properties): Text {
  return propertyAt(path, visible)?.title ?? tokens(path).findLast(each => !/^\d+$/.test(each)) ?? ''
}

/** The field of an answer; for an item of a list of choices or people, the list. */
function propertyAt(path: string, visible: Properties): FormProperty | undefined {
  let properties = visible
  let property: FormProperty | undefined
  for (const each of tokens(path)) {
    if (property?.items && /^\d+$/.test(each)) continue
    property = properties.get(each)
    properties = propertyMap(property?.items ?? property ?? {})
  }
  return property
}

function tokens(pointer: string): readonly string[] {
  return pointer.split('/').slice(1)
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((each, name) => (each as Record<string, unknown>)[name], value) // validators point at what exists
}

function namesOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

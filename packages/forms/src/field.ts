// The fields of a form as a person sees them: which are asked, in which order, with which limits.
import { placeProperties, type FormItems, type FormOptions, type FormProperty, type FormScalar } from '@gridwright/core'
import { type Answer, type Answers, isAnswers, isBlank, plainAnswers } from './answers.ts'
import { type Properties, requiredNames, visibleProperties } from './branch.ts'
import { given, oneText, type FormSchema } from './form.ts'

export type FieldKind =
  | 'text'
  | 'longtext'
  | 'number'
  | 'integer'
  | 'yes-no'
  | 'choice'
  | 'choices'
  | 'date'
  | 'time'
  | 'instant'
  | 'phone'
  | 'person'
  | 'people'
  | 'photo'
  | 'photos'
  | 'place'
  | 'rows'
  | 'group'

/** Keywords of limits, under JSON Schema's own names: lengths in characters, items in number. */
export const limitNames = [
  'minLength',
  'maxLength',
  'pattern',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minItems',
  'maxItems',
  'uniqueItems',
  'const'
] as const

export type FieldLimits = Pick<FormProperty, (typeof limitNames)[number]>

export type FieldOption = { readonly value: FormScalar; readonly title: string }

/**
 * One field. `pointer` is the JSON Pointer of its answer; within `rows` the token `-` stands for the row's index.
 * `fields` are those of a group or of one row; `lines` is the height of a longtext; `placeholder` is an example if no other is given.
 */
export type Field = Readonly<FieldLimits> & {
  readonly pointer: string
  readonly name: string
  readonly kind: FieldKind
  readonly title: string
  readonly help?: string
  readonly required: boolean
  readonly options?: readonly FieldOption[]
  readonly fields?: readonly Field[]
  readonly default?: Answer
  readonly placeholder?: string
  readonly lines?: number
  readonly sensitive: boolean
}

/** Longest text and list where the form says nothing of it. */
export const defaultMaxLength = 500
export const defaultMaxItems = 50
const defaultMaxPhotos = 9

/** The fields asked as of `answers`, those with `ui.order` first; what was answered to fields that are no longer asked does not count. */
export function fieldsOf(schema: FormSchema, answers: Answers): readonly Field[] {
  const kept = pruneAnswers(schema, answers)
  return fieldsIn(visibleProperties(schema, kept), requiredNames(schema, kept), '')
}

/** The answers filled in beforehand, those of branches that they open included. */
export function defaultsOf(schema: FormSchema): Answers {
  let answers: Answers = {}
  for (;;) {
    const fresh = defaultsIn(visibleProperties(schema, answers), answers)
    if (Object.keys(fresh).length === 0) return answers
    answers = { ...answers, ...fresh }
  }
}

/** Only the answers to fields that are asked, blank ones left out: what a client sends. Its own answers keep no field asked that is not. */
export function pruneAnswers(schema: FormSchema, answers: Answers): Answers {
  const copy = plainAnswers(answers)
  let kept: Answers = isAnswers(copy) ? copy : {}
  for (;;) {
    const next = pruned(kept, visibleProperties(schema, kept))
    if (Object.keys(next).length === Object.keys(kept).length) return next
    kept = next
  }
}

/** Names of fields in the order of the screen: by `ui.order`, those without it last, then as written. */
export function screenOrder(properties: Properties): readonly string[] {
  const place = (name: string) => properties.get(name)?.ui?.order ?? Infinity
  return [...properties.keys()].sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)))
}

/** The options of a choice; undefined where anything may be answered. */
export function optionsOf(of: { oneOf?: FormOptions; enum?: FormScalar[] }): readonly FieldOption[] | undefined {
  if (of.oneOf) return of.oneOf.map(option => ({ value: option.const, title: oneText(option.title) }))
  return of.enum?.map(value => ({ value, title: String(value) }))
}

/** The properties of a group, of a place or of a row, by name. */
export function propertyMap(of: Pick<FormProperty, 'properties' | 'items' | 'format'>): Properties {
  if (of.format === 'place') return placeMap
  return new Map(Object.entries((of.items ?? of).properties ?? {}))
}

const placeMap: Properties = new Map(Object.entries(placeProperties))

function fieldsIn(properties: Properties, required: ReadonlySet<string>, above: string): readonly Field[] {
  return screenOrder(properties).map(name => {
    const property = properties.get(name) ?? {}
    const pointer = `${above}/${name}`
    const options = optionsOf(property.items ?? property)
    return {
      ...defaultLimits(property),
      ...given(property, limitNames),
      pointer,
      name,
      kind: kindOf(property),
      title: property.title === undefined ? name : oneText(property.title),
      ...(property.description !== undefined && { help: oneText(property.description) }),
      required: required.has(name),
      ...(options && { options }),
      ...inner(property, pointer),
      ...given(property, ['default']),
      ...placeholder(property),
      ...(property.ui?.rows !== undefined && { lines: property.ui.rows }),
      sensitive: property.ui?.sensitive ?? false
    }
  })
}

function inner(property: FormProperty, pointer: string): { fields?: readonly Field[] } {
  const group = property.items ?? property
  if (!group.properties) return {}
  const below = property.items ? `${pointer}/-` : pointer
  return { fields: fieldsIn(propertyMap(property), new Set(group.required), below) }
}

function placeholder({ ui, examples }: FormProperty): { placeholder?: string } {
  if (ui?.placeholder !== undefined) return { placeholder: oneText(ui.placeholder) }
  return examples?.[0] === undefined ? {} : { placeholder: String(examples[0]) }
}

const formatKinds = {
  date: 'date',
  time: 'time',
  'date-time': 'instant',
  phone: 'phone',
  person: 'person',
  photo: 'photo',
  place: 'place'
} as const

function kindOf(property: FormProperty): FieldKind {
  if (property.type === 'array') return listKind(property.items)
  if (property.type === 'object') return property.format === 'place' ? 'place' : 'group'
  if (property.type === 'boolean') return 'yes-no'
  if (optionsOf(property)) return 'choice'
  if (property.type === 'number' || property.type === 'integer') return property.type
  if (property.format) return formatKinds[property.format]
  return property.ui?.rows === undefined ? 'text' : 'longtext'
}

function listKind(items: FormItems | undefined): FieldKind {
  if (items?.type === 'object') return 'rows'
  if (items?.format === 'photo') return 'photos'
  return items?.format === 'person' ? 'people' : 'choices'
}

/** The engine's own limits of text that is not chosen, and of lists. */
export function defaultLimits(property: FormProperty): FieldLimits {
  if (property.type === 'array')
    return { maxItems: property.items?.format === 'photo' ? defaultMaxPhotos : defaultMaxItems }
  return property.type === 'string' && !optionsOf(property) ? { maxLength: defaultMaxLength } : {}
}

function defaultsIn(properties: Properties, answers: Answers): Answers {
  const fresh: Record<string, Answer> = {}
  for (const [name, property] of properties) {
    if (Object.hasOwn(answers, name)) continue
    const value = property.default ?? (property.type === 'object' ? defaultsIn(propertyMap(property), {}) : undefined)
    if (!isBlank(value) && value !== undefined) fresh[name] = value
  }
  return fresh
}

function pruned(answers: Answers, properties: Properties): Answers {
  const kept: Record<string, Answer> = {}
  for (const [name, property] of properties) {
    const answer = Object.hasOwn(answers, name) ? prunedAnswer(answers[name] ?? null, property) : null
    if (!isBlank(answer)) kept[name] = answer
  }
  return kept
}

function prunedAnswer(answer: Answer, property: FormProperty): Answer {
  if (property.type === 'object' && isAnswers(answer)) return pruned(answer, propertyMap(property))
  if (property.items?.type !== 'object' || !Array.isArray(answer)) return answer
  return answer.map((each: Answer) => (isAnswers(each) ? pruned(each, propertyMap(property)) : each))
}

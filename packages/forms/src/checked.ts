// The form as validators see it: JSON Schema without texts and `ui`, options as `enum`, the engine's own limits added.
import type { FormItems, FormProperty, FormSection } from '@gridwright/core'
import { defaultMaxItems, defaultMaxLength, optionsOf } from './field.ts'
import { type FormSchema, mapMembers } from './form.ts'

export type JsonSchema = { readonly [keyword: string]: unknown }

/** How a validator is told of a pattern. */
export type PatternKeyword = (pattern: string) => JsonSchema

/** Names of the engine's formats, apart from those that validators bring along. */
export const formatName = (format: string): string => `gridwright:${format}`

/** The schema that answers must satisfy. It leaves unknown answers alone: those are the engine's own to find. */
export function checkedSchema(form: FormSchema, patternKeyword: PatternKeyword): JsonSchema {
  const types = new Map<string, FormProperty['type']>()
  declaredTypes(form, types)
  return { type: 'object', ...section(form, { types, patternKeyword }) }
}

type Context = { readonly types: ReadonlyMap<string, FormProperty['type']>; readonly patternKeyword: PatternKeyword }

function declaredTypes(part: FormSection, types: Map<string, FormProperty['type']>): void {
  for (const [name, { type }] of Object.entries(part.properties ?? {})) if (type && !types.has(name)) types.set(name, type)
  for (const below of partsOf(part)) declaredTypes(below, types)
}

/** The branches directly below a section. */
export function partsOf(part: FormSection): readonly FormSection[] {
  const { then: yes, else: no, allOf = [], dependentSchemas = {} } = part
  return [...allOf, ...(yes ? [yes] : []), ...(no ? [no] : []), ...Object.values(dependentSchemas)]
}

function section(part: FormSection, context: Context): JsonSchema {
  const { then: yes, else: no } = part
  const dependents = [
    ...Object.entries(part.dependentSchemas ?? {}).map(([name, each]) => [name, section(each, context)] as const),
    ...Object.entries(part.dependentRequired ?? {}).map(([name, required]) => [name, { required }] as const)
  ]
  const allOf = [
    ...(part.allOf ?? []).map(each => section(each, context)),
    ...dependents.map(([name, each]) => ({ dependentSchemas: { [name]: each } }))
  ]
  return {
    ...(part.properties && { properties: mapMembers(part.properties, (each, name) => property(each, name, context)) }),
    ...(part.required && { required: part.required }),
    ...(part.if && (yes || no) && { if: JSON.parse(JSON.stringify(part.if)) }), // validators write into their schemas
    ...(part.if && yes && { then: section(yes, context) }),
    ...(part.if && no && { else: section(no, context) }),
    ...(allOf.length > 0 && { allOf })
  }
}

function property(field: FormProperty, name: string, context: Context): JsonSchema {
  const type = field.type ?? context.types.get(name)
  return {
    ...(type && { type }),
    ...choice(field),
    ...(field.const !== undefined && { const: field.const }),
    ...(type === 'string' && textLimits(field, context)),
    ...((type === 'number' || type === 'integer') && numberLimits(field)),
    ...(type === 'array' && listLimits(field, context)),
    ...(type === 'object' && group(field, context))
  }
}

function choice(of: FormProperty | FormItems): JsonSchema {
  const options = optionsOf(of)
  return options ? { enum: [...new Set(options.map(option => option.value))] } : {}
}

function textLimits(field: FormProperty, context: Context): JsonSchema {
  const { minLength, maxLength, pattern, format } = field
  const open = field.type !== undefined && !optionsOf(field) && field.const === undefined
  return {
    ...(open && { minLength: 1, maxLength: defaultMaxLength, format: formatName('text') }),
    ...(minLength !== undefined && { minLength }),
    ...(maxLength !== undefined && { maxLength }),
    ...(format && { format: formatName(format) }),
    ...(pattern !== undefined && context.patternKeyword(pattern))
  }
}

function numberLimits({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }: FormProperty): JsonSchema {
  return {
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    ...(exclusiveMinimum !== undefined && { exclusiveMinimum }),
    ...(exclusiveMaximum !== undefined && { exclusiveMaximum }),
    ...(multipleOf !== undefined && { multipleOf })
  }
}

function listLimits(field: FormProperty, context: Context): JsonSchema {
  const { items, minItems, maxItems, uniqueItems } = field
  const maximum = maxItems ?? (field.type && defaultMaxItems)
  return {
    ...(minItems !== undefined && { minItems }),
    ...(maximum !== undefined && { maxItems: maximum }),
    ...(uniqueItems && items?.type !== 'object' && { uniqueItems }),
    ...(items && { items: item(items, context) })
  }
}

function item(items: FormItems, context: Context): JsonSchema {
  if (items.type === 'object') return { type: 'object', ...group(items, context) }
  return { type: items.type, ...choice(items), ...(items.format && { format: formatName(items.format) }) }
}

function group(of: FormProperty | FormItems, context: Context): JsonSchema {
  return {
    ...(of.properties && { properties: mapMembers(of.properties, (each, name) => property(each, name, context)) }),
    ...(of.required && { required: of.required })
  }
}

// The form as validators see it: JSON Schema without texts and `ui`, options as `enum`, the engine's own limits added.
import { placeProperties, type FormItems, type FormProperty, type FormSection } from '@gridwright/core'
import { defaultLimits, limitNames, optionsOf } from './field.ts'
import { type FormSchema, given, mapMembers } from './form.ts'

export type JsonSchema = { readonly [keyword: string]: unknown }

/** How a validator is told of a pattern. */
export type PatternKeyword = (pattern: string) => JsonSchema

/** Names of the engine's formats, apart from those that validators bring along. */
export const formatName = (format: string): string => `gridwright:${format}`

/** The schema that answers must satisfy. It leaves unknown answers alone: those are the engine's own to find. */
export function checkedSchema(form: FormSchema, patternKeyword: PatternKeyword): JsonSchema {
  return { type: 'object', ...section(form, patternKeyword) }
}

function section(part: FormSection, patternKeyword: PatternKeyword): JsonSchema {
  const { if: test, then: yes, else: no, dependentSchemas = {}, dependentRequired = {} } = part
  const dependents = [
    ...Object.entries(dependentSchemas),
    ...Object.entries(dependentRequired).map(([name, required]) => [name, { required }] as const)
  ]
  return {
    ...group(part, patternKeyword),
    allOf: [
      ...(part.allOf ?? []).map(each => section(each, patternKeyword)),
      ...dependents.map(([name, each]) => ({ dependentSchemas: { [name]: section(each, patternKeyword) } }))
    ],
    ...(test &&
      (yes || no) && {
        if: JSON.parse(JSON.stringify(test)), // validators write into their schemas
        then: section(yes ?? {}, patternKeyword),
        else: section(no ?? {}, patternKeyword)
      })
  }
}

function property(field: FormProperty, patternKeyword: PatternKeyword): JsonSchema {
  const { type, format, items, properties } = field
  const { pattern, uniqueItems, ...limits } = given(field, limitNames)
  const open = type === 'string' && !optionsOf(field) && field.const === undefined
  return {
    ...(type && { type }),
    ...(open && { minLength: 1, format: formatName('text') }),
    ...defaultLimits(field),
    ...limits,
    ...choice(field),
    ...(format && { format: formatName(format) }),
    ...(pattern !== undefined && patternKeyword(pattern)),
    ...(uniqueItems && items?.type !== 'object' && { uniqueItems }), // rows are never compared
    ...(items && { items: item(items, patternKeyword) }),
    ...(properties && group(field, patternKeyword))
  }
}

/** At least the words, or longitude and latitude together. */
function place(patternKeyword: PatternKeyword): JsonSchema {
  const dependentSchemas = { longitude: { required: ['latitude'] }, latitude: { required: ['longitude'] } }
  return {
    type: 'object',
    minProperties: 1,
    ...group({ properties: placeProperties }, patternKeyword),
    dependentSchemas
  }
}

function item(items: FormItems, patternKeyword: PatternKeyword): JsonSchema {
  const { type, format } = items
  return { type, ...group(items, patternKeyword), ...choice(items), ...(format && { format: formatName(format) }) }
}

function choice(of: FormProperty | FormItems): JsonSchema {
  const options = optionsOf(of)
  return options ? { enum: [...new Set(options.map(option => option.value))] } : {}
}

function group(of: FormSection | FormItems, patternKeyword: PatternKeyword): JsonSchema {
  return {
    ...given(of, ['required']),
    properties: mapMembers(of.properties ?? {}, each =>
      each.format === 'place' ? place(patternKeyword) : property(each, patternKeyword)
    )
  }
}

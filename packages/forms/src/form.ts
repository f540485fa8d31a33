// A form: JSON Schema 2020-12 limited to what a person can fill in (form.schema.json), with its texts.
import {
  textIn, type FormFile, type FormItems, type FormOptions, type FormProperty, type FormSection, type Text
} from '@gridwright/core'

export type FormSchema = FormFile

/** The form with every text as one string: in `language`, else in `fallback`, else in any language it has. */
export function localizeForm(schema: FormSchema, language: string, fallback: string): FormSchema {
  const say = (text: Text) => textIn(text, language, [fallback])
  return { ...schema, ...section(schema, say), ...texts(schema, say), properties: properties(schema.properties, say) }
}

type Say = (text: Text) => string
type FormProperties = FormSchema['properties']

function texts(of: { title?: Text; description?: Text }, say: Say): { title?: string; description?: string } {
  return {
    ...(of.title !== undefined && { title: say(of.title) }),
    ...(of.description !== undefined && { description: say(of.description) })
  }
}

function section(part: FormSection, say: Say): FormSection {
  const { then: yes, else: no, allOf, dependentSchemas } = part
  return {
    ...part,
    ...(part.properties && { properties: properties(part.properties, say) }),
    ...(yes && { then: section(yes, say) }),
    ...(no && { else: section(no, say) }),
    ...(allOf && { allOf: allOf.map(each => section(each, say)) }),
    ...(dependentSchemas && { dependentSchemas: mapMembers(dependentSchemas, each => section(each, say)) })
  }
}

function properties(named: FormProperties, say: Say): FormProperties {
  return mapMembers(named, each => property(each, say))
}

function property(field: FormProperty, say: Say): FormProperty {
  const { ui } = field
  return {
    ...field,
    ...texts(field, say),
    ...options(field, say),
    ...(field.properties && { properties: properties(field.properties, say) }),
    ...(field.items && { items: items(field.items, say) }),
    ...(ui && { ui: { ...ui, ...(ui.placeholder !== undefined && { placeholder: say(ui.placeholder) }) } })
  }
}

function items(each: FormItems, say: Say): FormItems {
  return { ...each, ...options(each, say), ...(each.properties && { properties: properties(each.properties, say) }) }
}

function options({ oneOf }: { oneOf?: FormOptions }, say: Say): { oneOf?: FormOptions } {
  return oneOf ? { oneOf: oneOf.map(option => ({ ...option, title: say(option.title) })) } : {}
}

/** The object with each member changed, under the same names in the same order. */
export function mapMembers<From, To>(
  members: Readonly<Record<string, From>>,
  change: (member: From, name: string) => To
): Record<string, To> {
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, change(member, name)]))
}

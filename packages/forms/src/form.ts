// A form: JSON Schema 2020-12 limited to what a person can fill in (form.schema.json), with its texts.
import { textIn, type FormFile, type Text } from '@gridwright/core'

export type FormSchema = FormFile

type Node = { readonly [keyword: string]: unknown }

/** Keywords by what stands under them; nothing under `if` is shown, and what is not listed is no place of texts. */
const places: Readonly<Record<string, 'text' | 'node' | 'list' | 'map'>> = {
  title: 'text',
  description: 'text',
  placeholder: 'text',
  ui: 'node',
  items: 'node',
  then: 'node',
  else: 'node',
  oneOf: 'list',
  allOf: 'list',
  properties: 'map',
  dependentSchemas: 'map'
}

/** The form with every text as one string: in `language`, else in `fallback`, else in any language it has. */
export function localizeForm(schema: FormSchema, language: string, fallback: string): FormSchema {
  const localize = (node: Node): Node =>
    mapMembers(node, (below, keyword) => {
      switch (places[keyword]) {
        case 'text':
          return textIn(below as Text, language, [fallback]) // by form.schema.json
        case 'node':
          return localize(below as Node) // by form.schema.json
        case 'list':
          return (below as readonly Node[]).map(localize) // by form.schema.json
        case 'map':
          return mapMembers(below as Readonly<Record<string, Node>>, localize) // by form.schema.json
        default:
          return below
      }
    })
  return localize(schema as object as Node) as object as FormSchema // the same schema with strings for texts
}

/** A text in its first language. */
export function oneText(text: Text): string {
  return textIn(text, '')
}

/** The object with each member changed, under the same names in the same order. */
export function mapMembers<From, To>(
  members: Readonly<Record<string, From>>,
  change: (member: From, name: string) => To
): Record<string, To> {
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, change(member, name)]))
}

/** The named members that are there. */
export function given<Of extends object, Name extends keyof Of>(of: Of, names: readonly Name[]): Pick<Of, Name> {
  const found: Partial<Of> = {}
  for (const name of names) if (of[name] !== undefined) found[name] = of[name]
  return found as Pick<Of, Name> // members that are missing in `of` are optional in it
}

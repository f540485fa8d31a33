// What there is to fill in for a service: every field that its form may ask, those of branches included.
import type { FormFile, FormSection } from '@gridwright/core'
import { fieldsOf, localizeForm, type Field, type FieldKind } from '@gridwright/forms'

/** A field on paper. `sometimes` is asked, or required, only after certain other answers; `fields` are those of a group or of one row. */
export type GuideField = {
  readonly name: string
  readonly title: string
  readonly kind: FieldKind
  readonly need: 'always' | 'sometimes' | 'never'
  readonly asked: 'always' | 'sometimes'
  readonly help: string | null
  readonly options: readonly string[]
  readonly fields: readonly GuideField[]
}

/** The fields of `form` in `language`, else in `fallback`: those asked of everyone first, in the order of the screen, then those of branches. */
export function guideFields(form: FormFile, language: string, fallback: string): readonly GuideField[] {
  const { properties, required = [], ...rest } = localizeForm(form, language, fallback)
  const sections = sectionsIn(rest)
  const needed = new Set(sections.flatMap(section => section.needs))
  const plain: FormFile = { type: 'object', properties, required }
  const asked = fieldsOf(plain, {}).map(field => guideField(field, 'always', needed))
  const later = new Map(
    sections
      .flatMap(({ properties: more = {} }) => fieldsOf({ type: 'object', properties: more }, {}))
      .filter(({ name }) => !Object.hasOwn(properties, name))
      .map(field => [field.name, guideField(field, 'sometimes', needed)])
  )
  return [...asked, ...later.values()]
}

function guideField(field: Field, asked: GuideField['asked'], needed: ReadonlySet<string>): GuideField {
  const { name, title, kind, help = null, required, options = [], fields = [] } = field
  return {
    name,
    title,
    kind,
    need: required ? 'always' : needed.has(name) ? 'sometimes' : 'never',
    asked,
    help,
    options: options.map(option => option.title),
    fields: fields.map(inner => guideField(inner, 'always', new Set()))
  }
}

type Branch = Pick<FormSection, 'properties'> & { readonly needs: readonly string[] }

/** All branches below `section`, at any depth, with the fields that each makes required. */
function sectionsIn(section: Omit<FormSection, 'properties' | 'required'>): readonly Branch[] {
  const { then, else: otherwise, allOf = [], dependentSchemas = {}, dependentRequired = {} } = section
  const below = [then, otherwise, ...allOf, ...Object.values(dependentSchemas)].filter(part => part !== undefined)
  return [
    { needs: Object.values(dependentRequired).flat() },
    ...below.flatMap(part => [
      { needs: part.required ?? [], ...(part.properties && { properties: part.properties }) },
      ...sectionsIn(part)
    ])
  ]
}

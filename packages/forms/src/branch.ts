// Which branches of a form apply to the answers so far (JSON Schema 2020-12: allOf, if/then/else, dependentSchemas), and so
// which fields are asked and which of them must be answered.
import { dereference, validate } from '@cfworker/json-schema'
import type { FormProperty, FormSection, FormTest } from '@gridwright/core'
import type { Answers } from './answers.ts'
import type { FormSchema } from './form.ts'

export type Properties = ReadonlyMap<string, FormProperty>

const flatForms = new WeakMap<FormSchema, Properties>()
const predicates = new WeakMap<FormTest, (answers: Answers) => boolean>()

/** The form and its branches that apply to `answers`, in the order in which they are written. */
function sectionsOf(form: FormSchema, answers: Answers): readonly FormSection[] {
  const sections: FormSection[] = []
  collect(form, answers, sections)
  return sections
}

/** The fields that are asked, in the order in which they are written; what branches say of one field is put together. */
export function visibleProperties(form: FormSchema, answers: Answers): Properties {
  const known = flatForms.get(form)
  if (known) return known
  const sections = sectionsOf(form, answers)
  const visible = new Map<string, FormProperty>()
  for (const section of sections) {
    for (const [name, property] of Object.entries(section.properties ?? {})) {
      const before = visible.get(name)
      visible.set(name, before ? { ...before, ...property } : property)
    }
  }
  if (!hasBranches(form)) flatForms.set(form, visible)
  return visible
}

/** The names that must be answered as of these answers, visible or not. */
export function requiredNames(form: FormSchema, answers: Answers): ReadonlySet<string> {
  const names = new Set<string>()
  for (const section of sectionsOf(form, answers)) {
    for (const name of section.required ?? []) names.add(name)
    const dependents = Object.entries(section.dependentRequired ?? {}).filter(([name]) => Object.hasOwn(answers, name))
    for (const name of dependents.flatMap(([, required]) => required)) names.add(name)
  }
  return names
}

function collect(section: FormSection, answers: Answers, sections: FormSection[]): void {
  sections.push(section)
  for (const part of section.allOf ?? []) collect(part, answers, sections)
  const branch = section.if && (applies(section.if, answers) ? section.then : section.else)
  if (branch) collect(branch, answers, sections)
  for (const [name, part] of Object.entries(section.dependentSchemas ?? {}))
    if (Object.hasOwn(answers, name)) collect(part, answers, sections)
}

function hasBranches(form: FormSchema): boolean {
  return form.if !== undefined || form.allOf !== undefined || form.dependentSchemas !== undefined
}

function applies(test: FormTest, answers: Answers): boolean {
  const known = predicates.get(test)
  if (known) return known(answers)
  const schema: object = JSON.parse(JSON.stringify(test)) // the library writes into the schemas that it is given
  const lookup = dereference(schema)
  const predicate = (value: Answers) => validate(value, schema, '2020-12', lookup).valid
  predicates.set(test, predicate)
  return predicate(answers)
}

/** TypeScript types of a locality: ids as literals and answers by form, so that a client's calls are checked when they are written. */
import { placeProperties, type FormFile, type FormProperty, type Locality } from '@gridwright/core'
import { machineOf } from '@gridwright/workflows'

/** Source text of a module that declares `ServiceId`, `PostId`, `EventName`, `Answers` (by service) and `EventAnswers` (by event). */
export function localityTypes(locality: Locality): string {
  const services = [...locality.services]
  const events = new Map<string, Set<string>>()
  for (const workflow of locality.workflows.values()) {
    const { rules, engineEvents } = machineOf(workflow)
    for (const { event, form } of rules.values()) {
      if (engineEvents.has(event)) continue
      events.set(
        event,
        (events.get(event) ?? new Set()).add(form === undefined ? 'Record<string, never>' : formName(form))
      )
    }
  }
  return [
    `// Types of ${locality.id}, written by \`gridwright types\`: run it again after a change of the config.`,
    '',
    `export type ServiceId = ${union(services.map(([id]) => id))}`,
    `export type PostId = ${union(locality.posts.keys())}`,
    `export type RegistrationKind = ${union(locality.registrations.keys())}`,
    `export type ChannelId = ${union(locality.channels.keys())}`,
    `export type EventName = ${union(events.keys())}`,
    '',
    ...[...locality.forms].map(([id, form]) => `export type ${formName(id)} = ${formType(form)}\n`),
    '/** What is answered when a service is asked for. */',
    `export type Answers = {\n${services.map(([id, { form }]) => `  ${JSON.stringify(id)}: ${formName(form)}`).join('\n')}\n}`,
    '',
    '/** What is answered with an event. */',
    `export type EventAnswers = {\n${[...events].map(([event, forms]) => `  ${event}: ${[...forms].join(' | ')}`).join('\n')}\n}`,
    ''
  ].join('\n')
}

function formName(id: string): string {
  return `${id.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase())}Form`
}

function union(names: Iterable<string>): string {
  const list = [...names].map(name => JSON.stringify(name))
  return list.length === 0 ? 'never' : list.join(' | ')
}

/** All fields that a form may ask, by name; those of branches are optional: whether they are there depends on the other answers. */
export function formFields(
  form: FormFile
): ReadonlyMap<string, { readonly field: FormProperty; readonly optional: boolean }> {
  const required = new Set(form.required)
  const fields = new Map(
    Object.entries(form.properties ?? {}).map(([name, field]) => [name, { field, optional: !required.has(name) }])
  )
  for (const section of sectionsBelow(form)) {
    for (const [name, field] of Object.entries(section))
      if (!fields.has(name)) fields.set(name, { field, optional: true })
  }
  return fields
}

function formType(form: FormFile): string {
  const lines = [...formFields(form)].map(
    ([name, { field, optional }]) => `  ${JSON.stringify(name)}${optional ? '?' : ''}: ${fieldType(field)}`
  )
  return `{\n${lines.join('\n')}\n}`
}

type Branching = {
  then?: unknown
  else?: unknown
  allOf?: readonly unknown[]
  dependentSchemas?: Record<string, unknown>
  properties?: Record<string, FormProperty>
}

function sectionsBelow(form: FormFile): readonly Record<string, FormProperty>[] {
  const walk = (part: unknown): readonly Record<string, FormProperty>[] => {
    if (typeof part !== 'object' || part === null) return []
    const { then, else: otherwise, allOf, dependentSchemas, properties } = part as Branching // a part of a form that its schema has accepted
    return [
      ...(properties ? [properties] : []),
      ...[then, otherwise, ...(allOf ?? []), ...Object.values(dependentSchemas ?? {})].flatMap(walk)
    ]
  }
  return walk(form).slice(1)
}

function fieldType(field: FormProperty): string {
  const options = field.oneOf?.map(option => option.const) ?? field.enum
  if (options) return options.map(value => JSON.stringify(value)).join(' | ')
  if (field.type === 'array') return `readonly (${field.items ? fieldType(field.items) : 'unknown'})[]`
  if (field.type === 'object')
    return `{ ${Object.entries<FormProperty>((field.format === 'place' ? placeProperties : field.properties) ?? {})
      .map(([name, inner]) => `${JSON.stringify(name)}?: ${fieldType(inner)}`)
      .join('; ')} }`
  return field.type === 'integer' ? 'number' : (field.type ?? 'string')
}

// What form.schema.json cannot say of a form: names that no field has, branches that never or always apply, and (check-field.ts)
// fields that nobody can fill in.
import { nearest, type FormProperty, type FormSection, type FormTest, type Issue, type Source } from '@gridwright/core'
import { checkField, idleKeywords, type Report } from './check-field.ts'
import { optionsOf } from './field.ts'
import type { FormSchema } from './form.ts'

/** What is declared of a field: the property that gives its type, and where it stands. */
type Declared = ReadonlyMap<string, { readonly property: FormProperty; readonly pointer: string }>
type FormValueTest = NonNullable<FormTest['properties']>[string]
type Context = { readonly declared: Declared; readonly report: Report }

/** The issues of forms, given as files that satisfy form.schema.json; others are passed over. */
export function checkForms(sources: readonly Source[]): Issue[] {
  return sources.flatMap(source => {
    const form = source.value as FormSchema | undefined // as the schema has it; undefined where the file does not parse
    if (typeof form !== 'object' || typeof form?.properties !== 'object') return []
    const issues: Issue[] = []
    const report: Report = (...args) => void issues.push(source.issue(...args))
    const declared = new Map<string, { property: FormProperty; pointer: string }>()
    declare(form, '', declared, report)
    if (declared.size === 0) report('/properties', 'form.empty')
    checkSection(form, '', new Set(), { declared, report })
    return issues
  })
}

/** Fills in `declared`; two branches may declare one field, if as the same type. */
function declare(
  section: FormSection,
  pointer: string,
  declared: Map<string, { property: FormProperty; pointer: string }>,
  report: Report
): void {
  for (const [name, property] of Object.entries(section.properties ?? {})) {
    const at = `${pointer}/properties/${name}`
    const first = declared.get(name)?.property.type
    if (property.type && first === undefined) declared.set(name, { property, pointer: at })
    else if (property.type && property.type !== first)
      report(`${at}/type`, 'form.type-conflict', { name, type: property.type, other: String(first) })
  }
  for (const [below, part] of partsOf(section, pointer)) declare(part, below, declared, report)
}

/** The branches directly below, with their pointers. */
function partsOf(section: FormSection, pointer: string): readonly (readonly [pointer: string, part: FormSection])[] {
  const { then: yes, else: no, allOf = [], dependentSchemas = {} } = section
  const parts: (readonly [string, FormSection])[] = allOf.map((part, i) => [`allOf/${i}`, part])
  if (yes) parts.push(['then', yes])
  if (no) parts.push(['else', no])
  for (const [name, part] of Object.entries(dependentSchemas)) parts.push([`dependentSchemas/${name}`, part])
  return parts.map(([token, part]) => [`${pointer}/${token}`, part])
}

/** `asked` are the fields that are there whenever this section applies. */
function checkSection(section: FormSection, pointer: string, asked: ReadonlySet<string>, context: Context): void {
  const { report } = context
  const here = new Set([...asked, ...askedBy(section)])
  for (const [name, property] of Object.entries(section.properties ?? {})) {
    const at = `${pointer}/properties/${name}`
    const type = property.type ?? (here.has(name) ? context.declared.get(name)?.property.type : undefined)
    if (type === undefined) report(at, 'form.type-missing', { name }, { at: 'key' })
    else checkField(property, type, { name, pointer: at, depth: 1, report })
  }
  checkNames(section.required, `${pointer}/required`, here, context)
  checkDependents(section, pointer, here, context)
  checkBranch(section, pointer, context)
  for (const [below, part] of partsOf(section, pointer)) checkSection(part, below, here, context)
}

function askedBy(section: FormSection): readonly string[] {
  const own = Object.entries(section.properties ?? {}).filter(([, property]) => property.type !== undefined)
  return [...own.map(([name]) => name), ...(section.allOf ?? []).flatMap(askedBy)]
}

function checkNames(
  names: readonly string[] | undefined,
  pointer: string,
  asked: ReadonlySet<string>,
  context: Context
): void {
  for (const [i, name] of (names ?? []).entries()) {
    if (asked.has(name)) continue
    const code = context.declared.has(name) ? 'form.required-hidden' : 'form.field-unknown'
    context.report(`${pointer}/${i}`, code, { name, ...meant(name, context) })
  }
}

function checkDependents(section: FormSection, pointer: string, here: ReadonlySet<string>, context: Context): void {
  for (const keyword of ['dependentRequired', 'dependentSchemas'] as const)
    for (const name of Object.keys(section[keyword] ?? {})) known(name, `${pointer}/${keyword}/${name}`, context)
  for (const [name, names] of Object.entries(section.dependentRequired ?? {}))
    checkNames(names, `${pointer}/dependentRequired/${name}`, here, context)
}

function checkBranch(section: FormSection, pointer: string, context: Context): void {
  const { report } = context
  const { if: test, then: yes, else: no } = section
  if (test && !yes && !no) report(`${pointer}/if`, 'form.branch-idle', { keyword: 'if' }, { at: 'key' })
  for (const keyword of ['then', 'else'] as const)
    if (!test && section[keyword]) report(`${pointer}/${keyword}`, 'form.branch-idle', { keyword }, { at: 'key' })
  if (test) checkTest(test, `${pointer}/if`, new Set(), context)
}

/** `guarded` are fields that an enclosing test requires; under `not` a missing answer cannot make the test hold by itself. */
function checkTest(test: FormTest, pointer: string, guarded: ReadonlySet<string> | 'negated', context: Context): void {
  const required = guarded === 'negated' ? guarded : new Set([...guarded, ...(test.required ?? [])])
  for (const [name, value] of Object.entries(test.properties ?? {})) {
    const at = `${pointer}/properties/${name}`
    const field = known(name, at, context)
    if (!field) continue
    checkValueTest(value, at, name, field, context.report)
    if (required !== 'negated' && !required.has(name))
      context.report(at, 'form.if-unguarded', { name }, { at: 'key', severity: 'warning' })
  }
  checkNames(test.required, `${pointer}/required`, new Set(context.declared.keys()), context)
  if (test.not) checkTest(test.not, `${pointer}/not`, 'negated', context)
  for (const keyword of ['anyOf', 'allOf'] as const)
    for (const [i, each] of (test[keyword] ?? []).entries())
      checkTest(each, `${pointer}/${keyword}/${i}`, required, context)
}

const typesOf = {
  string: ['string'],
  number: ['number'],
  integer: ['number'],
  boolean: ['boolean'],
  array: [],
  object: []
} as const

/** A value that the field cannot have, and a keyword that says nothing of its type. */
function checkValueTest(
  test: FormValueTest,
  pointer: string,
  name: string,
  field: Pick<FormProperty, 'type' | 'enum' | 'oneOf' | 'items'>,
  report: Report
): void {
  const type = field.type ?? 'string'
  for (const keyword of idleKeywords(test, type))
    report(`${pointer}/${keyword}`, 'form.keyword-idle', { keyword, type }, { at: 'key' })
  const options = optionsOf(field)
  const tested = [
    ...(test.const === undefined ? [] : [['const', test.const] as const]),
    ...(test.enum ?? []).map((value, i) => [`enum/${i}`, value] as const)
  ]
  for (const [keyword, value] of tested) {
    const types: readonly string[] = typesOf[type]
    const possible = options ? options.some(option => option.value === value) : types.includes(typeof value)
    if (!possible) report(`${pointer}/${keyword}`, 'form.test-impossible', { name, value: String(value) })
  }
  if (test.not) checkValueTest(test.not, `${pointer}/not`, name, field, report)
  if (test.contains && field.items)
    checkValueTest(test.contains, `${pointer}/contains`, name, { ...field.items }, report)
}

/** The field that a key names, or an issue at the key. */
function known(name: string, pointer: string, context: Context): FormProperty | undefined {
  const field = context.declared.get(name)?.property
  if (!field) context.report(pointer, 'form.field-unknown', { name, ...meant(name, context) }, { at: 'key' })
  return field
}

function meant(name: string, { declared }: Context): { suggestion?: string } {
  const suggestion = nearest(name, declared.keys())
  return suggestion === undefined ? {} : { suggestion }
}

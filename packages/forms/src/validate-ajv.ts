// Verdicts by ajv, for the server: forms become JavaScript once, patterns are matched by RE2 and so in linear time.
import { validate as interpret } from '@cfworker/json-schema'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { RE2JS } from 're2js'
import { checkedSchema, formatName } from './checked.ts'
import type { FormSchema } from './form.ts'
import { formats } from './format.ts'
import { re2Pattern } from './pattern-re2.ts'
import { type Validate, validator } from './verdict.ts'

const compiled = new WeakMap<FormSchema, Validate>()

/** What is wrong with answers to `schema`; compiled once a form object. Throws where the form itself is invalid (`check` finds that before). */
export function compileForm(schema: FormSchema): Validate {
  const known = compiled.get(schema)
  if (known) return known
  const checked = checkedSchema(schema, pattern => ({ pattern }))
  const validate = newAjv().compile(checked)
  const verdict = validator(schema, checked, answers => (validate(answers) ? [] : (validate.errors ?? [])))
  compiled.set(schema, verdict)
  return verdict
}

// One for each form: an instance keeps all that it ever compiled.
function newAjv(): Ajv2020 {
  const ajv = new Ajv2020({
    strict: true,
    strictRequired: false,
    strictTypes: false, // tests of branches say only what they test
    allErrors: true,
    meta: false,
    validateSchema: false,
    formats: Object.fromEntries(Object.entries(formats).map(([name, test]) => [formatName(name), test])),
    code: { regExp: re2 }
  })
  ajv.removeKeyword('multipleOf')
  return ajv.addKeyword({ keyword: 'multipleOf', type: 'number', schemaType: 'number', compile: multipleOf })
}

/** In decimals, as the browser counts: by ajv 0.3 is no multiple of 0.1. */
function multipleOf(step: number): (value: number) => boolean {
  const schema = { multipleOf: step }
  return value => interpret(value, schema, '2020-12', {}).valid
}

/** Without its own `toString` all patterns would be taken for one. */
function re2(source: string): { test(text: string): boolean; toString(): string } {
  const pattern = re2Pattern(source)
  if (pattern === undefined) throw new Error(`unsupported pattern: ${source}`)
  const machine = RE2JS.compile(pattern)
  return { test: text => machine.test(text), toString: () => source }
}
re2.code = 're2'

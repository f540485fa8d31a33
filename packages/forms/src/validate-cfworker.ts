// Verdicts by @cfworker/json-schema, for the browser: an interpreter that needs no `eval` and so passes a strict CSP.
import { dereference, format, validate, type OutputUnit } from '@cfworker/json-schema'
import { checkedSchema, formatName, type JsonSchema } from './checked.ts'
import type { FormSchema } from './form.ts'
import { formats } from './format.ts'
import { parsePattern, patternMatcher } from './pattern.ts'
import { type KeywordError, type Validate, validator } from './verdict.ts'

const compiled = new WeakMap<FormSchema, Validate>()

/** What is wrong with answers to `schema`; prepared once a form object. Throws where the form itself is invalid (`check` finds that before). */
export function compileForm(schema: FormSchema): Validate {
  const known = compiled.get(schema)
  if (known) return known
  for (const [name, test] of Object.entries(formats)) format[formatName(name)] = test
  const checked = checkedSchema(schema, patternKeyword)
  const lookup = dereference(checked)
  const verdict = validator(schema, checked, answers =>
    validate(answers, checked, '2020-12', lookup, false).errors.map(keywordError)
  )
  compiled.set(schema, verdict)
  return verdict
}

// The library would match patterns by RegExp, which can take exponential time; a format of our own stands in.
function patternKeyword(source: string): JsonSchema {
  const node = parsePattern(source)
  if (!node) throw new Error(`unsupported pattern: ${source}`)
  const name = formatName(`/${source}`)
  format[name] = patternMatcher(node)
  return { allOf: [{ format: name }] }
}

function keywordError({ instanceLocation, keyword, keywordLocation }: OutputUnit): KeywordError {
  return { instancePath: instanceLocation.slice(1), keyword, schemaPath: keywordLocation }
}

// The promises of the check: what it accepts never fails on facts of the place's shapes, and no text costs it time or makes it throw.
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { checkCondition, compileCondition, guardPlace, runCondition } from '../src/condition.ts'
import { shapeOf, type JsonSchema } from '../src/shape.ts'

type Schema = Exclude<JsonSchema, boolean>
/** The next of endless random numbers. */
type Pick = () => number

const leafSchema = fc.constantFrom<Schema>(
  { type: 'string' },
  { type: 'number' },
  { type: 'boolean' },
  { enum: ['u', 'v', 'w'] },
  { enum: [1, 2] },
  { type: 'string', format: 'date' },
  { type: ['string', 'number'] }
)
const mapOf = (inner: fc.Arbitrary<Schema>) =>
  fc
    .tuple(
      fc.dictionary(fc.constantFrom('a', 'b', 'c', '年'), inner, { minKeys: 2, maxKeys: 4 }),
      fc.subarray(['a', 'b', '年'])
    )
    .map<Schema>(([properties, required]) => {
      return { type: 'object', properties, required: required.filter(key => Object.hasOwn(properties, key)) }
    })
const listSchema = fc.oneof(leafSchema, mapOf(leafSchema)).map<Schema>(items => ({ type: 'array', items }))
const formSchema = mapOf(
  fc.oneof(
    { weight: 3, arbitrary: leafSchema },
    { weight: 1, arbitrary: mapOf(leafSchema) },
    { weight: 1, arbitrary: listSchema }
  )
)
const picks = fc.infiniteStream(fc.nat()).map<Pick>(stream => () => stream.next().value)

function oneOf<T>(pick: Pick, ...choices: readonly [T, ...T[]]): T {
  return choices[pick() % choices.length] ?? choices[0]
}

function schemaOf(schema: JsonSchema | undefined): Schema {
  return typeof schema === 'object' ? schema : {}
}

/** An answer that the schema accepts: everything required, and some of the rest. */
function answerTo(schema: Schema, pick: Pick): unknown {
  if (schema.enum) return schema.enum[pick() % schema.enum.length]
  if (schema.format === 'date') return oneOf(pick, '1960-02-29', '2026-03-01', '2031-12-31')
  if (schema.type === 'string') return oneOf(pick, '', 'u', '水')
  if (schema.type === 'number') return oneOf(pick, 0, -1.5, 3)
  if (schema.type === 'boolean') return oneOf(pick, true, false)
  if (Array.isArray(schema.type)) return oneOf<unknown>(pick, '', 7)
  if (schema.type === 'array') return Array.from({ length: pick() % 3 }, () => answerTo(schemaOf(schema.items), pick))
  const given = Object.entries(schema.properties ?? {}).filter(
    ([key]) => schema.required?.includes(key) || pick() % 2 === 0
  )
  return Object.fromEntries(given.map(([key, inner]) => [key, answerTo(schemaOf(inner), pick)]))
}

/** A path into the schema, what it reaches, and the has() of every step that may be missing, outermost first. */
type Reached = { readonly path: string; readonly schema: Schema; readonly guards: readonly string[] }

function reach(from: Reached, pick: Pick): Reached {
  const keys = Object.keys(from.schema.properties ?? {})
  const key = keys[pick() % keys.length]
  if (key === undefined) return from
  const path = key === '年' ? `${from.path}["${key}"]` : `${from.path}.${key}`
  const guard = key === '年' && pick() % 2 === 0 ? `"年" in ${from.path}` : `has(${path})`
  const guards = from.schema.required?.includes(key) ? from.guards : [...from.guards, guard]
  return reach({ path, schema: schemaOf(from.schema.properties?.[key]), guards }, pick)
}

/** A bool about a value: mostly of its type, now and then not. */
function claim({ path, schema }: Reached, pick: Pick, depth: number): string {
  const compare = oneOf(pick, '==', '!=', '<', '>=')
  const kind = pick() % 12 === 0 ? oneOf(pick, 'number', 'string', 'date', 'array', 'boolean', 'open') : kindOf(schema)
  switch (kind) {
    case 'number':
      return oneOf(
        pick,
        `${path} ${compare} 1`,
        `1.5 ${compare} ${path}`,
        `-${path} / 2 < 3 * ${path}`,
        `${path} in [1, 2.5]`,
        `${path} + size('水') > now`
      )
    case 'string':
      return oneOf(
        pick,
        `${path} ${compare} 'u'`,
        `size(${path}) % 2 == 0`,
        `${path} in ['u', 'v']`,
        `${path}.startsWith('u')`,
        `re(${path}, '^[uv水]?$')`
      )
    case 'date':
      return oneOf(
        pick,
        `age(${path}) > 18`,
        `days(${path}, today) ${compare} 3`,
        `today ${compare} ${path}`,
        `days('2026-01-31', ${path}) in [1, 2]`
      )
    case 'boolean':
      return oneOf(pick, path, `!${path}`, `${path} == true`, `(${path} ? 1 : 2) > 1`)
    case 'array':
      return ofList(path, schemaOf(schema.items), pick, depth)
    default:
      return oneOf(pick, `${path} == 'u'`, `7 != ${path}`, `${path} in ['u', 'v']`, `${path} == null`)
  }
}

function kindOf(schema: Schema): string {
  if (schema.enum) return typeof schema.enum[0]
  return schema.format ?? (typeof schema.type === 'string' ? schema.type : 'open')
}

function ofList(path: string, items: Schema, pick: Pick, depth: number): string {
  const name = depth === 0 ? 'p' : `p${depth}`
  const body = condition({ path: name, schema: items, guards: [] }, pick, depth + 1)
  const quantifier = oneOf(pick, 'all', 'exists', 'exists_one')
  return oneOf(
    pick,
    `${path}.${quantifier}(${name}, ${body})`,
    `size(${path}.filter(${name}, ${body})) > 1`,
    `true in ${path}.map(${name}, ${body})`
  )
}

/** A condition on what lies under `root`, guarded in one of the ways there are, and now and then not or the wrong way. */
function condition(root: Reached, pick: Pick, depth = 0): string {
  const reached = reach(root, pick)
  const about = claim(reached, pick, depth)
  const behind = reached.guards.join(' && ') || 'true'
  const single = oneOf(
    pick,
    `${behind} && ${about}`,
    `(!(${behind}) || ${about})`,
    `(${behind} ? ${about} : false)`,
    `!(${behind} && ${about})`,
    `(!(${behind}) ? ${pick() % 2 === 0} : ${about})`,
    reached.guards
      .map(guard => `!${guard}`)
      .concat(`!(${about})`)
      .join(' || '),
    pick() % 3 === 0 ? `(${behind} || ${about})` : `${behind} && ${about} && !(${about})`,
    pick() % 3 === 0 ? about : `${behind} && (${about} || ${about})`
  )
  if (depth > 1 || pick() % 2 === 0) return single
  const other = condition(root, pick, depth + 1)
  return oneOf(pick, `(${single}) && (${other})`, `(${single}) || ${other}`, `(${other} ? ${single} : ${other})`)
}

/** Runs an accepted condition on several answers: true if it never fails. */
function holdsOut(source: string, schema: Schema, pick: Pick): boolean {
  for (let i = 0; i < 8; i++) {
    const form = answerTo(schema, pick)
    const result = runCondition(compileCondition(source), { form, now: 1_759_300_000_000, today: '2026-03-01' })
    if (typeof result !== 'boolean') throw new Error(`${source} on ${JSON.stringify(form)}: ${result.failed}`)
  }
  return true
}

test('a condition that the check accepts never fails on answers of the form', () => {
  let accepted = 0
  let refused = 0
  fc.assert(
    fc.property(formSchema, picks, (schema, pick) => {
      const where = guardPlace(undefined, shapeOf(schema))
      for (let i = 0; i < 10; i++) {
        const source = condition({ path: 'form', schema, guards: [] }, pick)
        if (checkCondition(source, where).length > 0) refused++
        else if (holdsOut(source, schema, pick)) accepted++
      }
    }),
    { numRuns: 500 }
  )
  expect(accepted).toBeGreaterThan(1000)
  expect(refused).toBeGreaterThan(500)
})

test('a condition refused only for want of has() fails on some answer without the field', () => {
  let seen = 0
  fc.assert(
    fc.property(formSchema, picks, (schema, pick) => {
      const reached = reach({ path: 'form', schema, guards: [] }, pick)
      if (reached.schema.type === 'array') return // what is said of each of no elements never fails
      const source = claim(reached, pick, 0)
      const faults = checkCondition(source, guardPlace(undefined, shapeOf(schema)))
      if (faults.length === 0 || faults.some(({ code }) => code !== 'condition.unguarded')) return
      const results = Array.from({ length: 30 }, () => {
        const form = answerTo(schema, pick)
        return runCondition(compileCondition(source), { form, now: 0, today: '2026-03-01' })
      })
      expect(results).toContainEqual({ failed: expect.any(String) as string })
      seen++
    }),
    { numRuns: 500 }
  )
  expect(seen).toBeGreaterThan(50)
})

const guard = guardPlace(
  undefined,
  shapeOf({
    type: 'object',
    required: ['ok', 'to', 'tags'],
    properties: { ok: { type: 'boolean' }, to: { type: 'string' }, tags: { type: 'array', items: { type: 'string' } } }
  })
)

describe('hostile sources are refused at once', () => {
  const long = (text: string, times: number) => text.repeat(times)
  // CPU time, since other processes share the machine; the first pattern of a process reads the tables of Unicode.
  const msSince = (started: NodeJS.CpuUsage) => process.cpuUsage(started).user / 1000
  beforeAll(() => void checkCondition("re(form.to, '[\\p{L}]{9}')", guard))

  test.each<readonly [string, string]>([
    ['deep parentheses', `${long('(', 900)}true${long(')', 900)}`],
    ['deep negation', `${long('!', 1900)}true`],
    ['deep minus', `${long('-', 1900)}1 > 0`],
    ['deep lists', `${long('[', 900)}1${long(']', 900)}`],
    ['deep choices', `${long('true?', 300)}true${long(':true', 300)}`],
    ['a giant list', `1 in [${long('1,', 900)}1]`],
    ['a giant source', long('true && ', 100_000)],
    ['many terms', `${long('form.ok&&', 200)}form.ok`],
    ['macros in macros', 'form.tags.all(a, form.tags.all(b, form.tags.all(c, a == b)))'],
    ['an exponential pattern', "re(form.to, '((((a{20}){20}){20}){20})')"],
    ['a giant pattern', `re(form.to, '${long('a{1000}', 200)}')`],
    ['many patterns', long("re(form.to, '(a{9}){9}[\\\\p{L}]{60}') || ", 30) + 'true'],
    ['a backtracking pattern by the old door', "form.to.matches('^(a+)+$')"],
    ['the prototype', '__proto__.polluted == 1'],
    ['the constructor', 'form.to.constructor.constructor("return 1")() == 1'],
    ['a bound name', 'cel.bind(x, form, x.to == "a")'],
    ['half a string', '"'],
    ['half a surrogate', 'form.\ud83d == 1'],
    ['nothing but zeros', '\u0000\u0000']
  ])('%s', (_, source) => {
    const started = process.cpuUsage()
    const found = checkCondition(source, guard)
    expect(msSince(started)).toBeLessThan(50)
    expect(found).not.toEqual([])
  })

  test('lists in lists are searched once each', () => {
    const started = process.cpuUsage()
    expect(checkCondition(`${long('form.ok in [', 22)}true${long(']', 22)}`, guard)).toEqual([])
    expect(msSince(started)).toBeLessThan(50)
  })

  test('no text makes the check throw', () => {
    const pieces = [
      'form',
      'has(',
      ')',
      '.x',
      '.kind',
      '==',
      '&&',
      '||',
      '!',
      '(',
      '[',
      ']',
      '"年龄"',
      "'water'",
      '3',
      'null',
      '?',
      ':',
      '.exists(a,',
      'in',
      'size(',
      ',',
      '{',
      '}',
      '-',
      '/',
      'age(',
      're(',
      '`',
      'r"',
      '0x',
      '1u',
      '.?',
      'b"'
    ]
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.array(fc.constantFrom(...pieces), { maxLength: 25 }).map(all => all.join(' '))
    )
    fc.assert(
      fc.property(text, source => Array.isArray(checkCondition(source, guard))),
      { numRuns: 2000 }
    )
  })
})

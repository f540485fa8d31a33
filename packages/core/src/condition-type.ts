// The types of a condition's parts: shapes of forms, and besides them CEL's integers and null.
import type { Shape, ShapeType } from './shape.ts'
import { isDate } from './condition-functions.ts'

/** `broken` is the type of a part that already has a fault; it fits everywhere, so that one mistake is told once. */
export type TermType = ShapeType | 'int' | 'null' | 'broken'

/** What is known of a part's value. `most` bounds the size of an integer, which may not outgrow the whole numbers of a double. */
export type Term = {
  readonly type: TermType
  readonly fields?: Shape['fields']
  readonly items?: Term
  readonly values?: readonly (string | number | boolean)[]
  readonly format?: 'date'
  readonly most?: number
}

export const BROKEN: Term = { type: 'broken' }
export const BOOL: Term = { type: 'bool' }
/** Sizes and lengths: no list or text of a form comes near it. */
export const SIZE: Term = { type: 'int', most: 2 ** 31 }

/** The type of a literal; undefined for bytes and unsigned numbers, which no form has, and integers that a double cannot hold. */
export function literalTerm(value: unknown): Term | undefined {
  if (typeof value === 'string') return { type: 'string', values: [value], ...(isDate(value) && { format: 'date' }) }
  if (typeof value === 'number') return { type: 'double', values: [value] }
  if (typeof value === 'boolean') return { type: 'bool', values: [value] }
  if (value === null) return { type: 'null' }
  if (typeof value !== 'bigint' || value > BigInt(Number.MAX_SAFE_INTEGER)) return undefined
  return { type: 'int', values: [Number(value)], most: Number(value) }
}

export function isNumber({ type }: Term): boolean {
  return type === 'int' || type === 'double'
}

/** As messages name it: a date is told from other text. */
export function typeName(term: Term): string {
  return term.format ?? term.type
}

/** Whether `==` can hold between them: one type of single value, or one side open. Lists and maps are never compared whole. */
export function comparable(a: Term, b: Term): boolean {
  if (a.type === 'broken' || b.type === 'broken') return true
  if ([a, b].some(({ type }) => type === 'list' || type === 'map')) return false
  return a.type === b.type || a.type === 'dyn' || b.type === 'dyn' || (isNumber(a) && isNumber(b))
}

/** Whether `<` orders them: two numbers or two texts. */
export function ordered(a: Term, b: Term): boolean {
  if (a.type === 'broken' || b.type === 'broken') return true
  return (isNumber(a) && isNumber(b)) || (a.type === 'string' && b.type === 'string')
}

/** The first value of `b` that `a` can never have, where all values of both are known and they share none. */
export function strangeValue(a: Term, b: Term): string | number | boolean | undefined {
  if (a.values === undefined || b.values === undefined || b.values.some(value => a.values?.includes(value)))
    return undefined
  return b.values[0]
}

/** Whether a part of type `term` may stand where a function asks for `param`. An open type never may: it could fail at run time. */
export function accepts(param: Shape, term: Term): boolean {
  if (term.type === 'broken') return true
  if (param.type === 'double') return isNumber(term)
  return param.type === term.type && (param.format === undefined || param.format === term.format)
}

/** The type of a value that is one or the other; undefined where they do not go together. */
export function unify(a: Term, b: Term): Term | undefined {
  if (a.type === 'broken' || b.type === 'broken') return BROKEN
  const values = a.values && b.values ? { values: [...new Set([...a.values, ...b.values])] } : {}
  if (isNumber(a) && isNumber(b)) return { ...wider(a, b, Math.max), ...values }
  if (a.type !== b.type) return undefined
  if (a.type === 'map') return a.fields === b.fields ? a : { type: 'map' }
  if (a.type === 'list') return unifiedLists(a, b)
  return { type: a.type, ...values, ...(a.format === b.format && dated(a)) }
}

function dated({ format }: Term): Pick<Term, 'format'> {
  return format === undefined ? {} : { format }
}

function unifiedLists(a: Term, b: Term): Term | undefined {
  const items = a.items && b.items && unify(a.items, b.items)
  return items && { type: 'list', items }
}

/** An integer if both are, of a size that `bound` gives; else a double. */
function wider(a: Term, b: Term, bound: (a: number, b: number) => number): Term {
  return a.type === 'int' && b.type === 'int'
    ? { type: 'int', most: bound(a.most ?? 0, b.most ?? 0) }
    : { type: 'double' }
}

/**
 * The type of `a + b`, `a - b`, `a * b`; undefined where CEL has none, or an integer could become too large. Text is joined by
 * `+`. Division is not among them: it depends on the divisor's value.
 */
export function calculated(operator: string, a: Term, b: Term): Term | undefined {
  if (a.type === 'broken' || b.type === 'broken') return BROKEN
  if (operator === '+' && a.type === 'string' && b.type === 'string') return { type: 'string' }
  if (!isNumber(a) || !isNumber(b)) return undefined
  const term = wider(a, b, operator === '*' ? (x, y) => x * y : (x, y) => x + y)
  return (term.most ?? 0) > Number.MAX_SAFE_INTEGER ? undefined : term
}

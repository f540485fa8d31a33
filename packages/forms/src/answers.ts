// Answers to a form as they come from outside: any JavaScript value, copied into plain JSON of bounded size.

export type Answer = null | boolean | number | string | readonly Answer[] | Answers
export type Answers = { readonly [name: string]: Answer }

/** Values of all kinds in one set of answers, and characters of all texts and names. */
export const maxValues = 5000
const maxCharacters = 200_000
const maxDepth = 8
/** Longer than any field may ask for (5000 characters of at most two units), so that what is cut is refused all the same. */
const maxTextUnits = 10_001
const maxItems = 501

type Budget = { values: number; characters: number; deep: boolean }

/**
 * A copy of `value` with no prototype to reach and nothing but JSON in it: what JSON cannot say (NaN, functions, symbols)
 * is null, members that are undefined are left out, texts and lists longer than any field allows are cut just beyond that.
 * Undefined where it holds more than 5000 values, 200,000 characters or 8 levels.
 */
export function plainAnswers(value: unknown): Answer | undefined {
  const budget: Budget = { values: maxValues, characters: maxCharacters, deep: false }
  const copy = plain(value, budget, 0)
  return budget.values < 0 || budget.characters < 0 || budget.deep ? undefined : copy
}

/** Whether `value` is a set of answers and not a list or a single value. */
export function isAnswers(value: unknown): value is Answers {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Nothing was answered: undefined, null, NaN, text of blanks only, an empty list or an empty group. */
export function isBlank(value: unknown): boolean {
  if (value === undefined || value === null || Number.isNaN(value)) return true
  if (typeof value === 'string') return value.trim() === ''
  if (Array.isArray(value)) return value.length === 0
  return isAnswers(value) && Object.keys(value).length === 0
}

function plain(value: unknown, budget: Budget, depth: number): Answer {
  if (--budget.values < 0) return null
  if (typeof value === 'string') return text(value, budget)
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null // -0 becomes 0
  if (typeof value !== 'object' || value === null) return null
  if (depth >= maxDepth) {
    budget.deep = true
    return null
  }
  if (Array.isArray(value)) return Array.from(value.slice(0, maxItems), item => plain(item, budget, depth + 1))
  return members(value, budget, depth)
}

function text(value: string, budget: Budget): string {
  const cut = value.length > maxTextUnits ? value.slice(0, maxTextUnits) : value
  budget.characters -= cut.length
  return cut
}

function members(value: object, budget: Budget, depth: number): Answers {
  const copy: Record<string, Answer> = Object.create(null)
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue
    copy[text(name, budget)] = plain(member, budget, depth + 1)
    if (budget.values < 0) break
  }
  return copy
}

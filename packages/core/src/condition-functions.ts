// What conditions can call beyond CEL's own, and the one CEL environment in which all of them are parsed and run.
import { Environment, type ASTNode } from '@marcbachmann/cel-js'
import { RE2JS } from 're2js'

/** Bounds of one condition: nodes of its tree, levels of its grammar, elements of a list, arguments of a call. */
export const LIMITS = {
  maxAstNodes: 300,
  maxDepth: 24,
  maxListElements: 200,
  maxMapEntries: 200,
  maxCallArguments: 8
} as const

/**
 * The environment of every place. Names are open here, since `checkCondition` has already said which a place knows; numbers of
 * forms are JavaScript numbers (`double`), so the operators are completed for an integer on one side.
 */
export const environment = new Environment({
  unlistedVariablesAreDyn: true,
  homogeneousAggregateLiterals: false,
  limits: LIMITS
})

const numberOperators: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b
}
for (const [operator, apply] of Object.entries(numberOperators)) {
  const mixed = (a: number | bigint, b: number | bigint) => apply(Number(a), Number(b))
  environment.registerOperator(`int ${operator} double: double`, mixed)
  environment.registerOperator(`double ${operator} int: double`, mixed)
}
environment.registerOperator('int == double', (a: bigint, b: number) => Number(a) === b)

type History = { readonly counts: Readonly<Record<string, number>> }
type Evaluator = { run(node: ASTNode, context: Lookup): unknown }
type Lookup = { getValue(name: string): unknown }
type TypeChecker = { check(node: ASTNode, context: unknown): unknown; getType(name: string): unknown }

const synchronous = { async: false }
environment.registerVariable('history', 'map')
environment.registerFunction('map.count(string): double', countOf, synchronous)
environment.registerFunction('days(string, string): dyn', daysBetween, synchronous)
environment.registerFunction(
  're(string, string): bool',
  (text: string, pattern: string) => compiled(pattern).test(text),
  synchronous
)
// A macro, since only a macro reaches the facts: `today` is passed in with them and never read from a clock.
environment.registerFunction('age(ast): dyn', ({ args: [date] }: { readonly args: readonly [ASTNode] }) => ({
  async: false,
  typeCheck(checker: TypeChecker, _: unknown, context: unknown) {
    checker.check(date, context)
    return checker.getType('dyn')
  },
  evaluate: (evaluator: Evaluator, _: unknown, facts: Lookup) =>
    ageOn(String(evaluator.run(date, facts)), String(facts.getValue('today')))
}))

function countOf(history: History, event: string): number {
  return Object.hasOwn(history.counts, event) ? (history.counts[event] ?? 0) : 0
}

function daysBetween(from: string, to: string): number {
  return dayNumber(to) - dayNumber(from)
}

/** Full years from a date of birth to today; who was born on 29 February has the birthday on 1 March in a common year. */
function ageOn(birth: string, today: string): number {
  return Math.floor((dateNumber(today) - dateNumber(birth)) / 10_000)
}

/** Days since 1 March of year 0, counted with years that begin in March, so that a leap day is the last of its year. */
function dayNumber(date: string): number {
  const written = dateNumber(date)
  const month = ((Math.floor(written / 100) % 100) + 9) % 12
  const year = Math.floor(written / 10_000) - (month > 9 ? 1 : 0)
  const leapDays = Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400)
  return year * 365 + leapDays + Math.floor((month * 306 + 5) / 10) + (written % 100) - 1
}

/** Whether `text` is a date of the calendar, written `2026-10-08`. */
export function isDate(text: string): boolean {
  const written = digitsOf(text)
  const [year, month, day] = [Math.floor(written / 10_000), Math.floor(written / 100) % 100, written % 100]
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const days = month === 2 ? (leap ? 29 : 28) : 30 + ((month + Math.floor(month / 8)) % 2)
  return month >= 1 && month <= 12 && day >= 1 && day <= days
}

function dateNumber(date: string): number {
  if (!isDate(date)) throw new RangeError(`no date: ${date}`)
  return digitsOf(date)
}

/** `2026-10-08` as the number 20261008; not a number where the text is written otherwise. */
function digitsOf(text: string): number {
  if (text.length !== 10 || text[4] !== '-' || text[7] !== '-') return Number.NaN
  let number = 0
  for (let i = 0; i < 10; i++) {
    if (i === 4 || i === 7) continue
    const digit = text.charCodeAt(i) - 48
    if (digit < 0 || digit > 9) return Number.NaN
    number = number * 10 + digit
  }
  return number
}

const patterns = new Map<string, RE2JS>()
const MAX_PATTERNS = 1000

/** Matches anywhere in the text and in linear time (RE2). Throws on a pattern that RE2 refuses. */
export function compiled(pattern: string): RE2JS {
  const known = patterns.get(pattern)
  if (known !== undefined) return known
  const expression = RE2JS.compile(pattern)
  if (patterns.size >= MAX_PATTERNS) patterns.clear()
  patterns.set(pattern, expression)
  return expression
}

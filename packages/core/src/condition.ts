// Conditions: CEL expressions over the facts of a place. Checked before a config is published, compiled once, run on plain facts.
import type { ParseResult } from '@marcbachmann/cel-js'
import { parseCondition, type ConditionFault } from './condition-ast.ts'
import { judgeCondition } from './condition-judge.ts'
import type { Place } from './condition-place.ts'

export { demandsOf, namesIn, type ConditionFault } from './condition-ast.ts'
export { eligibilityPlace, guardPlace, place, type Place } from './condition-place.ts'

/** A compiled condition. It keeps no facts and can run any number of times. */
export type Condition = { readonly source: string; readonly program: ParseResult }

/**
 * The values of a place's variables, as plain JSON values: numbers as numbers, `now` in epoch milliseconds, `today` as
 * `2026-10-08` in the locality's zone, and `history` as `{ counts: { DISSATISFIED: 1 } }`, where an event left out counts 0.
 */
export type ConditionFacts = Readonly<Record<string, unknown>>

/**
 * Why `source` may not stand in this place; empty if it is well typed, yields true or false, names only what the place knows, and
 * reads every field that may be missing behind has(). Such a condition does not fail on facts of the place's shapes.
 */
export function checkCondition(source: string, where: Place): readonly ConditionFault[] {
  const program = parseCondition(source)
  if (!('ast' in program)) return [program]
  const faults = judgeCondition(program.ast, where)
  return faults.length > 0 ? faults : faultsOfLibrary(program)
}

/** The library's own checker has the last word: what it refuses would fail at run time. */
function faultsOfLibrary(program: ParseResult): readonly ConditionFault[] {
  const { valid, error } = program.check()
  if (valid) return []
  const { start, end } = error?.range ?? program.ast
  const params = { name: program.ast.input.slice(start, end), expected: 'CEL', actual: error?.summary ?? '' }
  return [{ code: 'condition.type', offset: start, length: Math.max(end - start, 1), params }]
}

const conditions = new Map<string, Condition>()
const MAX_CONDITIONS = 10_000

/** The compiled condition, kept by its source. Throws on a text that `checkCondition` refuses before it looks at types. */
export function compileCondition(source: string): Condition {
  const known = conditions.get(source)
  if (known !== undefined) return known
  const program = parseCondition(source)
  if (!('ast' in program)) throw new SyntaxError(`${program.code} at ${program.offset}: ${source}`)
  if (conditions.size >= MAX_CONDITIONS) conditions.clear()
  const condition = { source, program }
  conditions.set(source, condition)
  return condition
}

/** Whether the condition holds, or why that cannot be said: a missing fact, a wrong type. Who cannot be told does not pass. */
export function runCondition(condition: Condition, facts: ConditionFacts): boolean | { readonly failed: string } {
  try {
    const result: unknown = condition.program(facts)
    return typeof result === 'boolean' ? result : { failed: `not true or false but ${String(result)}` }
  } catch (error) {
    return { failed: error instanceof Error && 'summary' in error ? String(error.summary) : String(error) }
  }
}

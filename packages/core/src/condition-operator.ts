// A condition's binary operators on typed parts, and how a fault is told. Operators are CEL's, less what could fail at run time.
import type { ASTNode, ASTOperator, BinaryOperator } from '@marcbachmann/cel-js'
import type { ConditionFault } from './condition-ast.ts'
import * as types from './condition-type.ts'
import { BOOL, BROKEN, type Term } from './condition-type.ts'
import { nearest } from './nearest.ts'

/** A node of the tree with this operator. */
export type Node<K extends ASTOperator> = ASTNode & { readonly op: K }
/** Where faults go while a condition is judged. */
export type Faults = ConditionFault[]

const KNOWN_SHOWN = 12

/** The type of `left op right` by operator; a fault is told and gives a broken type. */
export const BINARY: Readonly<
  Record<string, (node: Node<BinaryOperator>, left: Term, right: Term, faults: Faults) => Term>
> = {
  '==': equality,
  '!=': equality,
  '<': comparison,
  '<=': comparison,
  '>': comparison,
  '>=': comparison,
  '+': arithmetic,
  '-': arithmetic,
  '*': arithmetic,
  '/': division,
  '%': division
}

function equality(node: Node<BinaryOperator>, left: Term, right: Term, faults: Faults): Term {
  if (!types.comparable(left, right)) return incompatible(node, left, right, faults)
  const [a, b] = node.args
  if (a.op === 'value') outOfVocabulary(b, right, a, left, faults)
  else outOfVocabulary(a, left, b, right, faults)
  return BOOL
}

function incompatible(node: Node<BinaryOperator>, left: Term, right: Term, faults: Faults): Term {
  const cure = right.type === 'null' && node.args[0].op === '.' ? `has(${written(node.args[0])})` : undefined
  return mistyped(node.args[1], faults, types.typeName(left), types.typeName(right), cure)
}

/** Tells of a closed part compared with what it can never be: a slip of the pen, since the comparison has one outcome. */
export function outOfVocabulary(closed: ASTNode, known: Term, node: ASTNode, term: Term, faults: Faults): void {
  const strange = types.strangeValue(known, term)
  if (strange === undefined) return
  const words = (known.values ?? []).map(String)
  mistyped(
    node,
    faults,
    `${written(closed)}: ${words.slice(0, KNOWN_SHOWN).join(', ')}`,
    String(strange),
    nearest(String(strange), words)
  )
}

function comparison(node: Node<BinaryOperator>, left: Term, right: Term, faults: Faults): Term {
  return types.ordered(left, right) ? BOOL : mistype(node, left, right, faults)
}

function mistype(node: Node<BinaryOperator>, left: Term, right: Term, faults: Faults): Term {
  const open = left.type !== 'double' && left.type !== 'int' && left.type !== 'string'
  if (open) return mistyped(node.args[0], faults, 'double', types.typeName(left))
  return mistyped(node.args[1], faults, types.typeName(left), types.typeName(right))
}

function arithmetic(node: Node<BinaryOperator>, left: Term, right: Term, faults: Faults): Term {
  const term = types.calculated(node.op, left, right)
  if (term !== undefined) return term
  if (left.type === 'int' && right.type === 'int') return mistyped(node, faults, `≤ ${Number.MAX_SAFE_INTEGER}`, '…')
  return mistype(node, left, right, faults)
}

/** The divisor is a literal other than zero: nothing else is safe, and `a / b < c` can be written `a < b * c`. */
function division(node: Node<BinaryOperator>, left: Term, right: Term, faults: Faults): Term {
  if (left.type === 'broken' || right.type === 'broken') return BROKEN
  if (!types.isNumber(left) || !types.isNumber(right)) return mistype(node, left, right, faults)
  const divisor = node.args[1]
  if (divisor.op !== 'value' || Number(divisor.args) === 0)
    return mistyped(divisor, faults, '≠ 0', written(divisor), 'a < b * c')
  const whole = left.type === 'int' && right.type === 'int'
  if (node.op === '%')
    return whole ? { type: 'int', most: right.most ?? 0 } : mistyped(node, faults, 'int % int', 'double')
  return whole ? mistyped(divisor, faults, 'double', 'int', `${written(divisor)}.0`) : { type: 'double' }
}

/** Tells a fault from `start` to the end of `node`. */
export function refuse(
  code: ConditionFault['code'],
  node: ASTNode,
  faults: Faults,
  params: ConditionFault['params'],
  start = node.start
): Term {
  faults.push({ code, offset: start, length: Math.max(node.end - start, 1), params })
  return BROKEN
}

/** Tells that `node` is not of the type expected; `suggestion` is what could be written instead. */
export function mistyped(node: ASTNode, faults: Faults, expected: string, actual: string, suggestion?: string): Term {
  return refuse('condition.type', node, faults, {
    name: written(node),
    expected,
    actual,
    ...(suggestion !== undefined && { suggestion })
  })
}

/**
 * Tells that `key` is none of the known ones, with the nearest of them or, if none is near, all. `shown` says where in the node
 * it stands and what to call it, where that is more than the key.
 */
export function unknown(
  key: string,
  known: Iterable<string>,
  node: ASTNode,
  faults: Faults,
  shown = { name: key, start: node.start }
): Term {
  const names = [...known]
  const suggestion = nearest(key, names)
  const hint = suggestion === undefined ? { known: names.slice(0, KNOWN_SHOWN).join(', ') } : { suggestion }
  return refuse('condition.unknown-name', node, faults, { name: shown.name, ...hint }, shown.start)
}

/** The text of a node. */
export function written(node: ASTNode): string {
  return node.input.slice(node.start, node.end)
}

/** Whether `term` is of this type; tells a fault if it is of another. */
export function expectType(type: 'bool' | 'list' | 'string', term: Term, node: ASTNode, faults: Faults): boolean {
  if (term.type === type) return true
  if (term.type !== 'broken') mistyped(node, faults, type, types.typeName(term))
  return false
}

// Judges a condition's tree part by part: its types, its names, and which fields are known to be there when a part is evaluated.
// CEL's own checker accepts a field that may be missing and fails when it runs; here such a field must stand behind has().
import type { ASTNode, ASTOperator, BinaryOperator } from '@marcbachmann/cel-js'
import { compiled, environment } from './condition-functions.ts'
import { literalKey, MACROS, type ConditionFault } from './condition-ast.ts'
import {
  BINARY,
  expectType,
  mistyped,
  outOfVocabulary,
  refuse,
  unknown,
  written,
  type Faults,
  type Node
} from './condition-operator.ts'
import type { Place, PlaceFunction } from './condition-place.ts'
import * as types from './condition-type.ts'
import { BOOL, BROKEN, type Term } from './condition-type.ts'

/** Fields known to be there, as paths from a variable. */
type Present = ReadonlySet<string>
type Judged = {
  readonly term: Term
  readonly path?: string | undefined
  readonly whenTrue: Present
  readonly whenFalse: Present
}
/** `variables` and `present` change on the way down; `faults` and `patterns` are shared by the whole condition and grow. */
type Scope = {
  readonly place: Place
  readonly variables: ReadonlyMap<string, Term>
  readonly present: Present
  readonly faults: Faults
  readonly patterns: { size: number }
}

const OPEN: Term = { type: 'dyn' }
const NOTHING: Present = new Set()
/** A step of a path; no key of a form holds it. */
const STEP = '\u0000'
/** Length and repetitions of all patterns of a condition together: a longer one takes too long to compile. */
const MAX_PATTERN = 120
/** JavaScript's own property names: the library reads the first from every map, the others CEL reserves. */
const UNREADABLE: ReadonlySet<string> = new Set(['constructor', '__proto__', 'prototype'])

/** The faults of a parsed condition in order of the text. Empty means: it is bool, and runs without error in this place. */
export function judgeCondition(ast: ASTNode, place: Place): readonly ConditionFault[] {
  const faults: Faults = []
  const { term } = judge(ast, { place, variables: place.variables, present: NOTHING, faults, patterns: { size: 0 } })
  expectType('bool', term, ast, faults)
  return faults.sort((a, b) => a.offset - b.offset)
}

const JUDGES: { readonly [K in ASTOperator]?: (node: Node<K>, scope: Scope) => Judged } = {
  value: literal,
  id: variable,
  '.': field,
  '[]': field,
  call,
  rcall: methodCall,
  list,
  '?:': choice,
  '&&': conjunction,
  '||': disjunction,
  '!_': negation,
  '-_': negative,
  in: membership
}

function judge(node: ASTNode, scope: Scope): Judged {
  const judgeOne = JUDGES[node.op] as ((node: ASTNode, scope: Scope) => Judged) | undefined // the table's key is the node's op
  if (judgeOne !== undefined) return judgeOne(node, scope)
  const binary = BINARY[node.op]
  if (binary === undefined)
    return of(refuse('condition.forbidden', node, scope.faults, { name: node.op === 'map' ? '{…}' : node.op }))
  const operation = node as Node<BinaryOperator> // BINARY holds binary operators alone
  const [left, right] = operation.args
  return of(binary(operation, judge(left, scope).term, judge(right, scope).term, scope.faults))
}

function of(term: Term, whenTrue = NOTHING, whenFalse = NOTHING): Judged {
  return { term, whenTrue, whenFalse }
}

// Values, names and fields

function literal(node: Node<'value'>, { faults }: Scope): Judged {
  const term = types.literalTerm(node.args)
  return of(term ?? mistyped(node, faults, `≤ ${Number.MAX_SAFE_INTEGER}`, written(node)))
}

function variable(node: Node<'id'>, { place, variables, faults }: Scope): Judged {
  const term = variables.get(node.args)
  if (term !== undefined) return { ...of(term), path: node.args }
  const callable = place.functions.map(({ name, receiver }) =>
    receiver === undefined ? `${name}()` : `${receiver}.${name}()`
  )
  return of(unknown(node.args, [...variables.keys(), ...callable], node, faults))
}

function field(node: Node<'.' | '[]'>, scope: Scope): Judged {
  const { found, path } = lookUp(node, scope)
  if (found === undefined) return of(BROKEN)
  if (!found.always && (path === undefined || !scope.present.has(path))) {
    refuse('condition.unguarded', node, scope.faults, { name: written(node) })
  }
  return { ...of(found.shape), path }
}

type LookedUp = {
  readonly found?: { readonly shape: Term; readonly always: boolean } | undefined
  readonly path?: string | undefined
}

/** The field that `node` names, without asking whether it is there. What is left of it must be there. */
function lookUp(node: Node<'.' | '[]'>, scope: Scope): LookedUp {
  const { term, path: from } = judge(node.args[0], scope)
  const key = literalKey(node)
  const path = from === undefined || key === undefined ? undefined : `${from}${STEP}${key}`
  if (term.type === 'broken') return {}
  if (term.type === 'map') return { found: fieldOf(term, key, node, scope.faults), path }
  mistyped(node.args[0], scope.faults, 'map', types.typeName(term), term.type === 'list' ? 'exists(x, …)' : undefined)
  return {}
}

function fieldOf(map: Term, key: string | undefined, node: Node<'.' | '[]'>, faults: Faults): LookedUp['found'] {
  const fields = map.fields ?? new Map<string, never>()
  if (key === undefined || UNREADABLE.has(key) || fields.has('constructor')) {
    refuse('condition.forbidden', node, faults, { name: written(node) })
    return undefined
  }
  const found = fields.get(key)
  const start = node.op === '.' ? node.pos : node.args[1].start
  if (found === undefined) unknown(key, fields.keys(), node, faults, { start, name: written(node) })
  return found
}

function list(node: Node<'list'>, scope: Scope): Judged {
  const [first, ...others] = node.args.map(element => judge(element, scope).term)
  if (first === undefined) return of(mistyped(node, scope.faults, '[…]', '[]', 'size(x) == 0'))
  let items = first
  for (const [i, term] of others.entries()) {
    const both = types.unify(items, term)
    if (both === undefined)
      return of(mistyped(node.args[i + 1] ?? node, scope.faults, types.typeName(items), types.typeName(term)))
    items = both
  }
  return of({ type: 'list', items })
}

// Logic: what is known to be there on each way

function conjunction(node: Node<'&&'>, scope: Scope): Judged {
  const [left, right] = operands(node, scope, 'whenTrue')
  return of(BOOL, union(left.whenTrue, right.whenTrue), common(left.whenFalse, union(left.whenTrue, right.whenFalse)))
}

function disjunction(node: Node<'||'>, scope: Scope): Judged {
  const [left, right] = operands(node, scope, 'whenFalse')
  return of(BOOL, common(left.whenTrue, union(left.whenFalse, right.whenTrue)), union(left.whenFalse, right.whenFalse))
}

/** The right side is judged with what the left side has shown by the time it is evaluated. */
function operands(node: Node<'&&' | '||'>, scope: Scope, way: 'whenTrue' | 'whenFalse'): readonly [Judged, Judged] {
  const [leftNode, rightNode] = node.args
  const left = judge(leftNode, scope)
  const right = judge(rightNode, { ...scope, present: union(scope.present, left[way]) })
  expectType('bool', left.term, leftNode, scope.faults)
  expectType('bool', right.term, rightNode, scope.faults)
  return [left, right]
}

function choice(node: Node<'?:'>, scope: Scope): Judged {
  const [testNode, thenNode, elseNode] = node.args
  const test = judge(testNode, scope)
  expectType('bool', test.term, testNode, scope.faults)
  const onTrue = judge(thenNode, { ...scope, present: union(scope.present, test.whenTrue) })
  const onFalse = judge(elseNode, { ...scope, present: union(scope.present, test.whenFalse) })
  const term = types.unify(onTrue.term, onFalse.term)
  if (term === undefined)
    return of(mistyped(elseNode, scope.faults, types.typeName(onTrue.term), types.typeName(onFalse.term)))
  const known = (way: 'whenTrue' | 'whenFalse') =>
    common(union(test.whenTrue, onTrue[way]), union(test.whenFalse, onFalse[way]))
  return of(term, known('whenTrue'), known('whenFalse'))
}

function negation(node: Node<'!_'>, scope: Scope): Judged {
  const { term, whenTrue, whenFalse } = judge(node.args, scope)
  expectType('bool', term, node.args, scope.faults)
  return of(BOOL, whenFalse, whenTrue)
}

function union(a: Present, b: Present): Present {
  return a.size === 0 ? b : b.size === 0 ? a : new Set([...a, ...b])
}

function common(a: Present, b: Present): Present {
  return a.size === 0 || b.size === 0 ? NOTHING : new Set([...a].filter(path => b.has(path)))
}

function negative(node: Node<'-_'>, scope: Scope): Judged {
  const { type, most, values } = judge(node.args, scope).term
  if (type === 'broken') return of(BROKEN)
  if (type !== 'int' && type !== 'double') return of(mistyped(node.args, scope.faults, 'double', type))
  const negated = values?.map(value => -Number(value))
  return of({ type, ...(most !== undefined && { most }), ...(negated && { values: negated }) })
}

function membership(node: Node<'in'>, scope: Scope): Judged {
  const { faults } = scope
  const [leftNode, rightNode] = node.args
  const [left, right] = [judge(leftNode, scope), judge(rightNode, scope)]
  if (right.term.type === 'map') return keyIn(leftNode, right, node, scope)
  if (!expectType('list', right.term, rightNode, faults) || left.term.type === 'broken') return of(BOOL)
  const items = right.term.items ?? OPEN
  if (!types.comparable(left.term, items))
    return of(mistyped(leftNode, faults, types.typeName(items), types.typeName(left.term)))
  const elements = rightNode.op === 'list' ? rightNode.args : []
  for (const element of elements) {
    if (element.op === 'value')
      outOfVocabulary(leftNode, left.term, element, types.literalTerm(element.args) ?? BROKEN, faults)
  }
  if (elements.length === 0) outOfVocabulary(rightNode, items, leftNode, left.term, faults)
  return of(BOOL)
}

/** `"年龄" in form` says what `has(form.年龄)` would. */
function keyIn(leftNode: ASTNode, map: Judged, node: Node<'in'>, { faults }: Scope): Judged {
  const key = leftNode.op === 'value' ? leftNode.args : undefined
  if (typeof key !== 'string') return of(refuse('condition.forbidden', node, faults, { name: written(node) }))
  if (!map.term.fields?.has(key)) return of(unknown(key, map.term.fields?.keys() ?? [], leftNode, faults))
  return of(BOOL, map.path === undefined ? NOTHING : new Set([`${map.path}${STEP}${key}`]))
}

// Calls

function call(node: Node<'call'>, scope: Scope): Judged {
  const [name, args] = node.args
  if (name === 'has') return presence(node, scope)
  if (name === 'size') return sizeOf(node, args, scope)
  const declared = scope.place.functions.find(known => known.name === name && known.receiver === undefined)
  if (declared === undefined) return of(noFunction(name, node, scope))
  return of(applied(declared, args, node, scope))
}

function presence(node: Node<'call'>, scope: Scope): Judged {
  const [argument, ...others] = node.args[1]
  if (argument === undefined || argument.op !== '.' || others.length > 0) {
    return of(mistyped(node, scope.faults, 'has(form.x)', written(node)))
  }
  const { found, path } = lookUp(argument, scope)
  if (found === undefined) return of(BOOL)
  if (path === undefined) return of(mistyped(argument, scope.faults, 'has(form.x)', written(argument)))
  return of(BOOL, new Set([path]))
}

function sizeOf(node: ASTNode, args: readonly ASTNode[], scope: Scope): Judged {
  const [argument, ...others] = args
  if (argument === undefined || others.length > 0) return of(wrongCount(node, 1, args.length, scope.faults))
  const { term } = judge(argument, scope)
  const sized = ['string', 'list', 'map', 'broken'].includes(term.type)
  return of(sized ? types.SIZE : mistyped(argument, scope.faults, 'list', types.typeName(term)))
}

function applied(declared: PlaceFunction, args: readonly ASTNode[], node: ASTNode, scope: Scope): Term {
  if (args.length !== declared.params.length) return wrongCount(node, declared.params.length, args.length, scope.faults)
  for (const [i, param] of declared.params.entries()) {
    const argument = args[i] ?? node
    const { term } = judge(argument, scope)
    if (!types.accepts(param, term))
      return mistyped(argument, scope.faults, types.typeName(param), types.typeName(term))
    outOfVocabulary(node, param, argument, term, scope.faults)
  }
  if (declared.name === 're' && args[1] !== undefined) return patternArgument(args[1], declared, scope)
  return declared.returns
}

function wrongCount(node: ASTNode, expected: number, actual: number, faults: Faults): Term {
  return mistyped(node, faults, String(expected), String(actual))
}

/** A pattern is written out, so that it is compiled now and never fails later. */
function patternArgument(node: ASTNode, { returns }: PlaceFunction, { faults, patterns }: Scope): Term {
  if (node.op !== 'value' || typeof node.args !== 'string') return mistyped(node, faults, '"…"', written(node))
  const repetitions = [...node.args.matchAll(/\{(\d*),?(\d*)\}/g)].flatMap(([, from, to]) => [Number(from), Number(to)])
  patterns.size += [node.args.length, ...repetitions].reduce((sum, size) => sum + size, 0)
  if (patterns.size > MAX_PATTERN)
    return refuse('condition.too-complex', node, faults, { name: 'pattern', limit: MAX_PATTERN })
  try {
    compiled(node.args)
    return returns
  } catch (error) {
    return refuse('condition.syntax', node, faults, { problem: (error as Error).message }) // RE2 throws its syntax error and nothing else
  }
}

const TEXT_METHODS: ReadonlySet<string> = new Set(['contains', 'endsWith', 'startsWith'])

function methodCall(node: Node<'rcall'>, scope: Scope): Judged {
  const [name, receiver, args] = node.args
  const own = scope.place.functions.filter(
    known => known.receiver !== undefined && receiver.op === 'id' && known.receiver === receiver.args
  )
  const declared = own.find(known => known.name === name)
  const methods = own.map(known => known.name)
  if (declared !== undefined) return of(applied(declared, args, node, scope))
  if (own.length > 0)
    return of(unknown(name, methods, node, scope.faults, { name: `${written(receiver)}.${name}`, start: node.start }))
  if (receiver.op === 'id' && !scope.variables.has(receiver.args)) return variable(receiver, scope)
  if (MACROS.has(name)) return macro(node, scope)
  if (name === 'size' && args.length === 0) return sizeOf(node, [receiver], scope)
  if (!TEXT_METHODS.has(name)) return of(noFunction(name, node, scope))
  if (args.length !== 1) return of(wrongCount(node, 1, args.length, scope.faults))
  for (const part of [receiver, ...args]) expectType('string', judge(part, scope).term, part, scope.faults)
  return of(BOOL)
}

let library: ReadonlySet<string> | undefined

/** A function that CEL has and conditions have not is forbidden; any other name is unknown. */
function noFunction(name: string, node: ASTNode, { place, faults }: Scope): Term {
  library ??= new Set(environment.getDefinitions().functions.map(known => known.name))
  if (library.has(name) || MACROS.has(name)) return refuse('condition.forbidden', node, faults, { name })
  const known = place.functions.filter(({ receiver }) => receiver === undefined).map(each => each.name)
  return unknown(name, [...known, 'has', 'size', ...TEXT_METHODS, ...MACROS], node, faults)
}

function macro(node: Node<'rcall'>, scope: Scope): Judged {
  const [name, receiver, args] = node.args
  const [iterated, body] = args
  if (args.length !== 2 || iterated?.op !== 'id' || body === undefined) return of(noFunction(name, node, scope))
  const { term } = judge(receiver, scope)
  if (!expectType('list', term, receiver, scope.faults)) return of(BROKEN)
  if (scope.variables.has(iterated.args))
    return of(refuse('condition.forbidden', iterated, scope.faults, { name: iterated.args }))
  const variables = new Map([...scope.variables, [iterated.args, term.items ?? OPEN]])
  const result = judge(body, { ...scope, variables })
  if (name === 'map') return of({ type: 'list', items: result.term })
  expectType('bool', result.term, body, scope.faults)
  return of(name === 'filter' ? term : BOOL)
}

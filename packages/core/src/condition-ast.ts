// A condition's text as a tree: parsed within limits, and walked for what it reads. The grammar is CEL's (cel-spec, langdef).
import { ParseError, type ASTNode, type ParseResult } from '@marcbachmann/cel-js'
import { environment, LIMITS } from './condition-functions.ts'

/** What is wrong with a condition and where: `offset` and `length` count UTF-16 units of its source. */
export type ConditionFault = {
  readonly code:
    | 'condition.syntax'
    | 'condition.type'
    | 'condition.unknown-name'
    | 'condition.unguarded'
    | 'condition.forbidden'
    | 'condition.too-complex'
  readonly offset: number
  readonly length: number
  readonly params: Readonly<Record<string, string | number>>
}

/** Characters of a condition (terms.schema.json, `condition`) and macros within macros, which multiply the work. */
const MAX_SOURCE = 2000
const MAX_MACRO_NESTING = 2
export const MACROS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'filter', 'map'])

/** The parsed program, or why the text is none: no CEL, too complex, or calling `matches`, which can hang. */
export function parseCondition(source: string): ParseResult | ConditionFault {
  if (source.length > MAX_SOURCE) return tooComplex('characters', MAX_SOURCE, MAX_SOURCE, source.length)
  let program: ParseResult
  try {
    program = environment.parse(source)
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    return unparsed(error, source)
  }
  return refusal(program.ast, 0) ?? program
}

function unparsed(error: ParseError, source: string): ConditionFault {
  const { start, end } = error.range ?? { start: 0, end: source.length }
  if (error.code === 'limit_exceeded') {
    const [name, limit] = Object.entries(LIMITS).find(([name]) => error.summary.includes(name)) ?? ['', 0]
    return tooComplex(name, limit, start, end)
  }
  const suggestion = intended(source, start)
  const params = { problem: error.summary, ...(suggestion !== undefined && { suggestion }) }
  return { code: 'condition.syntax', offset: start, length: Math.max(end - start, 1), params }
}

const WRITTEN_FOR: Readonly<Record<string, string>> = {
  '=': '==',
  '&': '&&',
  '|': '||',
  and: '&&',
  or: '||',
  not: '!',
  '“': '"',
  '”': '"'
}

/** What the writer probably meant by the word that CEL does not know: `["年龄"]`, `(` for `（`, `&&` for `and`. */
function intended(source: string, at: number): string | undefined {
  const [word] = /^(?:[\p{L}\p{N}_]+|.)/u.exec(source.slice(at)) ?? []
  if (word === undefined) return undefined
  if (Object.hasOwn(WRITTEN_FOR, word)) return WRITTEN_FOR[word]
  if (/^\p{L}/u.test(word) && !/^\w+$/.test(word)) return source[at - 1] === '.' ? `["${word}"]` : `"${word}"`
  const plain = word.normalize('NFKC')
  return plain === word ? undefined : plain
}

function tooComplex(name: string, limit: number, start: number, end: number): ConditionFault {
  return { code: 'condition.too-complex', offset: start, length: Math.max(end - start, 1), params: { name, limit } }
}

/** Refuses what may not even be compiled; on the way `has(f["年龄"])` is read as `has(f.年龄)`, which CEL's grammar cannot write. */
function refusal(node: ASTNode, macros: number): ConditionFault | undefined {
  if (node.op === 'rcall' && node.args[0] === 'matches') {
    const params = { name: 'matches', suggestion: 're(text, pattern)' }
    return { code: 'condition.forbidden', offset: node.start, length: node.end - node.start, params }
  }
  const deeper = node.op === 'rcall' && MACROS.has(node.args[0]) ? macros + 1 : macros
  if (deeper > MAX_MACRO_NESTING) return tooComplex('macros', MAX_MACRO_NESTING, node.start, node.end)
  if (node.op === 'call' && node.args[0] === 'has') node.args[1].forEach(selectByDot)
  for (const child of childrenOf(node)) {
    const fault = refusal(child, deeper)
    if (fault !== undefined) return fault
  }
  return undefined
}

function selectByDot(node: ASTNode): void {
  if (node.op !== '.' && node.op !== '[]') return
  const key = literalKey(node)
  selectByDot(node.args[0])
  if (node.op === '[]' && key !== undefined)
    Object.assign(node, { op: '.', args: [node.args[0], key], pos: node.args[1].start })
}

/** The key of `f.key` or `f["key"]`; undefined where the index is computed. */
export function literalKey(node: ASTNode & { readonly op: '.' | '[]' }): string | undefined {
  if (node.op === '.') return node.args[1]
  const index = node.args[1]
  return index.op === 'value' && typeof index.args === 'string' ? index.args : undefined
}

function childrenOf(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return []
    case '.':
    case '.?':
      return [node.args[0]]
    case 'call':
      return node.args[1]
    case 'rcall':
      return [node.args[1], ...node.args[2]]
    case 'map':
      return node.args.flat()
    case '!_':
    case '-_':
      return [node.args]
    default:
      return node.args
  }
}

/**
 * The dotted paths that a condition reads, each once and in order of the text: `form.to`, `actor.posts`, `history` for
 * `history.count(…)`. Variables of macros are not among them. Empty where the text cannot be parsed.
 */
export function namesIn(source: string): readonly string[] {
  const program = parseCondition(source)
  const names = new Set<string>()
  if ('ast' in program) collect(program.ast, new Set(), names)
  return [...names]
}

/**
 * What a condition demands all at once, each as a text that equal demands share: those of `a && (b && c)` are `a`, `b`, `c`.
 * A condition whose demands include all those of another holds for no more than it. Undefined where the text cannot be parsed.
 */
export function demandsOf(source: string): ReadonlySet<string> | undefined {
  const program = parseCondition(source)
  if (!('ast' in program)) return undefined
  const demands = new Set<string>()
  const split = (node: ASTNode): void => {
    if (node.op === '&&') node.args.forEach(split)
    else demands.add(writtenOut(node, source))
  }
  split(program.ast)
  return demands
}

/** A tree without the places and spaces of its source; literals as they stand there. */
function writtenOut(node: ASTNode, source: string): string {
  if (node.op === 'value') return source.slice(node.start, node.end)
  const of = (part: unknown): string => {
    if (Array.isArray(part)) return `[${part.map(of).join()}]`
    if (typeof part === 'object' && part !== null) return writtenOut(part as ASTNode, source) // a tree holds trees, names and lists of both
    return JSON.stringify(part)
  }
  return `${node.op}(${of(node.args)})`
}

function collect(node: ASTNode, bound: ReadonlySet<string>, names: Set<string>): void {
  const path = pathOf(node)
  if (path !== undefined) {
    if (!bound.has(path[0])) names.add(path.join('.'))
    return
  }
  const variable = node.op === 'rcall' && MACROS.has(node.args[0]) ? node.args[2][0] : undefined
  const inner = variable?.op === 'id' ? new Set([...bound, variable.args]) : bound
  const receiver = node.op === 'rcall' ? node.args[1] : undefined
  for (const child of childrenOf(node)) collect(child, child === receiver ? bound : inner, names)
}

/** The path that `f.key` and `f["key"]` read, part by part; undefined for what is no path. */
export function pathOf(node: ASTNode): readonly [string, ...string[]] | undefined {
  if (node.op === 'id') return [node.args]
  if (node.op !== '.' && node.op !== '[]') return undefined
  const key = literalKey(node)
  const left = pathOf(node.args[0])
  return left === undefined || key === undefined ? undefined : [...left, key]
}

/** A text, number or truth that is written out; a whole number is read as one. */
export function literalOf(node: ASTNode): string | number | boolean | undefined {
  if (node.op === '-_') {
    const value = literalOf(node.args)
    return typeof value === 'number' ? -value : undefined
  }
  if (node.op !== 'value') return undefined
  if (typeof node.args === 'bigint') return Number(node.args)
  return typeof node.args === 'string' || typeof node.args === 'number' || typeof node.args === 'boolean'
    ? node.args
    : undefined
}

// A condition in words for people who read no CEL: a closed set of its forms, which are those that guards are mostly made of.
import type { ASTNode } from '@marcbachmann/cel-js'
import { literalOf, parseCondition, pathOf } from './condition-ast.ts'

/** What the names of a condition are called in the reader's language: paths as `form.line`, their values, events of the workflow. */
export type ConditionTerms = {
  readonly language: string
  readonly nameOf: (path: string) => string | undefined
  readonly valueOf: (path: string, value: string) => string
  readonly eventOf: (event: string) => string
}

type Binary = '==' | '!=' | '<' | '<=' | '>' | '>='

/** `source` as a clause without a full stop; undefined where it says more than these words can, and the text itself has to stand. */
export function conditionWords(source: string, terms: ConditionTerms): string | undefined {
  const program = parseCondition(source)
  return 'ast' in program ? clause(program.ast, terms) : undefined
}

function clause(node: ASTNode, terms: ConditionTerms): string | undefined {
  const said = sayer(terms)
  if (node.op === '&&' || node.op === '||') {
    const [left, right] = node.args.map(part => inBrackets(part, node.op, terms))
    if (left === undefined || right === undefined) return undefined
    return node.op === '&&'
      ? said(`${left}，且${right}`, `${left} and ${right}`)
      : said(`${left}，或${right}`, `${left} or ${right}`)
  }
  if (node.op === '!_') {
    const inner = clause(node.args, terms)
    return inner === undefined ? undefined : said(`不是（${inner}）`, `not (${inner})`)
  }
  if (node.op === 'in') return membership(node.args, terms)
  if (isBinary(node.op)) return comparison(node.op, node.args as readonly [ASTNode, ASTNode], terms) // a comparison has two parts
  const path = dotted(node)
  const name = path === undefined ? undefined : terms.nameOf(path)
  return name === undefined ? undefined : said(`${name}为是`, `${name} is yes`)
}

/** A part of `and` or `or`: what joins otherwise than the whole stands in brackets. */
function inBrackets(part: ASTNode, joint: '&&' | '||', terms: ConditionTerms): string | undefined {
  const inner = clause(part, terms)
  const other = (part.op === '&&' || part.op === '||') && part.op !== joint
  return inner === undefined || !other ? inner : sayer(terms)(`（${inner}）`, `(${inner})`)
}

function membership([member, list]: readonly [ASTNode, ASTNode], terms: ConditionTerms): string | undefined {
  const said = sayer(terms)
  const value = literal(member)
  const holder = dotted(list)
  if (typeof value === 'string' && holder !== undefined) {
    const name = terms.nameOf(holder)
    return name && said(`${name}是${terms.valueOf(holder, value)}`, `${name} is ${terms.valueOf(holder, value)}`)
  }
  const path = dotted(member)
  const name = path === undefined ? undefined : terms.nameOf(path)
  if (path === undefined || name === undefined || list.op !== 'list') return undefined
  const values = list.args.map(literal)
  if (!values.every(each => typeof each === 'string')) return undefined
  const words = values.map(each => terms.valueOf(path, each))
  return said(`${name}是${words.join('、')}`, `${name} is ${words.join(', ').replace(/, ([^,]*)$/, ' or $1')}`)
}

function comparison(op: Binary, [left, right]: readonly [ASTNode, ASTNode], terms: ConditionTerms): string | undefined {
  const said = sayer(terms)
  const value = literal(right)
  const [zh, en] = relations[op]
  if (typeof value === 'string') return equality(op, left, value, terms)
  const once = typeof value === 'number' ? occurrence(op, countedEvents(left), value) : undefined
  if (once !== undefined) return said(...quoting(once, terms))
  const named = subject(left, terms)
  const other = value === undefined ? subject(right, terms) : said(` ${value}`, String(value))
  return named === undefined || other === undefined ? undefined : named + said(zh + other, ` ${en} ${other}`)
}

/** A path that is, or is not, this text. */
function equality(op: Binary, left: ASTNode, value: string, terms: ConditionTerms): string | undefined {
  const path = dotted(left)
  const name = path === undefined ? undefined : terms.nameOf(path)
  if (path === undefined || name === undefined || (op !== '==' && op !== '!=')) return undefined
  const is = op === '==' ? sayer(terms)('是', ' is ') : sayer(terms)('不是', ' is not ')
  return name + is + terms.valueOf(path, value)
}

type Occurrence = { readonly event: string; readonly happened: boolean }

/** Whether a count compared with `value` asks only that its one event has happened, or has not. */
function occurrence(op: Binary, events: readonly string[] | undefined, value: number): Occurrence | undefined {
  const [event, more] = events ?? []
  const asked = `${op} ${value}`
  if (event === undefined || more !== undefined) return undefined
  if (asked === '< 1' || asked === '== 0') return { event, happened: false }
  return asked === '> 0' || asked === '>= 1' ? { event, happened: true } : undefined
}

function quoting({ event, happened }: Occurrence, { eventOf }: ConditionTerms): readonly [zh: string, en: string] {
  const label = eventOf(event)
  return happened ? [`有过“${label}”`, `“${label}” happened`] : [`没有过“${label}”`, `no “${label}” yet`]
}

const relations: Readonly<Record<Binary, readonly [string, string]>> = {
  '==': ['等于', 'is'],
  '!=': ['不等于', 'is not'],
  '<': ['少于', 'is less than'],
  '<=': ['不多于', 'is at most'],
  '>': ['多于', 'is more than'],
  '>=': ['不少于', 'is at least']
}

function isBinary(op: string): op is Binary {
  return Object.hasOwn(relations, op)
}

/** What is compared: a named path, or how often one or several events have happened. */
function subject(node: ASTNode, terms: ConditionTerms): string | undefined {
  const path = dotted(node)
  if (path !== undefined) return terms.nameOf(path)
  const events = countedEvents(node)?.map(event => `“${terms.eventOf(event)}”`)
  if (events === undefined) return undefined
  return sayer(terms)(`${events.join('')}${events.length > 1 ? '合计' : ''}次数`, `the count of ${events.join(' + ')}`)
}

/** The events of `history.count('A')`, and of a sum of such counts. */
function countedEvents(node: ASTNode): readonly string[] | undefined {
  if (node.op === '+') {
    const [left, right] = node.args.map(countedEvents)
    return left && right && [...left, ...right]
  }
  if (node.op !== 'rcall' || node.args[0] !== 'count' || dotted(node.args[1]) !== 'history') return undefined
  const event = node.args[2][0] && literal(node.args[2][0])
  return typeof event === 'string' ? [event] : undefined
}

/** A text or a number that is written out. */
function literal(node: ASTNode): string | number | undefined {
  const value = literalOf(node)
  return typeof value === 'boolean' ? undefined : value
}

function dotted(node: ASTNode): string | undefined {
  return pathOf(node)?.join('.')
}

function sayer({ language }: ConditionTerms): (zh: string, en: string) => string {
  return (zh, en) => (language.toLowerCase().startsWith('en') ? en : zh)
}

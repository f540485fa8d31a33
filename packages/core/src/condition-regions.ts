/**
 * What can be decided of conditions before they run: those that only compare single facts with literals (`answers.days > 3`,
 * `form.kind in ["a", "b"]`, `has(form.to)`, `"volunteer" in actor.registrations`, `history.count("BACK") < 2`), joined by and,
 * or and not. The literals cut the values of each fact into regions in which such a condition says one thing, so a value of each
 * region stands for all.
 */
import type { ASTNode } from '@marcbachmann/cel-js'
import { literalOf, parseCondition, pathOf } from './condition-ast.ts'
import { compileCondition, runCondition } from './condition.ts'
import type { Place } from './condition-place.ts'
import type { Shape } from './shape.ts'

type Value = string | number | boolean | readonly string[] | undefined
type Literal = string | number | boolean

/** A fact that conditions speak of: `count` of an event, a `list` asked what it holds, or a single value. */
type Fact = {
  readonly path: readonly string[]
  readonly kind: 'count' | 'list' | 'value'
  readonly literals: Set<Literal>
  mayLack: boolean
}
type Facts = Map<string, Fact>

const mostRows = 4096

/**
 * For every way in which the facts can lie to the literals, whether each of the conditions holds then, in their order. With
 * `where`, fields of a closed set take the values of that set only. Undefined where a condition says more than can be decided, or
 * there are more than 4,096 ways.
 */
export function truthsOf(sources: readonly string[], where?: Place): readonly (readonly boolean[])[] | undefined {
  const facts: Facts = new Map()
  for (const source of sources) {
    const program = parseCondition(source)
    if (!('ast' in program) || !gather(program.ast, facts)) return undefined
  }
  const all = [...facts.values()]
  const isPart = ({ path }: Fact) =>
    all.some(other => other.path.length > path.length && path.every((part, i) => other.path[i] === part))
  if (all.some(isPart)) return undefined
  const domains = all.map(fact => ({ fact, values: valuesOf(fact, where && shapeAt(where, fact.path)) }))
  if (domains.some(({ values }) => values.length === 0)) return undefined
  if (domains.reduce((rows, { values }) => rows * values.length, 1) > mostRows) return undefined
  const conditions = sources.map(compileCondition)
  const rows: (readonly boolean[])[] = []
  for (const world of worlds(domains)) {
    const row = conditions.map(condition => runCondition(condition, world)).filter(held => typeof held === 'boolean')
    if (row.length < sources.length) return undefined
    rows.push(row)
  }
  return rows
}

/** Whether the condition holds for nothing at all; false where that cannot be decided. */
export function neverHolds(source: string): boolean {
  const rows = truthsOf([source])
  return rows !== undefined && rows.every(([holds]) => holds === false)
}

/** Adds the facts that `node` speaks of; false where it says more than a comparison with literals. */
function gather(node: ASTNode, facts: Facts): boolean {
  if (node.op === '&&' || node.op === '||') return node.args.every(part => gather(part, facts))
  if (node.op === '!_') return gather(node.args, facts)
  if (node.op === 'value') return typeof node.args === 'boolean'
  if (node.op === 'in') return gatherMembership(node.args, facts)
  if (isComparison(node)) return gatherComparison(node.args, facts)
  return node.op === 'call' && node.args[0] === 'has'
    ? node.args[1].every(present => gatherTruth(present, facts, { asked: true }))
    : gatherTruth(node, facts, { asked: false })
}

/** A fact that stands for itself, or is `asked` for by has(). */
function gatherTruth(node: ASTNode, facts: Facts, { asked }: { readonly asked: boolean }): boolean {
  const path = pathOf(node)
  const fact = path && factAt(facts, path, 'value')
  if (fact && asked) fact.mayLack = true
  else for (const value of [true, false]) fact?.literals.add(value)
  return fact !== undefined
}

type Comparison = ASTNode & { readonly op: '==' | '!=' | '<' | '<=' | '>' | '>=' }

function isComparison(node: ASTNode): node is Comparison {
  return ['==', '!=', '<', '<=', '>', '>='].includes(node.op)
}

function gatherComparison([left, right]: readonly [ASTNode, ASTNode], facts: Facts): boolean {
  const literal = literalOf(right) ?? literalOf(left)
  const subject = literalOf(right) === undefined ? right : left
  if (literal === undefined) return false
  const counted = countedEvent(subject)
  const path = counted === undefined ? pathOf(subject) : ['history', 'counts', counted]
  const fact = path && factAt(facts, path, counted === undefined ? 'value' : 'count')
  fact?.literals.add(literal)
  return fact !== undefined
}

function gatherMembership([member, list]: readonly [ASTNode, ASTNode], facts: Facts): boolean {
  const held = literalOf(member)
  const path = pathOf(held === undefined ? member : list)
  const literals = held === undefined ? (list.op === 'list' ? list.args.map(literalOf) : [undefined]) : [held]
  const fact = path && factAt(facts, path, held === undefined ? 'value' : 'list')
  for (const literal of literals) if (literal !== undefined) fact?.literals.add(literal)
  return fact !== undefined && !literals.includes(undefined)
}

/** The fact at `path`, the same for all that speak of it; undefined where they take it for different kinds. */
function factAt(facts: Facts, path: readonly string[], kind: Fact['kind']): Fact | undefined {
  const key = JSON.stringify(path)
  const fact = facts.get(key) ?? { path, kind, literals: new Set(), mayLack: false }
  facts.set(key, fact)
  return fact.kind === kind ? fact : undefined
}

/** The event of `history.count("EVENT")`. */
function countedEvent(node: ASTNode): string | undefined {
  if (node.op !== 'rcall' || node.args[0] !== 'count' || pathOf(node.args[1])?.join('.') !== 'history') return undefined
  const [event] = node.args[2]
  const literal = event && literalOf(event)
  return typeof literal === 'string' ? literal : undefined
}

/** A value of each region, the one where the fact is missing included if it may be; none where the literals are of several types. */
function valuesOf({ kind, literals, mayLack }: Fact, shape: Shape | undefined): readonly Value[] {
  const known = [...literals]
  const lacking = mayLack ? [undefined] : []
  if (kind === 'list') return known.every(isText) ? subsets(known) : []
  if (kind === 'count') return known.every(isFigure) ? [...new Set([0, ...known.flatMap(around)])] : []
  if (shape?.values) return [...shape.values, ...lacking]
  if (known.every(isFigure)) return [...between([...new Set(known)].sort((a, b) => a - b)), ...lacking]
  if (known.every(isText)) return [...new Set(['', ...known.flatMap(text => [text, `${text}\u0001`])]), ...lacking]
  return known.every(isTruth) ? [true, false, ...lacking] : []
}

const isText = (value: Literal) => typeof value === 'string'
const isFigure = (value: Literal) => typeof value === 'number'
const isTruth = (value: Literal) => typeof value === 'boolean'

/** The counts beside and at a figure. */
function around(figure: number): readonly number[] {
  return [Math.ceil(figure) - 1, Math.floor(figure), Math.floor(figure) + 1].filter(count => count >= 0)
}

/** Ascending figures with one below, one above and one between each two; some figure at all where there are none. */
function between(figures: readonly number[]): readonly number[] {
  const [first = 0] = figures
  return [first - 1, ...figures.flatMap((figure, i) => [figure, (figure + (figures[i + 1] ?? figure + 2)) / 2])]
}

function subsets(texts: readonly string[]): readonly (readonly string[])[] {
  if (texts.length > 6) return []
  return texts.reduce<readonly (readonly string[])[]>(
    (sets, text) => [...sets, ...sets.map(set => [...set, text])],
    [[]]
  )
}

type Domain = { readonly fact: Fact; readonly values: readonly Value[] }

/** Every combination of the values, as facts that conditions run on. */
function worlds(domains: readonly Domain[]): readonly Readonly<Record<string, unknown>>[] {
  const rows = domains.reduce<readonly (readonly Value[])[]>(
    (all, { values }) => all.flatMap(row => values.map(value => [...row, value])),
    [[]]
  )
  return rows.map(row => {
    const world: Record<string, unknown> = {}
    for (const [i, { fact }] of domains.entries()) setAt(world, fact.path, row[i])
    return world
  })
}

function setAt(into: Record<string, unknown>, [first = '', ...rest]: readonly string[], value: Value): void {
  if (rest.length === 0) {
    if (value !== undefined) into[first] = value
    return
  }
  const inner = { ...(into[first] as Record<string, unknown> | undefined) } // no fact lies within another, so it is a map
  into[first] = inner
  setAt(inner, rest, value)
}

function shapeAt({ variables }: Place, [variable = '', ...rest]: readonly string[]): Shape | undefined {
  return rest.reduce<Shape | undefined>((shape, part) => shape?.fields?.get(part)?.shape, variables.get(variable))
}

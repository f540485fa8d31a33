// Patterns in RE2's syntax (github.com/google/re2/wiki/Syntax), free of all that engines read differently: every class is
// written as code points, as ECMA-262 has it (`\s` with the ideographic space, `.` without any line terminator).
import { parsePattern, type PatternNode } from './pattern.ts'

/** Code points from first to last, both included. */
type Range = readonly [first: number, last: number]

const maxSteps = 1000
const item = /\\u\{[\da-fA-F]{1,6}\}|\\u[\da-fA-F]{4}|\\.|[^\\]/suy
const digits: readonly Range[] = [[0x30, 0x39]]
const word: readonly Range[] = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a]
]
const space: readonly Range[] = [
  [0x9, 0xd],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff]
]
const lineEnds: readonly Range[] = [
  [0xa, 0xa],
  [0xd, 0xd],
  [0x2028, 0x2029]
]
const classes: Readonly<Record<string, readonly Range[]>> = {
  '\\d': digits,
  '\\D': others(digits),
  '\\w': word,
  '\\W': others(word),
  '\\s': space,
  '\\S': others(space)
}
const controls: Readonly<Record<string, number>> = { '\\n': 0xa, '\\r': 0xd, '\\t': 0x9 }

/**
 * The same pattern for RE2; undefined where `source` uses what not all engines read alike (look-around, back-references,
 * `\b`, `\p` …), or where its repetitions unroll to more than 1000 steps.
 */
export function re2Pattern(source: string): string | undefined {
  const node = parsePattern(source)
  return node && sizeOf(node) <= maxSteps ? print(node) : undefined
}

/** Repetitions multiply, so this is counted before anything is unrolled. */
function sizeOf(node: PatternNode): number {
  if (node.kind === 'repeat') return (sizeOf(node.part) + 1) * (Number.isFinite(node.max) ? node.max : node.min + 2)
  return 'parts' in node ? node.parts.reduce((sum, part) => sum + sizeOf(part) + 1, 0) : 1
}

function print(node: PatternNode): string | undefined {
  if (node.kind === 'anchor') return node.source === '^' ? '\\A' : '\\z'
  if (node.kind === 'set') return printSet(rangesOf(node.source))
  const parts = ('parts' in node ? node.parts : [node.part]).map(print)
  if (parts.includes(undefined)) return undefined
  if (node.kind === 'sequence') return parts.join('')
  if (node.kind === 'choice') return `(?:${parts.join('|')})`
  return `(?:${parts.join('')}){${node.min},${Number.isFinite(node.max) ? node.max : ''}}`
}

function printSet(ranges: readonly Range[] | undefined): string | undefined {
  const hex = (code: number) => `\\x{${code.toString(16)}}`
  if (ranges?.length === 0) return '[^\\x{0}-\\x{10ffff}]'
  return ranges && `[${ranges.map(([first, last]) => `${hex(first)}-${hex(last)}`).join('')}]`
}

function rangesOf(source: string): readonly Range[] | undefined {
  if (source === '.') return others(lineEnds)
  if (source.length > 1 && source.startsWith('[')) return rangesOfClass(source.slice(1, -1))
  return source === '\\-' ? undefined : (classes[source] ?? rangeOf(source, source))
}

function rangesOfClass(inner: string): readonly Range[] | undefined {
  const negated = inner.startsWith('^')
  const items: string[] = []
  for (item.lastIndex = negated ? 1 : 0; item.lastIndex < inner.length;) items.push(item.exec(inner)?.[0] ?? '\\')
  const ranges: Range[] = []
  while (items.length > 0) {
    const found = takeRange(items)
    if (!found) return undefined
    ranges.push(...found)
  }
  return negated ? others(ranges) : ranges
}

/** Takes one character, named class or range `a-z` from the front of `items`. */
function takeRange(items: string[]): readonly Range[] | undefined {
  const [from = '', dash, to] = items
  const isRange = dash === '-' && to !== undefined
  items.splice(0, isRange ? 3 : 1)
  return isRange ? rangeOf(from, to) : (classes[from] ?? rangeOf(from, from))
}

function rangeOf(from: string, to: string): readonly Range[] | undefined {
  const [first, last] = [codePoint(from), codePoint(to)]
  return first === undefined || last === undefined || last < first ? undefined : [[first, last]]
}

/** The character that `text` stands for: itself, an escaped sign, a control or \uXXXX; undefined for any other escape. */
function codePoint(text: string): number | undefined {
  if (!text.startsWith('\\')) return text.codePointAt(0)
  const hex = /^\\u\{?([\da-fA-F]+)\}?$/.exec(text)?.[1]
  const code = hex === undefined ? controls[text] : Number.parseInt(hex, 16)
  if (code !== undefined) return code <= 0x10ffff ? code : undefined
  return /^\\[\^$\\.*+?()[\]{}|/-]$/.test(text) ? text.charCodeAt(1) : undefined
}

/** All code points that `ranges` leave out. */
function others(ranges: readonly Range[]): readonly Range[] {
  const left: Range[] = []
  let next = 0
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (first > next) left.push([next, first - 1])
    next = Math.max(next, last + 1)
  }
  return next > 0x10ffff ? left : [...left, [next, 0x10ffff]]
}

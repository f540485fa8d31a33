// Patterns of text fields: the part of ECMA-262 regular expressions (with the u flag) that RE2 understands alike, and a
// matcher in linear time for places without RE2. Characters, classes, groups, alternation, repetition, ^ and $; nothing else.

/** `re2` is the same pattern in RE2's syntax, free of anything that engines read differently. `test` finds it anywhere in a text. */
export type Pattern = { readonly re2: string; readonly test: (text: string) => boolean }

/** Code points from first to last, both included. */
type Range = readonly [first: number, last: number]
type Node =
  | { readonly kind: 'set'; readonly ranges: readonly Range[] }
  | { readonly kind: 'anchor'; readonly anchor: 'start' | 'end' }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'choice'; readonly parts: readonly Node[] }
  | { readonly kind: 'repeat'; readonly part: Node; readonly min: number; readonly max: number }
/** One step of the matcher: a set that takes a character, an anchor, or a jump to any of several places. */
type Instruction = { readonly set?: readonly Range[]; readonly anchor?: 'start' | 'end'; readonly to?: readonly number[] }

const maxInstructions = 1000
const maxDepth = 20
const token =
  /\(\?:|[()|^$.*+?]|\{\d{1,3}(?:,\d{0,3})?\}|\[\^?(?:\\u\{[\da-fA-F]{1,6}\}|\\.|[^\\\]])*\]|\\u\{[\da-fA-F]{1,6}\}|\\u[\da-fA-F]{4}|\\.|[^\\[\]{}]/suy
const classItem = /(\\u\{[\da-fA-F]{1,6}\}|\\u[\da-fA-F]{4}|\\.|[^\\])(?:-(\\u\{[\da-fA-F]{1,6}\}|\\u[\da-fA-F]{4}|\\.|[^\\]))?/suy
const digits: readonly Range[] = [[0x30, 0x39]]
const word: readonly Range[] = [[0x30, 0x39], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]]
const space: readonly Range[] = [
  [0x9, 0xd], [0x20, 0x20], [0xa0, 0xa0], [0x1680, 0x1680], [0x2000, 0x200a], [0x2028, 0x2029], [0x202f, 0x202f],
  [0x205f, 0x205f], [0x3000, 0x3000], [0xfeff, 0xfeff]
]
const lineEnds: readonly Range[] = [[0xa, 0xa], [0xd, 0xd], [0x2028, 0x2029]]
const classes: Readonly<Record<string, readonly Range[]>> = {
  '\\d': digits, '\\D': others(digits), '\\w': word, '\\W': others(word), '\\s': space, '\\S': others(space), '.': others(lineEnds)
}
const controls: Readonly<Record<string, number>> = { '\\n': 0xa, '\\r': 0xd, '\\t': 0x9 }

/** The pattern that `source` writes; undefined where it uses anything else (look-around, back-references, lazy repetition …) or unrolls to more than 1000 steps. */
export function parsePattern(source: string): Pattern | undefined {
  const tokens = tokensOf(source, token)
  const node = tokens && parse(tokens)
  if (node === undefined || sizeOf(node) > maxInstructions) return undefined
  const program: Instruction[] = []
  emit(node, program)
  return { re2: print(node), test: text => find(program, text) }
}

function tokensOf(source: string, one: RegExp): readonly RegExpExecArray[] | undefined {
  const found: RegExpExecArray[] = []
  for (one.lastIndex = 0; one.lastIndex < source.length; ) {
    const match = one.exec(source)
    if (match === null) return undefined
    found.push(match)
  }
  return found
}

/** Recursive descent with a stack of open groups; undefined where the brackets or repetitions do not fit. */
function parse(tokens: readonly RegExpExecArray[]): Node | undefined {
  const groups: Node[][][] = [[[]]]
  for (const [text] of tokens) {
    const options = groups.at(-1) ?? []
    const parts = options.at(-1) ?? []
    if (text === '(' || text === '(?:') groups.push([[]])
    else if (text === '|') options.push([])
    else if (text === ')') {
      groups.pop()
      const above = groups.at(-1)?.at(-1)
      if (above === undefined) return undefined
      above.push(choice(options))
    } else if (isRepetition(text)) {
      const repeated = repeat(parts.pop(), text)
      if (repeated === undefined) return undefined
      parts.push(repeated)
    } else {
      const node = atom(text)
      if (node === undefined) return undefined
      parts.push(node)
    }
    if (groups.length > maxDepth) return undefined
  }
  return groups.length === 1 && groups[0] ? choice(groups[0]) : undefined
}

function choice(options: readonly (readonly Node[])[]): Node {
  const parts = options.map((parts): Node => ({ kind: 'sequence', parts }))
  return parts.length === 1 && parts[0] ? parts[0] : { kind: 'choice', parts }
}

const isRepetition = (text: string): boolean => '*+?'.includes(text) || (text.startsWith('{') && text.length > 1)

function repeat(part: Node | undefined, text: string): Node | undefined {
  if (part === undefined || part.kind === 'repeat' || part.kind === 'anchor') return undefined
  const [low = '', high = low] = text.slice(1, -1).split(',')
  const min = text === '+' ? 1 : Number(low)
  const max = text === '?' ? 1 : text === '*' || text === '+' || high === '' ? Infinity : Number(high)
  return max < min || max === 0 ? undefined : { kind: 'repeat', part, min, max }
}

function atom(text: string): Node | undefined {
  if (text === '^' || text === '$') return { kind: 'anchor', anchor: text === '^' ? 'start' : 'end' }
  const named = classes[text]
  if (named) return { kind: 'set', ranges: named }
  if (text.startsWith('[') && text.length > 1) return characterClass(text.slice(1, -1))
  const code = codePoint(text)
  return code === undefined ? undefined : { kind: 'set', ranges: [[code, code]] }
}

function characterClass(inner: string): Node | undefined {
  const negated = inner.startsWith('^')
  const items = tokensOf(negated ? inner.slice(1) : inner, classItem)
  const ranges: Range[] = []
  for (const [, from = '', to] of items ?? []) {
    const named = from === '.' ? undefined : classes[from]
    const [first, last] = [codePoint(from), codePoint(to ?? from)]
    if (named !== undefined && to === undefined) ranges.push(...named)
    else if (first === undefined || last === undefined || last < first) return undefined
    else ranges.push([first, last])
  }
  return items && { kind: 'set', ranges: negated ? others(ranges) : ranges }
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

/** Steps of the unrolled program; repetitions multiply, so this is counted before anything is unrolled. */
function sizeOf(node: Node): number {
  if (node.kind === 'repeat') return (sizeOf(node.part) + 1) * (Number.isFinite(node.max) ? node.max : node.min + 2)
  if (node.kind === 'sequence' || node.kind === 'choice') return node.parts.reduce((sum, part) => sum + sizeOf(part) + 2, 0)
  return 1
}

function emit(node: Node, program: Instruction[]): void {
  if (node.kind === 'set') program.push({ set: node.ranges })
  else if (node.kind === 'anchor') program.push({ anchor: node.anchor })
  else if (node.kind === 'sequence') for (const part of node.parts) emit(part, program)
  else if (node.kind === 'choice') emitChoice(node.parts, program)
  else emitRepeat(node.part, node.min, node.max, program)
}

function emitChoice(parts: readonly Node[], program: Instruction[]): void {
  const split = program.push({}) - 1
  const starts: number[] = []
  const ends: number[] = []
  for (const part of parts) {
    starts.push(program.length)
    emit(part, program)
    ends.push(program.push({}) - 1)
  }
  program[split] = { to: starts }
  for (const end of ends) program[end] = { to: [program.length] }
}

function emitRepeat(part: Node, min: number, max: number, program: Instruction[]): void {
  for (let i = 0; i < min; i++) emit(part, program)
  const splits: number[] = []
  for (let i = min; i < (max === Infinity ? min + 1 : max); i++) {
    splits.push(program.push({}) - 1)
    emit(part, program)
  }
  if (max === Infinity) program.push({ to: [splits[0] ?? 0] })
  for (const split of splits) program[split] = { to: [split + 1, program.length] }
}

/** Thompson's simulation: all places of the program at once, so time is text × program and nothing is tried twice. */
function find(program: readonly Instruction[], text: string): boolean {
  const seenAt = new Int32Array(program.length + 1).fill(-1)
  let places: number[] = []
  for (let at = 0; at <= text.length; ) {
    const code = text.codePointAt(at) ?? -1
    const next: number[] = []
    places.push(0)
    for (let place = places.pop(); place !== undefined; place = places.pop()) {
      if (seenAt[place] === at) continue
      seenAt[place] = at
      const step = program[place]
      if (step === undefined) return true
      if (step.to) places.push(...step.to)
      else if (step.set) {
        if (holds(step.set, code)) next.push(place + 1)
      } else if (step.anchor === 'start' ? at === 0 : at === text.length) places.push(place + 1)
    }
    places = next
    at += code > 0xffff ? 2 : 1
  }
  return false
}

function holds(ranges: readonly Range[], code: number): boolean {
  return ranges.some(([first, last]) => code >= first && code <= last)
}

function print(node: Node): string {
  const hex = (code: number) => `\\x{${code.toString(16)}}`
  if (node.kind === 'anchor') return node.anchor === 'start' ? '\\A' : '\\z'
  if (node.kind === 'sequence') return node.parts.map(print).join('')
  if (node.kind === 'choice') return `(?:${node.parts.map(print).join('|')})`
  if (node.kind === 'repeat') return `(?:${print(node.part)}){${node.min},${Number.isFinite(node.max) ? node.max : ''}}`
  if (node.ranges.length === 0) return '[^\\x{0}-\\x{10ffff}]'
  return `[${node.ranges.map(([first, last]) => `${hex(first)}-${hex(last)}`).join('')}]`
}

/** A config file with positions: JSONC text (RFC 8259 with comments) parsed once, every value and key found again by JSON Pointer (RFC 6901). */
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { createScanner, type Node, parseTree, type ParseError, printParseErrorCode, stripComments } from 'jsonc-parser'
import type { Issue, IssueParams, Severity } from './issue.ts'

/** `within` is an offset into the string that stands there, in its characters as read; escapes before it are counted as written. */
export type IssueOptions = {
  readonly at?: 'key' | 'value'
  readonly severity?: Severity
  readonly within?: number
}

/** `value` is undefined where the text does not parse; then `issues` says why. */
export type Source = {
  readonly file: string
  readonly value: unknown
  readonly issues: readonly Issue[]
  /** Whether a value stands at `pointer`. */
  has(pointer: string): boolean
  issue(pointer: string, code: string, params?: IssueParams, options?: IssueOptions): Issue
}

const maxFileBytes = 1_000_000
const maxDepth = 60

/** Parses `text`; syntax errors, duplicate keys, files over 1 MB (UTF-8) and nesting over 60 are its issues, and it never throws. */
export function parseSource(file: string, text: string): Source {
  const clean = text.startsWith('\uFEFF') ? text.slice(1) : text // editors show no column for a byte order mark
  const lines = lineStarts(clean)
  const place = (offset: number) => positionAt(lines, offset)
  const at = (
    offset: number,
    pointer: string,
    code: string,
    params: IssueParams = {},
    severity: Severity = 'error'
  ): Issue => ({
    file,
    ...place(offset),
    path: pointer,
    code,
    severity,
    params
  })
  if (clean.length > maxFileBytes || utf8ToBytes(clean).length > maxFileBytes)
    return failed(file, at(0, '', 'json.too-large', { limit: maxFileBytes }))
  const deep = depthExceeded(clean)
  if (deep !== undefined) return failed(file, at(deep, '', 'json.too-deep', { limit: maxDepth }))
  const errors: ParseError[] = []
  const root = parseTree(clean, errors, { allowTrailingComma: true, disallowComments: false })
  const first = errors[0]
  if (first || !root)
    return failed(
      file,
      at(first?.offset ?? 0, '', 'json.syntax', { problem: first ? printParseErrorCode(first.error) : 'ValueExpected' })
    )
  const index = new Map<string, { key?: number; value: number }>()
  const issues: Issue[] = []
  const value = build(root, '', index, (offset, pointer, name) =>
    issues.push(at(offset, pointer, 'json.duplicate-key', { name }))
  )
  return {
    file,
    value,
    issues,
    has: pointer => index.has(pointer),
    issue(pointer, code, params = {}, { at: part = 'value', severity = 'error', within } = {}) {
      let nearestPointer = pointer
      while (nearestPointer && !index.has(nearestPointer))
        nearestPointer = nearestPointer.slice(0, nearestPointer.lastIndexOf('/'))
      const found = index.get(nearestPointer) ?? { value: 0 }
      const offset = part === 'key' ? (found.key ?? found.value) : found.value
      return at(within === undefined ? offset : offsetWithin(clean, offset, within), pointer, code, params, severity)
    }
  }
}

/** The same of a text that was found sound before: its values are read at once, its places and issues only when somebody asks for them. */
export function soundSource(file: string, text: string): Source {
  const value = plainJson(text)
  if (value === undefined) return parseSource(file, text)
  let parsed: Source | undefined
  const whole = () => (parsed ??= parseSource(file, text))
  return {
    file,
    value,
    issues: [],
    has: pointer => hasValue(value, pointer),
    issue: (...args) => whole().issue(...args)
  }
}

function hasValue(value: unknown, pointer: string): boolean {
  let at = value
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name) || (Array.isArray(at) && name === 'length'))
      return false
    at = (at as Record<string, unknown>)[name] // its own, as has just been seen
  }
  return true
}

/** The value of a text that is JSON but for comments; undefined where there is more to it. */
function plainJson(text: string): unknown {
  return plain(text) ?? plain(stripComments(text))
}

function plain(text: string): unknown {
  try {
    return withoutPrototypes(JSON.parse(text))
  } catch {
    return undefined // answered, not ignored: whether it is plain is the question asked
  }
}

/** As `build` makes them: no name is there that the text does not write. */
function withoutPrototypes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPrototypes)
  if (typeof value !== 'object' || value === null) return value
  const result: Record<string, unknown> = Object.create(null)
  for (const [name, member] of Object.entries(value)) result[name] = withoutPrototypes(member)
  return result
}

/** One reference token of a JSON Pointer, escaped. */
export function pointerToken(name: string | number): string {
  return String(name).replaceAll('~', '~0').replaceAll('/', '~1')
}

function failed(file: string, issue: Issue): Source {
  return {
    file,
    value: undefined,
    issues: [issue],
    has: () => false,
    issue: (pointer, code, params = {}, { severity = 'error' } = {}) => ({
      ...issue,
      path: pointer,
      code,
      params,
      severity
    })
  }
}

function build(
  node: Node,
  pointer: string,
  index: Map<string, { key?: number; value: number }>,
  duplicate: (offset: number, pointer: string, name: string) => void
): unknown {
  const known = index.get(pointer)
  index.set(pointer, { ...known, value: node.offset })
  if (node.type === 'array')
    return (node.children ?? []).map((child, i) => build(child, `${pointer}/${i}`, index, duplicate))
  if (node.type !== 'object') return node.value
  const result: Record<string, unknown> = Object.create(null)
  for (const property of node.children ?? []) {
    const [key, child] = property.children ?? []
    if (!key || !child) continue
    const name = String(key.value)
    const below = `${pointer}/${pointerToken(name)}`
    if (Object.hasOwn(result, name)) duplicate(key.offset, below, name)
    index.set(below, { key: key.offset, value: child.offset })
    result[name] = build(child, below, index, duplicate)
  }
  return result
}

/** Where nesting first passes the limit. A scanner, since the parser would recurse before anything could stop it. */
function depthExceeded(text: string): number | undefined {
  const scanner = createScanner(text, true)
  let depth = 0
  for (scanner.scan(); scanner.getTokenLength() > 0; scanner.scan()) {
    const first = text[scanner.getTokenOffset()] ?? ''
    if ('{['.includes(first)) depth++
    else if ('}]'.includes(first)) depth--
    if (depth > maxDepth) return scanner.getTokenOffset()
  }
  return undefined
}

/** The offset in `text` of character `within` of the string that begins (with its quote) at `start`. */
function offsetWithin(text: string, start: number, within: number): number {
  let offset = start + 1
  for (let read = 0; read < within; read++) offset += text[offset] !== '\\' ? 1 : text[offset + 1] === 'u' ? 6 : 2
  return offset
}

function lineStarts(text: string): readonly number[] {
  const starts = [0]
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1)
  return starts
}

function positionAt(starts: readonly number[], offset: number): { line: number; column: number } {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
}

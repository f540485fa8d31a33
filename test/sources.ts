// The repository's own text, read and parsed once, for the house rules.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync, Visitor, type ParseResult } from 'vite'

/** A TypeScript or JavaScript module. `code` is its text with comments and the insides of strings and patterns blanked, in place. */
export type Source = { path: string; text: string; lines: string[]; code: string; parsed: ParseResult; casts: number[] }

export const root = fileURLToPath(new URL('../', import.meta.url))
export const packages = ['core', 'forms', 'workflows', 'server', 'widgets']
const generated = ['packages/core/src/schema-types.ts']
const ignored = new Set(['node_modules', '.git', 'dist', '.gridwright', 'coverage'])

/** Paths of all files under `folder` (relative to the root, with `/`) that are not ignored by git. */
export function filesIn(folder: string): string[] {
  if (!existsSync(join(root, folder))) return []
  const entries = readdirSync(join(root, folder), { withFileTypes: true })
  const kept = entries.filter(({ name }) => !ignored.has(name) && !name.startsWith('.docs-'))
  const paths = kept.map(entry => ({ entry, path: posix.join(folder, entry.name) }))
  return paths.flatMap(({ entry, path }) => (entry.isDirectory() ? filesIn(path) : entry.isFile() ? [path] : [])).sort()
}

/** All hand-written modules under `folders`. */
export function sourcesIn(...folders: string[]): Source[] {
  const paths = folders.flatMap(filesIn).filter(path => /\.[cm]?[jt]s$/.test(path) && !generated.includes(path))
  return paths.map(path => sourceOf(path, readFileSync(join(root, path), 'utf8')))
}

/** The module with that text; throws where it does not parse. */
export function sourceOf(path: string, text: string): Source {
  const parsed = parseSync(path, text)
  if (parsed.errors.length > 0) throw new Error(`${path}: ${parsed.errors[0]?.message}`)
  const hidden: { start: number; end: number }[] = [...parsed.comments]
  const casts: number[] = []
  const literal = (node: { start: number; end: number }) => hidden.push({ start: node.start + 1, end: node.end - 1 })
  new Visitor({
    Literal: node => void ((typeof node.value === 'string' || 'regex' in node) && literal(node)),
    TemplateElement: node => void hidden.push(node),
    TSAsExpression: node =>
      void (text.slice(node.typeAnnotation.start, node.typeAnnotation.end) !== 'const' && casts.push(node.start))
  }).visit(parsed.program)
  return { path, text, lines: text.split('\n'), code: blanked(text, hidden), parsed, casts }
}

function blanked(text: string, spans: readonly { start: number; end: number }[]): string {
  return spans.reduce(
    (rest, { start, end }) => rest.slice(0, start) + rest.slice(start, end).replace(/[^\n]/g, ' ') + rest.slice(end),
    text
  )
}

/** Every module that `source` imports or re-exports, as written. */
export function importsOf({ parsed, text }: Source): string[] {
  const { staticImports, staticExports, dynamicImports } = parsed.module
  const dynamic = dynamicImports.map(({ moduleRequest: { start, end } }) =>
    text.slice(start, end).replace(/^['"`]|['"`]$/g, '')
  )
  const exported = staticExports.flatMap(statement => statement.entries.map(entry => entry.moduleRequest?.value))
  return [...staticImports.map(statement => statement.moduleRequest.value), ...exported, ...dynamic].filter(
    request => request !== undefined
  )
}

/** `path:line` of an offset, and the line. */
export function at({ path, text, lines }: Source, offset: number): string {
  const line = text.slice(0, offset).split('\n').length
  return `${path}:${line}  ${lines[line - 1]?.trim()}`
}

/** Where `pattern` stands in the code of `sources`, comments and strings left out. */
export function found(sources: readonly Source[], pattern: RegExp): string[] {
  return sources.flatMap(source =>
    [...source.code.matchAll(new RegExp(pattern, 'g'))].map(match => at(source, match.index))
  )
}

/** Runs of `length` lines that stand in two places; blank lines, comments, imports and mere punctuation do not count. */
export function twins(sources: readonly Source[], length: number): string[] {
  const seen = new Map<string, { path: string; line: number }>()
  const found: { first: string; path: string; line: number; index: number }[] = []
  for (const source of sources) {
    const code = blanked(source.text, source.parsed.comments).split('\n')
    const counted = source.lines
      .map((line, index) => ({ text: line.trim(), line: index + 1 }))
      .filter(({ line }) => isCode(code[line - 1] ?? ''))
    for (let index = 0; index + length <= counted.length; index++) {
      const run = counted.slice(index, index + length)
      const key = run.map(({ text }) => text).join('\n')
      const [line, first] = [run[0]?.line ?? 0, seen.get(key)]
      if (first) found.push({ first: `${first.path}:${first.line}`, path: source.path, line, index })
      else seen.set(key, { path: source.path, line })
    }
  }
  const begins = found.filter(
    (twin, nth) => found[nth - 1]?.path !== twin.path || found[nth - 1]?.index !== twin.index - 1
  )
  return begins.map(twin => `${twin.path}:${twin.line} repeats ${twin.first}`)
}

const isCode = (line: string): boolean =>
  /\w/.test(line) && !/^\s*(import|export) .*\bfrom\b|^\s*(import|\} from)\b/.test(line)

/** Lines that hold nothing but a comment, and lines that hold anything. */
export function countLines({ text, parsed }: Source): { comments: number; all: number } {
  const filled = (lines: string) => lines.split('\n').filter(line => line.trim() !== '').length
  return { comments: filled(text) - filled(blanked(text, parsed.comments)), all: filled(text) }
}

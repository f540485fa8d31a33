// House rules that no linter knows.
import { readFileSync } from 'node:fs'
import { basename, join, posix } from 'node:path'
import { expect, test } from 'vitest'
import { generate, target } from '../scripts/gen.ts'
import { at, countLines, filesIn, found, importsOf, packages, root, sourceOf, sourcesIn, twins } from './sources.ts'

const mayImport: Record<string, string[]> = {
  core: [],
  forms: ['core'],
  workflows: ['core', 'forms'],
  server: ['core', 'forms', 'workflows'],
  widgets: ['core', 'forms']
}
const doors: Record<string, string[]> = {
  forms: ['src/index.ts', 'src/browser.ts'],
  server: ['src/index.ts', 'src/vitest.ts']
}
const doorsOf = (name: string) => doors[name] ?? ['src/index.ts']

const src = new Map(packages.map(name => [name, sourcesIn(`packages/${name}/src`)]))
const allSrc = [...src.values()].flat()
const tests = sourcesIn('test', ...packages.map(name => `packages/${name}/test`))
const tools = sourcesIn('scripts', 'bench')
const everything = [...allSrc, ...tests, ...tools]
const pure = ['core', 'forms', 'workflows'].flatMap(name => src.get(name) ?? [])

test.each(packages)('%s imports only the packages below it, through their doors', name => {
  const allowed = mayImport[name]?.flatMap(below =>
    doorsOf(below).map(door => `@gridwright/${below}${door === 'src/index.ts' ? '' : `/${basename(door, '.ts')}`}`)
  )
  const wrong = (src.get(name) ?? []).flatMap(source =>
    importsOf(source)
      .filter(request =>
        request.startsWith('@gridwright/') ? !allowed?.includes(request) : leavesPackage(source.path, request)
      )
      .map(request => `${source.path} imports ${request}`)
  )
  expect(wrong).toEqual([])
})

// Configuration schemas stand beside `src`, in the same package.
function leavesPackage(path: string, request: string): boolean {
  if (!request.startsWith('.')) return false
  const [, name = ''] = path.split('/').slice(0, 2)
  const to = posix.join(posix.dirname(path), request)
  return !to.startsWith(`packages/${name}/`) && !to.startsWith('scripts/bundle.mjs')
}

const impure: [what: string, pattern: RegExp][] = [
  [
    'clock',
    /\bDate\.now\b|\bnew Date\(\s*\)|\bDate\(\s*\)|\bperformance\b|\bTemporal\.Now\b|\b(setTimeout|setInterval|setImmediate)\b/
  ],
  ['time zone of the machine', /\.get(FullYear|Month|Date|Day|Hours|Minutes|TimezoneOffset)\(|\.toLocale\w*\(\s*\)/],
  ['network', /\b(fetch|XMLHttpRequest|WebSocket|EventSource)\b\s*[(.]/],
  ['environment', /(?<!\.)\b(process|navigator|localStorage|sessionStorage|console)\b\s*[.[]|\bglobalThis\b/],
  ['randomness', /\bMath\.random\b|\b(crypto|globalThis\.crypto)\.|\brandomUUID\b/]
]
test.each(impure)('pure packages touch no %s', (_, pattern) => {
  expect(found(pure, pattern)).toEqual([])
})

test('pure packages import nothing of Node', () => {
  const wrong = pure.flatMap(source =>
    importsOf(source)
      .filter(request => /^(node:|(fs|path|os|crypto)$)/.test(request))
      .map(request => `${source.path} imports ${request}`)
  )
  expect(wrong).toEqual([])
})

test('a file is named for one noun of the domain', () => {
  const vague = new Set(
    'utils util helpers helper common misc shared internal impl types constants data info base lib manager stuff v1 v2 new old'.split(
      ' '
    )
  )
  const stems = everything.map(({ path }) => ({
    path,
    stem: basename(path).replace(/(\.browser)?(\.test)?\.[cm]?[jt]s$/, '')
  }))
  expect(
    stems.filter(
      ({ stem }) =>
        vague.has(stem) ||
        stem.split('-').some(word => vague.has(word) && !['data', 'base', 'new', 'old'].includes(word))
    )
  ).toEqual([])
  expect(
    allSrc
      .filter(({ path }) => basename(path) === 'index.ts' && !path.endsWith('/src/index.ts'))
      .map(({ path }) => path)
  ).toEqual([])
})

test.each(packages)('%s has one door, which names what stands elsewhere', name => {
  const { exports = {}, bin } = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'))
  const opened = Object.values<{ source?: string } | string>(exports).flatMap(entry =>
    typeof entry === 'string' ? [] : [entry.source]
  )
  expect(opened).toEqual(doorsOf(name).map(door => `./${door}`))
  expect(Object.keys(bin ?? {})).toEqual(name === 'server' ? ['gridwright'] : [])
  for (const door of doorsOf(name)) {
    const source = src.get(name)?.find(({ path }) => path === `packages/${name}/${door}`)
    expect(source, `packages/${name}/${door}`).toBeDefined()
    const own = source?.parsed.program.body.filter(
      statement => statement.type === 'ExportNamedDeclaration' && statement.declaration !== null
    )
    expect(own?.map(statement => at(source!, statement.start))).toEqual([])
  }
})

test('nothing is exported by star or by default', () => {
  const sources = [...allSrc, ...tests]
  expect(found(sources, /\bexport\s+(\*|default\b)/)).toEqual([])
})

test.each(packages)('at most a fifth of the files of %s have under 30 lines', name => {
  const files = (src.get(name) ?? []).filter(({ path }) => !path.endsWith('/index.ts'))
  const short = files.filter(({ lines }) => lines.length < 30).map(({ path, lines }) => `${path}: ${lines.length}`)
  expect(short.length, short.join('\n')).toBeLessThanOrEqual(files.length / 5)
})

test('no file is longer than 400 lines', () => {
  expect(
    everything.filter(({ lines }) => lines.length > 401).map(({ path, lines }) => `${path}: ${lines.length - 1}`)
  ).toEqual([])
})

test('no six lines are written twice', () => {
  expect(
    twins(
      allSrc.filter(({ path }) => !path.endsWith('/index.ts')),
      6
    )
  ).toEqual([])
})

test.each(packages)('comments are at most a quarter of %s', name => {
  const counts = (src.get(name) ?? []).map(countLines)
  const comments = counts.reduce((sum, count) => sum + count.comments, 0)
  expect(comments).toBeLessThanOrEqual(counts.reduce((sum, count) => sum + count.all, 0) / 4)
})

test('a cast carries its reason on its line', () => {
  const bare = allSrc.flatMap(source =>
    source.casts.map(offset => at(source, offset)).filter(place => !/\/[/*]/.test(place.replace(/^\S+/, '')))
  )
  expect(bare).toEqual([])
})

test('nothing is left for later, skipped, or hidden from the checks', () => {
  const marks =
    /\b(TODO|FIXME|XXX|HACK)\b|@ts-(ignore|nocheck)|@ts-expect-error\s*$|(oxlint|eslint)-disable(?!.* -- \S)/
  const marked = everything.flatMap(source =>
    source.parsed.comments.filter(({ value }) => marks.test(value)).map(({ start }) => at(source, start))
  )
  expect(marked).toEqual([])
  expect(found(everything, /\bas any\b|<any>|:\s*any\b/)).toEqual([])
  expect(found(tests, /\b(test|it|describe|suite)\.(skip|only|todo|fails)\b/)).toEqual([])
})

test('no file names a machine or a registry', () => {
  const named = /(?<![\w.-])\/(work|tmp\/brief|root|home\/\w+)\/|\bregistry\.npm|npmmirror\.com|"resolved": "http/
  const files = filesIn('.').filter(path => /\.(ts|mjs|js|json|md|graphql|html|csv|sh)$|^\.ci\//.test(path))
  expect(
    files.filter(path => path !== 'test/tidy.test.ts' && named.test(readFileSync(join(root, path), 'utf8')))
  ).toEqual([])
})

test('generated files are fresh (else: npm run gen)', async () => {
  expect(readFileSync(target, 'utf8')).toBe(await generate())
})

test('the finder of twins sees six equal lines, and no fewer', () => {
  const body = (count: number) => Array.from({ length: count }, (_, index) => `  count += ${index}`).join('\n\n')
  const [first, copy, short] = [
    sourceOf('a.ts', body(7)),
    sourceOf('b.ts', `// another\n${body(7)}`),
    sourceOf('c.ts', body(5))
  ]
  expect(twins([first, copy], 6)).toEqual(['b.ts:2 repeats a.ts:1'])
  expect(twins([first, short], 6)).toEqual([])
})

test('what stands in comments and strings is no code', () => {
  const source = sourceOf('a.ts', `const a = 'Date.now()' // Date.now()\nconst b = \`Math.random \${Date.now()}\``)
  expect(found([source], /Date\.now|Math\.random/)).toEqual(['a.ts:2  const b = `Math.random ${Date.now()}`'])
})

// Documents say what is true: their TypeScript blocks compile and run, and their links lead somewhere.
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { referencePages } from '../scripts/docs.ts'
import { filesIn, root } from './sources.ts'

type Block = { document: string; line: number; file: string; code: string; runs: boolean }

const documents = filesIn('.').filter(path => path.endsWith('.md'))
const textOf = (path: string) => readFileSync(join(root, path), 'utf8')
const blocks = documents.flatMap(document => blocksOf(document, textOf(document)))

// Inside the repository, so that imports of the packages resolve; outside node_modules, where Node strips no types.
const folder = blocks.length > 0 ? mkdtempSync(join(root, '.docs-')) : undefined
afterAll(() => folder && rmSync(folder, { recursive: true, force: true }))
if (folder) {
  for (const { file, code } of blocks) writeFileSync(join(folder, file), `${code}\nexport {}\n`)
  const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '../tsconfig.json', compilerOptions, include: ['*.ts'] })
  )
}

/** The ```ts blocks of a document. ```ts no-run marks one that is only compiled: a server that does not end, a fragment. */
function blocksOf(document: string, text: string): Block[] {
  return [...text.matchAll(/^```ts(?: (no-run))?[^\S\n]*\n([^]*?)^```/gm)].map(match => {
    const [, noRun, code = ''] = match
    const line = text.slice(0, match.index).split('\n').length
    return { document, line, code, runs: noRun === undefined, file: `${document.replace(/\W+/g, '-')}-line-${line}.ts` }
  })
}

test('every TypeScript block of the documents compiles', () => {
  if (!folder) return // no document has one
  const tsc = spawnSync(join(root, 'node_modules/.bin/tsc'), ['--project', '.', '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8'
  })
  expect(tsc.stdout.split('\n').filter(line => blocks.some(({ file }) => line.startsWith(file)))).toEqual([])
}, 180_000)

const runnable = blocks.filter(({ runs }) => runs)
test.each(runnable)(
  '$document:$line runs',
  async ({ file }) => {
    const options = { cwd: folder, timeout: 30_000 }
    await expect(promisify(execFile)(process.execPath, ['--conditions=source', file], options)).resolves.toMatchObject({
      stderr: ''
    })
  },
  40_000
)

test.each(documents)('the links of %s lead somewhere', document => {
  const text = textOf(document)
    .replace(/^```[^]*?^```/gm, '')
    .replace(/`[^`\n]*`/g, '')
  const links = [...text.matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g)]
    .map(match => match[1] ?? '')
    .filter(link => !/^[a-z]+:/.test(link))
  expect(links.filter(link => !leads(document, link))).toEqual([])
})

function leads(document: string, link: string): boolean {
  const [path = '', anchor] = decodeURI(link).split('#')
  const to = path === '' ? document : posix.join(dirname(document), path)
  if (!existsSync(join(root, to))) return false
  return anchor === undefined || !to.endsWith('.md') || anchorsOf(textOf(to)).has(anchor)
}

// As GitHub makes them: lower case, punctuation dropped, blanks to hyphens; and explicit ids.
function anchorsOf(text: string): Set<string> {
  const headings = [...text.replace(/^```[^]*?^```/gm, '').matchAll(/^#{1,6} (.*)$/gm)].map(match => match[1] ?? '')
  const slugs = headings.map(heading =>
    heading
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-')
  )
  return new Set([...slugs, ...[...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(match => match[1] ?? '')])
}

test('the generated pages and pictures are what the sources say (else: npm run gen)', async () => {
  const pages = await referencePages()
  expect([...filesIn('docs/diagrams'), 'docs/needs.md', ...filesIn('docs/reference')]).toEqual([...pages.keys()].sort())
  for (const [path, text] of pages) expect(textOf(path), path).toBe(text)
}, 180_000)

test('a block is found with its line, and a fragment is not run', () => {
  const text = '# A\n\n```ts\nconst a = 1\n```\n\n```ts no-run\nserve()\n```\n```tsx\n<a/>\n```\n'
  expect(blocksOf('docs/a.md', text)).toMatchObject([
    { line: 3, file: 'docs-a-md-line-3.ts', code: 'const a = 1\n', runs: true },
    { line: 7, runs: false }
  ])
})

test('an anchor is the heading as GitHub spells it', () => {
  expect(anchorsOf('## Path & words: 一、路径\n<a id="offer.missing"></a>')).toEqual(
    new Set(['path--words-一路径', 'offer.missing'])
  )
})

// The first guide shows what the command line really says: its edits are made on the starter, its outputs compared line by line.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { checkFolder } from '../packages/server/src/cli-check.ts'
import { testFolder } from '../packages/server/src/cli-test.ts'
import { root } from './sources.ts'

const folder = mkdtempSync(join(tmpdir(), 'gridwright-guide-'))
afterAll(() => rmSync(folder, { recursive: true }))
cpSync(join(root, 'examples/starter'), folder, { recursive: true })

const guides = { 'zh-CN': 'docs/guide/zh/first-locality.md', en: 'docs/guide/en/first-locality.md' }
const blocks = Object.entries(guides).map(([language, path]) => {
  const text = readFileSync(join(root, path), 'utf8')
  return { language, shown: [...text.matchAll(/^```text\n([^]*?)^```/gm)].map(match => match[1] ?? '') }
})

/** Replaces `before` once in a file, which must hold it. */
function edit(file: string, before: string | RegExp, after: string): void {
  const path = join(folder, file)
  const text = readFileSync(path, 'utf8')
  const edited = text.replace(before, after)
  expect(edited, `${file}: ${before}`).not.toBe(text)
  writeFileSync(path, edited)
}

/** Both guides show exactly this output of `command` in one of their blocks. */
async function expectShown(command: 'check' | 'test'): Promise<void> {
  for (const { language, shown } of blocks) {
    const lines: string[] = []
    const terminal = { language, print: (line: string) => void lines.push(line), complain: () => undefined }
    await (command === 'check'
      ? checkFolder(terminal, folder, { format: 'text' })
      : testFolder(terminal, folder, { format: 'text', minCoverage: 0 }))
    expect(shown).toContain(`${lines.join('\n')}\n`)
  }
}

test('the guide’s outputs are those of the commands, step by step', async () => {
  await expectShown('check')

  edit('services/repair.json', '"title"', '"titel"')
  await expectShown('check')
  edit('services/repair.json', '"titel"', '"title"')

  cpSync(join(folder, 'services/repair.json'), join(folder, 'services/greening.json'))
  edit('services/greening.json', /"title": \{.*\}/, '"title": "绿化养护"')
  edit('services/greening.json', '"category": "repair"', '"category": "greening"')
  edit('services/greening.json', '"placeLevel": "community"', '"placeLevel": "comunity"')
  await expectShown('check')
  edit('services/greening.json', '"category": "greening"', '"category": "repair"')
  edit('services/greening.json', '"placeLevel": "comunity"', '"placeLevel": "community"')
  edit('locality.json', '"services": 1', '"services": 2')
  await expectShown('check')

  const whole = readFileSync(join(folder, 'workflows/handle.json'), 'utf8')
  edit('workflows/handle.json', /,\n *"deadlines": \{ "accept".*\n/, '\n')
  await expectShown('check')
  writeFileSync(join(folder, 'workflows/handle.json'), whole)

  edit('categories.json', '"P3D"', '"P2D"')
  await expectShown('check')
  await expectShown('test')

  edit('locality.json', '"name"', '"nmae"')
  const outputs = blocks.map(({ shown }) => shown.at(-1)?.split('\n').slice(0, 2))
  await expect(Promise.all(['zh-CN', 'en'].map(checked))).resolves.toEqual(outputs)
})

async function checked(language: string): Promise<string[]> {
  const lines: string[] = []
  await checkFolder({ language, print: line => void lines.push(line), complain: () => undefined }, folder, {
    format: 'text'
  })
  return lines
}

// `npm run check`: types, lint, format, unused code, house rules and documents, side by side; says which of them failed.
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'

type Outcome = { name: string; failed: boolean; seconds: string; output: string }

const root = fileURLToPath(new URL('../', import.meta.url))
// Slowest first, so that the short ones fill the gaps.
const checks: [name: string, command: string, ...args: string[]][] = [
  [
    'house rules, documents',
    'vitest',
    'run',
    '--project',
    'node',
    '--reporter',
    'dot',
    'test/tidy.test.ts',
    'test/docs.test.ts',
    'test/guide-blocks.test.ts'
  ],
  ['types (tsc)', 'tsc', '--project', '.', '--noEmit', '--pretty', 'false'],
  ['lint (oxlint)', 'oxlint'],
  ['unused (knip)', 'knip', '--no-progress', '--no-config-hints'],
  ['format (oxfmt)', 'oxfmt', '--check']
]

function run([name, command, ...args]: (typeof checks)[number]): Promise<Outcome> {
  const began = performance.now()
  return new Promise(resolve => {
    const child = spawn(fileURLToPath(new URL(`../node_modules/.bin/${command}`, import.meta.url)), args, { cwd: root })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => (output += text))
    const end = (failed: boolean) =>
      resolve({ name, failed, output, seconds: ((performance.now() - began) / 1000).toFixed(1) })
    child.on('error', error => ((output += error.message), end(true)))
    child.on('close', code => end(code !== 0))
  })
}

const queue = [...checks]
const outcomes: Outcome[] = []
async function work(): Promise<void> {
  for (let next = queue.shift(); next; next = queue.shift()) {
    const outcome = await run(next)
    outcomes.push(outcome)
    console.log(`${outcome.failed ? '✗' : '✓'} ${outcome.name}  ${outcome.seconds} s`)
  }
}
await Promise.all(Array.from({ length: Math.max(2, Math.min(checks.length, availableParallelism())) }, work))

const failed = outcomes.filter(outcome => outcome.failed)
for (const { name, output } of failed) console.log(`\n── ${name} ──\n${output.trim()}`)
if (failed.length > 0) console.log(`\ncheck failed / 检查未通过: ${failed.map(outcome => outcome.name).join(', ')}`)
process.exitCode = failed.length > 0 ? 1 : 0

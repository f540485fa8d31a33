// `npm run bench:check`: the check of 500 services, each with a form of its own, and 100 workflows, beside merely parsing the same files.
// All are copies of the five localities' own, so that they are as large and as linked as real ones.
import { fileURLToPath } from 'node:url'
import { parseSource } from '@gridwright/core'
import { check } from '@gridwright/workflows'
import { readFolder } from '../../packages/server/src/folder.ts'

const [services, workflows] = [500, 100]
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 9)
const ms = (figure: number) => `${figure.toFixed(0).padStart(5)} ms`

for (const name of ['changzhou', 'chengdu', 'licheng', 'xinshi', 'ziyun']) {
  const files = await enlarged(name)
  const began = performance.now()
  const { issues } = check(files)
  const first = performance.now() - began
  const errors = issues.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new Error(`${name}: ${errors[0]?.code} in ${errors[0]?.file}`)
  const floors: number[] = []
  const checks: number[] = []
  for (let round = 0; round < rounds; round++) {
    floors.push(timed(() => files.forEach((text, file) => parseSource(file, text))))
    checks.push(timed(() => check(files)))
  }
  const [floor, ours] = [median(floors), median(checks)]
  const ratio = (ours / floor).toFixed(1)
  console.log(
    `${name.padEnd(10)} ${files.size} files   ${ms(ours)}   first ${ms(first)}   ${ratio} × parsing them (${ms(floor).trim()})`
  )
}

/** The config of an example with its services, their forms and its workflows copied until there are so many. */
async function enlarged(name: string): Promise<ReadonlyMap<string, string>> {
  const folder = fileURLToPath(new URL(`../../examples/${name}`, import.meta.url))
  const all = await readFolder(folder)
  const layers = [...all.keys()].flatMap(file => /^(.+\/)locality\.json$/.exec(file)?.[1] ?? [])
  const isLeft = (file: string) => /^(tests|data)\//.test(file) || layers.some(layer => file.startsWith(layer))
  const files = new Map([...all].filter(([file]) => !isLeft(file)))
  files.set(
    'locality.json',
    (files.get('locality.json') ?? '').replace(/"expect":\s*\{[^{}]*(\{[^{}]*\}[^{}]*)*\},?/, '')
  )
  const names = (kind: string) =>
    [...all.keys()].flatMap(file => (file.startsWith(`${kind}/`) ? [file.slice(kind.length + 1, -5)] : []))
  const text = (file: string) => files.get(file) ?? ''
  const flows = names('workflows')
  for (let i = flows.length; i < workflows; i++) {
    const flow = flows[i % flows.length] ?? ''
    const copy = text(`workflows/${flow}.json`).replaceAll(`#${flow}.`, `#${flow}-${i}.`)
    files.set(`workflows/${flow}-${i}.json`, copy.replace(`"id": "${flow}"`, `"id": "${flow}-${i}"`))
  }
  const items = names('services')
  for (let i = items.length; i < services; i++) {
    const item = text(`services/${items[i % items.length]}.json`)
    const [flow = '', form = ''] = ['workflow', 'form'].map(key => new RegExp(`"${key}": "([^"]+)"`).exec(item)?.[1])
    const lap = Math.floor(i / items.length) * flows.length + flows.indexOf(flow)
    const isCopied = lap >= flows.length && lap < workflows
    files.set(`forms/${form}-${i}.json`, text(`forms/${form}.json`))
    files.set(
      `services/${items[i % items.length]}-${i}.json`,
      item
        .replace(`"workflow": "${flow}"`, `"workflow": "${flow}${isCopied ? `-${lap}` : ''}"`)
        .replace(`"form": "${form}"`, `"form": "${form}-${i}"`)
    )
  }
  return files
}

function timed(work: () => unknown): number {
  const began = performance.now()
  work()
  return performance.now() - began
}

function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN
}

// `npm run chaos`: kills servers and database while clients work, and fails if anything acknowledged is lost, done twice or told
// otherwise; then does the same with bugs planted on purpose, and fails if one of them is not found. `--plants` does only the latter.
import { parseArgs } from 'node:util'
import type { Plant } from '../../packages/server/src/chaos.ts'
import { shortfalls, type Demands } from './demands.ts'
import type { Death } from './fleet.ts'
import { runTrial, type Report } from './trial.ts'
import type { Rule, Violation } from './violation.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '40' },
    kills: { type: 'string', default: '20' },
    'database-kills': { type: 'string', default: '2' },
    acknowledged: { type: 'string', default: '500' },
    lanes: { type: 'string', default: '8' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    plants: { type: 'boolean', default: false }
  }
})
const [seed, lanes, seconds] = [number(values.seed), number(values.lanes), number(values.seconds)]
const plants: readonly Plant[] = ['ack-before-commit', 'no-lock', 'forget-refusal']
/** What a machine that is merely too slow can break as well: such a violation shows no planted bug. */
const slowness: ReadonlySet<Rule> = new Set(['command.unanswered', 'deadline.missed', 'notice.undelivered'])
const shown = 20
const attempts = 3

const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort(new Error(`stopped by ${name}`)))

console.log(`seed ${seed} (again: npm run chaos -- --seed ${seed})`)
const sound = values.plants || (await isSound())
let allCaught = true
for (const plant of plants) allCaught = (await isCaught(plant)) && allCaught
process.exitCode = sound && allCaught ? 0 : 1

/** One run of the product as it is: no promise may be broken, and enough must have happened. */
async function isSound(): Promise<boolean> {
  const demands: Demands = {
    kills: number(values.kills),
    databaseKills: number(values['database-kills']),
    acknowledged: number(values.acknowledged)
  }
  const report = await runTrial({
    ...demands,
    seed,
    lanes,
    seconds,
    processes: 2,
    limitSeconds: seconds * 6,
    onProgress: console.log,
    signal: stop.signal
  })
  printReport(report)
  const missing = shortfalls(demands, report)
  for (const what of missing) console.log(`too little happened: ${what}`)
  for (const { rule, what } of report.violations.slice(0, shown)) console.log(`✗ ${rule}  ${what}`)
  if (report.log !== undefined) console.log(`the servers' log: ${report.log}`)
  return report.violations.length === 0 && missing.length === 0
}

/** Short runs with a planted bug, until one of them breaks a promise: an answer that came too early is wrong only if a death follows at once. */
async function isCaught(plant: Plant): Promise<boolean> {
  const firstDeaths: readonly Death[] = plant === 'ack-before-commit' ? Array<Death>(4).fill('before-commit') : []
  const demands: Demands = { kills: firstDeaths.length, databaseKills: 0, acknowledged: 40 }
  const more = { lanes, plant, firstDeaths, processes: 2, seconds: 0, limitSeconds: 60, signal: stop.signal }
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const report = await runTrial({ ...demands, ...more, seed: seed + attempt })
    const telling = report.violations.filter(({ rule }) => !slowness.has(rule))
    const size = `(${report.acknowledged} commands, ${report.seconds.toFixed(0)} s)`
    const found = telling.length > 0 ? `caught: ${tally(telling)}` : `NOT caught, attempt ${attempt} of ${attempts}`
    console.log(`planted ${plant.padEnd(18)}${found}  ${size}`)
    if (telling.length > 0) return true
  }
  return false
}

function tally(violations: readonly Violation[]): string {
  const rules = Map.groupBy(violations, ({ rule }) => rule)
  return [...rules].map(([rule, found]) => `${rule} ${found.length}`).join(', ')
}

function printReport(report: Report): void {
  const points = Map.groupBy(report.kills, death => death)
  const share = report.notices === 0 ? 0 : (100 * report.resent) / report.notices
  const rows: readonly [string, string | number][] = [
    ['acknowledged commands', report.acknowledged],
    ['answers, of which refusals', `${report.answers}, ${report.refused}`],
    ['retries', report.retries],
    [
      'kills of servers',
      `${report.kills.length} (${[...points].map(([name, all]) => `${name} ${all.length}`).join(', ')})`
    ],
    ['kills of the database', report.databaseKills],
    ['races for an offer', report.races],
    ['cases, journal entries', `${report.cases}, ${report.entries}`],
    ['deadlines fired, warned of', `${report.fired}, ${report.warned}`],
    ['notices, sent again', `${report.notices}, ${report.resent} (${share.toFixed(1)} %)`],
    ['violations', report.violations.length],
    ['seconds', report.seconds.toFixed(0)]
  ]
  for (const [name, value] of rows) console.log(`${name.padEnd(28)}${value}`)
}

function number(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 0) return value
  throw new Error(`a whole number is expected, not ${text}`)
}

// One chaos run: servers that die and come back, clients that go on meanwhile, and at the end the verdict.
import { setTimeout as pause } from 'node:timers/promises'
import type { Plant } from '../../packages/server/src/chaos.ts'
import { openClient, type Client } from './client.ts'
import { killsMissing, shortfalls, type Demands, type Happened } from './demands.ts'
import { startFleet, type Death, type Fleet } from './fleet.ts'
import { openGround, type Addresses, type Ground } from './ground.ts'
import { communitiesOf, hastyZiyun } from './hasty-ziyun.ts'
import { startOrders, type Load } from './orders.ts'
import { randomOf, type Random } from './random.ts'
import { judge, judgeEarly, type Verdict } from './verdict.ts'

/** A run lasts until `seconds` are over and its demands are met, at most `limitSeconds`. */
export type TrialOptions = Demands & {
  readonly seed: number
  readonly seconds: number
  readonly limitSeconds: number
  /** How many server processes, and how many orders at once. */
  readonly processes: number
  readonly lanes: number
  readonly plant?: Plant
  /** How the first servers die, where it matters. */
  readonly firstDeaths?: readonly Death[]
  /** An empty database, which is not killed; without it the run has one of its own. */
  readonly database?: Addresses
  readonly onProgress?: (line: string) => void
  /** Stops the run, which then throws. */
  readonly signal?: AbortSignal
}

export type Report = Verdict &
  Happened & {
    readonly seconds: number
    /** All answers that came, those to double clicks and to questions asked again included. */
    readonly answers: number
    readonly refused: number
    readonly retries: number
    /** Where the servers' log was kept, if promises were broken. */
    readonly log?: string
  }

const answersWithinMs = 60_000
const settledWithinMs = 60_000
const plantedSettledWithinMs = 5_000 // a planted bug may keep things from ever settling
const askedAgain = 500
const lifeShare = 3 // a process lives for 1.5 times its share of the commands, so that there are enough when there were enough kills

/** Runs servers and clients against each other and judges; everything is gone afterwards. */
export async function runTrial(options: TrialOptions): Promise<Report> {
  const { seed, plant } = options
  const began = Date.now()
  const files = await hastyZiyun()
  const ground = await openGround(files, options.database)
  try {
    const report = await runOn(ground, files, options)
    const worthKeeping = report.violations.length > 0 && plant === undefined
    const log = worthKeeping ? { log: ground.keepLog(`gridwright-chaos-${seed}.log`) } : {}
    return { ...report, ...log, seconds: (Date.now() - began) / 1000 }
  } finally {
    await ground.close()
  }
}

async function runOn(
  ground: Ground,
  files: ReadonlyMap<string, string>,
  options: TrialOptions
): Promise<Omit<Report, 'seconds'>> {
  const { seed, processes: size, plant, lanes, kills, acknowledged: wanted } = options
  const random = randomOf(seed)
  const peaceAt = Date.now() + options.seconds * 1000
  const fleet = await startFleet({
    size,
    random: random.fork(),
    env: () => ground.environment(plant),
    logFile: ground.logFile,
    first: options.firstDeaths,
    deadly: killed => kills > 0 && (Date.now() < peaceAt || killsMissing(options, killed)),
    life: Math.ceil((lifeShare * wanted) / (kills + 1))
  })
  try {
    let over = false
    let answerBy = Infinity
    const giveUp = () => Date.now() > answerBy
    const client = openClient({ fleet, giveUp, slots: size, random: random.fork(), sign: ground.sign })
    const communities = communitiesOf(files)
    const orders = startOrders({ client, communities, lanes, random: random.fork(), over: () => over })
    const databaseKills = await Promise.race([
      underFire(options, { ground, fleet, client, orders }),
      orders.done().then(() => 0) // they end before their time only by throwing
    ])
    over = true
    answerBy = Date.now() + answersWithinMs
    await fleet.heal()
    await orders.done()
    const { acknowledged, unanswered } = client
    const { races, stale } = orders
    const evidence = { acknowledged, unanswered, races, stale }
    const early = await judgeEarly(ground, evidence)
    await askAgain(client, random)
    const verdict = await judge(ground, fleet, evidence, plant ? plantedSettledWithinMs : settledWithinMs)
    const violations = [...early, ...verdict.violations].map(found => [`${found.rule} ${found.what}`, found] as const)
    return {
      ...verdict,
      violations: [...new Map(violations).values()],
      acknowledged: client.commands(),
      answers: acknowledged.length,
      refused: acknowledged.filter(({ answer }) => 'refused' in answer).length,
      retries: client.retries(),
      kills: fleet.kills,
      databaseKills,
      races: races.length
    }
  } finally {
    await fleet.stop()
  }
}

type Run = { readonly ground: Ground; readonly fleet: Fleet; readonly client: Client; readonly orders: Load }

/** Lets the run go on until enough has happened; kills the database at even intervals meanwhile. Returns how often. */
async function underFire(options: TrialOptions, { ground, fleet, client, orders }: Run): Promise<number> {
  const { seconds, limitSeconds, signal, onProgress = () => undefined } = options
  const began = Date.now()
  let databaseKills = 0
  for (let told = 0; ; await pause(200, undefined, { signal })) {
    const passed = (Date.now() - began) / 1000
    const acknowledged = client.commands()
    const happened: Happened = { kills: fleet.kills, databaseKills, acknowledged, races: orders.races.length }
    const missing = shortfalls(options, happened)
    if ((missing.length === 0 && passed >= seconds) || passed >= limitSeconds) return databaseKills
    const left = options.databaseKills - databaseKills
    if (left > 0 && passed >= (seconds * (databaseKills + 1)) / (options.databaseKills + 1)) {
      if (await ground.killDatabase()) fleet.restart()
      databaseKills++
    }
    if (passed - told < 10) continue
    told = passed
    onProgress(`${passed.toFixed(0)} s: ${acknowledged} acknowledged, ${fleet.kills.length + databaseKills} kills`)
  }
}

/** Asks a part of what was acknowledged again, refusals first: the answers must be the same. */
async function askAgain(client: Client, random: Random): Promise<void> {
  const asked = [...new Map(client.acknowledged.map(told => [JSON.stringify(told.question), told])).values()]
  const [refused = [], accepted = []] = [true, false].map(no =>
    asked.filter(({ answer }) => 'refused' in answer === no)
  )
  const waiting = [...random.shuffled(refused), ...random.shuffled(accepted)].slice(0, askedAgain)
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await client.ask(next.question)
  }
  await Promise.all(Array.from({ length: 8 }, lane))
}

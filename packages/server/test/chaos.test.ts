// The chaos program in small: sound servers keep their promises while they are killed, and the program finds bugs planted in one.
import { describe, test } from 'vitest'
import { shortfalls, type Demands } from '../../../bench/chaos/demands.ts'
import type { Death } from '../../../bench/chaos/fleet.ts'
import { runTrial, type Report, type TrialOptions } from '../../../bench/chaos/trial.ts'
import type { Rule } from '../../../bench/chaos/violation.ts'
import type { Plant } from '../src/chaos.ts'
import { testDatabase } from './postgres.ts'

const small = { seed: 20260302, seconds: 0, limitSeconds: 90, processes: 1, lanes: 6 }

let made: Promise<unknown> = Promise.resolve()
/** Databases are made one after the other: the runs go side by side, the cluster's administrator has one connection. */
function oneDatabase(): ReturnType<typeof testDatabase> {
  const database = made.then(testDatabase)
  made = database
  return database
}

async function trial(demands: Demands, more: Partial<TrialOptions> = {}): Promise<Report> {
  const database = await oneDatabase()
  return runTrial({ ...small, ...demands, ...more, database }).finally(() => database.drop())
}

describe.concurrent('a chaos run', { timeout: 240_000 }, () => {
  test('finds everything that two servers acknowledged while they were killed, once and as it was told', async ({
    expect
  }) => {
    const demands = { kills: 2, databaseKills: 0, acknowledged: 50 }
    const report = await trial(demands, { processes: 2 })
    expect({ broken: report.violations, missing: shortfalls(demands, report) }).toEqual({ broken: [], missing: [] })
  })

  const plants: readonly [Plant, firstDeaths: readonly Death[], signs: readonly Rule[]][] = [
    [
      'ack-before-commit',
      ['before-commit', 'before-commit'],
      ['command.lost', 'refusal.forgotten', 'answer.changed', 'read.stale']
    ],
    ['no-lock', [], ['command.lost', 'offer.won-twice']],
    ['forget-refusal', [], ['refusal.forgotten']]
  ]
  test.for(plants)('finds the planted bug %s', async ([plant, firstDeaths, signs], { expect }) => {
    const demands = { kills: firstDeaths.length, databaseKills: 0, acknowledged: 30 }
    const { violations } = await trial(demands, { plant, firstDeaths })
    expect(violations.filter(({ rule }) => signs.includes(rule))).not.toEqual([])
  })
})

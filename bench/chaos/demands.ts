// How much must have happened for a chaos run to prove anything.
import type { Death } from './fleet.ts'

export type Demands = {
  /** Deaths of server processes; three of five at named points; from five on, before and after COMMIT among them. */
  readonly kills: number
  readonly databaseKills: number
  /** Commands that were acknowledged, each counted once. */
  readonly acknowledged: number
}
export type Happened = {
  readonly kills: readonly Death[]
  readonly databaseKills: number
  readonly acknowledged: number
  readonly races: number
}

const namedShare = 0.6
const acknowledgedPerRace = 50

/** What is still missing, in words; empty where the run is worth a verdict. */
export function shortfalls(demands: Demands, happened: Happened): readonly string[] {
  return missing([
    ['acknowledged commands', happened.acknowledged, demands.acknowledged],
    ['kills of the database', happened.databaseKills, demands.databaseKills],
    ['races for an offer', happened.races, Math.floor(demands.acknowledged / acknowledgedPerRace)],
    ...killsWanted(demands, happened.kills)
  ])
}

/** Whether more servers must die, or at other points. */
export function killsMissing(demands: Demands, kills: readonly Death[]): boolean {
  return missing(killsWanted(demands, kills)).length > 0
}

type Wanted = readonly [what: string, found: number, wanted: number]

function killsWanted(demands: Demands, kills: readonly Death[]): readonly Wanted[] {
  const named = kills.filter(death => !['answered', 'starting', 'signal'].includes(death))
  const atEachSide = Math.min(1, Math.floor(demands.kills / 5))
  return [
    ['kills of servers', kills.length, demands.kills],
    ['kills at named points', named.length, Math.floor(demands.kills * namedShare)],
    ['kills before COMMIT', named.filter(point => point === 'before-commit').length, atEachSide],
    ['kills after COMMIT', named.filter(point => point === 'after-commit').length, atEachSide]
  ]
}

function missing(all: readonly Wanted[]): readonly string[] {
  return all
    .filter(([, found, wanted]) => found < wanted)
    .map(([what, found, wanted]) => `${what}: ${found} of ${wanted}`)
}

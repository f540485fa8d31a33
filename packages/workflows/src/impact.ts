/** Impact (影响) on one case: its course as it was, held against its course under other rules, and in what the two differ. */
import { localityAt, procedureOf, type Locality, type PartyKey } from '@gridwright/core'
import type { CaseRow } from './case.ts'
import { courseOf, type CaseEnd, type Course, type EarnedPoints, type LimitName, type Reading } from './course.ts'
import type { Journaled } from './evaluation-command.ts'
import { replay, type Handover, type Stop, type Trial } from './replay.ts'

/** What was and what would be. */
export type Sides<T> = { readonly before: T; readonly after: T }
/** The two courses of a case. With `stop` both end before that entry; `earlier` where it went by rules that had changed before now. */
export type CaseImpact = Sides<Course> & {
  readonly case: string
  readonly number: string
  readonly service: string
  readonly earlier: boolean
  readonly handovers: readonly Handover[]
  readonly stop: Stop | undefined
}
/** An event that others than before have the right to: posts and kinds of registration, without areas; `from` is '' for a person's own right. */
export type HandoverChange = { readonly event: string; readonly from: string; readonly to: readonly string[] }
/** In what the courses differ; undefined where they do not. */
export type CaseDifferences = {
  readonly late: Sides<readonly LimitName[]> | undefined
  readonly path: Sides<readonly string[]> | undefined
  readonly end: Sides<CaseEnd> | undefined
  readonly points: Sides<readonly EarnedPoints[]> | undefined
  readonly handovers: readonly HandoverChange[]
}

/** The impact of the rules of `trial`, which read `now`, on the case of `recorded`; `was` is the locality as it is live, with the procedures that its entries were decided under. */
export function impactOn(trial: Trial, was: Reading, now: Reading, recorded: readonly Journaled[]): CaseImpact {
  const first = recorded[0]
  const live = first && hashOf(was.locality, first.row)
  const name = {
    case: first?.row.id ?? '',
    number: first?.row.number ?? '',
    service: first?.row.service ?? '',
    earlier: recorded.some(({ entry }) => entry.procedure !== live)
  }
  if (isUntouched(trial.locality, was.locality, recorded)) {
    const course = courseOf(recorded, was)
    return { ...name, before: course, after: course, handovers: [], stop: undefined }
  }
  const { journal, handovers, stop } = replay(trial, recorded)
  const played = stop ? recorded.slice(0, stop.ordinal - 1) : recorded
  return {
    ...name,
    before: courseOf(played, was),
    after: courseOf(journal, now),
    handovers,
    stop
  }
}

/** Whether all that a case was decided by says the same in `now` as it did then, so that a replay could only repeat it. */
function isUntouched(now: Locality, was: Locality, recorded: readonly Journaled[]): boolean {
  const row = recorded.at(-1)?.row
  const hash = row && hashOf(now, row)
  const isSame = recorded.every(({ entry }) => entry.procedure === hash && entry.world === now.world)
  return isSame && hash !== undefined && entranceOf(now) === entranceOf(was)
}

/** The hash of the procedure that a case like `row` would begin under. */
function hashOf(locality: Locality, { places, service }: CaseRow): string | undefined {
  return procedureOf(localityAt(locality, places), service)?.hash
}

const entrances = new WeakMap<Locality, string>()

/** What a submission is decided by besides procedure and world: the time zone, and who enters orders of which channel. */
function entranceOf(locality: Locality): string {
  const known = entrances.get(locality) ?? JSON.stringify([locality.timeZone, ...locality.channels])
  entrances.set(locality, known)
  return known
}

/** In what the two courses of a case differ. How a case ends is not compared where it could not be played to its end. */
export function differencesIn({ before, after, handovers, stop }: CaseImpact): CaseDifferences {
  const sides = <T>(of: (course: Course) => T): Sides<T> => ({ before: of(before), after: of(after) })
  const [was, is] = [before.end, after.end]
  return {
    late: unlike(
      sides(({ late }) => late),
      late => late.map(limitKey).sort()
    ),
    path: unlike(
      sides(({ path }) => path),
      path => path
    ),
    end:
      stop || !was || !is
        ? undefined
        : unlike({ before: was, after: is }, ({ open, state, reply }) => [open, state, reply]),
    points: unlike(
      sides(({ earned }) => earned),
      earned => earned.map(({ ledger, holder, points }) => [ledger, holder, points].join(' ')).sort()
    ),
    handovers: handovers.map(({ event, from, to }) => ({ event, from: placeless(from ?? ''), to: to.map(placeless) }))
  }
}

/** `late` as one word, for comparing. */
export function limitKey({ state, name }: LimitName): string {
  return `${state ?? ''} ${name}`
}

/** A key of a post or a registration without its area: `post:window`. */
function placeless(key: PartyKey): string {
  return key.replace(/@.*$/, '').replace(/^person:.*$/, '')
}

function unlike<T>(both: Sides<T>, told: (side: T) => readonly unknown[]): Sides<T> | undefined {
  return JSON.stringify(told(both.before)) === JSON.stringify(told(both.after)) ? undefined : both
}

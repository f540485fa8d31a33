/**
 * The tally of an impact (影响的汇总): what other rules would have changed in all cases, counted case by case. Nothing is kept of a case but
 * lines in lists of bounded length, so a county of any size takes the same memory.
 */
import {
  addDecimal,
  compareDecimal,
  parseDecimal,
  plainDecimal,
  subtractDecimal,
  type Decimal,
  type PartyKey
} from '@gridwright/core'
import type { CaseEnd, Course, LimitName } from './course.ts'
import {
  differencesIn,
  limitKey,
  type CaseDifferences,
  type CaseImpact,
  type HandoverChange,
  type Sides
} from './impact.ts'
import type { Stop } from './replay.ts'

/** A list cut short: `more` counts what is left out. */
export type Listed<T> = { readonly items: readonly T[]; readonly more: number }
/** `case` is its id. */
export type CaseName = Pick<CaseImpact, 'case' | 'number' | 'service'>
/** `count` cases are concerned; `kinds` tells what happens to them by service, the most frequent first, each with its own count of cases. */
export type ChangedCases<K, C> = {
  readonly count: number
  readonly kinds: Listed<K & { readonly service: string; readonly count: number }>
  readonly cases: Listed<CaseName & C>
}
/** A post or a kind of registration. */
export type Holding = { readonly kind: 'post' | 'registration'; readonly id: string }

/** What differs in all cases. Cases are listed in the order in which they came. */
export type Impact = {
  /** `same` cases show no difference; `earlier` ones went by rules that are not live any more, so what differs may be what has changed since. */
  readonly cases: { readonly read: number; readonly same: number; readonly earlier: number }
  /** `before` and `after` count cases in which a limit passed, `newly` and `nolonger` those in which that is otherwise, `limits` cases by limit. */
  readonly late: Sides<number> & {
    readonly newly: number
    readonly nolonger: number
    readonly limits: readonly (LimitName & { readonly service: string } & Sides<number>)[]
    readonly cases: Listed<CaseName & Sides<readonly LimitName[]>>
  }
  readonly paths: ChangedCases<Sides<readonly string[]>, Sides<readonly string[]>>
  readonly ends: ChangedCases<Sides<CaseEnd>, Sides<CaseEnd>>
  readonly handovers: ChangedCases<HandoverChange, { readonly steps: readonly HandoverChange[] }>
  /** Cases that cannot be played to their end, by event and code of the refusal. */
  readonly stopped: ChangedCases<{ readonly event: string; readonly code: string }, Stop>
  /** How often cases came to a post or a kind of registration: all of them, and those areas where it is otherwise, the largest change first. */
  readonly work: {
    readonly posts: readonly (Holding & Sides<number>)[]
    readonly areas: Listed<Holding & { readonly area: string } & Sides<number>>
  }
  /** Points as decimals, before any cap: `count` cases earn otherwise, `holders` are those whose sums differ. */
  readonly points: {
    readonly count: number
    readonly rules: readonly ({ readonly rule: string; readonly ledger: string } & Sides<string>)[]
    readonly holders: Listed<{ readonly holder: string; readonly ledger: string } & Sides<string>>
  }
  /** The cases in which most is otherwise. */
  readonly telling: readonly (CaseName & CaseDifferences & Pick<CaseImpact, 'stop'>)[]
}

/** A tally under way. */
export type ImpactTally = { add(one: CaseImpact): void; impact(): Impact }

const mostTelling = 10
/** Distinct keys that are counted apart (ways of cases, holders of points): enough for a county, and a bound on memory. */
const mostKept = 20_000

/** An empty tally whose lists hold at most `listed` items. */
export function impactTally(listed = 1_000): ImpactTally {
  const cases = { read: 0, same: 0, earlier: 0 }
  const late = lateTally(listed)
  const paths = changedCases<Sides<readonly string[]>, Sides<readonly string[]>>(listed)
  const ends = changedCases<Sides<CaseEnd>, Sides<CaseEnd>>(listed)
  const handovers = changedCases<HandoverChange, { readonly steps: readonly HandoverChange[] }>(listed)
  const stopped = changedCases<{ readonly event: string; readonly code: string }, Stop>(listed)
  const work = workTally(listed)
  const points = pointsTally(listed)
  const telling: { readonly weight: number; readonly told: Impact['telling'][number] }[] = []
  return {
    add(one) {
      const { case: id, number, service, stop } = one
      const name = { case: id, number, service }
      const found = differencesIn(one)
      cases.read++
      if (one.earlier) cases.earlier++
      late.add(name, one, found.late)
      work.add(one)
      points.add(one, found.points !== undefined)
      if (found.path) paths.add({ ...name, ...found.path }, [found.path])
      if (found.end) ends.add({ ...name, ...found.end }, [found.end])
      if (found.handovers.length > 0) handovers.add({ ...name, steps: found.handovers }, found.handovers)
      if (stop) stopped.add({ ...name, ...stop }, [{ event: stop.event, code: stop.refusal.refused }])
      const weight = weightOf(found, stop)
      if (weight === 0) cases.same++
      else if (telling.length < mostTelling || weight > (telling.at(-1)?.weight ?? 0)) {
        telling.push({ weight, told: { ...name, ...found, stop } })
        telling.sort((a, b) => b.weight - a.weight).splice(mostTelling)
      }
    },
    impact: () => ({
      cases: { ...cases },
      late: late.told(),
      paths: paths.told(),
      ends: ends.told(),
      handovers: handovers.told(),
      stopped: stopped.told(),
      work: work.told(),
      points: points.told(),
      telling: telling.map(({ told }) => told)
    })
  }
}

/** How much a case tells: a limit that passes weighs most, then its end. */
function weightOf({ late, end, path, points, handovers }: CaseDifferences, stop: Stop | undefined): number {
  const newly = late && late.after.length > late.before.length ? 8 : late ? 4 : 0
  return newly + (end ? 4 : 0) + (stop ? 3 : 0) + (path ? 2 : 0) + (points ? 1 : 0) + (handovers.length > 0 ? 1 : 0)
}

/** The first `limit` of what is added, and how many more there were. */
function listing<T>(limit: number) {
  const items: T[] = []
  let more = 0
  return {
    add: (item: T) => void (items.length < limit ? items.push(item) : more++),
    told: (): Listed<T> => ({ items, more })
  }
}

/** `items` to the first `limit`, and how many more there are besides `more`. */
function cut<T>(items: readonly T[], limit: number, more = 0): Listed<T> {
  return { items: items.slice(0, limit), more: more + Math.max(0, items.length - limit) }
}

function changedCases<K extends object, C extends object>(limit: number) {
  const cases = listing<CaseName & C>(limit)
  const kinds = new Map<string, K & { readonly service: string; count: number }>()
  let [count, unkept] = [0, 0]
  return {
    /** A case, and each kind of change in it. */
    add(one: CaseName & C, changes: readonly K[]) {
      count++
      cases.add(one)
      const { service } = one
      for (const [key, kind] of new Map(changes.map(change => [`${service} ${JSON.stringify(change)}`, change]))) {
        const known = kinds.get(key)
        if (known) known.count++
        else if (kinds.size < mostKept) kinds.set(key, { ...kind, service, count: 1 })
        else unkept++
      }
    },
    told: (): ChangedCases<K, C> => ({
      count,
      kinds: cut(
        [...kinds.values()].sort((a, b) => b.count - a.count),
        limit,
        unkept
      ),
      cases: cases.told()
    })
  }
}

function lateTally(limit: number) {
  const sums = { before: 0, after: 0, newly: 0, nolonger: 0 }
  const limits = new Map<string, LimitName & { readonly service: string; before: number; after: number }>()
  const cases = listing<CaseName & Sides<readonly LimitName[]>>(limit)
  return {
    add(name: CaseName, one: Sides<Course>, differs: CaseDifferences['late']) {
      for (const side of ['before', 'after'] as const) {
        const passed = one[side].late
        if (passed.length > 0) sums[side]++
        for (const each of passed) {
          const key = `${name.service} ${limitKey(each)}`
          const counted = limits.get(key) ?? { ...each, service: name.service, before: 0, after: 0 }
          counted[side]++
          limits.set(key, counted)
        }
      }
      if (one.before.late.length === 0 && one.after.late.length > 0) sums.newly++
      if (one.before.late.length > 0 && one.after.late.length === 0) sums.nolonger++
      if (differs) cases.add({ ...name, ...differs })
    },
    told: (): Impact['late'] => ({ ...sums, limits: [...limits.values()], cases: cases.told() })
  }
}

function workTally(limit: number) {
  const areas = new Map<PartyKey, { before: number; after: number }>()
  return {
    add(one: Sides<Course>) {
      for (const side of ['before', 'after'] as const)
        for (const key of one[side].owners) {
          const counted = areas.get(key) ?? { before: 0, after: 0 }
          counted[side]++
          areas.set(key, counted)
        }
    },
    told(): Impact['work'] {
      const all = [...areas].map(([key, counted]) => ({ ...holdingIn(key), ...counted }))
      const posts = Map.groupBy(all, ({ kind, id }) => `${kind}:${id}`)
      const sum = (side: 'before' | 'after', list: readonly Sides<number>[]) =>
        list.reduce((total, each) => total + each[side], 0)
      const moved = all.filter(({ before, after }) => before !== after)
      return {
        posts: [...posts.values()]
          .map(list => ({ ...holdingOf(list), before: sum('before', list), after: sum('after', list) }))
          .sort((a, b) => b.after - a.after || b.before - a.before),
        areas: cut(
          moved.sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before)),
          limit
        )
      }
    }
  }
}

function holdingOf([first]: readonly Holding[]): Holding {
  return { kind: first?.kind ?? 'post', id: first?.id ?? '' }
}

function holdingIn(key: PartyKey): Holding & { readonly area: string } {
  const [, kind, id = '', area = ''] = /^(post|registration):(.*)@(.*)$/.exec(key) ?? []
  return { kind: kind === 'registration' ? kind : 'post', id, area }
}

/** By how much two sums differ, without its sign. */
function moveOf({ before, after }: Sides<Decimal>): Decimal {
  const { units, scale } = subtractDecimal(after, before)
  return { units: units < 0n ? -units : units, scale }
}

const nothing: Decimal = { units: 0n, scale: 0 }

function pointsTally(limit: number) {
  type Sum = { before: Decimal; after: Decimal }
  const rules = new Map<string, { readonly rule: string; readonly ledger: string } & Sum>()
  const holders = new Map<string, { readonly holder: string; readonly ledger: string } & Sum>()
  let [count, unkept] = [0, 0]
  const raise = (sum: Sum, side: 'before' | 'after', points: string) =>
    void (sum[side] = addDecimal(sum[side], parseDecimal(points) ?? nothing))
  return {
    add(one: Sides<Course>, differs: boolean) {
      if (differs) count++
      for (const side of ['before', 'after'] as const)
        for (const { rule, ledger, holder, points } of one[side].earned) {
          const counted = rules.get(`${ledger} ${rule}`) ?? { rule, ledger, before: nothing, after: nothing }
          rules.set(`${ledger} ${rule}`, counted)
          raise(counted, side, points)
          if (!differs) continue
          const key = `${ledger} ${holder}`
          const held = holders.get(key) ?? { holder, ledger, before: nothing, after: nothing }
          if (!holders.has(key) && holders.size >= mostKept) unkept++
          else raise(holders.set(key, held).get(key) ?? held, side, points)
        }
    },
    told(): Impact['points'] {
      const moved = [...holders.values()]
        .filter(({ before, after }) => compareDecimal(before, after) !== 0)
        .sort((a, b) => compareDecimal(moveOf(b), moveOf(a)))
      const text = ({ before, after }: Sum) => ({ before: plainDecimal(before), after: plainDecimal(after) })
      return {
        count,
        rules: [...rules.values()].map(({ rule, ledger, ...sum }) => ({ rule, ledger, ...text(sum) })),
        holders: cut(
          moved.map(({ holder, ledger, ...sum }) => ({ holder, ledger, ...text(sum) })),
          limit,
          unkept
        )
      }
    }
  }
}

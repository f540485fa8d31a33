/** Deadlines (时限) of a case: started when a state is entered, dropped when it is left, fired by the clock through the command door. */
import {
  due,
  fraction,
  parseDuration,
  partiesOf,
  type Clock,
  type DeadlineRule,
  type DeadlineTreatment,
  type Duration,
  type Locality,
  type Procedure
} from '@gridwright/core'
import type { CaseRow, DeadlineState } from './case.ts'
import { lineage, machineOf } from './machine.ts'
import { ownerOf } from './rights.ts'

type Rules = { readonly locality: Locality; readonly procedure: Procedure }
type Limit = { readonly clock: Clock; readonly duration: Duration; readonly rule: DeadlineRule }

/** The deadlines that begin when `state` is entered (null: when the case begins), at journal entry `entry`. */
export function startDeadlines(
  rules: Rules,
  state: string | null,
  declared: Readonly<Record<string, DeadlineRule>> | undefined,
  now: number,
  entry: number
): readonly DeadlineState[] {
  return Object.entries(declared ?? {}).map(([name, rule]) =>
    dated(limitOf(rules, rule), {
      name,
      state,
      entry,
      startedAt: now,
      due: null,
      warn: null,
      warned: false,
      expired: 0
    })
  )
}

/** `deadline` with its instants, as far as the published calendar reaches. */
export function redated(rules: Rules, deadline: DeadlineState): DeadlineState {
  return deadline.due === null && deadline.spent !== true
    ? dated(limitOf(rules, ruleOf(rules.procedure, deadline)), deadline)
    : deadline
}

/** Where and when a case goes on by other rules: in `state`, from journal entry `entry` on; `treat` says what becomes of a deadline of the new rules. */
export type Passage = {
  readonly state: string
  readonly now: number
  readonly entry: number
  readonly treat: (key: string) => DeadlineTreatment
  /** Whether it is proved of the rules that a case goes on to an end there with these deadlines expired for good. */
  readonly isProved: (spent: readonly DeadlineState[]) => boolean
}

/** A deadline as the rules declare it; `state` is null for the whole case. */
export type DeclaredDeadline = { readonly state: string | null; readonly name: string; readonly rule: DeadlineRule }

/** What a migration plan calls a deadline: `state/name`, or `name` for one of the whole case. */
export function deadlineKey({ state, name }: Pick<DeclaredDeadline, 'state' | 'name'>): string {
  return state === null ? name : `${state}/${name}`
}

/** All deadlines that the rules declare, those of the whole case first and outer ones before inner ones. */
export function declaredDeadlines({ workflow }: Procedure): readonly DeclaredDeadline[] {
  const places = [
    [null, workflow.meta] as const,
    ...[...machineOf(workflow).states].map(([path, { meta }]) => [path, meta] as const)
  ]
  return places.flatMap(([state, meta]) =>
    Object.entries(meta?.deadlines ?? {}).map(([name, rule]) => ({ state, name, rule }))
  )
}

/**
 * The deadlines of a case that goes on by `rules`: each one that these declare for its state, those above and the whole case. One that ran
 * under the same name, of the same state or else of another around the case (inner ones first, each once), is treated as the plan says; others begin now, and what is
 * no longer declared ends. Where it is not proved that a case goes on with those expired for good, these begin anew, so that none waits
 * without a limit.
 */
export function carriedDeadlines(
  rules: Rules,
  running: readonly DeadlineState[],
  { state, now, entry, treat, isProved }: Passage
): readonly DeadlineState[] {
  const around = lineage(state)
  const declared = declaredDeadlines(rules.procedure).filter(each => each.state === null || around.includes(each.state))
  const same = (a: DeadlineState, b: DeclaredDeadline) => a.name === b.name && a.state === b.state
  const begun = ({ state: at, name, rule }: DeclaredDeadline) => startDeadlines(rules, at, { [name]: rule }, now, entry)
  const strays = running.filter(other => other.state !== null && !declared.some(own => same(other, own)))
  const takeStray = (name: string) => {
    const last = strays.findLastIndex(other => other.name === name)
    return last < 0 ? undefined : strays.splice(last, 1)[0]
  }
  const carried = declared.toReversed().map(each => {
    const own = running.find(other => same(other, each))
    const before = own ?? (each.state === null ? undefined : takeStray(each.name))
    const treatment = treat(deadlineKey(each))
    if (!before || treatment === 'restart') return begun(each)
    const kept = { ...before, state: each.state }
    return [treatment === 'keep' || kept.spent ? kept : dated(limitOf(rules, each.rule), { ...kept, warn: null })]
  })
  const all = carried.toReversed().flat()
  if (isProved(all.filter(({ spent }) => spent))) return all
  return all.flatMap(each => (each.spent ? declared.filter(own => same(each, own)).flatMap(begun) : [each]))
}

/** What the clock has to do first on `row` by `now`: warn of a deadline or expire it; undefined if nothing is due. Ties go to the expiry. */
export function firstDue(
  row: CaseRow,
  now: number
): { readonly deadline: DeadlineState; readonly kind: 'warn' | 'expire' } | undefined {
  const found = row.deadlines.flatMap(deadline => [
    ...(deadline.due !== null && deadline.due <= now ? [{ deadline, kind: 'expire' as const, at: deadline.due }] : []),
    ...(deadline.warn !== null &&
    !deadline.warned &&
    deadline.warn <= now &&
    (deadline.due === null || deadline.due > now)
      ? [{ deadline, kind: 'warn' as const, at: deadline.warn }]
      : [])
  ])
  return found.sort((a, b) => a.at - b.at || a.kind.localeCompare(b.kind))[0]
}

/** The event that an expiry sends now, and the deadline as it runs on if the case stays where it is. */
export function expire(
  rules: Rules,
  deadline: DeadlineState
): { readonly event: string; readonly after: DeadlineState } {
  const limit = limitOf(rules, ruleOf(rules.procedure, deadline))
  const { onExpire, repeat } = limit.rule
  const expired = deadline.expired + 1
  const exhausted = repeat !== undefined && expired > repeat.max + 1
  const after = { ...deadline, expired, warned: true }
  return {
    event: exhausted ? repeat.onExhausted : onExpire,
    after: repeat === undefined || exhausted ? { ...after, due: null, spent: true } : dated(limit, after)
  }
}

/** A limit as an applicant is promised it: `state` by dotted path, null for the whole case; `within` is an ISO 8601 duration on `clock`. */
export type PromisedLimit = {
  readonly name: string
  readonly state: string | null
  readonly within: string
  readonly clock: string
}

/** What an applicant is promised: the limits of the whole case and of its states, outer ones first. A wait for the applicant promises nothing. */
export function promisedLimits(procedure: Procedure): readonly PromisedLimit[] {
  const machine = machineOf(procedure.workflow)
  const isOthers = (path: string) => partiesOf(ownerOf(machine, path) ?? 'system').some(party => party !== 'applicant')
  return declaredDeadlines(procedure)
    .filter(({ state }) => state === null || isOthers(state))
    .flatMap(({ name, state, rule }) => {
      const { within, clock } = declaredLimit(procedure, rule)
      return within === undefined || clock === undefined ? [] : [{ name, state, within, clock }]
    })
}

/** The limit that a rule sets, by itself or by the case's category. */
export function declaredLimit(procedure: Procedure, rule: DeadlineRule): Pick<DeadlineRule, 'within' | 'clock'> {
  return rule.byCategory === undefined ? rule : (procedure.limits.get(rule.byCategory) ?? {})
}

/** The rule that a running deadline was declared by. */
function ruleOf(procedure: Procedure, { state, name }: Pick<DeadlineState, 'state' | 'name'>): DeadlineRule {
  const declared = state === null ? procedure.workflow.meta?.deadlines : stateAt(procedure, state)?.meta?.deadlines
  const rule = declared?.[name]
  if (!rule) throw new Error(`procedure ${procedure.hash} has no deadline ${name} in ${state ?? 'its root'}`)
  return rule
}

function stateAt(procedure: Procedure, path: string) {
  const [first = '', ...rest] = path.split('.')
  return rest.reduce((state, name) => state?.states?.[name], procedure.workflow.states[first])
}

function limitOf({ locality, procedure }: Rules, rule: DeadlineRule): Limit {
  const limit = declaredLimit(procedure, rule)
  const clockRule = procedure.clocks.get(limit.clock ?? '')
  const duration = parseDuration(limit.within ?? '')
  if (!clockRule || !duration) throw new Error(`procedure ${procedure.hash} has a limit without clock or duration`)
  return { rule, duration, clock: { rule: clockRule, years: locality.calendar.years, timeZone: locality.timeZone } }
}

/** Repeats are counted from the start, since a limit that ends with the office would otherwise begin them a day late. */
function dated({ clock, duration, rule }: Limit, deadline: DeadlineState): DeadlineState {
  const { startedAt, expired, warned } = deadline
  const every = parseDuration(rule.repeat?.every ?? '') ?? { days: 0, timeMs: 0 }
  const days = duration.days + expired * every.days
  const at = due(clock, startedAt, { days, timeMs: duration.timeMs + expired * every.timeMs })
  const warn = rule.warnAt === undefined || warned ? deadline.warn : fraction(clock, startedAt, duration, rule.warnAt)
  return { ...deadline, due: typeof at === 'number' ? at : null, warn: typeof warn === 'number' ? warn : null }
}

/**
 * Coverage (覆盖): what a locality declares for its cases to turn on, and what of it its scenarios have tried. Transitions, guards in both ways, and
 * the rows of its tables: limits of categories in use, earning rules, steps and bands of evaluations.
 */
import {
  compareDecimal,
  evaluationOf,
  localityAt,
  parseDecimal,
  procedureWith,
  type DeadlineRule,
  type Locality,
  type Procedure,
  type Source
} from '@gridwright/core'
import type { CaseEvent, CaseRow } from './case.ts'
import { statePointer } from './check-names.ts'
import type { Score } from './evaluation-command.ts'
import { machineOf } from './machine.ts'
import type { MemoryStore } from './memory.ts'

/** Names of what is there to try, in the order of the files, and of what nothing has tried. */
export type Covered = { readonly all: readonly string[]; readonly missing: readonly string[] }

/**
 * Transitions as `workflow:state#EVENT/n`, guards as the same with `=true` and `=false`, or as a condition's `file#pointer` with these; rows as
 * `file#pointer`.
 */
export type Coverage = { readonly transitions: Covered; readonly guards: Covered; readonly rows: Covered }

/** What one scenario has tried, by the same names. */
export type Tried = {
  readonly taken: ReadonlySet<string>
  readonly judged: ReadonlySet<string>
  readonly decided: ReadonlySet<string>
}

/** What of `locality` is covered by what was `tried`. `sources` say which file declares what: a layer answers for its own, a base for the rest, and layers inside for theirs. */
export function coverageOf(locality: Locality, sources: ReadonlyMap<string, Source>, tried: Iterable<Tried>): Coverage {
  const all = [...tried]
  const ground = locality.ground ?? locality
  const isOwn = (file: string, pointer: string) => sources.get(file)?.issue(pointer, '').file === file
  const covered = (names: readonly string[], of: (one: Tried) => ReadonlySet<string>): Covered => ({
    all: names,
    missing: names.filter(name => !all.some(one => of(one).has(name)))
  })
  const rules = [...ground.workflows].flatMap(([id, workflow]) =>
    [...machineOf(workflow).rules.values()]
      .filter(({ state, event }) => isOwn(`workflows/${id}.json`, `${statePointer(state)}/on/${event}`))
      .map(rule => ({ name: `${id}:${rule.id}`, rule }))
  )
  const guards = [
    ...rules.filter(({ rule }) => rule.when !== undefined).map(({ name }) => name),
    ...conditionsOf(ground).filter(place => isOwn(...placeIn(place)))
  ]
  return {
    transitions: covered(
      rules.map(({ name }) => name),
      ({ taken }) => taken
    ),
    guards: covered(
      guards.flatMap(name => [`${name}=true`, `${name}=false`]),
      ({ judged }) => judged
    ),
    rows: covered(
      rowsOf(ground).filter(place => isOwn(...placeIn(place))),
      ({ decided }) => decided
    )
  }
}

function placeIn(place: string): [file: string, pointer: string] {
  const [file = '', pointer = ''] = place.split('#')
  return [file, pointer]
}

/** Where conditions besides the guards of transitions stand. */
function conditionsOf({ services, points }: Locality): readonly string[] {
  return [
    ...[...services].flatMap(([id, { eligible }]) => (eligible ? [eligiblePlace(id)] : [])),
    ...Object.entries(points?.rules ?? {}).flatMap(([id, { when }]) => (when === undefined ? [] : [earningPlace(id)]))
  ]
}

/** Where the condition stands that says who may ask for a service. */
export function eligiblePlace(service: string): string {
  return `services/${service}.json#/eligible`
}

/** Where the condition of an earning rule stands. */
export function earningPlace(rule: string): string {
  return `points.json#/rules/${rule}/when`
}

function rowsOf(locality: Locality): readonly string[] {
  const limits = [...locality.services].flatMap(([, { category, workflow: id }]) => {
    const workflow = locality.workflows.get(id)
    if (!workflow) return []
    const declared = [workflow.meta, ...[...machineOf(workflow).states.values()].map(({ meta }) => meta)]
    return declared
      .flatMap(meta => Object.values(meta?.deadlines ?? {}))
      .flatMap(rule => limitRow(locality, category, rule))
  })
  const scored = [...locality.evaluations].flatMap(([id, { indicators, bands }]) => [
    ...Object.entries(indicators).flatMap(([name, { steps = [] }]) => steps.map((_, i) => stepRow(id, name, i))),
    ...bands.map((_, i) => bandRow(id, i))
  ])
  return [...new Set([...limits, ...Object.keys(locality.points?.rules ?? {}).map(ruleRow), ...scored])]
}

/** The row of categories.json that a deadline is looked up in: that of the category, or of the nearest above it that has the stage. */
function limitRow({ categories }: Locality, category: string, { byCategory }: DeadlineRule): readonly string[] {
  if (byCategory === undefined) return []
  const seen = new Set<string>()
  for (let id: string | undefined = category; id !== undefined && !seen.has(id); id = categories.get(id)?.parent) {
    if (categories.get(id)?.limits?.[byCategory]) return [`categories.json#/categories/${id}/limits/${byCategory}`]
    seen.add(id)
  }
  return []
}

function ruleRow(rule: string): string {
  return `points.json#/rules/${rule}`
}

function stepRow(evaluation: string, indicator: string, step: number): string {
  return `evaluations/${evaluation}.json#/indicators/${indicator}/steps/${step}`
}

function bandRow(evaluation: string, band: number): string {
  return `evaluations/${evaluation}.json#/bands/${band}`
}

/** The transitions that the records of a scenario have taken. */
export function takenIn(locality: Locality, { events, cases }: MemoryStore): ReadonlySet<string> {
  return new Set(
    events.flatMap(({ transition, case: id }) => {
      const workflow = procedureIn(locality, cases.get(id))?.workflow.id
      return transition === null || workflow === undefined ? [] : [`${workflow}:${transition}`]
    })
  )
}

function procedureIn(locality: Locality, row: CaseRow | undefined): Procedure | undefined {
  return row && procedureWith(locality, row.service, row.procedure)
}

/** The rows that the records of a scenario show to have decided something: dated a limit, earned points, given a score its points or its band. */
export function decidedIn(locality: Locality, store: MemoryStore): ReadonlySet<string> {
  const awards = [...store.transfers.values()].filter(({ kind }) => kind === 'award')
  return new Set([
    ...store.events.flatMap(entry => datedRows(locality, store, entry)),
    ...awards.flatMap(({ rule }) => (rule === null ? [] : [ruleRow(rule)])),
    ...store.scores.flatMap(score => scoredRows(locality, score))
  ])
}

function datedRows(locality: Locality, { cases }: MemoryStore, entry: CaseEvent): readonly string[] {
  const row = cases.get(entry.case)
  const procedure = procedureIn(locality, row)
  if (!row || !procedure) return []
  const { workflow, service } = procedure
  const begun = (entry.changed.deadlines ?? []).filter(deadline => deadline.entry === entry.ordinal)
  return begun.flatMap(({ state, name }) => {
    const meta = state === null ? workflow.meta : machineOf(workflow).states.get(state)?.meta
    const rule = meta?.deadlines?.[name]
    return rule ? limitRow(localityAt(locality, row.places), service.category, rule) : []
  })
}

function scoredRows(locality: Locality, { evaluation: id, card }: Score): readonly string[] {
  const file = locality.evaluations.get(id)
  const rules = file ? evaluationOf(file).indicators : []
  const steps = card.lines.flatMap(({ indicator, value }) => {
    const found = value === null ? undefined : parseDecimal(value)
    const reached = rules.find(rule => rule.id === indicator)?.steps ?? []
    const step = found ? reached.findLastIndex(({ from }) => compareDecimal(from, found) <= 0) : -1
    return step < 0 ? [] : [stepRow(id, indicator, step)]
  })
  return [...steps, bandRow(id, card.band)]
}

/** What is wrong with a migration plan: names that the rules do not have, states that are not mapped, questions still open, a release that is not live. */
import {
  canonicalJson,
  checkSchema,
  nearest,
  pointerToken,
  proceduresOf,
  sortIssues,
  unknownName,
  type Issue,
  type IssueParams,
  type Locality,
  type MigrationFile,
  type Move,
  type Procedure,
  type Source
} from '@gridwright/core'
import { declaredDeadlines, deadlineKey } from './deadlines.ts'
import { machineOf, restingStates, type Machine } from './machine.ts'
import { fieldsOfForm, undecided } from './migration.ts'

/** `plan` is there where nothing is wrong. */
export type CheckedPlan = { readonly plan?: MigrationFile; readonly issues: readonly Issue[] }

/** The plan in `source` as far as its schema goes; what it names is not looked for. */
export function planIn(source: Source): CheckedPlan {
  const read = source.value === undefined ? [] : checkSchema(source, 'migration.schema.json')
  const issues = sortIssues([...source.issues, ...read])
  return issues.length > 0 ? { issues } : { plan: source.value as MigrationFile, issues } // its schema has accepted it
}

/** The plan in `source`, or all that is wrong with it. `pinned` are the procedures that open cases go by, by hash; `live` is the locality as it is published. */
export function checkPlan(source: Source, live: Locality, pinned: ReadonlyMap<string, Procedure>): CheckedPlan {
  const { plan, issues: faults } = planIn(source)
  if (!plan) return { issues: faults }
  const issues = [
    ...placeIssues(source, plan, live),
    ...plan.moves.flatMap((move, i) => moveIssues({ source, live, pinned }, plan, move, i))
  ]
  return issues.length > 0 ? { issues: sortIssues(issues) } : { plan, issues: [] }
}

function placeIssues(source: Source, plan: MigrationFile, live: Locality): readonly Issue[] {
  if (plan.locality !== live.id)
    return [source.issue('/locality', 'migration.elsewhere', { locality: plan.locality, suggestion: live.id })]
  return plan.to === live.hash
    ? []
    : [source.issue('/to', 'migration.not-live', { release: plan.to.slice(0, 12), live: live.hash.slice(0, 12) })]
}

type Ground = { readonly source: Source; readonly live: Locality; readonly pinned: ReadonlyMap<string, Procedure> }
type Sides = { readonly source: Source; readonly at: string; readonly from: Procedure; readonly to: Procedure }

function moveIssues({ source, live, pinned }: Ground, plan: MigrationFile, move: Move, i: number): readonly Issue[] {
  const at = `/moves/${i}`
  const offered = proceduresOf(live, move.service)
  if (offered.length === 0)
    return [unknownName(source, `${at}/service`, 'service', move.service, live.services.keys())].filter(
      issue => issue !== undefined
    )
  const twin = plan.moves.findIndex(
    ({ service, from, to }) => service === move.service && from === move.from && to === move.to
  )
  if (twin < i) return [source.issue(at, 'migration.twice', { service: move.service })]
  const to = offered.find(({ hash }) => hash === move.to)
  if (!to)
    return [source.issue(`${at}/to`, 'migration.rules-unknown', { service: move.service, hash: move.to.slice(0, 12) })]
  const from = pinned.get(move.from)
  if (from?.id !== move.service) return [] // no case goes by these rules any more
  const sides = { source, at, from, to }
  return [...stateIssues(sides, move), ...deadlineIssues(sides, move), ...answerIssues(sides, move)]
}

function stateIssues({ source, at, from, to }: Sides, { states }: Move): readonly Issue[] {
  const [old, next] = [machineOf(from.workflow), machineOf(to.workflow)]
  const [before, after] = [restingStates(old), restingStates(next)]
  const missing = before.filter(state => !Object.hasOwn(states, state))
  const issues = Object.entries(states).flatMap(([state, mapped]) => {
    const pointer = `${at}/states/${pointerToken(state)}`
    const unknown = unknownName(source, pointer, 'state', state, before, { at: 'key' })
    if (unknown) return [unknown]
    if (mapped === undecided)
      return [source.issue(pointer, 'migration.state-open', { state, ...meant(old, next, state) })]
    return mapped === null ? [] : [unknownName(source, pointer, 'state', mapped, after)]
  })
  return [
    ...missing.map(state => source.issue(`${at}/states`, 'migration.state-missing', { state }, { at: 'key' })),
    ...issues.filter(issue => issue !== undefined)
  ]
}

/** The state that was probably only renamed: it has the same label, or nearly the same name. */
function meant(old: Machine, next: Machine, state: string): IssueParams {
  const after = restingStates(next)
  const labelOf = (machine: Machine, path: string) => canonicalJson(machine.states.get(path)?.meta?.label ?? path)
  const suggestion = after.find(path => labelOf(next, path) === labelOf(old, state)) ?? nearest(state, after)
  return suggestion === undefined ? { known: after.slice(0, 12).join(' ') } : { suggestion }
}

function deadlineIssues({ source, at, to }: Sides, { deadlines }: Move): readonly Issue[] {
  const known = declaredDeadlines(to).map(deadlineKey)
  return Object.keys(deadlines)
    .map(key => unknownName(source, `${at}/deadlines/${pointerToken(key)}`, 'deadline', key, known, { at: 'key' }))
    .filter(issue => issue !== undefined)
}

function answerIssues({ source, at, from, to }: Sides, { answers }: Move): readonly Issue[] {
  const [before, after] = [from, to].map(({ forms, service }) => [...fieldsOfForm(forms.get(service.form))])
  const field = (pointer: string, name: string, known: readonly string[] = [], part: 'key' | 'value' = 'key') =>
    unknownName(source, `${at}/answers/${pointer}`, 'field', name, known, { at: part })
  const open = (pointer: string, name: string) =>
    source.issue(`${at}/answers/${pointer}`, 'migration.answer-open', { name })
  const renamed = Object.entries(answers.rename ?? {}).flatMap(([name, next]) => {
    const pointer = `rename/${pointerToken(name)}`
    return [
      field(pointer, name, before),
      next === undecided ? open(pointer, name) : field(pointer, next, after, 'value')
    ]
  })
  const given = Object.entries(answers.default ?? {}).flatMap(([name, value]) => {
    const pointer = `default/${pointerToken(name)}`
    return [field(pointer, name, after), value === undecided ? open(pointer, name) : undefined]
  })
  const dropped = (answers.drop ?? []).map((name, i) => field(`drop/${i}`, name, before, 'value'))
  return [...renamed, ...given, ...dropped].filter(issue => issue !== undefined)
}

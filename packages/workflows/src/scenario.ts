/** Scenarios (情景): a locality's own tests, run on a fake clock through the real command door over records in memory. */
import {
  derivedUuid,
  localIso,
  parseDuration,
  mannedAreas,
  pointerToken,
  procedureWith,
  readTable,
  type Locality,
  type PartyKey,
  type ScenarioFile,
  type TableWords
} from '@gridwright/core'
import type { Answers, CaseRow } from './case.ts'
import { nextDueAt } from './case.ts'
import { handle, type AnyCommand, type AnyOutcome, type AreaFacts, type Command, type Submit } from './command.ts'
import { decidedIn, takenIn, type Tried } from './coverage.ts'
import { memoryStore, type MemoryStore } from './memory.ts'
import { evaluationCommandOf, isEvaluationStep, scoreDifferences, type EvaluationStep } from './scenario-evaluation.ts'
import { goodsOf, isPointsStep, pointsCommandOf, pointsDifferences, type PointsStep } from './scenario-points.ts'

type ScenarioStep = ScenarioFile['steps'][number]
type Doing = Exclude<Extract<ScenarioStep, { do: string }>, PointsStep | EvaluationStep>
type Expecting = Extract<ScenarioStep, { expect: { case: string } }>['expect']

/** `step` counts from 0; `path` is a JSON Pointer into the scenario file. */
export type ScenarioFailure = {
  readonly step: number
  readonly path: string
  readonly expected: string
  readonly actual: string
  readonly journal: readonly string[]
}
export type ScenarioResult = Tried & {
  readonly name: string
  readonly failures: readonly ScenarioFailure[]
}

type Run = {
  readonly locality: Locality
  readonly store: MemoryStore
  readonly scenario: ScenarioFile
  readonly ids: Map<string, string>
  readonly judged: Set<string>
  now: number
  commands: number
}

/** Runs `scenario` until its first step that fails; every expectation of that step is reported. */
export async function runScenario(
  locality: Locality,
  scenario: ScenarioFile,
  areas: Iterable<AreaFacts>
): Promise<ScenarioResult> {
  const store = memoryStore(peopleOf(scenario), areas, goodsOf(locality, scenario))
  const begun = {
    ids: new Map<string, string>(),
    judged: new Set<string>(),
    now: Date.parse(scenario.now),
    commands: 0
  }
  const run: Run = { locality, store, scenario, ...begun }
  const failures: ScenarioFailure[] = []
  for (const [index, step] of scenario.steps.entries()) {
    const found = await runStep(run, step)
    failures.push(
      ...found.map(({ path, expected, actual }) => ({
        step: index,
        path: `/steps/${index}${path}`,
        expected,
        actual,
        journal: journalOf(run, step)
      }))
    )
    if (failures.length > 0) break
  }
  const { judged } = run
  return { name: scenario.name, failures, taken: takenIn(locality, store), judged, decided: decidedIn(locality, store) }
}

/** The areas that a locality folder's data/areas.csv holds, by code; ids are codes. A parent that there is not ends the way up. `words` are the locality's, for a table with its own headings and labels. */
export function areasOf(files: ReadonlyMap<string, string>, words: TableWords = noWords): readonly AreaFacts[] {
  const dataset = readTable(words, 'areas', files.get('data/areas.csv') ?? '')
  const rows = 'rows' in dataset ? dataset.rows.map(row => row.cells) : []
  const byCode = new Map(rows.map(row => [row.code ?? '', row]))
  return rows.map(({ code = '', level = '' }) => {
    const places: [string, string][] = []
    for (let at = byCode.get(code), steps = 0; at && steps < 20; at = byCode.get(at.parent ?? ''), steps++)
      places.unshift([at.level ?? '', at.code ?? ''])
    return { id: code, code, level, places: Object.fromEntries(places) }
  })
}

const noWords: TableWords = { columns: {}, levels: [], posts: new Map(), registrations: new Map() }

type ExpectedRoster = Extract<ScenarioStep, { expect: { roster: unknown } }>['expect']['roster']
type Difference = { readonly path: string; readonly expected: string; readonly actual: string }

async function runStep(run: Run, step: ScenarioStep): Promise<readonly Difference[]> {
  if ('wait' in step) return wait(run, step.wait)
  if ('expect' in step) {
    if ('points' in step.expect) return pointsDifferences(run, step.expect.points)
    if ('roster' in step.expect) return rosterDifferences(run, step.expect.roster)
    return 'score' in step.expect ? scoreDifferences(run, step.expect.score) : expectations(run, step.expect)
  }
  const outcome = await send(run, commandOf(run, step))
  const refused = 'refused' in outcome ? outcome.refused : undefined
  if (refused === step.refused) return []
  return [
    {
      path: '/refused',
      expected: step.refused ?? 'accepted',
      actual: refused === undefined ? 'accepted' : JSON.stringify(outcome)
    }
  ]
}

async function wait(run: Run, duration: string): Promise<readonly Difference[]> {
  const length = parseDuration(duration)
  if (!length) return [{ path: '/wait', expected: 'a duration', actual: duration }]
  const until = run.now + length.days * 86_400_000 + length.timeMs
  for (let next = earliest(run); next && next.at <= until; next = earliest(run)) {
    run.now = Math.max(run.now, next.at)
    const command = {
      ...common(run, `${next.id}:${run.commands}`),
      kind: 'expire' as const,
      case: next.id,
      actor: 'system' as const
    }
    const outcome = await send(run, command)
    if ('refused' in outcome)
      return [{ path: '/wait', expected: `what is due on case ${next.id}`, actual: outcome.refused }]
  }
  run.now = until
  return []
}

function earliest(run: Run): { readonly id: string; readonly at: number } | undefined {
  const due = [...run.store.cases.values()].flatMap(row => {
    const at = nextDueAt(row)
    return at === null ? [] : [{ id: row.id, at }]
  })
  return due.sort((a, b) => a.at - b.at)[0]
}

/** The outcome of `command`, after the errands that it brings about. */
async function send(run: Run, command: AnyCommand): Promise<AnyOutcome> {
  const { locality, store } = run
  const procedure = (hash: string) => {
    const [found] = [...locality.services.keys()].flatMap(id => procedureWith(locality, id, hash) ?? [])
    if (!found) throw new Error(`no procedure ${hash}`)
    return found
  }
  const witness = (guard: string, holds: boolean) => void run.judged.add(`${guard}=${holds}`)
  const decided = (asked: AnyCommand) => store.transaction(tx => handle(tx, { locality, procedure, witness }, asked))
  const outcome = await decided(command)
  for (const errand of store.errands()) await decided(errand.command)
  return outcome
}

function common(run: Run, seed: string) {
  run.commands++
  return {
    id: derivedUuid(`${run.scenario.name}:${seed}`),
    now: run.now,
    salt: derivedUuid(`salt:${seed}`).replaceAll('-', '')
  }
}

function commandOf(run: Run, step: Doing | PointsStep | EvaluationStep): AnyCommand {
  if (isEvaluationStep(step)) return evaluationCommandOf(run, step, common(run, `evaluation:${run.commands}`))
  if (!isPointsStep(step)) return caseCommandOf(run, step)
  const sent = common(run, `points:${run.commands}`)
  if (step.do === 'redeem') run.ids.set(step.transfer, sent.id)
  return pointsCommandOf(run, step, sent)
}

function caseCommandOf(run: Run, step: Doing): Command {
  const answers: Answers = step.answers ?? {}
  const actor = { person: step.as }
  if (step.do !== 'submit')
    return {
      ...common(run, `act:${run.commands}`),
      kind: 'act',
      actor,
      case: run.ids.get(step.case) ?? step.case,
      event: step.do,
      ...(step.answers === undefined ? {} : { answers })
    }
  const base = common(run, `submit:${run.commands}`)
  run.ids.set(step.case, base.id)
  const submit: Submit = { ...base, kind: 'submit', actor, service: step.service ?? '', area: step.area ?? '', answers }
  const applicant = typeof step.for === 'string' ? { person: step.for } : step.for && { contact: step.for }
  return {
    ...submit,
    ...(step.channel === undefined ? {} : { channel: step.channel }),
    ...(applicant ? { applicant } : {})
  }
}

function expectations(run: Run, expect: Expecting): readonly Difference[] {
  const row = run.store.cases.get(run.ids.get(expect.case) ?? '')
  if (!row) return [{ path: '/expect/case', expected: expect.case, actual: 'no such case' }]
  const actual = observed(run, row, expect)
  return Object.keys(expect).flatMap(key => {
    if (key === 'case') return []
    return differences(`/expect/${key}`, expect[key as keyof Expecting], actual[key]) // keys of the object at hand
  })
}

function rosterDifferences(
  { locality, scenario, store, now }: Run,
  { post, manned }: ExpectedRoster
): readonly Difference[] {
  const people = Object.keys(scenario.given.people).flatMap(id => store.person(id, now) ?? [])
  const [expected, actual] = [comparable(manned), comparable([...mannedAreas(locality, post, people)].sort())]
  return expected === actual ? [] : [{ path: '/expect/roster/manned', expected, actual }]
}

/** Where `actual` is not as wanted; objects are compared member by member, lists and the rest as a whole. */
function differences(path: string, wanted: unknown, actual: unknown): readonly Difference[] {
  if (isRecord(wanted) && isRecord(actual))
    return Object.keys(wanted).flatMap(name => differences(`${path}/${pointerToken(name)}`, wanted[name], actual[name]))
  const [expected, got] = [comparable(wanted), comparable(actual)]
  return expected === got ? [] : [{ path, expected, actual: got }]
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What is there, in the shape in which the step asks for it. */
function observed(run: Run, row: CaseRow, expect: Expecting): Readonly<Record<string, unknown>> {
  const { locality } = run
  const rung = procedureWith(locality, row.service, row.procedure)?.workflow.meta?.ladder?.[row.rung]
  return {
    state: row.state,
    owner: row.owners.map(shortKey),
    rung,
    due: Object.fromEntries(
      Object.entries(expect.due ?? {}).map(([name, wanted]) => [name, dueLike(locality, row, name, wanted)])
    ),
    warned: row.deadlines.filter(({ warned }) => warned).map(({ name }) => name),
    notified: Object.fromEntries(Object.keys(expect.notified ?? {}).map(name => [name, topicsTo(run, row.id, name)])),
    reply: row.reply ?? '',
    review: row.review?.event ?? '',
    applicant: row.applicant.startsWith('contact:') ? 'contact' : shortKey(row.applicant),
    enteredBy: row.enteredBy,
    assignee: row.assignee,
    urged: row.urged,
    events: run.store.events.filter(entry => entry.case === row.id).map(({ event }) => event)
  }
}

/** The due instant in the words of `wanted` where it is the same instant, else in the locality's, to the minute where that is exact. */
function dueLike(locality: Locality, row: CaseRow, name: string, wanted: string | null): string | null {
  const due = row.deadlines.find(deadline => deadline.name === name)?.due ?? null
  if (due === null) return null
  const inWords = localIso(due, locality.timeZone).replace(/(T\d\d:\d\d):00(?=[+-])/, '$1')
  return wanted !== null && Date.parse(wanted) === due ? wanted : inWords
}

function topicsTo(run: Run, caseId: string, name: string): readonly string[] {
  const keys: ReadonlySet<PartyKey> = name.includes('@')
    ? new Set([`post:${name}`, `registration:${name}`])
    : run.store.keys(name, run.now)
  return run.store.notices
    .filter(({ to, case: id }) => id === caseId && to.some(key => keys.has(key)))
    .map(({ topic }) => topic)
}

function shortKey(key: PartyKey): string {
  return key.slice(key.indexOf(':') + 1)
}

function comparable(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing'
}

function peopleOf(scenario: ScenarioFile) {
  return Object.entries(scenario.given.people).map(([id, person]) => ({
    id,
    ...(person.household === undefined ? {} : { household: person.household }),
    files: person.files ?? [],
    appointments: (person.appointments ?? []).map(({ post, area, to }) => ({
      post,
      area,
      ...(to === undefined ? {} : { to: Date.parse(to) })
    })),
    registrations: (person.registrations ?? []).map(({ kind, area }) => ({ kind, area }))
  }))
}

function journalOf(run: Run, step: ScenarioStep): readonly string[] {
  const about = 'expect' in step ? step.expect : step
  const name = 'case' in about ? about.case : undefined
  const id = name === undefined ? undefined : run.ids.get(name)
  return run.store.events
    .filter(entry => id === undefined || entry.case === id)
    .map(
      entry =>
        `${localIso(entry.at, run.locality.timeZone)} ${entry.event} ${entry.actor} ${entry.from ?? '–'} → ${entry.to}`
    )
}

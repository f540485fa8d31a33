// What a change to one place of a folder changes: what the check says, what forms and cases come to, or what is shown.
import { type Issue, type Locality, type ScenarioFile } from '@gridwright/core'
import type { Answers } from '@gridwright/forms'
import { applyEdits, modify, type JSONPath } from 'jsonc-parser'
import { areasOf, check, runScenario } from '../src/index.ts'
import { shownOf, verdictsOf } from './config-shown.ts'
import { drawsFrom } from './filled-in.ts'
import type { Files } from './folder.ts'

/** A value put at a place, or what stands there taken away. */
export type Change = { readonly file: string; readonly path: JSONPath; readonly put?: unknown }
export type Effect = 'issue' | 'outcome' | 'shown'

/** A folder without an issue, with what it comes to. */
export type Town = {
  readonly files: Files
  readonly samples: ReadonlyMap<string, readonly Answers[]>
  readonly shown: string
  readonly verdicts: string
  readonly outcomes: ReadonlyMap<string, string>
}

/** The folder as it is. Throws where its check gives an issue. */
export async function townOf(files: Files): Promise<Town> {
  const { locality, issues } = check(files)
  if (!locality || issues.length > 0)
    throw new Error(JSON.stringify(issues.map(({ file, line, code, params }) => [file, line, code, params])))
  const samples = new Map([...locality.forms].map(([id, form]) => [id, samplesFor(Object.keys(allFields(form)))]))
  const outcomes = new Map<string, string>()
  for (const name of locality.scenarios.keys())
    for (const [id, run] of runsOf(locality, name)) outcomes.set(id, await outcomeOf(locality, files, run))
  return { files, samples, outcomes, ...shownIn(locality, files, samples) }
}

/** The folder with the change made. */
export function changed(files: Files, { file, path, put }: Change): Files {
  const text = files.get(file) ?? ''
  return new Map([...files, [file, applyEdits(text, modify(text, path, put, {}))]])
}

/** What a change does; `by` is the run of a scenario, the forms, or the issue that shows it. */
export type Shown = { readonly effect: Effect; readonly by: string }

/** The first effect that the change has, or undefined; 'invalid' where it makes what the schemas or the names there are do not accept. `only` is the one run that is looked at. */
export async function effectOf(town: Town, change: Change, only?: string): Promise<Shown | 'invalid' | undefined> {
  const files = changed(town.files, change)
  const { locality, issues } = check(files)
  if (issues.some(isMisspelt)) return 'invalid'
  if (locality) {
    const known =
      only !== undefined && town.outcomes.has(only) ? await changedRun(town, locality, files, only) : undefined
    if (known !== undefined) return { effect: 'outcome', by: known }
    const { shown, verdicts } = shownIn(locality, files, town.samples)
    if (verdicts !== town.verdicts) return { effect: 'outcome', by: 'forms and tables' }
    const run = await changedRun(town, locality, files, only)
    if (run !== undefined) return { effect: 'outcome', by: run }
    if (shown !== town.shown) return { effect: 'shown', by: '' }
  }
  const [told] = issues
  return told && { effect: 'issue', by: told.code }
}

/** The first run whose outcome is another than in the town as it is. */
async function changedRun(
  { outcomes }: Town,
  locality: Locality,
  files: Files,
  only: string | undefined
): Promise<string | undefined> {
  for (const name of locality.scenarios.keys())
    for (const [id, run] of runsOf(locality, name)) {
      if (only !== undefined && only !== id) continue
      if ((await outcomeOf(locality, files, run)) !== outcomes.get(id)) return id
    }
  return undefined
}

/** Issues that whatever is not known or not written as it should be meets, which say nothing of the key itself. */
function isMisspelt({ code }: Issue): boolean {
  return /^(schema|json)\.|^name\.unknown$|^condition\.(syntax|unknown)/.test(code)
}

function shownIn(
  locality: Locality,
  files: Files,
  samples: Town['samples']
): { readonly shown: string; readonly verdicts: string } {
  return {
    shown: JSON.stringify(shownOf(locality, samples)),
    verdicts: JSON.stringify(verdictsOf(locality, files, samples))
  }
}

/**
 * What is to be run of the scenario, by name: `tasks/0` as it stands, and for each thing that it comes to a run that ends in an
 * expectation which nothing meets, so that its failures tell what there is.
 */
function runsOf(locality: Locality, name: string): ReadonlyMap<string, ScenarioFile> {
  const scenario = locality.scenarios.get(name)
  if (!scenario) return new Map()
  const done = scenario.steps.filter(step => !('expect' in step))
  const probed = probesFor(locality, scenario).map(expect => {
    const steps = [...done, { expect }] as ScenarioFile['steps'] // one more expectation
    return { ...scenario, steps }
  })
  return new Map([scenario, ...probed].map((run, i) => [`${name}/${i}`, run]))
}

async function outcomeOf(locality: Locality, files: Files, run: ScenarioFile | undefined): Promise<string> {
  if (!run) return 'none'
  const { name, failures, taken } = await runScenario(locality, run, areasOf(files, locality))
  return JSON.stringify([name, failures, [...taken]])
}

function probesFor({ evaluations, points }: Locality, { steps, given }: ScenarioFile): readonly object[] {
  const people = Object.keys(given.people)
  const nobody = { balance: '0.12345', pending: '0.12345', spendable: '0.12345' }
  const cases = new Set(steps.flatMap(step => ('case' in step && step.do === 'submit' ? [step.case] : [])))
  const ledgers = Object.keys(points?.ledgers ?? {})
  const places = new Set(steps.flatMap(step => ('area' in step && step.area !== undefined ? [step.area] : [])))
  const dues = new Set(
    steps.flatMap(step => ('expect' in step && 'due' in step.expect ? Object.keys(step.expect.due ?? {}) : []))
  )
  return [
    ...[...cases].map(name => ({
      case: name,
      state: '?',
      owner: ['?'],
      rung: { post: '?' },
      due: Object.fromEntries([...dues].map(due => [due, '2000-01-01T00:00Z'])),
      warned: ['?'],
      notified: Object.fromEntries(people.map(person => [person, ['?']])),
      reply: '?',
      review: '?',
      applicant: '?',
      enteredBy: '?',
      assignee: '?',
      urged: 999,
      events: ['?']
    })),
    ...ledgers.map(ledger => ({ points: Object.fromEntries(people.map(person => [person, { [ledger]: nobody }])) })),
    ...steps.flatMap(step => {
      if (!('evaluation' in step) || step.do !== 'publish') return []
      const { evaluation, window } = step
      const lines = Object.keys(evaluations.get(evaluation)?.indicators ?? {})
      const all = (value: unknown) => Object.fromEntries(lines.map(line => [line, value]))
      const card = { total: '?', stars: 99, card: '?', points: all('?'), counted: all(-1) }
      return [
        {
          score: { evaluation, window, of: Object.fromEntries([...people, ...places].map(subject => [subject, card])) }
        }
      ]
    })
  ]
}

/** All fields that the form or any branch of it asks. */
function allFields(part: unknown): Readonly<Record<string, unknown>> {
  if (typeof part !== 'object' || part === null) return {}
  const own = 'properties' in part && typeof part.properties === 'object' ? { ...part.properties } : {}
  return Object.assign(
    {},
    own,
    ...Object.entries(part).map(([name, below]) => (name === 'if' ? {} : allFields(below)))
  ) as Record<string, unknown> // names and whatever they are
}

const edges: readonly Answers[string][] = [
  '',
  '甲',
  'repair',
  'clean',
  'other',
  '说明文字',
  'AB1234',
  '字'.repeat(30),
  '字'.repeat(600),
  '2026-03-02',
  '09:30',
  '13800000000',
  '2026-03-02T09:30:00+08:00',
  -1,
  0,
  0.25,
  0.5,
  1,
  2,
  3,
  10,
  17,
  18,
  40,
  41,
  60,
  100,
  101,
  150,
  151,
  true,
  false,
  null,
  [],
  ['早'],
  ['早', '早'],
  ['早', '晚'],
  ['am', 'pm'],
  ['a', 'b', 'c', 'd'],
  ['other'],
  [{}],
  [{ name: '张三' }],
  [{ name: '张三' }, { name: '李四' }],
  {},
  { street: '南街' },
  { street: '', door: '3' }
]

/** Answers to fields of these names that lie at and beyond what forms allow. */
function samplesFor(names: readonly string[]): readonly Answers[] {
  const draw = drawsFrom(names.length)
  const one = names.flatMap(name => edges.map(value => ({ [name]: value })))
  const several = Array.from({ length: 40 }, () =>
    Object.fromEntries(names.filter(() => draw(2) === 0).map(name => [name, edges[draw(edges.length)] ?? '']))
  )
  return [{}, ...one, ...several]
}

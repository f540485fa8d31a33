// What scenarios have tried of a locality: transitions taken, guards seen to hold and to fail, rows that have decided something.
import type { ScenarioFile } from '@gridwright/core'
import { expect, test } from 'vitest'
import { areasOf, check, coverageOf, runScenario, type Coverage } from '../src/index.ts'
import { eastLayer, filesOf, village, type Files } from './folder.ts'
import { east, town } from './desk.ts'

type Step = ScenarioFile['steps'][number]

const withPoints: Files = new Map([...village, ...filesOf('packages/workflows/test/village-points')])
const withStars: Files = new Map([...village, ...filesOf('packages/workflows/test/village-stars')])
const people: ScenarioFile['given']['people'] = {
  resident: {},
  wang: { appointments: [{ post: 'window', area: east }] },
  zhao: { registrations: [{ kind: 'volunteer', area: east }] },
  officer: { appointments: [{ post: 'officer', area: town }] }
}
const act = (as: string, event: string, answers?: object): Step => ({
  as,
  do: event,
  case: 'c1',
  ...(answers ? { answers: { ...answers } } : {})
})
const submit: Step = {
  as: 'resident',
  do: 'submit',
  service: 'mending',
  area: east,
  answers: { what: '漏水' },
  case: 'c1'
}
const mended = [
  submit,
  act('wang', 'DISPATCH', { to: ['zhao'] }),
  act('zhao', 'TAKE'),
  act('zhao', 'DONE', { done: '好了' })
]

/** What these scenarios, each a run of steps that is to pass, cover of the locality. */
async function coverage(files: Files, ...scenarios: readonly (readonly Step[])[]): Promise<Coverage> {
  const { locality, sources, issues } = check(files)
  expect(issues).toEqual([])
  const told = { name: '试', now: '2026-03-02T08:00+08:00', given: { people } }
  const results = await Promise.all(
    scenarios.map(steps => runScenario(locality!, { ...told, steps: [...steps] }, areasOf(files)))
  )
  expect(results.flatMap(({ failures }) => failures)).toEqual([])
  return coverageOf(locality!, sources, results)
}

const seen = ({ all, missing }: Coverage['guards']) => all.filter(name => !missing.includes(name))
const edited = (files: Files, file: string, find: string, put: string): Files => {
  expect(files.get(file)).toContain(find)
  return new Map([...files, [file, files.get(file)!.replace(find, put)]])
}

test('a guard is covered once it has been seen to hold, and once to fail', async () => {
  const discontent = act('resident', 'DISCONTENT', {})
  const guards = async (...steps: readonly Step[]) =>
    seen((await coverage(village, [...mended, ...steps])).guards).filter(name => name.startsWith('handle:'))
  expect(await guards()).toEqual([])
  expect(await guards(discontent)).toEqual(['handle:review#DISCONTENT/0=true'])
  expect(await guards(act('resident', 'DISCONTENT', { badly: true }))).toEqual(['handle:review#DISCONTENT/0=false'])
  const again = act('zhao', 'DONE', { done: '又好了' })
  expect(await guards(discontent, again, discontent, again, discontent)).toEqual([
    'handle:review#DISCONTENT/0=true',
    'handle:review#DISCONTENT/0=false'
  ])
})

test('a guard is judged only where the ways before it are refused, and by who may go that way', async () => {
  const guarded = (cel: string, more: string) =>
    `{ "target": "closed", "guard": { "type": "when", "params": { "cel": "${cel}" } }, "meta": { "by": ${more} } }`
  const ways = (first: string, second: string, third: string) =>
    edited(
      village,
      'workflows/handle.json',
      '"SILENT": "closed",',
      `"SILENT": "closed", "ENOUGH": [${first}, ${second}, ${third}],`
    )
  const applicant = '"applicant"'
  const files = ways(
    guarded("history.count('DONE') > 1", applicant),
    guarded("history.count('DONE') > 0", applicant),
    guarded("history.count('PAUSE') > 2", applicant)
  )
  const tried = await coverage(files, [...mended, act('resident', 'ENOUGH')])
  expect(seen(tried.guards).filter(name => name.includes('ENOUGH'))).toEqual([
    'handle:review#ENOUGH/0=false',
    'handle:review#ENOUGH/1=true'
  ])
  const others = ways(
    guarded("history.count('DONE') > 0", '{ "post": "officer" }'),
    guarded("history.count('DONE') > 2", applicant),
    guarded("history.count('PAUSE') > 2", applicant)
  )
  const unmet = await coverage(others, [
    ...mended,
    { as: 'resident', do: 'ENOUGH', case: 'c1', refused: 'condition.unmet' }
  ])
  expect(seen(unmet.guards).filter(name => name.includes('ENOUGH'))).toEqual([
    'handle:review#ENOUGH/1=false',
    'handle:review#ENOUGH/2=false'
  ])
})

test('a guard of an expiry is judged as the engine sends it', async () => {
  const silent = `"SILENT": [{ "target": "closed", "guard": { "type": "when", "params": { "cel": "history.count('PAUSE') > 0" } } }, "closed"],`
  const files = edited(
    village,
    'workflows/handle.json',
    '"SILENT": "closed",',
    silent.replace(', "closed"]', ', { "target": "closed" }]')
  )
  expect(seen((await coverage(files, [...mended, { wait: 'P8D' }])).guards)).toContain('handle:review#SILENT/0=false')
})

test('who may ask is a guard of the service', async () => {
  const ask = async (...steps: readonly Step[]) =>
    seen((await coverage(village, steps)).guards).filter(name => name.startsWith('services/'))
  expect(await ask(submit)).toEqual(['services/mending.json#/eligible=true'])
  const officer = { ...submit, as: 'officer', refused: 'eligibility.denied' } as Step // a submission that is refused
  expect(await ask(officer)).toEqual(['services/mending.json#/eligible=false'])
})

test('an earning rule is a row once it has earned, and its condition a guard', async () => {
  const praised = await coverage(withPoints, [...mended, act('resident', 'CONTENT')])
  expect(seen(praised.rows).filter(name => name.startsWith('points'))).toEqual([
    'points.json#/rules/asked',
    'points.json#/rules/mended',
    'points.json#/rules/praised'
  ])
  expect(seen(praised.guards)).toContain('points.json#/rules/praised/when=true')
  const unmet = edited(withPoints, 'points.json', "entry.from == 'review'", "entry.from == 'offered'")
  const unpraised = await coverage(unmet, [...mended, act('resident', 'CONTENT')])
  expect(unpraised.rows.missing).toContain('points.json#/rules/praised')
  expect(seen(unpraised.guards)).toContain('points.json#/rules/praised/when=false')
})

test('a limit is a row of the category that sets it, once it has dated a deadline; limits that no workflow asks for are none', async () => {
  const row = 'categories.json#/categories/service/limits/finish'
  const files = edited(
    village,
    'categories.json',
    '"limits": {',
    '"limits": { "idle": { "within": "P1D", "clock": "days" },'
  )
  expect((await coverage(files, [submit])).rows).toEqual({ all: [row], missing: [row] })
  expect((await coverage(files, [submit], mended)).rows).toEqual({ all: [row], missing: [] })
})

test('steps and bands of evaluations are rows, decided by the scores that are published', async () => {
  const steps = '"steps": [{ "from": "1", "points": "40" }, { "from": "9", "points": "100" }]'
  const files = edited(
    withStars,
    'evaluations/stars.json',
    '"fold": { "sheet": "desk", "empty": "0" }',
    `"fold": { "sheet": "desk", "empty": "0" }, ${steps}`
  )
  const { locality, sources } = check(files)
  const { steps: done, given } = locality!.scenarios.get('stars')!
  const acts = done.filter(step => !('expect' in step))
  const told = { name: '评星', now: locality!.scenarios.get('stars')!.now, given }
  const result = await runScenario(locality!, { ...told, steps: acts }, areasOf(files))
  const { rows } = coverageOf(locality!, sources, [result])
  expect(rows.all.filter(name => name.startsWith('evaluations/stars'))).toEqual([
    'evaluations/stars.json#/indicators/desk/steps/0',
    'evaluations/stars.json#/indicators/desk/steps/1',
    'evaluations/stars.json#/bands/0',
    'evaluations/stars.json#/bands/1',
    'evaluations/stars.json#/bands/2'
  ])
  // The last mark of the month is 9; its totals are 65.6 and 30.
  expect(rows.missing.filter(name => name.startsWith('evaluations/stars'))).toEqual([
    'evaluations/stars.json#/indicators/desk/steps/0',
    'evaluations/stars.json#/bands/2'
  ])
})

test('a layer answers for what it declares itself, its base for the rest', async () => {
  const { transitions, guards, rows } = await coverage(eastLayer)
  expect(transitions.all).toEqual([])
  expect(guards.all).toEqual(['services/mending.json#/eligible=true', 'services/mending.json#/eligible=false'])
  expect(rows.all).toEqual(['categories.json#/categories/repair/limits/finish'])
  expect((await coverage(village)).transitions.all).toContain('handle:review#DISCONTENT/1')
})

// Evaluations through the command door: a locality's own scenario in memory, and what it says when something is not as expected.
import { windowNamed, type ScenarioFile } from '@gridwright/core'
import { expect, test } from 'vitest'
import { areasOf, cardsOf, handle, memoryStore, runScenario, type EvaluationCommand } from '../src/index.ts'
import { filesOf, localityOf, village, type Files } from './folder.ts'

const files: Files = new Map([...village, ...filesOf('packages/workflows/test/village-stars')])
const locality = localityOf(files)
const scenario = locality.scenarios.get('stars')!
const run = (changed: ScenarioFile = scenario) => runScenario(locality, changed, areasOf(files))

test('stars of a month and cards of a quarter are published as computed by hand, and whoever may not is refused', async () => {
  expect(await run()).toMatchObject({ failures: [] })
})

test('every refusal and every figure of the scenario is held against what happens', async () => {
  for (const [index, step] of scenario.steps.entries()) {
    if (!('refused' in step) && !('expect' in step)) continue
    const steps = structuredClone(scenario.steps.slice(0, index + 1))
    const last = steps[index]!
    let figures = 1
    if ('refused' in last) delete last.refused
    else if ('expect' in last && 'score' in last.expect) {
      const { of } = last.expect.score
      figures = Object.keys(of).length
      for (const name of Object.keys(of)) of[name] = of[name] ? { total: '99' } : { total: '0' }
    }
    expect((await run({ ...scenario, steps })).failures.map(({ step: at }) => at)).toEqual(Array(figures).fill(index))
  }
})

test('a publication that meets another publishes only whom that left out, and a repeated one says the same again', async () => {
  const officer = { appointments: [{ post: 'officer', area: '330521102' }], registrations: [] }
  const volunteer = { appointments: [], registrations: [{ kind: 'volunteer', area: '330521102002' }] }
  const store = memoryStore(
    [
      { id: 'guo', ...officer },
      { id: 'sun', ...volunteer }
    ],
    areasOf(files)
  )
  const procedure = () => Promise.reject(new Error('no case is read'))
  const publish = (id: string): EvaluationCommand => ({
    kind: 'publish-scores',
    id,
    actor: { person: 'guo' },
    now: Date.parse('2026-04-06T00:00+08:00'),
    evaluation: 'stars',
    window: '2026-03'
  })
  const send = (id: string) => store.transaction(tx => handle(tx, { locality, procedure }, publish(id)))
  const [first, again, second] = [await send('a'), await send('a'), await send('b')]
  expect([again, second, store.scores.length]).toEqual([first, { refused: 'score.published' }, 1])
})

test('the same evidence under the same release gives the same card again', async () => {
  const file = locality.evaluations.get('stars')!
  const window = windowNamed(file.window, '2026-03', locality.timeZone)!
  const subjects = [{ key: 'person:sun', places: { community: '330521102001' } }]
  const roll = { subjects, ratings: [], totals: [], journal: (async function* () {})() }
  expect((await cardsOf(locality, file, window, roll)).cards[0]).toMatchObject({ total: '30.0', band: 0 })
})

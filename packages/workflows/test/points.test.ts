// Points through the command door: a locality's own scenario in memory, and what it says when something is not as expected.
import { load, procedureOf, type ScenarioFile } from '@gridwright/core'
import { expect, test } from 'vitest'
import { areasOf, handle, memoryStore, runScenario, type AnyCommand } from '../src/index.ts'
import { filesOf, localityOf, village, type Files } from './folder.ts'

const files: Files = new Map([...village, ...filesOf('packages/workflows/test/village-points')])
const locality = localityOf(files)
const scenario = locality.scenarios.get('points')!
const run = (changed: ScenarioFile = scenario) => runScenario(locality, changed, areasOf(files))

test('points are earned, certified, cut by a cap, spent, given back and reversed, each sum as computed by hand', async () => {
  expect(await run()).toMatchObject({ failures: [] })
})

test('every refusal and every figure of the scenario is held against what happens', async () => {
  for (const [index, step] of scenario.steps.entries()) {
    if (!('refused' in step) && !('expect' in step)) continue
    const steps = structuredClone(scenario.steps.slice(0, index + 1))
    const last = steps[index]!
    if ('refused' in last) delete last.refused
    else if ('expect' in last && 'points' in last.expect) {
      const [figures] = Object.values(last.expect.points)
      const own = Object.values(figures!).some(value => typeof value === 'object')
        ? Object.values(figures!)[0]
        : figures
      for (const name of Object.keys(own as object)) Object.assign(own as object, { [name]: '99' }) // the first person's figures
    }
    expect((await run({ ...scenario, steps })).failures.map(({ step: at }) => at)).toContain(index)
  }
})

test('a member of the household may certify once nobody of it has earned', async () => {
  const alone = structuredClone(scenario)
  delete alone.given.people['li']!.household
  const { failures } = await run(alone)
  expect(failures).toMatchObject([
    { path: '/steps/9/refused', expected: 'certifier.same-household', actual: 'accepted' }
  ])
})

test('a case earns by the rules that it is pinned to, once however often its award is sent', async () => {
  const store = memoryStore([{ id: 'resident', appointments: [], registrations: [] }], areasOf(files))
  const pinned = procedureOf(locality, 'mending')!
  const later = load(
    new Map([...files, ['points.json', files.get('points.json')!.replace('"points": "1",', '"points": "2",')]])
  ).locality!
  const send = (command: AnyCommand) =>
    store.transaction(tx => handle(tx, { locality: later, procedure: () => pinned }, command))
  const early = { locality, procedure: () => pinned }
  const command: AnyCommand = {
    kind: 'submit',
    id: '00000000-0000-4000-8000-000000000001',
    actor: { person: 'resident' },
    now: Date.parse('2026-03-02T09:00+08:00'),
    salt: '00',
    service: 'mending',
    area: '330521102001',
    answers: { what: '灯坏了' }
  }
  await store.transaction(tx => handle(tx, early, command))
  const [errand] = store.errands()
  const first = await send(errand!.command)
  expect(await send(errand!.command)).toEqual(first)
  expect(store.account('resident', 'holder:resident')).toMatchObject({ pending: 2, revision: 1 })
  expect(store.errands()).toEqual([])
})

test('a rule that cannot be judged earns nothing, and whoever acted is told', async () => {
  const form = (files.get('forms/order.json') ?? '')
    .replace('["what"]', '["what", "storeys"]')
    .replace('"minimum": 1', '"minimum": -9')
  const rules = (files.get('points.json') ?? '').replace(
    '"points": "1",',
    '"points": "1", "quantity": { "answers": "storeys" },'
  )
  const counting = localityOf(new Map([...files, ['forms/order.json', form], ['points.json', rules]]))
  const order = { as: 'resident', do: 'submit', service: 'mending', area: '330521102001', case: 'c1' }
  const steps: ScenarioFile['steps'] = [
    { ...order, answers: { what: '楼梯灯', storeys: -2 } },
    { expect: { points: { resident: { pending: '0' } } } },
    { expect: { case: 'c1', notified: { resident: ['case.received', 'points.unearned'] } } }
  ]
  expect((await runScenario(counting, { ...scenario, steps }, areasOf(files))).failures).toEqual([])
})

test.each([
  [{ kind: 'redeem', good: 'soap', area: '330521102001' }, 'shop.not-here'],
  [{ kind: 'redeem', good: 'soap', area: 'nowhere' }, 'area.unknown'],
  [{ kind: 'certify', transfer: 'none', verdict: 'accept' }, 'transfer.unknown'],
  [{ kind: 'reverse', transfer: 'none', reason: ' ' }, 'reason.missing'],
  [{ kind: 'certify', transfer: 'none', verdict: 'reject', reason: '字'.repeat(501) }, 'reason.too-long'],
  [{ kind: 'hand-over', transfer: 'none', actor: { person: 'stranger' } }, 'actor.unknown']
])('where no points are given, %j is refused with %s', async (asked, code) => {
  const plain = localityOf(village)
  const store = memoryStore([{ id: 'resident', appointments: [], registrations: [] }], areasOf(village))
  const command = {
    id: '00000000-0000-4000-8000-000000000002',
    actor: { person: 'resident' },
    now: 0,
    ...asked
  } as AnyCommand // one of the table's
  const rules = { locality: plain, procedure: () => procedureOf(plain, 'mending')! }
  expect(await store.transaction(tx => handle(tx, rules, command))).toMatchObject({ refused: code })
})

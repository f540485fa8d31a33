// No dead config: whatever key a schema accepts, a change of its value changes what the check says, what cases and forms come to, or what is shown.
import { readFileSync } from 'node:fs'
import { parse } from 'jsonc-parser'
import { beforeAll, expect, test } from 'vitest'
import { areasOf, check, runScenario } from '../src/index.ts'
import { changed, effectOf, townOf, type Change, type Effect, type Town } from './config-effects.ts'
import { configKeys, sitesIn, type Site } from './config-keys.ts'
import { towns } from './config-towns.ts'

/** A change that shows that a key lives: in which town and at which place, what is put there (else it is taken away), and by what the effect shows. */
type Row = {
  readonly in: string
  readonly at: string
  readonly put?: unknown
  readonly effect: Effect
  readonly by: string
}
const rows = JSON.parse(readFileSync(new URL('live-keys.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, Row>
> // by the type above
const made = new Map<string, Town>()
const sites = new Map<string, ReturnType<typeof sitesIn>>()

/** Keys that the engine itself does not read, each with what does. */
const others: Readonly<Record<string, string>> = {
  'locality/secondApproval': 'publishing reads it, as the tests of releases show',
  'scenario/needs': 'the table of needs in docs is made from it',
  'scenario/carriedBy': 'the tests of the examples take each of these lines away and want the scenario to fail',
  'scenario/steps<CertifyStep>/reason': 'stands on the transfer, where passbooks show it',
  'scenario/steps<ReverseStep>/reason': 'stands on the transfer, where passbooks show it',
  'workflow/states/-/entry<OfferEffect>/params/to/answer':
    'no form is filled in on entry, so the check refuses it wherever it stands'
}

const leaves = [...configKeys.values()].filter(({ isLeaf, schema, required, tells }) => {
  const isFixed = schema.const !== undefined && required && !tells // it can only have one value
  return isLeaf && !isFixed
})

beforeAll(async () => {
  for (const [name, files] of Object.entries(towns)) {
    made.set(name, await townOf(files))
    sites.set(name, sitesIn(files))
  }
})

test('every key of every schema has a row that shows what it does, and no row is left of a key that is gone', () => {
  const wanted = leaves.map(({ id }) => id).filter(id => !(id in others))
  const missing = wanted.filter(id => !(id in rows)) // `npm run keys` looks for a change that shows what they do
  expect([missing, Object.keys(rows).filter(id => !wanted.includes(id))]).toEqual([[], []])
})

// A state's own `states` hold the keys of states once more, and a form stands under the titles of its schema.
test('a key that has keys below it lives by one of them', () => {
  const stem = (id: string) => id.replaceAll(/<\w+>/g, '')
  const alive = [...Object.keys(rows), ...Object.keys(others)].map(stem)
  const above = [...configKeys.values()].filter(
    ({ isLeaf, id }) => !isLeaf && !id.startsWith('form') && id !== 'workflow/states/-/states'
  )
  expect(above.map(({ id }) => stem(id)).filter(id => !alive.some(each => each.startsWith(`${id}/`)))).toEqual([])
})

test.each(Object.keys(towns))('the scenarios of the town “%s” pass, so that what a change does shows', async name => {
  const files = made.get(name)?.files ?? new Map()
  const { locality } = check(files)
  if (!locality) throw new Error(`no town ${name}`)
  const areas = areasOf(files, locality)
  const runs = [...locality.scenarios.values()].map(scenario => runScenario(locality, scenario, areas))
  expect((await Promise.all(runs)).flatMap(({ failures }) => failures)).toEqual([])
})

test.each(Object.entries(rows))('%s changes something', async (id, { in: name, at, put, effect, by }) => {
  const town = made.get(name)
  if (!town) throw new Error(`no town ${name}`)
  const change = changeAt(town, at, put)
  const after = put === undefined ? town.files : changed(town.files, change)
  const isThere = (sites: ReturnType<typeof sitesIn> | undefined) =>
    sites?.get(id)?.some(site => isWithin(site, change)) ?? false
  const stands = isThere(sites.get(name)) || isThere(sitesIn(after))
  const shown = (await effectOf(town, change, by)) ?? (await effectOf(town, change))
  expect([stands, shown]).toMatchObject([true, { effect }])
})

/** The change that a row names: numbers are places in lists where there is a list. */
function changeAt(town: Town, at: string, put: unknown): Change {
  const [file = '', pointer = ''] = at.split('#/')
  let node: unknown = parse(town.files.get(file) ?? '')
  const path = pointer.split('/').map(token => {
    const step = Array.isArray(node) ? Number(token) : token
    node =
      typeof node === 'object' && node !== null ? Object.entries(node).find(([key]) => key === token)?.[1] : undefined
    return step
  })
  return { file, path, ...(put === undefined ? {} : { put }) }
}

function isWithin(site: Site, { file, path }: Change): boolean {
  return site.file === file && path.every((step, i) => site.path[i] === step)
}

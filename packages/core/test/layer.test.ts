// The promise of layers: whatever a layer writes, once it passes it is nowhere wider than its base. And how paths of layers are read.
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { due } from '../src/clock.ts'
import { compileCondition, runCondition } from '../src/condition.ts'
import { compareDecimal, parseDecimal } from '../src/decimal.ts'
import { parseDuration } from '../src/duration.ts'
import { joined } from '../src/layer.ts'
import { load, type Locality } from '../src/locality.ts'
import { limitsOf } from '../src/procedure.ts'
import type { Limit } from '../src/schema-types.ts'
import { fileOf, hamletWith } from './hamlet.ts'

const atoms = [
  "'elder' in applicant.registrations",
  "'tenant' in applicant.registrations",
  "'clerk' in applicant.posts"
]
const [elder = '', tenant = '', clerk = ''] = atoms
const baseCondition = `${elder} || ${tenant} && !(${clerk})`
const cap = { points: '10', per: 'month' }

const base = hamletWith({
  'calendar.json': {
    clocks: {
      natural: { kind: 'natural' },
      work: {
        kind: 'working-hours',
        weekdays: [1, 2, 3, 4, 5],
        windows: [{ from: '09:00', to: '17:00' }],
        observesHolidays: false
      }
    }
  },
  'categories.json': {
    categories: {
      top: { label: '总类', limits: { finish: { within: 'P3D', clock: 'work' } } },
      all: { label: '全部', parent: 'top' }
    }
  },
  'services/ask.json': {
    ...fileOf('services/ask.json'),
    channels: ['web', 'phone'],
    eligible: { cel: baseCondition, otherwise: '不在此列' }
  },
  'locality.json': {
    ...fileOf('locality.json'),
    channels: { web: { label: '网上' }, phone: { label: '电话' }, desk: { label: '窗口' } }
  },
  'posts.json': {
    posts: {
      clerk: {
        label: '文书',
        level: 'street',
        perArea: { min: 1, max: 3 },
        rights: { see: 'subtree', contact: 'mask' }
      }
    }
  },
  'points.json': {
    ledgers: { merit: { label: '积分', unit: '0.5', spendable: false } },
    rules: { told: { label: '答复', ledger: 'merit', on: 'TELL', to: 'applicant', points: '1', cap } }
  }
})

/** The base below, and these files of a layer upon it. */
function layerOf(changes: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  const own = { 'locality.json': { id: 'lane', code: '520425001', name: '小巷', extends: '../hamlet' }, ...changes }
  return new Map([
    ...[...base].map(([path, text]) => [`../hamlet/${path}`, text] as const),
    ...Object.entries(own).map(([path, value]) => [path, JSON.stringify(value)] as const)
  ])
}

const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined, freq: 2 })
const limit = fc.record(
  {
    within: fc.constantFrom('P1D', 'P2D', 'P3D', 'P3DT1H', 'P4D', 'PT1H', 'PT30H'),
    clock: fc.constantFrom('work', 'work', 'natural')
  },
  { requiredKeys: ['within'] }
)
const condition = fc
  .array(
    fc.tuple(
      fc.constantFrom(' && ', ' && ', ' || '),
      fc.constantFrom(...atoms, baseCondition),
      fc.constantFrom('', '', '!')
    ),
    { maxLength: 3 }
  )
  .chain(parts =>
    fc
      .constantFrom(`(${baseCondition})`, baseCondition, elder)
      .map(first => parts.reduce((text, [and, atom, not]) => `${text}${and}${not}(${atom})`, first))
  )
const layer = fc.record({
  top: maybe(limit),
  all: maybe(limit),
  channels: maybe(fc.uniqueArray(fc.constantFrom('web', 'phone', 'desk'), { minLength: 1 })),
  cel: maybe(condition),
  cap: maybe(
    fc.record(
      { points: fc.constantFrom('5', '9.5', '10', '11'), per: fc.constantFrom('month', 'year') },
      { requiredKeys: ['points'] }
    )
  ),
  clerk: maybe(
    fc.record(
      {
        perArea: fc.record(
          { min: fc.integer({ min: 0, max: 2 }), max: fc.integer({ min: 2, max: 4 }) },
          { requiredKeys: [] }
        ),
        rights: fc.record(
          { see: fc.constantFrom('assigned', 'subtree'), contact: fc.constantFrom('clear', 'mask', 'absent') },
          { requiredKeys: [] }
        )
      },
      { requiredKeys: [] }
    )
  )
})
type Drawn = typeof layer extends fc.Arbitrary<infer T> ? T : never

function filesOf({ top, all, channels, cel, cap: lower, clerk: post }: Drawn): ReadonlyMap<string, string> {
  const limits = (finish: unknown) => (finish === undefined ? {} : { limits: { finish } })
  return layerOf({
    'categories.json': { categories: { top: limits(top), all: limits(all) } },
    'services/ask.json': { ...(channels && { channels }), ...(cel !== undefined && { eligible: { cel } }) },
    ...(lower && { 'points.json': { rules: { told: { cap: lower } } } }),
    ...(post && { 'posts.json': { posts: { clerk: post } } })
  })
}

/** What of `lane` is wider than in `hamlet`, in words. */
function widened(lane: Locality, hamlet: Locality, start: number): readonly string[] {
  const end = (locality: Locality, { within, clock }: Limit) => {
    const rule = locality.calendar.clocks.get(clock)!
    return due(
      { rule, years: locality.calendar.years, timeZone: locality.timeZone },
      start,
      parseDuration(within)!
    ) as number // no year is needed
  }
  const later = ['top', 'all'].filter(id => {
    const [above, below] = [lane, hamlet].map(locality =>
      end(locality, limitsOf(locality.categories, id).get('finish')!)
    )
    return above! > below!
  })
  const [service, old] = [lane, hamlet].map(locality => locality.services.get('ask')!)
  const more = service!.channels.filter(channel => !old!.channels.includes(channel))
  const people = [0, 1, 2, 3, 4, 5, 6, 7].map(bits => ({
    applicant: {
      registrations: [...(bits & 1 ? ['elder'] : []), ...(bits & 2 ? ['tenant'] : [])],
      posts: bits & 4 ? ['clerk'] : []
    }
  }))
  const admits = (cel: string, facts: object) => runCondition(compileCondition(cel), { ...facts }) === true
  const others = people.filter(facts => admits(service!.eligible!.cel, facts) && !admits(old!.eligible!.cel, facts))
  const capOf = (locality: Locality) => locality.points!.rules.told!.cap!
  const richer =
    compareDecimal(parseDecimal(capOf(lane).points)!, parseDecimal(capOf(hamlet).points)!) > 0 ||
    capOf(lane).per !== cap.per
  const { perArea, rights } = lane.posts.get('clerk')!
  return [
    ...later,
    ...more,
    ...others.map(facts => JSON.stringify(facts)),
    ...(richer ? ['cap'] : []),
    ...(perArea!.min! < 1 || perArea!.max! > 3 ? ['perArea'] : []),
    ...(rights!.contact === 'clear' ? ['contact'] : [])
  ]
}

let [passed, refused] = [0, 0]
afterAll(() => expect(Math.min(passed, refused)).toBeGreaterThan(20))

test('a layer that passes is nowhere wider than its base: no limit later, nobody more let in, no channel, cap or sight more', () => {
  const hamlet = load(base).locality!
  fc.assert(
    fc.property(layer, fc.integer({ min: 0, max: 8760 }), (drawn, hour) => {
      const { locality, issues } = load(filesOf(drawn))
      if (!locality) {
        refused++
        const others = issues.filter(
          ({ code, severity }) => severity === 'error' && !/^layer\.|^condition\.never$/.test(code)
        )
        expect(others).toEqual([]) // a drawn condition may contradict itself
        return
      }
      passed++
      expect(widened(locality, hamlet, Date.UTC(2026, 0, 1) + hour * 3_600_000)).toEqual([])
    }),
    { numRuns: 600 }
  )
})

test.each<[string, Readonly<Record<string, unknown>>]>([
  ['a shorter limit', { 'categories.json': { categories: { top: { limits: { finish: { within: 'P2D' } } } } } }],
  [
    'a limit where one was inherited',
    { 'categories.json': { categories: { all: { limits: { finish: { within: 'P3D', clock: 'work' } } } } } }
  ],
  [
    'a stage that nobody had',
    { 'categories.json': { categories: { all: { limits: { visit: { within: 'P9D', clock: 'natural' } } } } } }
  ],
  ['one channel', { 'services/ask.json': { channels: ['phone'] } }],
  [
    'one demand more, before that of the base',
    { 'services/ask.json': { eligible: { cel: `${clerk} && (${baseCondition})`, otherwise: '只限文书' } } }
  ],
  ['a lower cap', { 'points.json': { rules: { told: { cap: { points: '0.5' } } } } }],
  ['what the base says word for word', { 'services/ask.json': JSON.parse(base.get('services/ask.json')!) }],
  ['nothing at all', {}]
])('%s passes, and is told to nobody', (_, changes) => {
  expect(load(layerOf(changes)).issues).toEqual([])
})

test.each([
  ['', '../b', '../b'],
  ['../b', '..', '..'],
  ['../b', '../a/locality.json', '../a/locality.json'],
  ['..', './yulin', '../yulin'],
  ['base', '..', ''],
  ['', '.', ''],
  ['../..', '../x', '../../../x']
])('from “%s”, “%s” is “%s”', (folder, path, whole) => {
  expect(joined(folder, path)).toBe(whole)
})

test('a chain of more layers than there are levels of administration is refused', () => {
  const files = new Map(
    Array.from({ length: 12 }, (_, i) => [`${'../'.repeat(i)}locality.json`, '{ "extends": ".." }'])
  )
  expect(load(files).issues.map(({ file, code, params }) => [file, code, params.limit])).toContainEqual([
    '../../../../../../../locality.json',
    'layer.too-many',
    8
  ])
})

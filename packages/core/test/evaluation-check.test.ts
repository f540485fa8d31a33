// A bad evaluation beside its exact issues: names, weights, bands, scales, and who is near enough to rate and publish.
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import schema from '../schemas/evaluation.schema.json' with { type: 'json' }
import pointsSchema from '../schemas/points.schema.json' with { type: 'json' }
import terms from '../schemas/terms.schema.json' with { type: 'json' }
import { checkEvaluations } from '../src/evaluation-check.ts'
import { describeIssue, type IssueParams } from '../src/issue.ts'
import type { EvaluationFile } from '../src/schema-types.ts'
import { parseSource } from '../src/source.ts'
import { stars, starsWith } from './evaluation-town.ts'
import { town } from './points-town.ts'

const validate = new Ajv2020({ schemas: [terms, pointsSchema], strictTypes: false }).compile<EvaluationFile>(schema)
type Change = (file: EvaluationFile) => void

const issuesOf = (evaluations: Readonly<Record<string, EvaluationFile>>) =>
  checkEvaluations(
    { ...town, evaluations: new Map(Object.entries(evaluations)) },
    new Map(
      Object.entries(evaluations).map(([id, file]) => {
        const path = `evaluations/${id}.json`
        return [path, parseSource(path, JSON.stringify(file))]
      })
    )
  )
/** The issues as `code path`, with what they say. */
const said = (evaluations: Readonly<Record<string, EvaluationFile>>): readonly [string, IssueParams][] =>
  issuesOf(evaluations).map(({ code, path, params }) => [`${code} ${path}`, params])

test('the stars are accepted by the schema and have no issue', () => {
  expect([validate(stars), said({ stars })]).toEqual([true, []])
})

describe('the schema refuses', () => {
  test.each<[string, Change]>([
    ['a weight as a number', file => Object.assign(file.indicators.done!, { weight: 0.3 })],
    ['a weight above 1', file => Object.assign(file.indicators.done!, { weight: '1.1' })],
    [
      'a ratio without what it says for nothing',
      file =>
        Object.assign(file.indicators.done!, { fold: { ratio: { of: [{ on: ['DONE'] }], to: { on: ['DONE'] } } } })
    ],
    ['two folds at once', file => Object.assign(file.indicators.done!.fold, { sheet: 'peer' })],
    ['points for nothing above 100', file => Object.assign(file.indicators.peer!.fold, { empty: '101' })],
    ['a window of a week', file => Object.assign(file.window, { every: 'week' })],
    ['no bands', file => Object.assign(file, { bands: [] })],
    ['a key that does nothing', file => Object.assign(file, { ranking: true })]
  ])('%s', (_, change) => expect(validate(starsWith(change))).toBe(false))
})

describe('an evaluation has the issue', () => {
  test.each<[string, Change, [string, IssueParams][]]>([
    [
      'of weights that do not add up',
      file => void (file.indicators.done!.weight = '0.2'),
      [['weights.sum /indicators', { sum: '0.9' }]]
    ],
    [
      'of something that weighs as much as what must stand out',
      file =>
        void Object.assign(file.indicators, {
          done: { ...file.indicators.done!, weight: '0.4' },
          leader: { ...file.indicators.leader!, weight: '0' + '.0' },
          peer: { ...file.indicators.peer!, weight: '0.2' }
        }),
      [
        [
          'weights.foremost /indicators/done/weight',
          { name: 'satisfaction', weight: '0.4', other: 'done', otherWeight: '0.4' }
        ]
      ]
    ],
    [
      'of a foremost indicator that is not there',
      file => void (file.foremost = 'satisfactions'),
      [['name.unknown /foremost', { kind: 'indicator', name: 'satisfactions', suggestion: 'satisfaction' }]]
    ],
    [
      'of totals without a band',
      file => void (file.bands[0]!.from = '10'),
      [['band.gap /bands/0/from', { from: '10' }]]
    ],
    [
      'of bands that overlap',
      file => void (file.bands[2]!.from = '60.0'),
      [['band.order /bands/2/from', { from: '60', before: '60' }]]
    ],
    [
      'of a band that is never reached',
      file => void (file.bands[2]!.from = '100.5'),
      [['band.unreachable /bands/2/from', { from: '100.5' }]]
    ],
    [
      'of steps that fall',
      file => void (file.indicators.done!.steps![1]!.from = '0.5'),
      [['band.order /indicators/done/steps/1/from', { from: '0.5', before: '1' }]]
    ],
    [
      'of a value that never becomes points',
      file => void delete file.indicators.done!.steps,
      [['indicator.no-scale /indicators/done', {}]]
    ],
    [
      'of two ways to points',
      file => void Object.assign(file.indicators.done!, { scale: { from: '0', to: '9' } }),
      [['indicator.two-scales /indicators/done/steps', {}]]
    ],
    [
      'of a scale without length',
      file => void Object.assign(file.indicators.peer!, { scale: { from: '5', to: '5.0' } }),
      [['indicator.flat-scale /indicators/peer/scale/to', { value: '5.0' }]]
    ],
    [
      'of a sheet that is not there',
      file => void Object.assign(file.indicators.peer!.fold, { sheet: 'peers' }),
      [
        ['name.unused /sheets/peer', { kind: 'sheet', name: 'peer' }],
        ['name.unknown /indicators/peer/fold/sheet', { kind: 'sheet', name: 'peers', suggestion: 'peer' }]
      ]
    ],
    [
      'of a sheet worth nothing',
      file => void (file.sheets!.peer!.highest = '0'),
      [['sheet.worthless /sheets/peer/highest', {}]]
    ],
    [
      'of a post that is not there',
      file => void (file.subjects = { post: 'secretry' }),
      [['name.unknown /subjects/post', { kind: 'post', name: 'secretry', suggestion: 'secretary' }]]
    ],
    [
      'of a level that is not there',
      file => void (file.subjects = { level: 'comunity' }),
      [['name.unknown /subjects/level', { kind: 'level', name: 'comunity', suggestion: 'community' }]]
    ],
    [
      'of raters below the subjects',
      file => void (file.sheets!.leader!.raters = { post: 'unit-head' }),
      [['party.below-subject /sheets/leader/raters', { name: 'unit-head', level: 'unit', placeLevel: 'community' }]]
    ],
    [
      'of publishers below the subjects',
      file => void (file.publishedBy = [{ post: 'secretary' }, { post: 'unit-head' }]),
      [['party.below-subject /publishedBy/1', { name: 'unit-head', level: 'unit', placeLevel: 'community' }]]
    ],
    [
      'of readers that are not there',
      file => void (file.readBy = { post: 'clerk' }),
      [['name.unknown /readBy/post', { kind: 'post', name: 'clerk', known: 'secretary shopkeeper unit-head' }]]
    ],
    [
      'of an event that no workflow has',
      file => void (file.indicators.done!.fold = { count: { on: ['DONE', 'DON'] } }),
      [['name.unknown /indicators/done/fold/count/on/1', { kind: 'event', name: 'DON', suggestion: 'DONE' }]]
    ],
    [
      'of a service that is not there',
      file => void (file.indicators.done!.fold = { count: { on: ['DONE'], services: ['rescue', 'rescu'] } }),
      [
        [
          'name.unknown /indicators/done/fold/count/services/1',
          { kind: 'service', name: 'rescu', suggestion: 'rescue' }
        ]
      ]
    ],
    [
      'of a condition on a field that is not there',
      file =>
        void (file.indicators.done!.fold = { count: { on: ['DONE'], services: ['mediation'], when: 'form.setled' } }),
      [['condition.unknown-name /indicators/done/fold/count/when', { name: 'form.setled', suggestion: 'settled' }]]
    ],
    [
      'of a field that is no number',
      file =>
        void Object.assign(file.indicators.done!, {
          fold: { sum: { on: ['DONE'], services: ['mediation'], value: { form: 'hours' } } }
        }),
      [['name.unknown /indicators/done/fold/sum/value/form', { kind: 'number field', name: 'hours', known: '–' }]]
    ],
    [
      'of a field that may be empty',
      file =>
        void Object.assign(file.indicators.done!, {
          fold: { sum: { on: ['DONE'], services: ['rescue'], value: { form: 'minutes' } } }
        }),
      [['quantity.optional /indicators/done/fold/sum/value/form', { name: 'minutes' }]]
    ],
    [
      'of a scale of reviews that is not there',
      file => void (file.indicators.satisfaction!.fold = { review: { scale: 'three' }, empty: '0' }),
      [['name.unknown /indicators/satisfaction/fold/review/scale', { kind: 'scale', name: 'three', known: '–' }]]
    ],
    [
      'of a clock that is not there',
      file =>
        void Object.assign(file.indicators.done!, {
          fold: { duration: { from: ['SUBMIT'], to: { on: ['DONE'] }, clock: 'work', unit: 'hours' }, empty: '0' }
        }),
      [['name.unknown /indicators/done/fold/duration/clock', { kind: 'clock', name: 'work', known: 'natural' }]]
    ],
    [
      'of a start that no workflow has',
      file =>
        void Object.assign(file.indicators.done!, {
          fold: { duration: { from: ['ACCEPTED'], to: { on: ['DONE'] }, unit: 'hours' }, empty: '0' }
        }),
      [
        [
          'name.unknown /indicators/done/fold/duration/from/0',
          { kind: 'event', name: 'ACCEPTED', known: 'SUBMIT DONE ASKED' }
        ]
      ]
    ],
    [
      'of a credit that areas do not ask for',
      file =>
        void Object.assign(file, {
          subjects: { level: 'community' },
          indicators: {
            ...file.indicators,
            done: { ...file.indicators.done!, fold: { count: { on: ['DONE'], credit: 'actor' } } }
          }
        }),
      [['pick.idle-credit /indicators/done/fold/count/credit', { level: 'community' }]]
    ]
  ])('%s', (_, change, issues) => expect(said({ stars: starsWith(change) })).toEqual(issues))
})

describe('an evaluation that reads another’s totals', () => {
  const quarter = (change: Change = () => undefined) =>
    starsWith(file => {
      file.window.every = 'quarter'
      delete file.sheets
      delete file.foremost
      file.indicators = { mean: { label: '三个月平均', weight: '1', fold: { scores: 'stars', empty: '0', least: 3 } } }
      change(file)
    })
  test.each<[string, EvaluationFile, [string, IssueParams][]]>([
    ['reads the same people’s', quarter(), []],
    ['reads those of the people of its areas', quarter(file => void (file.subjects = { level: 'community' })), []],
    [
      'finds no other',
      quarter(file => void Object.assign(file.indicators.mean!.fold, { scores: 'star' })),
      [['name.unknown /indicators/mean/fold/scores', { kind: 'evaluation', name: 'star', suggestion: 'stars' }]]
    ],
    [
      'has windows as short',
      quarter(file => void (file.window.every = 'month')),
      [['scores.window /indicators/mean/fold/scores', { name: 'stars', every: 'month', own: 'month' }]]
    ],
    [
      'judges other people',
      quarter(file => void (file.subjects = { post: 'shopkeeper' })),
      [['scores.subjects /indicators/mean/fold/scores', { name: 'stars' }]]
    ],
    [
      'judges areas below them',
      quarter(file => void Object.assign(file, { subjects: { level: 'unit' }, publishedBy: { post: 'secretary' } })),
      [['scores.subjects /indicators/mean/fold/scores', { name: 'stars' }]]
    ]
  ])('%s', (_, file, issues) => expect(said({ stars, quarter: file })).toEqual(issues))
})

test('each issue says in both languages what to do', () => {
  const [issue] = issuesOf({ stars: starsWith(file => void (file.bands[0]!.from = '10')) })
  expect([describeIssue(issue!, 'zh-CN').message, describeIssue(issue!, 'en').message]).toEqual([
    '第一档从 10 起，低于它的总分没有等次；第一档写 "0"',
    'the first band begins at 10, so totals below it have none; begin at "0"'
  ])
})

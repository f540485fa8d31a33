// Stars as Xinshi gives them to its community workers: the residents' satisfaction weighs most, then the work done, then peers and leader.
import { evaluationOf, type Occurrence, type Subject } from '../src/evaluation.ts'
import { tally, type Evidence } from '../src/evaluation-fold.ts'
import type { EvaluationFile } from '../src/schema-types.ts'
import { windowNamed } from '../src/window.ts'
import { done, places, town } from './points-town.ts'

export const stars: EvaluationFile = {
  title: '月度评星',
  subjects: { post: 'secretary' },
  window: { every: 'month', closesAfterDays: 5 },
  sheets: {
    peer: { label: '互督互评', raters: { post: 'secretary' }, highest: '10' },
    leader: { label: '领导评价', raters: { post: 'shopkeeper' }, highest: '100' }
  },
  indicators: {
    satisfaction: { label: '群众满意度', weight: '0.4', fold: { review: {}, empty: '60' } },
    done: {
      label: '办结',
      weight: '0.3',
      fold: { count: { on: ['DONE'] } },
      steps: [
        { from: '1', points: '60' },
        { from: '3', points: '100' }
      ]
    },
    peer: { label: '互评', weight: '0.2', fold: { sheet: 'peer', empty: '0', least: 2 } },
    leader: { label: '领导评价', weight: '0.1', fold: { sheet: 'leader', empty: '0' } }
  },
  foremost: 'satisfaction',
  rounding: { line: 2, total: 1, mode: 'half-up' },
  bands: [
    { from: '0', label: '三星', stars: 3 },
    { from: '60', label: '四星', stars: 4 },
    { from: '90', label: '五星', stars: 5 }
  ],
  publishedBy: { post: 'secretary' }
}

/** The evaluation with something else declared. */
export function starsWith(change: (file: EvaluationFile) => void): EvaluationFile {
  const file = structuredClone(stars)
  change(file)
  return file
}

const november = windowNamed(stars.window, '2026-11', town.timeZone)!
const chen: Subject = { key: 'person:chen', places }

/** A step of a case; `review` is the value that the applicant gave with it. */
export function happened(
  id: string,
  event: string,
  at: string,
  more: { readonly form?: object; readonly review?: string; readonly ordinal?: number; readonly service?: string } = {}
): Occurrence {
  const { form = {}, review, ordinal = 1, service = 'rescue' } = more
  const instant = Date.parse(`${at}+08:00`)
  const cause = done(service, { ...form }, { id, event, at: instant, ordinal })
  const rated = review === undefined ? null : { scale: 'three', event, value: review, at: instant }
  return { ...cause, row: { ...cause.row, review: rated } }
}

export type Month = Partial<Evidence> & { readonly occurrences?: readonly Occurrence[] }

/** The cards of `file` for November 2026 from this evidence, for chen unless it says other subjects. */
export function evaluated(file: EvaluationFile, { occurrences = [], ...evidence }: Month) {
  const level = 'level' in file.subjects ? file.subjects.level : null
  const tallying = tally(
    evaluationOf(file),
    november,
    { subjects: [chen], level, ratings: [], totals: [], ...evidence },
    town
  )
  for (const occurrence of occurrences) tallying.count(occurrence)
  return tallying.cards()
}

/** An evaluation with this one indicator. */
export function only(indicator: Omit<EvaluationFile['indicators'][string], 'label' | 'weight'>): EvaluationFile {
  return starsWith(file => void (file.indicators = { it: { label: '指标', weight: '1', ...indicator } }))
}

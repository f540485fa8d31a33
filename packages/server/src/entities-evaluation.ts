// The tables of evaluations: marks and published scores. Rows are never changed.
import { defineEntity, p } from '@mikro-orm/postgresql'
import { locality, secured } from './entity.ts'

/** Marks on a sheet; of several by one rater for one subject the last counts. */
const RatingTable = defineEntity({
  name: 'RatingTable',
  tableName: 'rating',
  ...secured,
  indexes: [{ name: 'rating_window', properties: ['locality', 'evaluation', 'window', 'rater'] }],
  properties: {
    locality: locality(),
    id: p.uuid().primary(),
    evaluation: p.text(),
    window: p.text(),
    sheet: p.text(),
    rater: p.text(),
    subject: p.text(),
    marks: p.text(),
    at: p.datetime()
  }
})

/** A published score: at most one for a subject and window. `starts_at` is the window's beginning. */
const ScoreTable = defineEntity({
  name: 'ScoreTable',
  tableName: 'score',
  ...secured,
  indexes: [{ name: 'score_starts', properties: ['locality', 'evaluation', 'starts_at', 'subject'] }],
  uniques: [{ name: 'score_id', properties: ['locality', 'id'] }],
  properties: {
    locality: locality(),
    evaluation: p.text().primary(),
    window: p.text().primary(),
    subject: p.text().primary(),
    id: p.uuid(),
    starts_at: p.datetime(),
    card: p.json<Record<string, unknown>>(),
    release: p.text(),
    at: p.datetime(),
    published_by: p.text()
  }
})

/** Both, in the order in which they are made. */
export const evaluationTables = [RatingTable, ScoreTable] as const

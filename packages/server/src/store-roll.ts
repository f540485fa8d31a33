// Evaluations as rows: whom they judge, marks, published scores, and the journal read a few hundred cases at a time, so that a month
// of a whole county is counted in bounded memory.
import type { PartyKey, PublishedTotal, Rating, Subject } from '@gridwright/core'
import {
  journaled,
  subjectsFrom,
  totalOf,
  type Change,
  type Journaled,
  type RollFacts,
  type RollReads,
  type Score
} from '@gridwright/workflows'
import {
  caseFrom,
  caseSelection,
  eventFrom,
  eventSelection,
  iso,
  milliseconds,
  type CaseRecord,
  type EventRecord
} from './store-case.ts'
import type { Run } from './store-session.ts'

const casesAtOnce = 200
const firstId = '00000000-0000-0000-0000-000000000000'

/** What `reads` asks for; with `whole` two publications of one window wait for each other until the first has committed. */
export async function readRoll(run: Run, locality: string, reads: RollReads): Promise<RollFacts> {
  const { evaluation, window, whole, totalsOf } = reads
  if (whole)
    await run('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `score ${locality} ${evaluation} ${window.name}`
    ])
  return {
    subjects: await subjectsOf(run, locality, reads),
    published: whole ? await publishedIn(run, locality, reads) : new Set(),
    ratings: whole ? await ratingsOf(run, locality, reads) : [],
    totals: whole ? await totalsIn(run, locality, totalsOf, window) : [],
    journal: whole ? journalOf(run, locality, window) : nothing()
  }
}

type Held = { person: string | null; area: string; places: Subject['places'] }

/** Whoever held the post or registration within the window, with where; or the areas of the level. */
export async function subjectsOf(
  run: Run,
  locality: string,
  { subjects, window }: Pick<RollReads, 'subjects' | 'window'>
): Promise<readonly Subject[]> {
  if ('level' in subjects)
    return subjectsFrom(
      await run<Held>('select null as person, id as area, places from area where locality = $1 and level = $2', [
        locality,
        subjects.level
      ])
    )
  const [table, name, column] =
    'post' in subjects
      ? (['appointment', subjects.post, 'post'] as const)
      : (['registration', subjects.registration, 'kind'] as const)
  return subjectsFrom(
    await run<Held>(
      `select h.person, h.area, a.places from ${table} h cross join lateral (select a.places from area a where a.locality = $1 and a.id = h.area limit 1) a
        where h.locality = $1 and h.${column} = $2 and h.valid_from < $4::timestamptz and (h.valid_to is null or h.valid_to > $3::timestamptz)`,
      [locality, name, iso(window.from), iso(window.to)]
    )
  )
}

const ratingColumns = `id, evaluation, "window", sheet, rater, subject, marks, ${milliseconds('at')} as at`

/** Marks of a window; of one rater where one is named. */
export function ratingsOf(
  run: Run,
  locality: string,
  { evaluation, window, rater }: Pick<RollReads, 'evaluation' | 'window'> & { readonly rater?: string }
): Promise<readonly Rating[]> {
  return run<Rating>(
    `select ${ratingColumns} from rating where locality = $1 and evaluation = $2 and "window" = $3 and ($4::text is null or rater = $4)`,
    [locality, evaluation, window.name, rater ?? null]
  )
}

type ScoreRecord = Omit<Score, 'from' | 'by'> & { starts_at: number; published_by: string }
const scoreColumns = `id, evaluation, "window", ${milliseconds('starts_at')} as starts_at, card, release, ${milliseconds('at')} as at, published_by`
const scoreFrom = ({ starts_at: from, published_by: by, ...same }: ScoreRecord): Score => ({ ...same, from, by })

/** Published scores of a window by subject: of one where it is named, else at most `first` after `after`; all where nothing is given. */
export async function scoresOf(
  run: Run,
  locality: string,
  query: { evaluation: string; window: string; subject?: string; first?: number; after?: string }
): Promise<readonly Score[]> {
  const { evaluation, window, subject = null, first = null, after = '' } = query
  const rows = await run<ScoreRecord>(
    `select ${scoreColumns} from score where locality = $1 and evaluation = $2 and "window" = $3 and subject > $4
      and ($5::text is null or subject = $5) order by subject limit $6`,
    [locality, evaluation, window, after, subject, first]
  )
  return rows.map(scoreFrom)
}

/** The keys of those whose scores of a window are published. */
export async function publishedIn(
  run: Run,
  locality: string,
  { evaluation, window }: Pick<RollReads, 'evaluation' | 'window'>
): Promise<ReadonlySet<string>> {
  const rows = await run<{ subject: string }>(
    `select subject from score where locality = $1 and evaluation = $2 and "window" = $3`,
    [locality, evaluation, window.name]
  )
  return new Set(rows.map(({ subject }) => subject))
}

export type PublishedRound = { readonly evaluation: string; readonly window: string }

/** The windows that have published scores, by evaluation, the latest window first. */
export function roundsIn(run: Run, locality: string): Promise<readonly PublishedRound[]> {
  return run<PublishedRound>(
    `select evaluation, "window" from score where locality = $1 group by 1, 2 order by evaluation, max(starts_at) desc`,
    [locality]
  )
}

/** Published scores by id, in the order of their subjects. */
export async function scoresById(run: Run, locality: string, ids: readonly string[]): Promise<readonly Score[]> {
  const rows = await run<ScoreRecord>(
    `select ${scoreColumns} from score where locality = $1 and id = any($2::uuid[]) order by subject`,
    [locality, ids]
  )
  return rows.map(scoreFrom)
}

/** All published scores of a locality, for the audit. */
export async function allScores(run: Run, locality: string): Promise<readonly Score[]> {
  return (await run<ScoreRecord>(`select ${scoreColumns} from score where locality = $1`, [locality])).map(scoreFrom)
}

/** Totals that these evaluations published for windows that begin within `window`. */
export async function totalsIn(
  run: Run,
  locality: string,
  evaluations: readonly string[],
  { from, to }: RollReads['window']
): Promise<readonly PublishedTotal[]> {
  if (evaluations.length === 0) return []
  const rows = await run<ScoreRecord>(
    `select ${scoreColumns} from score where locality = $1 and evaluation = any($2::text[])
      and starts_at >= $3::timestamptz and starts_at < $4::timestamptz`,
    [locality, evaluations, iso(from), iso(to)]
  )
  return rows.map(row => totalOf(scoreFrom(row)))
}

const journalSql = `with c as materialized (select id from case_record where locality = $1 and id > $2::uuid
      and submitted_at < $4::timestamptz and updated_at >= $3::timestamptz order by id limit ${casesAtOnce})
  select e.* from c cross join lateral (
    select ${eventSelection('e')} from case_event e where e.locality = $1 and e.case_id = c.id order by e.ordinal offset 0) e`

/** The entries of all cases that may have one in the window, a batch of whole cases at a time. */
export async function* journalOf(
  run: Run,
  locality: string,
  { from, to }: RollReads['window']
): AsyncGenerator<Iterable<Journaled>> {
  for (let after: string | undefined = firstId; after !== undefined;) {
    const rows: readonly EventRecord[] = await run<EventRecord>(journalSql, [locality, after, iso(from), iso(to)])
    const cases = Map.groupBy(rows.map(eventFrom), entry => entry.case)
    for (const entries of cases.values()) yield journaled(entries)
    after = cases.size === casesAtOnce ? [...cases.keys()].at(-1) : undefined
  }
}

async function* nothing(): AsyncGenerator<Iterable<Journaled>> {}

/** The entries of `ids` (`<case>#<ordinal>`), in their order, whose cases one of `keys` may see, each with its case as it stands now. */
export async function countedIn(
  run: Run,
  locality: string,
  ids: readonly string[],
  keys: readonly PartyKey[]
): Promise<readonly Journaled[]> {
  const places = ids.map(id => id.split('#'))
  const cases = places.map(([id = '']) => id)
  const rows = await run<CaseRecord>(
    `select ${caseSelection('c')} from case_record c where c.locality = $1 and c.id = any($2::uuid[]) and c.audience && $3::text[]`,
    [locality, cases, keys]
  )
  const seen = new Map(rows.map(row => [row.id, caseFrom(row)]))
  const entries = await run<EventRecord>(
    `select e.* from unnest($2::uuid[], $3::int[]) with ordinality as k(case_id, ordinal, place) cross join lateral (
      select ${eventSelection('e')} from case_event e where e.locality = $1 and e.case_id = k.case_id and e.ordinal = k.ordinal limit 1) e
      order by k.place`,
    [locality, cases, places.map(([, ordinal = '']) => Number(ordinal))]
  )
  return entries.map(eventFrom).flatMap(entry => {
    const row = seen.get(entry.case)
    return row ? [{ row, entry }] : []
  })
}

/** Writes the marks and scores among `changes`, each kind in one statement. */
export async function writeRoll(run: Run, locality: string, changes: readonly Change[]): Promise<void> {
  const ratings = changes.flatMap(change =>
    change.kind === 'rating' ? [{ ...change.rating, at: iso(change.rating.at) }] : []
  )
  const scores = changes.flatMap(change => (change.kind === 'score' ? [recordOf(change.score)] : []))
  if (ratings.length > 0) await run(ratingSql, [locality, JSON.stringify(ratings)])
  if (scores.length > 0) await run(scoreSql, [locality, JSON.stringify(scores)])
}

function recordOf({ from, by, at, ...same }: Score) {
  return { ...same, subject: same.card.subject, starts_at: iso(from), at: iso(at), published_by: by }
}

const insertion = (table: string, columns: Readonly<Record<string, string>>) => {
  const names = Object.keys(columns).map(name => `"${name}"`)
  const typed = Object.entries(columns).map(([name, type]) => `"${name}" ${type}`)
  return `insert into ${table} (locality, ${names.join(', ')}) select $1, ${names.map(name => `r.${name}`).join(', ')}
    from jsonb_to_recordset($2::jsonb) as r(${typed.join(', ')})`
}
const round = { id: 'uuid', evaluation: 'text', window: 'text', subject: 'text', at: 'timestamptz' }
const ratingSql = insertion('rating', { ...round, sheet: 'text', rater: 'text', marks: 'text' })
const scoreSql = insertion('score', {
  ...round,
  starts_at: 'timestamptz',
  card: 'jsonb',
  release: 'text',
  published_by: 'text'
})

/** GraphQL of evaluations: windows, rating sheets, published scores and what they counted. Rights are those that the rules of workflows give. */
import {
  areaKey,
  evaluationOf,
  lastRatings,
  personKey,
  settlerKeys,
  windowAt,
  windowBefore,
  windowNamed,
  type EvaluationFile,
  type ScoreCard,
  type ScoreLine,
  type Subject,
  type Window
} from '@gridwright/core'
import {
  marksRefused,
  mayRate,
  mayReadScore,
  publishedBy,
  type CaseEvent,
  type CaseRow,
  type EvaluationCommand,
  type Score
} from '@gridwright/workflows'
import { GraphQLError } from 'graphql'
import { procedureFor, type Context } from './context.ts'
import { eventLabel } from './resolve-case.ts'
import { refused } from './resolve-command.ts'
import { connection, pageSize, type Card } from './resolve-locality.ts'
import { pageOf, positionOf } from './store-page.ts'

type Paging = { first: number; after?: string | null }
type EvaluationRef = { readonly id: string; readonly file: EvaluationFile }
type Round = EvaluationRef & { readonly window: Window }
type SheetOf = Round & { readonly sheet: string; readonly subjects: readonly Subject[] }
type RatedSubject = { readonly subject: string; readonly marks: string | null }
type CardOf = EvaluationRef & { readonly card: ScoreCard }
type LineOf = EvaluationRef & { readonly line: ScoreLine }
type IndicatorOf = EvaluationRef & { readonly indicator: string }
type CountedEvent = { readonly id: string; readonly case: CaseRow; readonly entry: CaseEvent }
type BandOf = { readonly band: EvaluationFile['bands'][number] }

const mostWindows = 60

export const evaluationQueries = {
  evaluations: (_: unknown, __: unknown, { locality }: Context) =>
    [...locality.evaluations].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, file]) => ({ id, file })),
  evaluation: (_: unknown, { id }: { id: string }, context: Context) => refOf(id, context) ?? null
}

export const evaluationMutations = {
  async rate(
    _: unknown,
    { input }: { input: Omit<Extract<EvaluationCommand, { kind: 'rate' }>, 'kind' | 'actor' | 'now'> },
    context: Context
  ) {
    const outcome = await told(context, actor => ({ ...input, kind: 'rate', actor, now: context.now }))
    if ('__typename' in outcome) return outcome
    return { id: 'rating' in outcome ? outcome.rating : '', marks: input.marks }
  },
  async publishScores(
    _: unknown,
    { input }: { input: { id: string; evaluation: string; window: string } },
    context: Context
  ) {
    const { locality, store } = context
    const outcome = await told(context, actor => ({ ...input, kind: 'publish-scores', actor, now: context.now }))
    if ('__typename' in outcome) return outcome
    return { scores: await store.rolls.scoresById(locality.id, 'scores' in outcome ? outcome.scores : []) }
  }
}

const typeOf = (name: string) => (result: object) => ('__typename' in result ? 'Refused' : name)

export const evaluationResults = {
  RateResult: { __resolveType: typeOf('Rating') },
  PublishScoresResult: { __resolveType: typeOf('PublishedScores') }
}

export const evaluationFields = {
  Evaluation: {
    title: ({ file }: EvaluationRef, _: unknown, { text }: Context) => text(file.title),
    summary: ({ file }: EvaluationRef, _: unknown, { text }: Context) => (file.summary ? text(file.summary) : null),
    every: ({ file }: EvaluationRef) => file.window.every.toUpperCase(),
    indicators: ({ id, file }: EvaluationRef): readonly IndicatorOf[] =>
      Object.keys(file.indicators).map(indicator => ({ id, file, indicator })),
    bands: ({ file }: EvaluationRef): readonly BandOf[] => file.bands.map(band => ({ band })),
    windows({ id, file }: EvaluationRef, { first }: { first: number }, { now, locality }: Context): readonly Round[] {
      if (first < 1 || first > mostWindows)
        throw new GraphQLError(`first must be from 1 to ${mostWindows}`, { extensions: { code: 'page.too-large' } })
      const windows = [windowAt(file.window, now, locality.timeZone)]
      for (let last = windows[0]; last && windows.length < first; windows.push(last))
        last = windowBefore(file.window, last, locality.timeZone)
      return windows.map(window => ({ id, file, window }))
    },
    window({ id, file }: EvaluationRef, { name }: { name: string }, { locality }: Context): Round | null {
      const window = windowNamed(file.window, name, locality.timeZone)
      return window ? { id, file, window } : null
    }
  },
  Indicator: {
    id: ({ indicator }: IndicatorOf) => indicator,
    label: ({ file, indicator }: IndicatorOf, _: unknown, { text }: Context) =>
      text(file.indicators[indicator]?.label ?? indicator),
    weight: ({ file, indicator }: IndicatorOf) => file.indicators[indicator]?.weight ?? '0'
  },
  ScoreBand: {
    label: ({ band }: BandOf, _: unknown, { text }: Context) => text(band.label),
    from: ({ band }: BandOf) => band.from,
    stars: ({ band }: BandOf) => band.stars ?? null,
    card: ({ band }: BandOf) => band.card ?? null
  },
  EvaluationWindow: {
    name: ({ window }: Round) => window.name,
    from: ({ window }: Round, _: unknown, { instant }: Context) => instant(window.from),
    to: ({ window }: Round, _: unknown, { instant }: Context) => instant(window.to),
    closesAt: ({ window }: Round, _: unknown, { instant }: Context) => instant(window.closes),
    sheets: sheetsFor,
    mayPublish: async (round: Round, _: unknown, context: Context) => (await publishable(round, context)).length > 0,
    async toPublish(round: Round, _: unknown, context: Context) {
      const { id: evaluation, window } = round
      const subjects = await publishable(round, context)
      if (subjects.length === 0) return 0
      const published = await context.store.rolls.published(context.locality.id, { evaluation, window })
      return subjects.filter(({ key }) => !published.has(key)).length
    },
    async scores({ id, file, window }: Round, { first, after }: Paging, context: Context) {
      const { locality, store } = context
      const size = pageSize(first)
      const [, subject] = positionOf(after ?? undefined) ?? []
      const facts = (await context.viewer())?.facts
      const query = { evaluation: id, window: window.name, first: size + 1, ...(subject ? { after: subject } : {}) }
      const rows = await store.rolls.scores(locality.id, query)
      const page = pageOf(rows, size, after ?? undefined, {
        node: (score: Score) => score,
        position: ({ card }: Score) => ['', card.subject] as const
      })
      const items = page.items.filter(({ node }) => mayReadScore(facts, node.card, file, locality))
      const shown = connection({ ...page, items }, score => score)
      return { ...shown, pageInfo: { ...shown.pageInfo, endCursor: page.items.at(-1)?.cursor ?? null } }
    },
    async score({ id, file, window }: Round, { subject }: { subject: string }, context: Context) {
      const { locality, store, viewer } = context
      const score = await store.rolls.score(locality.id, { evaluation: id, window: window.name, subject })
      return score && mayReadScore((await viewer())?.facts, score.card, file, locality) ? score : null
    },
    async mine({ id, window }: Round, _: unknown, { locality, store, viewer }: Context) {
      const own = await viewer()
      const query = { evaluation: id, window: window.name, subject: personKey(own?.facts.id ?? '') }
      return own ? ((await store.rolls.score(locality.id, query)) ?? null) : null
    },
    async preview(round: Round, _: unknown, context: Context): Promise<readonly CardOf[]> {
      const { id, file, window } = round
      const subjects = await publishable(round, context)
      if (subjects.length === 0) return []
      const cards = await context.store.rolls.preview(context.locality, file, { evaluation: id, window, subjects })
      return cards.map(card => ({ id, file, card }))
    }
  },
  RatingSheet: {
    id: ({ sheet }: SheetOf) => sheet,
    label: ({ file, sheet }: SheetOf, _: unknown, { text }: Context) => text(file.sheets?.[sheet]?.label ?? sheet),
    highest: ({ file, sheet }: SheetOf) => file.sheets?.[sheet]?.highest ?? '0',
    async subjects(
      { id, window, sheet, subjects }: SheetOf,
      _: unknown,
      context: Context
    ): Promise<readonly RatedSubject[]> {
      const rater = (await context.viewer())?.facts.id ?? ''
      const marks = await context.store.rolls.marks(context.locality.id, { evaluation: id, window, rater })
      const given = new Map(lastRatings(marks).map(rating => [`${rating.sheet} ${rating.subject}`, rating.marks]))
      return subjects.map(({ key }) => ({ subject: key, marks: given.get(`${sheet} ${key}`) ?? null }))
    }
  },
  ScoreSubject: {
    key: (key: string) => key,
    async person(key: string, _: unknown, { people }: Context): Promise<Card | null> {
      if (!key.startsWith('person:')) return null
      const id = key.slice('person:'.length)
      return { card: (await people.load(id)) ?? { id, name: id, phone: null }, name: 'clear', phone: 'absent' }
    },
    area: (key: string, _: unknown, { areas }: Context) =>
      key.startsWith('area:') ? areas.load(key.slice(areaKey('').length)) : null
  },
  Score: {
    card: (score: Score, _: unknown, context: Context): Promise<CardOf> => publishedCard(score, context),
    at: ({ at }: Score, _: unknown, { instant }: Context) => instant(at),
    async publishedBy({ by }: Score, _: unknown, { people }: Context): Promise<Card> {
      return { card: (await people.load(by)) ?? { id: by, name: by, phone: null }, name: 'clear', phone: 'absent' }
    }
  },
  ScoreCard: {
    subject: ({ card }: CardOf) => card.subject,
    total: ({ card }: CardOf) => card.total,
    band: ({ card, file }: CardOf): BandOf | null => {
      const band = file.bands[card.band]
      return band ? { band } : null
    },
    lines: ({ card, ...ref }: CardOf): readonly LineOf[] => card.lines.map(line => ({ ...ref, line }))
  },
  ScoreLine: {
    indicator: ({ line, ...ref }: LineOf): IndicatorOf => ({ ...ref, indicator: line.indicator }),
    value: ({ line }: LineOf) => line.value,
    points: ({ line }: LineOf) => line.points,
    counted: ({ line }: LineOf) => line.counted.length,
    outOf: ({ line }: LineOf) => line.outOf.length,
    events: countedEvents
  },
  CountedEvent: {
    async label({ entry }: CountedEvent, _: unknown, context: Context) {
      return eventLabel(await procedureFor(context, entry), entry.event, context)
    },
    at: ({ entry }: CountedEvent, _: unknown, { instant }: Context) => instant(entry.at)
  }
}

function refOf(id: string, { locality }: Context): EvaluationRef | undefined {
  const file = locality.evaluations.get(id)
  return file && { id, file }
}

/** The sheets on which the viewer may give marks now, each with those whom they may rate. */
async function sheetsFor(round: Round, _: unknown, context: Context): Promise<readonly SheetOf[]> {
  const { id, file, window } = round
  const { locality, now } = context
  const viewer = await context.viewer()
  const sheets = [...evaluationOf(file).sheets]
  if (!viewer || sheets.length === 0 || marksRefused(window, now)) return []
  const all = await subjectsIn(round, context)
  return sheets.flatMap(([sheet, { raters }]) => {
    const subjects = all.filter(subject =>
      mayRate(viewer.facts, subject, settlerKeys(raters, subject.places, locality))
    )
    return subjects.length === 0 ? [] : [{ id, file, window, sheet, subjects }]
  })
}

async function publishable(round: Round, context: Context): Promise<readonly Subject[]> {
  const viewer = await context.viewer()
  return viewer ? publishedBy(viewer.facts, round.file, context.locality, await subjectsIn(round, context)) : []
}

const rolls = new WeakMap<Round, Promise<readonly Subject[]>>()

/** Whom a window judges, read once for all fields of it in a request. */
function subjectsIn(round: Round, { locality, store }: Context): Promise<readonly Subject[]> {
  const known = rolls.get(round) ?? store.rolls.subjects(locality.id, round.file, round.window)
  rolls.set(round, known)
  return known
}

/** A published card is read by the rules of its own release: bands and labels may have changed since. */
async function publishedCard({ evaluation, release, card }: Score, { store, locality }: Context): Promise<CardOf> {
  const then = await store.release(locality.id, release)
  const file = then.evaluations.get(evaluation)
  if (!file) throw new Error(`release ${release} has no evaluation ${evaluation}`)
  return { id: evaluation, file, card }
}

/** The journal entries that a line counted whose cases the viewer may see. */
async function countedEvents(
  { line }: LineOf,
  { first }: { first: number },
  context: Context
): Promise<readonly CountedEvent[]> {
  const { store, locality } = context
  const viewer = await context.viewer()
  if (!viewer) return []
  const entries = line.counted.filter(id => id.includes('#')).slice(0, pageSize(first))
  const counted = await store.rolls.counted(locality.id, entries, viewer.audience)
  return counted.map(({ row, entry }) => ({ id: `${row.id}#${entry.ordinal}`, case: row, entry }))
}

async function told(context: Context, command: (actor: { person: string }) => EvaluationCommand) {
  const { identity, locality, store } = context
  if (identity?.locality !== locality.id) return refused({ refused: 'signin.required' }, context)
  const outcome = await store.runEvaluation(locality.id, command({ person: identity.person }))
  return 'refused' in outcome ? refused(outcome, context) : outcome
}

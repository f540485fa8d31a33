/** What no schema can say of an evaluation: that names exist, weights add up to 1, bands and steps cover their range once, and each line can be judged. */
import {
  eventsOf,
  formPairs,
  heldBelow,
  issueList,
  quantityIssues,
  type Events,
  type Shapes
} from './counted-events.ts'
import { addDecimal, compareDecimal, decimalIn, decimalOf, plainDecimal } from './decimal.ts'
import { picksOf } from './evaluation.ts'
import type { Issue } from './issue.ts'
import type { Locality } from './locality.ts'
import { pointsPlace } from './points-earning.ts'
import { checkParty, conditionIssues, unknownName } from './references.ts'
import type { EvaluationFile, EventPick, Fold, Indicator, Quantity, Settlers } from './schema-types.ts'
import type { Source } from './source.ts'

type Check = {
  readonly file: EvaluationFile
  readonly source: Source
  readonly locality: Locality
  readonly events: Events
}
type Listened = Partial<EventPick> & { readonly value?: Quantity }

const lengths = ['month', 'quarter', 'year']
const one = decimalOf(1)
const hundred = decimalOf(100)

/** All issues of the evaluations of `locality`, whose schemas have passed. */
export function checkEvaluations(locality: Locality, sources: ReadonlyMap<string, Source>): readonly Issue[] {
  const events = eventsOf(locality)
  return [...locality.evaluations].flatMap(([id, file]) => {
    const source = sources.get(`evaluations/${id}.json`)
    return source ? evaluationIssues({ file, source, locality, events }) : []
  })
}

function evaluationIssues(check: Check): readonly Issue[] {
  const { file, source, locality } = check
  const read = new Set(Object.values(file.indicators).flatMap(({ fold }) => ('sheet' in fold ? [fold.sheet] : [])))
  const sheets = Object.entries(file.sheets ?? {}).flatMap(([id, { raters, highest }]) => [
    ...peopleIssues(check, `/sheets/${id}/raters`, raters),
    ...(compareDecimal(decimalIn(highest), decimalOf(0)) === 0
      ? [source.issue(`/sheets/${id}/highest`, 'sheet.worthless', {})]
      : []),
    ...(read.has(id)
      ? []
      : [source.issue(`/sheets/${id}`, 'name.unused', { kind: 'sheet', name: id }, { at: 'key', severity: 'warning' })])
  ])
  const readers = file.readBy === undefined || file.readBy === 'everyone' ? undefined : file.readBy
  return [
    ...subjectIssues(check),
    ...sheets,
    ...Object.entries(file.indicators).flatMap(([id, indicator]) =>
      indicatorIssues(check, `/indicators/${id}`, indicator)
    ),
    ...weightIssues(check),
    ...tableIssues(source, '/bands', 'band', file.bands),
    ...peopleIssues(check, '/publishedBy', file.publishedBy),
    ...(readers === undefined ? [] : checkParty(source, '/readBy', readers, locality))
  ]
}

function subjectIssues({ file, source, locality }: Check): readonly Issue[] {
  if (!('level' in file.subjects)) return checkParty(source, '/subjects', file.subjects, locality)
  const levels = locality.levels.map(({ id }) => id)
  return issueList(unknownName(source, '/subjects/level', 'level', file.subjects.level, levels))
}

/** The level at which a subject is found; undefined where its name is unknown. */
function levelOf({ subjects }: EvaluationFile, { levels, posts, registrations }: Locality): string | undefined {
  if ('level' in subjects) return levels.find(({ id }) => id === subjects.level)?.id
  return 'post' in subjects ? posts.get(subjects.post)?.level : registrations.get(subjects.registration)?.level
}

/** Raters and publishers are found at the subject's place or above it. */
function peopleIssues({ file, source, locality }: Check, at: string, parties: Settlers): readonly Issue[] {
  const placeLevel = levelOf(file, locality)
  const below = placeLevel === undefined ? [] : heldBelow(locality, at, parties, placeLevel)
  return [
    ...checkParty(source, at, parties, locality),
    ...below.map(({ pointer, name, level }) =>
      source.issue(pointer, 'party.below-subject', { name, level, placeLevel: placeLevel ?? '' })
    )
  ]
}

/** Weights add up to 1, and what must stand out weighs most. */
function weightIssues({ file, source }: Check): readonly Issue[] {
  const weights = Object.entries(file.indicators).map(([id, { weight }]) => [id, decimalIn(weight)] as const)
  const sum = weights.reduce((total, [, weight]) => addDecimal(total, weight), decimalOf(0))
  const off =
    compareDecimal(sum, one) === 0
      ? []
      : [source.issue('/indicators', 'weights.sum', { sum: plainDecimal(sum) }, { at: 'key' })]
  const { foremost } = file
  if (foremost === undefined) return off
  const unknown = unknownName(source, '/foremost', 'indicator', foremost, Object.keys(file.indicators))
  if (unknown) return [...off, unknown]
  const most = decimalIn(file.indicators[foremost]?.weight ?? '0')
  const heavier = weights.filter(([id, weight]) => id !== foremost && compareDecimal(weight, most) >= 0)
  return [
    ...off,
    ...heavier.map(([id, weight]) =>
      source.issue(`/indicators/${id}/weight`, 'weights.foremost', {
        name: foremost,
        weight: plainDecimal(most),
        other: id,
        otherWeight: plainDecimal(weight)
      })
    )
  ]
}

/** Bands begin at 0 and rise, so that each total is in exactly one; steps rise, and below the first there is nothing. */
function tableIssues(
  source: Source,
  at: string,
  kind: 'band' | 'step',
  rows: readonly { readonly from: string }[]
): readonly Issue[] {
  const from = rows.map(row => decimalIn(row.from))
  return from.flatMap((value, i) => {
    const before = from[i - 1]
    const pointer = `${at}/${i}/from`
    const text = plainDecimal(value)
    if (before === undefined)
      return kind === 'band' && compareDecimal(value, decimalOf(0)) > 0
        ? [source.issue(pointer, 'band.gap', { from: text })]
        : []
    if (compareDecimal(value, before) <= 0)
      return [source.issue(pointer, 'band.order', { from: text, before: plainDecimal(before) })]
    return kind === 'band' && compareDecimal(value, hundred) > 0
      ? [source.issue(pointer, 'band.unreachable', { from: text })]
      : []
  })
}

function indicatorIssues(check: Check, at: string, indicator: Indicator): readonly Issue[] {
  return [
    ...scaleIssues(check.source, at, indicator),
    ...sourceIssues(check, `${at}/fold`, indicator.fold),
    ...picksOf(indicator.fold).flatMap(([pointer, pick]) => pickIssues(check, `${at}/fold${pointer}`, pick))
  ]
}

/** Whatever has no natural scale says how it becomes points, in exactly one way. */
function scaleIssues(source: Source, at: string, { fold, scale, steps }: Indicator): readonly Issue[] {
  const measured = ['review', 'ratio', 'sheet', 'scores'].some(name => name in fold)
  const flat = scale && compareDecimal(decimalIn(scale.from), decimalIn(scale.to)) === 0
  return [
    ...(scale || steps || measured ? [] : [source.issue(at, 'indicator.no-scale', {}, { at: 'key' })]),
    ...(scale && steps ? [source.issue(`${at}/steps`, 'indicator.two-scales', {}, { at: 'key' })] : []),
    ...(flat ? [source.issue(`${at}/scale/to`, 'indicator.flat-scale', { value: scale.to })] : []),
    ...tableIssues(source, `${at}/steps`, 'step', steps ?? [])
  ]
}

/** The sheet, evaluation, scale of reviews, clock and start that a fold names. */
function sourceIssues(check: Check, at: string, fold: Fold): readonly Issue[] {
  const { source, file, locality } = check
  if ('sheet' in fold)
    return issueList(unknownName(source, `${at}/sheet`, 'sheet', fold.sheet, Object.keys(file.sheets ?? {})))
  if ('scores' in fold) return scoresIssues(check, `${at}/scores`, fold.scores)
  if ('duration' in fold) return durationIssues(check, `${at}/duration`, fold.duration)
  if (!('review' in fold) || fold.review.scale === undefined) return []
  return issueList(unknownName(source, `${at}/review/scale`, 'scale', fold.review.scale, locality.scales.keys()))
}

/** The other evaluation has shorter windows, so none reads itself; it judges the same subjects, or people at or below these areas. */
function scoresIssues({ file, source, locality }: Check, at: string, name: string): readonly Issue[] {
  const unknown = unknownName(source, at, 'evaluation', name, locality.evaluations.keys())
  const other = locality.evaluations.get(name)
  if (unknown || !other) return issueList(unknown)
  if (lengths.indexOf(other.window.every) >= lengths.indexOf(file.window.every))
    return [source.issue(at, 'scores.window', { name, every: other.window.every, own: file.window.every })]
  const depth = (level: string | undefined) => locality.levels.findIndex(({ id }) => id === level)
  const below = depth(levelOf(other, locality)) >= depth(levelOf(file, locality))
  const same = JSON.stringify(other.subjects) === JSON.stringify(file.subjects)
  return same || ('level' in file.subjects && below) ? [] : [source.issue(at, 'scores.subjects', { name })]
}

function durationIssues(
  check: Check,
  at: string,
  { from, to, clock }: Extract<Fold, { duration: unknown }>['duration']
): readonly Issue[] {
  const { source, locality } = check
  return [
    ...(clock === undefined
      ? []
      : issueList(unknownName(source, `${at}/clock`, 'clock', clock, locality.calendar.clocks.keys()))),
    ...from.flatMap((event, i) => eventIssues(check, `${at}/from/${i}`, event, to.services))
  ]
}

function pickIssues(check: Check, at: string, pick: Listened): readonly Issue[] {
  const { source, locality, events, file } = check
  const { on, services, when, credit, value } = pick
  const unknown = (services ?? []).flatMap((id, i) =>
    issueList(unknownName(source, `${at}/services/${i}`, 'service', id, locality.services.keys()))
  )
  const idle =
    credit !== undefined && 'level' in file.subjects
      ? [source.issue(`${at}/credit`, 'pick.idle-credit', { level: file.subjects.level }, { at: 'key' })]
      : []
  const listened = on ?? reviewEvents(check)
  const shapes = listened.flatMap(event => formPairs(locality, events, services ?? [...events.keys()], event))
  return [
    ...unknown,
    ...idle,
    ...(on ?? []).flatMap((event, i) => eventIssues(check, `${at}/on/${i}`, event, services)),
    ...(when === undefined
      ? []
      : distinct(
          shapes.flatMap(({ answers, form }) => conditionIssues(source, `${at}/when`, when, pointsPlace(answers, form)))
        )),
    ...distinct(shapes.flatMap((pair: Shapes) => quantityIssues(source, `${at}/value`, value, pair)))
  ]
}

/** Some of these services (any, if left out) has the event. */
function eventIssues(
  { source, events }: Check,
  at: string,
  event: string,
  services: readonly string[] = [...events.keys()]
): readonly Issue[] {
  const known = new Set(services.flatMap(id => [...(events.get(id)?.keys() ?? [])]))
  return issueList(unknownName(source, at, 'event', event, known))
}

/** The events by which cases are reviewed: those of all scales. */
function reviewEvents({ locality }: Check): readonly string[] {
  return [...new Set([...locality.scales.values()].flatMap(scale => Object.keys(scale)))]
}

/** Several services may break one condition in the same way: it is said once. */
function distinct(issues: readonly Issue[]): readonly Issue[] {
  return [...new Map(issues.map(issue => [JSON.stringify(issue), issue])).values()]
}

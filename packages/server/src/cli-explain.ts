/** `gridwright explain`: published scores with how each line came about, and with `--recompute` computed again from what the database holds now. */
import { localIso, textIn, windowNamed, type EvaluationFile, type Locality } from '@gridwright/core'
import type { Score } from '@gridwright/workflows'
import { inLocality } from './cli-import.ts'
import { printScore, printTable } from './explain-print.ts'
import { explained, type ExplainedScore } from './explain-score.ts'
import type { Store } from './store.ts'
import { commandFault, counted, said, type CommandFault, type Terminal } from './terminal.ts'

/** What is explained: `place` is a locality's id or its folder, `subject` a key (`person:<id>`, `area:<id>`) or the id alone. */
export type ExplainCommand = {
  readonly place: string
  readonly evaluation: string
  readonly window: string
  readonly subject: string | undefined
  readonly data: string
  readonly format: 'text' | 'json'
  readonly recompute?: boolean
}

/** Prints the scores; exit status 1 where a recomputation differs. Throws a `CommandFault` that names what there is instead of an unknown locality, evaluation, window or subject. */
export async function explainScores(terminal: Terminal, command: ExplainCommand): Promise<number> {
  return inLocality(terminal, command, async (store, id) => {
    const published = await store.published(id)
    if (!published) throw unknown('locality.unknown', id, await store.localities())
    const { locality } = published
    const scores = await chosen(store, locality, command)
    const all = await told(store, terminal, id, scores, command.recompute ?? false)
    if (command.format === 'json') terminal.print(JSON.stringify(asJson(all, locality, command), null, 2))
    else {
      terminal.print(headline(terminal, locality, command))
      if (command.subject === undefined) printTable(terminal, all)
      else for (const score of all) printScore(terminal, score, locality.timeZone)
      if (command.recompute) terminal.print(verdict(terminal, all))
    }
    return all.some(({ differences = [] }) => differences.length > 0) ? 1 : 0
  })
}

/** The published scores that `command` names; throws the most basic fault first. */
async function chosen(
  store: Store,
  locality: Locality,
  { evaluation, window, subject }: ExplainCommand
): Promise<readonly Score[]> {
  const rounds = await store.rolls.rounds(locality.id)
  const evaluations = new Set([...locality.evaluations.keys(), ...rounds.map(round => round.evaluation)])
  if (!evaluations.has(evaluation)) throw unknown('evaluation.unknown', evaluation, [...evaluations].sort())
  const windows = rounds.flatMap(round => (round.evaluation === evaluation ? [round.window] : []))
  if (!windows.includes(window)) {
    const file = locality.evaluations.get(evaluation)
    const named = file && windowNamed(file.window, window, locality.timeZone)
    throw unknown(named ? 'score.unpublished' : 'window.unknown', window, windows, file ? nameOfKind(file) : '')
  }
  const scores = await store.rolls.scores(locality.id, { evaluation, window })
  if (subject === undefined) return scores
  const found = scores.filter(({ card }) => [card.subject, card.subject.replace(/^\w+:/, '')].includes(subject))
  if (found.length > 0) return found
  throw unknown(
    'subject.unknown',
    subject,
    scores.map(({ card }) => card.subject)
  )
}

const nameOfKind = ({ window }: EvaluationFile) =>
  ({ month: '2026-10', quarter: '2026-Q4', year: '2026' })[window.every]

const problems = {
  'locality.unknown': ['这个数据库里没有发布过属地 “{}”', 'no locality “{}” was ever published in this database'],
  'evaluation.unknown': ['没有考评 “{}”', 'there is no evaluation “{}”'],
  'window.unknown': ['没有名叫 “{}” 的考评期', 'there is no window “{}”'],
  'score.unpublished': ['“{}” 这一期还没有公布成绩', 'no scores of “{}” are published'],
  'subject.unknown': ['这一期没有公布 “{}” 的成绩', 'no score of “{}” is published in this window']
} as const
const mostNamed = 20

/** The fault `code` about `name`, with what there is in its place and how a window of this kind is named. */
function unknown(code: keyof typeof problems, name: string, there: readonly string[], example?: string): CommandFault {
  const [zh, en] = problems[code]
  const [some, more] = [there.slice(0, mostNamed), there.length - mostNamed]
  const like = !example ? ['', ''] : [`考评期写成 ${example} 的样子；`, `a window is written like ${example}; `]
  return commandFault(
    [`${code}  ${zh.replace('{}', name)}`, `${code}  ${en.replace('{}', name)}`],
    some.length === 0
      ? [`${like[0]}现在一个也没有`, `${like[1]}there is none yet`]
      : [
          `${like[0]}现有：${some.join('、')}${more > 0 ? `，还有 ${more} 个` : ''}`,
          `${like[1]}there is: ${some.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
        ]
  )
}

/** The scores in words, each by the rules of its own release. */
async function told(
  store: Store,
  { language }: Terminal,
  id: string,
  scores: readonly Score[],
  recompute: boolean
): Promise<readonly ExplainedScore[]> {
  const lines = scores.flatMap(({ card }) => card.lines)
  const evidence = await store.rolls.evidence(id, [
    ...new Set(lines.flatMap(({ counted: ids, outOf }) => [...ids, ...outOf]))
  ])
  const names = await namesIn(store, id, scores)
  const again = new Map(
    recompute ? (await store.recompute(id, scores)).map(({ score, again: card }) => [score.id, card]) : []
  )
  const found: ExplainedScore[] = []
  for (const score of scores) {
    const locality = await store.release(id, score.release)
    found.push(explained(score, { locality, language, names, evidence, again: again.get(score.id) }))
  }
  return found
}

/** Names of subjects and publishers, by key. */
async function namesIn(store: Store, id: string, scores: readonly Score[]): Promise<ReadonlyMap<string, string>> {
  const keys = scores.flatMap(({ card, by }) => [card.subject, `person:${by}`])
  const of = (kind: string) => keys.filter(key => key.startsWith(kind)).map(key => key.slice(kind.length))
  const people = await store.people(id, of('person:'))
  const areas = await store.areasById(id, of('area:'))
  return new Map([
    ...[...people].map(([key, { name }]) => [`person:${key}`, name] as const),
    ...[...areas].map(([key, { name }]) => [`area:${key}`, name] as const)
  ])
}

function headline({ language }: Terminal, locality: Locality, { evaluation, window }: ExplainCommand): string {
  const title = locality.evaluations.get(evaluation)?.title ?? evaluation
  return `${textIn(title, language, locality.languages)}  ${window}  (${evaluation})`
}

function verdict(terminal: Terminal, all: readonly ExplainedScore[]): string {
  const differing = all.filter(({ differences = [] }) => differences.length > 0).length
  return differing === 0
    ? said(
        terminal,
        `重算 ${all.length} 份，一字不差。`,
        `${counted(all.length, 'score')} computed again: the same to the digit.`
      )
    : said(
        terminal,
        `重算 ${all.length} 份，${differing} 份不符。`,
        `${counted(all.length, 'score')} computed again: ${differing} differ.`
      )
}

function asJson(all: readonly ExplainedScore[], { id, timeZone }: Locality, { evaluation, window }: ExplainCommand) {
  const time = <T extends { readonly at: number }>(from: T) => ({ ...from, at: localIso(from.at, timeZone) })
  const dated = (ids: ExplainedScore['lines'][number]['counted']) => ids.map(one => ('at' in one ? time(one) : one))
  const scores = all.map(({ differences, ...score }) => ({
    ...time(score),
    lines: score.lines.map(line => ({ ...line, counted: dated(line.counted), outOf: dated(line.outOf) })),
    ...(differences && { recomputed: { equal: differences.length === 0, differences } })
  }))
  return { locality: id, evaluation, window, scores }
}

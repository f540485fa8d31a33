// The impact of a config as text: what a director asks first, figures before and after, the cases that tell most by their numbers.
import { textIn, type Locality, type Text } from '@gridwright/core'
import { machineOf, type CaseEnd, type Impact, type LimitName, type Listed, type Sides } from '@gridwright/workflows'
import type { ImpactReport } from './impact.ts'
import type { MovedScore, ScoreSide } from './impact-scores.ts'
import { counted, said, widthOf, type Terminal } from './terminal.ts'
import { refusalText } from './texts.ts'

/** The config that is tried and the one that is live, and the local date from which on cases are looked at. */
export type ImpactAbout = { readonly rules: Locality; readonly live: Locality; readonly since: string | undefined }
type Lang = Pick<Terminal, 'language'>

const mostKinds = 10
const barWidth = 20

/** The lines of the summary. Nothing but what differs is told, and the work of every post. */
export function impactLines(terminal: Lang, report: ImpactReport, about: ImpactAbout): readonly string[] {
  const names = namesIn(terminal, about)
  const changes = [
    ...lateLines(terminal, report.late, names),
    ...stoppedLines(terminal, report.stopped, names),
    ...pathLines(terminal, report.paths, names),
    ...endLines(terminal, report.ends, names),
    ...handoverLines(terminal, report.handovers, names),
    ...pointsLines(terminal, report.points),
    ...scoreLines(terminal, report.scores)
  ]
  const none = said(
    terminal,
    '没有一件会不一样，没有一份成绩会动。',
    'No case would go otherwise, and no score would move.'
  )
  return [
    headline(terminal, report, about),
    '',
    ...(changes.length === 0 ? [none] : changes),
    ...workLines(terminal, report.work, names),
    ...tellingLines(terminal, report.telling, names)
  ]
}

function headline(terminal: Lang, { cases, live }: ImpactReport, { rules, since }: ImpactAbout): string {
  const { read, same, earlier } = cases
  const then = said(
    terminal,
    `（其中 ${earlier} 件当时按更早的规矩办）`,
    ` (${earlier} of them by rules that have changed since)`
  )
  const release = `${rules.hash.slice(0, 12)} ↔ ${live.slice(0, 12)}`
  return said(
    terminal,
    `${textIn(rules.name, terminal.language, rules.languages)}（${rules.id}）${release}：${since === undefined ? '' : `${since} 起受理的 `}${read} 件按新配置重放${earlier === 0 ? '' : then}，${same} 件照旧`,
    `${textIn(rules.name, terminal.language, rules.languages)} (${rules.id}) ${release}: ${counted(read, 'case')}${since === undefined ? '' : ` submitted since ${since}`} replayed on the new config${earlier === 0 ? '' : then}, ${same} the same`
  )
}

/** Names of what the two configs declare, the new one first; what neither declares stands for itself. */
type Names = {
  service(id: string): string
  state(service: string, state: string): string
  limit(service: string, limit: LimitName): string
  event(service: string, event: string): string
  end(service: string, end: CaseEnd): string
  /** `post:<id>` or `registration:<id>`. */
  holding(key: string): string
}

function namesIn({ language }: Lang, { rules, live }: ImpactAbout): Names {
  const text = (words: Text) => textIn(words, language, rules.languages)
  const first = (of: (locality: Locality) => Text | undefined, id: string) => text(of(rules) ?? of(live) ?? id)
  const workflow = (locality: Locality, service: string) =>
    locality.workflows.get(locality.services.get(service)?.workflow ?? '')
  const meta = (locality: Locality, service: string) => workflow(locality, service)?.meta
  const labelOf = (locality: Locality, service: string, state: string) => {
    const file = workflow(locality, service)
    return file && machineOf(file).states.get(state)?.meta?.label
  }
  const state = (service: string, path: string) => first(locality => labelOf(locality, service, path), path)
  return {
    service: id => first(({ services }) => services.get(id)?.title, id),
    state,
    limit: (service, limit) =>
      limit.state === null ? said({ language }, '全程', 'in all') : `${state(service, limit.state)} ${limit.name}`,
    event: (service, event) => first(locality => meta(locality, service)?.events?.[event], event),
    end: (service, { open, state: at, reply }) =>
      open || reply === null ? state(service, at) : first(locality => meta(locality, service)?.replies?.[reply], reply),
    holding: key => {
      const [kind, id = ''] = key.split(':')
      return kind === 'post'
        ? first(({ posts }) => posts.get(id)?.label, id)
        : first(({ registrations }) => registrations.get(id)?.label, id)
    }
  }
}

function lateLines(terminal: Lang, late: Impact['late'], names: Names): readonly string[] {
  const { before, after, newly, nolonger, limits, cases } = late
  if (cases.items.length === 0) return []
  const moved = limits.filter(limit => limit.before !== limit.after)
  return [
    said(
      terminal,
      `${after} 件会超期（现在 ${before} 件）：${newly} 件新超期，${nolonger} 件不再超期`,
      `${counted(after, 'case')} would be late (${before} now): ${newly} newly, ${nolonger} no longer`
    ),
    ...moved
      .sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before))
      .slice(0, mostKinds)
      .map(
        limit =>
          `  ${names.service(limit.service)}  ${names.limit(limit.service, limit)}  ${limit.before} → ${limit.after}`
      )
  ]
}

function stoppedLines(terminal: Lang, { count, kinds, cases }: Impact['stopped'], names: Names): readonly string[] {
  if (count === 0) return []
  const first = (event: string, code: string) =>
    cases.items.find(one => one.event === event && one.refusal.refused === code)
  return [
    said(terminal, `${count} 件放不到底`, `${counted(count, 'case')} cannot be replayed to the end`),
    ...kindLines(terminal, kinds, ({ service, event, code }) => {
      const one = first(event, code)
      const words = refusalText(code, one?.refusal.details, terminal.language)
      const like = one
        ? said(terminal, `，如 ${one.number} 第 ${one.ordinal} 条`, `, as ${one.number} entry ${one.ordinal}`)
        : ''
      return `${names.service(service)}  ${names.event(service, event)}  ${words} [${code}]${like}`
    })
  ]
}

function pathLines(terminal: Lang, { count, kinds }: Impact['paths'], names: Names): readonly string[] {
  if (count === 0) return []
  const way = (service: string, path: readonly string[]) =>
    path.map(state => names.state(service, state)).join(' → ') || '–'
  return [
    said(terminal, `${count} 件走别的路`, `${counted(count, 'case')} would take another path`),
    ...kindLines(terminal, kinds, ({ service, before, after }) =>
      [names.service(service), said(terminal, ...turned(way(service, before), way(service, after)))].join('  ')
    )
  ]
}

const turned = (before: string, after: string) => [`${before}　改走　${after}`, `${before}  becomes  ${after}`] as const

function endLines(terminal: Lang, { count, kinds }: Impact['ends'], names: Names): readonly string[] {
  if (count === 0) return []
  return [
    said(terminal, `${count} 件结果不同`, `${counted(count, 'case')} would end otherwise`),
    ...kindLines(terminal, kinds, ({ service, before, after }) =>
      [names.service(service), arrow({ before, after }, end => names.end(service, end))].join('  ')
    )
  ]
}

function handoverLines(terminal: Lang, { count, kinds }: Impact['handovers'], names: Names): readonly string[] {
  if (count === 0) return []
  return [
    said(
      terminal,
      `${count} 件里有的事不再归原来的人`,
      `in ${counted(count, 'case')} something is no longer theirs who did it`
    ),
    ...kindLines(terminal, kinds, ({ service, event, from, to }) => {
      const now = to.map(key => names.holding(key)).join(said(terminal, '、', ', '))
      const own = from === '' ? said(terminal, '本人', 'themselves') : names.holding(from)
      return `${names.service(service)}  ${names.event(service, event)}  ${own} → ${now}`
    })
  ]
}

function pointsLines(terminal: Lang, { count, rules, holders }: Impact['points']): readonly string[] {
  if (count === 0) return []
  const moved = rules.filter(({ before, after }) => before !== after)
  const people = holders.items.length + holders.more
  return [
    said(
      terminal,
      `${count} 件的积分不同，涉及 ${people} 人（未计上限和认证）`,
      `${counted(count, 'case')} would earn other points, of ${people} people (before caps and certification)`
    ),
    ...moved.slice(0, mostKinds).map(rule => `  ${rule.ledger}  ${rule.rule}  ${arrow(rule, points => points)}`),
    ...holders.items.slice(0, mostKinds).map(one => `  ${one.ledger}  ${one.holder}  ${arrow(one, points => points)}`)
  ]
}

function scoreLines(terminal: Lang, { count, items }: ImpactReport['scores']): readonly string[] {
  if (count === 0) return []
  const side = ({ total, band, stars }: ScoreSide) => [total, band, '★'.repeat(stars ?? 0)].filter(Boolean).join(' ')
  const line = ({ evaluation, window, subject, before, after }: MovedScore) =>
    `${evaluation} ${window}  ${subject}  ${side(before)} → ${after ? side(after) : said(terminal, '没有了', 'none')}`
  return [
    said(terminal, `${count} 份公布过的成绩会动`, `${counted(count, 'published score')} would move`),
    ...kindLines(terminal, { items, more: count - items.length }, line)
  ]
}

function workLines(terminal: Lang, { posts }: Impact['work'], names: Names): readonly string[] {
  if (posts.length === 0) return []
  const most = Math.max(...posts.flatMap(({ before, after }) => [before, after]))
  const rows = posts.map(({ kind, id, before, after }) => ({ name: names.holding(`${kind}:${id}`), before, after }))
  const width = Math.max(...rows.map(({ name }) => widthOf(name)))
  const digits = String(most).length
  const bar = (size: number) => '█'.repeat(Math.max(size > 0 ? 1 : 0, Math.round((barWidth * size) / most)))
  const sign = (change: number) => (change === 0 ? '' : `  ${change > 0 ? '+' : '−'}${Math.abs(change)}`)
  const blank = ' '.repeat(width)
  return [
    '',
    said(
      terminal,
      '每个岗位接到多少次（上：现在，下：新配置）',
      'How often cases came to each post (above: now, below: the new config)'
    ),
    ...rows.flatMap(({ name, before, after }) => [
      `  ${name}${' '.repeat(width - widthOf(name))}  ${String(before).padStart(digits)} ${bar(before)}`.trimEnd(),
      `  ${blank}  ${String(after).padStart(digits)} ${bar(after)}${sign(after - before)}`.trimEnd()
    ])
  ]
}

function tellingLines(terminal: Lang, telling: Impact['telling'], names: Names): readonly string[] {
  if (telling.length === 0) return []
  return [
    '',
    said(terminal, '最说明问题的', 'The most telling cases'),
    ...telling.map(one => `  ${one.number}  ${names.service(one.service)}  ${whatDiffers(terminal, one, names)}`)
  ]
}

function whatDiffers(terminal: Lang, one: Impact['telling'][number], names: Names): string {
  const { service, late, end, stop, path, points, handovers } = one
  const parts = [
    late && latenessOf(terminal, late, limit => names.limit(service, limit)),
    end && arrow(end, each => names.end(service, each)),
    stop && said(terminal, `第 ${stop.ordinal} 条放不下去`, `cannot be replayed from entry ${stop.ordinal}`),
    path && !end && !late ? said(terminal, '走别的路', 'another path') : undefined,
    points && said(terminal, '积分不同', 'other points'),
    handovers.length > 0 ? said(terminal, '换人办', 'done by others') : undefined
  ]
  return parts.filter(part => part !== undefined).join(said(terminal, '；', '; '))
}

function latenessOf(
  terminal: Lang,
  { before, after }: Sides<readonly LimitName[]>,
  word: (limit: LimitName) => string
): string {
  const [was, is] = [before, after].map(limits => limits.map(word).join(said(terminal, '、', ', ')))
  if (before.length === 0) return said(terminal, `超期：${is}`, `late: ${is}`)
  if (after.length === 0) return said(terminal, `不再超期：${was}`, `no longer late: ${was}`)
  return said(terminal, `超期：${was} → ${is}`, `late: ${was} → ${is}`)
}

function arrow<T>({ before, after }: Sides<T>, word: (side: T) => string): string {
  return `${word(before)} → ${word(after)}`
}

/** The first kinds of a change with how many cases each concerns, and how many kinds are not told. */
function kindLines<K extends object>(
  terminal: Lang,
  { items, more }: Listed<K>,
  line: (kind: K) => string
): readonly string[] {
  const hidden = more + Math.max(0, items.length - mostKinds)
  return [
    ...items.slice(0, mostKinds).map(kind => {
      const count = 'count' in kind ? said(terminal, `  ${String(kind.count)} 件`, `  ${String(kind.count)}`) : ''
      return `  ${line(kind)}${count}`
    }),
    ...(hidden > 0 ? [said(terminal, `  … 还有 ${hidden} 种`, `  … and ${hidden} more`)] : [])
  ]
}

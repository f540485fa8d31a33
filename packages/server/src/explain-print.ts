// Explained scores as text: one with all it counted, or many as a table.
import { localIso } from '@gridwright/core'
import type { Counted, Difference, ExplainedLine, ExplainedScore } from './explain-score.ts'
import { said, widthOf, type Terminal } from './terminal.ts'

const mostShown = 10

/** Prints a score: band and total, then each line with how it came about and what it counted. */
export function printScore(terminal: Terminal, score: ExplainedScore, timeZone: string): void {
  const { subject, total, at, by, release, lines } = score
  const { print } = terminal
  print('')
  print(`${subject.name}  ${subject.key}  ${bandOf(score, terminal)}  ${total}`)
  print(
    said(
      terminal,
      `${minute(at, timeZone)} 由 ${by} 公布，版本 ${release.slice(0, 12)}`,
      `published ${minute(at, timeZone)} by ${by}, release ${release.slice(0, 12)}`
    )
  )
  for (const line of lines) printLine(terminal, line, timeZone)
  print(`  ${lines.map(({ share }) => share).join(' + ')} → ${total}`)
  for (const difference of score.differences ?? []) print(`  ✗ ${differenceLine(difference, score, terminal)}`)
}

function printLine(terminal: Terminal, line: ExplainedLine, timeZone: string): void {
  terminal.print(`  ${line.label}  ${line.weight} × ${line.points} = ${line.share}`)
  terminal.print(`    ${line.how}`)
  printCounted(terminal, said(terminal, '数到', 'counted'), line.counted, timeZone)
  printCounted(terminal, said(terminal, '总共', 'out of'), line.outOf, timeZone)
}

function printCounted(terminal: Terminal, word: string, ids: readonly Counted[], timeZone: string): void {
  if (ids.length === 0) return
  terminal.print(`    ${word}`)
  for (const one of ids.slice(0, mostShown)) terminal.print(`      ${countedText(one, timeZone, terminal)}`)
  const more = ids.length - mostShown
  if (more > 0) terminal.print(`      ${said(terminal, `… 还有 ${more} 个`, `… and ${more} more`)}`)
}

function countedText(one: Counted, timeZone: string, terminal: Terminal): string {
  if (one.kind === 'event') return `${one.number}  ${one.event}  ${minute(one.at, timeZone)}`
  if (one.kind === 'mark') return said(terminal, `打分 ${one.marks}  ${one.id}`, `mark ${one.marks}  ${one.id}`)
  if (one.kind === 'total') return `${one.subject}  ${one.window}  ${one.total}`
  return said(terminal, `${one.id}（数据库里已经没有）`, `${one.id} (no longer in the database)`)
}

/** Prints the scores as a table: band and total, then the points of each indicator. */
export function printTable(terminal: Terminal, scores: readonly ExplainedScore[]): void {
  const indicators = new Map(scores.flatMap(({ lines }) => lines.map(({ indicator, label }) => [indicator, label])))
  const weights = new Map(scores.flatMap(({ lines }) => lines.map(({ indicator, weight }) => [indicator, weight])))
  const recomputed = scores.some(({ differences }) => differences !== undefined)
  const head = [
    said(terminal, '被评的', 'Subject'),
    '',
    said(terminal, '等次', 'Band'),
    said(terminal, '总分', 'Total'),
    ...[...indicators].map(([id, label]) => `${label} × ${weights.get(id) ?? ''}`),
    ...(recomputed ? [said(terminal, '重算', 'Again')] : [])
  ]
  const rows = scores.map(score => [
    score.subject.name,
    score.subject.key,
    bandOf(score, terminal),
    score.total,
    ...[...indicators.keys()].map(id => pointsOf(score, id)),
    ...(score.differences ? [score.differences.length === 0 ? '=' : '✗'] : [])
  ])
  const table = [head, ...rows]
  const widths = head.map((_, i) => Math.max(...table.map(row => widthOf(row[i] ?? ''))))
  terminal.print('')
  for (const row of table)
    terminal.print(
      row
        .map((cell, i) => cell + ' '.repeat((widths[i] ?? 0) - widthOf(cell)))
        .join('  ')
        .trimEnd()
    )
  for (const score of scores)
    for (const difference of score.differences ?? [])
      terminal.print(`✗ ${score.subject.name}  ${differenceLine(difference, score, terminal)}`)
  terminal.print('')
  if (scores.some(({ lines }) => lines.some(({ value }) => value === null)))
    terminal.print(said(terminal, '* 没有可数的，按规定得分', '* nothing to judge by: points as declared'))
  terminal.print(
    said(
      terminal,
      '命令后面加上被评的（第二列），就列出每项数了什么；--format json 全部列出。',
      'Add a subject (second column) to see what each line counted; --format json lists all.'
    )
  )
}

function pointsOf({ lines }: ExplainedScore, id: string): string {
  const line = lines.find(({ indicator }) => indicator === id)
  return line ? `${line.points}${line.value === null ? '*' : ''}` : ''
}

const cards: Readonly<Record<string, readonly [string, string]>> = {
  green: ['绿牌', 'green card'],
  blue: ['蓝牌', 'blue card'],
  yellow: ['黄牌', 'yellow card'],
  red: ['红牌', 'red card'],
  black: ['黑牌', 'black card']
}

function bandOf({ band }: ExplainedScore, terminal: Terminal): string {
  const [zh = '', en = ''] = cards[band.card ?? ''] ?? []
  const card = said(terminal, zh, en)
  const same = band.label.toLowerCase() === card
  return [band.label, '★'.repeat(band.stars ?? 0), same ? '' : card].filter(part => part !== '').join(' ')
}

const subjects: Readonly<Record<Difference['what'], readonly [string, string]>> = {
  card: ['成绩卡', 'the card'],
  total: ['总分', 'total'],
  band: ['等次（从低到高第几档，从 0 数）', 'band (counted from 0, the lowest)'],
  value: ['数值', 'value'],
  points: ['得分', 'points'],
  weight: ['权重', 'weight'],
  counted: ['数到的', 'counted'],
  outOf: ['总共的', 'out of']
}

function differenceLine(
  { what, indicator, published, computed }: Difference,
  score: ExplainedScore,
  terminal: Terminal
): string {
  const label = score.lines.find(line => line.indicator === indicator)?.label
  const name = [...(label === undefined ? [] : [label]), said(terminal, ...subjects[what])].join(' ')
  const few = (ids: readonly string[]) =>
    ids.length === 0
      ? '–'
      : `${ids.slice(0, mostShown).join(' ')}${ids.length > mostShown ? ` … +${ids.length - mostShown}` : ''}`
  const [left, right] = [few(published), few(computed)]
  return what === 'counted' || what === 'outOf'
    ? said(
        terminal,
        `${name}：只在公布的里 ${left}，只在重算的里 ${right}`,
        `${name}: only published ${left}, only computed ${right}`
      )
    : said(terminal, `${name}：公布 ${left}，重算 ${right}`, `${name}: published ${left}, computed ${right}`)
}

const minute = (at: number, timeZone: string) => localIso(at, timeZone).slice(0, 16).replace('T', ' ')

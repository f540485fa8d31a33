/** Migration plans and what came of them, in words: service by service, with how many open cases are concerned. */
import { textIn, type Locality, type Move, type Procedure } from '@gridwright/core'
import { machineOf, undecided } from '@gridwright/workflows'
import type { Drafted, MoveReport } from './case-moves.ts'
import { refusalText } from './texts.ts'
import { counted, said, type Terminal } from './terminal.ts'

type Lang = Pick<Terminal, 'language'>
/** The rules that words are taken from: `pinned` are those that cases go by, by hash. */
export type Worded = { readonly live: Locality; readonly pinned: ReadonlyMap<string, Procedure> }

/** A new plan, line by line: what becomes of the cases in each state, of running limits, of answers; what a person must decide is marked `?`. */
export function planLines(terminal: Lang, worded: Worded, { counts, outside }: Drafted): readonly string[] {
  return [
    ...[...counts].flatMap(([move, states]) => moveLines(terminal, worded, move, states)),
    ...keptLines(terminal, worded, outside)
  ]
}

function moveLines(terminal: Lang, worded: Worded, move: Move, counts: ReadonlyMap<string, number>): readonly string[] {
  const [all, name] = [
    [...counts.values()].reduce((sum, count) => sum + count, 0),
    titleOf(terminal, worded, move.service)
  ]
  const states = Object.entries(move.states).map(([state, to]) => {
    const cases = casesIn(terminal, counts.get(state) ?? 0)
    const mark = to === undecided ? '?' : ' '
    return `  ${mark} ${stateIn(terminal, worded, move.from, state)} → ${to ?? said(terminal, '不转', 'stays')}  ${cases}`
  })
  const deadlines = Object.entries(move.deadlines).filter(([, treatment]) => treatment !== 'keep')
  const { rename = {}, default: given = {} } = move.answers
  return [
    said(
      terminal,
      `~ ${name}，${move.from.slice(0, 12)} → ${move.to.slice(0, 12)}：在办 ${all} 件`,
      `~ ${name}, ${move.from.slice(0, 12)} → ${move.to.slice(0, 12)}: ${counted(all, 'open case')}`
    ),
    ...states,
    ...deadlines.map(([key, treatment]) =>
      said(terminal, `    时限 ${key}：${treatment}`, `    limit ${key}: ${treatment}`)
    ),
    ...Object.entries(rename).map(([field, to]) =>
      said(terminal, `  ? 新表单没有字段 ${field} → ${to}`, `  ? the new form has no field ${field} → ${to}`)
    ),
    ...Object.entries(given).map(([field, value]) => {
      const [mark, told] = [value === undecided ? '?' : ' ', JSON.stringify(value)]
      return said(terminal, `  ${mark} 新表单要填 ${field}：${told}`, `  ${mark} the new form wants ${field}: ${told}`)
    })
  ]
}

/** What came of a run: how many cases went where, and each case that stays with the reason. */
export function reportLines(
  terminal: Lang,
  worded: Worded,
  { moved, kept, stopped }: MoveReport,
  dryRun: boolean
): readonly string[] {
  const [all, late] = [
    moved.reduce((sum, { cases }) => sum + cases, 0),
    moved.reduce((sum, each) => sum + each.late, 0)
  ]
  const would = dryRun ? said(terminal, '（试运行，没有转）', ' (dry run, nothing was moved)') : ''
  return [
    ...moved.map(
      ({ service, from, to, cases }) =>
        `  ${titleOf(terminal, worded, service)}  ${from} → ${to}  ${casesIn(terminal, cases)}`
    ),
    ...keptLines(terminal, worded, kept),
    ...(late > 0
      ? [
          said(
            terminal,
            `! 其中 ${late} 件一转过去就到期`,
            `! ${counted(late, 'case')} of these ${late === 1 ? 'has' : 'have'} a limit that is over at once`
          )
        ]
      : []),
    said(
      terminal,
      `转 ${all} 件，不动 ${kept.length} 件${would}`,
      `${counted(all, 'case')} moved, ${kept.length} not${would}`
    ),
    ...(stopped ? [said(terminal, '中途停下；再运行一次就接着转', 'stopped on the way; run it again to go on')] : [])
  ]
}

function keptLines(terminal: Lang, worded: Worded, kept: MoveReport['kept']): readonly string[] {
  return kept.map(({ number, service, state, procedure, code, path, details }) => {
    const why = [refusalText(code, details, terminal.language), path].filter(Boolean).join('  ')
    return `  - ${number}  ${titleOf(terminal, worded, service)}  ${stateIn(terminal, worded, procedure, state)}  ${why}  [${code}]`
  })
}

function casesIn(terminal: Lang, count: number): string {
  return said(terminal, `${count} 件`, counted(count, 'case'))
}

function titleOf(terminal: Lang, { live }: Worded, service: string): string {
  const title = live.services.get(service)?.title
  if (title === undefined) return service
  const text = textIn(title, terminal.language, live.languages)
  return said(terminal, `“${text}”（${service}）`, `“${text}” (${service})`)
}

/** A state by its label and its name. */
function stateIn({ language }: Lang, { live, pinned }: Worded, hash: string, state: string): string {
  const workflow = pinned.get(hash)?.workflow
  const label = workflow && machineOf(workflow).states.get(state)?.meta?.label
  return label === undefined ? state : `${textIn(label, language, live.languages)} ${state}`
}

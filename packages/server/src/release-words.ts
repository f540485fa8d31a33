/** What a new release changes, in words: service by service what cases are promised, then value by value what the config says otherwise. */
import {
  describedAt,
  differences,
  durationWords,
  pathInLayer,
  proceduresOf,
  textIn,
  type Difference,
  type Locality,
  type Procedure,
  type Text
} from '@gridwright/core'
import { promisedLimits } from '@gridwright/workflows'

import { counted, said, type Terminal } from './terminal.ts'

type Files = ReadonlyMap<string, string>
/** A release or a folder: its locality and its files by path. */
export type Side = { readonly locality: Locality; readonly files: Files }
type Lang = Pick<Terminal, 'language'>

const longest = 60

/** What happens next with a release that a second person must approve. */
export function awaitingWords(terminal: Lang, locality: string, release: string): string {
  const command = `gridwright approve ${locality} ${release.slice(0, 12)}`
  return said(
    terminal,
    `版本 ${release.slice(0, 12)} 已提交，等另一个人同意：${command}`,
    `Release ${release.slice(0, 12)} is proposed and waits for another person: ${command}`
  )
}

/** The changes from one side to the other; `open` says how many cases of a service are being handled. Empty where nothing differs. */
export function changesInWords(
  terminal: Lang,
  { from, to }: { readonly from: Side; readonly to: Side },
  open: ReadonlyMap<string, number>
): readonly string[] {
  const services = [...new Set([...from.locality.services.keys(), ...to.locality.services.keys()])].sort()
  const changed = differences(from.files, to.files)
  return [
    ...services.flatMap(id => serviceLine(terminal, id, { from: from.locality, to: to.locality }, open.get(id) ?? 0)),
    ...changed.map(difference => differenceLine(terminal, difference, to.locality))
  ]
}

function serviceLine(
  terminal: Lang,
  id: string,
  { from, to }: { readonly from: Locality; readonly to: Locality },
  open: number
): readonly string[] {
  const [before, after] = [from, to].map(locality => proceduresOf(locality, id))
  if (hashes(before) === hashes(after)) return []
  const title = (locality: Locality) =>
    textIn(locality.services.get(id)?.title ?? id, terminal.language, locality.languages)
  const name = said(
    terminal,
    `事项“${title(to.services.has(id) ? to : from)}”（${id}）`,
    `service “${title(to.services.has(id) ? to : from)}” (${id})`
  )
  const kept =
    open === 0
      ? ''
      : said(terminal, `；在办 ${open} 件仍按原来的规矩`, `; ${counted(open, 'open case')} keep their rules`)
  if (!before?.length) return [`+ ${name}${said(terminal, '：新增', ': new')}`]
  if (!after?.length) return [`- ${name}${said(terminal, '：不再受理', ': no longer offered')}${kept}`]
  const limits = before[0] && after[0] ? limitChanges(terminal, before[0], after[0], to) : []
  const what =
    limits.length > 0 ? limits.join(said(terminal, '，', ', ')) : said(terminal, '办法有变', 'handled otherwise')
  return [`~ ${name}${said(terminal, '：', ': ')}${what}${kept}`]
}

const hashes = (procedures: readonly Procedure[] = []) =>
  procedures
    .map(({ hash }) => hash)
    .sort()
    .join()

function limitChanges(terminal: Lang, before: Procedure, after: Procedure, locality: Locality): readonly string[] {
  const words = (procedure: Procedure) =>
    new Map(
      promisedLimits(procedure).map(({ name, state, within, clock }) => [
        `${state ?? ''} ${name}`,
        durationWords(within, procedure.clocks.get(clock)?.kind === 'working', terminal.language)
      ])
    )
  const [old, fresh] = [words(before), words(after)]
  const label = (key: string) => {
    const [state = '', name = ''] = key.split(' ')
    const text: Text | undefined = after.workflow.states[state]?.meta?.label
    return text ? textIn(text, terminal.language, locality.languages) : name
  }
  const none = said(terminal, '无', 'none')
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap(key =>
    old.get(key) === fresh.get(key) ? [] : [`${label(key)} ${old.get(key) ?? none} → ${fresh.get(key) ?? none}`]
  )
}

function differenceLine(terminal: Lang, { file, path, from, to }: Difference, locality: Locality): string {
  const mark = from === undefined ? '+' : to === undefined ? '-' : '~'
  const about = describedAt(pathInLayer(file), path)
  const words = about ? `  ${said(terminal, about['zh-CN'], about.en)}` : ''
  const value = (one: unknown) => shown(one, terminal, locality)
  const change =
    from !== undefined && to !== undefined
      ? `: ${value(from)} → ${value(to)}`
      : path === ''
        ? ''
        : `: ${value(to ?? from)}`
  return `  ${mark} ${file}${path === '' ? '' : `#${path}`}${words}${change}`
}

function shown(value: unknown, terminal: Lang, { languages }: Locality): string {
  const isText = typeof value === 'object' && value !== null && Object.keys(value).every(key => languages.includes(key))
  const text = isText ? textIn(value as Text, terminal.language, languages) : JSON.stringify(value) // an object of languages is a text
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

/** `gridwright impact`: what a folder would have changed of the real cases and scores of its locality, before it is published. */
import { writeFile } from 'node:fs/promises'
import { localIso, startOfDay, type Locality } from '@gridwright/core'
import { check } from '@gridwright/workflows'
import { printIssues } from './cli-check.ts'
import { inLocality } from './cli-import.ts'
import { readFolder } from './folder.ts'
import type { ImpactProgress, ImpactReport } from './impact.ts'
import { impactLines } from './impact-print.ts'
import { storeFault } from './store-fault.ts'
import { commandFault, said, type Terminal } from './terminal.ts'
import { refusalText } from './texts.ts'

/** `since` is a local date; without `service` all are looked at. */
export type ImpactCommand = {
  readonly folder: string
  readonly data: string
  readonly format: 'text' | 'json'
  readonly since?: string
  readonly service?: string
  readonly out?: string
}

/** Prints the impact, or writes it to a file; exit status 1 where the folder has errors. Throws a `CommandFault` for no date and a service that neither config has. */
export async function tellImpact(terminal: Terminal, command: ImpactCommand): Promise<number> {
  const { folder, format, out } = command
  const { locality: rules, issues } = check(await readFolder(folder))
  if (!rules) {
    printIssues({ ...terminal, print: terminal.complain }, issues)
    return 1
  }
  const since = sinceOf(command.since, rules)
  return inLocality(terminal, { place: folder, data: command.data }, async (store, id) => {
    const live = (await store.published(id))?.locality
    if (!live) throw storeFault('locality.unknown', id, {})
    const service = serviceOf(command.service, live, rules)
    const now = Date.now()
    const choice = { ...(since === undefined ? {} : { since }), ...(service === undefined ? {} : { service }) }
    const report = await store.impact({ rules, now, ...choice }, toldBy(terminal))
    const asked = { rules, live, now, since: command.since }
    const lines =
      format === 'json'
        ? [JSON.stringify(asJson(terminal, report, { ...asked, service }), null, 2)]
        : impactLines(terminal, report, asked)
    if (out === undefined) for (const line of lines) terminal.print(line)
    else await writeFile(out, `${lines.join('\n')}\n`)
    return 0
  })
}

function sinceOf(date: string | undefined, { timeZone }: Locality): number | undefined {
  const since = date === undefined ? undefined : startOfDay(date, timeZone)
  if (date === undefined || since !== undefined) return since
  throw commandFault([`“${date}” 不是日期`, `“${date}” is no date`], ['写成 2026-01-01', 'write 2026-01-01'])
}

function serviceOf(service: string | undefined, live: Locality, rules: Locality): string | undefined {
  if (service === undefined || live.services.has(service) || rules.services.has(service)) return service
  const known = [...live.services.keys()]
  throw commandFault(
    [`没有事项 “${service}”`, `there is no service “${service}”`],
    [`有：${known.join(' ')}`, `there are: ${known.join(' ')}`]
  )
}

const barWidth = 24
const toldEveryMs = 200
const casesPerLine = 10_000

/** Says how far a long replay has come: as a bar where the terminal can write over itself, else every ten thousand cases. */
function toldBy({ language, progress, complain }: Terminal): ImpactProgress {
  const began = Date.now()
  let told = { at: 0, cases: 0 }
  return ({ cases, of }) => {
    const now = Date.now()
    const ends = cases >= of
    if (progress ? !ends && now - told.at < toldEveryMs : cases - told.cases < casesPerLine) return
    told = { at: now, cases }
    const rate = Math.round((cases * 1000) / Math.max(1, now - began))
    const line = said(
      { language },
      `重放 ${cases}/${of} 件，每秒 ${rate} 件`,
      `${cases} of ${of} cases replayed, ${rate} a second`
    )
    const full = Math.round((barWidth * cases) / Math.max(1, of))
    if (progress) progress(ends ? '' : `${'█'.repeat(full)}${'░'.repeat(barWidth - full)} ${line}`)
    else complain(line)
  }
}

type Asked = {
  readonly rules: Locality
  readonly now: number
  readonly since: string | undefined
  readonly service: string | undefined
}

/** The report with where it comes from; instants in RFC 3339, refusals with their words. */
function asJson({ language }: Terminal, { live, ...report }: ImpactReport, { rules, now, since, service }: Asked) {
  const { id, hash, timeZone } = rules
  const stops = report.stopped.cases.items.map(({ at, refusal, ...stop }) => ({
    ...stop,
    at: localIso(at, timeZone),
    refusal: { ...refusal, message: refusalText(refusal.refused, refusal.details, language) }
  }))
  const telling = report.telling.map(({ stop, ...one }) => ({
    ...one,
    stop: stop && { ordinal: stop.ordinal, event: stop.event, code: stop.refusal.refused }
  }))
  const about = {
    locality: id,
    release: hash,
    live,
    since: since ?? null,
    service: service ?? null,
    now: localIso(now, timeZone)
  }
  const cases = { ...report.stopped.cases, items: stops }
  return { ...about, ...report, stopped: { ...report.stopped, cases }, telling }
}

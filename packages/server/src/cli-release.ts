/** `gridwright publish`, `approve`, `rollback`, `releases` and `diff`: what counts in a locality, from when on, who said so, and what it changes. */
import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { localIso, type Locality } from '@gridwright/core'
import { check } from '@gridwright/workflows'
import { printIssues } from './cli-check.ts'
import { inLocality, inStore } from './cli-import.ts'
import { readFolder } from './folder.ts'
import { awaitingWords, changesInWords, type Side } from './release-words.ts'
import { storeFault } from './store-fault.ts'
import { openCases } from './store-lists.ts'
import type { Publishing } from './releases.ts'
import type { Store } from './store.ts'
import { commandFault, counted, said, type Terminal } from './terminal.ts'

/** `why`, `as` (who, the user of the machine unless said) and `from` (RFC 3339) go into the chain of publications. */
export type PublishCommand = Words & { readonly data: string; readonly from?: string; readonly dryRun?: boolean }
/** A release that is proved and to be published; where it is the first one, the tables among `tables` are imported. */
export type Ready = {
  readonly to: Side
  readonly tables: Side['files']
  readonly effectiveFrom?: number | undefined
  readonly signedBy?: string
}
type Words = { readonly why?: string; readonly as?: string }

/** `place` is a locality's id or folder; `release` the first digits of a hash. */
export type ReleaseCommand = Words & { readonly data: string; readonly place: string; readonly release: string }

/** Proves and publishes a folder, telling first what changes; exit status 1 where it has errors. Areas and people are imported at the first publication. */
export async function publishFolder(terminal: Terminal, folder: string, command: PublishCommand): Promise<number> {
  const to = await proved(terminal, folder)
  if (!to) return 1
  const ready = { to, tables: to.files, effectiveFrom: instantOf(command.from) }
  return inStore(terminal, command.data, store => publishReady(terminal, store, ready, command))
}

/** Tells what changes, and publishes it unless that is all that is asked for. */
export async function publishReady(
  terminal: Terminal,
  store: Store,
  { to, tables, effectiveFrom, signedBy }: Ready,
  command: PublishCommand
): Promise<number> {
  const { id } = to.locality
  const live = await store.published(id)
  if (!live && effectiveFrom !== undefined) throw nothingToWaitFor
  if (live) await printChanges(terminal, store, { from: await sideOf(store, live.locality), to })
  if (command.dryRun) return 0
  const from = effectiveFrom === undefined ? {} : { effectiveFrom }
  const signed = signedBy === undefined ? {} : { signedBy }
  const release = await store.publish(to.files, { ...sayingOf(command), ...from, ...signed, proved: to.locality })
  if (!live) await store.importData(id, tables)
  terminal.print(outcomeWords(terminal, to.locality, release, effectiveFrom))
  return 0
}

/** Approves what another person has proposed. Throws `release.unproposed` and `release.own-approval`. */
export async function approveRelease(terminal: Terminal, command: ReleaseCommand): Promise<number> {
  return inLocality(terminal, command, async (store, id) => {
    const { proposals } = await store.releases.history(id)
    const hash = named(command.release, proposals, 'release.unproposed')
    await store.releases.approve(id, hash, sayingOf(command))
    terminal.print(said(terminal, `已同意并发布 ${id} ${short(hash)}`, `approved and published ${id} ${short(hash)}`))
    return 0
  })
}

/** Publishes an earlier release again. Throws `release.unknown`. */
export async function rollbackRelease(terminal: Terminal, command: ReleaseCommand): Promise<number> {
  return inLocality(terminal, command, async (store, id) => {
    const { publications } = await store.releases.history(id)
    const hash = named(command.release, publications, 'release.unknown')
    const [from, to] = [await store.published(id), await sideOf(store, await store.release(id, hash))]
    if (from) await printChanges(terminal, store, { from: await sideOf(store, from.locality), to })
    terminal.print(outcomeWords(terminal, to.locality, await store.releases.rollback(id, hash, sayingOf(command))))
    return 0
  })
}

/** Lists every publication, the live one marked, and what waits for a second person. */
export async function listReleases(terminal: Terminal, place: string, data: string): Promise<number> {
  return inLocality(terminal, { place, data }, async (store, id) => {
    const live = await store.published(id)
    if (!live) throw storeFault('locality.unknown', id, {})
    const { publications, proposals } = await store.releases.history(id)
    const at = (ms: number) => localIso(ms, live.locality.timeZone)
    const current = publications.findLast(
      each => each.release === live.hash && each.effective_from === live.effectiveFrom
    )
    for (const each of publications) {
      const mark = each === current ? '●' : each.effective_from > Date.now() ? '◷' : '○'
      const second = each.approved_by === null ? '' : ` + ${each.approved_by}`
      const signer = each.signed_by === null ? '' : ` ← ${each.signed_by.slice(0, -52)}`
      terminal.print(
        `${mark} ${each.ordinal}  ${short(each.release)}  ${at(each.effective_from)}  ${each.who}${second}${signer}  ${each.why}`
      )
    }
    for (const each of proposals)
      terminal.print(
        `? ${short(each.release)}  ${said(terminal, '等第二个人同意', 'waits for a second person')}  ${at(each.at)}  ${each.who}  ${each.why}`
      )
    return 0
  })
}

/** Tells in words what `folder` changes of what is live, of another folder or of a release; exit status 1 where a folder has errors. */
export async function diffReleases(
  terminal: Terminal,
  folder: string,
  other: string | undefined,
  data: string
): Promise<number> {
  const to = await proved(terminal, folder)
  if (!to) return 1
  if (other !== undefined && existsSync(join(other, 'locality.json'))) {
    const from = await proved(terminal, other)
    if (from) printLines(terminal, changesInWords(terminal, { from, to }, new Map()))
    return from ? 0 : 1
  }
  return inLocality(terminal, { place: folder, data }, async (store, id) => {
    const live = await store.published(id)
    if (!live) throw storeFault('locality.unknown', id, {})
    const { publications } = await store.releases.history(id)
    const hash = other === undefined ? live.hash : named(other, publications, 'release.unknown')
    await printChanges(terminal, store, { from: await sideOf(store, await store.release(id, hash)), to })
    return 0
  })
}

/** A folder with its locality; undefined where it has errors, which are told. */
export async function proved(terminal: Terminal, folder: string): Promise<Side | undefined> {
  const files = await readFolder(folder)
  const { locality, issues } = check(files)
  if (!locality) printIssues({ ...terminal, print: terminal.complain }, issues)
  return locality && { locality, files }
}

async function sideOf(store: Store, locality: Locality): Promise<Side> {
  return { locality, files: await store.releases.files(locality.id, locality.hash) }
}

async function printChanges(
  terminal: Terminal,
  store: Store,
  sides: { readonly from: Side; readonly to: Side }
): Promise<void> {
  printLines(terminal, changesInWords(terminal, sides, await openCases(store.session, sides.from.locality.id)))
}

function printLines(terminal: Terminal, lines: readonly string[]): void {
  if (lines.length === 0) terminal.print(said(terminal, '没有改动', 'nothing changes'))
  for (const line of lines) terminal.print(line)
}

function outcomeWords(
  terminal: Terminal,
  { id, timeZone }: Locality,
  { hash, already, awaiting }: Publishing,
  from?: number
): string {
  if (awaiting) return awaitingWords(terminal, id, hash)
  const release = `${id} ${short(hash)}`
  if (already) return said(terminal, `${release} 已是最后发布的版本`, `${release} is what was published last`)
  const at = from === undefined ? '' : localIso(from, timeZone)
  const when = at && said(terminal, `，${at} 起有效`, `, from ${at} on`)
  return said(terminal, `已发布 ${release}${when}`, `published ${release}${when}`)
}

/** A hash as it is shown and typed. */
export const short = (hash: string) => hash.slice(0, 12)

const nothingToWaitFor = commandFault(
  [
    '这个属地还没有发布过，没有可以顶替的',
    'nothing of this locality is live yet, so there is nothing to replace later'
  ],
  ['第一次发布不写 --from', 'leave --from out of the first publication']
)

function sayingOf({ why = '', as = userInfo().username }: Words) {
  return { who: as, why, now: Date.now() }
}

/** An instant to come, in epoch milliseconds. Throws a `CommandFault` for a text that is none. */
export function instantOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const at = Date.parse(text)
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) && at > Date.now()) return at
  throw commandFault(
    [`“${text}” 不是将来的时刻`, `“${text}” is no instant to come`],
    ['写成 2027-01-01T00:00+08:00；马上生效就不写 --from', 'write 2027-01-01T00:00+08:00; leave --from out for at once']
  )
}

/** The one release whose hash begins so. Throws `code` where none does, and a `CommandFault` where several do. */
export function named(
  prefix: string,
  rows: readonly { readonly release: string }[],
  code: 'release.unknown' | 'release.unproposed'
): string {
  const found = [...new Set(rows.flatMap(({ release }) => (release.startsWith(prefix) ? [release] : [])))]
  if (found.length === 1 && found[0] !== undefined) return found[0]
  if (found.length === 0) throw storeFault(code, prefix, {})
  throw commandFault(
    [`“${prefix}” 开头的版本有 ${found.length} 个`, `${counted(found.length, 'release')} begin with “${prefix}”`],
    ['多写几位', 'write a few more digits']
  )
}

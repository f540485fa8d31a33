/** `gridwright export bundle`, `publish --bundle` and `trust`: releases carried in a file to where no network leads, and whose files are taken. */
import { existsSync } from 'node:fs'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { localIso, type Locality } from '@gridwright/core'
import { check } from '@gridwright/workflows'
import { maxBundleBytes, publicKeyOf, readBundle, writeBundle, type Bundle } from './bundle.ts'
import { bundleFault } from './bundle-fault.ts'
import { printIssues } from './cli-check.ts'
import { filters } from './cli-export.ts'
import { inLocality, inStore } from './cli-import.ts'
import { instantOf, named, proved, publishFolder, publishReady, short, type PublishCommand } from './cli-release.ts'
import { distrustKey, ownKey, signingKey, trustedKeys, trustKey } from './signing-keys.ts'
import { storeFault } from './store-fault.ts'
import type { Side } from './release-words.ts'
import { keptFiles } from './store-publications.ts'
import type { Store } from './store.ts'
import { tableFault } from './table-fault.ts'
import { counted, said, type Terminal } from './terminal.ts'

/** `place` is a folder, which is proved, or a locality's id, of which `release` is taken or what is live; `from` is RFC 3339. */
export type BundleCommand = {
  readonly place: string
  readonly file: string
  readonly data: string
  readonly release?: string
  readonly as?: string
  readonly why?: string
  readonly from?: string
} & Partial<Record<(typeof filters)[number], unknown>>
type Content = {
  readonly locality: Locality
  readonly texts: Readonly<Record<string, string>>
  readonly why: string
  readonly effectiveFrom?: number
}

/** Writes one release as a signed file and says with which key; exit status 1 where the folder has errors. */
export async function exportBundle(terminal: Terminal, command: BundleCommand): Promise<number> {
  const { place, file, data, release, as = userInfo().username } = command
  const idle = filters.find(name => command[name] !== undefined)
  if (idle) throw tableFault('table.idle-option', 'bundle', `--${idle}`)
  const ofFolder = release === undefined && existsSync(join(place, 'locality.json'))
  const content = ofFolder
    ? await folderContent(terminal, place)
    : await inLocality(terminal, command, (store, id) => storedContent(store, id, release))
  if (!content) return 1
  const { id, hash, timeZone } = content.locality
  const effectiveFrom = instantOf(command.from) ?? content.effectiveFrom
  const saying = {
    locality: id,
    release: hash,
    who: as,
    why: command.why ?? content.why,
    effectiveFrom: effectiveFrom === undefined ? null : localIso(effectiveFrom, timeZone),
    at: localIso(Date.now(), timeZone)
  }
  const key = await signingKey(data)
  await writeFile(file, writeBundle(saying, content.texts, key))
  const files = Object.keys(content.texts).length
  terminal.print(
    said(
      terminal,
      `${file}：${id} ${short(hash)}，${files} 个文件，已签名`,
      `${file}: ${id} ${short(hash)}, ${counted(files, 'file')}, signed`
    )
  )
  const trust = `gridwright trust ${publicKeyOf(key)} --name ${as}`
  terminal.print(
    said(terminal, `收的一方核对后信任一次：${trust}`, `who takes it compares the key and trusts it once: ${trust}`)
  )
  return 0
}

/** Publishes a folder, or the file `bundle` and no folder. Throws `bundle.or-folder` for both or neither. */
export async function publishEither(
  terminal: Terminal,
  folder: string | undefined,
  { bundle, ...command }: PublishCommand & { readonly bundle?: string }
): Promise<number> {
  if (folder !== undefined && bundle === undefined) return publishFolder(terminal, folder, command)
  if (folder === undefined && bundle !== undefined) return publishBundle(terminal, bundle, command)
  throw bundleFault('bundle.or-folder', '')
}

/** Proves and publishes what a trusted key has signed, telling first what changes; exit status 1 where it has errors. */
export async function publishBundle(terminal: Terminal, file: string, command: PublishCommand): Promise<number> {
  const taken = await takenBundle(terminal, file, command.data)
  if (!taken) return 1
  const { statement, side } = taken
  const { id, hash } = side.locality
  const later = Date.parse(statement.effectiveFrom ?? '') > Date.now() ? statement.effectiveFrom : null
  return inStore(terminal, command.data, async store => {
    const first = !(await store.published(id))
    if (first && later !== null && command.from === undefined) throw bundleFault('bundle.too-early', file, later)
    if (!first) await tellGoingBack(terminal, store, id, hash)
    const ready = {
      to: side,
      tables: new Map([...side.files].filter(([path]) => path === 'data/areas.csv')),
      effectiveFrom: instantOf(command.from) ?? (later === null ? undefined : Date.parse(later)),
      signedBy: `${statement.who} ${statement.signer}`
    }
    const why = command.why ?? statement.why
    const status = await publishReady(terminal, store, ready, { ...command, why })
    if (first && !command.dryRun) terminal.print(peopleWords(terminal, id))
    return status
  })
}

/** Trusts a signer's key, or no longer; without one it lists the folder's own key and the trusted ones. */
export async function trustSigner(
  terminal: Terminal,
  key: string | undefined,
  { data, name, remove }: { readonly data: string; readonly name?: string; readonly remove?: boolean }
): Promise<number> {
  if (key === undefined) {
    const own = await ownKey(data)
    if (own !== undefined) terminal.print(`${own}  ${ownName(terminal)}`)
    for (const each of await trustedKeys(data)) terminal.print(`${each.key}  ${each.name}  ${each.at}`)
  } else if (remove) {
    const gone = await distrustKey(data, key)
    terminal.print(said(terminal, `不再信任 ${gone.name} ${gone.key}`, `no longer trusted: ${gone.name} ${gone.key}`))
  } else {
    const trusted = await trustKey(data, { key, name: name ?? short(key), at: new Date().toISOString() })
    terminal.print(said(terminal, `已信任 ${trusted.name} ${trusted.key}`, `trusted: ${trusted.name} ${trusted.key}`))
  }
  return 0
}

async function folderContent(terminal: Terminal, folder: string): Promise<Content | undefined> {
  const side = await proved(terminal, folder)
  return side && { locality: side.locality, texts: keptFiles(side.files), why: '' }
}

async function storedContent(store: Store, id: string, release: string | undefined): Promise<Content> {
  const live = await store.published(id)
  if (!live) throw storeFault('locality.unknown', id, {})
  const { publications } = await store.releases.history(id)
  const hash = release === undefined ? live.hash : named(release, publications, 'release.unknown')
  const publication = publications.findLast(each => each.release === hash)
  return {
    locality: await store.release(id, hash),
    texts: Object.fromEntries(await store.releases.files(id, hash)),
    why: publication?.why ?? '',
    ...(publication && { effectiveFrom: publication.effective_from })
  }
}

/** What a trusted key has signed, proved here; undefined where it has errors, which are told. No text of it is parsed before its signer is known. */
async function takenBundle(
  terminal: Terminal,
  file: string,
  data: string
): Promise<{ readonly statement: Bundle['statement']; readonly side: Side } | undefined> {
  const { statement, texts } = readBundle(await bytesOf(file), file)
  const { who, why, signer, at } = statement
  const name = signer === (await ownKey(data)) ? ownName(terminal) : await nameOf(signer, data)
  if (name === undefined) throw bundleFault('bundle.unknown-signer', file, signer)
  const key = `${name} ${short(signer)}`
  terminal.print(
    said(terminal, `签名包：${who} 签于 ${at}（${key}）：${why}`, `bundle: signed by ${who} at ${at} (${key}): ${why}`)
  )
  const { locality, issues } = check(texts)
  if (!locality) printIssues({ ...terminal, print: terminal.complain }, issues)
  if (locality && (locality.id !== statement.locality || locality.hash !== statement.release || strays(texts)))
    throw bundleFault('bundle.differs', file, `${locality.id} ${locality.hash}`)
  return locality && { statement, side: { locality, files: texts } }
}

/** Whether there is more than a release keeps: what is stored here would not be what was signed. */
const strays = (texts: ReadonlyMap<string, string>) => Object.keys(keptFiles(texts)).length < texts.size

async function nameOf(key: string, data: string): Promise<string | undefined> {
  return (await trustedKeys(data)).find(each => each.key === key)?.name
}

async function bytesOf(file: string): Promise<Uint8Array> {
  const found = await stat(file).catch(() => undefined)
  if (!found?.isFile()) throw bundleFault('bundle.missing', file)
  if (found.size > maxBundleBytes) throw bundleFault('bundle.too-large', file, String(maxBundleBytes))
  return readFile(file)
}

/** A signed bundle stays good for ever: whoever publishes an old one is told that it is one. */
async function tellGoingBack(terminal: Terminal, store: Store, id: string, hash: string): Promise<void> {
  const { publications } = await store.releases.history(id)
  const before = publications.findLast(each => each.release === hash)
  if (!before || before === publications.at(-1)) return
  const { ordinal } = before
  terminal.print(
    said(
      terminal,
      `! ${short(hash)} 是发布过的版本（第 ${ordinal} 次），发布它就是退回`,
      `! ${short(hash)} was published before (number ${ordinal}): this goes back`
    )
  )
}

function peopleWords(terminal: Terminal, id: string): string {
  return said(
    terminal,
    `区域已从包里导入；人员、任职、登记和商品不在包里，请用 gridwright import people ${id} <文件> 等导入`,
    `the areas of the bundle were imported; people, appointments, registrations and goods are not in it: gridwright import people ${id} <file>, and so on`
  )
}

const ownName = (terminal: Terminal) => said(terminal, '本文件夹自己的', 'this folder’s own')

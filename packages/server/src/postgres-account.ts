// Under which system user the embedded PostgreSQL runs, and which folders that user can enter. PostgreSQL refuses to run as root.
import { accessSync, chownSync, constants, existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, resolve } from 'node:path'
import { databaseFault } from './postgres-fault.ts'

/** Numeric user and group of the database process. */
export type Account = { readonly uid: number; readonly gid: number }

/** Root lends the database an ordinary user: the owner of an existing cluster, else one of the system's unprivileged users. Undefined: run as ourselves. */
export function databaseAccount(cluster: string): Account | undefined {
  const owner = statSync(cluster, { throwIfNoEntry: false })
  if (process.getuid?.() !== 0) {
    if (owner !== undefined && owner.uid !== process.getuid?.()) throw databaseFault('database.foreign-folder', cluster)
    return undefined
  }
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  return unprivilegedUser()
}

/** initdb looks its user up by number, so a bare number that is not listed would not do. */
function unprivilegedUser(): Account {
  const listed = existsSync('/etc/passwd')
    ? readFileSync('/etc/passwd', 'utf8')
        .split('\n')
        .map(line => line.split(':'))
    : []
  for (const wanted of ['postgres', '_postgres', 'nobody']) {
    const [, , uid, gid] = listed.find(([name]) => name === wanted) ?? []
    if (Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) }
  }
  throw databaseFault('database.no-user', '/etc/passwd')
}

/** The folder at or above `path` that keeps `account` from entering, or undefined; by mode bits, nearest the root first. Parts that do not exist yet are free. */
export function blockedAt(path: string, account: Account): string | undefined {
  let folder = resolve(path)
  while (!existsSync(folder)) folder = dirname(folder)
  const chain: string[] = []
  for (folder = realpathSync(folder); ; folder = dirname(folder)) {
    chain.unshift(folder)
    if (folder === dirname(folder)) break
  }
  return chain.find(step => {
    const { uid, gid, mode } = statSync(step)
    return (mode & (uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001)) === 0
  })
}

/** A lasting folder outside private homes, where root may write and `account` may enter. */
export function publicPlace(account: Account): string {
  const place = ['/var/lib', '/var/tmp', tmpdir()].find(
    folder => existsSync(folder) && writable(folder) && blockedAt(folder, account) === undefined
  )
  if (place === undefined) throw databaseFault('database.blocked-folder', '/var/lib, /var/tmp')
  return place
}

function writable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false // answered, not ignored: this is the question asked
  }
}

/** Gives `path` to `account`, if root lends one. */
export function giveTo(account: Account | undefined, path: string): void {
  if (account === undefined) return
  try {
    chownSync(path, account.uid, account.gid)
  } catch (error) {
    throw databaseFault('database.no-user', `chown ${account.uid}:${account.gid} ${path}`, error)
  }
}

// Which processes live, and which of them is the postmaster of a cluster (postmaster.pid, PostgreSQL manual, "Database File Layout").
import { spawnSync } from 'node:child_process'
import { readFileSync, readlinkSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isCode } from './postgres-fault.ts'

/** The server process of a cluster. `ready` turns true when it accepts connections and false when it shuts down. */
export type Postmaster = { readonly pid: number; readonly port: number; readonly ready: boolean }

/** A mark that tells a process from a later one with the same number; undefined when none lives (a zombie is dead). */
export function processBirth(pid: number): string | undefined {
  if (process.platform === 'linux') return linuxProcess(pid)?.birth
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (isCode(error, 'ESRCH')) return undefined
  }
  return (
    spawnSync('ps', ['-p', String(pid), '-o', 'lstart='], { encoding: 'utf8' })
      .stdout.trim()
      .replaceAll(' ', '_') || undefined
  )
}

/** The living postmaster of `cluster`, or undefined: a process that merely inherited the number in postmaster.pid does not count. */
export function findPostmaster(cluster: string): Postmaster | undefined {
  const lines = readPidFile(cluster)
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 0 || !servesCluster(pid, cluster)) return undefined
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' }
}

/**
 * Makes a postmaster.pid that a dead server left harmless. PostgreSQL would refuse to start when any process now bears its number; the number of
 * its own parent it takes for stale. The rest of the file stays, because PostgreSQL finds orphaned backends by the memory key in it.
 */
export function disownPidFile(cluster: string): void {
  const file = join(cluster, 'postmaster.pid')
  const lines = readPidFile(cluster)
  if (lines.length === 0 || servesCluster(Number(lines[0]), cluster)) return
  if (lines.length >= 7) writeFileSync(file, [String(process.pid), ...lines.slice(1)].join('\n'))
  else rmSync(file, { force: true })
}

function readPidFile(cluster: string): readonly string[] {
  const file = join(cluster, 'postmaster.pid')
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch (error) {
    if (isCode(error, 'ENOENT')) return []
    throw error
  }
}

/** A postmaster works inside its cluster folder; where the system does not tell, its command line names the folder. */
function servesCluster(pid: number, cluster: string): boolean {
  if (process.platform !== 'linux') {
    return spawnSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' }).stdout.includes(cluster)
  }
  if (linuxProcess(pid)?.name !== 'postgres') return false
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster)
  } catch {
    return false // it ended just now, or belongs to another user and so is not ours
  }
}

function linuxProcess(pid: number): { readonly name: string; readonly birth: string } | undefined {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return undefined // no such process
  }
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (state === 'Z' || state === 'X') return undefined
  return { name: stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')), birth: fields[18] ?? '' }
}

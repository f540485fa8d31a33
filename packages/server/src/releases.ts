// Releases: what a locality's folder said when it was published, kept for ever; the compiled localities and procedures made of them.
import { createHash } from 'node:crypto'
import {
  canonicalJson,
  contentHash,
  parseSource,
  proceduresOf,
  procedureWith,
  reload,
  type Locality,
  type Procedure
} from '@gridwright/core'
import { check } from '@gridwright/workflows'
import { storeFault } from './store-fault.ts'
import type { Run, Session } from './store-session.ts'
import { iso, milliseconds } from './store-case.ts'

export type Published = { readonly locality: Locality; readonly hash: string; readonly effectiveFrom: number }
/** `proved` is what `check` has just made of the same files, where the caller has asked it already. */
export type Publisher = {
  readonly who: string
  readonly why: string
  readonly now: number
  readonly proved?: Locality
}

export type Releases = {
  /** What is live in a locality; undefined for one that was never published. */
  published(locality: string): Promise<Published | undefined>
  /** The procedure of this hash; where this process has not met it yet it is read, through `run` if within a transaction. Throws `procedure.unknown`. */
  procedure(locality: string, hash: string, run?: Run): Promise<Procedure>
  /** The locality of this release, published at any time. */
  release(locality: string, hash: string): Promise<Locality>
  /** Checks and publishes a folder; what is live already stays as it is. Throws `release.refused` with all issues. */
  publish(files: ReadonlyMap<string, string>, by: Publisher): Promise<{ hash: string; already: boolean }>
  /** What is live, where it was published from just these files, which were proved then; undefined otherwise. */
  publishedFrom(files: ReadonlyMap<string, string>): Promise<Locality | undefined>
  localities(): Promise<readonly string[]>
  /** Forgets which release is live: another process may have published. */
  forget(locality?: string): void
}

/** Releases kept in the database of `session`. What is live is remembered only while `listening` says that news of other processes come in. */
export function openReleases(session: Session, listening: () => boolean): Releases {
  const compiled = new Map<string, Locality>()
  const procedures = new Map<string, Procedure>()
  const live = new Map<string, Published>()
  let forgotten = 0
  const localityOf = async (id: string, hash: string, run: Run): Promise<Locality> => {
    const known = compiled.get(`${id} ${hash}`)
    if (known) return known
    const made = await compile(id, hash, run)
    compiled.set(`${id} ${hash}`, made)
    return made
  }
  return {
    async published(id) {
      const known = live.get(id)
      if (known) return known
      const asked = forgotten
      const found = await session.within(id, async run => {
        const last = await lastPublication(id, run)
        return (
          last && {
            locality: await localityOf(id, last.release, run),
            hash: last.release,
            effectiveFrom: last.effective_from
          }
        )
      })
      if (found && listening() && asked === forgotten) live.set(id, found)
      return found
    },
    async procedure(id, hash, run) {
      const known = procedures.get(`${id} ${hash}`)
      if (known) return known
      if (!run) return session.within(id, own => this.procedure(id, hash, own))
      const [row] = await run<{ release: string; service: string }>(
        'select release, service from procedure where locality = $1 and hash = $2',
        [id, hash]
      )
      const made = row && procedureWith(await localityOf(id, row.release, run), row.service, hash)
      if (!made) throw storeFault('procedure.unknown', `${id} ${hash}`, {})
      procedures.set(`${id} ${hash}`, made)
      return made
    },
    release: (id, hash) => session.within(id, run => localityOf(id, hash, run)),
    async publish(files, by) {
      const done = await publish(session, files, by)
      this.forget(done.locality)
      return { hash: done.hash, already: done.already }
    },
    publishedFrom: files => publishedFrom(session, files, localityOf),
    localities: () => localitiesIn(session),
    forget(id) {
      forgotten++
      if (id === undefined) live.clear()
      else live.delete(id)
    }
  }
}

async function localitiesIn(session: Session): Promise<readonly string[]> {
  const rows = await session.bare<{ locality: string }>('select locality from locality order by locality', [])
  return rows.map(({ locality }) => locality)
}

/** See `Releases.publishedFrom`; `localityOf` compiles a release. */
async function publishedFrom(
  session: Session,
  files: ReadonlyMap<string, string>,
  localityOf: (id: string, hash: string, run: Run) => Promise<Locality>
): Promise<Locality | undefined> {
  const { value } = parseSource('locality.json', files.get('locality.json') ?? '')
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined
  if (typeof id !== 'string') return undefined
  return session.within(id, async run => {
    const last = await lastPublication(id, run)
    const same = last?.files === filesHash(Object.fromEntries(keptFiles(files)))
    return last && same ? localityOf(id, last.release, run) : undefined
  })
}

export type PublicationRow = {
  ordinal: number
  release: string
  files: string
  effective_from: number
  who: string
  why: string
  previous_hash: string
  hash: string
}
export const publicationColumns = `ordinal, release, files, ${milliseconds('effective_from')} as effective_from, who, why, previous_hash, hash`

/** The hash of a publication over all that its chain covers. */
export function publicationHash({ hash: _hash, ...covered }: PublicationRow): string {
  return contentHash(covered)
}

/** `contentHash` by the machine's own code: a locality's tables are megabytes. */
export function filesHash(files: Readonly<Record<string, string>>): string {
  return createHash('sha256').update(canonicalJson(files)).digest('hex')
}

/** The files of a release that are kept: config, and the tables that its `expect` counts; no scenarios, and nothing that names a person. */
function keptFiles(files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const kept = (path: string) =>
    !/(^|\/)tests\//.test(path) &&
    (!/(^|\/)data\//.test(path) || counted.includes(path)) &&
    /\.(jsonc?|csv)$/.test(path)
  return new Map([...files].filter(([path]) => kept(path)))
}

const counted = ['data/areas.csv', 'data/appointments.csv', 'data/registrations.csv']

async function publish(
  session: Session,
  files: ReadonlyMap<string, string>,
  { who, why, now, proved }: Publisher
): Promise<{ locality: string; hash: string; already: boolean }> {
  const locality = proved ?? provedIn(files)
  const { id, hash } = locality
  const kept = Object.fromEntries(keptFiles(files))
  return session.within(id, async run => {
    await run('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`publish ${id}`])
    const last = await lastPublication(id, run)
    if (last?.release === hash) return { locality: id, hash, already: true }
    await run('insert into locality (locality) values ($1) on conflict do nothing', [id])
    await run('insert into release (locality, hash, files) values ($1, $2, $3) on conflict do nothing', [
      id,
      hash,
      JSON.stringify(kept)
    ])
    const stored = await filesOf(id, hash, run)
    const unhashed = {
      ordinal: (last?.ordinal ?? 0) + 1,
      release: hash,
      files: filesHash(stored),
      effective_from: now,
      who,
      why,
      previous_hash: last?.hash ?? '',
      hash: ''
    }
    await run(
      'insert into publication (locality, ordinal, release, files, effective_from, who, why, previous_hash, hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)',
      [
        id,
        unhashed.ordinal,
        hash,
        unhashed.files,
        iso(now),
        who,
        why,
        unhashed.previous_hash,
        publicationHash(unhashed)
      ]
    )
    const procedures = [...locality.services.keys()].flatMap(service => proceduresOf(locality, service))
    await run(
      'insert into procedure (locality, hash, release, service) select $1, p.hash, $2, p.id from jsonb_to_recordset($3) as p(hash text, id text) on conflict do nothing',
      [id, hash, JSON.stringify(procedures.map(procedure => ({ hash: procedure.hash, id: procedure.id })))]
    )
    await run(`select pg_notify('gridwright_release', $1)`, [id])
    return { locality: id, hash, already: false }
  })
}

function provedIn(files: ReadonlyMap<string, string>): Locality {
  const { locality, issues } = check(files)
  if (!locality) throw storeFault('release.refused', '', { issues })
  return locality
}

async function lastPublication(id: string, run: Run): Promise<PublicationRow | undefined> {
  const [last] = await run<PublicationRow>(
    `select ${publicationColumns} from publication where locality = $1 order by ordinal desc limit 1`,
    [id]
  )
  return last
}

/** The stored files of a release by path. */
export async function filesOf(id: string, hash: string, run: Run): Promise<Readonly<Record<string, string>>> {
  const [row] = await run<{ files: Readonly<Record<string, string>> }>(
    'select files from release where locality = $1 and hash = $2',
    [id, hash]
  )
  if (!row) throw new Error(`release ${hash} of ${id} is not in the database`)
  return row.files
}

async function compile(id: string, hash: string, run: Run): Promise<Locality> {
  const locality = reload(new Map(Object.entries(await filesOf(id, hash, run))))
  if (locality.hash !== hash)
    throw new Error(`release ${hash} of ${id} does not give its locality again: ${locality.hash}`)
  return locality
}

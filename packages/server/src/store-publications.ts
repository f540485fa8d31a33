// Publications: which release was live from when on, who said so and why, as a hash chain; and proposals that wait for a second person.
import { createHash } from 'node:crypto'
import { canonicalJson, contentHash, proceduresOf, type Locality } from '@gridwright/core'
import { instant, iso, milliseconds } from './store-case.ts'
import { storeFault } from './store-fault.ts'
import type { Run } from './store-session.ts'

export type PublicationRow = {
  ordinal: number
  release: string
  files: string
  /** Epoch milliseconds. */
  effective_from: number
  who: string
  why: string
  /** The second person, where one was asked for. */
  approved_by: string | null
  /** Where it came as a bundle: who signed it, and after a blank the public key. */
  signed_by: string | null
  previous_hash: string
  hash: string
}
export type ProposalRow = Pick<PublicationRow, 'release' | 'who' | 'why' | 'signed_by'> & {
  effective_from: number | null
  at: number
}
/** Who publishes what from when on; `effectiveFrom` is `now` unless given, both epoch milliseconds. */
export type Saying = {
  readonly who: string
  readonly why: string
  readonly now: number
  readonly effectiveFrom?: number
  readonly approvedBy?: string
  /** Who signed the bundle, and after a blank the public key. */
  readonly signedBy?: string
}

export const publicationColumns = `ordinal, release, files, ${milliseconds('effective_from')} as effective_from, who, why, approved_by, signed_by, previous_hash, hash`
const proposalColumns = `release, ${milliseconds('effective_from')} as effective_from, who, why, signed_by, ${milliseconds('at')} as at`

/** The hash of a publication over all that its chain covers. */
export function publicationHash({ hash: _hash, approved_by, signed_by, ...covered }: PublicationRow): string {
  return contentHash({
    ...covered,
    ...(approved_by !== null && { approved_by }),
    ...(signed_by !== null && { signed_by })
  })
}

/** `contentHash` by the machine's own code: a locality's tables are megabytes. */
export function filesHash(files: Readonly<Record<string, string>>): string {
  return createHash('sha256').update(canonicalJson(files)).digest('hex')
}

/** The files of a release that are kept: config, and the tables that its `expect` counts; no scenarios, and nothing that names a person. */
export function keptFiles(files: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const kept = (path: string) =>
    !/(^|\/)tests\//.test(path) && (!/(^|\/)data\//.test(path) || counted.test(path)) && /\.(jsonc?|csv)$/.test(path)
  return Object.fromEntries([...files].filter(([path]) => kept(path)))
}

const counted = /(^|\/)data\/(areas|appointments|registrations)\.csv$/

const liveSql = `select ${publicationColumns}, (
    select ${milliseconds('min(n.effective_from)')} from publication n
    where n.locality = $1 and n.ordinal > p.ordinal and n.effective_from > ${instant('$2')}) as until
  from publication p where p.locality = $1 and p.effective_from <= ${instant('$2')} order by p.ordinal desc limit 1`

/** The publication that counts at `now`, the last one said of those that have begun, and when the next one takes its place, if ever. */
export async function livePublication(
  id: string,
  run: Run,
  now: number
): Promise<(PublicationRow & { readonly until: number | null }) | undefined> {
  return (await run<PublicationRow & { until: number | null }>(liveSql, [id, now]))[0]
}

/** The publication that was said last, whether it has begun or not. */
export async function lastPublication(id: string, run: Run): Promise<PublicationRow | undefined> {
  const sql = `select ${publicationColumns} from publication where locality = $1 order by ordinal desc limit 1`
  return (await run<PublicationRow>(sql, [id]))[0]
}

/** Every publication of a locality, in the order in which they were said. */
export function publications(id: string, run: Run): Promise<readonly PublicationRow[]> {
  return run<PublicationRow>(`select ${publicationColumns} from publication where locality = $1 order by ordinal`, [id])
}

/** What waits for a second person, the latest first. */
export function proposals(id: string, run: Run): Promise<readonly ProposalRow[]> {
  return run<ProposalRow>(`select ${proposalColumns} from proposal where locality = $1 order by at desc, release`, [id])
}

/** One publication of a locality at a time, until the transaction ends. */
export async function lockPublications(id: string, run: Run): Promise<void> {
  await run('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`publish ${id}`])
}

/** Keeps a release with its procedures, unless it is there already. */
export async function keepRelease(
  locality: Locality,
  files: Readonly<Record<string, string>>,
  run: Run
): Promise<void> {
  const { id, hash } = locality
  const procedures = [...locality.services.keys()].flatMap(service => proceduresOf(locality, service))
  await run('insert into locality (locality) values ($1) on conflict do nothing', [id])
  await run('insert into release (locality, hash, files) values ($1, $2, $3) on conflict do nothing', [
    id,
    hash,
    JSON.stringify(files)
  ])
  await run(
    'insert into procedure (locality, hash, release, service) select $1, p.hash, $2, p.id from jsonb_to_recordset($3) as p(hash text, id text) on conflict do nothing',
    [id, hash, JSON.stringify(procedures.map(procedure => ({ hash: procedure.hash, id: procedure.id })))]
  )
}

/** Says that a kept release counts from now on, or from `effectiveFrom`; other processes hear of it. */
export async function sayPublished(id: string, release: string, saying: Saying, run: Run): Promise<void> {
  const last = await lastPublication(id, run)
  const row: PublicationRow = {
    ordinal: (last?.ordinal ?? 0) + 1,
    release,
    files: filesHash(await filesOf(id, release, run)),
    effective_from: saying.effectiveFrom ?? saying.now,
    who: saying.who,
    why: saying.why,
    approved_by: saying.approvedBy ?? null,
    signed_by: saying.signedBy ?? null,
    previous_hash: last?.hash ?? '',
    hash: ''
  }
  await run(
    'insert into publication (locality, ordinal, release, files, effective_from, who, why, approved_by, signed_by, previous_hash, hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)',
    [
      id,
      row.ordinal,
      release,
      row.files,
      iso(row.effective_from),
      row.who,
      row.why,
      row.approved_by,
      row.signed_by,
      row.previous_hash,
      publicationHash(row)
    ]
  )
  await run('delete from proposal where locality = $1 and release = $2', [id, release])
  await run(`select pg_notify('gridwright_release', $1)`, [id])
}

/** Keeps what is to be published once a second person has approved; the same release proposed again replaces the first. */
export async function propose(id: string, release: string, saying: Saying, run: Run): Promise<void> {
  const { effectiveFrom, who, why, now, signedBy = null } = saying
  await run(
    `insert into proposal (locality, release, effective_from, who, why, at, signed_by) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (locality, release) do update set effective_from = excluded.effective_from, who = excluded.who, why = excluded.why, at = excluded.at,
       signed_by = excluded.signed_by`,
    [id, release, effectiveFrom === undefined ? null : iso(effectiveFrom), who, why, iso(now), signedBy]
  )
}

/** The stored files of a release by path. Throws `release.unknown` for one that is not there. */
export async function filesOf(id: string, hash: string, run: Run): Promise<Readonly<Record<string, string>>> {
  const [row] = await run<{ files: Readonly<Record<string, string>> }>(
    'select files from release where locality = $1 and hash = $2',
    [id, hash]
  )
  if (!row) throw storeFault('release.unknown', hash, {})
  return row.files
}

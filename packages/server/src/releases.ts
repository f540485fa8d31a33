// Releases: what a locality's folder said when it was published, kept for ever; the compiled localities and procedures made of them.
import { idOf, procedureWith, reload, type Locality, type Procedure } from '@gridwright/core'
import { check } from '@gridwright/workflows'
import { storeFault } from './store-fault.ts'
import {
  filesHash,
  filesOf,
  keepRelease,
  keptFiles,
  lastPublication,
  livePublication,
  lockPublications,
  proposals,
  propose,
  publications,
  sayPublished,
  type ProposalRow,
  type PublicationRow,
  type Saying
} from './store-publications.ts'
import type { Run, Session } from './store-session.ts'

export type Published = { readonly locality: Locality; readonly hash: string; readonly effectiveFrom: number }
/** `proved` is what `check` has just made of the same files, where the caller has asked it already. */
export type Publisher = Saying & { readonly proved?: Locality }
/** `already` where it was the last one published; `awaiting` where a second person must approve it first. */
export type Publishing = { readonly hash: string; readonly already: boolean; readonly awaiting: boolean }
/** What was said of a locality's releases: publications in their order, and what waits for a second person. */
export type History = { readonly publications: readonly PublicationRow[]; readonly proposals: readonly ProposalRow[] }

/** What was said of releases, and what can be said of those that are kept. */
export type Said = {
  /** Publishes what another person has proposed. Throws `release.unproposed` and `release.own-approval`. */
  approve(locality: string, release: string, by: Saying): Promise<void>
  /** Publishes a release that was published before; where a second person is asked for, it waits for one like any other. Throws `release.unknown` for one that never was. */
  rollback(locality: string, release: string, by: Saying): Promise<Publishing>
  history(locality: string): Promise<History>
  /** The config files of a release by path. Throws `release.unknown`. */
  files(locality: string, release: string): Promise<ReadonlyMap<string, string>>
}

export type Releases = Said & {
  /** What is live in a locality; undefined for one that was never published. */
  published(locality: string): Promise<Published | undefined>
  /** The procedure of this hash; where this process has not met it yet it is read, through `run` if within a transaction. Throws `procedure.unknown`. */
  procedure(locality: string, hash: string, run?: Run): Promise<Procedure>
  /** The locality of this release, published at any time. */
  release(locality: string, hash: string): Promise<Locality>
  /** Checks and publishes a folder; what is live already stays as it is. Throws `release.refused` with all issues. */
  publish(files: ReadonlyMap<string, string>, by: Publisher): Promise<Publishing>
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
  const live = new Map<string, Published & { readonly until: number }>()
  let forgotten = 0
  const forget = (id?: string) => {
    forgotten++
    if (id === undefined) live.clear()
    else live.delete(id)
  }
  const localityOf = async (id: string, hash: string, run: Run): Promise<Locality> => {
    const known = compiled.get(`${id} ${hash}`)
    if (known) return known
    const files = await filesOf(id, hash, run)
    const made = compiled.get(`${id} ${hash}`) ?? compile(id, hash, files) // another may have had them first
    compiled.set(`${id} ${hash}`, made)
    return made
  }
  return {
    async published(id) {
      const known = live.get(id)
      if (known && Date.now() < known.until) return known
      const asked = forgotten
      const found = await session.within(id, async run => {
        const row = await livePublication(id, run, Date.now())
        if (!row) return undefined
        const { release, effective_from: effectiveFrom, until } = row
        return { locality: await localityOf(id, release, run), hash: release, effectiveFrom, until: until ?? Infinity }
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
      const locality = by.proved ?? provedIn(files)
      const done = await publish({ session, localityOf }, locality, files, by)
      forget(locality.id)
      return done
    },
    ...saidIn({ session, localityOf }, forget),
    publishedFrom: files => publishedFrom({ session, localityOf }, files),
    localities: () => localitiesIn(session),
    forget
  }
}

/** Where releases are kept; `localityOf` compiles one. */
type House = {
  readonly session: Session
  readonly localityOf: (id: string, hash: string, run: Run) => Promise<Locality>
}

function saidIn(house: House, forget: (locality: string) => void): Said {
  const { session } = house
  return {
    async approve(id, release, by) {
      await approve(house, id, release, by)
      forget(id)
    },
    async rollback(id, release, by) {
      const done = await rollback(house, id, release, by)
      forget(id)
      return done
    },
    history: id =>
      session.within(id, async run => ({
        publications: await publications(id, run),
        proposals: await proposals(id, run)
      })),
    files: (id, release) => session.within(id, async run => new Map(Object.entries(await filesOf(id, release, run))))
  }
}

async function localitiesIn(session: Session): Promise<readonly string[]> {
  const rows = await session.bare<{ locality: string }>('select locality from locality order by locality', [])
  return rows.map(({ locality }) => locality)
}

/** See `Releases.publishedFrom`. */
async function publishedFrom(
  { session, localityOf }: House,
  files: ReadonlyMap<string, string>
): Promise<Locality | undefined> {
  const id = idOf(files.get('locality.json') ?? '')
  if (id === undefined) return undefined
  return session.within(id, async run => {
    const last = await lastPublication(id, run)
    const same = last?.files === filesHash(keptFiles(files))
    return last && same ? localityOf(id, last.release, run) : undefined
  })
}

async function publish(
  house: House,
  locality: Locality,
  files: ReadonlyMap<string, string>,
  by: Publisher
): Promise<Publishing> {
  const { id, hash } = locality
  return house.session.within(id, async run => {
    await lockPublications(id, run)
    const last = await lastPublication(id, run)
    if (last?.release === hash && last.effective_from <= (by.effectiveFrom ?? by.now))
      return { hash, already: true, awaiting: false }
    await keepRelease(locality, keptFiles(files), run)
    return { hash, already: false, awaiting: await sayOrPropose(house, locality, by, run) }
  })
}

/** Says that a kept release counts, or proposes it where what is live or the release itself asks for a second person; returns whether it waits for one. */
async function sayOrPropose({ localityOf }: House, locality: Locality, by: Saying, run: Run): Promise<boolean> {
  const { id, hash, secondApproval } = locality
  const live = await livePublication(id, run, Date.now())
  const awaiting = live !== undefined && (secondApproval || (await localityOf(id, live.release, run)).secondApproval)
  await (awaiting ? propose(id, hash, by, run) : sayPublished(id, hash, by, run))
  return awaiting
}

/** Publishes what another has proposed. Throws `release.unproposed`, and `release.own-approval` where both are one person. */
async function approve({ session }: House, id: string, release: string, by: Saying): Promise<void> {
  await session.within(id, async run => {
    await lockPublications(id, run)
    const proposal = (await proposals(id, run)).find(each => each.release === release)
    if (!proposal) throw storeFault('release.unproposed', release, {})
    if (proposal.who === by.who) throw storeFault('release.own-approval', by.who, {})
    const { who, why, effective_from, signed_by } = proposal
    const effectiveFrom = Math.max(effective_from ?? by.now, by.now)
    const signed = signed_by === null ? {} : { signedBy: signed_by }
    await sayPublished(id, release, { who, why, now: by.now, effectiveFrom, approvedBy: by.who, ...signed }, run)
  })
}

/** See `Said.rollback`. */
async function rollback(house: House, id: string, hash: string, by: Saying): Promise<Publishing> {
  return house.session.within(id, async run => {
    await lockPublications(id, run)
    if (!(await publications(id, run)).some(each => each.release === hash))
      throw storeFault('release.unknown', hash, {})
    const locality = await house.localityOf(id, hash, run)
    return { hash, already: false, awaiting: await sayOrPropose(house, locality, by, run) }
  })
}

function provedIn(files: ReadonlyMap<string, string>): Locality {
  const { locality, issues } = check(files)
  if (!locality) throw storeFault('release.refused', '', { issues })
  return locality
}

function compile(id: string, hash: string, files: Readonly<Record<string, string>>): Locality {
  const locality = reload(new Map(Object.entries(files)))
  if (locality.hash !== hash)
    throw new Error(`release ${hash} of ${id} does not give its locality again: ${locality.hash}`)
  return locality
}

/** The store on PostgreSQL: whatever the server keeps or looks up goes through here, always under one locality. */
import type { Locality, PartyKey, PersonFacts, Procedure, TableName } from '@gridwright/core'
import type {
  CaseEvent,
  CaseRow,
  Command,
  EvaluationCommand,
  EvaluationOutcome,
  Outcome,
  PointsCommand,
  PointsOutcome,
  Score
} from '@gridwright/workflows'
import { verify, type AuditFault, type AuditProgress } from './audit.ts'
import { recomputeScores, type Recomputed } from './audit-scores.ts'
import { checkChaos } from './chaos.ts'
import { openDoor, type Done } from './door.ts'
import {
  importData,
  importTables,
  type Imported,
  type ImportOptions,
  type TableFile,
  type TablesImported
} from './import.ts'
import type { ImportProgress } from './import-store.ts'
import { impactOf, type ImpactProgress, type ImpactQuestion, type ImpactReport } from './impact.ts'
import { migrate } from './migrate.ts'
import { openReleases, type Published, type Publisher, type Publishing, type Releases, type Said } from './releases.ts'
import { areas, areasById, notices, type Area, type AreaQuery, type DeliveredNotice } from './store-areas.ts'
import { storeFault } from './store-fault.ts'
import { openFiles, type Files } from './store-files.ts'
import { caseOf, cases, journal, rowOf, type CaseQuery } from './store-lists.ts'
import { openNews, type Change, type News } from './store-news.ts'
import type { Page } from './store-page.ts'
import { openBooks, type Books } from './store-passbook.ts'
import { contacts, holders, oneOfEach, people, type HolderQuery, type PersonCard } from './store-people.ts'
import { openRolls, type Rolls } from './store-scores.ts'
import { openSession, type Session } from './store-session.ts'
import { roster, type Roster } from './store-roster.ts'
import { tableRows, type TableRow } from './store-tables.ts'
import type { Log } from './store-worker.ts'
import { readPeople } from './transaction.ts'

export type {
  Area,
  AreaQuery,
  AuditFault,
  CaseQuery,
  Change,
  DeliveredNotice,
  HolderQuery,
  Imported,
  Page,
  PersonCard,
  Published,
  Recomputed
}

export type Store = {
  /** Decides and commits a command, and answers when it is committed. Throws `commit.unknown` or `database.unavailable`: then send the same command again. */
  run(locality: string, command: Command): Promise<Outcome>
  /** The same for a command about points. */
  runPoints(locality: string, command: PointsCommand): Promise<PointsOutcome>
  /** The same for a command about an evaluation. */
  runEvaluation(locality: string, command: EvaluationCommand): Promise<EvaluationOutcome>
  /** The same, with the case as this very command left it, so that it need not be read again. */
  runForRow(locality: string, command: Command): Promise<Done<Command>>
  cases(locality: string, query: CaseQuery): Promise<Page<CaseRow>>
  /** The case, if its audience holds one of `keys`. */
  caseOf(locality: string, id: string, keys: readonly PartyKey[]): Promise<CaseRow | undefined>
  /** The case for whoever has checked, or will check, that its audience may see it. */
  rowOf(locality: string, id: string): Promise<CaseRow | undefined>
  journal(locality: string, caseId: string, first: number, afterOrdinal?: number): Promise<readonly CaseEvent[]>
  /** The person with what is held at `now`. */
  personFacts(locality: string, id: string, now: number): Promise<PersonFacts | undefined>
  people(locality: string, ids: readonly string[]): Promise<ReadonlyMap<string, PersonCard>>
  /** Callers without an account. */
  contacts(locality: string, ids: readonly string[]): Promise<ReadonlyMap<string, PersonCard>>
  /** Who holds any of the keys, by name. */
  holders(locality: string, keys: readonly PartyKey[], options: HolderQuery): Promise<readonly PersonCard[]>
  /** Somebody for each post and kind of registration held at `now`, by its id, and under '' somebody who never held any. */
  oneOfEach(locality: Locality, now: number): Promise<ReadonlyMap<string, PersonCard>>
  /** Where `post` is manned at `now`, and the areas of its level where it is not, by code. */
  roster(locality: Locality, post: string, now: number): Promise<Roster>
  areas(locality: string, query: AreaQuery): Promise<Page<Area>>
  areasById(locality: string, ids: readonly string[]): Promise<ReadonlyMap<string, Area>>
  notices(locality: string, keys: readonly PartyKey[], first: number, after?: string): Promise<Page<DeliveredNotice>>
  localities(): Promise<readonly string[]>
  published(locality: string): Promise<Published | undefined>
  /** The procedure that a case is pinned to. Throws `procedure.unknown`. */
  procedure(locality: string, hash: string): Promise<Procedure>
  /** The locality as a release published it, at any time. */
  release(locality: string, hash: string): Promise<Locality>
  /** What is live, where it was published from just these files, which were proved then; undefined otherwise. */
  publishedFrom(files: ReadonlyMap<string, string>): Promise<Locality | undefined>
  /** Throws `release.refused` with all issues of a folder that `check` refuses. */
  publish(files: ReadonlyMap<string, string>, by: Publisher): Promise<Publishing>
  /** What was said of releases, and how one goes back. */
  readonly releases: Said
  /** Throws `import.refused` with every faulty row, and `locality.unknown` before the first publication. */
  importData(locality: string, files: ReadonlyMap<string, string>, onProgress?: ImportProgress): Promise<Imported>
  /** Imports single tables and tells what that changed. Throws as `importData` does. */
  importTables(locality: string, tables: readonly TableFile[], options: ImportOptions): Promise<TablesImported>
  /** Instance data as rows to export, a page at a time. */
  tableRows(locality: Locality, table: TableName): AsyncGenerator<TableRow>
  /** Calls `listener` for every committed entry, of this and other processes; returns how to stop. */
  changes(locality: string, listener: (change: Change) => void): () => void
  /** Calls `listener` with the id of every transfer of points that is entered or settled, by this and other processes; returns how to stop. */
  transfers(locality: string, listener: (transfer: string) => void): () => void
  /** The books of points, for reading. */
  readonly books: Books
  /** Evaluations, for reading. */
  readonly rolls: Rolls
  /** Published scores with the cards that their evidence gives now. */
  recompute(locality: string, scores: readonly Score[]): Promise<readonly Recomputed[]>
  /** What other rules would have changed of the real cases and scores in their locality. */
  impact(question: ImpactQuestion, onProgress?: ImpactProgress): Promise<ImpactReport>
  /** Uploaded files. */
  readonly files: Files
  /** Everything that was changed behind the engine's back; empty where replay gives what is stored. */
  verify(locality: string, onProgress?: AuditProgress): Promise<readonly AuditFault[]>
  ping(): Promise<void>
  /** Ends within seconds. */
  close(): Promise<void>
  /** For the store's own workers: sweeper and outbox. */
  readonly session: Session
  readonly news: News
}

/** `url` is the owner's address, used for migration only; all else is done by the role of `appUrl`. */
export type StoreOptions = {
  readonly url: string
  readonly appUrl: string
  readonly log?: Log
  readonly poolSize?: number
}

const exportPage = 1_000

/** A store with its tables in place. Throws where the application role would stand above row level security. */
export async function openStore({ url, appUrl, log, poolSize = 10 }: StoreOptions): Promise<Store> {
  checkChaos()
  const warn = (message: string) => log?.warn({}, message)
  const session = openSession(appUrl, poolSize, warn)
  const news = await readyNews({ url, appUrl, session }, warn)
  const releases = openReleases(session, () => news.listening())
  news.publications(locality => releases.forget(locality))
  const door = openDoor(session, releases, news)
  return {
    session,
    news,
    run: async (locality, command) => (await door(locality, command)).outcome,
    runPoints: async (locality, command) => (await door(locality, command)).outcome,
    runEvaluation: async (locality, command) => (await door(locality, command)).outcome,
    runForRow: door,
    cases: (locality, query) => cases(session, locality, query),
    caseOf: (locality, id, keys) => caseOf(session, locality, id, keys),
    rowOf: (locality, id) => rowOf(session, locality, id),
    journal: (locality, caseId, first, afterOrdinal) => journal(session, locality, caseId, first, afterOrdinal),
    personFacts: async (locality, id, now) =>
      (await session.within(locality, run => readPeople(run, locality, { now, people: [id] }))).get(id),
    people: (locality, ids) => people(session, locality, ids),
    contacts: (locality, ids) => contacts(session, locality, ids),
    holders: (locality, keys, options) => holders(session, locality, keys, options),
    oneOfEach: (locality, now) => oneOfEach(session, locality, now),
    roster: (locality, post, now) => roster(session, locality, post, now),
    areas: (locality, query) => areas(session, locality, query),
    areasById: (locality, ids) => areasById(session, locality, ids),
    notices: (locality, keys, first, after) => notices(session, locality, keys, first, after),
    localities: () => releases.localities(),
    published: locality => releases.published(locality),
    procedure: (locality, hash) => releases.procedure(locality, hash),
    release: (locality, hash) => releases.release(locality, hash),
    publishedFrom: files => releases.publishedFrom(files),
    publish: (files, by) => releases.publish(files, by),
    releases,
    importData: async (locality, files, onProgress) =>
      importData(session, await localityOf(releases, locality), files, Date.now(), onProgress),
    importTables: async (locality, tables, options) =>
      importTables(session, await localityOf(releases, locality), tables, options),
    tableRows: (locality, table) => tableRows(session, locality, table, exportPage),
    changes: (locality, listener) => news.changes(locality, listener),
    transfers: (locality, listener) => news.transfers(locality, listener),
    books: openBooks(session),
    rolls: openRolls(session),
    recompute: (locality, scores) => recomputeScores(session, releases, locality, scores),
    impact: (question, onProgress) => impactOf(session, releases, question, onProgress),
    files: openFiles(session),
    verify: (locality, onProgress) => verify(session, releases, locality, onProgress),
    ping: async () => void (await session.bare('select 1 as alive', [])),
    close: async () => void (await Promise.all([news.close(), session.close()]))
  }
}

/** News of a database with its tables in place; all connections that a first answer needs are made at once. */
async function readyNews(
  { url, appUrl, session }: Pick<StoreOptions, 'url' | 'appUrl'> & { readonly session: Session },
  warn: (message: string) => void
): Promise<News> {
  const opening = openNews(appUrl, warn)
  const [migrated, ...others] = await Promise.allSettled([migrate(url, appUrl), opening, session.bare('select', [])])
  const failed = [migrated, ...others].find(({ status }) => status === 'rejected')
  if (!failed) return opening
  await Promise.all([opening.then(news => news.close()).catch(() => undefined), session.close()])
  throw (failed as PromiseRejectedResult).reason // found as rejected just now
}

async function localityOf(releases: Releases, id: string): Promise<Locality> {
  const published = await releases.published(id)
  if (!published) throw storeFault('locality.unknown', id, {})
  return published.locality
}

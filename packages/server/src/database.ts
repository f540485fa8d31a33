// The PostgreSQL of a server: the one that DATABASE_URL names, or the embedded one of the data folder.
import { resolve } from 'node:path'
import { closeCluster, openCluster, type ClusterRecord } from './postgres-cluster.ts'
import { databaseFault, isDatabaseFault, type Bilingual } from './postgres-fault.ts'
import {
  appRole,
  checkAppRole,
  connect,
  databaseName,
  ensureAppRole,
  ensureRoles,
  ownerRole
} from './postgres-roles.ts'

/** Where a server works. `url` is the owner's address (migrations), `appUrl` that of the role under row level security; `folder` holds an embedded database's files. */
export type Database = {
  readonly url: string
  readonly appUrl: string
  readonly embedded: boolean
  readonly folder?: string
  /** Gives the database up, within 10 s. An embedded one stops when no other server process uses it. Close pools first. */
  stop(): Promise<void>
}

/** `dataFolder` may not exist yet. With `databaseUrl` nothing is started; `appDatabaseUrl` then names the application role, else it is created. */
export type DatabaseOptions = {
  readonly dataFolder: string
  readonly databaseUrl?: string
  readonly appDatabaseUrl?: string
  readonly onProgress?: (message: Bilingual) => void
}

/** A database that answers, with both roles in place, one that others run with its application role checked. Throws a `DatabaseFault` with its cure otherwise. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  return options.databaseUrl === undefined
    ? openEmbedded(options)
    : openExternal(options.databaseUrl, options.appDatabaseUrl)
}

async function openEmbedded({ dataFolder, onProgress = () => undefined }: DatabaseOptions): Promise<Database> {
  const address = ({ port, passwords }: ClusterRecord, role: 'owner' | 'app') =>
    `postgres://${role === 'owner' ? ownerRole : appRole}:${passwords[role]}@127.0.0.1:${port}/${databaseName}`
  const cluster = await openCluster(resolve(dataFolder), onProgress, ({ holder, record }) =>
    ensureRoles(holder, record.passwords)
  )
  let stopped: Promise<void> | undefined
  const stop = () => (stopped ??= closeCluster(cluster))
  return {
    url: address(cluster.record, 'owner'),
    appUrl: address(cluster.record, 'app'),
    embedded: true,
    folder: cluster.folder,
    stop
  }
}

async function openExternal(url: string, givenAppUrl: string | undefined): Promise<Database> {
  const owner = await connect(url, 'gridwright start')
  try {
    const {
      rows: [server]
    } = await owner.query<{ version: number; owner: string }>(
      `select current_setting('server_version_num')::int as version, current_user as owner`
    )
    if (server === undefined || server.version < 150_000)
      throw databaseFault('database.incompatible-version', `${server?.version}`)
    const appUrl = givenAppUrl ?? (await ensureAppRole(owner, url))
    await verifyAppRole(appUrl, server.owner).catch((error: unknown) => {
      const foreign = givenAppUrl === undefined && isDatabaseFault(error) && error.code === 'database.refused'
      throw foreign
        ? databaseFault('database.no-app-role', `${error.message} (${appRole} was made with another password)`, error)
        : error
    })
    return { url, appUrl, embedded: false, stop: () => Promise.resolve() }
  } finally {
    await owner.end()
  }
}

async function verifyAppRole(appUrl: string, owner: string): Promise<void> {
  const app = await connect(appUrl, 'gridwright start')
  try {
    await checkAppRole(app, owner, appUrl)
  } finally {
    await app.end()
  }
}

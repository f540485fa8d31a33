// The two roles of a server: the owner migrates, the application role works under row level security. Made, and checked not to be too strong.
import { createHmac } from 'node:crypto'
import { Client, DatabaseError } from 'pg'
import { databaseFault, type DatabaseFaultCode } from './postgres-fault.ts'

export const ownerRole = 'gridwright_owner'
export const appRole = 'gridwright_app'
export const databaseName = 'gridwright'

/** A connected client; `onDeath` hears of a broken connection, which would otherwise end the process. Throws `database.unreachable` or `database.refused` without naming a password. */
export async function connect(url: string, name: string, onDeath: () => void = () => undefined): Promise<Client> {
  let client: Client
  try {
    client = new Client({ connectionString: url, application_name: name, connectionTimeoutMillis: 10_000 })
    client.on('error', onDeath)
    await client.connect()
  } catch (error) {
    const said = error instanceof Error ? error.message || String('code' in error ? error.code : error.name) : ''
    throw databaseFault(connectFault(error), `${address(url)}: ${said}`, error)
  }
  return client
}

/** Class 57P is a server on its way up or down (PostgreSQL manual, appendix A). */
function connectFault(error: unknown): DatabaseFaultCode {
  if (!(error instanceof DatabaseError) || error.code?.startsWith('57P')) return 'database.unreachable'
  return error.message.includes('locale is incompatible') ? 'database.no-locale' : 'database.refused'
}

/** Creates what is missing of the roles and the database, as superuser. A second run, or one that an earlier kill cut short, completes it. */
export async function ensureRoles(
  superuser: Client,
  passwords: { readonly owner: string; readonly app: string }
): Promise<void> {
  const { rows } = await superuser.query<{ name: string }>(
    'select rolname as name from pg_roles union all select datname from pg_database'
  )
  const names = new Set(rows.map(row => row.name))
  const wanted: readonly [string, string][] = [
    [ownerRole, passwords.owner],
    [appRole, passwords.app]
  ]
  for (const [role, password] of wanted) {
    if (!names.has(role))
      await superuser.query(`create role ${role} login password ${superuser.escapeLiteral(password)}`)
  }
  if (!names.has(databaseName)) await superuser.query(`create database ${databaseName} owner ${ownerRole}`)
}

/** The application role's address in a database that others run: created by the owner where it may, with a password that follows from the owner's, so that every server process finds the same. */
export async function ensureAppRole(owner: Client, url: string): Promise<string> {
  const appUrl = new URL(url)
  if (appUrl.password === '')
    throw databaseFault('database.no-app-role', `${address(url)} has no password to derive ${appRole}'s from`)
  const password = createHmac('sha256', decodeURIComponent(appUrl.password)).update(appRole).digest('base64url')
  const {
    rows: [state]
  } = await owner.query<{ exists: boolean; may: boolean }>(
    'select exists (select from pg_roles where rolname = $1), rolcreaterole or rolsuper as may from pg_roles where rolname = current_user',
    [appRole]
  )
  if (state?.exists === false) {
    if (!state.may)
      throw databaseFault('database.no-app-role', `${appRole} does not exist and ${address(url)} may not create it`)
    await owner
      .query(`create role ${appRole} login password ${owner.escapeLiteral(password)}`)
      .catch((error: unknown) => {
        if (!(error instanceof DatabaseError && ['42710', '23505'].includes(error.code ?? ''))) throw error // another server process made it
      })
  }
  appUrl.username = appRole
  appUrl.password = password
  return appUrl.href
}

/** Refuses an application role that row level security would not bind: owner, superuser, BYPASSRLS, or one that can become such a role. */
export async function checkAppRole(app: Client, owner: string, url: string): Promise<void> {
  const {
    rows: [found]
  } = await app.query<{ strengths: string[] }>(
    `
    select array_remove(array[
      case when me.rolsuper then 'SUPERUSER' end,
      case when me.rolbypassrls then 'BYPASSRLS' end,
      case when me.rolcreaterole then 'CREATEROLE' end,
      case when me.rolreplication then 'REPLICATION' end,
      case when exists (select from pg_roles other where other.oid <> me.oid and pg_has_role(me.oid, other.oid, 'member')
        and (other.rolsuper or other.rolbypassrls or other.rolname = 'pg_execute_server_program')) then 'member of a stronger role' end,
      case when exists (select from pg_roles other where other.rolname = $1 and pg_has_role(me.oid, other.oid, 'member'))
        or exists (select from pg_database where datname = current_database() and pg_has_role(me.oid, datdba, 'member'))
        or exists (select from pg_class where relowner = me.oid) then 'owner' end
    ], null) as strengths from pg_roles me where me.rolname = current_user`,
    [owner]
  )
  if (found === undefined || found.strengths.length > 0)
    throw databaseFault('database.role-too-strong', `${address(url)}: ${found?.strengths.join(', ')}`)
}

/** An address without its password, fit for messages. */
function address(url: string): string {
  if (!URL.canParse(url)) return 'postgres://…'
  const { username, host, pathname } = new URL(url)
  return `${username === '' ? '' : `${username}@`}${host}${pathname}`
}

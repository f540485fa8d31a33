// Brings a database to this version's tables: as the owner, one process at a time, all or nothing. The application role gets no
// more than what its statements need: it cannot change a journal entry, a release or a publication.
import type { Client } from 'pg'
import { checkAppRole, connect } from './postgres-roles.ts'

/** Makes missing tables and grants, and checks that row level security binds the role of `appUrl`. A second process waits and finds the work done. */
export async function migrate(url: string, appUrl: string): Promise<void> {
  const [owner, app] = await bothConnected(url, appUrl)
  try {
    const role = await appRoleOf(owner, app, appUrl)
    if (await isReady(owner, role)) return
    await owner.query('select pg_advisory_lock($1)', [lock])
    if (!(await isCurrent(owner))) await runMigrations(url)
    await owner.query(grantsTo(owner.escapeIdentifier(role)))
  } finally {
    await Promise.all([app.end(), owner.end()]) // ends the session and with it the lock
  }
}

const lock = 0x67726964
const lastMigration = 'bundles'

async function bothConnected(url: string, appUrl: string): Promise<readonly [Client, Client]> {
  const name = 'gridwright migrate'
  const [owner, app] = await Promise.allSettled([connect(url, name), connect(appUrl, name)])
  if (owner.status === 'fulfilled' && app.status === 'fulfilled') return [owner.value, app.value]
  for (const one of [owner, app]) if (one.status === 'fulfilled') await one.value.end()
  throw owner.status === 'rejected' ? owner.reason : (app as PromiseRejectedResult).reason // one of the two was
}

async function appRoleOf(owner: Client, app: Client, appUrl: string): Promise<string> {
  const nameOf = async (client: Client) => {
    const { rows } = await client.query<{ name: string }>('select current_user as name')
    return rows[0]?.name ?? ''
  }
  const [me, other] = await Promise.all([nameOf(owner), nameOf(app)])
  await checkAppRole(app, me, appUrl)
  return other
}

/** Whether all is there already, as on nearly every start. Looks only: what it finds missing is looked for again under the lock. */
async function isReady(owner: Client, role: string): Promise<boolean> {
  if (!(await isCurrent(owner))) return false
  const { rowCount } = await owner.query(
    `select from jsonb_to_recordset($2) as need(tables text, columns text[], rights text)
     where case when need.columns is null then not has_table_privilege($1, need.tables, need.rights)
       else exists (select from unnest(need.columns) as one where not has_column_privilege($1, need.tables, one, need.rights)) end`,
    [role, JSON.stringify(needs)]
  )
  return rowCount === 0
}

async function isCurrent(owner: Client): Promise<boolean> {
  const {
    rows: [table]
  } = await owner.query<{ there: boolean }>(`select to_regclass('mikro_orm_migrations') is not null as there`)
  if (!table?.there) return false
  const { rows } = await owner.query('select from mikro_orm_migrations where name = $1', [lastMigration])
  return rows.length > 0
}

// Imported when there is work: on an existing database a start does without these modules.
async function runMigrations(url: string): Promise<void> {
  const [{ MikroORM }, { Migrator }, { entities }, tables, points, evaluation, proposals, files, bundles] =
    await Promise.all([
      import('@mikro-orm/postgresql'),
      import('@mikro-orm/migrations'),
      import('./entities.ts'),
      import('./migrations/tables.ts'),
      import('./migrations/points.ts'),
      import('./migrations/evaluation.ts'),
      import('./migrations/proposals.ts'),
      import('./migrations/files.ts'),
      import('./migrations/bundles.ts')
    ])
  const orm = new MikroORM({
    entities: [...entities],
    clientUrl: url,
    extensions: [Migrator],
    logger: () => undefined,
    migrations: {
      migrationsList: [
        { name: 'tables', class: tables.TablesMigration },
        { name: 'points', class: points.PointsMigration },
        { name: 'evaluation', class: evaluation.EvaluationMigration },
        { name: 'proposals', class: proposals.ProposalsMigration },
        { name: 'files', class: files.FilesMigration },
        { name: lastMigration, class: bundles.BundlesMigration }
      ],
      snapshot: false,
      allOrNothing: true
    }
  })
  try {
    await orm.migrator.up()
  } finally {
    await orm.close(true)
  }
}

const rights: Readonly<Record<string, string>> = {
  locality: 'select, insert',
  release: 'select, insert',
  publication: 'select, insert',
  proposal: 'select, insert, update, delete',
  procedure: 'select, insert',
  data_import: 'select, insert',
  area: 'select, insert, update',
  person: 'select, insert, update',
  contact: 'select, insert, update',
  appointment: 'select, insert, update',
  registration: 'select, insert, update',
  case_record: 'select, insert, update',
  case_key: 'select, insert, delete',
  case_event: 'select, insert, update (answers, salt)',
  command_log: 'select, insert, update (outcome)',
  notice: 'select, insert, update (leased_until, sent_at, attempts)',
  inbox: 'select, insert',
  transfer: 'select, insert, update (state, settled_at, settled_by, reason)',
  transfer_key: 'select, insert, delete',
  account: 'select, insert, update',
  good: 'select, insert, update',
  errand: 'select, insert, update (leased_until, done_at, attempts)',
  rating: 'select, insert',
  score: 'select, insert',
  file: 'select, insert, update (uploaded_at, used), delete',
  case_file: 'select, insert'
}

/** Each right by itself: a table, one right, and the columns that it is for unless it is for all. */
const needs = Object.entries(rights).flatMap(([table, said]) =>
  [...said.matchAll(/(\w+)(?: \(([^)]+)\))?/g)].map(([, right, columns]) => ({
    tables: table,
    rights: right,
    columns: columns?.split(', ') ?? null
  }))
)

function grantsTo(role: string): string {
  return Object.entries(rights)
    .map(([table, right]) => `grant ${right} on "${table}" to ${role}`)
    .join('; ')
}

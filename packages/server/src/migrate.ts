// Brings a database to this version's tables: as the owner, one process at a time, all or nothing. The application role gets no
// more than what its statements need: it cannot change a journal entry, a release or a publication.
import type { Client } from 'pg'
import { checkAppRole, connect } from './postgres-roles.ts'

/** Makes missing tables and grants, and checks that row level security binds the role of `appUrl`. A second process waits and finds the work done. */
export async function migrate(url: string, appUrl: string): Promise<void> {
  const owner = await connect(url, 'gridwright migrate')
  try {
    await owner.query('select pg_advisory_lock($1)', [lock])
    const role = await appRoleOf(owner, appUrl)
    if (!(await isCurrent(owner))) await runMigrations(url)
    await owner.query(grantsTo(owner.escapeIdentifier(role)))
  } finally {
    await owner.end() // ends the session and with it the lock
  }
}

const lock = 0x67726964
const lastMigration = 'bundles'

async function appRoleOf(owner: Client, appUrl: string): Promise<string> {
  const app = await connect(appUrl, 'gridwright migrate')
  try {
    const {
      rows: [me]
    } = await owner.query<{ name: string }>('select current_user as name')
    await checkAppRole(app, me?.name ?? '', appUrl)
    const {
      rows: [other]
    } = await app.query<{ name: string }>('select current_user as name')
    return other?.name ?? ''
  } finally {
    await app.end()
  }
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

function grantsTo(role: string): string {
  return Object.entries(rights)
    .map(([table, right]) => `grant ${right} on "${table}" to ${role}`)
    .join('; ')
}

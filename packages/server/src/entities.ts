// The tables, each declared once: migrations and row level security follow from these entities. Every key begins
// with `locality`. Instants are timestamptz, hashes 64 hex digits, party keys as core/src/party.ts writes them.
import { defineEntity, p } from '@mikro-orm/postgresql'
import { evaluationTables } from './entities-evaluation.ts'
import { fileTables } from './entities-files.ts'
import { ProcedureTable, ProposalTable, PublicationTable, ReleaseTable } from './entities-release.ts'
import { locality, secured, tenant } from './entity.ts'

/** A tenant. The list itself is open to every session, as the endpoints' addresses are. */
const LocalityTable = defineEntity({
  name: 'LocalityTable',
  tableName: 'locality',
  rowLevelSecurity: 'force',
  policies: [
    { name: 'listed', command: 'select', using: 'true' },
    { name: 'of_locality', command: 'insert', check: tenant }
  ],
  properties: { locality: locality() }
})

/** Instance data that has been imported, by content hash. */
const ImportTable = defineEntity({
  name: 'ImportTable',
  tableName: 'data_import',
  ...secured,
  properties: {
    locality: locality(),
    hash: p.text().primary(),
    counts: p.json<Record<string, number>>(),
    at: p.datetime()
  }
})

/** A node of the grid. `path` holds ids from the top down to this one, `places` the same by level. */
const AreaTable = defineEntity({
  name: 'AreaTable',
  tableName: 'area',
  ...secured,
  indexes: [
    { name: 'area_children', properties: ['locality', 'parent', 'code'] },
    { name: 'area_level', properties: ['locality', 'level', 'code'] }
  ],
  properties: {
    locality: locality(),
    id: p.text().primary(),
    code: p.text(),
    name: p.text(),
    level: p.text(),
    parent: p.text().nullable(),
    path: p.array().columnType('text[]'),
    places: p.json<Record<string, string>>(),
    valid_from: p.datetime(),
    valid_to: p.datetime().nullable()
  }
})

const PersonTable = defineEntity({
  name: 'PersonTable',
  tableName: 'person',
  ...secured,
  properties: {
    locality: locality(),
    id: p.text().primary(),
    name: p.text(),
    phone: p.text().nullable(),
    household: p.text().nullable()
  }
})

/** A caller without an account. Personal. */
const ContactTable = defineEntity({
  name: 'ContactTable',
  tableName: 'contact',
  ...secured,
  properties: { locality: locality(), id: p.uuid().primary(), name: p.text(), phone: p.text() }
})

/** A post held at an area from `valid_from` until before `valid_to`. */
const AppointmentTable = defineEntity({
  name: 'AppointmentTable',
  tableName: 'appointment',
  ...secured,
  indexes: [{ name: 'appointment_holders', properties: ['locality', 'post', 'area'] }],
  properties: {
    locality: locality(),
    person: p.text().primary(),
    post: p.text().primary(),
    area: p.text().primary(),
    valid_from: p.datetime().primary(),
    valid_to: p.datetime().nullable()
  }
})

/** A registration at an area, as appointments are held. */
const RegistrationTable = defineEntity({
  name: 'RegistrationTable',
  tableName: 'registration',
  ...secured,
  indexes: [{ name: 'registration_holders', properties: ['locality', 'kind', 'area'] }],
  properties: {
    locality: locality(),
    person: p.text().primary(),
    kind: p.text().primary(),
    area: p.text().primary(),
    valid_from: p.datetime().primary(),
    valid_to: p.datetime().nullable()
  }
})

/** A case as it stands: what queries need as columns, the rest of `CaseRow` in `body`. `next_due_at` is infinity where no clock runs. */
const CaseTable = defineEntity({
  name: 'CaseTable',
  tableName: 'case_record',
  ...secured,
  indexes: [
    { name: 'case_record_due', properties: ['locality', 'next_due_at', 'id'], where: 'open' },
    { name: 'case_record_undated', properties: ['locality', 'id'], where: 'open and awaits_calendar' }
  ],
  properties: {
    locality: locality(),
    id: p.uuid().primary(),
    number: p.text(),
    service: p.text(),
    procedure: p.text(),
    channel: p.text(),
    area: p.text(),
    handling_area: p.text(),
    state: p.text(),
    open: p.boolean(),
    revision: p.integer(),
    submitted_at: p.datetime(),
    updated_at: p.datetime(),
    closed_at: p.datetime().nullable(),
    next_due_at: p.datetime(),
    awaits_calendar: p.boolean(),
    applicant: p.text(),
    assignee: p.text().nullable(),
    owners: p.array().columnType('text[]'),
    audience: p.array().columnType('text[]'),
    body: p.json<Record<string, unknown>>()
  }
})

/**
 * Who may see which case, a row for each key of its audience. Lists walk this index and not an array's: under row level security
 * PostgreSQL uses no index for an operator that is not leakproof, and `&&` is not.
 */
const CaseKeyTable = defineEntity({
  name: 'CaseKeyTable',
  tableName: 'case_key',
  ...secured,
  properties: {
    locality: locality(),
    key: p.text().primary(),
    open: p.boolean().primary(),
    submitted_at: p.datetime().primary(),
    case_id: p.uuid().primary()
  }
})

/** The journal. `answers` and `salt` are personal and may be erased; nothing else is ever changed. */
const CaseEventTable = defineEntity({
  name: 'CaseEventTable',
  tableName: 'case_event',
  ...secured,
  properties: {
    locality: locality(),
    case_id: p.uuid().primary(),
    ordinal: p.integer().primary(),
    command: p.uuid(),
    event: p.text(),
    transition: p.text().nullable(),
    actor: p.text(),
    by_key: p.text().nullable(),
    at: p.datetime(),
    from_state: p.text().nullable(),
    to_state: p.text(),
    changed: p.json<Record<string, unknown>>(),
    commitment: p.text().nullable(),
    procedure: p.text(),
    world: p.text(),
    previous_hash: p.text(),
    hash: p.text(),
    answers: p.json<Record<string, unknown>>().nullable(),
    salt: p.text().nullable()
  }
})

/** Every command that was decided, with its outcome: whoever sends it again gets that. */
const CommandTable = defineEntity({
  name: 'CommandTable',
  tableName: 'command_log',
  ...secured,
  properties: {
    locality: locality(),
    id: p.uuid().primary(),
    digest: p.text(),
    outcome: p.json<Record<string, unknown>>().nullable(),
    at: p.datetime()
  }
})

/** The outbox: notices to be sent. */
const NoticeTable = defineEntity({
  name: 'NoticeTable',
  tableName: 'notice',
  ...secured,
  indexes: [{ name: 'notice_unsent', properties: ['locality', 'leased_until', 'key'], where: 'sent_at is null' }],
  properties: {
    locality: locality(),
    key: p.text().primary(),
    topic: p.text(),
    to_keys: p.array().columnType('text[]'),
    case_id: p.uuid(),
    params: p.json<Record<string, string>>(),
    at: p.datetime(),
    leased_until: p.datetime(),
    sent_at: p.datetime().nullable(),
    attempts: p.integer()
  }
})

/** Notices delivered to whoever holds `holder`; a second delivery finds its row there. */
const InboxTable = defineEntity({
  name: 'InboxTable',
  tableName: 'inbox',
  ...secured,
  properties: {
    locality: locality(),
    holder: p.text().primary(),
    at: p.datetime().primary(),
    notice: p.text().primary(),
    topic: p.text(),
    case_id: p.uuid(),
    params: p.json<Record<string, string>>()
  }
})

/** A line of the books of points. Who settled it, and what they said, is set once; nothing else is ever changed. */
const TransferTable = defineEntity({
  name: 'TransferTable',
  tableName: 'transfer',
  ...secured,
  indexes: [
    { name: 'transfer_passbook', properties: ['locality', 'holder', 'ledger', 'at', 'id'] },
    { name: 'transfer_capped', properties: ['locality', 'rule', 'holder', 'period'], where: 'rule is not null' },
    { name: 'transfer_limited', properties: ['locality', 'good', 'holder', 'period'], where: 'good is not null' },
    { name: 'transfer_reversals', properties: ['locality', 'reversed'], where: 'reversed is not null' },
    {
      name: 'transfer_settled',
      properties: ['locality', 'settled_by', 'settled_at', 'id'],
      where: 'settled_by is not null'
    }
  ],
  properties: {
    locality: locality(),
    id: p.uuid().primary(),
    ledger: p.text(),
    debit: p.text(),
    credit: p.text(),
    amount: p.integer(),
    kind: p.text(),
    state: p.text(),
    holder: p.text(),
    rule: p.text().nullable(),
    case_id: p.uuid().nullable(),
    ordinal: p.integer().nullable(),
    reversed: p.uuid().nullable(),
    good: p.text().nullable(),
    period: p.text().nullable(),
    owners: p.array().columnType('text[]'),
    at: p.datetime(),
    settled_at: p.datetime().nullable(),
    settled_by: p.text().nullable(),
    reason: p.text().nullable(),
    cut: p.json<Record<string, unknown>>().nullable()
  }
})

/** Whose list a pending transfer is on, a row for each key of its owners. */
const TransferKeyTable = defineEntity({
  name: 'TransferKeyTable',
  tableName: 'transfer_key',
  ...secured,
  properties: {
    locality: locality(),
    key: p.text().primary(),
    at: p.datetime().primary(),
    transfer: p.uuid().primary()
  }
})

/** An account: what the transfers that debit and credit it add up to. */
const AccountTable = defineEntity({
  name: 'AccountTable',
  tableName: 'account',
  ...secured,
  properties: {
    locality: locality(),
    ledger: p.text().primary(),
    key: p.text().primary(),
    posted: p.bigint(),
    held: p.bigint(),
    pending: p.bigint(),
    revision: p.integer()
  }
})

/** A good on the shelf; `delivered` is how many were ever put there. */
const GoodTable = defineEntity({
  name: 'GoodTable',
  tableName: 'good',
  ...secured,
  properties: {
    locality: locality(),
    id: p.text().primary(),
    name: p.text(),
    price: p.integer(),
    stock: p.integer(),
    limit: p.integer().nullable(),
    per: p.text(),
    delivered: p.integer()
  }
})

/** Commands that a command brought about, to be run once each. */
const ErrandTable = defineEntity({
  name: 'ErrandTable',
  tableName: 'errand',
  ...secured,
  indexes: [{ name: 'errand_open', properties: ['locality', 'leased_until', 'key'], where: 'done_at is null' }],
  properties: {
    locality: locality(),
    key: p.text().primary(),
    command: p.json<Record<string, unknown>>(),
    leased_until: p.datetime(),
    done_at: p.datetime().nullable(),
    attempts: p.integer()
  }
})

/** All entities, in the order in which their tables are made. */
export const entities = [
  LocalityTable,
  ReleaseTable,
  PublicationTable,
  ProposalTable,
  ProcedureTable,
  ImportTable,
  AreaTable,
  PersonTable,
  ContactTable,
  AppointmentTable,
  RegistrationTable,
  CaseTable,
  CaseKeyTable,
  CaseEventTable,
  CommandTable,
  NoticeTable,
  InboxTable,
  TransferTable,
  TransferKeyTable,
  AccountTable,
  GoodTable,
  ErrandTable,
  ...evaluationTables,
  ...fileTables
] as const

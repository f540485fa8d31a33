// The first migration: all tables, their indices, and row level security forced on each. Never edited once released; what changes
// later is a migration of its own, and the test of entities and migrations says when one is missing.
import { Migration } from '@mikro-orm/migrations'
import { addSecured, tenant } from './secured.ts'

const at = 'timestamptz not null'
const tables: Readonly<Record<string, string>> = {
  release: `"locality" text not null, "hash" text not null, "files" jsonb not null, primary key ("locality", "hash")`,
  publication: `"locality" text not null, "ordinal" int not null, "release" text not null, "files" text not null, "effective_from" ${at},
    "who" text not null, "why" text not null, "previous_hash" text not null, "hash" text not null, primary key ("locality", "ordinal")`,
  procedure: `"locality" text not null, "hash" text not null, "release" text not null, "service" text not null, primary key ("locality", "hash")`,
  data_import: `"locality" text not null, "hash" text not null, "counts" jsonb not null, "at" ${at}, primary key ("locality", "hash")`,
  area: `"locality" text not null, "id" text not null, "code" text not null, "name" text not null, "level" text not null, "parent" text null,
    "path" text[] not null, "places" jsonb not null, "valid_from" ${at}, "valid_to" timestamptz null, primary key ("locality", "id")`,
  person: `"locality" text not null, "id" text not null, "name" text not null, "phone" text null, primary key ("locality", "id")`,
  contact: `"locality" text not null, "id" uuid not null, "name" text not null, "phone" text not null, primary key ("locality", "id")`,
  appointment: `"locality" text not null, "person" text not null, "post" text not null, "area" text not null, "valid_from" ${at},
    "valid_to" timestamptz null, primary key ("locality", "person", "post", "area", "valid_from")`,
  registration: `"locality" text not null, "person" text not null, "kind" text not null, "area" text not null, "valid_from" ${at},
    "valid_to" timestamptz null, primary key ("locality", "person", "kind", "area", "valid_from")`,
  case_record: `"locality" text not null, "id" uuid not null, "number" text not null, "service" text not null, "procedure" text not null,
    "channel" text not null, "area" text not null, "handling_area" text not null, "state" text not null, "open" boolean not null,
    "revision" int not null, "submitted_at" ${at}, "updated_at" ${at}, "closed_at" timestamptz null, "next_due_at" ${at},
    "awaits_calendar" boolean not null, "applicant" text not null, "assignee" text null, "owners" text[] not null, "audience" text[] not null,
    "body" jsonb not null, primary key ("locality", "id")`,
  case_key: `"locality" text not null, "key" text not null, "open" boolean not null, "submitted_at" ${at}, "case_id" uuid not null,
    primary key ("locality", "key", "open", "submitted_at", "case_id")`,
  case_event: `"locality" text not null, "case_id" uuid not null, "ordinal" int not null, "command" uuid not null, "event" text not null,
    "transition" text null, "actor" text not null, "by_key" text null, "at" ${at}, "from_state" text null, "to_state" text not null,
    "changed" jsonb not null, "commitment" text null, "procedure" text not null, "world" text not null, "previous_hash" text not null,
    "hash" text not null, "answers" jsonb null, "salt" text null, primary key ("locality", "case_id", "ordinal")`,
  command_log: `"locality" text not null, "id" uuid not null, "digest" text not null, "outcome" jsonb null, "at" ${at}, primary key ("locality", "id")`,
  notice: `"locality" text not null, "key" text not null, "topic" text not null, "to_keys" text[] not null, "case_id" uuid not null,
    "params" jsonb not null, "at" ${at}, "leased_until" ${at}, "sent_at" timestamptz null, "attempts" int not null, primary key ("locality", "key")`,
  inbox: `"locality" text not null, "holder" text not null, "at" ${at}, "notice" text not null, "topic" text not null, "case_id" uuid not null,
    "params" jsonb not null, primary key ("locality", "holder", "at", "notice")`
}

const indices = [
  `"area_children" on "area" ("locality", "parent", "code")`,
  `"area_level" on "area" ("locality", "level", "code")`,
  `"appointment_holders" on "appointment" ("locality", "post", "area")`,
  `"registration_holders" on "registration" ("locality", "kind", "area")`,
  `"case_record_due" on "case_record" ("locality", "next_due_at", "id") where open`,
  `"case_record_undated" on "case_record" ("locality", "id") where open and awaits_calendar`,
  `"notice_unsent" on "notice" ("locality", "leased_until", "key") where sent_at is null`
]

/** Makes what entities.ts declares. The list of localities is open to all, as their addresses are. */
export class TablesMigration extends Migration {
  override up(): void {
    this.addSql(`create table "locality" ("locality" text not null, primary key ("locality"))`)
    this.addSql(`alter table "locality" enable row level security, force row level security`)
    this.addSql(`create policy "listed" on "locality" for select using (true)`)
    this.addSql(`create policy "of_locality" on "locality" for insert with check ${tenant}`)
    addSecured(this, tables, indices)
  }
}

// What migrations do for every new table: make it, and force row level security by locality on it.
import type { Migration } from '@mikro-orm/migrations'

/** Whether a row is of the session's locality, as a policy says it. */
export const tenant = `(locality = nullif(current_setting('gridwright.locality', true), ''))`

/** Adds the making of `tables` (columns by name) and `indices` to a migration. */
export function addSecured(
  migration: Migration,
  tables: Readonly<Record<string, string>>,
  indices: readonly string[]
): void {
  for (const [table, columns] of Object.entries(tables)) {
    migration.addSql(`create table "${table}" (${columns})`)
    migration.addSql(`alter table "${table}" enable row level security`)
    migration.addSql(`alter table "${table}" force row level security`)
    migration.addSql(`create policy "of_locality" on "${table}" using ${tenant} with check ${tenant}`)
  }
  for (const index of indices) migration.addSql(`create index ${index}`)
}

// Publications that came as a bundle: who signed it, and with which key.
import { Migration } from '@mikro-orm/migrations'

/** Adds the signer to publications and to what waits to be one. */
export class BundlesMigration extends Migration {
  override up(): void {
    for (const table of ['publication', 'proposal'])
      this.addSql(`alter table "${table}" add column "signed_by" text null`)
  }
}

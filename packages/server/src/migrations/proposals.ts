// Publications with a second person: who approved, and what waits for it.
import { Migration } from '@mikro-orm/migrations'
import { addSecured } from './secured.ts'

const tables = {
  proposal: `"locality" text not null, "release" text not null, "effective_from" timestamptz null, "who" text not null, "why" text not null,
    "at" timestamptz not null, primary key ("locality", "release")`
}

/** Makes what entities.ts declares of proposals. */
export class ProposalsMigration extends Migration {
  override up(): void {
    addSecured(this, tables, [])
    this.addSql(`alter table "publication" add column "approved_by" text null`)
  }
}

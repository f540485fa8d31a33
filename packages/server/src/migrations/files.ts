// Uploaded files, and the journal entries that name them.
import { Migration } from '@mikro-orm/migrations'
import { addSecured } from './secured.ts'

const tables: Readonly<Record<string, string>> = {
  file: `"locality" text not null, "id" text not null, "uploaded_by" text not null, "uploaded_at" timestamptz not null, "type" text not null,
    "bytes" bytea not null, "used" boolean not null, primary key ("locality", "id", "uploaded_by")`,
  case_file: `"locality" text not null, "file" text not null, "case_id" uuid not null, "ordinal" int not null,
    primary key ("locality", "file", "case_id", "ordinal")`
}

const indices = [
  `"file_uploads" on "file" ("locality", "uploaded_by", "uploaded_at")`,
  `"file_unused" on "file" ("locality", "uploaded_at") where not used`
]

/** Makes what entities-files.ts declares. */
export class FilesMigration extends Migration {
  override up(): void {
    addSecured(this, tables, indices)
  }
}

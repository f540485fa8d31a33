// Points: transfers, accounts, goods, the lists of what is pending, and errands; and the household that a person belongs to.
import { Migration } from '@mikro-orm/migrations'
import { addSecured } from './secured.ts'

const tables: Readonly<Record<string, string>> = {
  transfer: `"locality" text not null, "id" uuid not null, "ledger" text not null, "debit" text not null, "credit" text not null,
    "amount" int not null, "kind" text not null, "state" text not null, "holder" text not null, "rule" text null, "case_id" uuid null,
    "ordinal" int null, "reversed" uuid null, "good" text null, "period" text null, "owners" text[] not null, "at" timestamptz not null,
    "settled_at" timestamptz null, "settled_by" text null, "reason" text null, "cut" jsonb null, primary key ("locality", "id")`,
  transfer_key: `"locality" text not null, "key" text not null, "at" timestamptz not null, "transfer" uuid not null,
    primary key ("locality", "key", "at", "transfer")`,
  account: `"locality" text not null, "ledger" text not null, "key" text not null, "posted" bigint not null, "held" bigint not null,
    "pending" bigint not null, "revision" int not null, primary key ("locality", "ledger", "key")`,
  good: `"locality" text not null, "id" text not null, "name" text not null, "price" int not null, "stock" int not null,
    "limit" int null, "per" text not null, "delivered" int not null, primary key ("locality", "id")`,
  errand: `"locality" text not null, "key" text not null, "command" jsonb not null, "leased_until" timestamptz not null,
    "done_at" timestamptz null, "attempts" int not null, primary key ("locality", "key")`
}

const indices = [
  `"transfer_passbook" on "transfer" ("locality", "holder", "ledger", "at", "id")`,
  `"transfer_capped" on "transfer" ("locality", "rule", "holder", "period") where rule is not null`,
  `"transfer_limited" on "transfer" ("locality", "good", "holder", "period") where good is not null`,
  `"transfer_reversals" on "transfer" ("locality", "reversed") where reversed is not null`,
  `"transfer_settled" on "transfer" ("locality", "settled_by", "settled_at", "id") where settled_by is not null`,
  `"errand_open" on "errand" ("locality", "leased_until", "key") where done_at is null`
]

/** Makes what entities.ts declares of points. */
export class PointsMigration extends Migration {
  override up(): void {
    this.addSql(`alter table "person" add column "household" text null`)
    addSecured(this, tables, indices)
  }
}

// Evaluations: marks and published scores.
import { Migration } from '@mikro-orm/migrations'
import { addSecured } from './secured.ts'

const tables: Readonly<Record<string, string>> = {
  rating: `"locality" text not null, "id" uuid not null, "evaluation" text not null, "window" text not null, "sheet" text not null,
    "rater" text not null, "subject" text not null, "marks" text not null, "at" timestamptz not null, primary key ("locality", "id")`,
  score: `"locality" text not null, "evaluation" text not null, "window" text not null, "subject" text not null, "id" uuid not null,
    "starts_at" timestamptz not null, "card" jsonb not null, "release" text not null, "at" timestamptz not null, "published_by" text not null,
    primary key ("locality", "evaluation", "window", "subject"), constraint "score_id" unique ("locality", "id")`
}

const indices = [
  `"rating_window" on "rating" ("locality", "evaluation", "window", "rater")`,
  `"score_starts" on "score" ("locality", "evaluation", "starts_at", "subject")`
]

/** Makes what entities-evaluation.ts declares. */
export class EvaluationMigration extends Migration {
  override up(): void {
    addSecured(this, tables, indices)
  }
}

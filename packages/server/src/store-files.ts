// Uploaded files on PostgreSQL: kept once for each person who uploads them, read by those who may see an answer that names them, and
// swept away where no answer names them within a day.
import { createHash } from 'node:crypto'
import type { Change, Reads } from '@gridwright/workflows'
import type { Image } from './image.ts'
import { iso, instant } from './store-case.ts'
import type { Run, Session } from './store-session.ts'

/** A journal entry that names a file. */
export type FileMention = { readonly case: string; readonly ordinal: number }

/** Uploaded files. `now` is in epoch milliseconds. */
export type Files = {
  /** Keeps what `person` uploads and returns its id; the same bytes again have the same id. Refuses beyond a number of new files in a day. */
  keep(
    locality: string,
    person: string,
    image: Image,
    now: number
  ): Promise<{ readonly id: string } | { readonly refused: 'file.too-many' }>
  /** Whether `person` uploaded it. */
  isBy(locality: string, id: string, person: string): Promise<boolean>
  /** The latest entries that name it, at most 20. */
  mentions(locality: string, id: string): Promise<readonly FileMention[]>
  read(locality: string, id: string): Promise<Image | undefined>
  /** Removes what no answer has named within a day; returns how many. */
  sweep(locality: string, now: number): Promise<number>
}

/** New files of one person within a day. */
export const filesPerDay = 60
const dayMs = 86_400_000
const mentionsRead = 20

/** The files that `session` reaches. */
export function openFiles(session: Session): Files {
  return {
    keep: (locality, person, { type, bytes }, now) =>
      session.within(locality, async run => {
        const id = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
        const [found] = await run<{ known: boolean; uploads: number }>(uploadsSql, [locality, person, id, now - dayMs])
        if (found && !found.known && found.uploads >= filesPerDay) return { refused: 'file.too-many' }
        await run(keepSql, [locality, id, person, iso(now), type, bytes])
        return { id }
      }),
    isBy: async (locality, id, person) => {
      const sql = 'select 1 as found from file where locality = $1 and id = $2 and uploaded_by = $3'
      return (await session.read(locality, sql, [locality, id, person])).length > 0
    },
    mentions: (locality, id) =>
      session.read<FileMention>(
        locality,
        'select case_id as case, ordinal from case_file where locality = $1 and file = $2 order by case_id desc, ordinal desc limit $3',
        [locality, id, mentionsRead]
      ),
    read: async (locality, id) => {
      const sql = 'select type, bytes from file where locality = $1 and id = $2 limit 1'
      return (await session.read<Image>(locality, sql, [locality, id]))[0]
    },
    sweep: async (locality, now) => {
      const sql = `delete from file where locality = $1 and not used and uploaded_at < ${instant('$2')} returning 1 as gone`
      return (await session.within(locality, run => run(sql, [locality, now - dayMs]))).length
    }
  }
}

const uploadsSql = `select exists (select from file where locality = $1 and id = $3 and uploaded_by = $2) as known,
  (select count(*)::int from file where locality = $1 and uploaded_by = $2 and uploaded_at > ${instant('$4')}) as uploads`
const keepSql = `insert into file (locality, id, uploaded_by, uploaded_at, type, bytes, used) values ($1, $2, $3, $4, $5, $6, false)
  on conflict (locality, id, uploaded_by) do update set uploaded_at = excluded.uploaded_at`

/** Which of the files the person uploaded; they stay until the transaction ends. */
export async function readFiles(
  run: Run,
  locality: string,
  { person, ids }: NonNullable<Reads['files']>
): Promise<ReadonlySet<string>> {
  const sql = 'select id from file where locality = $1 and uploaded_by = $2 and id = any($3::text[]) for key share'
  return new Set((await run<{ id: string }>(sql, [locality, person, ids])).map(({ id }) => id))
}

const useSql = `with named as (update file set used = true where locality = $1 and uploaded_by = $2 and id = any($3::text[]))
  insert into case_file (locality, file, case_id, ordinal) select $1, id, $4, $5 from unnest($3::text[]) as id`

/** Notes the files that journal entries name. */
export async function writeFiles(run: Run, locality: string, changes: readonly Change[]): Promise<void> {
  for (const change of changes)
    if (change.kind === 'files') {
      const { person, ids, case: caseId, ordinal } = change.use
      await run(useSql, [locality, person, ids, caseId, ordinal])
    }
}

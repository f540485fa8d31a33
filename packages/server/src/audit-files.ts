// The audit of uploaded files: the answers hold a photo's hash, and its bytes must have that hash.
import type { FileMention } from './store-files.ts'
import type { Session } from './store-session.ts'

type Mention = FileMention & { readonly file: string; readonly sound: boolean }

const batch = 100

/** The journal entries whose photo is gone or another; where the answers were erased, the photo may be gone. */
export async function differingFiles(session: Session, locality: string): Promise<readonly FileMention[]> {
  const found: FileMention[] = []
  for (let after: readonly unknown[] | undefined = ['', firstId, 0]; after;) {
    const mentions: readonly Mention[] = await session.read<Mention>(locality, mentionsSql, [locality, ...after, batch])
    found.push(...mentions.filter(({ sound }) => !sound).map(({ case: id, ordinal }) => ({ case: id, ordinal })))
    const last = mentions.at(-1)
    after = last && mentions.length === batch ? [last.file, last.case, last.ordinal] : undefined
  }
  return found
}

const firstId = '00000000-0000-0000-0000-000000000000'
const mentionsSql = `select m.file, m.case_id as case, m.ordinal, coalesce(
    (select bool_and(f.id = 'sha256:' || encode(sha256(f.bytes), 'hex')) from file f where f.locality = $1 and f.id = m.file),
    exists (select from case_event e where e.locality = $1 and e.case_id = m.case_id and e.ordinal = m.ordinal and e.answers is null)) as sound
  from case_file m where m.locality = $1 and (m.file, m.case_id, m.ordinal) > ($2, $3::uuid, $4::int) order by m.file, m.case_id, m.ordinal limit $5`

// The audit: every journal is replayed by itself and must give what is stored. Finds what was changed behind the engine's back in
// cases, journals, releases and publications, and commands whose answers the journal does not bear out.
import { accountsOf, canonicalJson, newAccount, type Account, type Movement } from '@gridwright/core'
import {
  audienceOf,
  awaitsCalendar,
  commitment,
  entryHash,
  foldCase,
  machineOf,
  nextDueAt,
  restingStates,
  type CaseEvent,
  type CaseRow,
  type Machine,
  type Outcome
} from '@gridwright/workflows'
import { differingFiles } from './audit-files.ts'
import { differingScores } from './audit-scores.ts'
import type { Releases } from './releases.ts'
import { filesHash, filesOf, publicationColumns, publicationHash, type PublicationRow } from './store-publications.ts'
import { isStoreFault } from './store-fault.ts'
import { accountSelection } from './store-books.ts'
import type { Run, Session } from './store-session.ts'
import { caseFrom, caseSelection, eventFrom, eventSelection, type CaseRecord, type EventRecord } from './store-case.ts'

/** `case` is a case's id, or `release <hash>`, `publication <ordinal>`, `account <ledger> <key>`, `transfer <id>` or `score <id>`; `ordinal` names the journal entry where the fault lies in one. */
export type AuditFault = { readonly case: string; readonly ordinal: number | null; readonly code: AuditCode }
export type AuditCode =
  | 'entry.missing'
  | 'entry.altered'
  | 'chain.broken'
  | 'answers.altered'
  | 'transition.impossible'
  | 'procedure.unknown'
  | 'case.differs'
  | 'case.missing'
  | 'case.unreadable'
  | 'columns.differ'
  | 'audience.differs'
  | 'command.missing'
  | 'outcome.differs'
  | 'release.altered'
  | 'publication.altered'
  | 'account.differs'
  | 'award.unfounded'
  | 'score.differs'
  | 'file.differs'
export type AuditProgress = (done: { readonly cases: number; readonly faults: number }) => void

/** What no engine has written may not even be a case any more; that is a finding, not a failure of the audit. */
const unreadable = (id: string): AuditFault => ({ case: id, ordinal: null, code: 'case.unreadable' })

type Log = { id: string; outcome: Outcome }
type Found = CaseRecord & {
  derived: Derived
  events: readonly EventRecord[]
  keys: readonly { key: string; open: boolean; at: number }[]
  commands: readonly Log[]
}
type Derived = { next_due_at: number | null; awaits_calendar: boolean; audience: readonly string[] }
type MachineOf = (hash: string) => Promise<Machine | undefined>

const batch = 200
const firstId = '00000000-0000-0000-0000-000000000000'

/** All faults in `locality`, releases first; empty where everything is as the engine left it. A batch is one statement, so running commands do not disturb it. */
export async function verify(
  session: Session,
  releases: Releases,
  locality: string,
  onProgress: AuditProgress = () => undefined
): Promise<readonly AuditFault[]> {
  const faults: AuditFault[] = await session.within(locality, run => releaseFaults(run, locality))
  const machine: MachineOf = async hash => {
    const procedure = await releases.procedure(locality, hash).catch((error: unknown) => {
      if (isStoreFault(error, 'procedure.unknown')) return undefined
      throw error
    })
    return procedure && machineOf(procedure.workflow)
  }
  let cases = 0
  for (let after: string | undefined = firstId; after !== undefined;) {
    const rows: readonly Found[] = await session.read<Found>(locality, batchSql, [locality, after, batch])
    for (const row of rows) faults.push(...(await caseFaults(row, machine).catch(() => [unreadable(row.id)])))
    cases += rows.length
    onProgress({ cases, faults: faults.length })
    after = rows.length === batch ? rows.at(-1)?.id : undefined
  }
  const lost = await session.read<{ id: string }>(locality, lostSql, [locality])
  return [
    ...faults,
    ...lost.map(({ id }) => ({ case: id, ordinal: null, code: 'case.missing' as const })),
    ...(await bookFaults(session, locality)),
    ...(await differingFiles(session, locality)).map(entry => ({ ...entry, code: 'file.differs' as const })),
    ...(await differingScores(session, releases, locality)).map(id => ({
      case: `score ${id}`,
      ordinal: null,
      code: 'score.differs' as const
    }))
  ]
}

const batchSql = `select ${caseSelection('c')},
    json_build_object('next_due_at', case when isfinite(c.next_due_at) then extract(epoch from c.next_due_at) * 1000 end, 'awaits_calendar', c.awaits_calendar, 'audience', c.audience) as derived,
    (select coalesce(json_agg(x), '[]') from (select ${eventSelection('e')} from case_event e where e.locality = $1 and e.case_id = c.id order by e.ordinal) x) as events,
    (select coalesce(json_agg(json_build_object('key', k.key, 'open', k.open, 'at', extract(epoch from k.submitted_at) * 1000)), '[]') from case_key k
      where k.locality = $1 and k.case_id = c.id and k.key = any(c.audience)) as keys,
    (select coalesce(json_agg(json_build_object('id', l.id, 'outcome', l.outcome)), '[]') from command_log l
      where l.locality = $1 and l.id in (select e.command from case_event e where e.locality = $1 and e.case_id = c.id)) as commands
  from case_record c where c.locality = $1 and c.id > $2 order by c.id limit $3`

/** Cases that a journal, a key or an answered command speaks of, but that are not there, or whose journal ends before the answer. */
const lostSql = `select distinct s.id::text as id from (
    select case_id as id, ordinal as revision from case_event where locality = $1
    union all select case_id, 0 from case_key k where locality = $1 and not exists (
      select from case_record c where c.locality = $1 and c.id = k.case_id and k.key = any(c.audience) and k.open = c.open and k.submitted_at = c.submitted_at)
    union all select (outcome->>'case')::uuid, (outcome->>'revision')::int from command_log where locality = $1 and outcome ? 'case') s
  left join case_record c on c.locality = $1 and c.id = s.id where c.id is null or c.revision < s.revision or s.revision = 0`

async function caseFaults(found: Found, machine: MachineOf): Promise<readonly AuditFault[]> {
  const { derived, events, keys, commands, ...record } = found
  const row = caseFrom(record)
  const journal = events.map(eventFrom)
  const entries = await Promise.all(journal.map((entry, i) => entryFaults(entry, journal[i - 1], machine)))
  const visible = keys.filter(({ open, at }) => open === row.open && at === row.submittedAt).map(({ key }) => key)
  const faults: readonly Finding[] = [
    ...entries.flat(),
    ...replayFaults(row, journal),
    ...(canonicalJson(derived) === canonicalJson(derivedOf(row)) ? [] : [[null, 'columns.differ'] as const]),
    ...(canonicalJson(visible.sort()) === canonicalJson([...derived.audience].sort())
      ? []
      : [[null, 'audience.differs'] as const]),
    ...commandFaults(row.id, events, commands)
  ]
  return faults.map(([ordinal, code]) => ({ case: row.id, ordinal, code }))
}

type Finding = readonly [ordinal: number | null, code: AuditCode]

/** What the journal folds to must be the case, entry by entry. */
function replayFaults(row: CaseRow, journal: readonly CaseEvent[]): readonly Finding[] {
  const folded = journal.reduce<CaseRow | undefined>(foldCase, undefined)
  const gaps = journal.flatMap(({ ordinal }, i): Finding[] => (ordinal === i + 1 ? [] : [[i + 1, 'entry.missing']]))
  if (!folded || folded.revision > row.revision) return [...gaps, [null, 'case.differs']]
  if (folded.revision < row.revision) return [...gaps, [folded.revision + 1, 'entry.missing']]
  return canonicalJson(folded) === canonicalJson(row) ? gaps : [...gaps, [null, 'case.differs']]
}

function derivedOf(row: CaseRow): Derived {
  return { next_due_at: nextDueAt(row), awaits_calendar: awaitsCalendar(row), audience: audienceOf(row) }
}

async function entryFaults(
  entry: CaseEvent,
  previous: CaseEvent | undefined,
  machine: MachineOf
): Promise<readonly Finding[]> {
  const { hash, ...covered } = entry
  const { answers, salt, ordinal } = entry
  const erased = answers === null && salt === null
  const committed = erased || (answers !== null && salt !== null && entry.commitment === commitment(answers, salt))
  const rules = await machine(entry.procedure)
  const codes: readonly (AuditCode | false)[] = [
    entryHash(covered) !== hash && 'entry.altered',
    entry.previousHash !== (previous?.hash ?? '') && 'chain.broken',
    !committed && 'answers.altered',
    !rules ? 'procedure.unknown' : !possible(rules, entry, previous) && 'transition.impossible'
  ]
  return codes.filter(code => code !== false).map(code => [ordinal, code])
}

/** Whether the machine can have gone from the state before to the state after by the transition that is noted. */
function possible(machine: Machine, entry: CaseEvent, previous: CaseEvent | undefined): boolean {
  if (entry.from !== (previous?.to ?? null)) return false
  if (entry.from === null) return machine.start().to === entry.to
  if (entry.changed.moved !== undefined) return movedBy(machine, entry, previous)
  if (entry.procedure !== previous?.procedure) return false
  if (entry.transition === null) return entry.to === entry.from
  const step = machine.step(entry.from, entry.event, rule => rule.id === entry.transition)
  return step.taken?.id === entry.transition && step.to === entry.to
}

/** A move leads to a state that a case can rest in; one taken back leads to where the case was before. */
function movedBy(machine: Machine, entry: CaseEvent, previous: CaseEvent | undefined): boolean {
  const { event, transition, to, changed, procedure } = entry
  if (transition !== null || changed.procedure !== procedure) return false
  if (changed.moved === null) return event === 'UNMIGRATED' && previous?.event === 'MIGRATED' && to === previous.from
  return event === 'MIGRATED' && restingStates(machine).includes(to)
}

/** Every entry's command is in the log, and was answered with the last revision that it made. */
function commandFaults(caseId: string, events: readonly EventRecord[], commands: readonly Log[]): readonly Finding[] {
  const last = new Map(events.map(({ command, ordinal }) => [command, ordinal]))
  return [...last].flatMap(([command, ordinal]): Finding[] => {
    const outcome = commands.find(({ id }) => id === command)?.outcome
    if (!outcome) return [[ordinal, 'command.missing']]
    return canonicalJson(outcome) === canonicalJson({ case: caseId, revision: ordinal })
      ? []
      : [[ordinal, 'outcome.differs']]
  })
}

async function releaseFaults(run: Run, locality: string): Promise<AuditFault[]> {
  const rows = await run<PublicationRow>(
    `select ${publicationColumns} from publication where locality = $1 order by ordinal`,
    [locality]
  )
  const faults: AuditFault[] = []
  for (const [i, row] of rows.entries()) {
    const sound =
      row.ordinal === i + 1 && row.previous_hash === (rows[i - 1]?.hash ?? '') && publicationHash(row) === row.hash
    if (!sound) faults.push({ case: `publication ${row.ordinal}`, ordinal: null, code: 'publication.altered' })
    if (filesHash(await filesOf(locality, row.release, run)) !== row.files)
      faults.push({ case: `release ${row.release}`, ordinal: null, code: 'release.altered' })
  }
  return faults
}

/** Sums of like transfers and all accounts, in one statement, so that running commands do not disturb it; and awards without their journal entry. */
const booksSql = `select
  (select coalesce(json_agg(m), '[]') from (select ledger, debit, credit, state, sum(amount)::float8 as amount from transfer where locality = $1 group by 1, 2, 3, 4) m) as moved,
  (select coalesce(json_agg(a), '[]') from (select ${accountSelection} from account where locality = $1) a) as accounts,
  (select coalesce(json_agg(t.id), '[]') from transfer t where t.locality = $1 and t.kind = 'award' and not exists (
    select from case_event e where e.locality = $1 and e.case_id = t.case_id and e.ordinal = t.ordinal)) as unfounded`

/** Accounts that are not what their transfers add up to, and awards of what never happened. */
async function bookFaults(session: Session, locality: string): Promise<readonly AuditFault[]> {
  const [books] = await session.read<{
    moved: readonly Movement[]
    accounts: readonly Account[]
    unfounded: readonly string[]
  }>(locality, booksSql, [locality])
  const folded = accountsOf(books?.moved ?? [])
  const stored = new Map((books?.accounts ?? []).map(account => [`${account.ledger} ${account.key}`, account]))
  const figures = ({ posted, held, pending }: Account) => [posted, held, pending].join()
  const differing = [...new Set([...folded.keys(), ...stored.keys()])].filter(
    id => figures(folded.get(id) ?? newAccount('', '')) !== figures(stored.get(id) ?? newAccount('', ''))
  )
  return [
    ...differing.map(id => ({ case: `account ${id}`, ordinal: null, code: 'account.differs' as const })),
    ...(books?.unfounded ?? []).map(id => ({ case: `transfer ${id}`, ordinal: null, code: 'award.unfounded' as const }))
  ]
}

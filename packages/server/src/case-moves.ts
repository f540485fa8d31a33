// Open cases that go over to the rules that are live, by a reviewed plan: one command a case, whose id follows from the plan, the case
// and how often it was moved before, so that a run that was cut short goes on where it stopped and moves no case twice.
import { randomBytes } from 'node:crypto'
import {
  derivedUuid,
  localityAt,
  procedureOf,
  type Locality,
  type MigrationFile,
  type Move,
  type Procedure
} from '@gridwright/core'
import {
  decide,
  nextDueAt,
  planHash,
  planMigration,
  type CaseRow,
  type Migrate,
  type Refusal,
  type Unmigrate
} from '@gridwright/workflows'
import { caseFrom, caseSelection, type CaseRecord } from './store-case.ts'
import { isStoreFault } from './store-fault.ts'
import type { Store } from './store.ts'

type Moving = Pick<Store, 'session' | 'runForRow' | 'procedure'>
type Kept = {
  readonly number: string
  readonly service: string
  readonly state: string
  readonly procedure: string
  readonly code: string
  /** The answer that does not fit, as a JSON Pointer. */
  readonly path?: string
  readonly details?: Refusal['details']
}
/** Cases that were moved, by service and states; `late` of them have a limit that is over at once. */
type Moved = {
  readonly service: string
  readonly from: string
  readonly to: string
  readonly procedure: string
  readonly cases: number
  readonly late: number
}

/** What came of a run; `kept` are the cases that stay where they are, each with the code of its refusal, and `stopped` says whether it was ended before all were seen. */
export type MoveReport = { readonly moved: readonly Moved[]; readonly kept: readonly Kept[]; readonly stopped: boolean }

/** `stop` is asked before each case, `onProgress` hears how many have been seen. */
export type MoveRun = {
  readonly who: string
  readonly why: string
  readonly stop?: () => boolean
  readonly onProgress?: (seen: number) => void
}

/** A plan with how many open cases are in each state that it maps; `outside` are cases of services that are no longer offered where they are. */
export type Drafted = {
  readonly plan: MigrationFile
  readonly counts: ReadonlyMap<Move, ReadonlyMap<string, number>>
  readonly outside: readonly Kept[]
}

const batch = 200
const firstId = '00000000-0000-0000-0000-000000000000'

/** A new plan for all open cases that do not go by the rules that are live where they are. */
export async function draftPlan(store: Moving, live: Locality): Promise<Drafted> {
  const found = new Map<
    string,
    { readonly from: string; readonly to: Procedure; readonly states: Map<string, number> }
  >()
  const outside: Kept[] = []
  for await (const { row, to } of staleCases(store, live)) {
    if (!to) outside.push(kept(row, 'migration.not-offered'))
    else {
      const key = [row.service, row.procedure, to.hash].join(' ')
      const { states } = found.get(key) ?? { states: new Map<string, number>() }
      found.set(key, { from: row.procedure, to, states: states.set(row.state, (states.get(row.state) ?? 0) + 1) })
    }
  }
  const counts = new Map<Move, ReadonlyMap<string, number>>()
  for (const [, { from, to, states }] of [...found].sort(([a], [b]) => (a < b ? -1 : 1)))
    counts.set(planMigration(await store.procedure(live.id, from), to), states)
  return { plan: { locality: live.id, to: live.hash, moves: [...counts.keys()] }, counts, outside }
}

/** The procedures that the plan moves cases from, by hash; those that no release holds are missing. */
export async function pinnedBy(
  store: Moving,
  locality: string,
  hashes: readonly string[]
): Promise<ReadonlyMap<string, Procedure>> {
  const pinned = new Map<string, Procedure>()
  for (const hash of new Set(hashes)) {
    const procedure = await store.procedure(locality, hash).catch((error: unknown) => {
      if (isStoreFault(error, 'procedure.unknown')) return undefined
      throw error
    })
    if (procedure) pinned.set(hash, procedure)
  }
  return pinned
}

/** Moves every open case that the plan speaks of; with `dryRun` it only tells what would come of it. A case that has ended or was moved meanwhile is no longer concerned. */
export function moveCases(
  store: Moving,
  live: Locality,
  plan: MigrationFile,
  run: MoveRun & { readonly dryRun: boolean }
): Promise<MoveReport> {
  const hash = planHash(plan)
  return runOver(staleCases(store, live), run, async ({ row, to }) => {
    if (!to) return kept(row, 'migration.not-offered')
    const move = plan.moves.find(
      each => each.service === row.service && each.from === row.procedure && each.to === to.hash
    )
    if (!move) return kept(row, 'migration.unplanned')
    const id = derivedUuid(`${hash} ${row.id} ${row.counts['MIGRATED'] ?? 0}`)
    const command: Migrate = { ...common(row, run), kind: 'migrate', id, plan: hash, move }
    const done = run.dryRun ? await tried(store, live, row, command) : await store.runForRow(live.id, command)
    return outcomeOf(row, done)
  })
}

/** Takes the moves by this plan back, of the case of this number or of all; what has gone on since is kept. */
export function moveBack(
  store: Moving,
  locality: string,
  plan: MigrationFile,
  run: MoveRun & { readonly number?: string }
): Promise<MoveReport> {
  const hash = planHash(plan)
  return runOver(movedCases(store, locality, hash, run.number), run, async row => {
    const id = derivedUuid(`${hash} ${row.id} ${row.counts['MIGRATED'] ?? 0} back`)
    const command: Unmigrate = { ...common(row, run), kind: 'unmigrate', id, plan: hash }
    return outcomeOf(row, await store.runForRow(locality, command))
  })
}

type Done = Awaited<ReturnType<Store['runForRow']>>

/** What the move would come to, decided as the door would and not kept. */
async function tried(store: Moving, live: Locality, row: CaseRow, command: Migrate): Promise<Done> {
  const procedure = await store.procedure(live.id, row.procedure)
  const decision = decide({ locality: live, procedure, facts: { case: row, people: new Map() }, command })
  if ('refused' in decision) return { outcome: decision }
  const stored = decision.changes.find(change => change.kind === 'case')
  return { outcome: decision.answer, ...(stored ? { row: stored.row } : {}) }
}

function common(row: CaseRow, { who, why }: MoveRun) {
  return { case: row.id, actor: 'system' as const, now: Date.now(), salt: randomBytes(16).toString('hex'), who, why }
}

/** It has ended, or another run of the plan has moved it. */
const unconcerned = ['case.closed', 'migration.other-rules', 'command.reused']

function outcomeOf(before: CaseRow, { outcome, row }: Done): Kept | Moved | undefined {
  if ('refused' in outcome)
    return unconcerned.includes(outcome.refused) ? undefined : kept(before, outcome.refused, outcome)
  if (!row) return undefined // a twin has moved it
  const late = (nextDueAt(row) ?? Infinity) <= row.updatedAt ? 1 : 0
  return { service: row.service, from: before.state, to: row.state, procedure: row.procedure, cases: 1, late }
}

function kept(
  { number, service, state, procedure }: CaseRow,
  code: string,
  { path, details }: Omit<Refusal, 'refused'> = {}
): Kept {
  return { number, service, state, procedure, code, ...(path ? { path } : {}), ...(details ? { details } : {}) }
}

async function runOver<T>(
  found: AsyncIterable<T>,
  { stop = () => false, onProgress }: MoveRun,
  each: (one: T) => Promise<Kept | Moved | undefined>
): Promise<MoveReport> {
  const moved = new Map<string, Moved>()
  const left: Kept[] = []
  let seen = 0
  for await (const one of found) {
    if (stop()) return { moved: [...moved.values()], kept: left, stopped: true }
    const came = await each(one)
    if (came && 'code' in came) left.push(came)
    else if (came) {
      const key = [came.service, came.from, came.to, came.procedure].join(' ')
      const before = moved.get(key)
      moved.set(key, before ? { ...before, cases: before.cases + 1, late: before.late + came.late } : came)
    }
    if (++seen % batch === 0) onProgress?.(seen)
  }
  return { moved: [...moved.values()], kept: left, stopped: false }
}

/** Open cases that do not go by the rules that are live where they are, with these; undefined where the service is not offered there. */
async function* staleCases(
  store: Moving,
  live: Locality
): AsyncGenerator<{ readonly row: CaseRow; readonly to: Procedure | undefined }> {
  for await (const row of pagesOf(store, live.id, 'c.open', [])) {
    const to = procedureOf(localityAt(live, row.places), row.service)
    if (to?.hash !== row.procedure) yield { row, to }
  }
}

/** Cases that were moved by the plan and not moved back since. */
function movedCases(
  store: Moving,
  locality: string,
  hash: string,
  number: string | undefined
): AsyncGenerator<CaseRow> {
  const entry = `select from case_event e where e.locality = $1 and e.case_id = c.id and e.event = 'MIGRATED' and e.changed->'moved'->>'plan' = $4`
  const back = `select from case_event u where u.locality = $1 and u.case_id = c.id and u.ordinal = e.ordinal + 1 and u.event = 'UNMIGRATED'`
  const moved = `c.body->'counts' ? 'MIGRATED' and exists (${entry} and not exists (${back}))`
  return number === undefined
    ? pagesOf(store, locality, moved, [hash])
    : pagesOf(store, locality, `c.number = $5 and ${moved}`, [hash, number])
}

/** Cases in the order of their ids, a batch at a time; `more` are the parameters of `condition` from $4 on. */
async function* pagesOf(
  { session }: Moving,
  locality: string,
  condition: string,
  more: readonly unknown[]
): AsyncGenerator<CaseRow> {
  const sql = `select ${caseSelection('c')} from case_record c where c.locality = $1 and c.id > $2 and ${condition} order by c.id limit $3`
  for (let after: string | undefined = firstId; after !== undefined;) {
    const records: readonly CaseRecord[] = await session.read<CaseRecord>(locality, sql, [
      locality,
      after,
      batch,
      ...more
    ])
    yield* records.map(caseFrom)
    after = records.length === batch ? records.at(-1)?.id : undefined
  }
}

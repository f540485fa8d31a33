/** The course of a case (经过), read from its journal: the states it came through, limits that passed, who got it, how it ended, what it earned. */
import { earnings, pointsOf, pointsText, type Locality, type PartyKey, type Procedure } from '@gridwright/core'
import type { CaseRow } from './case.ts'
import { reservedEvents } from './check-names.ts'
import { firstDue } from './deadlines.ts'
import type { Journaled } from './evaluation-command.ts'

/** A limit by name, `state` by dotted path, null for one of the whole case. */
export type LimitName = { readonly state: string | null; readonly name: string }
/** How a case stands at last; `reply` is null while it is open, and where its end declares none. */
export type CaseEnd = Pick<CaseRow, 'open' | 'state' | 'reply'>
/** Points by one rule, as a decimal, before any cap and whether or not they were certified. */
export type EarnedPoints = {
  readonly rule: string
  readonly ledger: string
  readonly holder: string
  readonly points: string
}

export type Course = {
  /** Each state that was come to from another one, in order. */
  readonly path: readonly string[]
  /** Limits that expired, each once. */
  readonly late: readonly LimitName[]
  readonly end: CaseEnd | undefined
  /** The posts and kinds of registration, with their area, that the case came to, as often as it did. */
  readonly owners: readonly PartyKey[]
  readonly earned: readonly EarnedPoints[]
}

/** What a journal is read by: the locality and the procedure that an entry was decided under. */
export type Reading = {
  readonly locality: Locality
  readonly procedure: (hash: string) => Procedure | undefined
}

/** The course of a case whose journal this is, from its first entry on. */
export function courseOf(journal: readonly Journaled[], reading: Reading): Course {
  const path: string[] = []
  const owners: PartyKey[] = []
  const late = new Map<string, LimitName>()
  for (const [i, { row, entry }] of journal.entries()) {
    const before = journal[i - 1]
    if (row.state !== before?.row.state) path.push(row.state)
    const fresh = entry.changed.owners?.filter(key => before?.row.owners.includes(key) !== true) ?? []
    owners.push(...fresh.filter(isPost))
    const passed = before && expiryIn(before, { row, entry })
    if (passed) late.set(`${passed.state ?? ''} ${passed.name}`, passed)
  }
  const last = journal.at(-1)?.row
  return {
    path,
    late: [...late.values()],
    end: last && { open: last.open, state: last.state, reply: last.reply },
    owners,
    earned: journal.flatMap(each => earnedBy(each, reading))
  }
}

function isPost(key: PartyKey): boolean {
  return key.startsWith('post:') || key.startsWith('registration:')
}

/** The limit whose expiry `entry` tells: of all that the clock does, the first of a command, and neither a warning nor another note. */
function expiryIn(before: Journaled, { entry }: Journaled): LimitName | undefined {
  const { actor, command, event, at } = entry
  if (actor !== 'system' || command === before.entry.command || reservedEvents.includes(event)) return undefined
  const found = firstDue(before.row, at)
  return found?.kind === 'expire' ? { state: found.deadline.state, name: found.deadline.name } : undefined
}

function earnedBy({ row, entry }: Journaled, { locality, procedure }: Reading): readonly EarnedPoints[] {
  const rules = procedure(entry.procedure)
  if (!rules?.points) return []
  const points = pointsOf(rules.points)
  if (!points.rulesOn.has(entry.event)) return []
  const form = entry.ordinal === 1 ? {} : (entry.answers ?? {})
  const cause = { entry, row, category: rules.service.category, answers: row.answers, form }
  return earnings(points, locality, cause).earned.flatMap(({ rule, holder, asked }) => {
    const ledger = points.rules.get(rule)?.ledger
    return ledger ? [{ rule, ledger: ledger.id, holder, points: pointsText(asked, ledger.unit) }] : []
  })
}

// The verdict on what the engine did by itself in a chaos run: deadlines fired once each and not before time, notices delivered
// once each, and no entry missing.
import type { Procedure } from '@gridwright/core'
import { foldCase, nextDueAt, type CaseEvent, type CaseRow, type DeadlineState } from '@gridwright/workflows'
import type { Kept } from './kept.ts'
import type { Violation } from './violation.ts'

export type History = { readonly violations: readonly Violation[]; readonly fired: number; readonly warned: number }

/** Judges journals and notices; what was due before `dueBy` (epoch milliseconds) must have fired or been delivered. */
export function judgeHistory(kept: Kept, procedure: Procedure, dueBy: number): History {
  const names = expiryEvents(procedure)
  const tallies = [...kept.journals].map(([id, journal]) =>
    judgeJournal(journal, names, kept.revisions.get(id) ?? 0, dueBy)
  )
  const strays = [...kept.revisions.keys()].filter(id => !kept.journals.has(id))
  const sum = (of: 'fired' | 'warned') => tallies.reduce((total, tally) => total + tally[of], 0)
  return {
    violations: [
      ...tallies.flatMap(({ violations }) => violations),
      ...strays.map(id => ({ rule: 'revision.gap' as const, what: `case ${id} has no journal` })),
      ...judgeNotices(kept, dueBy)
    ],
    fired: sum('fired'),
    warned: sum('warned')
  }
}

/** The deadline of each event that the clock sends. */
function expiryEvents({ workflow }: Procedure): ReadonlyMap<string, string> {
  const declared = [workflow.meta, ...Object.values(workflow.states).map(state => state.meta)]
  return new Map(
    declared
      .flatMap(meta => Object.entries(meta?.deadlines ?? {}))
      .flatMap(([name, { onExpire, repeat }]) => [
        [onExpire, name] as const,
        ...(repeat ? [[repeat.onExhausted, name] as const] : [])
      ])
  )
}

function judgeJournal(
  journal: readonly CaseEvent[],
  names: ReadonlyMap<string, string>,
  revision: number,
  dueBy: number
): History {
  const violations: Violation[] = []
  const seen = new Set<string>()
  let row: CaseRow | undefined
  let previous: CaseEvent | undefined
  for (const [i, entry] of journal.entries()) {
    const place = `case ${entry.case} #${entry.ordinal} ${entry.event}`
    if (entry.ordinal !== i + 1) violations.push({ rule: 'revision.gap', what: place })
    const byClock = entry.actor === 'system' && entry.command !== previous?.command
    if (row && byClock) {
      const deadline = dueDeadline(row.deadlines, entry, names)
      const key =
        deadline && `${deadline.entry} ${deadline.name} ${entry.event === 'WARNED' ? 'warned' : deadline.expired}`
      if (!deadline) violations.push({ rule: 'deadline.fired-early', what: `${place}: nothing was due` })
      else if (seen.has(key ?? '')) violations.push({ rule: 'deadline.fired-twice', what: place })
      seen.add(key ?? '')
    }
    row = foldCase(row, entry)
    previous = entry
  }
  const [id] = journal.map(entry => entry.case)
  if (journal.length !== revision)
    violations.push({ rule: 'revision.gap', what: `case ${id} ends at ${journal.length}, not at ${revision}` })
  const due = row?.open ? nextDueAt(row) : null
  if (due !== null && due < dueBy)
    violations.push({ rule: 'deadline.missed', what: `case ${id}, due ${new Date(due).toISOString()}` })
  const clock = journal.filter(({ actor }) => actor === 'system')
  return {
    violations,
    fired: clock.filter(({ event }) => names.has(event)).length,
    warned: clock.filter(({ event }) => event === 'WARNED').length
  }
}

function dueDeadline(
  deadlines: readonly DeadlineState[],
  { event, at }: CaseEvent,
  names: ReadonlyMap<string, string>
): DeadlineState | undefined {
  return deadlines.find(({ name, due, warn, warned }) =>
    event === 'WARNED' ? warn !== null && !warned && warn <= at : names.get(event) === name && due !== null && due <= at
  )
}

/** Topics that must come with these events, whatever else is told. */
const told: Readonly<Record<string, string>> = { SUBMIT: 'case.received', DISPATCH: 'offer.made' }

function judgeNotices({ notices, deliveries, journals }: Kept, dueBy: number): readonly Violation[] {
  const place = (notice: string, holder: string) => `${notice} ${holder}`
  const times = new Map(deliveries.map(({ notice, holder, times: count }) => [place(notice, holder), count]))
  const expected = new Set(notices.flatMap(({ key, to }) => to.map(holder => place(key, holder))))
  const commandOf = (key: string) => key.slice(0, key.lastIndexOf(':'))
  const entries = [...journals.values()].flat()
  const commands = new Set(entries.map(({ command, case: id }) => `${command} ${id}`))
  const topics = new Set(notices.map(({ key, topic }) => `${commandOf(key)} ${topic}`))
  return [
    ...notices.flatMap(({ key, to, sent, at, case: id }): Violation[] => [
      ...(commands.has(`${commandOf(key)} ${id}`)
        ? []
        : [{ rule: 'notice.phantom' as const, what: `${key} tells of nothing that happened` }]),
      ...(sent || at > dueBy ? [] : [{ rule: 'notice.undelivered' as const, what: key }]),
      ...to
        .filter(holder => sent && !times.has(place(key, holder)))
        .map(holder => ({ rule: 'notice.lost' as const, what: place(key, holder) }))
    ]),
    ...deliveries.flatMap(({ notice, holder, times: count }): Violation[] => {
      if (!expected.has(place(notice, holder))) return [{ rule: 'notice.phantom', what: place(notice, holder) }]
      return count === 1 ? [] : [{ rule: 'notice.delivered-twice', what: place(notice, holder) }]
    }),
    ...entries
      .filter(({ event, command }) => told[event] !== undefined && !topics.has(`${command} ${told[event]}`))
      .map(({ command, event }) => ({ rule: 'notice.lost' as const, what: `${told[event]} of ${event} ${command}` }))
  ]
}

/** What the turns of a case have earned: an errand for each award, run in a transaction of its own, since it locks the holder's account. */
import { derivedUuid, earnings, pointsOf } from '@gridwright/core'
import type { Change } from './command.ts'
import { earningPlace } from './coverage.ts'
import type { Taken, Turn } from './turn.ts'

/** The errands of all awards that `turns` earn, and a notice to whoever acted where a rule could not be judged. */
export function errandsOf(turn: Turn, turns: readonly Taken[]): readonly Change[] {
  const { procedure, locality, command } = turn
  if (!procedure.points || turn.isTrial) return []
  const points = pointsOf(procedure.points)
  const results = turns.map(({ row, entry }) =>
    earnings(points, locality, {
      entry,
      row,
      category: procedure.service.category,
      answers: row.answers,
      form: entry.ordinal === 1 ? {} : (entry.answers ?? {})
    })
  )
  for (const { earned, unmet } of results) {
    for (const { rule } of earned) turn.witness?.(earningPlace(rule), true)
    for (const rule of unmet) turn.witness?.(earningPlace(rule), false)
  }
  const awards = results.flatMap(({ earned }) => earned)
  const unearned = turns.flatMap(({ row, entry }, i) =>
    (results[i]?.faults ?? []).map(({ rule }) => ({
      row,
      rule,
      to: entry.actor === 'system' ? row.speaker : [entry.actor]
    }))
  )
  return [
    ...awards.map((earning, i) => {
      const key = `${command.id}:${i}`
      const { now } = command
      const award = {
        kind: 'award' as const,
        id: derivedUuid(key),
        actor: 'system' as const,
        now,
        procedure: procedure.hash,
        earning
      }
      return { kind: 'errand' as const, errand: { key, command: award } }
    }),
    ...unearned.map(({ row, rule, to }, i) => ({
      kind: 'notice' as const,
      notice: {
        key: `${command.id}:unearned:${i}`,
        topic: 'points.unearned',
        to,
        case: row.id,
        at: command.now,
        params: { number: row.number, service: procedure.id, state: row.state, rule }
      }
    }))
  ]
}

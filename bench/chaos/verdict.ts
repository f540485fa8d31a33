// The verdict on a chaos run: once all is settled, what clients were told, what is kept, and what servers said must agree.
import { setTimeout as pause } from 'node:timers/promises'
import { procedureOf } from '@gridwright/core'
import type { Fleet } from './fleet.ts'
import { brokenLines, locality, type Ground } from './ground.ts'
import { readKept } from './kept.ts'
import type { Store } from '../../packages/server/src/store.ts'
import { judgeAnswers, type Evidence } from './verdict-answers.ts'
import { judgeHistory } from './verdict-history.ts'
import type { Violation } from './violation.ts'

export type Verdict = {
  readonly cases: number
  readonly entries: number
  readonly fired: number
  readonly warned: number
  readonly notices: number
  /** Notices that were sent more than once. */
  readonly resent: number
  readonly violations: readonly Violation[]
}

const graceMs = 10_000

/** What is broken while servers still run: judged before anything is asked again, since a lost command would then be done after all. */
export function judgeEarly(ground: Ground, evidence: Evidence): Promise<readonly Violation[]> {
  return ground.within(async store => judgeAnswers(evidence, await readKept(store, locality)))
}

/** Lets things settle for at most `settleMs`, stops the servers, and judges. */
export function judge(ground: Ground, fleet: Fleet, evidence: Evidence, settleMs: number): Promise<Verdict> {
  return ground.within(async store => {
    await settle(store, settleMs)
    await fleet.stop()
    const stoppedAt = Date.now()
    const kept = await readKept(store, locality)
    const published = await store.published(locality)
    const procedure = published && procedureOf(published.locality, 'mediation')
    if (!procedure) throw new Error('the locality is not published any more')
    const { violations, fired, warned } = judgeHistory(kept, procedure, stoppedAt - graceMs)
    const faults = await store.verify(locality)
    return {
      fired,
      warned,
      cases: kept.revisions.size,
      entries: [...kept.journals.values()].reduce((sum, journal) => sum + journal.length, 0),
      notices: kept.notices.length,
      resent: kept.notices.filter(({ attempts }) => attempts > 1).length,
      violations: [
        ...judgeAnswers(evidence, kept),
        ...violations,
        ...faults.map(({ case: id, ordinal, code }) => ({
          rule: 'history.unsound' as const,
          what: `${code} in ${id}${ordinal === null ? '' : ` #${ordinal}`}`
        })),
        ...fleet.crashes.map(what => ({ rule: 'server.crashed' as const, what })),
        ...brokenLines(ground.logFile).map(line => ({ rule: 'server.broken' as const, what: line.slice(0, 400) }))
      ]
    }
  })
}

/** Waits until no notice and no deadline is left over. Leases of the dead are let go: they would run out by themselves, later. */
async function settle({ session }: Store, limitMs: number): Promise<void> {
  await session.within(locality, run =>
    run(`update notice set leased_until = '-infinity' where locality = $1 and sent_at is null`, [locality])
  )
  const left = `select (select count(*) from notice where locality = $1 and sent_at is null and at < now() - interval '2 s')
    + (select count(*) from case_record where locality = $1 and open and next_due_at < now() - interval '2 s') as waiting`
  for (const limit = Date.now() + limitMs; Date.now() < limit; await pause(300)) {
    const [row] = await session.read<{ waiting: string }>(locality, left, [locality])
    if (row?.waiting === '0') return
  }
}

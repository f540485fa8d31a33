// The clock: what is due on a case is fired through the command door, like any command. Any number of processes may sweep at once:
// a tick's id follows from case and revision, so it happens once, and a case that someone holds is left for the next round.
import { derivedUuid } from '@gridwright/core'
import type { Tick } from '@gridwright/workflows'
import type { Store } from './store.ts'
import { milliseconds } from './store-case.ts'
import { startWorker, type Log, type Worker } from './store-worker.ts'

type Swept = Pick<Store, 'session' | 'news' | 'run' | 'localities'>
type Watched = Swept & Pick<Store, 'published'>
type DueCase = { readonly id: string; readonly revision: number; readonly due: number }
/** `now` is the clock in epoch milliseconds; `onTick` hears of each deadline that fired or was warned of. */
export type SweeperOptions = { readonly log: Log; readonly onTick?: () => void; readonly now?: () => number }
type Skipped = Map<string, { readonly until: number; readonly pauseMs: number }>

const batch = 100
const atOnce = 4
const longestSkipMs = 60_000

/** Sweeps all localities until stopped; when another release counts it dates the deadlines that waited for a calendar. */
export function startSweeper(
  store: Watched,
  { log, onTick = () => undefined, now = Date.now }: SweeperOptions
): Worker {
  const dated = new Map<string, string>()
  const skipped: Skipped = new Map()
  const worker = startWorker('sweeper', log, async () => {
    const localities = await store.localities()
    for (const locality of localities) {
      const { hash = '' } = (await store.published(locality)) ?? {}
      if (dated.get(locality) === hash) continue
      await recomputeUndated(store, locality, now())
      dated.set(locality, hash)
    }
    let next = Infinity
    for (const locality of localities) {
      await sweep(store, locality, now, {
        onTick,
        skipped,
        onError: (error, id) => log.error({ err: error, locality, case: id }, 'sweeper: a deadline could not be fired')
      })
      next = Math.min(next, await nextDue(store, locality))
    }
    return next - now()
  })
  const forget = store.news.publications(() => worker.wake())
  return {
    wake: () => worker.wake(),
    stop() {
      forget()
      return worker.stop()
    }
  }
}

type Hooks = {
  readonly onTick?: () => void
  readonly onError?: (error: unknown, caseId: string) => void
  readonly skipped?: Skipped
}

/** Fires all that is due in `locality` by `now()`, each case as long as something stays due on it. Returns how many entries were written. */
export async function sweep(
  store: Swept,
  locality: string,
  now: () => number,
  { onTick = () => undefined, onError, skipped = new Map() }: Hooks = {}
): Promise<number> {
  let fired = 0
  const fire = async ({ id, revision }: DueCase) => {
    try {
      for (let at = revision; ;) {
        const outcome = await store.run(locality, tick('expire', id, at, now()))
        if ('refused' in outcome || outcome.revision <= at) return
        fired++
        onTick()
        at = outcome.revision
      }
    } catch (error) {
      if (!onError) throw error
      const pauseMs = Math.min(2 * (skipped.get(id)?.pauseMs ?? 500), longestSkipMs)
      skipped.set(id, { until: now() + pauseMs, pauseMs })
      onError(error, id)
    }
  }
  for (let after: DueCase | undefined, more = true; more;) {
    const due: readonly DueCase[] = await dueCases(store, locality, now(), after)
    const ready = due.filter(({ id }) => (skipped.get(id)?.until ?? 0) <= now())
    const lanes = Array.from({ length: atOnce }, (_, lane) => ready.filter((_case, i) => i % atOnce === lane))
    await Promise.all(
      lanes.map(async lane => {
        for (const item of lane) await fire(item)
      })
    )
    after = due.at(-1)
    more = due.length === batch
  }
  return fired
}

/** Dates the deadlines of `locality` that waited for a calendar year, as far as it is published now. */
async function recomputeUndated(store: Swept, locality: string, now: number): Promise<void> {
  const rows = await store.session.read<{ id: string; revision: number }>(
    locality,
    'select id, revision from case_record where locality = $1 and open and awaits_calendar',
    [locality]
  )
  for (const { id, revision } of rows) await store.run(locality, tick('recompute', id, revision, now))
}

function tick(kind: Tick['kind'], id: string, revision: number, now: number): Tick {
  return { kind, id: derivedUuid(`${id}:${revision}:${kind}`), case: id, actor: 'system', now, salt: '' }
}

function dueCases(
  { session }: Swept,
  locality: string,
  now: number,
  after: DueCase | undefined
): Promise<readonly DueCase[]> {
  const at = new Date(now).toISOString()
  return session.read<DueCase>(
    locality,
    `select id, revision, ${milliseconds('next_due_at')} as due from case_record
      where locality = $1 and open and next_due_at <= $2 and (next_due_at, id) > ($3::timestamptz, $4::uuid) order by next_due_at, id limit $5`,
    [
      locality,
      at,
      after ? new Date(after.due).toISOString() : '-infinity',
      after?.id ?? '00000000-0000-0000-0000-000000000000',
      batch
    ]
  )
}

async function nextDue({ session }: Swept, locality: string): Promise<number> {
  const [row] = await session.read<{ due: number }>(
    locality,
    `select ${milliseconds('next_due_at')} as due from case_record where locality = $1 and open and next_due_at < 'infinity' order by next_due_at limit 1`,
    [locality]
  )
  return row?.due ?? Infinity
}

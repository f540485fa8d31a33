// Errands: commands that another command brought about, each run through the same door in a transaction of its own. Leased, run,
// marked: at least once, and the log of commands makes it once.
import type { Errand } from '@gridwright/workflows'
import type { Store } from './store.ts'
import { startOnNews, type Log, type Worker } from './store-worker.ts'

type Running = Pick<Store, 'session' | 'news' | 'localities' | 'runPoints'>

const batch = 100
const leaseSeconds = 30

/** Runs the errands of all localities until stopped, soon after they are written. */
export function startErrands(store: Running, { log }: { readonly log: Log }): Worker {
  return startOnNews('errands', log, store.news, async () => {
    for (const locality of await store.localities()) while ((await runErrands(store, locality, log)) === batch);
    return Infinity
  })
}

/** Runs one batch of `locality`'s open errands; returns how many were leased. What fails is free again after its lease, later each time. */
export async function runErrands(store: Running, locality: string, log: Log): Promise<number> {
  const leased = await store.session.within(locality, run => run<Errand>(leaseSql, [locality, batch, leaseSeconds]))
  for (const { key, command } of leased) {
    try {
      await store.runPoints(locality, command)
      await store.session.within(locality, run =>
        run('update errand set done_at = clock_timestamp() where locality = $1 and key = $2', [locality, key])
      )
    } catch (error) {
      log.error({ err: error, locality, key }, 'an errand failed and is tried again')
    }
  }
  return leased.length
}

const leaseSql = `
  with free as (select key from errand where locality = $1 and done_at is null and leased_until <= clock_timestamp() order by leased_until, key limit $2 for update skip locked)
  update errand e set leased_until = clock_timestamp() + make_interval(secs => $3::float8 * least(power(2, e.attempts), 100)), attempts = e.attempts + 1
  from free where e.locality = $1 and e.key = free.key
  returning e.key, e.command`

// Uploads that no answer came to name: swept away hourly, a day after they came.
import type { Store } from './store.ts'
import { startWorker, type Log, type Worker } from './store-worker.ts'

const everyMs = 3_600_000

/** Sweeps the files of all localities until stopped. Any number of processes may sweep at once. */
export function startFileSweep(store: Pick<Store, 'files' | 'localities'>, log: Log): Worker {
  let next = 0
  return startWorker('files', log, async () => {
    if (Date.now() >= next) {
      for (const locality of await store.localities()) await store.files.sweep(locality, Date.now())
      next = Date.now() + everyMs
    }
    return next - Date.now()
  })
}

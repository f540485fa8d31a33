// A job that goes round in the background: woken by time or by news, one round at a time, never more than a second apart.
import type { News } from './store-news.ts'

export type Log = { warn(details: object, message: string): void; error(details: object, message: string): void }
/** `stop` ends within the round that is running. */
export type Worker = { wake(): void; stop(): Promise<void> }

const longestPauseMs = 1_000
/** What a server that has just begun is asked first comes before its background work. */
export const firstAnswersMs = 250
/** News that comes within this time goes along in one round: a busy server then works in batches. */
const gatherMs = 100

/** Calls `round` again and again, the first time in a moment; it returns in how many milliseconds there is something to do. A round that throws is logged and tried again. */
export function startWorker(name: string, log: Log, round: () => Promise<number>): Worker {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let woken = false
  let running = Promise.resolve()
  const go = async () => {
    woken = false
    const pauseMs = await round().catch((error: unknown) => {
      log.error({ err: error }, `${name}: a round failed`)
      return longestPauseMs
    })
    if (!stopped) timer = setTimeout(start, woken ? gatherMs : Math.max(0, Math.min(pauseMs, longestPauseMs)))
  }
  const start = () => {
    timer = undefined
    running = go()
  }
  timer = setTimeout(start, firstAnswersMs)
  return {
    wake() {
      if (woken || stopped) return
      woken = true
      if (!timer) return
      clearTimeout(timer)
      timer = setTimeout(start, gatherMs)
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    }
  }
}

/** The same, woken by every change that `news` tells of until it is stopped. */
export function startOnNews(name: string, log: Log, news: Pick<News, 'changes'>, round: () => Promise<number>): Worker {
  const worker = startWorker(name, log, round)
  const forget = news.changes(null, () => worker.wake())
  return {
    wake: () => worker.wake(),
    stop() {
      forget()
      return worker.stop()
    }
  }
}

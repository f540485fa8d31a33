// A job that goes round in the background: woken by time or by news, one round at a time, never more than a second apart.

export type Log = { warn(details: object, message: string): void; error(details: object, message: string): void }
/** `stop` ends within the round that is running. */
export type Worker = { wake(): void; stop(): Promise<void> }

const longestPauseMs = 1_000

/** Calls `round` again and again; it returns in how many milliseconds there is something to do. A round that throws is logged and tried again. */
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
    if (!stopped) timer = setTimeout(start, woken ? 0 : Math.max(0, Math.min(pauseMs, longestPauseMs)))
  }
  const start = () => {
    timer = undefined
    running = go()
  }
  start()
  return {
    wake() {
      woken = true
      if (!timer || stopped) return
      clearTimeout(timer)
      timer = setTimeout(start, 20) // others that come at the same time go along
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    }
  }
}

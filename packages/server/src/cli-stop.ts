/** How a server process is asked to stop, and how it stops: its parts first, the last one opened before the others, then the database. */
import type { Database } from './database.ts'
import { said, type Terminal } from './terminal.ts'

/** `asked` is fulfilled by the first signal; `received` says whether there was one. */
export type StopRequest = { readonly asked: Promise<void>; readonly received: () => boolean }

/** What is to be closed, in the order in which it was opened. */
export type Part = () => Promise<unknown>

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Listens for SIGINT, SIGTERM and SIGHUP from now on. The second and every later one kills nothing: it only says that the server is stopping. */
export function listenForStop(terminal: Terminal): StopRequest {
  let received = false
  const asked = new Promise<void>(resolve => {
    for (const signal of signals) {
      process.on(signal, () => {
        terminal.print(
          received
            ? said(terminal, `已在停止，请稍候（又收到 ${signal}）`, `Still stopping, please wait (${signal} again)`)
            : said(terminal, '正在停止…', 'Stopping…')
        )
        received = true
        resolve()
      })
    }
  })
  return { asked, received: () => received }
}

/** Closes `parts`, last first, then the database. Parts that have not ended after `limitMs` are left behind: false then, but the database is stopped all the same. */
export async function closeAll(
  parts: readonly Part[],
  database: Pick<Database, 'stop'>,
  limitMs: number
): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<false>(resolve => (timer = setTimeout(() => resolve(false), limitMs)))
  try {
    return await Promise.race([closeParts(parts), limit])
  } finally {
    clearTimeout(timer)
    await database.stop()
  }
}

async function closeParts(parts: readonly Part[]): Promise<true> {
  for (const part of parts.toReversed()) await part()
  return true
}

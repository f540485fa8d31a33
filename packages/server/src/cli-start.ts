/** `gridwright start` and `dev`: the database comes up while the rest is loaded and the folders are checked; everything opened is closed again, whatever happens. */
import { hasData, openData } from './cli-data.ts'
import { closeAll, listenForStop, type Part } from './cli-stop.ts'
import type { DevNews } from './dev-news.ts'
import type { Terminal } from './terminal.ts'

/** `data` is the data folder; `watch` publishes the first folder again on every change. */
export type StartOptions = {
  readonly port: number
  readonly data: string
  readonly logLevel: string
  readonly watch: boolean
}

const stopLimitMs = 15_000

/**
 * Publishes `folders`, imports their data once, serves them until SIGINT or SIGTERM, then stops everything; what does not stop within 15 s
 * is left behind. What an earlier start published is served from the first moment on, while the folders are still being read.
 */
export async function start(terminal: Terminal, folders: readonly string[], options: StartOptions): Promise<number> {
  const parts: Part[] = []
  const asked = { terminal, options, parts, request: listenForStop(terminal), began: performance.now() }
  // A database that is there already comes up first and says which folders are live as they are; one that is to be made waits until the folders are right.
  let opening = hasData(options.data) ? openData(terminal, options.data) : undefined
  opening?.catch(() => undefined) // told below
  try {
    const { checkFolders, openHouse, serveFolders, serve } = await import('./cli-serve.ts')
    ;(await import('./graphql.ts')).executableSchema() // while the database comes up
    const house = { ...asked, ...(await newsOf(options)) }
    let opened = opening && (await openHouse(house, await opening))
    const served = opened && (await serve(house, opened))
    const checked = await checkFolders(house, folders, opened?.store)
    if (!checked) return 1
    if (house.request.received()) return 0
    opened ??= await openHouse(house, await (opening = openData(terminal, options.data)))
    await serveFolders(house, opened, checked, served)
    return 0
  } finally {
    const database = await opening?.catch(() => undefined)
    if (database && !(await closeAll(parts, database, stopLimitMs))) process.exit(1)
  }
}

/** What the pages are told, where a folder is watched. */
async function newsOf({ watch }: StartOptions): Promise<{ readonly dev?: DevNews }> {
  return watch ? { dev: (await import('./dev-news.ts')).openDevNews() } : {}
}

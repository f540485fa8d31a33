/** Watching locality folders: something is done again whenever a file of the folder, or of a layer below it, changes. */
import { foldersOf, readFolder } from './folder.ts'
import { said, type Terminal } from './terminal.ts'

type Files = ReadonlyMap<string, string>

const settleMs = 150

/**
 * Calls `changed` after each change below `folders`, once things have settled and never twice at a time; it returns the folders to watch from then
 * on. What it throws is told to `failed`. Returns how to stop, which waits for a call under way.
 */
export async function watchFolders(
  folders: readonly string[],
  changed: () => Promise<readonly string[]>,
  failed: (error: unknown) => unknown
): Promise<() => Promise<void>> {
  const chokidar = await import('chokidar')
  const watcher = chokidar.watch([...folders], {
    ignoreInitial: true,
    ignored: path => path.includes('node_modules')
  })
  let timer: NodeJS.Timeout | undefined
  let work: Promise<unknown> = Promise.resolve()
  const again = async () => watcher.add([...(await changed())])
  watcher.on('error', failed)
  watcher.on('all', () => {
    clearTimeout(timer)
    timer = setTimeout(() => (work = work.then(again).catch(failed)), settleMs)
  })
  await new Promise<void>(ready => watcher.once('ready', ready))
  return async () => {
    clearTimeout(timer)
    await watcher.close()
    await work
  }
}

/**
 * Judges the files of `folder` now and again after each change, on an empty screen where there is one, and says how long that took, until SIGINT or
 * SIGTERM. Returns the status that `judge` gave last; 1 where the folder could not be read. Throws if it cannot be read at first.
 */
export async function watchFolder(
  terminal: Terminal,
  folder: string,
  judge: (files: Files) => number | Promise<number>
): Promise<number> {
  const stopped = new Promise<void>(stop => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop())
  })
  let status = 1
  let folders = foldersOf(folder, await readFolder(folder))
  const run = async () => {
    const began = performance.now()
    status = 1
    const files = await readFolder(folder)
    folders = foldersOf(folder, files)
    terminal.clear?.()
    status = await judge(files)
    const seconds = ((performance.now() - began) / 1000).toFixed(2)
    terminal.complain(
      said(
        terminal,
        `用时 ${seconds} 秒；文件一改就再来一遍，按 Ctrl-C 结束。`,
        `Took ${seconds} s; again on each change, Ctrl-C ends it.`
      )
    )
    return folders
  }
  const failed = async (error: unknown) => {
    const { faultLines } = await import('./fault-words.ts')
    for (const line of faultLines(error, terminal)) terminal.complain(line)
  }
  const stop = await watchFolders(folders, run, failed)
  await run()
  await stopped
  await stop()
  return status
}

/** A locality folder on disk: its config and data files as a map of relative paths to texts. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as breath } from 'node:timers/promises'
import { baseOf, joined } from '@gridwright/core'
import { commandFault } from './terminal.ts'

const maxFiles = 20_000
const maxDataBytes = 200_000_000

type Files = ReadonlyMap<string, string>

/**
 * All .json files and data/*.csv below `folder`, by path with forward slashes, with the layers inside it (their scenarios left out), and the
 * config of the layers it extends by the path from it. Hidden folders, node_modules, and folders that are localities of their own are left out. Throws a `CommandFault` for what is no folder or too large.
 */
export async function readFolder(folder: string): Promise<Files> {
  const files = new Map(await readOne(folder, ''))
  for (const [path, text] of await readWithin(folder, '')) files.set(path, text)
  const read = new Set([''])
  for (let below = baseIn(files, ''); below !== undefined && !read.has(below); below = baseIn(files, below)) {
    if (!existsSync(join(folder, below, 'locality.json'))) break
    read.add(below)
    const base = await readOne(join(folder, below), `${below}/`)
    for (const [path, text] of base) if (!/^(data|tests)\//.test(path.slice(below.length + 1))) files.set(path, text)
  }
  return files
}

/** The layers inside `folder`/`inside`, which stand on what is above them. */
async function readWithin(folder: string, inside: string): Promise<Files> {
  const files = new Map<string, string>()
  const entries = readdirSync(join(folder, inside), { withFileTypes: true })
  for (const entry of entries.filter(each => each.isDirectory() && !/^\.|^node_modules$/.test(each.name))) {
    const path = inside === '' ? entry.name : `${inside}/${entry.name}`
    const own = isLayerIn(folder, path) ? await readOne(join(folder, path), `${path}/`) : []
    for (const [name, text] of [...own, ...(await readWithin(folder, path))])
      if (!name.includes('/tests/')) files.set(name, text)
  }
  return files
}

function isLayerIn(folder: string, path: string): boolean {
  const file = join(folder, path, 'locality.json')
  const base = existsSync(file) ? baseOf(readText(file)) : undefined
  return base !== undefined && !joined(path, base).startsWith('..')
}

/** The folders that `readFolder` has read for `folder`, itself first: those whose files to watch. */
export function foldersOf(folder: string, files: Files): readonly string[] {
  const localities = [...files.keys()].filter(path => path.startsWith('../') && path.endsWith('/locality.json'))
  return [folder, ...localities.map(path => join(folder, path, '..'))]
}

function baseIn(files: Files, folder: string): string | undefined {
  const base = baseOf(files.get(joined(folder, 'locality.json')) ?? '')
  return base === undefined ? undefined : joined(folder, base)
}

/** A small file is read at once, since asking for it in turn costs ten times as much; whoever else waits has their turn between folders. */
async function readOne(folder: string, prefix: string): Promise<Files> {
  const files = new Map<string, string>()
  const walk = async (inside: string): Promise<void> => {
    await breath()
    for (const entry of readdirSync(join(folder, inside), { withFileTypes: true })) {
      const path = inside === '' ? entry.name : `${inside}/${entry.name}`
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
      if (entry.isDirectory() && existsSync(join(folder, path, 'locality.json'))) continue
      if (entry.isDirectory()) await walk(path)
      else if (path.endsWith('.json') || /^data\/[^/]+\.csv$/.test(path))
        files.set(prefix + path, readText(join(folder, path)))
      if (files.size > maxFiles)
        throw commandFault(
          [`${folder} 里的文件超过 ${maxFiles} 个`, `${folder} holds more than ${maxFiles} files`],
          ['请指向一个属地文件夹', 'name a locality folder']
        )
    }
  }
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw commandFault(
      [`没有文件夹 ${folder}`, `there is no folder ${folder}`],
      ['请检查路径，或用 gridwright init 新建一个', 'check the path, or make one with gridwright init']
    )
  await walk('')
  return files
}

function readText(path: string): string {
  const { size } = statSync(path)
  if (size > maxDataBytes)
    throw commandFault(
      [`${path} 超过 ${maxDataBytes} 字节`, `${path} is larger than ${maxDataBytes} bytes`],
      ['请拆成几个文件', 'split it']
    )
  return readFileSync(path, 'utf8')
}

// Locality folders as the checks read them: file by path, text and data alike.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { baseOf, joined, type Locality } from '@gridwright/core'
import { check } from '../src/index.ts'

export type Files = ReadonlyMap<string, string>

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** The config and data files below `folder`, a path from the repository's root, with the layers inside it, and the config of the layers that it extends. */
export function filesOf(folder: string): Files {
  const files = new Map<string, string>()
  const read = (inside: string) => {
    const top = join(root, folder, inside)
    const localities = readdirSync(top, { recursive: true, withFileTypes: true })
    const others = localities.flatMap(({ name, parentPath }) =>
      name === 'locality.json' && parentPath !== top.replace(/[/\\]$/, '') ? [join(parentPath, '/')] : []
    )
    for (const entry of localities) {
      const path = join(entry.parentPath, entry.name)
      const name = relative(top, path).replaceAll('\\', '/')
      const isForeign = others.some(other => path.startsWith(other)) && (inside !== '' || /\btests\//.test(name))
      const isOther = isForeign || (inside !== '' && /^(data|tests)\//.test(name))
      if (entry.isFile() && /\.(json|csv)$/.test(name) && !isOther)
        files.set(joined(inside, name), readFileSync(path, 'utf8'))
    }
    const base = baseOf(files.get(joined(inside, 'locality.json')) ?? '')
    if (base !== undefined) read(joined(inside, base))
  }
  read('')
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** A small town with one service that uses all that a workflow can declare: a ladder, nested states, a total limit, repeats, reviews. */
export const village: Files = filesOf('packages/workflows/test/village')

/** The village's eastern community: a layer that adds a service, narrows limits and channels, and renames what the village leaves open. */
export const eastLayer: Files = filesOf('packages/workflows/test/village-layer')

export const ziyun: Files = filesOf('examples/ziyun')
export const starter: Files = filesOf('examples/starter')

/** The locality of files without an issue; throws where there is one. */
export function localityOf(files: Files): Locality {
  const { locality, issues } = check(files)
  if (!locality || issues.length > 0) throw new Error(JSON.stringify(issues))
  return locality
}

/** The folders of examples that are localities with scenarios, and those of the layers within them. */
export const exampleNames: readonly string[] = readdirSync(join(root, 'examples'), {
  recursive: true,
  withFileTypes: true
})
  .filter(({ name, parentPath }) => name === 'locality.json' && existsSync(join(parentPath, 'tests')))
  .map(({ parentPath }) => relative(join(root, 'examples'), parentPath).replaceAll('\\', '/'))
  .sort()

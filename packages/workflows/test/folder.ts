// Locality folders as the checks read them: file by path, text and data alike.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Locality } from '@gridwright/core'
import { check } from '../src/index.ts'

export type Files = ReadonlyMap<string, string>

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** The config and data files below `folder`, a path from the repository's root. */
export function filesOf(folder: string): Files {
  const paths = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /\.(json|csv)$/.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name))
  return new Map(
    paths
      .sort()
      .map(path => [path.slice(join(root, folder).length + 1).replaceAll('\\', '/'), readFileSync(path, 'utf8')])
  )
}

/** A small town with one service that uses all that a workflow can declare: a ladder, nested states, a total limit, repeats, reviews. */
export const village: Files = filesOf('packages/workflows/test/village')

export const ziyun: Files = filesOf('examples/ziyun')
export const starter: Files = filesOf('examples/starter')

/** The locality of files without an issue; throws where there is one. */
export function localityOf(files: Files): Locality {
  const { locality, issues } = check(files)
  if (!locality || issues.length > 0) throw new Error(JSON.stringify(issues))
  return locality
}

/** The folders of examples that are localities with scenarios. */
export const exampleNames: readonly string[] = readdirSync(join(root, 'examples')).filter(
  name => existsSync(join(root, 'examples', name, 'locality.json')) && existsSync(join(root, 'examples', name, 'tests'))
)

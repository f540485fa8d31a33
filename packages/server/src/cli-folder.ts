/** `gridwright init` and `gridwright types`: a new locality folder, and the TypeScript types of one. */
import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { check } from '@gridwright/workflows'
import { printIssues } from './cli-check.ts'
import { readFolder } from './folder.ts'
import { localityTypes } from './declarations.ts'
import { said, type Terminal } from './terminal.ts'

/** Copies the starter into `folder`, which must not exist or be empty; its `$schema` paths then lead to the installed schemas. */
export async function initFolder(terminal: Terminal, folder: string): Promise<number> {
  const target = resolve(folder)
  if (existsSync(target) && (await readdir(target)).length > 0) {
    terminal.complain(
      said(terminal, `${folder} 不是空文件夹；请换一个新文件夹`, `${folder} is not empty; choose a new folder`)
    )
    return 1
  }
  await mkdir(target, { recursive: true })
  await cp(starterFolder(), target, { recursive: true })
  await pointSchemas(target)
  terminal.print(
    said(
      terminal,
      `已新建 ${folder}。下一步：gridwright check ${folder}、gridwright test ${folder}、gridwright dev ${folder}`,
      `Made ${folder}. Next: gridwright check ${folder}, gridwright test ${folder}, gridwright dev ${folder}`
    )
  )
  return 0
}

/** Writes the types of `folder` to `out`, or prints them. A folder with errors gets its issues instead. */
export async function writeTypes(terminal: Terminal, folder: string, out: string | undefined): Promise<number> {
  const { locality, issues } = check(await readFolder(folder))
  if (!locality) {
    printIssues(terminal, issues)
    return 1
  }
  const text = localityTypes(locality)
  if (out === undefined) terminal.print(text.trimEnd())
  else await writeFile(out, text)
  return 0
}

/** The starter lies beside the compiled package, or among the examples of the repository. */
function starterFolder(): string {
  const packed = fileURLToPath(new URL('./starter', import.meta.url))
  return existsSync(packed) ? packed : fileURLToPath(new URL('../../../examples/starter', import.meta.url))
}

async function pointSchemas(target: string): Promise<void> {
  const schemas = join(dirname(fileURLToPath(import.meta.resolve('@gridwright/core'))), '..', 'schemas')
  for (const entry of await readdir(target, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.json')) continue
    const file = join(entry.parentPath, entry.name)
    const text = await readFile(file, 'utf8')
    const path = relative(entry.parentPath, schemas).replaceAll('\\', '/')
    await writeFile(file, text.replace(/("\$schema"\s*:\s*")[^"]*?([a-z]+\.schema\.json")/, `$1${path}/$2`))
  }
}

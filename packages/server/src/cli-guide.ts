/** `gridwright guide`: the printable guide of all services of a folder, as one page of HTML. */
import { writeFile } from 'node:fs/promises'
import { check } from '@gridwright/workflows'
import { printIssues } from './cli-check.ts'
import { readFolder } from './folder.ts'
import { guidePage } from './guide-page.ts'
import { counted, said, type Terminal } from './terminal.ts'

/** Writes the guide in the terminal's language to `out` and says how many items it has, or prints it. A folder with errors gets its issues instead. */
export async function writeGuide(terminal: Terminal, folder: string, out: string | undefined): Promise<number> {
  const { locality, issues } = check(await readFolder(folder))
  if (!locality) {
    printIssues({ ...terminal, print: terminal.complain }, issues)
    return 1
  }
  const { html: page } = guidePage(locality, terminal.language)
  if (out === undefined) {
    terminal.print(page.trimEnd())
    return 0
  }
  await writeFile(out, page)
  const items = locality.services.size
  terminal.print(said(terminal, `${out}：${items} 个事项`, `${out}: ${counted(items, 'service')}`))
  return 0
}

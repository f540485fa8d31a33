/** `gridwright diagram`: the workflows of a folder as pictures, or as Mermaid text. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import { nearest } from '@gridwright/core'
import { check, diagramMermaid, diagramSvg } from '@gridwright/workflows'
import { printIssues } from './cli-check.ts'
import { diagramIn } from './diagrams.ts'
import { readFolder } from './folder.ts'
import { commandFault, type Terminal } from './terminal.ts'

export type DiagramCommand = {
  readonly folder: string
  readonly workflow?: string
  readonly format: 'mermaid' | 'svg'
  /** A file where it has an ending, else a folder. */
  readonly out?: string
}

const endings = { mermaid: '.mmd', svg: '.svg' } as const
const writers = { mermaid: diagramMermaid, svg: diagramSvg } as const

/** Writes the diagram of `workflow`, or of every workflow, to `out`, or prints that of one. A folder with errors gets its issues instead. */
export async function writeDiagrams(terminal: Terminal, command: DiagramCommand): Promise<number> {
  const { folder, format, out } = command
  const { locality, issues } = check(await readFolder(folder))
  if (!locality) {
    printIssues(terminal, issues)
    return 1
  }
  const names = chosen([...locality.workflows.keys()].sort(), command)
  for (const name of names) {
    const diagram = diagramIn(locality, name, { language: terminal.language })
    if (!diagram) throw new Error(`the workflow ${name} of ${folder} is in none of its layers`)
    const text = writers[format](diagram)
    if (out === undefined) terminal.print(text.trimEnd())
    else {
      const file = extname(out) === '' ? join(out, name + endings[format]) : out
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, text)
      terminal.print(file)
    }
  }
  return 0
}

/** The workflows that are meant; several need a folder to go to. */
function chosen(names: readonly string[], { workflow, out }: DiagramCommand): readonly string[] {
  const list = names.join(' ')
  if (workflow !== undefined && !names.includes(workflow)) {
    const meant = nearest(workflow, names)
    throw commandFault(
      [`没有流程 ${workflow}`, `there is no workflow ${workflow}`],
      meant === undefined
        ? [`有这些：${list}`, `there are ${list}`]
        : [`是否想写 ${meant}？有这些：${list}`, `did you mean ${meant}? There are ${list}`]
    )
  }
  const meant = workflow === undefined ? names : [workflow]
  if (meant.length > 1 && (out === undefined || extname(out) !== ''))
    throw commandFault(
      [`这里有 ${names.length} 个流程`, `there are ${names.length} workflows`],
      [`写明要哪一个，或用 --out 指定一个文件夹：${list}`, `name the one you mean, or a folder with --out: ${list}`]
    )
  return meant
}

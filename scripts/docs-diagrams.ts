// Pictures of the five localities' main workflows, in both languages, as `gridwright diagram` draws them.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { check, diagramSvg } from '@gridwright/workflows'
import { diagramIn } from '../packages/server/src/diagrams.ts'
import { readFolder } from '../packages/server/src/folder.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

const shown = {
  ziyun: 'three-orders',
  licheng: 'seven-steps',
  changzhou: 'one-stop',
  xinshi: 'errand',
  chengdu: 'courtyard-loop'
} as const
const languages = { '': 'zh-CN', '.en': 'en' } as const

/** The pictures by their names: `<locality>.svg`, and in English `<locality>.en.svg`. Throws where an example has errors or no such workflow. */
export async function diagramPictures(): Promise<ReadonlyMap<string, string>> {
  const pictures = new Map<string, string>()
  for (const [name, workflow] of Object.entries(shown)) {
    const { locality } = check(await readFolder(join(root, 'examples', name)))
    for (const [suffix, language] of Object.entries(languages)) {
      const diagram = locality && diagramIn(locality, workflow, { language })
      if (!diagram) throw new Error(`examples/${name} has no workflow ${workflow} to be drawn`)
      pictures.set(`${name}${suffix}.svg`, diagramSvg(diagram))
    }
  }
  return pictures
}

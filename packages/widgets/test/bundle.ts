// Bundles of the widgets' sources, as a page loads them: one script, minified, nothing left out.
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { withoutIndentation } from '../../../scripts/bundle.mjs'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** The script that registers these elements and no others. `elements` maps a tag to its class's name. */
export async function scriptOf(elements: Readonly<Record<string, string>>): Promise<string> {
  const lines = Object.entries(elements).map(
    ([tag, name]) => `import { ${name} } from ${JSON.stringify(`${root}packages/widgets/src/${tag}.ts`)}
customElements.define('${tag}', ${name})`
  )
  return await bundled('virtual:entry', lines.join('\n'))
}

/** The script of all widgets, as `npm run build` makes it. */
export const wholeScript = (): Promise<string> => bundled(`${root}packages/widgets/src/index.ts`)

/** Size in bytes under gzip −9. */
export const zipped = (code: string): number => gzipSync(code, { level: 9 }).length

async function bundled(entry: string, text?: string): Promise<string> {
  const made = await build({
    root,
    configFile: false,
    logLevel: 'error',
    mode: 'production',
    resolve: { conditions: ['source', 'module', 'browser', 'production'] },
    plugins: [
      withoutIndentation,
      {
        name: 'entry',
        resolveId: id => (text !== undefined && id.endsWith(entry) ? `\0${entry}` : null),
        load: id => (id === `\0${entry}` ? (text ?? null) : null)
      }
    ],
    build: {
      write: false,
      target: 'es2022',
      minify: 'oxc',
      lib: { entry, formats: ['es'], fileName: 'script' },
      rolldownOptions: { output: { codeSplitting: false, minify: true } }
    }
  })
  const chunk = [made].flat().flatMap(each => ('output' in each ? each.output : []))[0]
  if (chunk?.type !== 'chunk') throw new Error('the sources made no script')
  return chunk.code
}

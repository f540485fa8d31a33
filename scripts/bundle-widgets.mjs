// All widgets as one self-contained ES script, for pages that load them by a script tag.
import { mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const sources = [
  'packages/widgets/src',
  'packages/forms/src',
  'packages/core/src',
  'packages/core/schemas',
  'package-lock.json'
]

/**
 * Writes packages/widgets/src/index.ts with all it imports to `outFile`, minified, unless `outFile` is newer than every source.
 * Says whether it wrote. The file appears whole or not at all; throws where the sources do not build.
 * @param {string} outFile @returns {Promise<boolean>}
 */
export async function bundleWidgets(outFile) {
  if (isFresh(outFile)) return false
  const { build } = await import('vite') // half a second and 20 MB, which a fresh script does not need
  const result = await build({
    root,
    configFile: false,
    logLevel: 'error',
    mode: 'production',
    resolve: { conditions: ['source', 'module', 'browser', 'production'] },
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      lib: { entry: join(root, 'packages/widgets/src/index.ts'), formats: ['es'], fileName: 'gridwright' },
      rolldownOptions: { output: { codeSplitting: false, minify: true } }
    }
  })
  const [chunk, ...others] = [result].flat().flatMap(made => ('output' in made ? made.output : []))
  if (chunk?.type !== 'chunk' || others.length > 0)
    throw new Error(`one script was to be built, not ${others.length + 1} files`)
  const fresh = `${outFile}.${process.pid}`
  mkdirSync(dirname(outFile), { recursive: true })
  writeFileSync(fresh, chunk.code)
  renameSync(fresh, outFile)
  return true
}

/** Whether `file` is newer than every source. @param {string} file @returns {boolean} */
export function isFresh(file) {
  const made = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
  return sources.every(source => changedAt(join(root, source)) < made)
}

/** The last change of a file, or of any file in a folder, in epoch milliseconds. @param {string} path @returns {number} */
function changedAt(path) {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(stat.mtimeMs, ...readdirSync(path).map(name => changedAt(join(path, name))))
}

const [, , outFile] = process.argv
if (import.meta.main && outFile) await bundleWidgets(outFile)

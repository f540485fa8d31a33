// `npm start` and `npm test`: install what is missing, then go on in the pinned Node, for `npm start` in this very process where it is that
// one already: a second one would take a tenth of a second and 40 MB. Runs on Node 18, before anything is installed.
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, realpathSync } from 'node:fs'
import * as modules from 'node:module'
import { constants } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { isServerFresh } from './bundle.mjs'
import { install, InstallError, nodeIn } from './install.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const compiled = join(root, 'node_modules', '.gridwright', 'compiled')
/** @type {Record<string, { extent: import('./install.mjs').Extent, program: string, argument: string }>} */
const modes = {
  start: { extent: 'runtime', program: 'packages/server/.gridwright/cli.js', argument: 'start' },
  test: { extent: 'full', program: 'node_modules/vitest/vitest.mjs', argument: 'run' }
}

const [name = '', ...rest] = process.argv.slice(2)
const mode = modes[name]
if (!mode) fail(`usage: node scripts/run.mjs ${Object.keys(modes).join('|')} [arguments]`)
else {
  try {
    await install(root, mode.extent)
    const command = [mode.program, mode.argument, ...rest]
    if (name === 'test') run(command)
    else if (bundled()) await enter(command)
  } catch (error) {
    if (!(error instanceof InstallError)) throw error
    fail(error.message)
  }
}

/** Whether the server's modules are there, made anew where a source has changed. */
function bundled() {
  if (isServerFresh()) return true
  console.log('正在打包服务…  Bundling the server…')
  const { status } = spawnSync(nodeIn(root), ['scripts/bundle.mjs', 'server'], { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
  return status === 0
}

/** Whether this process runs in the pinned Node, which npm puts first on the path once it is installed. */
function isPinned() {
  return process.execPath === realpathSync(nodeIn(root))
}

/** Goes on as the program itself, in another process only where this one is of another Node. @param {string[]} command */
async function enter(command) {
  if (!isPinned()) return run(command)
  const [program = '', ...args] = command
  modules.enableCompileCache(process.env['NODE_COMPILE_CACHE'] ?? compiled)
  whenAboveEnds(() => process.kill(process.pid, 'SIGTERM'))
  process.chdir(root)
  process.argv = [process.execPath, join(root, program), ...args]
  await import(pathToFileURL(join(root, program)).href)
}

/** @param {string[]} args */
function run(args) {
  const node = nodeIn(root)
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim() ?? ''
  if (!(Number.parseInt(version.slice(1)) >= 24)) {
    return fail(
      `需要 Node 24，${node} 是 ${version || '无法运行'}。请删除 node_modules 后重试。\nNode 24 is needed; ${node} is ${version || 'not runnable'}. Delete node_modules and run the same command again.`
    )
  }
  const child = spawn(node, [...process.execArgv, ...args], { cwd: root, stdio: 'inherit', env: environment() })
  // A terminal sends its Ctrl-C to the child as well; whatever else stops this process must be passed on.
  const interactive = [process.stdin, process.stdout, process.stderr].some(stream => stream.isTTY)
  process.on('SIGINT', () => interactive || child.kill('SIGINT'))
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal))
  whenAboveEnds(() => child.kill('SIGTERM'))
  child.on('error', error => fail(error.message))
  child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : (code ?? 1)))
}

/** npm hands a signal to its shell, or dies, and the shell passes nothing on: when either has ended, this is to stop, too. @param {() => void} stop */
function whenAboveEnds(stop) {
  if (!process.env['npm_lifecycle_event']) return
  const living = above()
  const watching = setInterval(() => {
    if (living.every(isAlive)) return
    clearInterval(watching)
    stop()
  }, 500).unref()
}

/** The processes that npm runs this script in. */
function above() {
  const shell = process.ppid
  try {
    if (!readFileSync(`/proc/${shell}/cmdline`, 'utf8').includes('run.mjs')) return [shell] // npm itself
    const npm = /^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${shell}/status`, 'utf8'))?.[1]
    return [shell, Number(npm ?? shell)]
  } catch {
    return [shell] // no /proc
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function environment() {
  const path = [join(root, 'node_modules', '.bin'), process.env['PATH'] ?? ''].join(delimiter)
  return { NODE_COMPILE_CACHE: compiled, ...process.env, PATH: path }
}

/** @param {string} message */
function fail(message) {
  console.error(`\n${message}\n`)
  process.exitCode = 1
}

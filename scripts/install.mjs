// Brings node_modules to what package-lock.json says, if it is not there yet. No dependency, and runs on Node 18: it is what
// `npm start` and `npm test` run first on a machine that has only npm.
import { spawn } from 'node:child_process'
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { delimiter, dirname, join, sep } from 'node:path'

/** @typedef {'runtime' | 'full'} Extent what running needs, or what developing and testing needs */
/** @typedef {Record<string, { version?: string, link?: boolean, dev?: boolean, devOptional?: boolean, optional?: boolean }>} Lock */

/** An installation that cannot be made, with its cure in both languages. */
export class InstallError extends Error {}

/**
 * Installs by `npm ci` what `extent` needs under `root`, unless npm's own record shows it is there. A full installation counts for
 * both and is never cut down. Two at once wait for each other. Throws InstallError with the cure.
 * @param {string} root @param {Extent} extent @returns {Promise<void>}
 */
export async function install(root, extent) {
  if (isInstalled(root, extent)) return
  refuseUnwritable(root)
  const unlock = await lock(root)
  try {
    if (isInstalled(root, extent)) return
    const needed = hasDevelopmentPackages(root) ? 'full' : extent
    refuseFullDisk(root, needed)
    await runNpm(root, needed)
  } finally {
    unlock()
  }
}

/**
 * Whether npm's record of node_modules lists every package of package-lock.json that `extent` needs, in its version.
 * @param {string} root @param {Extent} extent
 */
export function isInstalled(root, extent) {
  const wanted = packagesOf(join(root, 'package-lock.json'))
  const present = packagesOf(join(root, 'node_modules', '.package-lock.json'))
  if (!existsSync(nodeIn(root))) return false
  return needed(wanted, extent).every(([path, entry]) => {
    const there = present[path]
    return there ? there.version === entry.version : entry.optional === true
  })
}

/** The path of the pinned Node under `root`. @param {string} root */
export function nodeIn(root) {
  return join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
}

/** @param {Lock} wanted @param {Extent} extent */
function needed(wanted, extent) {
  const entries = Object.entries(wanted).filter(([path]) => path.includes('node_modules/'))
  return extent === 'full' ? entries : entries.filter(([, entry]) => !entry.dev && !entry.devOptional)
}

/** @param {string} root */
function hasDevelopmentPackages(root) {
  return Object.values(packagesOf(join(root, 'node_modules', '.package-lock.json'))).some(entry => entry.dev)
}

/** @param {string} file @returns {Lock} none where npm has not written the file, or was cut off while it did */
function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? {}
  } catch {
    return {}
  }
}

/** @param {string} root */
function refuseUnwritable(root) {
  const modules = join(root, 'node_modules')
  for (const folder of existsSync(modules) ? [root, modules] : [root]) {
    try {
      accessSync(folder, constants.W_OK)
    } catch {
      throw new InstallError(cures.EACCES(folder))
    }
  }
}

/** @param {string} root @param {Extent} extent */
function refuseFullDisk(root, extent) {
  const { bavail, bsize } = statfsSync(root)
  const megabytes = Math.floor((Number(bavail) * Number(bsize)) / 1e6)
  if (megabytes < sizes[extent]) throw new InstallError(cures.ENOSPC(`${megabytes} MB < ${sizes[extent]} MB`))
}

/**
 * Waits until no other run installs into `root`; the function returned lets the next one in.
 * @param {string} root @returns {Promise<() => void>}
 */
async function lock(root) {
  const file = join(root, '.gridwright', 'install.lock')
  mkdirSync(dirname(file), { recursive: true })
  for (let told = false; ; told = true) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      const unlock = () => rmSync(file, { force: true })
      process.once('exit', unlock)
      return unlock
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw new InstallError(cures.EACCES(dirname(file)), { cause: error })
    }
    if (isAbandoned(file)) rmSync(file, { force: true })
    else {
      if (!told) console.error('另一个进程正在安装，等它完成… / Another run is installing; waiting for it…')
      await new Promise(resolve => setTimeout(resolve, 300))
    }
  }
}

/** @param {string} file a lock whose process has ended, or that stayed empty since a crash */
function isAbandoned(file) {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    if (!pid) return Date.now() - statSync(file).mtimeMs > 5_000
    process.kill(pid, 0)
    return false
  } catch (error) {
    return codeOf(error) === 'ESRCH'
  }
}

/** @param {string} root @param {Extent} extent @returns {Promise<void>} */
async function runNpm(root, extent) {
  const paths = needed(packagesOf(join(root, 'package-lock.json')), extent).filter(
    ([, entry]) => !entry.optional && !entry.link
  )
  const progress = showProgress(
    () => paths.filter(([path]) => existsSync(join(root, path, 'package.json'))).length,
    paths.length
  )
  const { node, npm, env } = outerNpm(root)
  const options = [
    'ci',
    '--no-audit',
    '--no-fund',
    '--no-update-notifier',
    '--loglevel=error',
    ...(extent === 'runtime' ? ['--omit=dev'] : ['--include=dev'])
  ]
  const child = npm
    ? spawn(node, [npm, ...options], { cwd: root, env })
    : spawn('npm', options, { cwd: root, env, shell: process.platform === 'win32' })
  const stop = () => child.kill('SIGTERM')
  process.once('SIGINT', stop).once('SIGTERM', stop)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => (output += text))
  /** @type {number | string | null} */
  const outcome = await new Promise(resolve => {
    child.once('error', error => resolve(codeOf(error) ?? error.message))
    child.once('close', (code, signal) => resolve(signal ?? code))
  })
  process.off('SIGINT', stop).off('SIGTERM', stop)
  progress.end(outcome === 0)
  if (outcome !== 0) throw new InstallError(cureOf(typeof outcome === 'string' ? `${output}\n${outcome}` : output))
  if (!isInstalled(root, extent))
    throw new InstallError(cures.other(output || 'npm ci did not install what package-lock.json lists'))
}

// `npm ci` deletes node_modules first, and with it the Node that may be running this: npm must run on the machine's own.
/** @param {string} root */
function outerNpm(root) {
  const inside = join(root, 'node_modules') + sep
  const path = (process.env['PATH'] ?? '').split(delimiter).filter(folder => !(folder + sep).startsWith(inside))
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  const nodes = [process.env['npm_node_execpath'] ?? '', process.execPath, ...path.map(folder => join(folder, name))]
  const node = nodes.find(file => file !== '' && !file.startsWith(inside) && existsSync(file))
  const npm = process.env['npm_execpath']
  const env = { ...process.env, PATH: path.join(delimiter) }
  return {
    node: node ?? process.execPath,
    npm: npm && !npm.startsWith(inside) && /\.c?js$/.test(npm) ? npm : undefined,
    env
  }
}

/** A line that lives in a terminal, a line every ten seconds elsewhere. @param {() => number} count @param {number} total */
function showProgress(count, total) {
  const began = Date.now()
  const living = process.stderr.isTTY
  const seconds = () => Math.round((Date.now() - began) / 1000)
  const line = () => `正在安装依赖 / Installing dependencies: ${count()}/${total}  ${seconds()} s`
  const show = () => process.stderr.write(living ? `\r\x1b[2K${line()}` : `${line()}\n`)
  show()
  const timer = setInterval(show, living ? 500 : 10_000)
  return {
    /** @param {boolean} done */
    end(done) {
      clearInterval(timer)
      if (living) process.stderr.write('\r\x1b[2K')
      if (done) console.error(`依赖已装好 / Installed: ${total} packages, ${seconds()} s`)
    }
  }
}

/** @param {string} output what npm said */
function cureOf(output) {
  const said = output
    .split('\n')
    .filter(line => !/^npm (warn|notice)/.test(line))
    .join('\n')
    .trim()
    .slice(-1500)
  if (/ENOSPC|EDQUOT/.test(said)) return cures.ENOSPC(said)
  if (/EROFS|EACCES|EPERM/.test(said)) return cures.EACCES(said)
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|CERT|ENOTCACHED/.test(
      said
    )
  )
    return cures.network(said)
  if (/EUSAGE/.test(said)) return cures.EUSAGE(said)
  return cures.other(said)
}

const sizes = { runtime: 700, full: 1300 } // MB free before installing: node_modules, and what npm keeps in its cache
/** @type {Record<'EACCES' | 'ENOSPC' | 'EUSAGE' | 'network' | 'other', (what: string) => string>} */
const cures = {
  EACCES: what =>
    `文件夹不可写。请换到可写的位置，或改变其所有者：chown -R "$(id -un)" <文件夹>\nThe folder is not writable. Copy the project to a writable place, or: chown -R "$(id -un)" <folder>\n${what}`,
  ENOSPC: what =>
    `磁盘空间不够，请腾出空间后重试。\nNot enough disk space: free some, then run the same command again.\n${what}`,
  EUSAGE: what =>
    `package.json 与 package-lock.json 不一致，请运行 npm install。\npackage.json and package-lock.json differ: run npm install.\n${what}`,
  network: what =>
    `连不上软件包仓库。请检查网络或代理；内网可用 npm config set registry <内网仓库地址>，然后重试。\nThe package registry cannot be reached. Check the network or proxy; behind a firewall: npm config set registry <mirror>, then run the same command again.\n${what}`,
  other: what => `安装失败，npm 的说明如下。\nThe installation failed; npm says:\n${what}`
}

/** @param {unknown} error @returns {string | undefined} */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}

// A Chromium to test with: an installed one where there is one, else the one inside @sparticuz/chromium, unpacked once.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What `playwright` needs to launch: the program, its arguments, and the environment it needs on a machine without NSS. */
export type ChromiumLaunch = { executablePath: string; args: string[]; env?: Record<string, string> }

const cache = fileURLToPath(new URL('../node_modules/.gridwright', import.meta.url))
const installedNames = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'msedge']
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run'
]

/** The launch options of a Chromium that answers `--version`; throws, naming the cure, where none does. `CHROMIUM` overrules. */
export async function chromium(): Promise<ChromiumLaunch> {
  const named = process.env['CHROMIUM']
  const installed = named ? [named] : installedPaths()
  for (const executablePath of installed) if (answers(executablePath)) return { executablePath, args }
  if (named) throw new Error(`CHROMIUM=${named} does not start / 无法启动 ${named}`)
  return await unpacked()
}

function installedPaths(): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean)
  return installedNames.flatMap(name => folders.map(folder => join(folder, name))).filter(path => existsSync(path))
}

async function unpacked(): Promise<ChromiumLaunch> {
  const home = join(cache, 'chromium')
  if (!existsSync(join(home, 'chromium'))) await unpack(home)
  const executablePath = join(home, 'chromium')
  if (answers(executablePath)) return { executablePath, args }
  const env = { ...definedEnvironment(), LD_LIBRARY_PATH: join(home, 'al2023', 'lib') }
  if (answers(executablePath, env)) return { executablePath, args, env }
  throw new Error(
    'no Chromium starts here: install chromium, or set CHROMIUM / 没有可用的 Chromium：请安装 chromium 或设置 CHROMIUM'
  )
}

// The package unpacks into the temp folder under fixed names, which two users or two runs share: give it a folder of its own.
async function unpack(home: string): Promise<void> {
  mkdirSync(cache, { recursive: true })
  const fresh = mkdtempSync(join(cache, 'chromium-'))
  const before = process.env['TMPDIR']
  process.env['TMPDIR'] = fresh
  try {
    const { default: Chromium, inflate } = await import('@sparticuz/chromium')
    await Chromium.executablePath()
    await inflate(fileURLToPath(new URL('../bin/al2023.tar.br', import.meta.resolve('@sparticuz/chromium'))))
    renameSync(fresh, home)
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true })
    if (!existsSync(join(home, 'chromium'))) throw error // else another run was quicker: use its copy
  } finally {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
  }
}

function answers(executablePath: string, env: NodeJS.ProcessEnv = process.env): boolean {
  return (
    spawnSync(executablePath, ['--version', '--no-sandbox'], { env, timeout: 20_000, stdio: 'ignore' }).status === 0
  )
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined)
  )
}

// `gridwright` as people run it: a process of its own, stopped by signals.
import { spawn, type ChildProcess } from 'node:child_process'
import { resolve } from 'node:path'
import { expect, onTestFinished } from 'vitest'

const cli = resolve(import.meta.dirname, '../src/cli.ts')
const compiled = resolve(import.meta.dirname, '../../../node_modules/.gridwright/compiled')

type Run = {
  child: ChildProcess
  out: () => string
  ended: Promise<number | null>
  prints: (text: string | RegExp) => Promise<void>
}

/** `gridwright` with these arguments; it does not outlive its test. `out` is what it has said so far on both channels. */
export function gridwright(args: readonly string[], env: NodeJS.ProcessEnv = {}): Run {
  const child = spawn(process.execPath, ['--conditions=source', cli, ...args], {
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: compiled,
      DATABASE_URL: '',
      DATABASE_APP_URL: '',
      GRIDWRIGHT_SECRET: '',
      LANG: 'C.UTF-8',
      LC_ALL: '',
      ...env
    }
  })
  let out = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => (out += text))
  const ended = new Promise<number | null>(done => child.once('close', done))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const prints = async (text: string | RegExp) => {
    await expect.poll(() => out, { timeout: 60_000 }).toMatch(text)
  }
  return { child, out: () => out, ended, prints }
}

// `npm run build`: ESM and declarations of every package in packages/*/dist, and all widgets as one script. publint has the last word.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { bundleWidgets } from './bundle.mjs'

const root = fileURLToPath(new URL('../', import.meta.url))
const emitted = join(root, 'node_modules/.gridwright/build')
const packages = readdirSync(join(root, 'packages')).filter(name =>
  existsSync(join(root, 'packages', name, 'src/index.ts'))
)

rmSync(emitted, { recursive: true, force: true })
const tsc = spawnSync(join(root, 'node_modules/.bin/tsc'), ['--project', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit'
})
if (tsc.status !== 0) process.exit(1)

for (const name of packages) {
  const [src, dist] = [join(root, 'packages', name, 'src'), join(root, 'packages', name, 'dist')]
  rmSync(dist, { recursive: true, force: true })
  cpSync(join(emitted, name, 'src'), dist, { recursive: true })
  const isAsset = (path: string) => !/\.tsx?$/.test(path) // styles and the like stand beside the modules that read them
  cpSync(src, dist, { recursive: true, filter: isAsset })
}
// What the command line copies or points to lies beside it.
cpSync(join(root, 'examples/starter'), join(root, 'packages/server/dist/starter'), { recursive: true })
cpSync(join(root, 'docs/reference/issues.md'), join(root, 'packages/server/dist/issues.md'))
if (packages.includes('widgets')) await bundleWidgets(join(root, 'packages/widgets/dist/gridwright.js'))

for (const name of packages) {
  const { messages, pkg } = await publint({ pkgDir: join(root, 'packages', name), strict: true, pack: 'npm' })
  for (const message of messages)
    console.error(`${name}: ${formatMessage(message, pkg, { color: false }) ?? message.code}`)
  if (messages.length > 0) process.exitCode = 1
  else console.log(`✓ packages/${name}/dist`)
}

import { gzipSync } from 'node:zlib'
import { fileURLToPath } from 'node:url'
import { build, type Rolldown } from 'vite'
import { expect, test } from 'vitest'

test('the browser door weighs at most 12.5 kB, brings no ajv and evaluates no text as code', async () => {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['source', 'module', 'browser'] },
    build: {
      write: false,
      lib: { entry: fileURLToPath(new URL('../src/browser.ts', import.meta.url)), formats: ['es'] },
      minify: true,
      rolldownOptions: { output: { minify: true } } // a library's `minify` alone keeps white space
    }
  })
  const [output] = [built].flat() as Rolldown.RolldownOutput[] // without `watch` these are outputs
  const code = output!.output.map(file => (file.type === 'chunk' ? file.code : '')).join('')
  const modules = output!.output.flatMap(file => (file.type === 'chunk' ? Object.keys(file.modules) : []))
  expect(modules.filter(module => /node_modules\/(ajv|re2js|jsonc-parser)|core\/schemas/.test(module))).toEqual([])
  expect(modules.some(module => module.includes('@cfworker/json-schema'))).toBe(true)
  expect(code).not.toMatch(/new Function|\beval\(/)
  expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(12_500)
}, 180_000)

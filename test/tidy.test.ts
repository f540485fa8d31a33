import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { generate, target } from '../scripts/gen.ts'

test('generated files are fresh (else: npm run gen)', async () => {
  expect(readFileSync(target, 'utf8')).toBe(await generate())
})

// What the check lets pass goes well: the examples as they are, and their mutants. `npm run walks` takes as many more as one has time for.
import { describe, expect, test } from 'vitest'
import { drawsFrom } from './filled-in.ts'
import { grounds, surveyed, walksOf } from './survey.ts'

describe.each(grounds)('examples/$name', ground => {
  test('every case, whatever people do or leave undone, can be submitted, is never stuck, and ends', async () => {
    const told = await walksOf(ground, drawsFrom(11), 1)
    expect(told.filter(({ walk }) => walk === undefined || walk.trouble !== undefined)).toEqual([])
  })

  test('a mutant is refused by the check, or its cases are never stuck and end', { timeout: 120_000 }, async () => {
    const { caught, walks, steps, troubles } = await surveyed(ground, drawsFrom(12), 5, 120)
    expect(troubles).toEqual([])
    expect([caught, walks, steps].every(figure => figure > 0)).toBe(true)
  })
})

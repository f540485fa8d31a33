// Random releases and migrations leave no case in an unknown state: each goes on to its end, by the new rules or by its own. `npm run migrations` takes more.
import { expect, test } from 'vitest'
import { drawsFrom } from './filled-in.ts'
import { migrated } from './migration-survey.ts'
import { grounds } from './survey.ts'

test.each(grounds)(
  'cases of examples/$name that a random plan moves, or leaves, end by rules that they know',
  { timeout: 60_000 },
  async ground => {
    const { tries, troubles } = await migrated(ground, drawsFrom(7), 8)
    expect(troubles).toEqual([])
    expect([...tries.values()].reduce((sum, count) => sum + count, 0)).toBe(8)
  }
)

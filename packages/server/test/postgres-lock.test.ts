import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { withLock } from '../src/postgres-lock.ts'
import { fault, folder } from './server-process.ts'

describe('the lock of a data folder', () => {
  test.each([
    ['a process that is gone', '4194303 1 a-token'],
    ['an earlier process with the number of a living one', `${process.pid} 1 a-token`]
  ])('is taken over from %s, by one at a time', async (_, holder) => {
    const file = join(folder(), 'lock')
    writeFileSync(file, `${holder}\n`)
    let inside = 0
    const most = await Promise.all(
      Array.from({ length: 20 }, () =>
        withLock(file, 5000, async () => {
          inside++
          await pause(5)
          return inside--
        })
      )
    )
    expect(Math.max(...most)).toBe(1)
    expect(existsSync(file)).toBe(false)
  })

  test('database.locked: a living holder is waited for, not overrun', async () => {
    const file = join(folder(), 'lock')
    await withLock(file, 0, async () => {
      await expect(withLock(file, 100, async () => 'overrun')).rejects.toEqual(fault('database.locked'))
    })
  })
})

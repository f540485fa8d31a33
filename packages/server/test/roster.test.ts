// The daily roster of Xinshi: 27 grids, 24 workers in the field, and the three grids whose leaders sit that day.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore, type Store } from '../src/store.ts'
import { testDatabase } from './postgres.ts'
import { by, exampleFiles, quiet } from './ziyun.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let store: Store
beforeAll(async () => {
  database = await testDatabase()
  store = await openStore({ ...database, log: quiet })
  const files = exampleFiles('xinshi')
  await store.publish(files, by)
  await store.importData('xinshi', files)
})
afterAll(async () => {
  await store.close()
  await database.drop()
})

const rosterOf = async (post: string, day: string) => {
  const { locality } = (await store.published('xinshi'))!
  const { uncovered, ...counts } = await store.roster(locality, post, Date.parse(`${day}T00:00+08:00`))
  return { ...counts, uncovered: uncovered.map(({ code }) => code) }
}

test('27 grids have a leader each; the three whose leader sits at a window or in an office are named', async () => {
  expect(await rosterOf('grid-leader', '2026-03-02')).toEqual({
    areas: 27,
    manned: 24,
    uncovered: ['33052110200107', '33052110200307', '33052110200507']
  })
})

test('a post that nobody is absent from is manned where it is held', async () => {
  expect(await rosterOf('community-secretary', '2026-03-02')).toEqual({ areas: 4, manned: 4, uncovered: [] })
})

test('before anybody was appointed nothing is manned', async () => {
  expect(await rosterOf('community-secretary', '2025-12-31')).toMatchObject({ manned: 0 })
})

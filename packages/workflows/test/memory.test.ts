// Records in memory keep to what every store keeps to, and hold people's posts for as long as they are held.
import { expect, test } from 'vitest'
import { memoryStore } from '../src/index.ts'
import { describeBooks } from './books-conformance.ts'
import { describeTx } from './tx-conformance.ts'

describeTx('records in memory', world => Promise.resolve(memoryStore(world.people, world.areas)))
describeBooks('records in memory', world => Promise.resolve(memoryStore(world.people, [], world.goods)))

test('a post is held from its first instant until before its last', () => {
  const store = memoryStore(
    [{ id: 'li', appointments: [{ post: 'liaison', area: 'c1', from: 10, to: 20 }], registrations: [] }],
    []
  )
  const posts = [9, 10, 19, 20].map(now => [...store.keys('li', now)])
  expect(posts).toEqual([
    ['person:li'],
    ['person:li', 'post:liaison@c1'],
    ['person:li', 'post:liaison@c1'],
    ['person:li']
  ])
  expect([...store.keys('nobody', 10)]).toEqual([])
})

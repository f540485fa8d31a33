// Who sits and who walks in Xinshi (needs 38 and 39), read from its rows; and what the check says when somebody is missing.
import { expect, test } from 'vitest'
import { check } from '../src/index.ts'
import { filesOf, type Files } from './folder.ts'

const table = 'data/appointments.csv'
const xinshi = filesOf('examples/xinshi')
const rows = xinshi.get(table)!.trim().split('\n').slice(1)
const appointments = rows.map(row => row.split(',')).map(([person, post, area]) => ({ person, post, area }))
const holders = (post: string) => appointments.filter(row => row.post === post).map(({ person }) => person)

function without(pattern: RegExp): Files {
  const kept = xinshi.get(table)!.split('\n')
  const row = kept.findIndex(line => pattern.test(line))
  return new Map([...xinshi, [table, kept.toSpliced(row, 1).join('\n')]])
}

test('four sit at the windows, four in the back offices and 24 walk: 32 workers, each in one place', () => {
  const placed = ['window-clerk', 'back-office', 'field-worker'].map(holders)
  expect(placed.map(({ length }) => length)).toEqual([4, 4, 24])
  expect(new Set(placed.flat())).toEqual(new Set(holders('community-worker')))
})

test('24 in the field are not enough for 27 grids: three are led from the back office', () => {
  const walking = new Set(holders('field-worker'))
  const uncovered = appointments.filter(({ post, person }) => post === 'grid-leader' && !walking.has(person))
  expect(uncovered.map(({ area }) => area)).toEqual(['33052110200107', '33052110200307', '33052110200507'])
  expect(holders('back-office')).toEqual(expect.arrayContaining(uncovered.map(({ person }) => person)))
})

test.each([
  ['a grid without its leader', /,grid-leader,33052110200107,/, 'grid-leader'],
  ['three windows instead of four', /,window-clerk,/, 'window-clerk'],
  ['a community without its back office', /,back-office,/, 'back-office'],
  ['five in the field of a community', /,field-worker,/, 'field-worker'],
  ['seven workers in a community', /,community-worker,/, 'community-worker']
])('%s is an error of the posts and of the count', (_, row, post) => {
  const errors = check(without(row)).issues.map(({ code, path }) => `${code} ${path}`)
  expect(errors.sort()).toEqual([`expect.count /expect/appointments/${post}`, `post.too-few /posts/${post}/perArea`])
})

test('a second leader of one grid is an error as well', () => {
  const more = new Map([
    ...xinshi,
    [table, `${xinshi.get(table)}community-worker-003,grid-leader,33052110200102,2026-01-01,\n`]
  ])
  expect(
    check(more)
      .issues.map(({ code }) => code)
      .sort()
  ).toEqual(['expect.count', 'post.too-many'])
})

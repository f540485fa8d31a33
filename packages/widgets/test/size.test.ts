import { beforeAll, expect, test } from 'vitest'
import { scriptOf, wholeScript, zipped } from './bundle.ts'

// gzip −9, in kB of 1000 bytes: the form with its validator, each further widget on top of what they share, all together.
const form = { 'gw-form': 'GwForm', 'gw-person-picker': 'GwPersonPicker' }
const shared = {
  ...form,
  'gw-provider': 'GwProvider',
  'gw-area-picker': 'GwAreaPicker',
  'gw-case-actions': 'GwCaseActions'
}
const widgets = {
  'gw-photos': 'GwPhotos',
  'gw-service-list': 'GwServiceList',
  'gw-order-form': 'GwOrderForm',
  'gw-my-cases': 'GwMyCases',
  'gw-case-timeline': 'GwCaseTimeline',
  'gw-dispatch-board': 'GwDispatchBoard',
  'gw-task-hall': 'GwTaskHall',
  'gw-passbook': 'GwPassbook',
  'gw-points-queue': 'GwPointsQueue',
  'gw-points-shop': 'GwPointsShop',
  'gw-rating': 'GwRating',
  'gw-score-card': 'GwScoreCard'
}

test('the complete form element with its validator and its field for places is at most 25 kB', async () => {
  expect(zipped(await scriptOf(form))).toBeLessThanOrEqual(25_000)
})

let base = 0
beforeAll(async () => {
  base = zipped(await scriptOf(shared))
})

test.for(Object.entries(widgets))('%s adds at most 6 kB', async ([tag, name]) => {
  expect(zipped(await scriptOf({ ...shared, [tag]: name })) - base).toBeLessThanOrEqual(6_000)
})

test('all widgets together are at most 60 kB, and hold neither ajv, CEL nor XState', async () => {
  const script = await wholeScript()
  expect(zipped(script)).toBeLessThanOrEqual(60_000)
  expect(script).not.toMatch(/new Function|xstate|ajv|unknown-year/)
})

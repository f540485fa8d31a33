// Guides of service items: all that an applicant is told beforehand, and nothing that a case of theirs never comes to.
import { procedureOf } from '@gridwright/core'
import { expect, test } from 'vitest'
import { graphOf, guidesOf, promisedLimits, type ItemGuide } from '../src/index.ts'
import { exampleNames, filesOf, localityOf } from './folder.ts'

const localities = new Map(exampleNames.map(name => [name, localityOf(filesOf(`examples/${name}`))]))
const xinshi = localities.get('xinshi')!
const guides = new Map(guidesOf(xinshi, 'zh-CN').map(guide => [guide.id, guide]))
const of = (id: string): ItemGuide => guides.get(id)!

test('all 33 items of Xinshi’s hall have a guide, and so has every other service', () => {
  const hall = [...xinshi.services].filter(([, { workflow }]) => workflow === 'counter').map(([id]) => id)
  expect(hall).toHaveLength(33)
  expect([...guides.keys()].sort()).toEqual([...xinshi.services.keys()].sort())
  expect(hall.filter(id => of(id).steps.length === 0 || of(id).ends.length === 0)).toEqual([])
})

test.each(exampleNames)('every limit that %s promises stands in a guide, at its step or for the whole', name => {
  const locality = localities.get(name)!
  for (const guide of guidesOf(locality, 'zh-CN')) {
    const rules = [locality.ground ?? locality, ...locality.layers].find(({ id }) => guide.key.endsWith(`@${id}`))
    const procedure = procedureOf(rules ?? locality.ground ?? locality, guide.id)!
    const states = new Set(guide.steps.map(({ state }) => state))
    const known = [...guide.whole, ...guide.steps.flatMap(({ limits }) => limits)].map(
      ({ within, clock }) => `${within} ${clock}`
    )
    const promised = promisedLimits(procedure).filter(
      ({ state }) => state === null || [...states].some(path => path === state || path.startsWith(`${state}.`))
    )
    expect(promised.length).toBeGreaterThan(0)
    for (const { within, clock } of promised) expect(known, guide.id).toContain(`${within} ${clock}`)
  }
})

test.each(exampleNames)('every state of the workflows of %s is a step or an end of some service', name => {
  const locality = localities.get(name)!
  const all = guidesOf(locality, 'zh-CN')
  for (const [id, workflow] of locality.workflows) {
    const own = all.filter(guide => locality.services.get(guide.id)?.workflow === id)
    if (own.length === 0) continue // a base declares it for its layers
    const graph = graphOf(workflow)
    const states = new Set(own.flatMap(({ steps }) => steps.map(({ state }) => state)))
    expect([id, graph.leaves.filter(leaf => !graph.finals.has(leaf) && !states.has(leaf))]).toEqual([id, []])
    expect(new Set(own.map(({ ends }) => ends.length))).toContain(graph.finals.size)
  }
})

test('an item is examined by the office of its own line, and told of no other', () => {
  const offices = (id: string) =>
    of(id)
      .steps.filter(({ state }) => state.startsWith('office.'))
      .map(({ label }) => label)
  expect([offices('pension-enrol'), offices('party-transfer'), offices('minimum-living')]).toEqual([
    ['社保审核'],
    ['党建办审核'],
    ['民政审核']
  ])
})

test('what is to be filled in says what everyone must answer and what depends on other answers', () => {
  const fields = of('minimum-living').fields.map(({ name, need, asked, kind }) => [name, need, asked, kind])
  expect(fields).toEqual([
    ['people', 'always', 'always', 'integer'],
    ['cause', 'always', 'always', 'choice'],
    ['what', 'sometimes', 'sometimes', 'longtext']
  ])
  expect(of('minimum-living').fields[1]?.options).toContain('大病')
})

test('a step says whose turn it is: those it is offered to, the ladder, a post, the applicant', () => {
  const who = (id: string, state: string) => of(id).steps.find(step => step.state === state)?.who
  expect(who('errand', 'asked')).toEqual([{ offered: [{ label: '网格长' }] }])
  expect(who('errand', 'arranging')).toEqual([{ ladder: ['社区书记', '镇领导'] }])
  expect(who('errand', 'accepted')).toEqual([{ role: 'assignee' }])
  expect(who('pension-enrol', 'office.insurance')).toEqual([{ label: '镇社保窗口' }])
  expect(who('pension-enrol', 'review')).toEqual([{ role: 'applicant' }])
  expect(of('pension-enrol').steps.at(-1)?.reviews).toEqual(['满意', '基本满意', '不满意'])
})

test('limits are added up by clock, without the waits for the applicant; a limit of the whole stands by itself', () => {
  // a minute and half an hour at the window; 20 working days in the back office; 16 working hours with civil affairs
  expect(of('minimum-living').most).toEqual([
    { within: 'PT31M', clock: 'hall' },
    { within: 'P20D', clock: 'workdays' },
    { within: 'PT16H', clock: 'work' }
  ])
  expect(of('caring-visit').whole).toMatchObject([{ within: 'P365D', step: '' }])
})

test('where a layer inside the locality has rules of its own, its area has a guide of its own', () => {
  const chengdu = guidesOf(localities.get('chengdu')!, 'zh-CN')
  const limits = (key: string) =>
    chengdu.find(guide => guide.key === key)?.steps.flatMap(step => step.limits[0]?.within ?? [])
  expect(limits('power-cut')?.slice(0, 2)).toEqual(['PT30M', 'PT2H'])
  expect(limits('power-cut@chengdu-yulin')?.slice(0, 2)).toEqual(['PT10M', 'PT20M'])
  expect(chengdu.filter(({ id }) => id === 'little-curator')).toMatchObject([{ areas: ['玉林北路社区'] }])
  expect(chengdu.filter(({ id }) => id === 'project')).toMatchObject([{ areas: [] }])
})

test('the words are those of the language that is asked for', () => {
  const [guide] = guidesOf(xinshi, 'en').filter(({ id }) => id === 'minimum-living')
  expect(guide).toMatchObject({
    categories: ['Civil affairs', 'Social assistance'],
    legalBasis: 'Interim Measures for Social Assistance',
    level: 'Community'
  })
  expect(JSON.stringify(guide)).not.toMatch(/\p{Script=Han}/u)
})

// Photos in answers: only what the sender uploaded, told by the field where one is missing.
import { expect, test } from 'vitest'
import type { ScenarioFile } from '@gridwright/core'
import { areasOf, runScenario, type MemoryPerson } from '../src/index.ts'
import { deskOf, east, villagers } from './desk.ts'
import { localityOf, village } from './folder.ts'

const photo = (digit: string) => `sha256:${digit.repeat(64)}`
const photos = { type: 'array', title: '照片', items: { type: 'string', format: 'photo' } }
const asked = JSON.parse(village.get('forms/order.json') ?? '') as { properties: object } // the village's own form
const files = new Map([
  ...village,
  ['forms/order.json', JSON.stringify({ ...asked, properties: { ...asked.properties, photos } })],
  ['forms/result.json', JSON.stringify({ type: 'object', properties: { after: { ...photos.items, title: '修好后' } } })]
])
const locality = localityOf(files)
const uploads: Readonly<Record<string, readonly string[]>> = { resident: [photo('1'), photo('2')], zhao: [photo('3')] }
const people = villagers.map((person): MemoryPerson => ({ ...person, files: uploads[person.id] ?? [] }))
const desk = () => deskOf(locality, people)

test.each<[string, readonly string[], object]>([
  ['that the sender uploaded are taken', [photo('1'), photo('2')], { revision: 1 }],
  [
    'of which one is another’s are not',
    [photo('1'), photo('3')],
    { refused: 'file.missing', path: '/answers/photos/1' }
  ],
  ['of which one is nowhere are not', [photo('9')], { refused: 'file.missing', path: '/answers/photos/0' }],
  ['that are none are refused by the form first', ['x'], { refused: 'answers.invalid', path: '/answers/photos/0' }]
])('photos %s', async (_, named, expected) => {
  expect(await desk().submit('resident', { answers: { what: '水管漏水', photos: named } })).toMatchObject(expected)
})

test('a later step takes photos of whoever takes the step', async () => {
  const at = desk()
  await at.submit('resident', { answers: { what: '水管漏水', photos: [photo('1')] } })
  await at.act('wang', 'DISPATCH', { to: ['zhao'] })
  await at.act('zhao', 'TAKE')
  expect(await at.act('zhao', 'DONE', { after: photo('1') })).toEqual({
    refused: 'file.missing',
    path: '/answers/after'
  })
  expect(await at.act('zhao', 'DONE', { after: photo('3') })).not.toHaveProperty('refused')
})

test('a scenario says what its people uploaded', async () => {
  const given: ScenarioFile['given'] = { people: { resident: { files: [photo('1')] } } }
  const submit = { as: 'resident', do: 'submit', service: 'mending', area: east } as const
  const result = await runScenario(
    locality,
    {
      name: '拍照报修',
      now: '2026-03-02T08:00+08:00',
      given,
      steps: [
        { ...submit, case: 'c1', answers: { what: '水管漏水', photos: [photo('1')] } },
        { ...submit, case: 'c2', answers: { what: '水管漏水', photos: [photo('2')] }, refused: 'file.missing' }
      ]
    },
    areasOf(files)
  )
  expect(result.failures).toEqual([])
})

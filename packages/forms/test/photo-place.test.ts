import { expect, test } from 'vitest'
import * as browser from '../src/browser.ts'
import { answerMessage, compileForm, fieldsOf, photosIn, pruneAnswers, type FormSchema } from '../src/index.ts'

const photo = (digit: string) => `sha256:${digit.repeat(64)}`
const report: FormSchema = {
  type: 'object',
  properties: {
    front: { type: 'string', format: 'photo', title: '正面' },
    photos: { type: 'array', title: '照片', items: { type: 'string', format: 'photo' }, uniqueItems: true },
    where: { type: 'object', format: 'place', title: '地点' },
    rows: {
      type: 'array',
      title: '隐患',
      items: { type: 'object', properties: { seen: { type: 'string', format: 'photo', title: '隐患照片' } } }
    },
    note: { type: 'string', title: '备注' }
  },
  required: ['where'],
  if: { required: ['note'] },
  then: { properties: { more: { type: 'string', format: 'photo', title: '补充照片' } } }
}
const here = { longitude: 119.97, latitude: 30.54 }
const messages = (answers: object) =>
  compileForm(report)(answers).map(issue => [issue.path, answerMessage(issue, 'zh-CN')])

test.each<[string, object, readonly (readonly [path: string, message: string])[]]>([
  ['words alone say where it is', { where: { text: '供销社门口' } }, []],
  ['a position alone does as well', { where: here }, []],
  ['both together', { where: { ...here, text: '供销社门口' }, photos: [photo('a')] }, []],
  ['nothing about the place', { where: {} }, [['/where', '请填写“地点”']]],
  ['half a position', { where: { longitude: 119.97 } }, [['/where/latitude', '请填写“latitude”']]],
  ['a position off the globe', { where: { ...here, latitude: 91 } }, [['/where/latitude', '“latitude”不能大于 90']]],
  [
    'a place with more than a place has',
    { where: { ...here, altitude: 8 } },
    [['/where/altitude', '请去掉“altitude”，这里不问']]
  ],
  ['a place as a text', { where: '供销社门口' }, [['/where', '“地点”请填一组内容']]],
  ['a photo by its address', { where: here, front: 'https://example.org/a.jpg' }, [['/front', '“正面”请填照片']]],
  ['one photo twice', { where: here, photos: [photo('a'), photo('a')] }, [['/photos', '“照片”请去掉重复的项']]],
  [
    'ten photos, where the form says no number',
    { where: here, photos: Array.from('0123456789', photo) },
    [['/photos', '“照片”最多 9 项']]
  ]
])('%s', (_, answers, expected) => {
  expect(messages(answers)).toEqual(expected)
  expect(browser.compileForm(report)(answers)).toEqual(compileForm(report)(answers))
})

test('photos and places are kinds of fields, and a place has no fields to draw', () => {
  const kinds = fieldsOf(report, {}).map(({ name, kind, maxItems, fields }) => [name, kind, maxItems, fields?.length])
  expect(kinds.slice(0, 3)).toEqual([
    ['front', 'photo', undefined, undefined],
    ['photos', 'photos', 9, undefined],
    ['where', 'place', undefined, undefined]
  ])
})

test('an empty place is no answer', () => {
  expect(pruneAnswers(report, { where: { text: ' ' }, note: '看' })).toEqual({ note: '看' })
})

test('photos are found wherever the form asks for them, and nowhere else', () => {
  const answers = {
    rows: [{}, { seen: photo('3') }],
    photos: [photo('2'), 7],
    front: photo('1'),
    note: photo('9'),
    unknown: photo('8')
  }
  expect(photosIn(report, answers)).toEqual([
    { path: '/front', file: photo('1') },
    { path: '/photos/0', file: photo('2') },
    { path: '/rows/1/seen', file: photo('3') }
  ])
  expect(photosIn(report, { more: photo('4') })).toEqual([])
  expect(photosIn(report, { note: '看', more: photo('4') })).toEqual([{ path: '/more', file: photo('4') }])
  expect(photosIn(report, null)).toEqual([])
})

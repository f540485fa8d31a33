// Photos over HTTP: kept by their hash, named in answers by whoever uploaded them, seen by whoever may read these answers.
import { createHash } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { filesPerDay } from '../src/store-files.ts'
import { cameraJpeg, plainJpeg, png, webp } from './pictures.ts'
import { serveZiyun, type Serving } from './serving.ts'
import { accepted, actBy, members, submitBy, ziyunFiles } from './ziyun.ts'

const photoField = (title: string, more: object = {}) => ({ type: 'string', format: 'photo', title, ...more })
/** Ziyun, where an order takes photos, a private one among them, and a place; a result a photo. */
function filesWithPhotos(): Map<string, string> {
  const files = ziyunFiles()
  const order = {
    type: 'object',
    title: '点单',
    required: ['what'],
    properties: {
      what: { type: 'string', title: '什么事', maxLength: 500 },
      photos: { type: 'array', title: '照片', items: { type: 'string', format: 'photo' } },
      paper: photoField('证件', { ui: { sensitive: true } }),
      where: { type: 'object', title: '地点', format: 'place' }
    }
  }
  const result = {
    type: 'object',
    title: '结果',
    required: ['done'],
    properties: { done: { type: 'string', title: '怎样办的', maxLength: 500 }, after: photoField('办好后的样子') }
  }
  return files.set('forms/order.json', JSON.stringify(order)).set('forms/result.json', JSON.stringify(result))
}

let server: Serving
beforeAll(async () => void (server = await serveZiyun(false, filesWithPhotos())))
afterAll(() => server.close())

const idOf = (bytes: Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`
let shade = 10
const newPhoto = () => plainJpeg(++shade, 16, 8 + (shade >> 6))

async function ask(person: string, path: string, { headers, ...init }: RequestInit = {}) {
  const sent = new Headers({ 'accept-language': 'zh-CN', ...Object.fromEntries(new Headers(headers)) })
  const token = person === '' ? '' : await server.tokens.sign({ locality: 'ziyun', person }, 1)
  if (token) sent.set('authorization', `Bearer ${token}`)
  return fetch(`${server.url}${path}`, { ...init, headers: sent })
}
const post = (person: string, body: Buffer) =>
  ask(person, '/ziyun/files', { method: 'POST', body: new Uint8Array(body) })
const uploaded = async (person: string, photo = newPhoto()): Promise<string> =>
  (await (await post(person, photo)).json()).id
const statusOf = async (person: string, id: string) => (await ask(person, `/ziyun/files/${id}`)).status
const refusedBy = async (response: Response) => [response.status, (await response.json()).code]

describe('an upload', () => {
  test('is kept by the hash of its bytes, without what the camera noted; a second time it has the same id', async () => {
    const first = await post('resident-001', cameraJpeg(1))
    expect([first.status, await first.json()]).toEqual([201, { id: idOf(plainJpeg(1)) }])
    expect(await uploaded('resident-001', cameraJpeg(1))).toBe(idOf(plainJpeg(1)))
    expect(await uploaded('resident-001', png(4, 4, { tEXt: 'GPS' }))).toBe(idOf(png(4, 4)))
    expect(await uploaded('resident-001', webp('GPS'))).toBe(idOf(webp()))
    const shown = await ask('resident-001', `/ziyun/files/${idOf(plainJpeg(1))}`)
    expect(Buffer.from(await shown.arrayBuffer())).toEqual(plainJpeg(1))
  })

  test.each<[string, string, Buffer, number, string]>([
    ['by a visitor', '', plainJpeg(), 401, 'signin.required'],
    ['by somebody whom the locality does not know', 'nobody', plainJpeg(), 403, 'actor.unknown'],
    ['of a page', 'resident-001', Buffer.from('<!doctype html>'), 415, 'file.unreadable'],
    ['of a JPEG that breaks off', 'resident-001', plainJpeg().subarray(0, 60), 415, 'file.unreadable'],
    ['of too many bytes', 'resident-001', Buffer.alloc(2_000_001), 413, 'file.too-large'],
    ['of too many pixels', 'resident-001', plainJpeg(1, 9000, 9000), 413, 'file.too-large']
  ])('%s is refused', async (_, person, bytes, status, code) => {
    expect(await refusedBy(await post(person, bytes))).toEqual([status, code])
  })

  test('to a locality that is not published is refused', async () => {
    expect(await refusedBy(await ask('resident-001', '/nowhere/files', { method: 'POST' }))).toEqual([
      404,
      'locality.unknown'
    ])
  })

  test('by the one who has uploaded as many as a day allows is refused, one that is there already is not', async () => {
    const known = await uploaded('resident-009')
    for (let i = 1; i < filesPerDay; i++)
      await server.store.files.keep('ziyun', 'resident-009', { type: 'image/jpeg', bytes: newPhoto() }, Date.now())
    const refused = await post('resident-009', newPhoto())
    expect([refused.status, await refused.json()]).toEqual([
      429,
      { code: 'file.too-many', message: `一天最多传 ${filesPerDay} 张照片，请明天再传` }
    ])
    expect(await uploaded('resident-009', plainJpeg(shade - filesPerDay, 16, 8))).not.toBe('')
    expect(await server.store.files.isBy('ziyun', known, 'resident-009')).toBe(true)
  })
})

describe('an answer', () => {
  test('may name photos that its sender uploaded', async () => {
    const ids = [await uploaded('resident-001'), await uploaded('resident-001')]
    const where = { longitude: 106.08, latitude: 25.75, text: '供销社门口' }
    const { case: id } = await accepted(
      server.store,
      submitBy('resident-001', { answers: { what: '井盖松动', photos: ids, where } })
    )
    const { data } = await server.ask('liaison-001', `{ case(id: "${id}") { answers } }`)
    expect(data.case.answers).toEqual({ what: '井盖松动', photos: ids, where })
  })

  test('that names a photo of somebody else, or none at all, is refused', async () => {
    const theirs = await uploaded('resident-002')
    const submit = (photos: readonly string[]) =>
      server.store.run('ziyun', submitBy('resident-001', { answers: { what: '井盖松动', photos } }))
    const mine = await uploaded('resident-001')
    expect(await submit([mine, theirs])).toEqual({ refused: 'file.missing', path: '/answers/photos/1' })
    expect(await submit([idOf(Buffer.from('nothing'))])).toEqual({ refused: 'file.missing', path: '/answers/photos/0' })
  })

  test('on a later step may name a photo too, again only of its sender', async () => {
    const now = Date.now() // the server's clock lets offers expire
    const { case: id } = await accepted(server.store, submitBy('resident-001', { now }))
    await accepted(server.store, actBy('liaison-001', id, 'DISPATCH', { now, answers: { to: members(1) } }))
    await accepted(server.store, actBy('party-member-001', id, 'ACCEPT', { now }))
    const after = await uploaded('party-member-001')
    const done = (after: string) =>
      server.store.run('ziyun', actBy('party-member-001', id, 'DONE', { now, answers: { done: '办好了', after } }))
    expect(await done(await uploaded('resident-001'))).toEqual({ refused: 'file.missing', path: '/answers/after' })
    expect(await done(after)).toMatchObject({ case: id })
    expect(await statusOf('resident-001', after)).toBe(200)
  })
})

describe('a photo', () => {
  test('is shown to those who may read the answer, and to nobody else', async () => {
    const photo = await uploaded('resident-001')
    expect(await statusOf('liaison-001', photo)).toBe(404)
    await accepted(server.store, submitBy('resident-001', { answers: { what: '井盖松动', photos: [photo] } }))
    const seen = ['resident-001', 'liaison-001', 'street-officer-001', 'resident-002', 'party-member-001', 'nobody', '']
    expect(await Promise.all(seen.map(person => statusOf(person, photo)))).toEqual([200, 200, 200, 404, 404, 404, 401])
  })

  test('in an answer for certain eyes is shown to these only', async () => {
    const paper = await uploaded('resident-001')
    await accepted(server.store, submitBy('resident-001', { answers: { what: '办证', paper } }))
    const seen = ['resident-001', 'liaison-001', 'street-officer-001', 'grid-leader-001']
    expect(await Promise.all(seen.map(person => statusOf(person, paper)))).toEqual([200, 200, 404, 404])
  })

  test('is served as what it is, for its reader alone, and not again while it is known', async () => {
    const photo = await uploaded('resident-001')
    const shown = await ask('resident-001', `/ziyun/files/${photo}`)
    expect(Object.fromEntries(shown.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'cache-control': 'private, no-cache',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox"
    })
    const again = await ask('resident-001', `/ziyun/files/${photo}`, {
      headers: { 'if-none-match': shown.headers.get('etag') ?? '' }
    })
    expect(again.status).toBe(304)
    expect((await ask('resident-001', '/ziyun/files')).status).toBe(405)
    expect((await ask('resident-001', '/ziyun/files/%zz')).status).toBe(404)
  })

  test('that no answer named within a day is swept away, one that was named stays', async () => {
    const [named, stray] = [await uploaded('resident-003'), await uploaded('resident-003')]
    await accepted(server.store, submitBy('resident-003', { answers: { what: '井盖松动', photos: [named] } }))
    expect(await server.store.files.sweep('ziyun', Date.now() + 86_000_000)).toBe(0)
    expect(await server.store.files.sweep('ziyun', Date.now() + 86_500_000)).toBeGreaterThan(0)
    expect([await statusOf('resident-003', named), await statusOf('resident-003', stray)]).toEqual([200, 404])
    expect(
      await server.store.run('ziyun', submitBy('resident-003', { answers: { what: '井盖松动', photos: [stray] } }))
    ).toMatchObject({ refused: 'file.missing' })
  })

  test('that was changed or taken away behind the engine’s back is found by the audit', async () => {
    expect(await server.store.verify('ziyun')).toEqual([])
    const photo = await uploaded('resident-004')
    const { case: id } = await accepted(
      server.store,
      submitBy('resident-004', { answers: { what: '井盖松动', photos: [photo] } })
    )
    const owner = new Client(server.database.url)
    await owner.connect()
    await owner.query(`set gridwright.locality = 'ziyun'`)
    const fault = [{ case: id, ordinal: 1, code: 'file.differs' }]
    await owner.query(`update file set bytes = $1 where id = $2`, [plainJpeg(2), photo])
    expect(await server.store.verify('ziyun')).toEqual(fault)
    await owner.query(`delete from file where id = $1`, [photo])
    expect(await server.store.verify('ziyun')).toEqual(fault)
    await owner.end()
  })
})

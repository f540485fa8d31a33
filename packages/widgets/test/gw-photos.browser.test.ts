import type { Answers } from '@gridwright/forms/browser'
import { afterEach, expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { GwForm } from '../src/index.ts'
import { clientFor } from '../src/client.ts'
import {
  appears,
  expectAccessible,
  expectNoOverflow,
  expectTargets,
  expectWords,
  find,
  findA,
  show,
  words
} from './stage.ts'
import { createTown } from './town.ts'

const schema = {
  type: 'object',
  properties: {
    what: { type: 'string', title: '什么事' },
    photos: {
      type: 'array',
      title: '照片',
      items: { type: 'string', format: 'photo' },
      maxItems: 2,
      description: '看得清地方'
    },
    where: { type: 'object', format: 'place', title: '在哪里', ui: { placeholder: '例如：供销社门口' } }
  },
  required: ['what', 'photos', 'where']
}

/** A photo of one colour, `width` by `height` px. */
async function photo(colour: string, width = 3200, height = 1800): Promise<File> {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d')
  if (!context) throw new Error('this browser draws nothing')
  context.fillStyle = colour
  context.fillRect(0, 0, width, height)
  const blob = await new Promise<Blob | null>(resolve => canvas.toBlob(resolve, 'image/png'))
  return new File([blob ?? ''], `${colour}.png`, { type: 'image/png' })
}

async function report(more: { lang?: string; width?: number; elder?: boolean; answers?: Answers } = {}) {
  const town = createTown()
  const { answers = {}, ...setting } = more
  const form = await show('gw-form', { town, as: 'wang', ...setting })
  form.schema = schema as GwForm['schema'] // a form as the server sends it
  form.answers = answers
  form.files = clientFor({ endpoint: '', locality: 'ziyun', lang: 'zh-CN', token: 'wang', fetch: town.fetch })
  await form.updateComplete
  const sent: Answers[] = []
  form.addEventListener('gw-form-submitted', event => sent.push(event.detail.answers))
  return { town, form, sent, photos: await appears(form, 'gw-photos') }
}

const choose = async (photos: HTMLElement, ...files: File[]) =>
  userEvent.upload(findA(photos, 'input[type=file]', HTMLInputElement), files)
const press = async (node: HTMLElement, selector: string) => userEvent.click(await appears(node, selector))

test.for([
  ['zh-CN', 320],
  ['en', 1280]
] as const)('photos and a place are accessible in %s at %i px, empty, filled in and refused', async ([lang, width]) => {
  const { form, photos } = await report({ lang, width })
  await expectAccessible()
  form.submit()
  await expectWords(form, lang === 'en' ? '3 answers need mending' : '有 3 处需要修改')
  await expectAccessible()
  await choose(photos, await photo('teal'), await photo('maroon'))
  await expect.poll(() => form.answers['photos']).toHaveLength(2)
  await choose(photos, await photo('gold')).catch(() => undefined) // no more than two: nothing is left to press
  expectNoOverflow()
  await expectAccessible()
  expect(find(photos, '.add')).toBeNull()
})

test('what is pressed is 60 px high in elder mode', async () => {
  const { form, photos } = await report({ elder: true, width: 320 })
  await choose(photos, await photo('teal'))
  await appears(photos, 'canvas')
  expectTargets(form, 60)
  expectNoOverflow()
})

test('a photo is shrunk, uploaded as JPEG, and answered by its id', async () => {
  const { town, form, sent, photos } = await report()
  await choose(photos, await photo('teal'))
  await expect.poll(() => town.network.photos.size).toBe(1)
  const [[id, blob] = ['', new Blob()]] = town.network.photos
  expect(blob.type).toBe('image/jpeg')
  const { width, height } = await createImageBitmap(blob)
  expect([width, height]).toEqual([1600, 900])
  await userEvent.fill(await appears(form, '[data-pointer="/what"] input'), '井盖松动')
  await userEvent.fill(await appears(form, '[data-pointer="/where"] input'), '供销社门口')
  await press(form, '[part=submit]')
  expect(sent).toEqual([{ what: '井盖松动', photos: [id], where: { text: '供销社门口' } }])
})

test('a form is not sent while a photo is on its way, and says so there', async () => {
  const { town, form, sent, photos } = await report({
    answers: { what: '井盖松动', where: { text: '门口' }, photos: ['sha256:' + '0'.repeat(64)] }
  })
  const go = town.network.hold('files')
  await choose(photos, await photo('teal'))
  await expectWords(photos, '正在上传')
  await press(form, '[part=submit]')
  await expectWords(photos, '照片还没有都传上去')
  await expectAccessible()
  expect(sent).toEqual([])
  go()
  await expect.poll(() => words(photos)).not.toContain('照片还没有都传上去')
  await press(form, '[part=submit]')
  expect(sent).toHaveLength(1)
})

test('without a network a photo waits to be sent again', async () => {
  const { town, form, photos } = await report()
  town.network.offline = true
  await choose(photos, await photo('teal'))
  await expectWords(photos, '没有成功，请重试')
  await expectAccessible()
  town.network.offline = false
  await userEvent.click((await appears(photos, 'li')).querySelectorAll('button')[1]!) // the photo itself comes first
  await expect.poll(() => form.answers['photos']).toHaveLength(1)
})

test('what the server says against a photo stands at the photo', async () => {
  const { town, form, photos } = await report()
  town.network.noUploads = '一天最多传 60 张照片，请明天再传'
  await choose(photos, await photo('teal'))
  await expectWords(photos, '一天最多传 60 张照片')
  expect(form.answers['photos']).toBeUndefined()
})

test('a file that is no picture says so and can be taken away, by keyboard too', async () => {
  const { form, photos } = await report()
  await choose(photos, new File(['no picture'], 'a.jpg', { type: 'image/jpeg' }))
  await expectWords(photos, '读不出来，请换一张')
  const remove = await appears(photos, '[aria-label="删除第 1 项"]')
  remove.focus()
  await userEvent.keyboard('{Enter}')
  await expect.poll(() => find(photos, 'li')).toBeNull()
  expect(photos.shadowRoot?.activeElement?.className).toBe('add')
  expect(form.answers['photos']).toBeUndefined()
})

test('the same photo twice is one, and a removed one is no answer', async () => {
  const { form, photos } = await report()
  await choose(photos, await photo('teal'), await photo('teal'))
  await expect.poll(() => photos.shadowRoot?.querySelectorAll('li').length).toBe(1)
  expect(form.answers['photos']).toHaveLength(1)
  await press(photos, '[aria-label="删除第 1 项"]')
  await expect.poll(() => form.answers['photos']).toBeUndefined()
})

test('a photo uploaded before is shown again from the server, and what is gone says so', async () => {
  const { town, form } = await report()
  town.network.photos.set('sha256:1', await photo('teal', 40, 30))
  form.answers = { photos: ['sha256:1', 'sha256:2'] }
  await appears(form, 'canvas')
  await expectWords(form, '没有成功，请重试')
})

test('a refusal of the server stands at the photos that it is about', async () => {
  const { form, photos } = await report()
  form.refusal = { path: '/answers/photos/0', message: '照片没有传上来' }
  await expectWords(photos, '照片没有传上来')
})

// The browser's own position, as a device and a person give or refuse it.
const locator = Object.getOwnPropertyDescriptor(Navigator.prototype, 'geolocation')
const located = (answer: Partial<Geolocation> | undefined) =>
  Object.defineProperty(navigator, 'geolocation', { value: answer, configurable: true })
afterEach(() => {
  if (locator) Object.defineProperty(navigator, 'geolocation', locator)
})

test('the position of the device is added to the words, and taken away again', async () => {
  const { form } = await report()
  const coords = { longitude: 119.97663312, latitude: 30.54123456, accuracy: 18.2 } as GeolocationCoordinates // the part that is read
  located({ getCurrentPosition: done => done({ coords } as GeolocationPosition) }) // as above
  await userEvent.fill(await appears(form, '[data-pointer="/where"] input'), '供销社门口')
  await press(form, '[data-pointer="/where"] button')
  await expectWords(form, '已附上位置')
  expect(form.answers['where']).toEqual({ text: '供销社门口', longitude: 119.976633, latitude: 30.541235 })
  await expectAccessible()
  await press(form, '[data-pointer="/where"] button')
  expect(form.answers['where']).toEqual({ text: '供销社门口' })
})

test.for<[string, Partial<Geolocation> | undefined]>([
  [
    'a person who does not allow it',
    { getCurrentPosition: (_, failed) => failed?.({ code: 1 } as GeolocationPositionError) }
  ], // the part that a browser always gives
  ['a page without HTTPS', undefined]
])('%s is asked for words instead', async ([, answer]) => {
  const { form } = await report()
  located(answer)
  await press(form, '[data-pointer="/where"] button')
  await expectWords(form, '取不到位置：请在上面写明地点')
  expect(form.answers['where']).toBeUndefined()
})

test('the timeline of a case shows its photos, each larger at a press, and its place', async () => {
  const town = createTown()
  const begun = town.order('wang', { what: '井盖松动' })
  town.network.photos.set('sha256:1', await photo('teal', 1200, 900))
  town.act('li', begun, 'DISPATCH', { to: ['zhao'] })
  const answers = { photos: ['sha256:1'], where: { text: '供销社门口', longitude: 119.976633, latitude: 30.541235 } }
  Object.assign(begun.journal.at(-1) ?? {}, { answers, form: schema })
  const timeline = await show('gw-case-timeline', { town, as: 'wang', width: 320 }, { case: begun.id })
  await expectWords(timeline, '在哪里：供销社门口 · 30.541235, 119.976633')
  const canvas = await appears(timeline, 'canvas')
  const small = canvas.getBoundingClientRect().width
  await expectAccessible()
  await press(timeline, '[aria-label="照片 1"]')
  await expect.poll(() => canvas.getBoundingClientRect().width).toBeGreaterThan(small * 1.5)
  expectNoOverflow()
  expect(find(timeline, 'input[type=file]')).toBeNull()
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cleanImage } from '../src/image.ts'
import { cameraJpeg, plainJpeg, png, secretNotes, webp } from './pictures.ts'

test.each([
  ['a JPEG', cameraJpeg(), 'image/jpeg', plainJpeg()],
  ['a PNG', png(4, 4, { tEXt: secretNotes, eXIf: secretNotes, tIME: '2026-03' }), 'image/png', png(4, 4)],
  ['a WebP', webp(secretNotes), 'image/webp', webp()]
])('%s keeps what draws it, and nothing of where and when it was taken', (_, given, type, kept) => {
  expect(cleanImage(given)).toEqual({ type, bytes: kept })
  expect(cleanImage(kept)).toEqual({ type, bytes: kept })
})

test.each<[string, Buffer]>([
  ['nothing', Buffer.alloc(0)],
  ['a page', Buffer.from('<!doctype html><script>alert(1)</script>')],
  ['a drawing with script', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>')],
  ['a GIF', Buffer.from('GIF89a\x01\0\x01\0')],
  ['a JPEG without a picture', Buffer.from('ffd8ffd9', 'hex')],
  ['a JPEG that breaks off', plainJpeg().subarray(0, -2)],
  ['a JPEG of no width', plainJpeg(1, 0)],
  ['a PNG that breaks off', png(4, 4).subarray(0, -12)],
  ['a PNG with a bit turned over', Buffer.from(png(4, 4).map((byte, i) => (i === 20 ? byte ^ 1 : byte)))],
  ['a PNG that does not begin with its size', Buffer.concat([png(4, 4).subarray(0, 8), png(4, 4).subarray(33)])],
  ['a WebP without a picture', Buffer.from('RIFF\x04\0\0\0WEBP')],
  ['a WebP that is shorter than it says', webp().subarray(0, -3)]
])('%s is unreadable', (_, given) => {
  expect(cleanImage(given)).toBe('unreadable')
})

test('a picture of few bytes and very many pixels is too large', () => {
  expect(cleanImage(plainJpeg(1, 8000, 5001))).toBe('too-large')
  expect(cleanImage(png(50_000, 50_000))).toBe('too-large')
  expect(cleanImage(plainJpeg(1, 8000, 5000))).toMatchObject({ type: 'image/jpeg' })
})

test('whatever bytes come, it ends without a throw, and what is kept is kept the same the next time', () => {
  const sound = fc.constantFrom(cameraJpeg(), png(4, 4, { tEXt: 'x' }), webp(secretNotes))
  const broken = fc
    .tuple(sound, fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { maxLength: 4 }), fc.nat(300))
    .map(([bytes, changes, cut]) => {
      const copy = Buffer.from(bytes)
      for (const [at, value] of changes) if (at < copy.length) copy[at] = value
      return copy.subarray(0, Math.max(copy.length - cut, 3))
    })
  fc.assert(
    fc.property(broken, bytes => {
      const image = cleanImage(bytes)
      if (typeof image !== 'string') expect(cleanImage(image.bytes)).toEqual(image)
    }),
    { numRuns: 2000 }
  )
})

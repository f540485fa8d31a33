// Pictures for tests, made byte by byte: small, sound, and with all that a camera adds to them.
import { crc32, deflateSync } from 'node:zlib'

/** What a camera notes and nobody must find again. */
export const secretNotes = 'GPS 30.5412 N 119.9766 E'

const segment = (marker: number, content: Buffer | string) => {
  const body = Buffer.from(content)
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(body.length + 2, 2)
  return Buffer.concat([head, body])
}
const frame = (width: number, height: number) => {
  const content = Buffer.from('080000000001011100', 'hex')
  content.writeUInt16BE(height, 1)
  content.writeUInt16BE(width, 3)
  return segment(0xc0, content)
}
const start = Buffer.from('ffd8', 'hex')
const end = Buffer.from('ffd9', 'hex')
const jfif = segment(0xe0, Buffer.from('4a46494600010100000100010000', 'hex'))
const profile = segment(0xe2, 'ICC_PROFILE\0colours')
const scan = (shade: number) =>
  Buffer.concat([segment(0xda, Buffer.from('0101003f00', 'hex')), Buffer.from([shade, 0xff, 0, 0xff, 0xd0, 7])])

/** A JPEG as it is kept: only what draws it. `shade` makes pictures that differ. */
export function plainJpeg(shade = 1, width = 16, height = 8): Buffer {
  return Buffer.concat([start, jfif, profile, segment(0xdb, 'table'), frame(width, height), scan(shade), end])
}

/** The same as a camera writes it: with place and time, a thumbnail, a comment, and a second picture behind the end. */
export function cameraJpeg(shade = 1): Buffer {
  return Buffer.concat([
    start,
    jfif,
    segment(0xe1, `Exif\0\0${secretNotes}`),
    segment(0xe0, `JFXX\0${secretNotes}`),
    segment(0xe2, `MPF\0${secretNotes}`),
    profile,
    segment(0xed, secretNotes),
    segment(0xfe, secretNotes),
    Buffer.from([0xff]), // a fill byte
    segment(0xdb, 'table'),
    frame(16, 8),
    scan(shade),
    end,
    Buffer.from(secretNotes)
  ])
}

const chunk = (type: string, content: Buffer | string) => {
  const body = Buffer.concat([Buffer.from(type), Buffer.from(content)])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(body.length - 4, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}

/** A PNG of one colour; `notes` are chunks that do not draw. */
export function png(width: number, height: number, notes: Readonly<Record<string, string>> = {}): Buffer {
  const head = Buffer.from('00000000000000000800000000', 'hex')
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  const rows = width * height > 1_000_000 ? Buffer.alloc(1) : Buffer.alloc((width + 1) * height)
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', head),
    ...Object.entries(notes).map(([type, text]) => chunk(type, text)),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', '')
  ])
}

const riff = (type: string, content: Buffer) => {
  const padded = content.length % 2 === 0 ? content : Buffer.concat([content, Buffer.alloc(1)])
  const head = Buffer.from(`${type}\0\0\0\0`)
  head.writeUInt32LE(content.length, 4)
  return Buffer.concat([head, padded])
}

/** A WebP of one pixel; with notes in its extended form. */
export function webp(notes?: string): Buffer {
  const picture = riff('VP8L', Buffer.from('2f00000010071011118888fe0700', 'hex'))
  const extended = (flags: number) => riff('VP8X', Buffer.from([flags, 0, 0, 0, 0, 0, 0, 0, 0, 0]))
  const chunks =
    notes === undefined
      ? [extended(0), picture]
      : [extended(0x0c), picture, riff('EXIF', Buffer.from(notes)), riff('XMP ', Buffer.from(notes))]
  const body = Buffer.concat([Buffer.from('WEBP'), ...chunks])
  return riff('RIFF', body)
}

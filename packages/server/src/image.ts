/**
 * Photos as they are kept: told by their bytes, not by their name, and copied part by part (ITU-T T.81, PNG third edition, RFC 9649), so that nothing
 * goes along that is not needed to draw them: where and when they were taken, by which device, thumbnails, whatever stands behind the end.
 */
import { crc32 } from 'node:zlib'

/** What a file is kept and served as. */
export type Image = { readonly type: 'image/jpeg' | 'image/png' | 'image/webp'; readonly bytes: Buffer }
type Size = { readonly width: number; readonly height: number }
/** Parts that are kept, and how large the picture is; undefined where the file ends or breaks off before it should. */
type Parts = { readonly kept: readonly Buffer[]; readonly size: Size } | undefined

/** More would take a phone's memory once it is drawn, however few bytes it has. */
export const maxMegapixels = 40

/** The photo without metadata, or why it cannot be kept. A JPEG loses its note of which side is up: who sends one turns it before. */
export function cleanImage(bytes: Buffer): Image | 'unreadable' | 'too-large' {
  const type = typeOf(bytes)
  const parts = type && readers[type](bytes)
  if (!parts) return 'unreadable'
  const pixels = parts.size.width * parts.size.height
  if (pixels === 0) return 'unreadable'
  return pixels > maxMegapixels * 1_000_000 ? 'too-large' : { type, bytes: Buffer.concat(parts.kept) }
}

const pngSignature = Buffer.from('89504e470d0a1a0a', 'hex')
const readers: Readonly<Record<Image['type'], (bytes: Buffer) => Parts>> = {
  'image/jpeg': jpegParts,
  'image/png': pngParts,
  'image/webp': webpParts
}

function typeOf(bytes: Buffer): Image['type'] | undefined {
  if (bytes.length >= 4 && bytes.readUInt16BE(0) === 0xffd8) return 'image/jpeg'
  if (bytes.subarray(0, 8).equals(pngSignature)) return 'image/png'
  const isWebp = bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP'
  return isWebp ? 'image/webp' : undefined
}

/** Segments up to the end of the image; what cameras put behind it (a second image, a film) is left out. */
function jpegParts(bytes: Buffer): Parts {
  const kept = [bytes.subarray(0, 2)]
  let size: Size | undefined
  let scanned = false
  for (let at = 2; bytes[at] === 0xff;) {
    const marker = bytes[at + 1] ?? 0
    if (marker === 0xd9) return size && scanned ? { kept: [...kept, bytes.subarray(at, at + 2)], size } : undefined
    const end = marker === 0xff ? at + 1 : segmentEnd(bytes, at, marker) // 0xff: a fill byte
    if (end === undefined) return undefined
    size = isFrame(marker) ? frameSize(bytes, at) : size
    if (isNeeded(marker, bytes.subarray(at + 4, end))) kept.push(bytes.subarray(at, end))
    const scan = bytes.subarray(end, marker === 0xda ? endOfScan(bytes, end) : end)
    kept.push(scan)
    scanned ||= scan.length > 0
    at = end + scan.length
  }
  return undefined
}

/** Undefined where no segment can begin, or the file ends within it. */
function segmentEnd(bytes: Buffer, at: number, marker: number): number | undefined {
  if (marker < 0xc0 || isStandalone(marker) || at + 4 > bytes.length) return undefined
  const length = bytes.readUInt16BE(at + 2)
  return length < 2 || at + 2 + length > bytes.length ? undefined : at + 2 + length
}

function frameSize(bytes: Buffer, at: number): Size | undefined {
  if (at + 9 > bytes.length) return undefined
  return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) }
}

function isStandalone(marker: number): boolean {
  return marker >= 0xd0 && marker <= 0xd8
}

function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}

/** Of application segments only those that colours depend on; JFIF without its thumbnail. */
function isNeeded(marker: number, content: Buffer): boolean {
  const begins = (name: string) => content.toString('latin1', 0, name.length) === name
  if (marker < 0xe0) return true
  if (marker === 0xe0) return begins('JFIF\0') && content.length === 14
  return (marker === 0xe2 && begins('ICC_PROFILE\0')) || (marker === 0xee && begins('Adobe'))
}

/** Where the next marker stands that is no restart and no stuffed byte. */
function endOfScan(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] ?? 0
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at
  }
  return bytes.length
}

const pngChunks = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'sBIT', 'cICP'])

function pngParts(bytes: Buffer): Parts {
  const kept: Buffer[] = [pngSignature]
  let size: Size | undefined
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 12 + bytes.readUInt32BE(at)
    if (end > bytes.length || crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) return undefined
    const type = bytes.toString('latin1', at + 4, at + 8)
    if (at === 8 && type === 'IHDR' && end === at + 25)
      size = { width: bytes.readUInt32BE(at + 8), height: bytes.readUInt32BE(at + 12) }
    if (pngChunks.has(type)) kept.push(bytes.subarray(at, end))
    if (type === 'IEND') return size && { kept, size }
    at = end
  }
  return undefined
}

const webpChunks = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ICCP'])
/** Bits of VP8X that announce EXIF and XMP, which are left out. */
const webpNotes = 0x0c

/** A still picture; one that moves has its frames in chunks that are left out, and so no picture. */
function webpParts(bytes: Buffer): Parts {
  const kept: Buffer[] = []
  let size: Size | undefined
  const last = bytes.length < 12 ? 0 : 8 + bytes.readUInt32LE(4)
  if (last > bytes.length) return undefined
  for (let at = 12; at + 8 <= last;) {
    const length = bytes.readUInt32LE(at + 4)
    const end = at + 8 + length + (length % 2)
    if (end > last) return undefined
    const type = bytes.toString('latin1', at, at + 4)
    const chunk = Buffer.from(bytes.subarray(at, end))
    if (type === 'VP8X' && length >= 1) chunk.writeUInt8((chunk[8] ?? 0) & ~webpNotes & ~0x02, 8)
    if (type === 'VP8 ' || type === 'VP8L') size = webpSize(type, chunk.subarray(8))
    if (webpChunks.has(type)) kept.push(chunk)
    at = end
  }
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1')
  head.writeUInt32LE(4 + kept.reduce((sum, chunk) => sum + chunk.length, 0), 4)
  return size && { kept: [head, ...kept], size }
}

function webpSize(type: 'VP8 ' | 'VP8L', frame: Buffer): Size | undefined {
  if (type === 'VP8 ') {
    if (frame.length < 10 || frame.readUIntBE(3, 3) !== 0x9d012a) return undefined
    return { width: frame.readUInt16LE(6) & 0x3fff, height: frame.readUInt16LE(8) & 0x3fff }
  }
  if (frame.length < 5 || frame[0] !== 0x2f) return undefined
  const bits = frame.readUInt32LE(1)
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
}

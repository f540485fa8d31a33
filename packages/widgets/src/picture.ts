// Photos drawn on a canvas: no address of a picture is needed, so that a page may forbid them all (`img-src 'none'`), and what a camera noted
// of place and time stays behind.

/** Longest side of what is uploaded and shown, in px. */
const longestSide = 1600

/** The picture, upright, no larger than is needed. Rejects where the browser cannot read it. */
export async function drawn(photo: Blob): Promise<HTMLCanvasElement> {
  const picture = await createImageBitmap(photo)
  const scale = Math.min(1, longestSide / Math.max(picture.width, picture.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.ceil(picture.width * scale)
  canvas.height = Math.ceil(picture.height * scale)
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
  picture.close()
  return canvas
}

/** What is drawn as a JPEG of some hundred kB, or null where the browser makes none. */
export function jpegOf(canvas: HTMLCanvasElement): Promise<Blob | null> {
  return new Promise(resolve => canvas.toBlob(resolve, 'image/jpeg', 0.8))
}

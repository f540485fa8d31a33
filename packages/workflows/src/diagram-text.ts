/** How wide text is without a font at hand, and where it breaks: the wide ones among the fonts that people have are the measure. */

/** A line of a drawing: `x` is its middle, `y` its baseline, `size` the font's, all in pixels. */
export type TextLine = {
  readonly text: string
  readonly x: number
  readonly y: number
  readonly size: number
  readonly bold: boolean
}

/** Text as it was before it is broken into lines. */
export type Passage = { readonly text: string; readonly size: number; readonly bold: boolean }

/** Lines with the width and height that they take together. */
export type TextBlock = { readonly lines: readonly Passage[]; readonly width: number; readonly height: number }

const wide = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u2010-\u303f\uff00-\uffef]/u

/** The width of `text` in pixels: 1 em for a Chinese character or mark, less for others by their class, more in bold. */
export function textWidth({ text, size, bold }: Passage): number {
  let ems = 0
  for (const character of text) ems += charWidth(character)
  return ems * size * (bold ? 1.12 : 1)
}

function charWidth(character: string): number {
  if (wide.test(character)) return 1
  if (/[ ijl.,:;'|![\]]/.test(character)) return 0.34
  if (/[ftr()"/-]/.test(character)) return 0.46
  if (/[mwMW%@]/.test(character)) return 1
  return /[A-Z]/.test(character) ? 0.79 : character < '\u007f' ? 0.64 : 1
}

/** The lines of `passage` that are at most `width` wide. Chinese breaks anywhere but before a closing mark, English between words. */
function broken(passage: Passage, width: number): readonly Passage[] {
  const lines: string[] = []
  let line = ''
  const fits = (text: string) => textWidth({ ...passage, text }) <= width
  for (const piece of pieces(passage.text)) {
    if (fits((line + piece).trimEnd())) {
      line += piece
      continue
    }
    if (line.trim() !== '') lines.push(line.trim())
    line = piece.trimStart()
    while (!fits(line.trimEnd())) {
      const head = fitting(line, fits)
      lines.push(head)
      line = line.slice(head.length)
    }
  }
  if (line.trim() !== '') lines.push(line.trim())
  return lines.map(text => ({ ...passage, text }))
}

/** The most of `text` from its beginning that fits, at least one character. */
function fitting(text: string, fits: (text: string) => boolean): string {
  const characters = Array.from(text)
  let count = 1
  while (count < characters.length && fits(characters.slice(0, count + 1).join(''))) count++
  return characters.slice(0, count).join('')
}

/** What is not broken: a word with the space after it, or a Chinese character with opening marks before and closing marks after it. */
function pieces(text: string): readonly string[] {
  const closing = '，。、；：！？）》」』”’…'
  const opening = '（《「『“‘'
  return (
    text.match(
      new RegExp(
        `[${opening}]*(?:${wide.source}|[^\\s${closing}${opening}\\p{Script=Han}]+|\\s|.)[${closing}]*\\s*`,
        'gu'
      )
    ) ?? []
  )
}

/** The passages one below the other, broken to `width` at most, with the width and height that they take. */
export function stacked(passages: readonly Passage[], width: number): TextBlock {
  const lines = passages.flatMap(passage => broken(passage, width))
  return {
    lines,
    width: Math.ceil(Math.max(0, ...lines.map(textWidth))),
    height: lines.reduce((sum, { size }) => sum + lineHeight(size), 0)
  }
}

/** The lines set from `top` down with their middles at `x`. */
export function setLines(lines: readonly Passage[], x: number, top: number): readonly TextLine[] {
  let bottom = top
  return lines.map(line => {
    bottom += lineHeight(line.size)
    return { ...line, x, y: bottom - Math.round(line.size * 0.4) }
  })
}

function lineHeight(size: number): number {
  return Math.round(size * 1.4)
}

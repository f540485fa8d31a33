/** The words of each part of a diagram, broken into lines, and the room that they take. */
import { startId, type Diagram, type DiagramArrow, type DiagramGroup, type DiagramState } from './diagram.ts'
import type { Size } from './diagram-route.ts'
import { stacked, type Passage, type TextBlock } from './diagram-text.ts'

const stateWidth = 264
const finalWidth = 220
const wordsWidth = 190
const padding = 14
const dot = 22

/** The label of a state in bold, and its lines. */
export function stateBlock({ kind, label, lines }: DiagramState): TextBlock {
  const width = kind === 'final' ? finalWidth : stateWidth
  return stacked([...passages([label], 16, true), ...passages(lines, 13, false)], width)
}

/** The box of a state; a dot for the start. */
export function stateSize(state: DiagramState): Size {
  return state.id === startId ? { width: dot, height: dot } : padded(stateBlock(state), padding)
}

/** What a group says of itself, above its states. */
export function groupBlock({ label, lines }: DiagramGroup): TextBlock {
  return stacked([...passages([label], 15, true), ...passages(lines, 13, false)], 2 * stateWidth)
}

/** The events of an arrow, each in bold with what holds for it. */
export function arrowBlock({ events }: DiagramArrow): TextBlock {
  const told = events.flatMap(({ label, lines }) => [...passages([label], 14, true), ...passages(lines, 12, false)])
  return stacked(told, wordsWidth)
}

/** The title and what holds for the whole case. */
export function headingBlock({ title, lines }: Diagram, width: number): TextBlock {
  return stacked([...passages([title], 20, true), ...passages(lines, 14, false)], width)
}

/** What stands below the drawing. */
export function notesBlock(notes: readonly string[], width: number): TextBlock {
  return stacked(passages(notes, 12, false), width)
}

/** A size with `by` pixels more on each side. */
export function padded({ width, height }: Size, by: number): Size {
  return { width: width + 2 * by, height: height + 2 * by }
}

function passages(texts: readonly string[], size: number, bold: boolean): readonly Passage[] {
  return texts.filter(text => text !== '').map(text => ({ text, size, bold }))
}

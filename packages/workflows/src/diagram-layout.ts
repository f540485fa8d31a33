/** Where everything in a diagram stands: boxes in ranks from the start down (dagre, after Sugiyama's layered drawing), arrows with room for their words. */
import { Graph, layout, type EdgeLabel, type GraphLabel, type NodeLabel } from '@dagrejs/dagre'
import { startId, type Diagram, type DiagramArrow, type DiagramGroup, type DiagramState } from './diagram.ts'
import { arrowBlock, groupBlock, headingBlock, notesBlock, padded, stateBlock, stateSize } from './diagram-block.ts'
import { leaving, waysOf, type Drawing, type Point, type Size } from './diagram-route.ts'
import { setLines, type TextBlock, type TextLine } from './diagram-text.ts'

/** In pixels from the upper left corner of the drawing; `texts` stand inside. */
export type Box = Point & Size & { readonly texts: readonly TextLine[] }
/** An arrow's way from border to border, and the box of its words. */
export type PlacedArrow = DiagramArrow & { readonly points: readonly Point[]; readonly words: Box }

export type PlacedDiagram = Size & {
  readonly heading: Box
  readonly notes: Box
  readonly groups: readonly (DiagramGroup & Box)[]
  readonly states: readonly (DiagramState & Box)[]
  readonly arrows: readonly PlacedArrow[]
}

const margin = 24
const gap = 20
const leastWidth = 560
/** Between an arrow's words and what is beside them, and between the words of a loop and its line. */
const air = 8

/** The edge that an arrow is in the drawing, where that is not simply from its one state to the other; `back` if it is drawn against its direction. */
type Port = { readonly from: string; readonly to: string; readonly back: boolean }
type Ports = ReadonlyMap<DiagramArrow, Port>

/** All places of `diagram`; `legend` is written below it, before its notes. The same diagram always gives the same. */
export function placeDiagram(diagram: Diagram, legend: readonly string[]): PlacedDiagram {
  let chosen = laidOut(diagram, undefined)
  for (const align of alignments) if (!bordersHold(diagram, chosen.drawing)) chosen = laidOut(diagram, align)
  return framed(diagram, chosen, legend)
}

/** For where dagre's own balance of these four draws the border of a group beside its states, which is rare. */
const alignments = ['UL', 'UR', 'DL', 'DR'] as const

type LaidOut = { readonly drawing: Drawing; readonly ports: Ports }

function laidOut(diagram: Diagram, align: (typeof alignments)[number] | undefined): LaidOut {
  const drawing: Drawing = new Graph<GraphLabel, NodeLabel, EdgeLabel>({ compound: true, multigraph: true })
  drawing.setGraph({ rankdir: 'TB', nodesep: 36, edgesep: 28, ranksep: 72, ...(align && { align }) })
  const loops = Map.groupBy(diagram.arrows.filter(isLoop), ({ from }) => from)
  for (const { id } of diagram.groups) drawing.setNode(id, { width: 0, height: 0 })
  for (const state of diagram.states) {
    const { width, height } = stateSize(state)
    const room = loopsSize(loops.get(state.id) ?? [])
    drawing.setNode(state.id, { width, height: Math.max(height, room.height) })
    if (room.height > 0) drawing.setEdge(state.id, state.id, { ...room, labelpos: 'c' }, 'loops')
  }
  for (const { id, group } of [...diagram.groups, ...diagram.states]) if (group !== null) drawing.setParent(id, group)
  const ports = addPorts(drawing, diagram)
  for (const [i, arrow] of diagram.arrows.entries()) {
    const weight = arrow.automatic ? 2 : 6
    const label = { ...padded(arrowBlock(arrow), air), labelpos: 'c' as const, weight }
    const { from, to } = ports.get(arrow) ?? arrow
    if (!isLoop(arrow)) drawing.setEdge(from, to, label, String(i))
  }
  layout(drawing)
  return { drawing, ports }
}

/** Whether each group stands around its own states and no others. */
function bordersHold({ groups, states }: Diagram, drawing: Drawing): boolean {
  return groups.every(group => {
    const around = boxAt(origin, drawing.node(group.id))
    const [right, bottom] = [around.x + around.width, around.y + around.height]
    return states.every(({ id }) => {
      const { x, y, width, height } = boxAt(origin, drawing.node(id))
      if (!id.startsWith(`${group.id}.`))
        return x >= right || y >= bottom || x + width <= around.x || y + height <= around.y
      return x >= around.x && y >= around.y && x + width <= right && y + height <= bottom
    })
  })
}

const origin: Point = { x: 0, y: 0 }

function isLoop({ from, to }: DiagramArrow): boolean {
  return from === to
}

/** The room beside a state for the arrows that lead back to it, one below the other. */
function loopsSize(loops: readonly DiagramArrow[]): Size {
  const sizes = loops.map(loop => padded(arrowBlock(loop), air))
  return {
    width: Math.max(0, ...sizes.map(({ width }) => width)),
    height: sizes.reduce((sum, { height }) => sum + height + air, 0)
  }
}

/**
 * Arrows of a group cannot begin at it in this layout, so they begin at a point inside, at its foot or, where they lead back, at its head, and
 * are cut at its border. The head is a box as large as the group's own words, above all its states.
 */
function addPorts(drawing: Drawing, diagram: Diagram): Ports {
  const ports = new Map<DiagramArrow, Port>()
  const depth = depths(diagram)
  for (const group of diagram.groups) {
    const inside = diagram.states.filter(({ id }) => id.startsWith(`${group.id}.`)).map(({ id }) => id)
    const deepest = Math.max(...inside.map(id => depth.get(id) ?? 0))
    const port = (place: 'head' | 'foot', size: Size) => {
      const id = `${group.id}*${place}`
      if (drawing.hasNode(id)) return id
      drawing.setNode(id, { ...size })
      drawing.setParent(id, group.id)
      for (const leaf of inside) {
        const [above, below] = place === 'head' ? [id, leaf] : [leaf, id]
        drawing.setEdge(above, below, { width: 0, height: 0, weight: 1 }, place)
      }
      return id
    }
    const head = groupBlock(group)
    if (head.lines.length > 0) drawing.setEdge(startId, port('head', head), { width: 0, height: 0, weight: 1 }, 'head')
    for (const arrow of diagram.arrows.filter(({ from }) => from === group.id)) {
      const back = (depth.get(arrow.to) ?? 0) < deepest
      const inner = port(back ? 'head' : 'foot', { width: 1, height: 1 })
      ports.set(arrow, back ? { from: arrow.to, to: inner, back } : { from: inner, to: arrow.to, back })
    }
  }
  return ports
}

/** How many steps each state is from the start, at the least. */
function depths({ arrows, states }: Diagram): ReadonlyMap<string, number> {
  const depth = new Map([[startId, 0]])
  for (const [at, steps] of depth) {
    const on = arrows.filter(({ from }) => from === at || at.startsWith(`${from}.`))
    for (const { to } of on) if (!depth.has(to)) depth.set(to, steps + 1)
  }
  for (const { id } of states) if (!depth.has(id)) depth.set(id, 0)
  return depth
}

/** The laid out drawing with its heading above and its notes below. */
function framed(diagram: Diagram, { drawing, ports }: LaidOut, legend: readonly string[]): PlacedDiagram {
  const { width: wide = 0, height: high = 0 } = drawing.graph()
  const inner = Math.ceil(Math.max(wide, leastWidth))
  const heading = headingBlock(diagram, inner)
  const notes = notesBlock([...legend, ...diagram.notes], inner)
  const moved = { x: margin + (inner - wide) / 2, y: margin + heading.height + gap }
  const place = (id: string) => boxAt(moved, drawing.node(id))
  const groups = diagram.groups.map(group => {
    const box = place(group.id)
    const head = `${group.id}*head`
    const texts = drawing.hasNode(head) ? filled(place(head), groupBlock(group)).texts : []
    return { ...group, ...box, texts }
  })
  const states = diagram.states.map(state => ({ ...state, ...filled(place(state.id), stateBlock(state)) }))
  const straight = diagram.arrows.flatMap((arrow, i) => {
    const edge = ports.get(arrow) ?? { from: arrow.from, to: arrow.to, back: false }
    return isLoop(arrow) ? [] : [{ arrow, ...edge, name: String(i) }]
  })
  const ways = waysOf(drawing, straight)
  const arrows = straight.map(({ arrow, from, to, back, name }, i) => {
    const drawn = (ways[i] ?? []).map(({ x, y }) => ({ x: round(x + moved.x), y: round(y + moved.y) }))
    const way = back ? drawn.toReversed() : drawn
    const around = groups.find(({ id }) => id === arrow.from)
    const { x = 0, y = 0 } = drawing.edge(from, to, name)
    const words = filled(boxAt(moved, { x, y, ...padded(arrowBlock(arrow), air / 2) }), arrowBlock(arrow))
    return { ...arrow, points: around === undefined ? way : leaving(way, around), words }
  })
  const below = round(moved.y + high + gap)
  return {
    width: inner + 2 * margin,
    height: Math.ceil(below + notes.height + margin),
    heading: filled({ x: margin, y: margin, width: inner, height: heading.height }, heading),
    notes: filled({ x: margin, y: below, width: inner, height: notes.height }, notes),
    groups,
    states,
    arrows: [...arrows, ...states.flatMap(state => placedLoops(diagram, state))]
  }
}

/** The arrows that lead from `state` back to it: each around its words, on the right of the box, one below the other. */
function placedLoops(diagram: Diagram, state: DiagramState & Box): readonly PlacedArrow[] {
  const loops = diagram.arrows.filter(arrow => isLoop(arrow) && arrow.from === state.id)
  const border = state.x + state.width
  let top = round(state.y + (state.height - loopsSize(loops).height) / 2 + air / 2)
  return loops.map(loop => {
    const block = arrowBlock(loop)
    const words = filled({ x: border + air, y: top + air / 2, ...padded(block, air / 2) }, block)
    const [upper, lower] = [top, words.y + words.height + air / 2]
    const right = words.x + words.width + air / 2
    top = lower + air
    const points = [
      { x: border, y: upper },
      { x: right, y: upper },
      { x: right, y: lower },
      { x: border, y: lower }
    ]
    return { ...loop, points, words }
  })
}

/** The box around the middle that the layout gives, moved to its place in the whole. */
function boxAt(moved: Point, { x = 0, y = 0, width = 0, height = 0 }: Partial<Point & Size>): Point & Size {
  return {
    x: round(moved.x + x - width / 2),
    y: round(moved.y + y - height / 2),
    width: round(width),
    height: round(height)
  }
}

/** The box with the block's lines in its middle. */
function filled(box: Point & Size, { lines, height }: TextBlock): Box {
  return { ...box, texts: setLines(lines, round(box.x + box.width / 2), round(box.y + (box.height - height) / 2)) }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

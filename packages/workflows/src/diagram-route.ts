/**
 * The ways of a diagram's arrows. What stands in one rank takes one band of the drawing's height; an arrow crosses a band straight down or up and moves
 * aside only between bands, where nothing stands, so it never runs through a box or through the words of another.
 */
import type { EdgeLabel, Graph, GraphLabel, NodeLabel } from '@dagrejs/dagre'

export type Point = { readonly x: number; readonly y: number }
export type Size = { readonly width: number; readonly height: number }
export type Drawing = Graph<GraphLabel, NodeLabel, EdgeLabel>
/** An edge of the drawing, by the ids of its nodes and its own name. */
export type EdgeId = { readonly from: string; readonly to: string; readonly name: string }

/** The way of each of `edges` (none of them a loop) in a laid out drawing, from the border of its first node to that of its last, in their order. */
export function waysOf(drawing: Drawing, edges: readonly EdgeId[]): readonly (readonly Point[])[] {
  const bands = bandsOf(drawing)
  const routes = edges.map(({ from, to, name }) => {
    const points: readonly Point[] = drawing.edge(from, to, name).points ?? []
    return { from: boxOf(drawing, from), to: boxOf(drawing, to), bends: points.slice(1, -1) }
  })
  const docks = routes.flatMap((route, i) => [
    { ...dock(route.from, route.bends[0] ?? route.to), key: `${i} from`, id: edges[i]?.from ?? '' },
    { ...dock(route.to, route.bends.at(-1) ?? route.from), key: `${i} to`, id: edges[i]?.to ?? '' }
  ])
  const places = spread(docks)
  return routes.map(({ from, to, bends }, i) => {
    const begin = places.get(`${i} from`) ?? from
    const end = places.get(`${i} to`) ?? to
    const down = end.y > begin.y
    const away = { x: begin.x, y: edgeOf(bands, from.y, down) }
    const arriving = { x: end.x, y: edgeOf(bands, to.y, !down) }
    const through = bends.flatMap(({ x, y }) => [
      { x, y: edgeOf(bands, y, !down) },
      { x, y: edgeOf(bands, y, down) }
    ])
    return straightened([begin, away, ...through, arriving, end])
  })
}

type Node = Point & Size
type Dock = {
  readonly key: string
  readonly id: string
  readonly node: Node
  readonly below: boolean
  readonly towards: number
}

function boxOf(drawing: Drawing, id: string): Node {
  const { x = 0, y = 0, width = 0, height = 0 } = drawing.node(id)
  return { x, y, width, height }
}

/** The side of `node` that faces `next`, and where it lies. */
function dock(node: Node, next: Point): Pick<Dock, 'node' | 'below' | 'towards'> {
  return { node, below: next.y > node.y, towards: next.x }
}

/** Where arrows touch their boxes: side by side, in the order of where they lead. */
function spread(docks: readonly Dock[]): ReadonlyMap<string, Point> {
  const sides = Map.groupBy(docks, ({ id, below }) => `${below} ${id}`)
  const places = [...sides.values()].flatMap(side =>
    side
      .toSorted((a, b) => a.towards - b.towards)
      .map(({ key, node, below }, i) => {
        const x = node.x - node.width / 2 + (node.width * (i + 1)) / (side.length + 1)
        return [key, { x, y: node.y + (below ? 1 : -1) * (node.height / 2) }] as const
      })
  )
  return new Map(places)
}

/** Half the height of each rank by its middle. */
function bandsOf(drawing: Drawing): ReadonlyMap<number, number> {
  const bands = new Map<number, number>()
  const widen = ({ y, height }: { y?: number; height?: number }) => {
    if (y !== undefined && height !== undefined)
      bands.set(Math.round(y), Math.max(bands.get(Math.round(y)) ?? 0, height / 2))
  }
  for (const id of drawing.nodes()) if (drawing.children(id).length === 0) widen(drawing.node(id))
  for (const edge of drawing.edges()) if ((drawing.edge(edge).width ?? 0) > 0) widen(drawing.edge(edge))
  return bands
}

/** The lower or upper edge of the band whose middle is `y`. */
function edgeOf(bands: ReadonlyMap<number, number>, y: number, lower: boolean): number {
  return y + (lower ? 1 : -1) * (bands.get(Math.round(y)) ?? 0)
}

/** The way without points that lie on the straight line between their neighbours, or on them. */
function straightened(points: readonly Point[]): readonly Point[] {
  const way: Point[] = []
  for (const point of points) {
    const [before, last] = way.slice(-2)
    if (last !== undefined && before !== undefined && before.x === last.x && last.x === point.x) way.pop()
    if (way.at(-1)?.x !== point.x || way.at(-1)?.y !== point.y) way.push(point)
  }
  return way
}

/** The part of `way` after it has left `box` for good, from the border on. */
export function leaving(way: readonly Point[], box: Point & Size): readonly Point[] {
  const within = ({ x, y }: Point) => x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height
  const last = way.findLastIndex(within)
  const from = way[last]
  const to = way[last + 1]
  if (from === undefined || to === undefined) return way
  const share = (start: number, step: number, low: number, high: number) =>
    step > 0 ? (high - start) / step : step < 0 ? (low - start) / step : Infinity
  const across = share(from.x, to.x - from.x, box.x, box.x + box.width)
  const t = Math.min(across, share(from.y, to.y - from.y, box.y, box.y + box.height), 1)
  return [{ x: from.x + t * (to.x - from.x), y: from.y + t * (to.y - from.y) }, ...way.slice(last + 1)]
}

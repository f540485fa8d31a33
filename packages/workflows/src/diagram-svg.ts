/** A workflow's diagram as an SVG that needs nothing else: no script, no font or style from elsewhere; light and dark as its reader has it. */
import type { Diagram, DiagramState } from './diagram.ts'
import { placeDiagram, type Box, type PlacedArrow } from './diagram-layout.ts'
import type { Point } from './diagram-route.ts'

const style = `svg{--page:#faf6f0;--box:#fff;--ink:#29231e;--soft:#665c53;--line:#8a7f74;--turn:#a02c1c;--ask:#28557a;--end:#e9e2d8;--late:#a02c1c;background:var(--page)}
@media (prefers-color-scheme:dark){svg{--page:#161412;--box:#24201c;--ink:#f1ebe4;--soft:#b9aea3;--line:#8a7f74;--turn:#e58a76;--ask:#8fbde3;--end:#38322c;--late:#e58a76}}
text{font-family:system-ui,-apple-system,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;fill:var(--soft);text-anchor:middle}
.bold{font-weight:600;fill:var(--ink)}
.page,.words{fill:var(--page)}
.group{fill:none;stroke:var(--line);stroke-width:1.2;stroke-dasharray:2 4}
.state,.applicant,.anywhere{fill:var(--box);stroke:var(--turn);stroke-width:1.6}
.applicant{stroke:var(--ask)}
.anywhere{stroke:var(--line);stroke-dasharray:6 4}
.final{fill:var(--end);stroke:var(--ink);stroke-width:3}
.start{fill:var(--ink)}
.arrow{fill:none;stroke:var(--line);stroke-width:1.6}
.automatic{stroke:var(--late);stroke-dasharray:6 4}
.tip{fill:var(--line)}
.late{fill:var(--late)}`

/** The SVG document of `diagram`. The same diagram always gives the same bytes. */
export function diagramSvg(diagram: Diagram): string {
  const english = diagram.language.toLowerCase().startsWith('en')
  const legend = english
    ? [
        'Solid arrows: what people do. Dashed arrows: what happens by itself when a limit has passed.',
        'Blue boxes wait for the applicant, grey ones are ends.'
      ]
    : ['实线：有人来办。虚线：到期后系统自动走。', '蓝框等申请人，灰框是结局。']
  const placed = placeDiagram(diagram, legend)
  const { width, height, heading, notes } = placed
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title" aria-describedby="desc" lang="${escaped(diagram.language)}">`,
    `<title id="title">${escaped(diagram.title)}</title>`,
    `<desc id="desc">${escaped(spoken(diagram, english))}</desc>`,
    `<style>${style}</style>`,
    `<defs>${tip('tip')}${tip('late')}</defs>`,
    `<rect class="page" width="${width}" height="${height}"/>`,
    ...placed.groups.map(group => `<g>${rect('group', group, 14)}${written(group)}</g>`),
    ...placed.arrows.map(arrowPath),
    ...placed.states.map(stateShape),
    ...placed.arrows
      .filter(({ words }) => words.texts.length > 0)
      .map(({ words }) => `<g>${rect('words', words, 4)}${written(words)}</g>`),
    `<g>${written(heading)}</g>`,
    `<g>${written(notes)}</g>`,
    '</svg>'
  ]
  return `${parts.join('\n')}\n`
}

/** All that the drawing shows, as sentences: a picture is read out by its description. */
function spoken(diagram: Diagram, english: boolean): string {
  const names = new Map([...diagram.groups, ...diagram.states].map(({ id, label }) => [id, label]))
  const stop = english ? '. ' : '。'
  const name = (id: string) =>
    names.get(id) || (diagram.groups.some(group => group.id === id) ? insideOf(diagram, id) : '')
  const states = diagram.states
    .filter(({ label }) => label !== '')
    .map(({ label, lines }) => [label, ...lines].join(english ? '; ' : '；'))
  const arrows = diagram.arrows.map(({ from, to, events }) => {
    const what = events
      .map(({ label, lines }) => [label, ...lines].join(english ? ', ' : '，'))
      .join(english ? '; ' : '；')
    return `${name(from)}${name(from) && ' '}→ ${name(to)}${english ? ': ' : '：'}${what}`
  })
  return [...diagram.lines, ...states, ...arrows, ...diagram.notes].join(stop)
}

/** The states of a group without a name of its own. */
function insideOf(diagram: Diagram, group: string): string {
  return diagram.states
    .filter(state => state.id.startsWith(`${group}.`))
    .map(({ label }) => label)
    .join(' / ')
}

function stateShape(state: DiagramState & Box): string {
  if (state.kind === 'start')
    return `<circle class="start" cx="${state.x + state.width / 2}" cy="${state.y + state.height / 2}" r="${state.width / 2}"/>`
  return `<g>${rect(state.kind, state, state.kind === 'final' ? 20 : 8)}${written(state)}</g>`
}

function arrowPath({ points, automatic }: PlacedArrow): string {
  const look = automatic ? 'arrow automatic' : 'arrow'
  return `<path class="${look}" d="${rounded(points)}" marker-end="url(#${automatic ? 'late' : 'tip'})"/>`
}

const radius = 14

/** The path along `points` with its corners rounded. */
function rounded(points: readonly Point[]): string {
  const [first, ...rest] = points
  if (first === undefined) return ''
  const turns = rest.slice(0, -1).map((corner, i) => {
    const before = points[i] ?? first
    const after = rest[i + 1] ?? corner
    return `L${at(towards(corner, before))} Q${at(corner)} ${at(towards(corner, after))}`
  })
  return [`M${at(first)}`, ...turns, `L${at(rest.at(-1) ?? first)}`].join(' ')
}

/** The point on the way from `corner` to `other` where the rounding ends. */
function towards(corner: Point, other: Point): Point {
  const length = Math.hypot(other.x - corner.x, other.y - corner.y)
  const share = length === 0 ? 0 : Math.min(radius / length, 0.5)
  return { x: corner.x + share * (other.x - corner.x), y: corner.y + share * (other.y - corner.y) }
}

function at({ x, y }: Point): string {
  return `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`
}

function tip(id: string): string {
  return `<marker id="${id}" viewBox="0 0 10 10" refX="9.5" refY="5" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path class="${id}" d="M0 0 10 5 0 10z"/></marker>`
}

function rect(look: string, { x, y, width, height }: Box, corner: number): string {
  return `<rect class="${look}" x="${x}" y="${y}" width="${width}" height="${height}" rx="${corner}"/>`
}

function written({ texts }: Box): string {
  return texts
    .map(
      ({ text, x, y, size, bold }) =>
        `<text${bold ? ' class="bold"' : ''} x="${x}" y="${y}" font-size="${size}">${escaped(text)}</text>`
    )
    .join('')
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, character => `&#${character.charCodeAt(0)};`)
}

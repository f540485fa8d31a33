/** A workflow's diagram as Mermaid text, for whatever shows Mermaid: a README, a wiki, a merge request (mermaid.js.org, flowchart). */
import type { Diagram, DiagramArrow, DiagramGroup, DiagramState } from './diagram.ts'

/** The flowchart of `diagram`, a line each for states and arrows; names may hold quotes, brackets, colons and any script. */
export function diagramMermaid(diagram: Diagram): string {
  const names = new Map([...diagram.groups, ...diagram.states].map(({ id }, i) => [id, `n${i}`]))
  const name = (id: string) => names.get(id) ?? id
  const heading = [diagram.title, ...diagram.lines].map(line => line.replace(/\s+/g, ' ')).join(' · ')
  const lines = [
    '---',
    `title: ${JSON.stringify(heading)}`,
    '---',
    'flowchart TD',
    ...inside(diagram, null, name).map(line => `  ${line}`),
    ...diagram.arrows.map(arrow => `  ${arrowLine(arrow, name)}`),
    '  classDef final stroke-width:3px',
    ...diagram.states.flatMap(({ id, kind }) => (kind === 'final' ? [`  class ${name(id)} final`] : []))
  ]
  return `${lines.join('\n')}\n`
}

type Name = (id: string) => string

/** The states and groups in `group` (null: those in none), groups around their own. */
function inside(diagram: Diagram, group: string | null, name: Name): readonly string[] {
  const groups = diagram.groups.filter(each => each.group === group).flatMap(each => groupLines(diagram, each, name))
  return [...groups, ...diagram.states.filter(each => each.group === group).map(state => stateLine(state, name))]
}

function groupLines(diagram: Diagram, group: DiagramGroup, name: Name): readonly string[] {
  const inner = inside(diagram, group.id, name).map(line => `  ${line}`)
  return [`subgraph ${name(group.id)}[${quoted([group.label, ...group.lines])}]`, ...inner, 'end']
}

function stateLine({ id, kind, label, lines }: DiagramState, name: Name): string {
  if (kind === 'start') return `${name(id)}((${quoted([''])}))`
  const words = quoted([label, ...lines])
  return kind === 'state' || kind === 'applicant' ? `${name(id)}[${words}]` : `${name(id)}([${words}])`
}

function arrowLine({ from, to, automatic, events }: DiagramArrow, name: Name): string {
  const words = quoted(events.flatMap(({ label, lines }) => [label, ...lines]))
  return `${name(from)} ${automatic ? '-.->' : '-->'}|${words}| ${name(to)}`
}

/** Lines as one quoted Mermaid string: what could end it or be read as markup stands as an entity. An empty one is a space. */
function quoted(lines: readonly string[]): string {
  const kept = lines.filter(line => line !== '')
  return kept.length === 0 ? '" "' : `"${kept.map(line => line.replace(/["#&<>`\\|]|\s+/g, entity)).join('<br>')}"`
}

function entity(found: string): string {
  return found.trim() === '' ? ' ' : `#${found.charCodeAt(0)};`
}

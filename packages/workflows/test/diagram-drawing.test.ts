// Drawn diagrams: nothing lies on anything else, no arrow runs through a box, no text is cut, in a real browser as well as by our own estimate.
import fc from 'fast-check'
import { chromium, type Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromium as chromiumHere } from '../../../scripts/chromium.ts'
import { diagramOf, diagramSvg, type Diagram } from '../src/index.ts'
import { placeDiagram, type Box, type PlacedDiagram } from '../src/diagram-layout.ts'
import type { Point } from '../src/diagram-route.ts'
import { textWidth } from '../src/diagram-text.ts'
import { exampleNames, filesOf, localityOf } from './folder.ts'

const drawn = exampleNames.map(name => {
  const locality = localityOf(filesOf(`examples/${name}`))
  const diagrams = [...locality.workflows.keys()].flatMap(id =>
    ['zh-CN', 'en'].map(language => diagramOf(locality, id, { language })!)
  )
  return { name, diagrams }
})

type Rect = Pick<Box, 'x' | 'y' | 'width' | 'height'>
const overlap = (a: Rect, b: Rect) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
const holds = (outer: Rect, inner: Rect) =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height

/** Whether the straight way from `a` to `b` runs through the inside of `box`, a pixel within its border. */
function runsThrough(a: Point, b: Point, box: Rect): boolean {
  let [enter, leave] = [0, 1]
  for (const [from, step, low, high] of [
    [a.x, b.x - a.x, box.x + 1, box.x + box.width - 1],
    [a.y, b.y - a.y, box.y + 1, box.y + box.height - 1]
  ] as const) {
    if (step === 0 && (from <= low || from >= high)) return false
    if (step === 0) continue
    const [near, far] = [(low - from) / step, (high - from) / step].sort((p, q) => p - q) as [number, number] // two numbers
    enter = Math.max(enter, near)
    leave = Math.min(leave, far)
  }
  return enter < leave
}

/** All that is wrong with a drawing, in words. */
function faults(diagram: Diagram): readonly string[] {
  const placed = placeDiagram(diagram, ['legend'])
  return [...cutTexts(placed), ...overlaps(diagram, placed), ...crossings(placed)]
}

function cutTexts({ states, groups, arrows, heading, notes, ...whole }: PlacedDiagram): readonly string[] {
  const boxes: readonly Box[] = [...states, ...groups, ...arrows.map(({ words }) => words), heading, notes]
  const page = { x: 0, y: 0, ...whole }
  return boxes.flatMap(box => [
    ...(holds(page, box) ? [] : [`off the page: ${JSON.stringify(box)}`]),
    ...box.texts.flatMap(line => {
      const width = textWidth(line)
      const room = { x: line.x - width / 2, y: line.y - 0.8 * line.size, width, height: line.size }
      return holds({ ...box, x: box.x - 0.1, width: box.width + 0.2 }, room) ? [] : [`cut: ${line.text}`]
    })
  ])
}

function overlaps(diagram: Diagram, { states, groups, arrows, heading, notes }: PlacedDiagram): readonly string[] {
  const solid = [
    ...states.map(box => ({ name: box.id, box })),
    ...arrows.map(({ from, to, words }) => ({ name: `words ${from} → ${to}`, box: words })),
    ...[heading, notes].map((box, i) => ({ name: i === 0 ? 'heading' : 'notes', box }))
  ]
  const pairs = solid.flatMap((a, i) => solid.slice(i + 1).map(b => [a, b] as const))
  const within = (id: string, group: string): boolean =>
    [...diagram.states, ...diagram.groups].some(
      each => each.id === id && each.group !== null && (each.group === group || within(each.group, group))
    )
  return [
    ...pairs.flatMap(([a, b]) => (overlap(a.box, b.box) ? [`${a.name} on ${b.name}`] : [])),
    ...groups.flatMap(group =>
      [...states, ...groups].flatMap(box => {
        if (box.id === group.id || within(group.id, box.id)) return []
        const right = within(box.id, group.id) ? holds(group, box) : !overlap(group, box)
        return right ? [] : [`${box.id} and the border of ${group.id}`]
      })
    ),
    ...groups.flatMap(({ id, texts }) =>
      texts.flatMap(line => {
        const room = {
          x: line.x - textWidth(line) / 2,
          y: line.y - line.size,
          width: textWidth(line),
          height: line.size
        }
        return solid.flatMap(({ name, box }) => (overlap(room, box) ? [`${name} on the label of ${id}`] : []))
      })
    )
  ]
}

function crossings({ states, arrows }: PlacedDiagram): readonly string[] {
  return arrows.flatMap(arrow => {
    const others = arrows.filter(other => other !== arrow)
    const boxes = [
      ...states.map(box => ({ name: box.id, box })),
      ...others.map(({ from, to, words }) => ({ name: `words ${from} → ${to}`, box: words }))
    ]
    return arrow.points
      .slice(1)
      .flatMap((point, i) =>
        boxes.flatMap(({ name, box }) =>
          runsThrough(arrow.points[i]!, point, box) ? [`${arrow.from} → ${arrow.to} through ${name}`] : []
        )
      )
  })
}

const texts = [
  '办结',
  '待接单：“急”',
  '逾期无人接单，退回并上报到街道',
  'Accept',
  'Not accepted in time, returned and raised',
  'Donaudampfschifffahrtsgesellschaftskapitän',
  '<b>"&amp;',
  'ｆｕｌｌ　ｗｉｄｔｈ',
  'WWWWWWWWWW mmmmm'
]
const text = fc.constantFrom(...texts)
const lines = fc.array(text, { maxLength: 3 })

/** Diagrams of any states that can be reached, within each other or not, with any arrows between them that a workflow may have. */
const anyDiagram: fc.Arbitrary<Diagram> = fc
  .record({
    title: text,
    lines,
    groups: fc.array(fc.record({ label: fc.oneof(fc.constant(''), text), lines }), { maxLength: 2 }),
    states: fc.array(fc.record({ label: text, lines, place: fc.nat(3), after: fc.nat(8) }), {
      minLength: 1,
      maxLength: 9
    }),
    arrows: fc.array(fc.record({ from: fc.nat(11), to: fc.nat(8), automatic: fc.boolean(), label: text, lines }), {
      maxLength: 16
    })
  })
  .map(({ title, lines: whole, groups, states, arrows }) => {
    const groupOf = (place: number) => (place < groups.length ? `g${place}` : null)
    const named = states.map(({ label, lines: own, place }, i) => {
      const group = groupOf(place)
      return { id: group === null ? `s${i}` : `${group}.s${i}`, kind: 'state' as const, group, label, lines: own }
    })
    const used = groups
      .map((group, i) => ({ id: `g${i}`, group: null, ...group }))
      .filter(({ id }) => named.some(({ group }) => group === id))
    const sources = [...named, ...used]
    const all = arrows.map(({ from, to, automatic, label, lines: own }) => {
      const target = named[to % named.length]!
      const source = sources[from % sources.length]!
      const start = target.group === source.id ? target : source // an arrow of a group never leads into it
      return { from: start.id, to: target.id, automatic, events: [{ label, lines: own }] }
    })
    const one = new Map(all.map(arrow => [`${arrow.from} ${arrow.to} ${arrow.automatic}`, arrow]))
    const reaching = named.slice(1).map(({ id }, i) => {
      const before = named[(states[i + 1]?.after ?? 0) % (i + 1)]!
      return { from: before.id, to: id, automatic: false, events: [{ label: '到', lines: [] }] }
    })
    for (const arrow of reaching) one.set(`${arrow.from} ${arrow.to} ${arrow.automatic}`, arrow)
    const begin = { from: '*start', to: named[0]!.id, automatic: false, events: [{ label: '提交', lines: [] }] }
    return {
      id: 'any',
      language: 'zh-CN',
      title,
      lines: whole,
      notes: [],
      groups: used,
      states: [{ id: '*start', kind: 'start', group: null, label: '', lines: [] }, ...named],
      arrows: [begin, ...one.values()]
    }
  })

test('in the drawing of any diagram nothing lies on anything else and no text is cut', () => {
  fc.assert(
    fc.property(anyDiagram, diagram => {
      expect(faults(diagram)).toEqual([])
    }),
    { numRuns: 100 }
  )
})

describe.each(drawn)('examples/$name', ({ diagrams }) => {
  test.each(diagrams)(
    'the drawing of $id in $language has nothing on anything else, no arrow through a box and no text cut',
    diagram => {
      expect(faults(diagram)).toEqual([])
    }
  )
})

describe('drawn in a browser', () => {
  const kept = { browser: undefined as Browser | undefined }
  beforeAll(async () => {
    kept.browser = await chromium.launch(await chromiumHere())
  })
  afterAll(() => kept.browser?.close())

  test.each(drawn)(
    'the diagrams of examples/$name are sound XML with a name and a description, and no text is wider than reckoned',
    async ({ diagrams }) => {
      const page = await kept.browser!.newPage()
      for (const diagram of diagrams) {
        await page.setContent('<p></p>')
        const found = await page.evaluate<Look>(look(diagramSvg(diagram)))
        const { arrows, groups, heading, notes, states } = placeDiagram(diagram, [])
        const rooms = [heading, ...groups, ...states, ...arrows.map(({ words }) => words), notes].flatMap(
          ({ texts: own }) => own
        )
        expect(found.errors).toEqual([])
        expect([found.role, found.title]).toEqual(['img', diagram.title])
        for (const { label } of diagram.states) expect(found.description).toContain(label)
        for (const { text: said, width, size, bold } of found.texts)
          expect(width, said).toBeLessThanOrEqual(textWidth({ text: said, size, bold }) + 0.5)
        expect(found.texts.map(each => each.text)).toEqual(expect.arrayContaining(rooms.map(each => each.text)))
        expect(found.foreign).toEqual([])
      }
      await page.close()
    }
  )
})

type Look = {
  readonly errors: readonly string[]
  readonly role: string
  readonly title: string
  readonly description: string
  readonly foreign: readonly string[]
  readonly texts: readonly {
    readonly text: string
    readonly width: number
    readonly size: number
    readonly bold: boolean
  }[]
}

/** What a page sees that has parsed the document as XML and shown it; `foreign` are elements and addresses that an SVG which needs nothing else has none of. */
const look = (svg: string) => `(() => {
  const parsed = new DOMParser().parseFromString(${JSON.stringify(svg)}, 'image/svg+xml')
  const root = document.body.appendChild(document.importNode(parsed.documentElement, true))
  const texts = [...root.querySelectorAll('text')].map(text => ({
    text: text.textContent, width: text.getComputedTextLength(), size: Number(text.getAttribute('font-size')), bold: text.classList.contains('bold')
  }))
  const all = [...root.querySelectorAll('*')]
  return {
    errors: [...parsed.querySelectorAll('parsererror')].map(error => error.textContent),
    role: root.getAttribute('role'),
    title: root.querySelector('#' + root.getAttribute('aria-labelledby')).textContent,
    description: root.querySelector('#' + root.getAttribute('aria-describedby')).textContent,
    foreign: all.flatMap(({ localName, attributes }) =>
      [...(['script', 'image', 'use', 'foreignObject', 'a'].includes(localName) ? [localName] : []), ...[...attributes].filter(({ name, value }) => /href|^on|url\\((?!#)/.test(name + value)).map(({ name }) => name)]),
    texts
  }
})()`

test('the same diagram gives the same bytes, whatever was drawn before', () => {
  const { diagrams } = drawn.find(({ name }) => name === 'licheng')!
  const first = diagrams.map(diagram => diagramSvg(diagram))
  expect(
    diagrams
      .toReversed()
      .map(diagram => diagramSvg(structuredClone(diagram)))
      .toReversed()
  ).toEqual(first)
})

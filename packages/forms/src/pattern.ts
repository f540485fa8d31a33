// Patterns of text fields: the part of ECMA-262 regular expressions (with the u flag) that RE2 understands alike, and a
// matcher in linear time for browsers. Characters, classes, groups, alternation, repetition, ^ and $; nothing else.

/** A pattern in parts. `set` is one character as it is written: itself, an escape, a class or a dot. */
export type PatternNode =
  | { readonly kind: 'set'; readonly source: string }
  | { readonly kind: 'anchor'; readonly source: string }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly part: PatternNode; readonly min: number; readonly max: number }

/** A place in the machine: a test of a character or an anchor leads on, without either so does every `to` at once. */
type Place = { readonly test?: RegExp; readonly anchor?: string; to: readonly Place[] }

const token =
  /\(\?:|[()|^$.*+?]|\{\d{1,3}(?:,\d{0,3})?\}|\[(?:\\.|[^\\\]])*\]|\\u\{[\da-fA-F]{1,6}\}|\\u[\da-fA-F]{4}|\\.|[^\\[\]{}]/suy

/** The parts of `source`; undefined where its brackets or repetitions do not fit. */
export function parsePattern(source: string): PatternNode | undefined {
  const groups: PatternNode[][][] = [[[]]]
  for (token.lastIndex = 0; token.lastIndex < source.length;) {
    const text = token.exec(source)?.[0]
    if (text === undefined || !take(text, groups)) return undefined
  }
  return groups.length === 1 && groups[0] ? choice(groups[0]) : undefined
}

/** Adds a token to the innermost of the open groups (each a list of options); false where it does not fit. */
function take(text: string, groups: PatternNode[][][]): boolean {
  const options = groups.at(-1) ?? []
  const parts = options.at(-1) ?? []
  if (text === '(' || text === '(?:') groups.push([[]])
  else if (text === '|') options.push([])
  else if (text === ')') {
    groups.pop()
    const above = groups.at(-1)?.at(-1)
    above?.push(choice(options))
    return above !== undefined
  } else if (/^(?:[*+?]|\{.+)$/.test(text)) return repeatLast(parts, text)
  else parts.push({ kind: text === '^' || text === '$' ? 'anchor' : 'set', source: text })
  return true
}

function repeatLast(parts: PatternNode[], text: string): boolean {
  const part = parts.pop()
  const [low = '', high = low] = text.slice(1, -1).split(',')
  const min = text === '+' ? 1 : Number(low)
  const max = text === '?' ? 1 : Number(high || Infinity)
  if (part === undefined || part.kind === 'repeat' || part.kind === 'anchor' || max < min || max === 0) return false
  parts.push({ kind: 'repeat', part, min, max })
  return true
}

function choice(options: readonly (readonly PatternNode[])[]): PatternNode {
  return { kind: 'choice', parts: options.map(parts => ({ kind: 'sequence', parts })) }
}

/**
 * Whether `node` matches anywhere in a text. Thompson's simulation: it is at all places of the machine at once, so time is
 * text × pattern and nothing is tried twice. Throws for a class that is none.
 */
export function patternMatcher(node: PatternNode): (text: string) => boolean {
  const end: Place = { to: [] }
  const start = build(node, end)
  return text => {
    const characters = Array.from(text)
    let places = new Set<Place>()
    for (let at = 0; at <= characters.length; at++) {
      const next = new Set<Place>()
      for (const { test, anchor, to } of places.add(start)) {
        if (test?.test(characters[at] ?? '')) addAll(next, to)
        if (!test && (!anchor || at === (anchor === '^' ? 0 : characters.length))) addAll(places, to)
      }
      if (places.has(end)) return true
      places = next
    }
    return false
  }
}

/** A set that is being walked visits what is added to it. */
function addAll(places: Set<Place>, more: readonly Place[]): void {
  for (const place of more) places.add(place)
}

/** The machine of `node`, built backwards from what follows it. */
function build(node: PatternNode, next: Place): Place {
  if (node.kind === 'set') return { test: new RegExp(`^${node.source}$`, 'u'), to: [next] }
  if (node.kind === 'anchor') return { anchor: node.source, to: [next] }
  if (node.kind === 'sequence') return node.parts.reduceRight((after, part) => build(part, after), next)
  if (node.kind === 'choice') return { to: node.parts.map(part => build(part, next)) }
  const { part, min, max } = node
  const loop: Place = { to: [next] }
  let place = loop
  if (max === Infinity) loop.to = [build(part, loop), next]
  else for (let i = min; i < max; i++) place = { to: [build(part, place), next] }
  for (let i = 0; i < min; i++) place = build(part, place)
  return place
}

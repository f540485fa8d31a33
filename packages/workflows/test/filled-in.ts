// Forms filled in at random, the way a person would: only fields that are asked, each with something that it takes.
import type { FormFile } from '@gridwright/core'
import { compileForm, fieldsOf, type Answer, type Answers, type Field } from '@gridwright/forms'

/** A number from 0 to below `n`, each as likely. */
export type Draw = (n: number) => number

/** Draws that depend on `seed` alone (mulberry32). */
export function drawsFrom(seed: number): Draw {
  let state = seed >>> 0
  return n => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % Math.max(1, n)
  }
}

/** Answers that `form` accepts, with whatever it requires and some of the rest; undefined where none were found. `people` answers who may be named in a field. */
export function filledIn(
  form: FormFile,
  draw: Draw,
  people: (field: string) => readonly string[]
): Answers | undefined {
  const verdict = compileForm(form)
  for (let attempt = 0; attempt < 12; attempt++) {
    let answers: Answers = {}
    const passed = new Set<string>()
    for (let next = unanswered(form, answers, passed); next; next = unanswered(form, answers, passed)) {
      passed.add(next.name)
      const isGiven = !isPhoto(next) && draw(3) === 0 // a photo would have to be there
      if (next.required || isGiven) answers = { ...answers, [next.name]: answerTo(next, draw, people) }
    }
    if (verdict(answers).length === 0) return answers
  }
  return undefined
}

function isPhoto({ kind }: Field): boolean {
  return kind === 'photo' || kind === 'photos'
}

function unanswered(form: FormFile, answers: Answers, passed: ReadonlySet<string>): Field | undefined {
  return fieldsOf(form, answers).find(({ name, required }) => !(name in answers) && (required || !passed.has(name)))
}

function answerTo(field: Field, draw: Draw, people: (field: string) => readonly string[]): Answer {
  if (field.const !== undefined) return field.const
  const chosen = field.options?.[draw(field.options.length)]?.value
  const person = () => pick(people(field.name), draw) ?? 'nobody'
  switch (field.kind) {
    case 'choice':
      return chosen ?? ''
    case 'choices':
      return (field.options ?? []).slice(0, Math.max(1, field.minItems ?? 1)).map(({ value }) => value)
    case 'yes-no':
      return draw(2) === 0
    case 'number':
    case 'integer':
      return numberFor(field, draw)
    case 'person':
      return person()
    case 'people':
      return [person()]
    case 'group':
      return rowFor(field, draw, people)
    case 'place':
      return { text: '三号楼东侧' }
    case 'rows':
      return Array.from({ length: Math.max(1, field.minItems ?? 1) }, () => rowFor(field, draw, people))
    default:
      return textFor(field, draw)
  }
}

function rowFor(field: Field, draw: Draw, people: (field: string) => readonly string[]): Answers {
  const asked = (field.fields ?? []).filter(({ required }) => required || draw(2) === 0)
  return Object.fromEntries(asked.map(each => [each.name, answerTo(each, draw, people)]))
}

function numberFor({ minimum, exclusiveMinimum, maximum, multipleOf = 1 }: Field, draw: Draw): number {
  const least = minimum ?? (exclusiveMinimum === undefined ? 0 : exclusiveMinimum + multipleOf)
  const most = maximum ?? least + 10 * multipleOf
  return least + multipleOf * draw(Math.floor((most - least) / multipleOf) + 1)
}

const texts: Readonly<Record<string, readonly string[]>> = {
  date: ['2026-03-02', '1939-05-01', '1980-12-31'],
  time: ['09:30', '20:15'],
  instant: ['2026-03-02T09:30:00+08:00'],
  phone: ['13800000000']
}

function textFor({ kind, pattern, placeholder, minLength = 1 }: Field, draw: Draw): string {
  const plain = pick(texts[kind] ?? [], draw) ?? '说明'.padEnd(minLength, '。')
  return pattern === undefined || new RegExp(pattern, 'u').test(plain) ? plain : (placeholder ?? plain)
}

/** One of `items`, or undefined where there is none. */
export function pick<T>(items: readonly T[], draw: Draw): T | undefined {
  return items[draw(items.length)]
}

// Random walks through a locality's real workflows: people do what they are offered, answer forms at random, or let time pass.
import { type FormFile, type FormProperty } from '@gridwright/core'
import fc from 'fast-check'
import { actionsOn, type ActionOffer } from '../src/index.ts'
import { day, hour, type Desk } from './desk.ts'

/** One decision of a walk: numbers that choose among what is possible then and there. */
export type Choice = { readonly who: number; readonly what: number; readonly answer: number; readonly hours: number }
export const choices = (maxLength: number): fc.Arbitrary<readonly Choice[]> =>
  fc.array(fc.record({ who: fc.nat(), what: fc.nat(), answer: fc.nat(), hours: fc.integer({ min: 0, max: 40 }) }), {
    minLength: 1,
    maxLength
  })

/** What `person` may do on the desk's case now. */
export function offersTo(desk: Desk, person: string): readonly ActionOffer[] {
  const viewer = desk.store.person(person, desk.now)
  const procedure = desk.pinned.get(desk.row.procedure)
  const applicant = desk.store.person(desk.row.applicant.slice('person:'.length), desk.now)
  if (!viewer || !procedure) return []
  return actionsOn({
    locality: desk.locality,
    procedure,
    row: desk.row,
    viewer,
    ...(applicant ? { applicant } : {}),
    now: desk.now
  })
}

/** Takes one step: an offered action where there is one, and then time passes. */
export async function step(desk: Desk, people: readonly string[], { who, what, answer, hours }: Choice): Promise<void> {
  const able = people.flatMap(person => offersTo(desk, person).map(offer => ({ person, offer })))
  const chosen = able[(who + what) % Math.max(1, able.length)]
  if (chosen && answer % 4 > 0) {
    const { person, offer } = chosen
    const form = offer.form === undefined ? undefined : desk.locality.forms.get(offer.form)
    await desk.act(person, offer.event, form && answersTo(form, people, answer))
  }
  await desk.wait(hours * hour)
}

/** Lets the clock run until the case has ended; gives up after half a year. */
export async function runOut(desk: Desk): Promise<void> {
  for (let days = 0; desk.row.open && days < 180; days++) await desk.wait(day)
}

/** Answers that a form accepts: what it requires, and some of the rest. People are named where people are asked for. */
export function answersTo(form: FormFile, people: readonly string[], seed: number): Readonly<Record<string, unknown>> {
  const wanted = Object.entries(form.properties).filter(
    ([name], i) => form.required?.includes(name) || (seed >> i) % 2 === 1
  )
  return Object.fromEntries(wanted.map(([name, field], i) => [name, answerTo(field, people, seed + i)]))
}

function answerTo(field: FormProperty, people: readonly string[], seed: number): unknown {
  if (field.type === 'array') return [people[seed % people.length]]
  if (field.type === 'boolean') return seed % 2 === 0
  if (field.type === 'integer' || field.type === 'number') return field.minimum ?? 1
  return field.format === 'person'
    ? people[seed % people.length]
    : (field.oneOf?.[seed % field.oneOf.length]?.const ?? '说明')
}

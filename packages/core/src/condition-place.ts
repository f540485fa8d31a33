// The places where a condition may stand, and what may be named there (design: guards, eligibility; others are built by `place`).
import type { Shape, ShapeType } from './shape.ts'

/**
 * A function of a place: `days(a, b)`, or with a receiver `history.count(event)`. Params and result as shapes: `values` closes
 * an argument to those words, `format: 'date'` asks for a date. Its implementation is registered in the CEL environment.
 */
export type PlaceFunction = {
  readonly name: string
  readonly receiver?: string
  readonly params: readonly Shape[]
  readonly returns: Shape
}

/** What may be named in a condition of this place. Every variable is there whenever a condition runs; its fields may not be. */
export type Place = {
  readonly name: string
  readonly variables: ReadonlyMap<string, Shape>
  readonly functions: readonly PlaceFunction[]
}

const text: Shape = { type: 'string' }
const number: Shape = { type: 'double' }
const date: Shape = { type: 'string', format: 'date' }
const texts: Shape = { type: 'list', items: text }

const dateAndText: readonly PlaceFunction[] = [
  { name: 'days', params: [date, date], returns: number },
  { name: 'age', params: [date], returns: number },
  { name: 're', params: [text, text], returns: { type: 'bool' } }
]

/** A place of that name: the variables given, `now` (epoch milliseconds), `today`, and days, age and re besides the functions given. */
export function place(
  name: string,
  variables: Iterable<readonly [string, Shape]>,
  functions: readonly PlaceFunction[] = []
): Place {
  return {
    name,
    variables: new Map([...variables, ['now', number], ['today', date]]),
    functions: [...dateAndText, ...functions]
  }
}

/**
 * Guards of a workflow. `answers` is the shape of the case's submission, `form` that of the event's form; without one the name is
 * unknown here. `events` are all events of the workflow: `history.count` of any other is a fault. Facts of the case are always
 * there (an empty string where there is none), `submitted` in epoch milliseconds; posts and registrations are lists of ids.
 */
export function guardPlace(answers: Shape | undefined, form: Shape | undefined, events?: readonly string[]): Place {
  const texted = (...names: readonly string[]) => names.map(name => [name, text] as const)
  const event: Shape = events === undefined ? text : { type: 'string', values: events }
  const history: PlaceFunction = { name: 'count', receiver: 'history', params: [event], returns: number }
  const facts: Shape = record([...texted('id', 'service', 'category', 'area', 'state'), ['submitted', number]])
  return place(
    'guard',
    [['case', facts], ...(form ? [['form', form] as const] : []), ...applicationVariables(answers)],
    [history]
  )
}

/** Who may ask for a service: decided before there is a case. `answers` is the shape of the submission, if there is one yet. */
export function eligibilityPlace(answers?: Shape): Place {
  return place('eligibility', applicationVariables(answers))
}

function applicationVariables(answers: Shape | undefined): readonly (readonly [string, Shape])[] {
  const held = [
    ['posts', texts],
    ['registrations', texts]
  ] as const
  return [
    ...(answers ? [['answers', answers] as const] : []),
    ['actor', record([['id', text], ...held])],
    ['applicant', record(held)],
    [
      'area',
      record([
        ['id', text],
        ['code', text],
        ['level', text],
        ['path', texts]
      ])
    ]
  ]
}

function record(fields: Iterable<readonly [string, Shape]>): Shape {
  const type: ShapeType = 'map'
  return { type, fields: new Map([...fields].map(([key, shape]) => [key, { shape, always: true }])) }
}

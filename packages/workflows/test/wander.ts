// A town in which people do whatever they are offered, or nothing, while a fair clock goes on; and what must never happen there.
import { keysOf, localityAt, partiesOf, procedureOf, type Locality, type Procedure } from '@gridwright/core'
import {
  awaitsCalendar,
  candidateKeys,
  machineOf,
  nextDueAt,
  type ActionOffer,
  type AreaFacts,
  type MemoryPerson
} from '../src/index.ts'
import { lineage } from '../src/machine.ts'
import { deskOf, hour, type Desk } from './desk.ts'
import { filledIn, pick, type Draw } from './filled-in.ts'
import { offersTo } from './walk.ts'

/** How a walk through a case went: `trouble` says what must not happen, undefined where the case ended as it should. */
export type Walk = {
  readonly steps: number
  readonly trouble: string | undefined
  readonly trace: readonly string[]
  readonly desk: Desk
  readonly people: readonly MemoryPerson[]
}

export type Walking = {
  readonly desk: Desk
  readonly procedure: Procedure
  readonly people: readonly MemoryPerson[]
  readonly draw: Draw
  readonly trace: string[]
}

/** How many steps people wander at random before they leave the case to the clock, and after how many more it must have ended. */
const restless = 24
const patience = 400
/** At how many places a case is tried to be submitted. */
const placings = 60

/** The people of a place: two with each post and each registration that serves `area`, and two who hold nothing. */
function townsfolk(locality: Locality, { places }: AreaFacts): readonly MemoryPerson[] {
  const twice = (name: string, held: Partial<MemoryPerson>) =>
    ['a', 'b'].map(which => ({ id: `${name}-${which}`, appointments: [], registrations: [], ...held }))
  const everyKind = [...locality.registrations].flatMap(([kind, { level }]) =>
    places[level] === undefined ? [] : [{ kind, area: places[level] }]
  )
  return [
    ...twice('resident', {}),
    ...twice('registered', { registrations: everyKind }),
    ...everyKind.flatMap(held => twice(held.kind, { registrations: [held] })),
    ...[...locality.posts].flatMap(([post, { level }]) =>
      places[level] === undefined ? [] : twice(post, { appointments: [{ post, area: places[level] }] })
    )
  ]
}

/** Where cases of `service` are placed: an area of its level that has one at every level above, if there is any. */
function placeOf(locality: Locality, service: string, areas: readonly AreaFacts[], draw: Draw): AreaFacts | undefined {
  const level = locality.services.get(service)?.placeLevel
  const depth = locality.levels.findIndex(({ id }) => id === level)
  const whole = ({ places }: AreaFacts) => locality.levels.slice(0, depth).every(({ id }) => places[id] !== undefined)
  const there = areas.filter(area => area.level === level && procedureOf(localityAt(locality, area.places), service))
  return pick(there.filter(whole), draw) ?? pick(there, draw)
}

/** One case of `service`, from its submission to its end; undefined where nobody could submit it anywhere. */
export async function walkThrough(
  locality: Locality,
  service: string,
  areas: readonly AreaFacts[],
  draw: Draw
): Promise<Walk | undefined> {
  const walking = await begun(locality, service, areas, draw)
  return walking && walked(walking)
}

/** A case of `service` that has just been submitted; undefined where nobody could submit it anywhere. */
export async function begun(
  locality: Locality,
  service: string,
  areas: readonly AreaFacts[],
  draw: Draw
): Promise<Walking | undefined> {
  for (let tries = 0; tries < placings; tries++) {
    const place = placeOf(locality, service, areas, draw)
    const procedure = place && procedureOf(localityAt(locality, place.places), service)
    if (!procedure) return undefined
    const people = townsfolk(locality, place)
    const walking = { desk: deskOf(locality, people, [place]), procedure, people, draw, trace: [] }
    if (await submitted(walking, place)) return walking
  }
  return undefined
}

/** The case goes on until it has ended, or for at most so many steps. */
export async function walked(walking: Walking, atMost = Infinity): Promise<Walk> {
  const { desk, people, trace } = walking
  let steps = 1
  let trouble: string | undefined
  try {
    for (; desk.row.open && trouble === undefined && !beyondCalendar(desk) && steps <= atMost; steps++)
      trouble =
        steps > restless + patience
          ? 'does not end'
          : (restingTrouble(walking) ?? (await step(walking, steps > restless)))
  } catch (error) {
    trouble = `breaks down: ${String(error)}`
  }
  return { steps, trouble, trace, desk, people }
}

/** A year that is not published yet is the calendar's matter. */
function beyondCalendar({ row }: Desk): boolean {
  return awaitsCalendar(row) && nextDueAt(row) === null
}

/** What must not be so while a case rests: that nothing limits the wait and no reason for that is given. */
function restingTrouble({ desk: { row }, procedure }: Walking): string | undefined {
  if (nextDueAt(row) !== null || awaitsCalendar(row)) return undefined
  const { states } = machineOf(procedure.workflow)
  const reasoned = lineage(row.state).some(path => states.get(path)?.meta?.noDeadline !== undefined)
  return reasoned ? undefined : `waits without a limit in ${row.state}`
}

/** Somebody acts, or time passes until something is due. Where no limit runs, somebody must be able to act; nothing that is offered may break. */
async function step({ draw, ...walking }: Walking, leftToClock: boolean): Promise<string | undefined> {
  const { desk, people, trace } = walking
  const due = nextDueAt(desk.row)
  const refusals = new Set<string>()
  const able =
    due !== null && (leftToClock || draw(4) === 0)
      ? []
      : people.flatMap(person => offersTo(desk, person.id).map(offer => ({ person, offer })))
  for (let tries = 0; able.length > 0 && tries < (due === null ? 60 : 2); tries++) {
    const { person, offer } = pick(able, draw) as (typeof able)[number] // there is one
    const refused = await acted({ draw, ...walking }, person, offer)
    if (refused === undefined) {
      trace.push(`${offer.event} → ${desk.row.state}`)
      return undefined
    }
    if (isBroken(refused)) return `${offer.event} in ${desk.row.state} is offered, and then ${refused}`
    refusals.add(`${offer.event} ${refused}`)
  }
  if (due === null)
    return `nobody can move it on in ${desk.row.state}: ${[...refusals].join(', ') || 'nothing is offered'}`
  await desk.wait(Math.max(due - desk.now, 0) + hour * draw(4))
  trace.push(`(clock) → ${desk.row.state}`)
  return undefined
}

/** Refusals that no right answer to what was offered may meet. */
function isBroken(refused: string): boolean {
  return ['condition.failed', 'answers.invalid', 'answers.unexpected', 'event.', 'form.'].some(code =>
    refused.startsWith(code)
  )
}

async function acted(
  { desk, procedure, people, draw }: Walking,
  person: MemoryPerson,
  offer: ActionOffer
): Promise<string | undefined> {
  const form = offer.form === undefined ? undefined : procedure.forms.get(offer.form)
  const named = (field: string) => {
    const keys = candidateKeys(desk.locality, procedure, desk.row, offer.event, field)
    const fit = people.filter(each => keys.some(key => keysOf(each).has(key)))
    return (fit.length > 0 ? fit : people).map(({ id }) => id)
  }
  const answers = form && filledIn(form, draw, named)
  if (form && !answers) return `form.unanswerable ${offer.form}`
  const outcome = await desk.act(person.id, offer.event, answers)
  return 'refused' in outcome ? outcome.refused : undefined
}

/** Submits by some channel, for oneself or for another, whoever may; false where nobody may. */
async function submitted({ desk, procedure, people, draw }: Walking, place: AreaFacts): Promise<boolean> {
  const { id, service, forms } = procedure
  const form = forms.get(service.form)
  for (let tries = 0; form && tries < 60; tries++) {
    const answers = filledIn(form, draw, () => people.map(person => person.id))
    if (!answers) throw new Error(`nobody can fill in ${service.form}`)
    const channel = pick(service.channels, draw) ?? ''
    const entered = desk.locality.channels.get(channel)?.enteredBy
    const enterers = partiesOf(entered ?? []).flatMap(party => (typeof party === 'object' ? Object.values(party) : []))
    const sender = pick(entered ? people.filter(({ id: who }) => enterers.includes(who.slice(0, -2))) : people, draw)
    const other = pick(people, draw)
    if (!sender || !other) continue
    const caller = { contact: { name: '来电人', phone: '13800000000' } }
    const applicant = entered && { applicant: draw(2) === 0 ? { person: other.id } : caller }
    const outcome = await desk.submit(sender.id, { service: id, area: place.id, channel, answers, ...applicant })
    if (!('refused' in outcome)) return true
  }
  return false
}

/** What is proved of guards: that they are conditions, can hold, and leave something to the ways after them; and that one of several always holds. */
import {
  canonicalJson,
  conditionIssues,
  formShape,
  guardPlace,
  partiesOf,
  truthsOf,
  type Issue,
  type Place,
  type Transition
} from '@gridwright/core'
import type { WorkflowCheck } from './check-names.ts'
import { machineOf } from './machine.ts'
import type { Edge } from './paths.ts'
import { ownerOf } from './rights.ts'

/** Faults of a transition's guard, each with its place in the text. */
export function guardIssues(context: WorkflowCheck, at: string, { guard, meta }: Transition): readonly Issue[] {
  if (!guard) return []
  const { cel } = guard.params
  return placesOf(context, meta?.form).flatMap(place =>
    conditionIssues(context.source, `${at}/guard/params/cel`, cel, place)
  )
}

/** Where a guard may run: once for each form of the services that the workflow serves, with the form of the event. */
function placesOf({ locality, workflow, served }: WorkflowCheck, formId: string | undefined): readonly Place[] {
  const form = formId === undefined ? undefined : locality.forms.get(formId)
  const applications = [...served.values()].map(service => locality.forms.get(service.form))
  const events = ['SUBMIT', ...machineOf(workflow).events]
  return [...new Set(applications)].map(application =>
    guardPlace(application && formShape(application), form && formShape(form), events)
  )
}

/** A transition among those of its event in a state, and those tried `before` it. */
type Way = {
  readonly path: string
  readonly event: string
  readonly transition: Transition
  readonly before: readonly Transition[]
}

/** That the way is never taken: an earlier one has no guard, or wherever its guard holds one of theirs does. */
export function neverTaken(context: WorkflowCheck, at: string, way: Way): readonly Issue[] {
  const { event, transition, before } = way
  const earlier = before.filter(each => takenBySame(context, way, each))
  const open = earlier.find(({ guard }) => !guard)
  if (open) return [context.source.issue(at, 'transition.never-taken', { event, before: before.indexOf(open) + 1 })]
  const judged = earlier.filter(({ meta }) => meta?.form === transition.meta?.form)
  if (judged.length === 0) return []
  const guards = [transition, ...judged].flatMap(({ guard }) => (guard ? [guard.params.cel] : []))
  const first = transition.guard ? 1 : 0
  const isShadowed = placesOf(context, transition.meta?.form).map(place => {
    const rows = truthsOf(guards, place)
    return rows?.every(row => row.slice(first).includes(true) || (first === 1 && row[0] === false)) ?? false
  })
  return isShadowed.length > 0 && isShadowed.every(Boolean)
    ? [context.source.issue(at, 'transition.shadowed', { event, way: before.length + 1 })]
    : []
}

/** Whether everyone who may take the way may take `earlier` too. */
function takenBySame({ workflow }: WorkflowCheck, { path, event, transition }: Way, earlier: Transition): boolean {
  const machine = machineOf(workflow)
  if (machine.engineEvents.has(event) || (earlier.meta?.by === undefined && transition.meta?.by === undefined))
    return true
  const senders = ({ meta }: Transition) => partiesOf(meta?.by ?? ownerOf(machine, path) ?? []).map(canonicalJson)
  const [first, second] = [senders(earlier), senders(transition)]
  return second.length > 0 && second.every(party => first.includes(party))
}

/** Whether it may be that none of the engine's ways on an event is taken: each has a guard, and it is not proved that one of them always holds. */
export function mayRefuse(context: WorkflowCheck, ways: readonly Edge[]): boolean {
  if (ways.some(({ guarded }) => !guarded)) return false
  const guards = ways.flatMap(({ rule: { when } }) => (when ? [when.params.cel] : []))
  const places = placesOf(context, undefined)
  return (
    guards.length === 0 ||
    places.length === 0 ||
    !places.every(place => truthsOf(guards, place)?.every(row => row.includes(true)))
  )
}

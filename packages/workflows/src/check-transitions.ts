/** What a workflow's transitions need to work: guards that type-check, offers that find people, ladders, reviews that can be answered. */
import {
  conditionIssues,
  formShape,
  guardPlace,
  partiesOf,
  unknownName,
  type Effect,
  type Issue,
  type OneParty,
  type Party,
  type Transition
} from '@gridwright/core'
import { statePointer, type WorkflowCheck } from './check.ts'
import { lineage, machineOf, transitionsIn } from './machine.ts'
import { resolveTarget, restingState } from './paths.ts'

/** Issues of every transition and entry effect of a workflow whose names all exist. */
export function checkTransitions(context: WorkflowCheck): readonly Issue[] {
  const { workflow, states } = context
  return [['', workflow.on] as const, ...[...states].map(([path, state]) => [path, state.on] as const)].flatMap(
    ([path, on]) => [
      ...Object.keys(on ?? {}).flatMap(event => eventIssues(context, path, event)),
      ...(states.get(path)?.entry ?? []).flatMap((effect, i) =>
        effectIssues(context, path, `${statePointer(path)}/entry/${i}`, effect, undefined)
      ),
      ...ownerIssues(context, path)
    ]
  )
}

function eventIssues(context: WorkflowCheck, path: string, event: string): readonly Issue[] {
  const { workflow, states, source } = context
  const on = path === '' ? workflow.on : states.get(path)?.on
  const transitions = transitionsIn(on, event)
  const pointer = (i: number) => `${statePointer(path)}/on/${event}${Array.isArray(on?.[event]) ? `/${i}` : ''}`
  const open = transitions.findIndex(({ guard, meta }) => guard === undefined && meta?.by === undefined)
  return transitions.flatMap((transition, i) => [
    ...guardIssues(context, pointer(i), transition),
    ...partyIssues(context, `${pointer(i)}/meta/by`, transition.meta?.by),
    ...(transition.actions ?? []).flatMap((effect, j) =>
      effectIssues(context, path, `${pointer(i)}/actions/${j}`, effect, transition)
    ),
    ...(open >= 0 && i > open ? [source.issue(pointer(i), 'transition.never-taken', { event, before: open + 1 })] : [])
  ])
}

function guardIssues(
  { locality, id, workflow, source }: WorkflowCheck,
  at: string,
  { guard, meta }: Transition
): readonly Issue[] {
  if (!guard) return []
  const form = meta?.form === undefined ? undefined : locality.forms.get(meta.form)
  const applications = [...locality.services.values()]
    .filter(service => service.workflow === id)
    .map(service => locality.forms.get(service.form))
  const events = ['SUBMIT', ...machineOf(workflow).events]
  return [...new Set(applications)].flatMap(application =>
    conditionIssues(
      source,
      `${at}/guard/params/cel`,
      guard.params.cel,
      guardPlace(application && formShape(application), form && formShape(form), events)
    )
  )
}

function effectIssues(
  context: WorkflowCheck,
  path: string,
  at: string,
  effect: Effect,
  transition: Transition | undefined
): readonly Issue[] {
  const { locality, workflow, source, states } = context
  if (effect.type === 'raise') {
    if (!workflow.meta?.ladder) return [source.issue(at, 'raise.no-ladder')]
    const { atTop } = effect.params
    const arrives =
      (transition?.target === undefined ? path : resolveTarget(workflow, states, path, transition.target)) ?? path
    const handled = [...machineOf(workflow).rules.values()].some(
      rule => rule.event === atTop && [...lineage(restingState(states, arrives) ?? arrives), ''].includes(rule.state)
    )
    return handled ? [] : [source.issue(`${at}/params/atTop`, 'raise.unhandled', { event: atTop, state: arrives })]
  }
  if (effect.type === 'review') {
    const missing = Object.keys(locality.scales.get(effect.params.scale) ?? {}).filter(
      event => !lineage(path).some(state => states.get(state)?.on?.[event]) && !workflow.on?.[event]
    )
    return missing.map(event =>
      source.issue(`${at}/params/scale`, 'review.unhandled', { event, state: path, scale: effect.params.scale })
    )
  }
  if (effect.type !== 'offer') return []
  const among = partyIssues(context, `${at}/params/among`, effect.params.among)
  const { to } = effect.params
  if (!to) return among
  const form = transition?.meta?.form === undefined ? undefined : locality.forms.get(transition.meta.form)
  const people = Object.entries(form?.properties ?? {})
    .filter(
      ([, field]) =>
        field.format === 'person' || (field.items && 'format' in field.items && field.items.format === 'person')
    )
    .map(([name]) => name)
  const unknown = unknownName(source, `${at}/params/to/answer`, 'person field', to.answer, people)
  return [...among, ...(unknown ? [unknown] : [])]
}

function ownerIssues(context: WorkflowCheck, path: string): readonly Issue[] {
  return partyIssues(context, `${statePointer(path)}/meta/owner`, context.states.get(path)?.meta?.owner)
}

/** A party that nobody can be: a rung without a ladder, a post or registration below the level at which cases are placed. */
function partyIssues(
  { locality, id, workflow, source }: WorkflowCheck,
  at: string,
  party: Party | undefined
): readonly Issue[] {
  if (party === undefined) return []
  const depth = (level: string | undefined) => locality.levels.findIndex(({ id: known }) => known === level)
  return partiesOf(party).flatMap((one, i) => {
    const pointer = Array.isArray(party) ? `${at}/${i}` : at
    if (one === 'rung' && !workflow.meta?.ladder) return [source.issue(pointer, 'raise.no-ladder')]
    const held = levelsOf(one, workflow.meta?.ladder?.map(({ post }) => post) ?? [], locality)
    return [...locality.services]
      .filter(([, service]) => service.workflow === id)
      .flatMap(([service, { placeLevel }]) =>
        held
          .filter(({ level }) => depth(level) > depth(placeLevel))
          .map(({ name, level }) =>
            source.issue(pointer, 'party.below-place', { name, level: level ?? '', service, placeLevel })
          )
      )
  })
}

function levelsOf(
  party: OneParty,
  ladder: readonly string[],
  locality: WorkflowCheck['locality']
): readonly { name: string; level: string | undefined }[] {
  if (party === 'rung') return ladder.map(post => ({ name: post, level: locality.posts.get(post)?.level }))
  if (typeof party === 'string') return []
  return 'post' in party
    ? [{ name: party.post, level: locality.posts.get(party.post)?.level }]
    : [{ name: party.registration, level: locality.registrations.get(party.registration)?.level }]
}

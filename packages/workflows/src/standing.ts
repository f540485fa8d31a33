/**
 * How a case can stand (处境): in which state, whether an offer is open, whether somebody has taken it. Whoever `offered` and `assignee`
 * name is somebody only then, so all standings that a case can come to show where nobody could ever act.
 */
import { partiesOf, type OfferEffect, type OneParty, type Party } from '@gridwright/core'
import type { WorkflowCheck } from './check-names.ts'
import { machineOf, type Machine, type Step, type TransitionRule } from './machine.ts'
import { deadlinesAt, expiriesOf, type Graph } from './paths.ts'
import { ownerOf } from './rights.ts'

export type Standing = { readonly leaf: string; readonly offered: boolean; readonly taken: boolean }

/** A way that somebody, or the engine, may take from a standing; `to` is the offer that finds nobody where it is refused for that. */
export type Going = {
  readonly from: Standing
  readonly rule: TransitionRule
  readonly by: OneParty | 'engine'
  readonly to: Standing | OfferEffect
}

export type Standings = { readonly all: readonly Standing[]; readonly goings: readonly Going[] }

/** Every standing that a case of the workflow can come to, guards aside, and every way between them. */
export function standingsOf({ workflow, states }: Pick<WorkflowCheck, 'workflow' | 'states'>, graph: Graph): Standings {
  const machine = machineOf(workflow)
  const unplaced: Standing = { leaf: '', offered: false, taken: false }
  const first = arrival(machine, unplaced, machine.start(), undefined)
  const found = new Map<string, Standing>()
  const add = (standing: Standing | OfferEffect) =>
    isStanding(standing) && found.set(`${standing.leaf} ${standing.offered} ${standing.taken}`, standing)
  add(first)
  const goings: Going[] = []
  for (const from of found.values()) {
    const engineMay = new Set([
      ...deadlinesAt(workflow, states, from.leaf).flatMap(deadline => expiriesOf(graph, deadline)),
      ...[graph.begun, ...graph.edges].flatMap(({ to, raised }) => (to === from.leaf ? raised : []))
    ])
    for (const { rule, step } of graph.out.get(from.leaf) ?? []) {
      for (const by of takers(machine, from, rule, engineMay)) {
        const to = arrival(machine, from, step, by)
        goings.push({ from, rule, by, to })
        add(to)
      }
    }
  }
  return { all: [...found.values()], goings }
}

export function isStanding(at: Standing | OfferEffect): at is Standing {
  return 'leaf' in at
}

/** Who may send the rule's event in `leaf`, as declared. */
export function sendersOf(machine: Machine, leaf: string, rule: TransitionRule): readonly OneParty[] {
  return partiesOf(rule.by ?? ownerOf(machine, leaf) ?? [])
}

function takers(
  machine: Machine,
  from: Standing,
  rule: TransitionRule,
  engineMay: ReadonlySet<string>
): readonly (OneParty | 'engine')[] {
  if (machine.engineEvents.has(rule.event)) return engineMay.has(rule.event) ? ['engine'] : []
  return sendersOf(machine, from.leaf, rule).filter(party => isSomebody(party, from))
}

/** Whether a party that is not a post or registration is anybody as things stand. */
function isSomebody(party: OneParty, { offered, taken }: Omit<Standing, 'leaf'>): boolean {
  if (party === 'offered') return offered
  return party === 'assignee' ? taken : party !== 'system'
}

/** The standing after `step`, as `takeTurn` leaves the case; an offer among nobody is refused, and with it the whole step. */
function arrival(
  machine: Machine,
  { offered, taken }: Standing,
  step: Step,
  by: OneParty | 'engine' | undefined
): Standing | OfferEffect {
  const now = { offered, taken }
  for (const happening of step.happenings) {
    if (happening.kind === 'leave')
      now.offered &&= !includes(machine.states.get(happening.state)?.meta?.owner, 'offered')
    else if (happening.kind === 'effect' && happening.effect.type === 'offer') {
      if (!partiesOf(happening.effect.params.among).some(party => isSomebody(party, now))) return happening.effect
      Object.assign(now, { offered: true, taken: false })
    }
  }
  const accepts = by === 'offered' && includes(ownerOf(machine, step.to), 'assignee')
  return { leaf: step.to, ...(accepts ? { offered: false, taken: true } : now) }
}

function includes(owner: Party | undefined, party: OneParty): boolean {
  return partiesOf(owner ?? []).includes(party)
}

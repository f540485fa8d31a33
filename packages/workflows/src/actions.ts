/** What a person may do on a case now, so that clients know no workflow. */
import { partiesOf, type Locality, type PartyKey, type PersonFacts, type Procedure } from '@gridwright/core'
import type { CaseRow } from './case.ts'
import { machineOf } from './machine.ts'
import { openWays, rightTo, rulesFor, senderOf } from './rights.ts'
import { eligibleKeys } from './turn.ts'

/** `form` names the form to be filled in; `contested` where others hold the same offer. */
export type ActionOffer = { readonly event: string; readonly form: string | undefined; readonly contested: boolean }

type Viewing = {
  readonly locality: Locality
  readonly procedure: Procedure
  readonly row: CaseRow
  readonly viewer: PersonFacts
  readonly applicant?: PersonFacts
  readonly now: number
}

/** The events that `viewer` may send, in the order of declaration. A guard on the event's own form is left for the sending. */
export function actionsOn({ locality, procedure, row, viewer, applicant, now }: Viewing): readonly ActionOffer[] {
  if (!row.open) return []
  const machine = machineOf(procedure.workflow)
  const sender = senderOf(viewer)
  return [...machine.events].flatMap(event => {
    const permitted = rulesFor(machine, row.state, event).filter(rule => rightTo(locality, machine, row, rule, sender))
    const [first] = openWays(permitted, { locality, procedure, row, form: {}, sender, applicant, now }).ways
    const right = first && rightTo(locality, machine, row, first, sender)
    if (!right) return []
    const contested = right.party === 'offered' && (row.offered.length > 1 || !row.offered[0]?.startsWith('person:'))
    return [{ event, form: first.form, contested }]
  })
}

/** The kinds of registration whose people are offered cases by some workflow: they have a hall of tasks, the others do not. */
export function kindsOffered(locality: Locality): ReadonlySet<string> {
  const machines = [...locality.workflows.values()].map(machineOf)
  const effects = machines.flatMap(({ rules, states }) => [
    ...[...rules.values()].flatMap(rule => rule.effects),
    ...[...states.values()].flatMap(({ entry }) => entry ?? [])
  ])
  const parties = effects.flatMap(effect => (effect.type === 'offer' ? partiesOf(effect.params.among) : []))
  return new Set(
    parties.flatMap(party => (typeof party === 'object' && 'registration' in party ? [party.registration] : []))
  )
}

/** The keys of those who may be named in `field` of the form of `event`: the people it could be offered to. */
export function candidateKeys(
  locality: Locality,
  procedure: Procedure,
  row: CaseRow,
  event: string,
  field: string
): readonly PartyKey[] {
  const machine = machineOf(procedure.workflow)
  const offers = rulesFor(machine, row.state, event).flatMap(rule =>
    rule.effects.filter(effect => effect.type === 'offer')
  )
  return [
    ...new Set(
      offers
        .filter(({ params }) => params.to?.answer === field)
        .flatMap(effect => eligibleKeys(locality, machine, row, effect))
    )
  ]
}

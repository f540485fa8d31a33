/** What a person may do on a case now, so that clients know no workflow. */
import { namesIn, type Locality, type PartyKey, type PersonFacts, type Procedure } from '@gridwright/core'
import type { CaseRow } from './case.ts'
import { machineOf } from './machine.ts'
import { guardHolds, rightTo, rulesFor, senderOf } from './rights.ts'
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
    const allowed = rulesFor(machine, row.state, event).flatMap(rule => {
      const right = rightTo(locality, machine, row, rule, sender)
      if (!right) return []
      const asksForm =
        rule.when && namesIn(rule.when.params.cel).some(name => name === 'form' || name.startsWith('form.'))
      return asksForm || guardHolds(rule, { locality, procedure, row, form: {}, sender, applicant, now }) === true
        ? [{ rule, right }]
        : []
    })
    const first = allowed[0]
    return first
      ? [
          {
            event,
            form: first.rule.form,
            contested:
              first.right.party === 'offered' && (row.offered.length > 1 || !row.offered[0]?.startsWith('person:'))
          }
        ]
      : []
  })
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

/** The mutations of points: certify, reverse, redeem, hand over, cancel. The rules' no is a `Refused`, never an error. */
import { derivedUuid } from '@gridwright/core'
import type { PointsCommand } from '@gridwright/workflows'
import { maySeeTransfer } from './access.ts'
import type { Context } from './context.ts'
import { refused, type Refused } from './resolve-command.ts'
import { given } from './resolve-locality.ts'
import type { PassbookLine } from './store-passbook.ts'

type CertifyInput = { id: string; transfers: readonly string[]; verdict: 'ACCEPT' | 'REJECT'; reason?: string | null }
type HandOverInput = { id: string; transfers: readonly string[] }
type OneInput = { id: string; transfer: string }
type Settlement = { readonly transfer: string; readonly result: PassbookLine | Refused }
type Settlements = { readonly outcomes: readonly Settlement[] }
/** A command without what the door adds; distributes over the kinds. */
type Asked<C extends PointsCommand = PointsCommand> = C extends PointsCommand ? Omit<C, 'actor' | 'now'> : never

const maxBatch = 100

export const settlementMutations = {
  certify(_: unknown, { input }: { input: CertifyInput }, context: Context) {
    const verdict = input.verdict === 'ACCEPT' ? ('accept' as const) : ('reject' as const)
    const said = given({ reason: input.reason })
    return eachOf(input, context, (id, transfer) => ({ kind: 'certify', id, transfer, verdict, ...said }))
  },
  handOver: (_: unknown, { input }: { input: HandOverInput }, context: Context) =>
    eachOf(input, context, (id, transfer) => ({ kind: 'hand-over', id, transfer })),
  reverse: (_: unknown, { input }: { input: OneInput & { reason: string } }, context: Context) =>
    settle({ kind: 'reverse', ...input }, context),
  redeem: (_: unknown, { input }: { input: { id: string; good: string; area: string } }, context: Context) =>
    settle({ kind: 'redeem', ...input }, context),
  cancelRedemption: (_: unknown, { input }: { input: OneInput }, context: Context) =>
    settle({ kind: 'cancel-redemption', ...input }, context)
}

const oneType = (result: PassbookLine | Refused) => ('__typename' in result ? 'Refused' : 'Transfer')
const manyType = (result: Settlements | Refused) => ('__typename' in result ? 'Refused' : 'Settlements')

export const settlementResults = {
  CertifyResult: { __resolveType: manyType },
  HandOverResult: { __resolveType: manyType },
  ReverseResult: { __resolveType: oneType },
  RedeemResult: { __resolveType: oneType },
  CancelRedemptionResult: { __resolveType: oneType },
  SettlementResult: { __resolveType: oneType }
}

/** Each transfer of a batch is a command of its own, so that one refusal keeps back none of the others. */
async function eachOf(
  { id, transfers }: HandOverInput,
  context: Context,
  command: (id: string, transfer: string) => Asked
): Promise<Settlements | Refused> {
  if (transfers.length > maxBatch)
    return refused({ refused: 'batch.too-large', path: '/transfers', details: { limit: maxBatch } }, context)
  if (!signedIn(context)) return refused({ refused: 'signin.required' }, context)
  const outcomes: Settlement[] = []
  for (const transfer of transfers)
    outcomes.push({ transfer, result: await settle(command(idWithin(id, transfer), transfer), context) })
  return { outcomes }
}

/** The id of one command of a batch: a name-based UUID (version 5 in form), the same each time the batch is sent. */
function idWithin(batch: string, transfer: string): string {
  const id = derivedUuid(`${batch}:${transfer}`)
  return `${id.slice(0, 14)}5${id.slice(15)}`
}

function signedIn({ identity, locality }: Context): { readonly person: string } | undefined {
  return identity?.locality === locality.id ? { person: identity.person } : undefined
}

async function settle(asked: Asked, context: Context): Promise<PassbookLine | Refused> {
  const { locality, store, now } = context
  const actor = signedIn(context)
  if (!actor) return refused({ refused: 'signin.required' }, context)
  const outcome = await store.runPoints(locality.id, { ...asked, actor, now } as PointsCommand) // `asked` is one without these two
  if ('refused' in outcome) {
    const known = !('transfer' in asked) || (await mayLearn(asked.transfer, context))
    return refused(known ? outcome : { refused: 'transfer.unknown' }, context)
  }
  const line = await store.books.line(locality.id, outcome.transfer)
  if (!line) throw new Error(`transfer ${outcome.transfer} was acknowledged and is not there`)
  return line
}

/** Whether the one who was refused may know why: a stranger learns no more of a transfer than of one that is not there. */
async function mayLearn(id: string, { viewer, store, locality }: Context): Promise<boolean> {
  const asking = await viewer()
  const line = asking && (await store.books.line(locality.id, id))
  return !line || maySeeTransfer(line.transfer, asking)
}

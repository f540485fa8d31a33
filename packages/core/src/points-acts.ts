/** What somebody may do with a transfer as it stands, so that a list offers just what the rules of ledger and shop would let pass. */
import { certify, settlerRefusal, type Settler } from './points-ledger.ts'
import { cancelRedemption, handOver } from './points-shop.ts'
import type { Transfer } from './points-transfer.ts'

export type TransferAct = 'certify' | 'reverse' | 'hand-over' | 'cancel-redemption'

/**
 * The acts on `transfer` that are open to `by`, each to be judged again when it comes. Whether a reversal would leave too little is
 * left to that moment; `reversed` says that there is one already.
 */
export function actsOn(transfer: Transfer, { by, holderHousehold, reversed }: Holding): readonly TransferAct[] {
  const at = transfer.at // no rule looks at it
  const settlement = { by, holderHousehold, at }
  const open: Readonly<Record<TransferAct, boolean>> = {
    certify: !('refused' in certify(transfer, settlement)),
    'hand-over': !('refused' in handOver(transfer, { by: by.person, at })),
    'cancel-redemption': !('refused' in cancelRedemption(transfer, { by: by.person, at })),
    reverse:
      transfer.kind !== 'reversal' &&
      transfer.state === 'posted' &&
      transfer.amount > 0 &&
      !reversed &&
      settlerRefusal(transfer, by, holderHousehold) === undefined
  }
  return acts.filter(act => open[act])
}

type Holding = { readonly by: Settler; readonly holderHousehold: string | null; readonly reversed: boolean }
const acts: readonly TransferAct[] = ['certify', 'hand-over', 'cancel-redemption', 'reverse']

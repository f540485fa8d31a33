// The GraphQL documents of the widgets of points and the shapes they answer with. Names and terms: packages/server/schema.graphql.
import { operation, page, person, type Page, type Person, type Refused } from './documents.ts'

/** A ledger of points; `unit` and all amounts are decimals. */
export type Ledger = { id: string; label: string; spendable: boolean }
/** The viewer's points in one ledger. */
export type Account = { ledger: Ledger; balance: string; held: string; pending: string; spendable: string }
export type TransferKind = 'AWARD' | 'REDEMPTION' | 'REVERSAL'
export type TransferAct = 'CERTIFY' | 'HAND_OVER' | 'CANCEL_REDEMPTION' | 'REVERSE'

/** A line of a passbook; `amount` is signed as its holder sees it. */
export type Transfer = {
  __typename?: 'Transfer'
  id: string
  kind: TransferKind
  state: 'PENDING' | 'POSTED' | 'VOIDED'
  amount: string
  label: string
  at: string
  cut: string | null
  reason: string | null
  reversedBy: string | null
  acts: TransferAct[]
}

/** A line on the list of whoever settles it: whose it is, and what earned it. */
export type Waiting = Transfer & {
  holder: Person
  case: { id: string; number: string; service: { title: string }; answers: object } | null
}

/** A good as the viewer may have it: `left` of the limit, and why it would be refused now. */
export type Good = {
  id: string
  name: string
  price: string
  stock: number
  limit: number | null
  per: 'DAY' | 'MONTH' | 'QUARTER' | 'YEAR' | 'EVER' | null
  left: number | null
  refused: { code: string; message: string } | null
}

/** What came of each transfer of a batch. */
export type Settlements = {
  __typename: 'Settlements'
  outcomes: { transfer: string; result: ({ __typename: 'Transfer' } & Pick<Transfer, 'id'>) | Refused }[]
}

const account = 'ledger { id label spendable } balance held pending spendable'
const transfer = 'id kind state amount label at cut reason reversedBy acts'
const refused = '... on Refused { code message path }'

/** The viewer's accounts; none where the locality keeps no points. */
export const accountsDocument = operation<{ viewer: { accounts: Account[] } | null }>(
  'query',
  'Accounts',
  ` { viewer { accounts { ${account} } } }`
)

/** One page of the viewer's passbook in a ledger. */
export const passbookDocument = operation<
  { viewer: { passbook: Page<Transfer> } | null },
  { ledger: string; first: number; after: string | null }
>(
  'query',
  'Passbook',
  `($ledger: ID!, $first: Int, $after: String) { viewer { passbook(ledger: $ledger, first: $first, after: $after) { edges { node { ${transfer} } } ${page} } } }`
)

/** The shop, and where the viewer may collect what is bought. */
export const shopDocument = operation<{
  shop: { label: string; ledger: { id: string }; areas: { id: string; name: string }[] } | null
}>('query', 'Shop', ' { shop { label ledger { id } areas { id name } } }')

/** The shelf as it stands for the viewer, with their account and what waits for them. */
export const shelfDocument = operation<
  { goods: Page<Good>; viewer: { accounts: Account[]; passbook: Page<Transfer> } | null },
  { area: string | null; ledger: string }
>(
  'query',
  'Shelf',
  `($area: ID, $ledger: ID!) { goods(area: $area, first: 100) { edges { node { id name price stock limit per left refused { code message } } } ${page} }
    viewer { accounts { ${account} } passbook(ledger: $ledger, kind: REDEMPTION, state: PENDING, first: 100) { edges { node { ${transfer} } } ${page} } } }`
)

/** What the viewer may certify or hand over. */
export const waitingDocument = operation<{ transfersToSettle: Page<Waiting> }, { first: number; after: string | null }>(
  'query',
  'Waiting',
  `($first: Int, $after: String) { transfersToSettle(first: $first, after: $after) { edges { node { ${transfer} holder { ${person} } case { id number service { title } answers } } } ${page} } }`
)

/** What the viewer has settled lately. */
export const settledDocument = operation<{ transfersSettled: Page<Waiting> }>(
  'query',
  'Settled',
  ` { transfersSettled(first: 20) { edges { node { ${transfer} holder { ${person} } case { id number service { title } answers } } } ${page} } }`
)

const one = `{ __typename ... on Transfer { ${transfer} } ${refused} }`
const many = `{ __typename ... on Settlements { outcomes { transfer result { __typename ... on Transfer { id } ${refused} } } } ${refused} }`
type One = ({ __typename: 'Transfer' } & Transfer) | Refused

/** Reserves a good. */
export const redeemDocument = operation<{ redeem: One }, { input: { id: string; good: string; area: string } }>(
  'mutation',
  'Redeem',
  `($input: RedeemInput!) { redeem(input: $input) ${one} }`
)

/** Gives a redemption back. */
export const cancelDocument = operation<{ cancelRedemption: One }, { input: { id: string; transfer: string } }>(
  'mutation',
  'Cancel',
  `($input: CancelRedemptionInput!) { cancelRedemption(input: $input) ${one} }`
)

/** Certifies or rejects a batch. */
export const certifyDocument = operation<
  { certify: Settlements | Refused },
  { input: { id: string; transfers: string[]; verdict: 'ACCEPT' | 'REJECT'; reason?: string } }
>('mutation', 'Certify', `($input: CertifyInput!) { certify(input: $input) ${many} }`)

/** Puts a posted transfer right. */
export const reverseDocument = operation<{ reverse: One }, { input: { id: string; transfer: string; reason: string } }>(
  'mutation',
  'Reverse',
  `($input: ReverseInput!) { reverse(input: $input) ${one} }`
)

/** Hands a batch over. */
export const handOverDocument = operation<
  { handOver: Settlements | Refused },
  { input: { id: string; transfers: string[] } }
>('mutation', 'HandOver', `($input: HandOverInput!) { handOver(input: $input) ${many} }`)

/** Changes of transfers in the viewer's passbook and on their lists; ids only, the lists read anew. */
export const transfersDocument = operation<{ transferChanged: { id: string } }>(
  'subscription',
  'Transfers',
  ' { transferChanged { id } }'
)

/** Points in scenarios: steps that settle, reverse and buy as commands, goods on the shelf, and the passbooks as they should be. */
import {
  amountOf,
  holderAccount,
  pointsOf,
  pointsText,
  spendable,
  type Good,
  type Ledger,
  type Locality,
  type ScenarioFile,
  type Transfer
} from '@gridwright/core'
import type { MemoryStore } from './memory.ts'
import type { PointsCommand } from './points-command.ts'

type ScenarioStep = ScenarioFile['steps'][number]
export type PointsStep = Extract<ScenarioStep, { do: string; transfer: unknown }>
type Expected = Extract<ScenarioStep, { expect: { points: unknown } }>['expect']['points']
type Figures = { readonly balance?: string; readonly pending?: string; readonly spendable?: string }

/** `ids` are those of the cases and redemptions that the scenario has named. */
type Run = { readonly locality: Locality; readonly store: MemoryStore; readonly ids: ReadonlyMap<string, string> }

/** Whether a step is about points. */
export function isPointsStep(step: ScenarioStep): step is PointsStep {
  return 'transfer' in step
}

/** The goods that a scenario puts on the shelf, at prices in the shop's ledger; a price that is no whole unit of it is left out. */
export function goodsOf(locality: Locality, scenario: ScenarioFile): readonly Good[] {
  const ledger = locality.points && pointsOf(locality.points).shop?.ledger
  return Object.entries(scenario.given.goods ?? {}).flatMap(([id, { price, stock, limit, per }]) => {
    const amount = ledger && amountOf(price, ledger.unit)
    return amount === undefined
      ? []
      : [{ id, name: id, price: amount, stock, limit: limit ?? null, per: per ?? 'ever' }]
  })
}

/** The command that a step gives; what it names and is not there has no id, and is refused as unknown. */
export function pointsCommandOf(
  run: Run,
  step: PointsStep,
  sent: { readonly id: string; readonly now: number }
): PointsCommand {
  const { id, now } = sent
  const common = { id, now, actor: { person: step.as } }
  if (step.do === 'redeem') return { ...common, kind: 'redeem', good: step.good, area: step.area }
  const transfer = transferIn(run, step.transfer)
  if (step.do === 'reverse') return { ...common, kind: 'reverse', transfer, reason: step.reason }
  if (step.do !== 'certify') return { ...common, kind: step.do, transfer }
  const { verdict = 'accept', reason } = step
  return { ...common, kind: 'certify', transfer, verdict, ...(reason === undefined ? {} : { reason }) }
}

function transferIn({ store, ids }: Run, named: string | { readonly rule: string; readonly case: string }): string {
  if (typeof named === 'string') return ids.get(named) ?? named
  const caseId = ids.get(named.case)
  const fits = ({ kind, rule, case: of }: Transfer) => kind === 'award' && rule === named.rule && of === caseId
  return [...store.transfers.values()].findLast(fits)?.id ?? `${named.rule} ${named.case}`
}

/** Each figure that is not as expected, with a JSON Pointer into the step. */
export function pointsDifferences(
  run: Run,
  expected: Expected
): readonly { readonly path: string; readonly expected: string; readonly actual: string }[] {
  const ledgers = run.locality.points ? [...pointsOf(run.locality.points).ledgers.values()] : []
  const compare = (path: string, person: string, ledger: Ledger | undefined, figures: Figures) => {
    if (!ledger)
      return [
        { path, expected: 'the one ledger, or one that is declared', actual: ledgers.map(({ id }) => id).join(' ') }
      ]
    const account = run.store.account(ledger.id, holderAccount(person))
    const actual = { balance: account.posted, pending: account.pending, spendable: spendable(ledger, account) }
    return (['balance', 'pending', 'spendable'] as const).flatMap(name => {
      const [wanted, got] = [figures[name], pointsText(actual[name], ledger.unit)]
      return wanted === undefined || wanted === got ? [] : [{ path: `${path}/${name}`, expected: wanted, actual: got }]
    })
  }
  return Object.entries(expected).flatMap(([person, figures]) => {
    const path = `/expect/points/${person}`
    if (isFigures(figures)) return compare(path, person, ledgers.length === 1 ? ledgers[0] : undefined, figures)
    return Object.entries(figures).flatMap(([id, own]) =>
      compare(
        `${path}/${id}`,
        person,
        ledgers.find(ledger => ledger.id === id),
        own
      )
    )
  })
}

function isFigures(figures: Expected[string]): figures is Figures {
  return Object.values(figures).every(figure => typeof figure === 'string')
}

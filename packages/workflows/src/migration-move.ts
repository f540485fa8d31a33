/**
 * The move of one case to other rules (案件迁移), and taking it back. A move is a journal entry that moves no machine: the effects of
 * the new state do not run, whoever was offered or has taken the case stays, and everything after goes by the new rules.
 */
import { canonicalJson, localityAt, partiesOf, procedureOf, type Locality, type Move } from '@gridwright/core'
import { unfitAnswers } from './answers.ts'
import type { Answers, CaseFacts, CaseRow, DeadlineState } from './case.ts'
import { isForgotten } from './check-deadlines.ts'
import type { Decision, Migrate, Refusal, Unmigrate } from './command.ts'
import { carriedDeadlines } from './deadlines.ts'
import { concluded } from './follow-up.ts'
import { machineOf, restingStates, type Machine } from './machine.ts'
import { deadlinesAt, graphOf, type Declared, type Graph } from './paths.ts'
import { positionKey, positionsOf } from './positions.ts'
import { ownerOf, ownersIn, rulesFor, systemSender } from './rights.ts'
import { expiryRound } from './rounds.ts'
import { standingsOf, type Standing } from './standing.ts'
import { noteTurn, type Telling, type Turn } from './turn.ts'

/** Moves `row` to the rules that are live at its place; refused where they are not those of the plan, the plan leaves the state where it is, nobody could go on, or the answers do not fit. */
export function decideMigrate(turn: Turn, row: CaseRow, command: Migrate): Decision | Refusal {
  const { locality } = turn
  const { move, now } = command
  if (!row.open) return { refused: 'case.closed' }
  if (row.service !== move.service || row.procedure !== move.from)
    return { refused: 'migration.other-rules', details: { procedure: row.procedure } }
  const procedure = procedureOf(localityAt(locality, row.places), row.service)
  if (procedure?.hash !== move.to) return { refused: 'migration.not-live', details: { procedure: move.to } }
  const state = move.states[row.state] ?? null
  if (state === null) return { refused: 'migration.pinned', details: { state: row.state } }
  const machine = machineOf(procedure.workflow)
  if (!restingStates(machine).includes(state)) return { refused: 'migration.state-unknown', details: { state } }
  const answers = answersBy(move, row.answers)
  const unfit = unfitAnswers(procedure, procedure.service.form, answers)
  if (unfit) return { ...unfit, refused: 'migration.answers' }
  const placed = placedIn(locality, machine, row, state)
  if (!goesOn(machine, { ...row, ...placed }, state)) return { refused: 'migration.nobody', details: { state } }
  const deadlines = carriedDeadlines({ locality, procedure }, row.deadlines, {
    state,
    now,
    entry: row.revision + 1,
    treat: key => move.deadlines[key] ?? 'keep',
    isProved: spent => endsByLimits(machine, state, spent)
  })
  const hasOthers = canonicalJson(answers) !== canonicalJson(row.answers)
  const moved = { plan: command.plan, who: command.who, why: command.why, answers: hasOthers }
  const changing = { ...differing(row, { ...placed, deadlines, procedure: procedure.hash }), moved }
  const cause = { event: 'MIGRATED', sender: systemSender, ...(hasOthers ? { answers } : {}) }
  const by = { ...turn, procedure, machine }
  return concluded(by, noteTurn(by, row, cause, changing, newOwnersTold(row, changing)))
}

/** Puts a case back as it was before its last move, due instants and all; refused once anything else has happened. */
export function decideUnmigrate(turn: Turn, row: CaseRow, command: Unmigrate): Decision | Refusal {
  const { undo, moved } = row
  if (!undo || moved?.plan !== command.plan) return { refused: 'migration.moved-on', details: { state: row.state } }
  const changing = { ...undo.facts, moved: null }
  const cause = { event: 'UNMIGRATED', sender: systemSender, ...(undo.answers ? { answers: undo.answers } : {}) }
  return concluded(turn, noteTurn(turn, row, cause, changing, newOwnersTold(row, changing)))
}

/** The answers of the application as the plan changes them: renamed, then filled in, then dropped. */
function answersBy({ answers: { rename = {}, default: given = {}, drop = [] } }: Move, before: Answers): Answers {
  const names = new Map(Object.entries(rename))
  const renamed = Object.entries(before).map(([name, value]) => [names.get(name) ?? name, value] as const)
  const dropped = new Set(drop)
  return Object.fromEntries(
    Object.entries({ ...given, ...Object.fromEntries(renamed) }).filter(([name]) => !dropped.has(name))
  )
}

type Placed = Pick<CaseFacts, 'state' | 'rung' | 'handlingArea' | 'offerOpen' | 'owners'>

/** Where the case then stands: on the rung that it has reached or the highest there is, with an offer only where the state knows of one. */
function placedIn(locality: Locality, machine: Machine, row: CaseRow, state: string): Placed {
  const ladder = machine.workflow.meta?.ladder ?? []
  const rung = Math.max(0, Math.min(row.rung, ladder.length - 1))
  const level = locality.posts.get(ladder[rung]?.post ?? '')?.level
  const handlingArea = level === undefined ? row.area : (row.places[level] ?? row.handlingArea)
  const offerOpen = row.offerOpen && asksOffered(machine, state)
  const owners = ownersIn(locality, machine, state, { ...row, rung, offerOpen })
  return { state, rung, handlingArea, offerOpen, owners }
}

/** Whether whom the case is offered to owns the state or may send one of its events. */
function asksOffered(machine: Machine, state: string): boolean {
  const rules = [...machine.events].flatMap(event => rulesFor(machine, state, event))
  return [ownerOf(machine, state), ...rules.map(({ by }) => by)].some(party =>
    partiesOf(party ?? []).includes('offered')
  )
}

/**
 * Whether the case has an owner there, if the state wants one, and stands as the check has proved that a case can: offered or taken at least
 * where one that came there by itself would be.
 */
function goesOn(machine: Machine, { owners, offerOpen, assignee }: CaseRow, state: string): boolean {
  const unowned = partiesOf(ownerOf(machine, state) ?? 'system').includes('system')
  const proved = proofsOf(machine).standings.some(
    ({ leaf, offered, taken }) => leaf === state && (!offered || offerOpen) && (!taken || assignee !== null)
  )
  return proved && (unowned || owners.length > 0)
}

type Proofs = {
  readonly graph: Graph
  readonly standings: readonly Standing[]
  /** By position. */
  readonly ends: Map<string, boolean>
}
const proofs = new WeakMap<Machine, Proofs>()

/** What is proved of how cases of these rules stand and go on. */
function proofsOf(machine: Machine): Proofs {
  const known = proofs.get(machine)
  if (known) return known
  const graph = graphOf(machine.workflow)
  const made = { graph, standings: standingsOf(machine, graph).all, ends: new Map() }
  proofs.set(machine, made)
  return made
}

/** Whether a case in `state` with these limits expired for good is never forgotten and never sent round for ever, as the check proves it of cases from their start. */
function endsByLimits(machine: Machine, state: string, over: readonly DeadlineState[]): boolean {
  const { workflow, states } = machine
  const { graph, ends } = proofsOf(machine)
  const isOver = (each: Declared) => over.some(({ state: at, name }) => at === each.state && name === each.name)
  const start = { leaf: state, spent: deadlinesAt(workflow, states, state).filter(isOver) }
  const key = positionKey(start)
  const known = ends.get(key)
  if (known !== undefined) return known
  const positions = positionsOf(graph, workflow, states, start)
  const isSound =
    ![...positions.values()].some(position => isForgotten(machine, graph, position)) &&
    expiryRound(graph, workflow, states, positions) === undefined
  ends.set(key, isSound)
  return isSound
}

/** Those of `facts` that are not so on `row`. */
function differing(row: CaseRow, facts: Partial<CaseFacts>): Partial<CaseFacts> {
  const before: Readonly<Record<string, unknown>> = row
  const kept = Object.entries(facts).filter(([name, value]) => canonicalJson(value) !== canonicalJson(before[name]))
  return Object.fromEntries(kept)
}

function newOwnersTold(row: CaseRow, { owners }: Partial<CaseFacts>): readonly Telling[] {
  return owners === undefined || owners.join() === row.owners.join() ? [] : [{ topic: 'case.todo', to: owners }]
}

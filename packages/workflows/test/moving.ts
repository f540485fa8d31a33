// A village whose rules change under its open cases, and the plans and commands that move them.
import {
  derivedUuid,
  parseSource,
  procedureOf,
  type Issue,
  type Locality,
  type MigrationFile,
  type Move
} from '@gridwright/core'
import { checkPlan, planHash, planMigration, type Migrate, type Outcome } from '../src/index.ts'
import type { Desk } from './desk.ts'
import { localityOf, village, type Files } from './folder.ts'

/** In each file some text, which must be there once, with other text in its place. */
export type Edits = Readonly<Record<string, readonly (readonly [find: string, put: string])[]>>

/** The village with its files edited; throws where the check finds an issue. */
export function villageAs(edits: Edits, from: Files = village): Locality {
  const files = new Map(from)
  for (const [file, changes] of Object.entries(edits))
    for (const [find, put] of changes) {
      const text = files.get(file) ?? ''
      if (text.split(find).length !== 2) throw new Error(`${file}: ${find}`)
      files.set(
        file,
        text.replace(find, () => put)
      )
    }
  return localityOf(files)
}

/** The village with its workflow edited. */
export const handledAs = (...changes: readonly (readonly [string, string])[]) =>
  villageAs({ 'workflows/handle.json': changes })

/** The plan from the rules of one locality to those of another, for one service, with what a reviewer has decided. */
export function planFor(from: Locality, to: Locality, decided: Partial<Move> = {}, service = 'mending'): MigrationFile {
  const [before, after] = [from, to].map(each => procedureOf(each, service))
  if (!before || !after) throw new Error(`no service ${service}`)
  const guessed = planMigration(before, after)
  const move = { ...guessed, ...decided, states: { ...guessed.states, ...decided.states } }
  return { locality: to.id, to: to.hash, moves: [move] }
}

/** What is wrong with the plan, as a file of its own. */
export function planIssues(plan: unknown, from: Locality, to: Locality): readonly Issue[] {
  const pinned = procedureOf(from, 'mending')
  const text = typeof plan === 'string' ? plan : JSON.stringify(plan, null, 2)
  return checkPlan(parseSource('plan.json', text), to, new Map(pinned ? [[pinned.hash, pinned]] : [])).issues
}

let sent = 0
const common = (desk: Desk) => ({
  id: derivedUuid(`moving ${++sent}`),
  actor: 'system' as const,
  case: desk.row.id,
  now: desk.now,
  salt: derivedUuid(`salt of moving ${sent}`),
  who: 'clerk',
  why: 'new rules'
})

/** Moves the desk's case by the first move of the plan. */
export function move(desk: Desk, plan: MigrationFile, more: Partial<Migrate> = {}): Promise<Outcome> {
  const [first] = plan.moves
  if (!first) throw new Error('a plan without moves')
  return desk.send({ ...common(desk), kind: 'migrate', plan: planHash(plan), move: first, ...more })
}

/** Takes the move by this plan back. */
export function moveBack(desk: Desk, plan: MigrationFile): Promise<Outcome> {
  return desk.send({ ...common(desk), kind: 'unmigrate', plan: planHash(plan) })
}

/** The limit for a case to be dispatched, as its workflow says it. */
export const limit = '"within": "PT4H", "clock": "work", "warnAt": "0.5", "onExpire": "UNDISPATCHED"'
/** The village with six hours for it instead of four. */
export const longer = handledAs([limit, limit.replace('PT4H', 'PT6H')])
/** `received` is called `asked` now. */
export const renamed = handledAs(
  ['"initial": "received"', '"initial": "asked"'],
  ['    "received": {', '    "asked": {'],
  ['"UNDISPATCHED": { "target": "received"', '"UNDISPATCHED": { "target": "asked"'],
  ['"UNTAKEN": { "target": "received"', '"UNTAKEN": { "target": "asked"'],
  ['"UNDONE": { "target": "received"', '"UNDONE": { "target": "asked"'],
  ['          { "target": "received", "meta"', '          { "target": "asked", "meta"']
)
const eligible = `  "eligible": {
    "cel": "has(answers.storeys) && answers.storeys > 1 || !('officer' in actor.posts)",
    "otherwise": "镇干部不代办平房"
  },
`
/** The village with another form of orders, and no condition that asks for its fields. */
export const order = (...changes: readonly (readonly [string, string])[]) =>
  villageAs({ 'forms/order.json': changes, 'services/mending.json': [[eligible, '']] })
/** The field of orders that may be left out. */
export const storeys = `,
    "storeys": { "type": "integer", "title": "几层楼", "minimum": 1, "maximum": 40 }`

// Surveys of what migrations do: cases of the examples go on for a while, a random release is published and a plan, its questions
// answered at random, moves them; what comes of each must be a case by some rules that goes on to its end.
import {
  canonicalJson,
  localityAt,
  partiesOf,
  procedureOf,
  proceduresOf,
  type Locality,
  type MigrationFile,
  type Move,
  type Procedure
} from '@gridwright/core'
import { check, foldCase, machineOf, planMigration, restingStates, undecided, type CaseRow } from '../src/index.ts'
import { declaredDeadlines, deadlineKey } from '../src/deadlines.ts'
import { lineage } from '../src/machine.ts'
import { ownerOf } from '../src/rights.ts'
import { pick, type Draw } from './filled-in.ts'
import { localityOf } from './folder.ts'
import { move, moveBack } from './moving.ts'
import { randomRelease } from './random-releases.ts'
import type { Ground } from './survey.ts'
import { begun, walked, type Walking } from './wander.ts'

/** `tries` are moves that were asked for, by what came of them: `moved`, `back`, or the code of the refusal. */
export type MigrationSurvey = {
  readonly releases: number
  readonly tries: ReadonlyMap<string, number>
  readonly troubles: readonly string[]
}

const casesOfRelease = 8

/** Moves cases of the ground to random releases, `moves` times. */
export async function migrated(ground: Ground, draw: Draw, moves: number): Promise<MigrationSurvey> {
  const locality = localityOf(ground.files)
  const tries = new Map<string, number>()
  const troubles: string[] = []
  let releases = 0
  for (let done = 0; done < moves;) {
    const next = check(randomRelease(ground.files, ground.mutations, draw)).locality
    const services = next ? touched(locality, next) : []
    if (!next || services.length === 0) continue
    releases++
    for (let i = 0; i < casesOfRelease && done < moves; i++) {
      const walking = await begun(locality, pick(services, draw) ?? '', ground.areas, draw)
      const came = walking && (await movedOn(walking, next, draw))
      if (!came) continue
      done++
      tries.set(came.result, (tries.get(came.result) ?? 0) + 1)
      if (came.trouble !== undefined) troubles.push(`${ground.name}: ${came.trouble}`)
    }
  }
  return { releases, tries, troubles }
}

/** The services whose cases would go by other rules. */
function touched(locality: Locality, next: Locality): readonly string[] {
  const rules = (of: Locality, service: string) => proceduresOf(of, service).map(({ hash }) => hash)
  return [...locality.services.keys()].filter(id => rules(locality, id).join() !== rules(next, id).join())
}

type Came = { readonly result: string; readonly trouble: string | undefined }

/** A case goes on for a while, is moved, perhaps taken back, and goes on to its end; undefined where the release changes nothing for it, or it has ended before. */
async function movedOn(walking: Walking, next: Locality, draw: Draw): Promise<Came | undefined> {
  const { desk, procedure: from, trace } = walking
  await walked(walking, draw(10))
  const to = procedureOf(localityAt(next, desk.row.places), desk.row.service)
  if (!desk.row.open || !to || to.hash === from.hash) return undefined
  const before = desk.row
  desk.locality = next
  const plan = decided(next, from, to, draw)
  const outcome = await move(desk, plan)
  const refused = 'refused' in outcome ? outcome.refused : undefined
  const back = refused === undefined && draw(5) === 0
  trace.push(`(${refused ?? 'moved'}) → ${desk.row.state}`)
  const wrong = refused === undefined ? wrongIn(desk.row, to) : differs(before, desk.row)
  if (back) await moveBack(desk, plan)
  const undone = back ? differs(before, desk.row) : undefined
  const replayed = desk.journal.reduce<CaseRow | undefined>(foldCase, undefined)
  const unlike = canonicalJson(replayed) === canonicalJson(desk.row) ? undefined : 'the journal does not give the case'
  const { trouble } = await walked({ ...walking, procedure: refused === undefined && !back ? to : from })
  const found = wrong ?? undone ?? unlike ?? trouble
  return {
    result: back ? 'back' : (refused ?? 'moved'),
    trouble: found && `${desk.row.service} ${found}: ${trace.slice(-8).join(', ')}; ${JSON.stringify(plan.moves[0])}`
  }
}

/** A case that was moved rests in a state of its rules, with just the limits that they have for it, and belongs to somebody if the state wants an owner. */
function wrongIn({ state, procedure, deadlines, owners }: CaseRow, to: Procedure): string | undefined {
  const machine = machineOf(to.workflow)
  if (!restingStates(machine).includes(state) || procedure !== to.hash) return `is in an unknown state ${state}`
  const around = [null, ...lineage(state)]
  const declared = declaredDeadlines(to).filter(each => around.includes(each.state))
  const [running, wanted] = [deadlines, declared].map(list => list.map(deadlineKey).sort().join())
  if (running !== wanted) return `has the limits ${running} and not ${wanted} in ${state}`
  const owned = !partiesOf(ownerOf(machine, state) ?? 'system').includes('system')
  return owned && owners.length === 0 ? `belongs to nobody in ${state}` : undefined
}

const ofTheMove: readonly (keyof CaseRow)[] = ['revision', 'updatedAt', 'lastHash', 'counts', 'moved', 'undo']

/** What a case that was not moved, or was moved and taken back, may not differ in. */
function differs(before: CaseRow, after: CaseRow): string | undefined {
  const facts = (row: CaseRow) =>
    canonicalJson({ ...row, ...Object.fromEntries(ofTheMove.map(name => [name, undefined])) })
  return facts(before) === facts(after) ? undefined : 'is not as it was'
}

/** The plan with each question answered at random, and limits treated at random. */
function decided(locality: Locality, from: Procedure, to: Procedure, draw: Draw): MigrationFile {
  const guessed = planMigration(from, to)
  const known = restingStates(machineOf(to.workflow))
  const stateFor = (mapped: string | null) =>
    mapped !== undecided && draw(8) > 0 ? mapped : draw(5) === 0 ? null : (pick(known, draw) ?? null)
  const treatments = ['keep', 'restart', 'recompute'] as const
  const first: Move = {
    ...guessed,
    states: Object.fromEntries(Object.entries(guessed.states).map(([state, mapped]) => [state, stateFor(mapped)])),
    deadlines: Object.fromEntries(
      Object.entries(guessed.deadlines).map(([key, treatment]) => [
        key,
        draw(2) === 0 ? treatment : (pick(treatments, draw) ?? 'keep')
      ])
    ),
    answers: { drop: Object.keys(guessed.answers.rename ?? {}), default: {} }
  }
  return { locality: locality.id, to: locality.hash, moves: [first] }
}

/**
 * Migration plans (迁移计划): how open cases go over to other rules. What is the same by its name is mapped; what nobody but a person
 * can know is written as an open question, which must be answered before the plan is applied.
 */
import {
  canonicalJson,
  contentHash,
  parseDuration,
  type DeadlineTreatment,
  type FormFile,
  type FormSection,
  type MigrationFile,
  type Move,
  type Procedure
} from '@gridwright/core'
import { declaredDeadlines, declaredLimit, deadlineKey, type DeclaredDeadline } from './deadlines.ts'
import { machineOf, restingStates } from './machine.ts'

/** What stands in a plan where a person has to decide. */
export const undecided = '?'

/** The hash that a plan is known by; where its schema lies is no part of it. */
export function planHash({ $schema: _schema, ...plan }: MigrationFile): string {
  return contentHash(plan)
}

/** How the open cases of a service go over from one procedure to another, as far as it can be guessed. */
export function planMigration(from: Procedure, to: Procedure): Move {
  const states = new Set(restingStates(machineOf(to.workflow)))
  return {
    service: to.id,
    from: from.hash,
    to: to.hash,
    states: Object.fromEntries(
      restingStates(machineOf(from.workflow)).map(state => [state, states.has(state) ? state : undecided])
    ),
    deadlines: Object.fromEntries(
      carriedOver(from, to).map(([before, after]) => [deadlineKey(after), treatmentOf(from, before, to, after)])
    ),
    answers: answerChanges(from.forms.get(from.service.form), to.forms.get(to.service.form))
  }
}

/** Deadlines of the new rules with those of the old that may run on as them: of the same place, or else of the same name. */
function carriedOver(from: Procedure, to: Procedure): readonly (readonly [DeclaredDeadline, DeclaredDeadline])[] {
  const before = declaredDeadlines(from)
  return declaredDeadlines(to).flatMap(after => {
    const named = before.filter(({ name, state }) => name === after.name && (state === null) === (after.state === null))
    const found = named.find(({ state }) => state === after.state) ?? named[0]
    return found ? [[found, after] as const] : []
  })
}

/**
 * A limit that is the same, or has become shorter on the same clock, runs on as it was: nobody is late because the rules have changed.
 * Any other is worked out anew from its own start.
 */
function treatmentOf(
  from: Procedure,
  before: DeclaredDeadline,
  to: Procedure,
  after: DeclaredDeadline
): DeadlineTreatment {
  const [old, next] = [limitIn(from, before), limitIn(to, after)]
  if (canonicalJson(old) === canonicalJson(next)) return 'keep'
  if (canonicalJson(old.clock) !== canonicalJson(next.clock)) return 'recompute'
  const [was, is] = [parseDuration(old.within ?? ''), parseDuration(next.within ?? '')]
  const shorter = was && is && is.days <= was.days && is.timeMs <= was.timeMs && old.within !== next.within
  return shorter ? 'keep' : 'recompute'
}

function limitIn(procedure: Procedure, { rule }: DeclaredDeadline) {
  const { within, clock } = declaredLimit(procedure, rule)
  const { warnAt, repeat } = rule
  return { within, clock: procedure.clocks.get(clock ?? ''), warnAt, every: repeat?.every, max: repeat?.max }
}

function answerChanges(from: FormFile | undefined, to: FormFile | undefined): Move['answers'] {
  const [before, after] = [fieldsOfForm(from), fieldsOfForm(to)]
  const gone = [...before].filter(name => !after.has(name))
  const wanted = (to?.required ?? []).filter(name => !from?.required?.includes(name))
  return {
    rename: Object.fromEntries(gone.map(name => [name, undecided])),
    default: Object.fromEntries(wanted.map(name => [name, to?.properties[name]?.default ?? undecided])),
    drop: []
  }
}

/** The names of all fields that a form asks for, those of its branches among them. */
export function fieldsOfForm(form: FormSection | undefined): ReadonlySet<string> {
  if (!form) return new Set()
  const { properties = {}, allOf = [], dependentSchemas = {} } = form
  const branches = [form.then, form.else, ...allOf, ...Object.values(dependentSchemas)]
  return new Set([...Object.keys(properties), ...branches.flatMap(branch => [...fieldsOfForm(branch)])])
}

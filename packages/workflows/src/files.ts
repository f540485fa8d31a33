/** Uploaded files among answers: which a command names, whether its sender uploaded them, and that the case keeps them. */
import { procedureOf, type Locality, type Procedure } from '@gridwright/core'
import { photosIn } from '@gridwright/forms'
import type { Answers } from './case.ts'
import type { Command, Decision, Facts, FileUse, Reads, Refusal } from './command.ts'
import { machineOf } from './machine.ts'
import { rulesFor } from './rights.ts'

/** The files that the answers of `command` may name, to be looked up; undefined where they name none. */
export function namedFiles(
  command: Command,
  procedure: Procedure | undefined,
  locality: Locality,
  facts: Facts
): Reads['files'] {
  if ((command.kind !== 'submit' && command.kind !== 'act') || command.actor === 'system') return undefined
  const asked = command.kind === 'submit' ? procedureOf(locality, command.service) : procedure
  if (!asked) return undefined
  const forms = command.kind === 'submit' ? [asked.service.form] : formsOf(asked, facts, command.event)
  const ids = new Set(forms.flatMap(form => filesIn(asked, form, command.answers ?? {})))
  return ids.size === 0 ? undefined : { person: command.actor.person, ids: [...ids] }
}

function formsOf(procedure: Procedure, { case: row }: Facts, event: string): readonly (string | undefined)[] {
  return row ? rulesFor(machineOf(procedure.workflow), row.state, event).map(({ form }) => form) : []
}

function filesIn(procedure: Procedure, name: string | undefined, answers: Answers): readonly string[] {
  const form = name === undefined ? undefined : procedure.forms.get(name)
  return form ? photosIn(form, answers).map(({ file }) => file) : []
}

/** Why a photo in the answers cannot be taken: the sender has not uploaded it, or it was swept away since. */
export function missingFile(
  procedure: Procedure,
  name: string | undefined,
  answers: Answers,
  files: Facts['files']
): Refusal | undefined {
  const form = name === undefined ? undefined : procedure.forms.get(name)
  const missing = form && photosIn(form, answers).find(({ file }) => files?.has(file) !== true)
  return missing && { refused: 'file.missing', path: `/answers${missing.path}` }
}

/** The decision, and that the entry which holds these answers keeps the files that they name. */
export function keepingFiles(
  decision: Decision | Refusal,
  procedure: Procedure,
  name: string | undefined,
  { answers, ...entry }: Omit<FileUse, 'ids'> & { readonly answers: Answers }
): Decision | Refusal {
  const ids = [...new Set(filesIn(procedure, name, answers))]
  if ('refused' in decision || ids.length === 0) return decision
  return { ...decision, changes: [...decision.changes, { kind: 'files', use: { ...entry, ids } }] }
}

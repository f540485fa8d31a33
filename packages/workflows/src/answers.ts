/** Answers held against the form that an event or an application asks for. */
import type { Procedure } from '@gridwright/core'
import { compileForm } from '@gridwright/forms'
import type { Answers } from './case.ts'
import type { Refusal } from './command.ts'

const issuesTold = 100

/** Why `answers` do not fit the form named `name` of the procedure (none: nothing may be answered), or undefined where they do. */
export function unfitAnswers(procedure: Procedure, name: string | undefined, answers: Answers): Refusal | undefined {
  if (name === undefined)
    return Object.keys(answers).length > 0 ? { refused: 'answers.unexpected', path: '/answers' } : undefined
  const form = procedure.forms.get(name)
  if (!form) throw new Error(`procedure ${procedure.hash} has no form ${name}`)
  const issues = compileForm(form)(answers)
  const [first] = issues
  return (
    first && {
      refused: 'answers.invalid',
      path: `/answers${first.path}`,
      details: { issues: issues.slice(0, issuesTold) }
    }
  )
}

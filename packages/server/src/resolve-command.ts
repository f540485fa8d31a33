/** The two mutations: `submit` begins a case, `act` sends it an event. The rules' no is a `Refused`, never an error. */
import { randomBytes } from 'node:crypto'
import { textIn } from '@gridwright/core'
import { answerMessage, type AnswerIssue } from '@gridwright/forms'
import type { Answers, CaseRow, Command, Refusal, Submit } from '@gridwright/workflows'
import { GraphQLError } from 'graphql'
import { maySee } from './access.ts'
import type { Context } from './context.ts'
import { given } from './resolve-locality.ts'
import { refusalText } from './texts.ts'

type SubmitInput = {
  id: string
  service: string
  area: string
  answers: unknown
  channel?: string | null
  applicant?: { person?: string; contact?: { name: string; phone: string } } | null
}
type ActInput = { id: string; case: string; event: string; answers?: unknown; expectedRevision?: number | null }
/** A refusal as the client reads it. */
export type Refused = {
  readonly __typename: 'Refused'
  readonly code: string
  readonly message: string
  readonly path: string | null
  readonly details: unknown
}

export const commandMutations = {
  async submit(_: unknown, { input }: { input: SubmitInput }, context: Context) {
    const { service, area, channel, applicant } = input
    return send(context, actor => ({
      ...common(input.id, context),
      kind: 'submit',
      actor,
      service,
      area,
      answers: answersOf(input.answers),
      ...given({ channel, applicant: applicantOf(applicant) })
    }))
  },
  async act(_: unknown, { input }: { input: ActInput }, context: Context) {
    const result = await send(context, actor => ({
      ...common(input.id, context),
      kind: 'act',
      actor,
      case: input.case,
      event: input.event,
      ...given({ answers: answersGiven(input.answers), expectedRevision: input.expectedRevision })
    }))
    return '__typename' in result && !(await mayLearn(context, input.case))
      ? refused({ refused: 'case.unknown' }, context)
      : result
  }
}

export const resultFields = {
  SubmitResult: { __resolveType: typeOf },
  ActResult: { __resolveType: typeOf }
}

function typeOf(result: CaseRow | Refused): 'Case' | 'Refused' {
  return '__typename' in result ? 'Refused' : 'Case'
}

async function send(context: Context, command: (actor: { person: string }) => Command): Promise<CaseRow | Refused> {
  const { identity, locality, store } = context
  if (!identity || identity.locality !== locality.id) return refused({ refused: 'signin.required' }, context)
  const { outcome, row: left } = await store.runForRow(locality.id, command({ person: identity.person }))
  if ('refused' in outcome) return refused(outcome, context)
  const row = left ?? (await store.rowOf(locality.id, outcome.case))
  if (!row) throw new Error(`case ${outcome.case} was acknowledged and is not there`)
  return row
}

/** Whether the one who was refused may know why: a stranger learns no more of a case than of one that is not there. */
async function mayLearn({ viewer, store, locality }: Context, id: string): Promise<boolean> {
  const asking = await viewer()
  const row = asking && (await store.rowOf(locality.id, id))
  return !row || maySee(row, asking)
}

function common(id: string, { now }: Context) {
  return { id, now, salt: randomBytes(16).toString('hex') }
}

function applicantOf(applicant: SubmitInput['applicant']): Submit['applicant'] {
  if (applicant?.person !== undefined) return { person: applicant.person }
  return applicant?.contact ? { contact: applicant.contact } : undefined
}

function answersGiven(value: unknown): Answers | undefined {
  return value === null || value === undefined ? undefined : answersOf(value)
}

function answersOf(value: unknown): Answers {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Answers // any JSON object; the form judges its members
  throw new GraphQLError('answers must be a JSON object', { extensions: { code: 'answers.not-an-object' } })
}

/** A refusal in the reader's language; issues of answers bring their own messages. */
export function refused({ refused: code, path, details }: Refusal, { language, locality }: Context): Refused {
  const reason = details?.reason
  const text = typeof reason === 'object' ? (reason as Record<string, string>) : undefined // a text of the config
  const shown = text ? { ...details, reason: textIn(text, language, locality.languages) } : details
  const issues = code === 'answers.invalid' ? ((details?.issues ?? []) as readonly AnswerIssue[]) : undefined // as the form's validator made them
  const told = issues?.map(issue => ({ ...issue, message: answerMessage(issue, language) }))
  return {
    __typename: 'Refused',
    code,
    message: refusalText(code, shown, language),
    path: path ?? null,
    details: told ? { issues: told } : (shown ?? null)
  }
}

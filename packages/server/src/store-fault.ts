// What can go wrong around the store, as errors with a stable code: a broken world, or input that a whole operation refuses.
import type { Issue } from '@gridwright/core'

/** One row of imported data that cannot be taken; `line` counts from 1. */
export type DataProblem = {
  readonly file: string
  readonly line: number
  readonly column: string
  readonly problem: string
  readonly value: string
}

/** What a fault turned on: issues of a refused release, problems of refused data and how many there are beyond these. */
type Details = {
  readonly 'release.refused': { readonly issues: readonly Issue[] }
  readonly 'import.refused': { readonly problems: readonly DataProblem[]; readonly beyond: number }
}
type Bare =
  | 'commit.unknown'
  | 'database.unavailable'
  | 'locality.unknown'
  | 'procedure.unknown'
  | 'release.unknown'
  | 'release.unproposed'
  | 'release.own-approval'
export type StoreFaultCode = Bare | keyof Details
export type StoreFault<C extends StoreFaultCode = StoreFaultCode> = Error & {
  readonly code: C
} & (C extends keyof Details ? Details[C] : unknown)

const messages: Readonly<Record<StoreFaultCode, string>> = {
  'commit.unknown':
    'the connection was lost while the command was being committed; send it again with the same id to learn what became of it',
  'database.unavailable':
    'the database cannot be reached now; nothing was changed, send the command again with the same id',
  'locality.unknown': 'no release of this locality is published',
  'procedure.unknown': 'no stored release holds this procedure',
  'release.unknown': 'no such release of this locality is stored',
  'release.unproposed': 'nobody has proposed this release',
  'release.own-approval': 'the second person must be another one',
  'release.refused': 'the locality has errors and was not published',
  'import.refused': 'the data has errors and nothing of it was imported'
}

/** The fault `code` about `what`; `cause` is kept for the log. */
export function storeFault<C extends StoreFaultCode>(
  code: C,
  what: string,
  details: C extends keyof Details ? Details[C] & { cause?: unknown } : { cause?: unknown }
): StoreFault<C> {
  const { cause, ...rest } = details
  const error = new Error(`${messages[code]}${what === '' ? '' : `: ${what}`}`, { cause })
  return Object.assign(error, { name: 'StoreFault', code }, rest) as StoreFault<C> // the details are those of the code, as the parameter's type says
}

/** Whether `error` is this fault of the store. */
export function isStoreFault<C extends StoreFaultCode>(error: unknown, code: C): error is StoreFault<C> {
  return error instanceof Error && error.name === 'StoreFault' && 'code' in error && error.code === code
}

const retried = new Set(['40001', '40P01', '55P03'])
const twins = new Set(['command_log_pkey', 'case_record_pkey', 'case_event_pkey', 'transfer_pkey'])

/** What an error of a statement means: try again (serialisation, deadlock, lock timeout, a twin that was first), connection gone, or neither. */
export function kindOf(error: unknown): 'again' | 'lost' | 'other' {
  if (!(error instanceof Error)) return 'other'
  const code = 'code' in error ? String(error.code) : ''
  if (retried.has(code)) return 'again'
  if (code === '23505') return 'constraint' in error && twins.has(String(error.constraint)) ? 'again' : 'other'
  if (/^(57P0[123]|08\w{3}|53300|25P03|E[A-Z]+)$/.test(code)) return 'lost'
  return code === '' && /connect|terminat|closed|timeout exceeded/i.test(error.message) ? 'lost' : 'other'
}

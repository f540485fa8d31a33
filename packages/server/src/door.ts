// The command door on PostgreSQL: one command is one transaction, tried again where only another's lock stood in its way, and
// answered when it is committed and not before.
import { setTimeout as pause } from 'node:timers/promises'
import { handle, type CaseRow, type Command, type Outcome } from '@gridwright/workflows'
import { failPoint, planted } from './chaos.ts'
import type { Releases } from './releases.ts'
import { kindOf, storeFault } from './store-fault.ts'
import type { Session } from './store-session.ts'
import { isUuid, openTx } from './transaction.ts'

/** What came of a command, with the case as this very command left it; a twin's answer brings no row. */
export type Done = { readonly outcome: Outcome; readonly row?: CaseRow }
export type Door = (locality: string, command: Command) => Promise<Done>

const tries = 4
const firstPauseMs = 10
const maxCommandChars = 1_000_000

/** The door of `session`, by the rules of `releases`. Throws `database.unavailable` and `commit.unknown`, after both of which the same command may be sent again. */
export function openDoor(session: Session, releases: Releases): Door {
  return async (locality, command) => {
    const refusal = unfit(command)
    if (refusal) return { outcome: refusal }
    for (let tried = 1; ; tried++) {
      try {
        return await once(session, releases, locality, command)
      } catch (error) {
        if (kindOf(error) === 'other') throw error
        if (tried >= tries) throw storeFault('database.unavailable', '', { cause: error })
        await pause(firstPauseMs * 2 ** tried * (0.5 + Math.random()))
      }
    }
  }
}

async function once(session: Session, releases: Releases, locality: string, command: Command): Promise<Done> {
  const published = await releases.published(locality)
  if (!published) return { outcome: { refused: 'locality.unknown' } }
  let applied: Promise<unknown> | undefined
  let acknowledge: (done: Done) => void = () => undefined
  const committed = session.within(locality, async run => {
    const opened = openTx(run, locality, { tick: command.actor === 'system' })
    const rules = { locality: published.locality, procedure: (hash: string) => releases.procedure(locality, hash, run) }
    const outcome = await handle(opened.tx, rules, command)
    applied = opened.applied()
    if (!applied) throw unchanged(outcome)
    const row = opened.row()
    const done = { outcome, ...(row ? { row } : {}) }
    if (planted('ack-before-commit')) {
      acknowledge(done)
      await pause(20)
    }
    failPoint('before-commit')
    return done
  })
  const answered = committed.then(
    async result => {
      await applied // sent before COMMIT: had it failed, COMMIT rolled back
      failPoint('after-commit')
      return result
    },
    (error: unknown) => {
      if (isUnchanged(error)) return { outcome: error.outcome }
      throw error
    }
  )
  if (!planted('ack-before-commit')) return answered
  return Promise.race([answered, new Promise<Done>(resolve => (acknowledge = resolve))])
}

type Unchanged = Error & { readonly outcome: Outcome }

/** Ends a transaction that has nothing to keep, so that not even its row in the command log stays: an answer given before, or a clock with nothing to do. */
function unchanged(outcome: Outcome): Unchanged {
  return Object.assign(new Error('nothing to commit'), { name: 'Unchanged', outcome })
}

function isUnchanged(error: unknown): error is Unchanged {
  return error instanceof Error && error.name === 'Unchanged'
}

/** Refuses what no row can hold, before anything is asked of the database; the same command is refused the same way each time. */
function unfit(command: Command): Outcome | undefined {
  if (!isUuid(command.id)) return { refused: 'command.id-invalid', path: '/id' }
  const text = JSON.stringify(command)
  if (text.length > maxCommandChars) return { refused: 'command.too-large', details: { limit: maxCommandChars } }
  return /(?<!\\)(\\\\)*\\u(0000|d[89a-f])/i.test(text) ? { refused: 'command.text-invalid' } : undefined
}

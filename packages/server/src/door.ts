// The command door on PostgreSQL: one command is one transaction, tried again where only another's lock or a twin stood in its way, and
// answered when it is committed and not before.
import { setTimeout as pause } from 'node:timers/promises'
import { handle, type AnyCommand, type CaseRow, type OutcomeOf, type Refusal } from '@gridwright/workflows'
import { failPoint, planted } from './chaos.ts'
import type { Releases } from './releases.ts'
import { kindOf, storeFault } from './store-fault.ts'
import type { News } from './store-news.ts'
import type { Session } from './store-session.ts'
import { isUuid, openTx, type StoreTx } from './transaction.ts'

/** What came of a command, with the case as this very command left it; a twin's answer brings no row. */
export type Done<C extends AnyCommand = AnyCommand> = { readonly outcome: OutcomeOf<C>; readonly row?: CaseRow }
export type Door = <C extends AnyCommand>(locality: string, command: C) => Promise<Done<C>>

type Telling = Pick<News, 'announce' | 'announceTransfer'>

const tries = 4
const firstPauseMs = 10
const maxCommandChars = 1_000_000

/** The door of `session`, by the rules of `releases`; `news` hears of what was committed. Throws `database.unavailable` and `commit.unknown`, after both of which the same command may be sent again. */
export function openDoor(session: Session, releases: Releases, news: Telling): Door {
  return async <C extends AnyCommand>(locality: string, command: C) => {
    const refusal = unfit(command)
    return refusal ? { outcome: refusal } : patiently(() => once({ session, releases, news }, locality, command))
  }
}

/** Does `work` again, a few times, where only another's lock, a twin or a lost connection stood in its way and nothing was committed. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await work()
    } catch (error) {
      if (kindOf(error) === 'other') throw error
      if (tried >= tries) throw storeFault('database.unavailable', '', { cause: error })
      await pause(firstPauseMs * 2 ** tried * (0.5 + Math.random()))
    }
  }
}

type House = { readonly session: Session; readonly releases: Releases; readonly news: Telling }

async function once<C extends AnyCommand>(
  { session, releases, news }: House,
  locality: string,
  command: C
): Promise<Done<C>> {
  const published = await releases.published(locality)
  if (!published) return { outcome: { refused: 'locality.unknown' } }
  let acknowledge: (done: Done<C>) => void = () => undefined
  let opened: StoreTx | undefined
  const committed = session.within(locality, async run => {
    opened = openTx(run, locality, { tick: command.kind === 'expire' || command.kind === 'recompute' })
    const rules = { locality: published.locality, procedure: (hash: string) => releases.procedure(locality, hash, run) }
    const outcome = await handle(opened.tx, rules, command)
    const row = opened.row()
    const done = { outcome, ...(row ? { row } : {}) }
    if (planted('ack-before-commit')) {
      acknowledge(done)
      await pause(20)
    }
    failPoint('before-commit')
    return done
  })
  const answered = committed.then(async done => {
    await opened?.applied() // sent before COMMIT: had it failed, COMMIT rolled back
    failPoint('after-commit')
    for (const { case: id, ordinal, event } of opened?.written() ?? [])
      news.announce(locality, { case: id, revision: ordinal, event })
    for (const id of opened?.moved() ?? []) news.announceTransfer(locality, id)
    return done
  })
  if (!planted('ack-before-commit')) return answered
  return Promise.race([answered, new Promise<Done<C>>(resolve => (acknowledge = resolve))])
}

/** Whether an id is of the version that the engine derives: who could choose such a one could take the place of what is still to come. */
function isDerived(id: string): boolean {
  return id[14] === '8'
}

/** Refuses what no row can hold, before anything is asked of the database; the same command is refused the same way each time. */
function unfit(command: AnyCommand): Refusal | undefined {
  if (!isUuid(command.id) || (command.actor !== 'system' && isDerived(command.id)))
    return { refused: 'command.id-invalid', path: '/id' }
  const text = JSON.stringify(command)
  if (text.length > maxCommandChars) return { refused: 'command.too-large', details: { limit: maxCommandChars } }
  return /(?<!\\)(\\\\)*\\u(0000|d[89a-f])/i.test(text) ? { refused: 'command.text-invalid' } : undefined
}

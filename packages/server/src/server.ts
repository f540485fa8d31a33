/** A running Gridwright server: store, clock, outbox and HTTP in one process, stopped gracefully within a limit. */
import type { Logger } from 'pino'
import { startErrands } from './errands.ts'
import { listen, type HttpOptions } from './http.ts'
import { newMetrics } from './metrics.ts'
import { startOutbox } from './outbox.ts'
import { startSweeper } from './sweeper.ts'
import type { Store } from './store.ts'
import { startFileSweep } from './stray-files.ts'

export type ServerOptions = Omit<HttpOptions, 'metrics'> & { readonly port: number }
export type RunningServer = {
  readonly port: number
  readonly url: string
  /** Ends within 10 s: new work is refused, running work finishes. */ stop(): Promise<void>
}

const graceMs = 5_000

/** Serves `store` on 127.0.0.1. Several processes may serve one database. Rejects with EADDRINUSE where the port is taken. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const metrics = newMetrics()
  const store = counted(options.store, metrics.commands)
  const http = await listen({ ...options, store, metrics }, options.port)
  const sweeper = startSweeper(options.store, {
    log: options.log,
    onTick: () => metrics.ticks.inc({ kind: 'deadline' })
  })
  const outbox = startOutbox(options.store, { log: options.log, onSent: () => metrics.ticks.inc({ kind: 'notice' }) })
  const errands = startErrands(options.store, { log: options.log })
  const fileSweep = startFileSweep(options.store, options.log)
  let stopped: Promise<void> | undefined
  return {
    port: http.port,
    url: `http://127.0.0.1:${http.port}`,
    stop: () =>
      (stopped ??= stopAll(options.log, [
        () => http.close(graceMs),
        () => sweeper.stop(),
        () => outbox.stop(),
        () => errands.stop(),
        () => fileSweep.stop()
      ]))
  }
}

async function stopAll(log: Logger, steps: readonly (() => Promise<void>)[]): Promise<void> {
  for (const step of steps)
    await step().catch((error: unknown) => log.error({ err: error }, 'a part did not stop cleanly'))
}

function counted(store: Store, commands: ReturnType<typeof newMetrics>['commands']): Store {
  const count = (kind: string, outcome: object) =>
    commands.inc({ kind, outcome: 'refused' in outcome ? String(outcome.refused) : 'accepted' })
  return {
    ...store,
    async runForRow(locality, command) {
      const done = await store.runForRow(locality, command)
      count(command.kind, done.outcome)
      return done
    },
    async runEvaluation(locality, command) {
      const outcome = await store.runEvaluation(locality, command)
      count(command.kind, outcome)
      return outcome
    },
    async runPoints(locality, command) {
      const outcome = await store.runPoints(locality, command)
      count(command.kind, outcome)
      return outcome
    }
  }
}

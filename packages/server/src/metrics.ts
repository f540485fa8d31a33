/** Figures of one server process for Prometheus: requests, commands by outcome, what the clock and the outbox did. */
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client'

export type Metrics = {
  readonly registry: Registry
  /** Seconds a request took, by route and status. */
  readonly requests: Histogram<'route' | 'status'>
  /** Commands by kind and outcome (`accepted` or the refusal's code). */
  readonly commands: Counter<'kind' | 'outcome'>
  /** Due deadlines that fired, and notices that were delivered. */
  readonly ticks: Counter<'kind'>
}

/** A registry of its own, so that several servers in one process do not mix. */
export function newMetrics(): Metrics {
  const registry = new Registry()
  // Every 10 ms, as it is by default, an idle server would wake a hundred times a second to see how late it is.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 })
  const registers = [registry]
  return {
    registry,
    requests: new Histogram({
      name: 'gridwright_request_seconds',
      help: 'Time a request took',
      labelNames: ['route', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
      registers
    }),
    commands: new Counter({
      name: 'gridwright_commands_total',
      help: 'Commands by kind and outcome',
      labelNames: ['kind', 'outcome'],
      registers
    }),
    ticks: new Counter({
      name: 'gridwright_ticks_total',
      help: 'Deadlines fired and notices delivered',
      labelNames: ['kind'],
      registers
    })
  }
}

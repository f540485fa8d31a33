/**
 * A workflow as an XState machine, used through its pure `transition` only. Every state gets marker actions on entry and exit
 * and every transition one when it is taken, so what happened comes out as data and is never guessed from snapshots
 * (XState returns the same snapshot for a re-entering self-transition).
 */
import type { Effect, Guard, Party, State, Transition, WorkflowFile } from '@gridwright/core'
import {
  createMachine,
  initialTransition,
  transition,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type StateValue
} from 'xstate'

/** A transition as declared: `id` is `state#EVENT/n`, with an empty state for the root. */
export type TransitionRule = {
  readonly id: string
  readonly state: string
  readonly event: string
  readonly index: number
  readonly by: Party | undefined
  readonly when: Guard | undefined
  readonly form: string | undefined
  readonly effects: readonly Effect[]
  readonly targetless: boolean
}

export type Happening =
  | { readonly kind: 'leave' | 'enter'; readonly state: string }
  | { readonly kind: 'effect'; readonly effect: Effect }

/** What one event did. `taken` is undefined where no transition was allowed; then nothing happened. */
export type Step = {
  readonly to: string
  readonly done: boolean
  readonly taken: TransitionRule | undefined
  readonly happenings: readonly Happening[]
}

export type Machine = {
  readonly workflow: WorkflowFile
  readonly rules: ReadonlyMap<string, TransitionRule>
  /** Every state by dotted path, parents before children. */
  readonly states: ReadonlyMap<string, State>
  /** Events that only the engine sends: expiries, exhaustions, tops of the ladder. */
  readonly engineEvents: ReadonlySet<string>
  readonly events: ReadonlySet<string>
  start(): Step
  step(state: string, event: string, allow: (rule: TransitionRule) => boolean): Step
}

const machines = new WeakMap<WorkflowFile, Machine>()

/** The machine of `workflow`, made once for each object. Throws only where `checkWorkflows` would have refused the file. */
export function machineOf(workflow: WorkflowFile): Machine {
  const known = machines.get(workflow)
  if (known) return known
  const made = build(workflow)
  machines.set(workflow, made)
  return made
}

/** The states that an open case can rest in: innermost ones that are no end. */
export function restingStates({ states }: Machine): readonly string[] {
  return [...states].flatMap(([path, state]) => (state.states || state.type === 'final' ? [] : [path]))
}

/** The innermost state of `path` and its ancestors, innermost first: `a.b` gives `a.b`, `a`. */
export function lineage(path: string): readonly string[] {
  const parts = path.split('.')
  return parts.map((_, i) => parts.slice(0, parts.length - i).join('.'))
}

/** Transitions declared for `event` in `on`, a lone target or object as a list of one. */
export function transitionsIn(on: WorkflowFile['on'], event: string): readonly Transition[] {
  const declared = on?.[event]
  if (declared === undefined) return []
  if (typeof declared === 'string') return [{ target: declared }]
  return Array.isArray(declared) ? declared : [declared]
}

type XEvent = { type: string; allow: (rule: TransitionRule) => boolean }

function build(workflow: WorkflowFile): Machine {
  const rules = new Map<string, TransitionRule>()
  const states = new Map<string, State>()
  collectStates(workflow.states, '', states)
  const marked = {
    id: workflow.id,
    initial: workflow.initial,
    on: markTransitions(workflow.on, '', rules),
    states: markStates(workflow.states, '', rules)
  }
  const config = marked as unknown as Parameters<typeof createMachine>[0] // built from a file that its schema has accepted
  const machine: AnyStateMachine = createMachine(config, {
    guards: { allowed: ({ event }, params) => allowed(event as XEvent, params as { id: string }, rules) } // our own events and params
  })
  const snapshots = new Map<string, AnyMachineSnapshot>()
  const at = (state: string) => {
    const known = snapshots.get(state) ?? machine.resolveState({ value: valueOf(state), context: {} })
    snapshots.set(state, known)
    return known
  }
  let first: Step | undefined
  return {
    workflow,
    rules,
    states,
    engineEvents: engineEventsOf(workflow, states),
    events: new Set([...rules.values()].map(rule => rule.event)),
    start: () => (first ??= stepOf(initialTransition(machine), rules)),
    step: remembered((state, event, allow) => stepOf(transition(machine, at(state), { type: event, allow }), rules))
  }
}

/** What was answered so far about a step: a further question with what comes of either answer, or the step itself. */
type Asked = { step?: Step; readonly rule?: TransitionRule; yes?: Asked; no?: Asked }

/** `step`, asked once for each state, event and run of answers: it always asks for the same rules in the same order, and then does the same. */
function remembered(step: Machine['step']): Machine['step'] {
  const known = new Map<string, Asked>()
  return (state, event, allow) => {
    const key = `${state} ${event}`
    const answers: boolean[] = []
    let at = known.get(key)
    while (at?.rule) {
      const holds = allow(at.rule)
      answers.push(holds)
      at = holds ? at.yes : at.no
    }
    if (at?.step) return at.step
    const asked: TransitionRule[] = []
    const found = step(state, event, rule => {
      const answer = answers[asked.push(rule) - 1] ?? allow(rule)
      answers[asked.length - 1] = answer
      return answer
    })
    known.set(key, grown(known.get(key), asked, answers, found))
    return found
  }
}

function grown(
  at: Asked | undefined,
  [rule, ...rules]: readonly TransitionRule[],
  [answer, ...answers]: readonly boolean[],
  step: Step
): Asked {
  if (!rule) return { step }
  return answer
    ? { ...at, rule, yes: grown(at?.yes, rules, answers, step) }
    : { ...at, rule, no: grown(at?.no, rules, answers, step) }
}

function allowed(event: XEvent, { id }: { id: string }, rules: Machine['rules']): boolean {
  const rule = rules.get(id)
  return rule !== undefined && event.allow(rule)
}

function stepOf(
  [snapshot, actions]: readonly [AnyMachineSnapshot, readonly { type: string; params: unknown }[]],
  rules: Machine['rules']
): Step {
  let taken: TransitionRule | undefined
  const happenings: Happening[] = []
  for (const { type, params } of actions) {
    const name = (params as { name?: string } | undefined)?.name ?? '' // our markers carry a name, effects do not need it
    if (type === 'gw.take') taken = rules.get(name)
    else if (type === 'gw.leave' || type === 'gw.enter')
      happenings.push({ kind: type === 'gw.leave' ? 'leave' : 'enter', state: name })
    else happenings.push({ kind: 'effect', effect: { type, ...(params === undefined ? {} : { params }) } as Effect }) // declared effects come back as they were
  }
  return { to: pathOf(snapshot.value), done: snapshot.status === 'done', taken, happenings }
}

function markStates(
  states: WorkflowFile['states'],
  parent: string,
  rules: Map<string, TransitionRule>
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(states).map(([name, state]) => {
      const path = parent ? `${parent}.${name}` : name
      const entry = [{ type: 'gw.enter', params: { name: path } }, ...(state.entry ?? [])]
      const exit = [{ type: 'gw.leave', params: { name: path } }]
      const below = state.states ? { initial: state.initial, states: markStates(state.states, path, rules) } : {}
      return [
        name,
        {
          ...(state.type ? { type: state.type } : {}),
          entry,
          exit,
          on: markTransitions(state.on, path, rules),
          ...below
        }
      ]
    })
  )
}

function markTransitions(
  on: WorkflowFile['on'],
  state: string,
  rules: Map<string, TransitionRule>
): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(on ?? {}).map(event => [
      event,
      transitionsIn(on, event).map((declared, index) => {
        const id = `${state}#${event}/${index}`
        const { meta, guard, target } = declared
        rules.set(id, {
          id,
          state,
          event,
          index,
          by: meta?.by,
          when: guard,
          form: meta?.form,
          effects: declared.actions ?? [],
          targetless: target === undefined
        })
        const take = { type: 'gw.take', params: { name: id } }
        const moves = target === undefined ? {} : { target, reenter: declared.reenter === true }
        return { ...moves, guard: { type: 'allowed', params: { id } }, actions: [take, ...(declared.actions ?? [])] }
      })
    ])
  )
}

function collectStates(states: WorkflowFile['states'], parent: string, into: Map<string, State>): void {
  for (const [name, state] of Object.entries(states)) {
    const path = parent ? `${parent}.${name}` : name
    into.set(path, state)
    if (state.states) collectStates(state.states, path, into)
  }
}

function engineEventsOf(workflow: WorkflowFile, states: ReadonlyMap<string, State>): ReadonlySet<string> {
  const names = new Set<string>()
  for (const deadlines of [workflow.meta?.deadlines, ...[...states.values()].map(state => state.meta?.deadlines)]) {
    for (const { onExpire, repeat } of Object.values(deadlines ?? {})) {
      names.add(onExpire)
      if (repeat) names.add(repeat.onExhausted)
    }
  }
  const transitions = [workflow.on, ...[...states.values()].map(state => state.on)].flatMap(on =>
    Object.keys(on ?? {}).flatMap(event => transitionsIn(on, event))
  )
  const effects = [
    ...transitions.flatMap(({ actions }) => actions ?? []),
    ...[...states.values()].flatMap(({ entry }) => entry ?? [])
  ]
  for (const effect of effects) if (effect.type === 'raise') names.add(effect.params.atTop)
  return names
}

function valueOf(path: string): StateValue {
  const [first = '', ...rest] = path.split('.')
  return rest.length === 0 ? first : { [first]: valueOf(rest.join('.')) }
}

function pathOf(value: unknown): string {
  if (typeof value === 'string') return value
  const [entry] = Object.entries(value as Record<string, unknown>) // a machine without parallel states has one member a level
  return entry ? `${entry[0]}.${pathOf(entry[1])}` : ''
}

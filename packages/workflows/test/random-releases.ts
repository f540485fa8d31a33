// Random releases of a locality: states renamed, taken away, put between others, limits made longer or shorter, and whatever mutants change.
import type { State, Transition, WorkflowFile } from '@gridwright/core'
import { parse } from 'jsonc-parser'
import { pick, type Draw } from './filled-in.ts'
import type { Files } from './folder.ts'
import { mutated, type Mutation } from './mutants.ts'

type On = NonNullable<WorkflowFile['on']>
type Change = (workflow: WorkflowFile, draw: Draw) => WorkflowFile

/** The files with a few changes, of workflows for the most part; whether the check lets them pass is another matter. */
export function randomRelease(files: Files, mutations: readonly Mutation[], draw: Draw): Files {
  const mutation = draw(3) === 0 ? pick(mutations, draw) : undefined
  let changed = mutation ? mutated(files, mutation) : files
  for (let left = 1 + draw(2); left > 0; left--) changed = withWorkflow(changed, draw)
  return changed
}

function withWorkflow(files: Files, draw: Draw): Files {
  const file = pick(
    [...files.keys()].filter(path => /^([\w-]+\/)?workflows\//.test(path)),
    draw
  )
  const change = pick([renamedState, withoutState, withState, withLimits, withLimits], draw)
  if (file === undefined || change === undefined) return files
  const workflow = parse(files.get(file) ?? '') as Partial<WorkflowFile> // a file of an example, or of a layer, which says only what is other
  if (!hasStates(workflow)) return files
  return new Map([...files, [file, JSON.stringify(change(workflow, draw))]])
}

function hasStates(workflow: Partial<WorkflowFile>): workflow is WorkflowFile {
  return workflow.states !== undefined
}

const renamedState: Change = (workflow, draw) => {
  const name = pick(Object.keys(workflow.states), draw) ?? ''
  const next = `${name}-anew`
  const states = Object.entries(workflow.states).map(([key, state]) => [key === name ? next : key, state] as const)
  return retargeted(
    { ...workflow, initial: workflow.initial === name ? next : workflow.initial, states: Object.fromEntries(states) },
    name,
    next
  )
}

const withoutState: Change = (workflow, draw) => {
  const name = pick(Object.keys(workflow.states), draw) ?? ''
  const { [name]: _gone, ...states } = workflow.states
  const other = pick(Object.keys(states), draw) ?? name
  return retargeted({ ...workflow, initial: workflow.initial === name ? other : workflow.initial, states }, name, other)
}

/** A state like another, through which one way into that other now leads. */
const withState: Change = (workflow, draw) => {
  const [name, state] = pick(Object.entries(workflow.states), draw) ?? []
  const from = pick(Object.keys(workflow.states), draw)
  if (name === undefined || state === undefined || from === undefined) return workflow
  const between = `before-${name}`
  const source = workflow.states[from] ?? {}
  const led = {
    ...source,
    ...(source.on ? { on: mapTargets(source.on, target => (target === name ? between : target)) } : {})
  }
  return { ...workflow, states: { ...workflow.states, [from]: led, [between]: state } }
}

const withLimits: Change = (workflow, draw) => {
  const text = JSON.stringify(workflow).replace(
    /"within":"(P|PT)(\d+)([DHM])"/g,
    (whole, period: string, count: string, unit: string) =>
      draw(2) === 0
        ? whole
        : `"within":"${period}${Math.max(1, Math.round(Number(count) * ([0.4, 2, 3][draw(3)] ?? 1)))}${unit}"`
  )
  return JSON.parse(text) as WorkflowFile // only durations are others
}

/** All ways to the outer state `name` lead to `next`. */
function retargeted(workflow: WorkflowFile, name: string, next: string): WorkflowFile {
  const renamed = (target: string, plain: string) => {
    const absolute = `#${workflow.id}.${name}`
    if (target === plain) return plain.replace(name, next)
    return target === absolute || target.startsWith(`${absolute}.`)
      ? target.replace(absolute, `#${workflow.id}.${next}`)
      : target
  }
  const inside = (state: State, plain: string): State => ({
    ...state,
    ...(state.on ? { on: mapTargets(state.on, target => renamed(target, plain)) } : {}),
    ...(state.states ? { states: mapStates(state.states, child => inside(child, '')) } : {})
  })
  return {
    ...workflow,
    ...(workflow.on ? { on: mapTargets(workflow.on, target => renamed(target, `.${name}`)) } : {}),
    states: mapStates(workflow.states, state => inside(state, name))
  }
}

function mapStates(states: WorkflowFile['states'], change: (state: State) => State): WorkflowFile['states'] {
  return Object.fromEntries(Object.entries(states).map(([name, state]) => [name, change(state)]))
}

function mapTargets(on: On, change: (target: string) => string): On {
  const each = (way: string | Transition) =>
    typeof way === 'string'
      ? change(way)
      : { ...way, ...(way.target === undefined ? {} : { target: change(way.target) }) }
  return Object.fromEntries(
    Object.entries(on).map(([event, ways]) => [
      event,
      Array.isArray(ways) ? ways.map(way => each(way) as Transition) : each(ways)
    ]) // a list holds no plain targets
  )
}

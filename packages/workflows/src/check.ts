/** The only complete check of a locality folder: syntax, schema, references, forms, and the proofs over its workflows. */
import {
  fromWhole,
  load,
  sortIssues,
  type Issue,
  type Loaded,
  type Locality,
  type Source,
  type State,
  type WorkflowFile
} from '@gridwright/core'
import { checkForms } from '@gridwright/forms'
import { checkDeadlines } from './check-deadlines.ts'
import { checkGraph, checkReplies } from './check-graph.ts'
import { checkStanding } from './check-standing.ts'
import { checkNames, checkShape, type WorkflowCheck } from './check-names.ts'
import { checkTransitions } from './check-transitions.ts'
import { graphOf } from './paths.ts'
import { positionsOf } from './positions.ts'

/** All issues of the folder's files, sorted and each once; `locality` is there unless one of them is an error. */
export function check(files: ReadonlyMap<string, string>): Loaded {
  const { locality, ...loaded } = load(files)
  if (!locality) return loaded
  const layers = [...loaded.within].flatMap(([folder, { locality: layer, sources }]) =>
    layer ? proofs(layer, sources).map(issue => fromWhole(issue, folder)) : []
  )
  const issues = sortIssues([...loaded.issues, ...proofs(locality.ground ?? locality, loaded.sources), ...layers])
  return { ...loaded, issues, ...(issues.some(({ severity }) => severity === 'error') ? {} : { locality }) }
}

/** What is wrong with the forms and workflows of one locality or layer. */
function proofs(locality: Locality, sources: ReadonlyMap<string, Source>): readonly Issue[] {
  const forms = [...sources].filter(([file]) => file.startsWith('forms/')).map(([, source]) => source)
  const workflows = [...locality.workflows].flatMap(([id, workflow]) =>
    checkWorkflow(locality, id, workflow, sources.get(`workflows/${id}.json`))
  )
  return [...checkForms(forms), ...workflows]
}

/** The graph is walked only once its names are known to exist, and people are looked for on it once it is sound. */
function checkWorkflow(
  locality: Locality,
  id: string,
  workflow: WorkflowFile,
  source: Source | undefined
): readonly Issue[] {
  if (!source) return []
  const states = new Map<string, State>()
  collect(workflow.states, '', states)
  const served = new Map([...locality.services].filter(([, service]) => service.workflow === id))
  const context: WorkflowCheck = { locality, id, workflow, source, states, served }
  const names = [...checkNames(context), ...checkShape(context)]
  if (names.length > 0) return [...names, ...checkReplies(context)]
  const graph = graphOf(workflow)
  const positions = positionsOf(graph, workflow, states)
  const issues = [
    ...checkReplies(context, graph),
    ...checkTransitions(context, graph),
    ...checkDeadlines(context, graph, positions),
    ...checkGraph(context, graph, positions)
  ]
  return issues.some(({ severity }) => severity === 'error') ? issues : [...issues, ...checkStanding(context, graph)]
}

function collect(states: WorkflowFile['states'], parent: string, into: Map<string, State>): void {
  for (const [name, state] of Object.entries(states)) {
    const path = parent ? `${parent}.${name}` : name
    into.set(path, state)
    if (state.states) collect(state.states, path, into)
  }
}

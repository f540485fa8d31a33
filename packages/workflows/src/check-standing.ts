/** Proofs over how a case can stand: every offer finds somebody, every event has somebody who may send it, and where no limit runs somebody can move on. */
import { partiesOf, type Issue, type OneParty } from '@gridwright/core'
import { statePointer, type WorkflowCheck } from './check-names.ts'
import { isMovedByLimit } from './check-deadlines.ts'
import { machineOf, transitionsIn } from './machine.ts'
import { exampleOf, type Graph } from './paths.ts'
import { isStanding, sendersOf, standingsOf, type Going, type Standing, type Standings } from './standing.ts'

/** Issues of offers, events and waits that there is nobody for; looked for once the graph itself is sound. */
export function checkStanding(context: WorkflowCheck, graph: Graph): readonly Issue[] {
  const standings = standingsOf(context, graph)
  const offers = emptyOffers(context, graph, standings)
  if (offers.length > 0) return offers
  const events = unsendable(context, graph, standings)
  return events.length > 0 ? events : abandoned(context, graph, standings)
}

/** Offers that the engine makes among nobody, or that nobody who sends their event could ever make. */
function emptyOffers(context: WorkflowCheck, graph: Graph, { goings }: Standings): readonly Issue[] {
  const { workflow, source, states } = context
  const makes = ({ rule, to }: Going) =>
    goings.some(other => other.rule === rule && other.to !== to && isStanding(other.to))
  const empty = goings.filter(going => !isStanding(going.to) && (going.by === 'engine' || !makes(going)))
  const places = [
    ['', { on: workflow.on, entry: undefined }] as const,
    ...[...states].map(([path, { on, entry }]) => [path, { on, entry }] as const)
  ]
  return places.flatMap(([path, { on, entry }]) => {
    const ways = Object.keys(on ?? {}).flatMap(event =>
      transitionsIn(on, event).map(({ actions }, i) => ({
        at: `/on/${event}${Array.isArray(on?.[event]) ? `/${i}` : ''}/actions`,
        effects: actions ?? []
      }))
    )
    return [{ at: '/entry', effects: entry ?? [] }, ...ways].flatMap(({ at, effects }) =>
      effects.flatMap((effect, i) => {
        const found = empty.find(({ to }) => !isStanding(to) && effect.type === 'offer' && to.params === effect.params)
        if (!found || effect.type !== 'offer') return []
        const pointer = `${statePointer(path)}${at}/${i}/params/among`
        const params = {
          event: found.rule.event,
          parties: named(partiesOf(effect.params.among)),
          ...exampleOf(graph, found.from.leaf)
        }
        return [source.issue(pointer, 'offer.nobody', params)]
      })
    )
  })
}

/** Events that people should send, which in no standing anybody may. */
function unsendable({ workflow, source }: WorkflowCheck, graph: Graph, { all, goings }: Standings): readonly Issue[] {
  const machine = machineOf(workflow)
  const sent = new Set(goings.map(({ rule }) => rule.id))
  const idle = [...machine.rules.values()].filter(({ id, event }) => !machine.engineEvents.has(event) && !sent.has(id))
  return idle.flatMap(rule => {
    const at = all.find(({ leaf }) => graph.out.get(leaf)?.some(way => way.rule === rule))
    if (!at) return []
    const params = {
      event: rule.event,
      state: at.leaf,
      parties: named(sendersOf(machine, at.leaf, rule)),
      ...exampleOf(graph, at.leaf)
    }
    return [source.issue(`${statePointer(rule.state)}/on/${rule.event}`, 'event.nobody', params, { at: 'key' })]
  })
}

/** States without a limit that moves the case, from which in some standing nobody can bring it to an end or to where a limit runs. */
function abandoned(context: WorkflowCheck, graph: Graph, { all, goings }: Standings): readonly Issue[] {
  const key = ({ leaf, offered, taken }: Standing) => `${leaf} ${offered} ${taken}`
  const moving = new Set(
    all.filter(({ leaf }) => graph.finals.has(leaf) || isMovedByLimit(context, graph, leaf)).map(key)
  )
  for (let size = -1; size !== moving.size;) {
    size = moving.size
    for (const { from, to } of goings) if (isStanding(to) && moving.has(key(to))) moving.add(key(from))
  }
  const stuck = new Set(all.filter(standing => !moving.has(key(standing))).map(({ leaf }) => leaf))
  return [...stuck]
    .slice(0, 1)
    .map(leaf =>
      context.source.issue(
        statePointer(leaf),
        'state.nobody',
        { state: leaf, ...exampleOf(graph, leaf) },
        { at: 'key' }
      )
    )
}

function named(parties: readonly OneParty[]): string {
  return parties.map(party => (typeof party === 'string' ? party : Object.values(party)[0])).join(' ')
}

// What the clients of a chaos run do: orders from submission to review, with races, double clicks, second thoughts, refusals and
// neglect. Each step starts from what the case says now, since the clock moves it too.
import type { Answer, Client, Question } from './client.ts'
import type { Community } from './hasty-ziyun.ts'
import type { Random } from './random.ts'

/** Members who accepted the same offer at the same time; `dispatch` is the command that made the offer. */
export type Race = { readonly case: string; readonly dispatch: string; readonly accepts: readonly string[] }
/** A case that was read at an older revision than had been acknowledged before. */
export type Stale = { readonly case: string; readonly seen: number; readonly acknowledged: number }
export type Load = { readonly races: readonly Race[]; readonly stale: readonly Stale[]; done(): Promise<unknown> }

export type LoadOptions = {
  readonly client: Client
  readonly random: Random
  readonly communities: readonly Community[]
  /** How many orders are handled at once. */
  readonly lanes: number
  /** Whether no further order, and no further step, is to be begun. */
  readonly over: () => boolean
}

type Order = {
  readonly id: string
  readonly resident: string
  readonly community: Community
  readonly random: Random
  /** Refused too early: must be refused the same way when its time has come. */
  early?: Question
  dispatched?: { readonly id: string; readonly to: readonly string[] }
  /** Who accepted, as far as is known. */
  assignee?: string | undefined
  revision: number
}

const racers = 8
const steps = 14

/** Handles orders until `over`. */
export function startOrders({ client, random, communities, lanes, over }: LoadOptions): Load {
  const races: Race[] = []
  const stale: Stale[] = []
  const lane = async (chance: Random) => {
    while (!over()) await handleOrder(client, chance, chance.pick(communities), { over, races, stale })
  }
  const seeds = Array.from({ length: lanes }, () => random.fork())
  const running = Promise.all(seeds.map(lane))
  return { races, stale, done: () => running }
}

type Noted = { readonly over: () => boolean; readonly races: Race[]; readonly stale: Stale[] }

async function handleOrder(client: Client, random: Random, community: Community, noted: Noted): Promise<void> {
  const order: Order = { id: random.uuid(), resident: random.pick(community.members), community, random, revision: 0 }
  const input = { id: order.id, service: 'mediation', area: community.area, answers: { what: '两家为过道争执' } }
  await click(client, order, { kind: 'submit', person: order.resident, input })
  for (let step = 0; step < steps && !noted.over(); step++) {
    const before = order.revision
    const seen = await client.see(order.resident, order.id)
    if (!seen) {
      if (!noted.over()) noted.stale.push({ case: order.id, seen: 0, acknowledged: before })
      return
    }
    if (seen.revision < before) noted.stale.push({ case: order.id, seen: seen.revision, acknowledged: before })
    const go = moves[seen.state]
    if (!go || random.chance(0.06)) return // at an end, or left to the clock
    await go(client, order, noted)
  }
}

type Move = (client: Client, order: Order, noted: Noted) => Promise<unknown>

const moves: Readonly<Record<string, Move>> = {
  async ordered(client, order) {
    const { random, community, resident } = order
    if (random.chance(0.3)) {
      order.early = act(order, resident, 'SATISFIED')
      await ask(client, order, order.early)
    }
    if (random.chance(0.05)) return click(client, order, act(order, resident, 'WITHDRAW'))
    if (random.chance(0.2)) await click(client, order, act(order, resident, 'DISPATCH')) // not theirs to send
    if (random.chance(0.1))
      await ask(client, order, act(order, community.liaison, 'DISPATCH', { expectedRevision: 99 }))
    const to = random.shuffled(community.members).slice(0, racers)
    const dispatch = act(order, community.liaison, 'DISPATCH', { answers: { to } })
    order.dispatched = { id: dispatch.input.id, to }
    const answer = await click(client, order, dispatch)
    if (!answer || !('refused' in answer) || answer.refused !== 'event.not-yours') return
    const byOfficer = act(order, community.officer, 'DISPATCH', { answers: { to } }) // raised to the street meanwhile
    order.dispatched = { id: byOfficer.input.id, to }
    return click(client, order, byOfficer)
  },
  async dispatched(client, order, noted) {
    const { random, dispatched } = order
    if (random.chance(0.05)) return click(client, order, act(order, order.resident, 'WITHDRAW'))
    if (!dispatched) return
    const accepts = dispatched.to.map(person => act(order, person, 'ACCEPT'))
    noted.races.push({ case: order.id, dispatch: dispatched.id, accepts: accepts.map(({ input }) => input.id) })
    const answers = await Promise.all(
      accepts.map((accept, i) =>
        random.chance(0.15) ? click(client, order, accept) : ask(client, order, accept, i % 2)
      )
    )
    order.assignee = accepts.find((_, i) => answers[i] && 'case' in answers[i])?.person
  },
  async accepted(client, order) {
    const { random, dispatched, assignee } = order
    const other = assignee === undefined || random.chance(0.1)
    const handlers = other ? (dispatched?.to ?? []) : [assignee] // of the others, nobody may
    for (const person of handlers) {
      const answers = random.chance(0.1) ? {} : { done: '两家说和了' }
      const answer = await click(client, order, act(order, person, 'DONE', { answers }))
      if (answer && 'case' in answer) return
    }
  },
  async review(client, order) {
    const { random, early } = order
    if (early) await ask(client, order, early)
    const event = random.pick(['SATISFIED', 'FAIR', 'DISSATISFIED', 'DISSATISFIED'])
    const answers = event === 'DISSATISFIED' ? { answers: { reason: '又吵起来了' } } : {}
    return click(client, order, act(order, order.resident, event, answers))
  }
}

function act({ id, random }: Order, person: string, event: string, more: object = {}): Question {
  return { kind: 'act', person, input: { id: random.uuid(), case: id, event, ...more } }
}

/** Once, twice at the same time at both processes, at the same time with another body, or again afterwards. */
async function click(client: Client, order: Order, question: Question): Promise<Answer | undefined> {
  const style = order.random.next()
  if (style < 0.65) return ask(client, order, question)
  if (style < 0.8) return (await Promise.all([ask(client, order, question, 0), ask(client, order, question, 1)]))[0]
  if (style < 0.9) {
    const other = { ...question, input: { ...question.input, ...otherBody(question) } }
    return (await Promise.all([ask(client, order, question, 0), ask(client, order, other, 1)]))[0]
  }
  const answer = await ask(client, order, question)
  await ask(client, order, question)
  return answer
}

function otherBody({ kind }: Question): object {
  return kind === 'submit' ? { answers: { what: '另一件事' } } : { expectedRevision: 1 }
}

async function ask(client: Client, order: Order, question: Question, slot?: number): Promise<Answer | undefined> {
  const answer = await client.ask(question, slot)
  if (answer && !('refused' in answer)) order.revision = Math.max(order.revision, answer.revision)
  return answer
}

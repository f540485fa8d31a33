// The clients' side of a chaos run. A command is sent with its id until an answer comes, to whichever process lives; every answer is
// kept, in a process that is never killed: what is written here was acknowledged.
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { Fleet } from './fleet.ts'
import { locality } from './ground.ts'
import type { Random } from './random.ts'

/** A command as a client sends it; asking again means the same question word for word. */
export type Question = {
  readonly kind: 'submit' | 'act'
  readonly person: string
  readonly input: { readonly id: string } & Readonly<Record<string, unknown>>
}
/** `revision` is the case's as it was when the answer was made: at least that of the command. */
export type Answer =
  | { readonly case: string; readonly revision: number }
  | { readonly refused: string; readonly path: string | null; readonly details: unknown }
export type Acknowledgement = { readonly question: Question; readonly answer: Answer }
export type SeenCase = { readonly state: string; readonly revision: number }

export type Client = {
  readonly acknowledged: readonly Acknowledgement[]
  /** Questions that had got no answer when `giveUp` said stop. */
  readonly unanswered: readonly Question[]
  /** How many commands were acknowledged, each counted once. */
  commands(): number
  retries(): number
  /** The answer, or undefined where none came in time. With `slot`, that process is asked first. */
  ask(question: Question, slot?: number): Promise<Answer | undefined>
  /** The case as `person` sees it now, undefined where they see none. */
  see(person: string, caseId: string): Promise<SeenCase | undefined>
}

export type ClientOptions = {
  readonly fleet: Pick<Fleet, 'port' | 'answered'>
  readonly slots: number
  readonly random: Random
  readonly sign: (person: string) => Promise<string>
  readonly giveUp: () => boolean
}

const answerLimitMs = 10_000
const result = '{ __typename ... on Case { id revision } ... on Refused { code path details } }'
const documents = {
  submit: `mutation Submit($input: SubmitInput!) { answer: submit(input: $input) ${result} }`,
  act: `mutation Act($input: ActInput!) { answer: act(input: $input) ${result} }`,
  see: 'query See($id: ID!) { case(id: $id) { state revision } }'
}

/** Clients of `fleet`. A faulty answer is asked for again like a missing one; a request that the server finds malformed throws. */
export function openClient({ fleet, slots, random, sign, giveUp }: ClientOptions): Client {
  const acknowledged: Acknowledgement[] = []
  const unanswered: Question[] = []
  const commands = new Set<string>()
  const signed = new Map<string, Promise<string>>()
  let retries = 0
  const tokenOf = (person: string) => {
    const token = signed.get(person) ?? sign(person)
    signed.set(person, token)
    return token
  }
  const living = async (first: number | undefined) => {
    for (let slot = first ?? random.between(0, slots - 1); !giveUp(); slot++, await pause(50)) {
      const port = fleet.port(slot % slots)
      if (port !== undefined) return { slot: slot % slots, port }
    }
    return undefined
  }
  const post = async (person: string, query: string, variables: object, slot?: number): Promise<Reply | undefined> => {
    const token = await tokenOf(person)
    for (let first = slot; ; first = undefined) {
      const to = await living(first)
      if (to === undefined) return undefined
      const reply = await send(to.port, token, JSON.stringify({ query, variables })).catch(() => undefined)
      if (reply && reply.status < 500 && reply.body.data) {
        fleet.answered(to.slot)
        return reply
      }
      if (reply && reply.status >= 400 && reply.status < 500)
        throw new Error(`a request was malformed: ${JSON.stringify(reply.body)}`)
      retries++
      if (giveUp()) return undefined
      await pause(random.between(50, 400))
    }
  }
  return {
    acknowledged,
    unanswered,
    commands: () => commands.size,
    retries: () => retries,
    async ask(question, slot) {
      const reply = await post(question.person, documents[question.kind], { input: question.input }, slot)
      const said = reply?.body.data?.answer
      if (!said) {
        unanswered.push(question)
        return undefined
      }
      const answer: Answer =
        said.__typename === 'Case'
          ? { case: said.id, revision: said.revision }
          : { refused: said.code, path: said.path, details: said.details }
      acknowledged.push({ question, answer })
      commands.add(question.input.id)
      return answer
    },
    async see(person, caseId) {
      const reply = await post(person, documents.see, { id: caseId })
      return reply?.body.data?.case ?? undefined
    }
  }
}

type Said =
  | { readonly __typename: 'Case'; readonly id: string; readonly revision: number }
  | { readonly __typename: 'Refused'; readonly code: string; readonly path: string | null; readonly details: unknown }
type Reply = {
  readonly status: number
  readonly body: { readonly data?: { readonly answer?: Said; readonly case?: SeenCase | null } | null }
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 })

async function send(port: number, token: string, text: string): Promise<Reply> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text)
  }
  const options = { host: '127.0.0.1', port, method: 'POST', path: `/${locality}/graphql`, agent, headers }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = httpRequest({ ...options, signal: AbortSignal.timeout(answerLimitMs) }, resolve)
    sent.on('error', reject)
    sent.end(text)
  })
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer) // no encoding is set
  const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Reply['body'] // what the documents above answer
  return { status: response.statusCode ?? 0, body }
}

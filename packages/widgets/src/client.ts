// How widgets talk to a locality's endpoint: named GraphQL documents over POST, one shared stream of changes, commands with ids.
import type { Document } from './documents.ts'
import { changesDocument } from './documents.ts'
import { eventStream, type News } from './event-stream.ts'

/** Where the endpoint is and who asks: `<endpoint>/<locality>/graphql`, a bearer token (or '' with cookies), and the language. */
export type Settings = {
  readonly endpoint: string
  readonly locality: string
  readonly lang: string
  readonly token: string
  readonly fetch: typeof fetch
}

/** Why there is no answer: no network (or 20 s of silence), nobody signed in, too many requests, or a fault of the server. */
export type Problem = 'offline' | 'signed-out' | 'busy' | 'failed'
/** No answer. What a server says of its own faults is for its log, in English: people read the widget's words. */
export type Failure = { problem: Problem }
/** What a request comes to. A refusal by the rules is an answer, not a failure. */
export type Answer<Value> = { value: Value } | Failure

/** Photos at the server. */
export type Files = {
  /** Uploads a photo; its id, or what the server said against it. */
  upload(photo: Blob): Promise<Answer<{ id: string } | { message: string }>>
  photo(id: string): Promise<Answer<Blob>>
}

/** One locality's endpoint as one person sees it. */
export type Client = Files & {
  /** Answers a query; the same question asked twice at one time is sent once. */
  ask<Value, Variables extends object>(
    document: Document<Value, Variables>,
    variables: Variables
  ): Promise<Answer<Value>>
  /** Sends a mutation; its id is among the variables. */
  tell<Value, Variables extends object>(
    document: Document<Value, Variables>,
    variables: Variables
  ): Promise<Answer<Value>>
  /** The command id of what a person means to do: the same until `settle`, so that a retry is the same command. */
  idFor(intent: string): string
  /** The server has answered what a person meant to do; the next time is another command. */
  settle(intent: string): void
  /** Listens to changes of cases, or by another subscription, until the returned function is called; all listeners of one share a connection. */
  follow(listener: (news: News) => void, subscription?: Document<unknown, object>): () => void
}

const patienceMs = 20_000
const uploadPatienceMs = 60_000
const clientsKept = 8

/** A client for these settings; asked again with the same settings, the same one. */
export function clientFor(settings: Settings): Client {
  const known = clients.find(entry => same(entry.settings, settings))
  if (known) return known.client
  const client = createClient(settings)
  clients.push({ settings, client })
  if (clients.length > clientsKept) clients.shift()
  return client
}

const clients: { settings: Settings; client: Client }[] = []
const same = (left: Settings, right: Settings) =>
  left.endpoint === right.endpoint &&
  left.locality === right.locality &&
  left.lang === right.lang &&
  left.token === right.token &&
  left.fetch === right.fetch

function createClient(settings: Settings): Client {
  const url = `${settings.endpoint.replace(/\/$/, '')}/${encodeURIComponent(settings.locality)}`
  const { fetch } = settings // the browser's own refuses to be called as a method
  const headers = {
    'accept-language': settings.lang,
    ...(settings.token ? { authorization: `Bearer ${settings.token}` } : {})
  }
  const post = (document: Document<unknown, object>, variables: object, accept: string, signal: AbortSignal) =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', accept },
      body: JSON.stringify({ operationName: document.name, query: document.text, variables }),
      signal
    })

  const send = <Value>(document: Document<Value, object>, variables: object) =>
    heard(async () => {
      const accept = 'application/graphql-response+json, application/json'
      const response = await post(document, variables, accept, AbortSignal.timeout(patienceMs))
      return answerOf<Value>(response.status, await response.text())
    })

  const asked = new Map<string, Promise<Answer<unknown>>>()
  const ids = new Map<string, string>()
  const streams = new Map<string, ReturnType<typeof eventStream>>()
  const streamOf = (document: Document<unknown, object>) => {
    const stream = streams.get(document.name) ?? eventStream(signal => post(document, {}, 'text/event-stream', signal))
    streams.set(document.name, stream)
    return stream
  }

  return {
    ask<Value, Variables extends object>(document: Document<Value, Variables>, variables: Variables) {
      const question = `${document.name} ${JSON.stringify(variables)}`
      const flying = asked.get(question)
      if (flying) return flying as Promise<Answer<Value>> // the same document answers in the same shape
      const answer = send<Value>(document, variables).finally(() => asked.delete(question))
      asked.set(question, answer)
      return answer
    },
    tell: (document, variables) => send(document, variables),
    idFor(intent) {
      const id = ids.get(intent) ?? newId()
      ids.set(intent, id)
      return id
    },
    upload: photo =>
      heard<{ id: string } | { message: string }>(async () => {
        const signal = AbortSignal.timeout(uploadPatienceMs)
        const response = await fetch(`${url}/files`, { method: 'POST', headers, body: photo, signal })
        const { id, message } = parsed(await response.text()) ?? {}
        if (id !== undefined) return { value: { id } }
        return message === undefined ? problemOf(response.status) : { value: { message } }
      }),
    photo: id =>
      heard(async () => {
        const response = await fetch(`${url}/files/${id}`, { headers, signal: AbortSignal.timeout(patienceMs) })
        return response.ok ? { value: await response.blob() } : problemOf(response.status)
      }),
    settle: intent => void ids.delete(intent),
    follow: (listener, subscription = changesDocument) => streamOf(subscription)(listener)
  }
}

/** What `work` comes to; without a network, or in too much silence, that. */
async function heard<Value>(work: () => Promise<Answer<Value>>): Promise<Answer<Value>> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof TypeError || error instanceof DOMException) return { problem: 'offline' }
    throw error
  }
}

function answerOf<Value>(status: number, text: string): Answer<Value> {
  const body = parsed(text)
  const [error] = body?.errors ?? []
  if (error?.extensions?.code === 'UNAUTHENTICATED') return { problem: 'signed-out' }
  const failure = problemOf(status)
  if (failure.problem !== 'failed' || error || !body?.data) return failure
  return { value: body.data as Value } // the schema promises this shape for this document
}

function problemOf(status: number): Failure {
  return { problem: status === 401 ? 'signed-out' : status === 429 || status === 503 ? 'busy' : 'failed' }
}

type Body = { data?: unknown; errors?: { extensions?: { code?: string } }[]; id?: string; message?: string }

function parsed(text: string): Body | undefined {
  try {
    return JSON.parse(text) as Body // what this server says: GraphQL over HTTP, or of a photo
  } catch {
    return undefined // a proxy's page in place of an answer: the server did not speak
  }
}

/** A random UUID (RFC 9562, version 4); also on pages without HTTPS, where `crypto.randomUUID` is missing. */
export function newId(): string {
  if (globalThis.isSecureContext) return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  const hex = Array.from(bytes, (byte, index) => {
    const marked = index === 6 ? (byte & 0x0f) | 0x40 : index === 8 ? (byte & 0x3f) | 0x80 : byte
    return marked.toString(16).padStart(2, '0')
  }).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

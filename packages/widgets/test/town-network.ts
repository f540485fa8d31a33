/// <reference types="vite/client" />
// The test town's door: GraphQL over HTTP as `fetch` sees it, subscriptions as server-sent events, and a network that can be
// cut, slowed or broken.
import { buildSchema, execute, parse, subscribe, validate, type DocumentNode } from 'graphql'
import schemaText from '../../server/schema.graphql?raw'
import { people, type PersonId } from './town-facts.ts'

type Change = { id: string; revision?: number; event?: string }
/** Who hears of each change, of a case or of a transfer. */
export type Listeners = Set<(change: Change) => void>

/** Answers with what `rootFor` says to a person; what tests may do to the network; the operations received so far. */
export function townNetwork(rootFor: (viewer: PersonId | null) => object) {
  const schema = buildSchema(schemaText)
  const holds = new Map<string, Promise<void>>()
  const network = {
    /** Keeps the answers of an operation back until the returned function is called. */
    hold(operation: string): () => void {
      const { promise, resolve } = Promise.withResolvers<void>()
      holds.set(operation, promise)
      return resolve
    },
    offline: false,
    status: 0,
    pauseMs: 0,
    loseNextAnswer: false,
    /** Photos that were uploaded, by id. */
    photos: new Map<string, Blob>(),
    /** What is said against every upload. */
    noUploads: '',
    streams: new Set<ReadableStreamDefaultController<Uint8Array>>()
  }
  const received: string[] = []

  async function* changesFor(viewer: PersonId | null, field: string, listeners: Listeners) {
    const queue: Change[] = []
    let wake = () => {}
    const hear = (change: Change) => {
      queue.push(change)
      wake()
    }
    listeners.add(hear)
    try {
      for (;;) {
        const change = queue.shift()
        if (!change) await new Promise<void>(resolve => (wake = resolve))
        else if (viewer) yield { [field]: { ...change, case: null } }
      }
    } finally {
      listeners.delete(hear)
    }
  }

  function stream(document: DocumentNode, viewer: PersonId | null, signal: AbortSignal | null | undefined): Response {
    const encode = (text: string) => new TextEncoder().encode(text)
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        network.streams.add(controller)
        controller.enqueue(encode(':\n\n'))
        const events = await subscribe({ schema, document, rootValue: rootFor(viewer) })
        if (!(Symbol.asyncIterator in events)) return controller.close()
        signal?.addEventListener('abort', () => {
          network.streams.delete(controller)
          void events.return(undefined)
        })
        void (async () => {
          for await (const event of events) {
            if (network.streams.has(controller))
              controller.enqueue(encode(`event: next\ndata: ${JSON.stringify(event)}\n\n`))
          }
        })()
      }
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }

  async function answerPhoto(id: string, body: unknown): Promise<Response> {
    await holds.get('files')
    if (!(body instanceof Blob)) {
      const photo = network.photos.get(id)
      return photo ? new Response(photo) : new Response('{}', { status: 404 })
    }
    if (network.noUploads) return Response.json({ code: 'file.too-many', message: network.noUploads }, { status: 429 })
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await body.arrayBuffer()))
    const named = `sha256:${Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('')}`
    network.photos.set(named, body)
    return Response.json({ id: named }, { status: 201 })
  }

  /** Answers as `fetch` does. The bearer token is the person's id; a token that names nobody is refused with 401. */
  const fetch: typeof globalThis.fetch = async (url, init) => {
    const body = typeof init?.body === 'string' ? init.body : ''
    const headers = new Headers(init?.headers)
    const token = headers.get('authorization')?.replace(/^Bearer /, '') ?? ''
    const { status } = network
    if (network.pauseMs > 0) await new Promise(resolve => setTimeout(resolve, network.pauseMs))
    if (network.offline) throw new TypeError('Failed to fetch')
    if (status > 0) return new Response('', { status })
    if (token && !(token in people)) return new Response('{}', { status: 401 })
    const [, photo] = /\/files\/?(.*)$/.exec(typeof url === 'string' ? url : '') ?? []
    if (photo !== undefined) return answerPhoto(photo, init?.body)
    const { query, variables, operationName } = JSON.parse(body) as {
      query: string
      variables: object
      operationName: string
    } // GraphQL over HTTP
    received.push(operationName)
    await holds.get(operationName)
    const document = parse(query)
    const faults = validate(schema, document)
    if (faults.length > 0) return Response.json({ errors: faults }, { status: 400 })
    const viewer = token ? (token as PersonId) : null
    if (headers.get('accept') === 'text/event-stream') return stream(document, viewer, init?.signal)
    const result = await execute({ schema, document, rootValue: rootFor(viewer), variableValues: { ...variables } })
    if (network.loseNextAnswer && query.startsWith('mutation')) {
      network.loseNextAnswer = false
      throw new TypeError('Failed to fetch')
    }
    return Response.json(result)
  }

  return { fetch, network, received, changesFor }
}

/** One page of a Relay connection. */
export function page<Node>(
  edges: readonly { cursor: string; node: Node }[],
  first: number,
  after: string | undefined | null
) {
  const from = after ? edges.findIndex(edge => edge.cursor === after) + 1 : 0
  const shown = edges.slice(from, from + first)
  return {
    edges: shown,
    pageInfo: {
      hasNextPage: from + first < edges.length,
      hasPreviousPage: from > 0,
      startCursor: shown[0]?.cursor ?? null,
      endCursor: shown.at(-1)?.cursor ?? null
    }
  }
}

/** What the mutations and lists of cases are sent. */
export type SubmitInput = {
  id: string
  service: string
  area: string
  answers: Record<string, unknown>
  channel?: string
  applicant?: { contact?: { name: string; phone: string } }
}
export type ActInput = {
  id: string
  case: string
  event: string
  answers?: Record<string, unknown>
  expectedRevision?: number
}
export type CasesArgs = {
  filter?: { box?: string; open?: boolean; service?: string; area?: string }
  sort: string
  first: number
  after?: string
}

/** The HTTP front: GraphQL, diagrams, photos and the printable guide by locality, health, metrics, sign-in links, the widgets' script and a portal's static files. */
import { readFile } from 'node:fs/promises'
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { extname, join, normalize, sep } from 'node:path'
import { negotiateLanguage } from '@gridwright/core'
import type { Logger } from 'pino'
import type { DevNews } from './dev-news.ts'
import { answerDiagram, isDiagramPath } from './diagrams.ts'
import { answerFiles } from './file-endpoint.ts'
import { graphqlEndpoint } from './graphql.ts'
import { guidePage, guidePolicy } from './guide-page.ts'
import type { Metrics } from './metrics.ts'
import { isCode } from './postgres-fault.ts'
import { signInPage, signInScript } from './sign-in.ts'
import type { Store } from './store.ts'
import type { SignInCodes, Tokens } from './token.ts'

export type HttpOptions = {
  readonly store: Store
  readonly tokens: Tokens
  readonly log: Logger
  readonly metrics: Metrics
  /** GraphiQL, introspection and sign-in links; never with a database of one's own. */
  readonly development: boolean
  readonly codes?: SignInCodes
  /** Folder of a portal page, served at `/`. */
  readonly portal?: string
  /** The widgets as one script, served at `/gridwright.js`. */
  readonly widgets?: string
  /** What pages are told of a folder that is being worked on; under `dev` only. */
  readonly dev?: DevNews
}

export type HttpServer = {
  readonly port: number
  /** Stops listening, ends subscriptions, lets other running requests end within `graceMs`, then cuts them. */ close(
    graceMs: number
  ): Promise<void>
}

const bodyLimit = 256 * 1024
const tokenHours = 12
const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin'
}
const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"

/** Listens on 127.0.0.1 and `port` (0: a free one). A port in use rejects with code EADDRINUSE. */
export async function listen(options: HttpOptions, port: number): Promise<HttpServer> {
  const graphql = graphqlEndpoint(options)
  let closing = false
  const running = new Set<ServerResponse>()
  const streams = new Set<ServerResponse>()
  const server = createHttpServer(
    { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 5_000 },
    (request, response) => {
      const started = performance.now()
      const route = routeOf(request.url ?? '/')
      running.add(response)
      if (request.headers.accept?.includes('text/event-stream')) streams.add(response)
      response.on('close', () => {
        running.delete(response)
        streams.delete(response)
        if (closing && running.size === 0) server.closeAllConnections()
      })
      response.on('finish', () =>
        options.metrics.requests.observe(
          { route, status: String(response.statusCode) },
          (performance.now() - started) / 1000
        )
      )
      const work =
        route === 'graphql'
          ? serveGraphql(graphql, request, response)
          : serveRest(options, route, request, response, closing)
      work.catch((error: unknown) => {
        options.log.error({ err: error }, 'a request failed')
        if (!response.headersSent) send(response, 500, 'text/plain', 'internal error')
        else response.destroy()
      })
    }
  )
  await bind(server, port)
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close(graceMs) {
      closing = true
      return new Promise(resolve => {
        const cut = setTimeout(() => server.closeAllConnections(), graceMs)
        server.close(() => {
          clearTimeout(cut)
          resolve()
        })
        for (const stream of streams) stream.destroy() // it would never end by itself; its reader comes back elsewhere
        if (running.size === 0) server.closeAllConnections() // browsers keep some open in advance, which count as busy
      })
    }
  }
}

type Route = 'graphql' | 'files' | 'guide' | 'healthz' | 'readyz' | 'metrics' | 'sign-in' | 'diagram' | 'dev' | 'file'

function routeOf(url: string): Route {
  const path = url.split('?')[0] ?? '/'
  if (/^\/[^/]+\/graphql$/.test(path)) return 'graphql'
  if (/^\/[^/]+\/guide$/.test(path)) return 'guide'
  if (/^\/[^/]+\/files(\/[^/]+)?$/.test(path)) return 'files'
  if (path === '/healthz' || path === '/readyz' || path === '/metrics') return path.slice(1) as Route // one of the three just named
  if (isDiagramPath(path)) return 'diagram'
  if (path.startsWith('/dev/')) return 'dev'
  return path.startsWith('/sign-in') ? 'sign-in' : 'file'
}

async function serveGraphql(
  graphql: ReturnType<typeof graphqlEndpoint>,
  request: IncomingMessage,
  response: ServerResponse
): Promise<void> {
  if (request.method === 'POST') {
    // A form of another site can send any type but this one without asking first (CSRF).
    if (!/^application\/json\b/.test(request.headers['content-type'] ?? ''))
      return send(response, 415, 'text/plain', 'content-type application/json is required')
    const length = Number(request.headers['content-length'] ?? Number.NaN)
    if (!Number.isInteger(length)) return send(response, 411, 'text/plain', 'content-length is required')
    if (length > bodyLimit) {
      response.setHeader('connection', 'close')
      return send(response, 413, 'text/plain', `at most ${bodyLimit} bytes`)
    }
  }
  await graphql.handle(request, response)
}

async function serveRest(
  options: HttpOptions,
  route: Route,
  request: IncomingMessage,
  response: ServerResponse,
  closing: boolean
): Promise<void> {
  if (route === 'healthz') return send(response, 200, 'text/plain', 'ok')
  if (route === 'readyz') return serveReadiness(options, response, closing)
  if (route === 'metrics')
    return send(response, 200, options.metrics.registry.contentType, await options.metrics.registry.metrics())
  if (route === 'files') {
    const { status, type, body, headers } = await answerFiles(options, request)
    return send(response, status, type, body, headers)
  }
  if (route === 'dev' && (await options.dev?.answer(request, response))) return
  if (route === 'sign-in') return signIn(options, request, response)
  if (route === 'guide') return serveGuide(options, request, response)
  if (route === 'diagram') return serveDiagram(options, request, response)
  return serveFile(options, request, response)
}

async function serveReadiness({ store }: HttpOptions, response: ServerResponse, closing: boolean): Promise<void> {
  const ready =
    !closing &&
    (await store.ping().then(
      () => true,
      () => false
    ))
  send(response, ready ? 200 : 503, 'text/plain', ready ? 'ready' : 'not ready')
}

/** The guide of a locality's services in the language that is asked for by `?lang=` or else by the browser; public, as the services are. */
async function serveGuide({ store }: HttpOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
  const id = decodePath(pathname.split('/')[1] ?? '')
  const reading = request.method === 'GET' || request.method === 'HEAD'
  const published = reading && id !== undefined ? await store.published(id) : undefined
  if (!published) return send(response, 404, 'text/plain', 'not found')
  const { locality } = published
  const language = negotiateLanguage(searchParams.get('lang') ?? request.headers['accept-language'], locality.languages)
  const { html, tag } = guidePage(locality, language)
  response.setHeader('etag', tag)
  response.setHeader('vary', 'accept-language')
  const known = request.headers['if-none-match'] === tag
  const body = known || request.method === 'HEAD' ? '' : html
  send(response, known ? 304 : 200, 'text/html; charset=utf-8', body, { 'content-security-policy': guidePolicy })
}

/** GET shows a page that posts its own address; only the POST redeems the code, so a link preview does not burn it. */
async function signIn(
  { codes, tokens }: HttpOptions,
  request: IncomingMessage,
  response: ServerResponse
): Promise<void> {
  const path = (request.url ?? '').split('?')[0] ?? ''
  if (!codes) return send(response, 404, 'text/plain', 'not found')
  if (path === '/sign-in.js') return send(response, 200, 'text/javascript; charset=utf-8', signInScript)
  if (request.method !== 'POST') return send(response, 200, 'text/html; charset=utf-8', signInPage)
  const identity = codes.redeem(path.slice('/sign-in/'.length))
  if (!identity) return send(response, 410, 'application/json', JSON.stringify({ error: 'sign-in.used' }))
  return send(
    response,
    200,
    'application/json',
    JSON.stringify({ token: await tokens.sign(identity, tokenHours), locality: identity.locality })
  )
}

async function serveDiagram({ store }: HttpOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return send(response, 405, 'text/plain', 'a diagram can only be read')
  const { status, headers, body } = await answerDiagram(store, {
    url: request.url ?? '/',
    acceptLanguage: request.headers['accept-language'],
    ifNoneMatch: request.headers['if-none-match']
  })
  response.writeHead(status, { 'cache-control': 'no-cache', ...securityHeaders, ...headers })
  response.end(request.method === 'HEAD' ? '' : body)
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png'
}

async function serveFile(options: HttpOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const file = fileOf(options, decodePath((request.url ?? '/').split('?')[0] ?? '/'))
  const reading = request.method === 'GET' || request.method === 'HEAD'
  const body = file !== undefined && reading ? await contentOf(file) : undefined
  if (file === undefined || body === undefined) return send(response, 404, 'text/plain', 'not found')
  const type = `${types[extname(file)] ?? 'application/octet-stream'}; charset=utf-8`
  const page = options.dev && type.startsWith('text/html') ? options.dev.withScript(body.toString()) : body
  send(response, 200, type, request.method === 'HEAD' ? '' : page)
}

/** The file behind a path of the address, if there may be one. */
function fileOf({ portal, widgets }: HttpOptions, path: string | undefined): string | undefined {
  if (path === '/gridwright.js') return widgets
  if (portal === undefined || path === undefined) return undefined
  return inside(portal, path === '/' ? '/index.html' : path)
}

async function contentOf(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file)
  } catch (error) {
    if (isCode(error, 'ENOENT', 'EISDIR', 'ENOTDIR')) return undefined
    throw error
  }
}

function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined // a malformed escape names no file
  }
}

function inside(folder: string, path: string): string | undefined {
  const file = normalize(join(folder, path))
  return file.startsWith(folder + sep) && !file.includes('\0') ? file : undefined
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {}
): void {
  const policy = type.startsWith('text/html') ? { 'content-security-policy': pagePolicy } : {}
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-cache',
    ...securityHeaders,
    ...policy,
    ...headers
  })
  response.end(body)
}

function bind(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
}

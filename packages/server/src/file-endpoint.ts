/** `POST /<locality>/files` keeps a photo and answers its id; `GET /<locality>/files/<id>` shows it to whoever may read an answer that names it. */
import type { IncomingMessage } from 'node:http'
import { negotiateLanguage } from '@gridwright/core'
import { photosIn } from '@gridwright/forms'
import { clearanceOn } from './access.ts'
import { contextOf, type Context } from './context.ts'
import { cleanImage, maxMegapixels } from './image.ts'
import { formOf, seenAnswers } from './resolve-case.ts'
import type { Store } from './store.ts'
import { filesPerDay, type FileMention } from './store-files.ts'
import { refusalText } from './texts.ts'
import { bearerOf, type Tokens } from './token.ts'

/** A whole answer over HTTP. */
export type Reply = {
  readonly status: number
  readonly type: string
  readonly body: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
}

const maxMegabytes = 2
const maxBytes = maxMegabytes * 1_000_000
/** What a photo is served with: not kept by anybody between, never taken for a page, asked for again by its id. */
const photoHeaders = {
  'cache-control': 'private, no-cache',
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'same-origin',
  'content-disposition': 'inline'
}

/** The answer to a request for `/<locality>/files` or `/<locality>/files/<id>`. */
export async function answerFiles(
  { store, tokens }: { readonly store: Store; readonly tokens: Tokens },
  request: IncomingMessage
): Promise<Reply> {
  const [, name = '', , id] = (request.url ?? '').split('?')[0]?.split('/') ?? []
  const context = await contextFor(store, tokens, request, decoded(name))
  if ('status' in context) return context
  if (id === undefined) return request.method === 'POST' ? upload(context, request) : wrongMethod('POST')
  return request.method === 'GET' ? show(context, decoded(id), request) : wrongMethod('GET')
}

async function contextFor(
  store: Store,
  tokens: Tokens,
  { headers }: IncomingMessage,
  name: string
): Promise<Context | Reply> {
  const published = await store.published(name)
  if (!published) return refusal('locality.unknown', 404, headers['accept-language'] ?? '')
  const { locality, hash: release } = published
  const language = negotiateLanguage(headers['accept-language'], locality.languages)
  const bearer = bearerOf(headers.authorization)
  const identity = bearer === undefined ? undefined : await tokens.verify(bearer)
  if (identity?.locality !== locality.id) return refusal('signin.required', 401, language)
  return contextOf({ store, locality, release, language, now: Date.now(), identity })
}

async function upload(context: Context, request: IncomingMessage): Promise<Reply> {
  const { store, locality, language, now } = context
  const viewer = await context.viewer()
  if (!viewer) return refusal('actor.unknown', 403, language)
  const length = Number(request.headers['content-length'] ?? Number.NaN)
  if (!Number.isInteger(length))
    return { status: 411, type: 'text/plain', body: 'content-length is required', headers: { connection: 'close' } }
  const tooLarge = () =>
    refusal('file.too-large', 413, language, { megabytes: maxMegabytes, megapixels: maxMegapixels })
  if (length > maxBytes) return { ...tooLarge(), headers: { connection: 'close' } }
  const image = cleanImage(await bodyOf(request))
  if (image === 'too-large') return tooLarge()
  if (image === 'unreadable') return refusal('file.unreadable', 415, language)
  const kept = await store.files.keep(locality.id, viewer.facts.id, image, now)
  return 'refused' in kept ? refusal(kept.refused, 429, language, { limit: filesPerDay }) : json(201, kept)
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

async function show(context: Context, id: string, request: IncomingMessage): Promise<Reply> {
  const { store, locality, language } = context
  const image = (await mayRead(context, id)) ? await store.files.read(locality.id, id) : undefined
  if (!image) return refusal('file.unknown', 404, language)
  const headers = { ...photoHeaders, etag: `"${id}"` }
  if (request.headers['if-none-match'] === headers.etag) return { status: 304, type: image.type, body: '', headers }
  return { status: 200, type: image.type, body: image.bytes, headers }
}

/** Whoever uploaded it may, and whoever sees it among the answers of a case, as GraphQL shows them. */
async function mayRead(context: Context, id: string): Promise<boolean> {
  const { store, locality } = context
  const viewer = await context.viewer()
  if (!viewer) return false
  if (await store.files.isBy(locality.id, id, viewer.facts.id)) return true
  for (const mention of await store.files.mentions(locality.id, id)) if (await seesIn(context, mention, id)) return true
  return false
}

async function seesIn(context: Context, { case: caseId, ordinal }: FileMention, id: string): Promise<boolean> {
  const { store, locality } = context
  const viewer = await context.viewer()
  const row = viewer && (await store.caseOf(locality.id, caseId, viewer.audience))
  const [entry] = row ? await store.journal(locality.id, caseId, 1, ordinal - 1) : []
  if (!row || !entry?.answers || entry.ordinal !== ordinal) return false
  const procedure = await context.procedures.load(entry.procedure)
  const form = procedure.forms.get(formOf(procedure, entry) ?? '')
  const seen = seenAnswers(entry.answers, form, clearanceOn(locality, row, viewer))
  return form !== undefined && photosIn(form, seen).some(({ file }) => file === id)
}

function refusal(code: string, status: number, language: string, details?: Readonly<Record<string, number>>): Reply {
  return json(status, { code, message: refusalText(code, details, language) })
}

function json(status: number, body: object): Reply {
  return { status, type: 'application/json', body: JSON.stringify(body) }
}

function wrongMethod(allow: string): Reply {
  return { status: 405, type: 'text/plain', body: `only ${allow}`, headers: { allow } }
}

/** A malformed escape names nothing. */
function decoded(part: string): string {
  return /%(?![0-9a-f]{2})/i.test(part) ? '' : decodeURIComponent(part)
}

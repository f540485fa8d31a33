/** Diagrams of workflows for whoever may see the rules, which is everybody: found in a locality or the layers inside it, drawn once for each release. */
import { contentHash, negotiateLanguage, type Locality } from '@gridwright/core'
import { diagramOf, diagramSvg, type Diagram } from '@gridwright/workflows'
import type { Store } from './store.ts'

export type DiagramOptions = { readonly language: string; readonly service?: string | undefined }

/** The diagram of a workflow by the rules that declare it: the locality's own, with what layers inside it have otherwise, else those of such a layer. Undefined where none has it, or not for that service. */
export function diagramIn(locality: Locality, workflow: string, options: DiagramOptions): Diagram | undefined {
  const { ground = locality, layers } = locality
  const own = diagramOf(ground, workflow, { ...options, layers })
  if (own) return own
  for (const layer of layers) {
    const diagram = diagramOf(layer, workflow, options)
    if (diagram) return diagram
  }
  return undefined
}

/** The address, on this server, of the picture of the workflow that `service` of `locality` goes through. */
export function diagramAddress(locality: string, workflow: string, service: string): string {
  return `/${locality}/workflows/${workflow}.svg?service=${service}`
}

export type DiagramAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
export type DiagramRequest = {
  /** Path and query of the address. */
  readonly url: string
  readonly acceptLanguage: string | undefined
  readonly ifNoneMatch: string | undefined
}

const address = /^\/([a-z0-9-]+)\/workflows\/([a-z0-9-]+)\.svg$/

/** Whether `path` is where a diagram would be. */
export function isDiagramPath(path: string): boolean {
  return address.test(path)
}

/**
 * Answers GET `/<locality>/workflows/<workflow>.svg`, with `service` for the limits of one service and `lang` before Accept-Language. 404 with
 * `locality.unknown`, `workflow.unknown` or `service.unknown`; 304 where the client has the picture.
 */
export async function answerDiagram(store: Pick<Store, 'published'>, request: DiagramRequest): Promise<DiagramAnswer> {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost')
  const [, id = '', workflow = ''] = address.exec(pathname) ?? []
  const published = await store.published(id)
  if (!published) return missing('locality.unknown')
  const { locality } = published
  const service = searchParams.get('service') ?? undefined
  const language = negotiateLanguage(searchParams.get('lang') ?? request.acceptLanguage, locality.languages)
  const drawing = drawn(locality, workflow, { language, service })
  if (!drawing) return missing(locality.workflows.has(workflow) ? 'service.unknown' : 'workflow.unknown')
  const known = request.ifNoneMatch?.split(',').some(tag => tag.trim().replace(/^W\//, '') === drawing.tag) ?? false
  const headers = {
    etag: drawing.tag,
    vary: 'accept-language',
    'content-language': language,
    'content-type': 'image/svg+xml; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox"
  }
  return known ? { status: 304, headers, body: '' } : { status: 200, headers, body: drawing.svg }
}

function missing(error: string): DiagramAnswer {
  return { status: 404, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ error }) }
}

type Drawing = { readonly svg: string; readonly tag: string }

/** Drawings of each published locality, which is one object as long as its release is live; only what there is gets an entry. */
const drawings = new WeakMap<Locality, Map<string, Drawing>>()

function drawn(locality: Locality, workflow: string, options: DiagramOptions): Drawing | undefined {
  const known = drawings.get(locality) ?? new Map<string, Drawing>()
  drawings.set(locality, known)
  const key = [workflow, options.language, options.service ?? ''].join(' ')
  const found = known.get(key)
  if (found) return found
  const diagram = diagramIn(locality, workflow, options)
  if (!diagram) return undefined
  const svg = diagramSvg(diagram)
  const drawing = { svg, tag: `"${contentHash(svg)}"` }
  known.set(key, drawing)
  return drawing
}

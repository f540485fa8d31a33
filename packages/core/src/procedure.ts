/** A procedure: all that a case is pinned to when it begins. A later release changes nothing for it; the world around it floats. */
import type { ClockRule } from './calendar.ts'
import { contentHash } from './hash.ts'
import type { Locality, Scale } from './locality.ts'
import { earningRulesOf } from './points.ts'
import type { Category, FormFile, Limit, PointsFile, ServiceFile, WorkflowFile } from './schema-types.ts'

export type Procedure = {
  readonly hash: string
  readonly id: string
  readonly service: ServiceFile
  readonly workflow: WorkflowFile
  /** The application's form and those of the workflow's events. */
  readonly forms: ReadonlyMap<string, FormFile>
  /** Limits of the service's category by stage, those of its ancestors where it has none. */
  readonly limits: ReadonlyMap<string, Limit>
  readonly clocks: ReadonlyMap<string, ClockRule>
  readonly scales: ReadonlyMap<string, Scale>
  /** The earning rules of the service with their ledgers; undefined where it earns nothing. */
  readonly points: PointsFile | undefined
}

const made = new WeakMap<Locality, Map<string, Procedure>>()

/** The procedure of this hash, of the locality itself or of a layer inside it, for a case of `service`; undefined where there is none. */
export function procedureWith(locality: Locality, service: string, hash: string): Procedure | undefined {
  return proceduresOf(locality, service).find(procedure => procedure.hash === hash)
}

/** Every procedure that a case of `service` may begin under, depending on its place, each once. */
export function proceduresOf(locality: Locality, service: string): readonly Procedure[] {
  const all = [locality.ground ?? locality, ...locality.layers].flatMap(each => procedureOf(each, service) ?? [])
  return [...new Map(all.map(procedure => [procedure.hash, procedure])).values()]
}

/** The procedure of `service` by the rules of `locality` itself, wherever its layers stand (see `localityAt`); undefined for an unknown service. */
export function procedureOf(locality: Locality, service: string): Procedure | undefined {
  const known = made.get(locality) ?? new Map<string, Procedure>()
  made.set(locality, known)
  const found = known.get(service)
  if (found) return found
  const file = locality.services.get(service)
  const workflow = file && locality.workflows.get(file.workflow)
  if (!file || !workflow) return undefined
  const names = new Set([file.form, ...formsOf(workflow)])
  const content = {
    id: service,
    service: file,
    workflow,
    forms: new Map([...locality.forms].filter(([name]) => names.has(name))),
    limits: limitsOf(locality.categories, file.category),
    clocks: locality.calendar.clocks,
    scales: locality.scales,
    points: locality.points && earningRulesOf(locality.points, service)
  }
  const procedure = Object.freeze({ ...content, hash: contentHash(content) })
  known.set(service, procedure)
  return procedure
}

/** Limits of `category` by stage; what it does not set comes from its parent, and so on up. */
export function limitsOf(categories: ReadonlyMap<string, Category>, category: string): ReadonlyMap<string, Limit> {
  const limits = new Map<string, Limit>()
  const seen = new Set<string>()
  for (let id: string | undefined = category; id !== undefined && !seen.has(id); id = categories.get(id)?.parent) {
    seen.add(id)
    for (const [stage, limit] of Object.entries(categories.get(id)?.limits ?? {}))
      if (!limits.has(stage)) limits.set(stage, limit)
  }
  return limits
}

function formsOf(part: unknown): readonly string[] {
  if (typeof part !== 'object' || part === null) return []
  const meta = 'meta' in part ? (part.meta as { form?: string } | undefined) : undefined // only transitions name a form in meta
  return [...(meta?.form === undefined ? [] : [meta.form]), ...Object.values(part).flatMap(formsOf)]
}

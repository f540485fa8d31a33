/** GraphQL fields of what a locality declares and who is there: locality, viewer, services, areas, people. */
import {
  type Category,
  durationWords,
  layersOffering,
  localDate,
  type Locality,
  localityAt,
  type Procedure,
  procedureOf,
  proceduresOf,
  startOfDay
} from '@gridwright/core'
import { localizeForm } from '@gridwright/forms'
import { eligibility, kindsOffered, machineOf, promisedLimits } from '@gridwright/workflows'
import { GraphQLError } from 'graphql'
import { maskName, maskPhone, seen, type Clearance, type Viewer } from './access.ts'
import type { Context } from './context.ts'
import { diagramAddress } from './diagrams.ts'
import type { Area, Page, PersonCard } from './store.ts'
import { wordFor } from './texts.ts'

export type Card = { readonly card: PersonCard; readonly name: Clearance; readonly phone: Clearance }
type ServiceRef = { readonly id: string; readonly procedure: Procedure }
type AreaArgs = { parent?: string | null; level?: string | null; first: number; after?: string | null }

const maxPage = 100

/** The members of an input that are given: GraphQL leaves one out by null or by silence. */
export function given<T extends object>(input: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const members = Object.entries(input).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(members) as { [K in keyof T]?: NonNullable<T[K]> } // the same members without the empty ones
}

/** `first` within 1 and 100; anything else is a named error of the request. */
export function pageSize(first: number): number {
  if (first >= 1 && first <= maxPage) return first
  throw new GraphQLError(`first must be from 1 to ${maxPage}`, { extensions: { code: 'page.too-large' } })
}

/** A page as a Relay connection whose nodes are made by `node`. */
export function connection<T, N>(page: Page<T>, node: (item: T) => N) {
  const edges = page.items.map(item => ({ cursor: item.cursor, node: node(item.node) }))
  return {
    edges,
    pageInfo: {
      hasNextPage: page.hasNextPage,
      hasPreviousPage: page.hasPreviousPage,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null
    }
  }
}

const mostUncovered = 200

export const localityQueries = {
  locality: () => ({}),
  async viewer(_: unknown, __: unknown, context: Context) {
    return context.viewer()
  },
  async roster(_: unknown, { post, on }: { post: string; on?: string | null }, { store, locality, now }: Context) {
    const day = on ?? localDate(now, locality.timeZone)
    const instant = on === null || on === undefined ? now : startOfDay(on, locality.timeZone)
    if (!locality.posts.has(post) || instant === undefined) return null
    const found = await store.roster(locality, post, instant)
    return { ...found, post, on: day, uncovered: found.uncovered.slice(0, mostUncovered) }
  },
  async services(_: unknown, { area }: { area?: string | null }, context: Context) {
    const rules = await rulesAt(context, area)
    return rules ? [...rules.services.keys()].sort().flatMap(id => serviceRef(rules, id) ?? []) : []
  },
  async service(_: unknown, { id, area }: { id: string; area?: string | null }, context: Context) {
    const rules = await rulesAt(context, area)
    return rules ? serviceRef(rules, id) : null
  },
  async areas(_: unknown, { parent, level, first, after }: AreaArgs, { store, locality }: Context) {
    const asked = given({ parent, level, after })
    const roots = asked.parent === undefined && asked.level === undefined ? { parent: null } : {}
    return connection(await store.areas(locality.id, { ...roots, ...asked, first: pageSize(first) }), area => area)
  },
  area: (_: unknown, { id }: { id: string }, { areas }: Context) => areas.load(id)
}

export const localityFields = {
  Locality: {
    id: (_: unknown, __: unknown, { locality }: Context) => locality.id,
    code: (_: unknown, __: unknown, { locality }: Context) => locality.code,
    name: (_: unknown, __: unknown, { locality, text }: Context) => text(locality.name),
    languages: (_: unknown, __: unknown, { locality }: Context) => locality.languages,
    timeZone: (_: unknown, __: unknown, { locality }: Context) => locality.timeZone,
    levels: (_: unknown, __: unknown, { locality }: Context) => locality.levels.map(({ id }) => id),
    channels: (_: unknown, __: unknown, { locality }: Context) => [...locality.channels.keys()],
    posts: (_: unknown, __: unknown, { locality }: Context) => [...locality.posts.keys()],
    release: (_: unknown, __: unknown, { release }: Context) => release
  },
  Level: {
    id: (id: string) => id,
    label: (id: string, _: unknown, { locality, text }: Context) =>
      text(locality.levels.find(level => level.id === id)?.label ?? id)
  },
  Channel: {
    id: (id: string) => id,
    label: (id: string, _: unknown, { locality, text }: Context) => text(locality.channels.get(id)?.label ?? id),
    entered: (id: string, _: unknown, { locality }: Context) => locality.channels.get(id)?.enteredBy !== undefined
  },
  Post: {
    id: (id: string) => id,
    label: (id: string, _: unknown, { locality, text }: Context) => text(locality.posts.get(id)?.label ?? id),
    level: (id: string, _: unknown, { locality }: Context) => locality.posts.get(id)?.level ?? '',
    duties: (id: string, _: unknown, { locality, text }: Context) => (locality.posts.get(id)?.duties ?? []).map(text)
  },
  Viewer: {
    async person({ facts }: Viewer, _: unknown, { people }: Context): Promise<Card> {
      return {
        card: (await people.load(facts.id)) ?? { id: facts.id, name: facts.id, phone: null },
        name: 'clear',
        phone: 'clear'
      }
    },
    appointments: ({ facts }: Viewer) => facts.appointments,
    registrations: ({ facts }: Viewer) => facts.registrations,
    enters: ({ facts }: Viewer, _: unknown, { locality }: Context) =>
      [...locality.channels]
        .filter(([, { enteredBy }]) => {
          const parties = enteredBy === undefined ? [] : Array.isArray(enteredBy) ? enteredBy : [enteredBy]
          return parties.some(
            party =>
              typeof party === 'object' &&
              ('post' in party
                ? facts.appointments.some(({ post }) => post === party.post)
                : facts.registrations.some(({ kind }) => kind === party.registration))
          )
        })
        .map(([id]) => id)
  },
  Appointment: { area: ({ area }: { area: string }, _: unknown, { areas }: Context) => areas.load(area) },
  Registration: {
    label: ({ kind }: { kind: string }, _: unknown, { locality, text }: Context) =>
      text(locality.registrations.get(kind)?.label ?? kind),
    area: ({ area }: { area: string }, _: unknown, { areas }: Context) => areas.load(area),
    takes: ({ kind }: { kind: string }, _: unknown, { locality }: Context) => kindsOffered(locality).has(kind)
  },
  Person: {
    id: ({ card }: Card) => card.id,
    name: ({ card, name }: Card) => seen(card.name, name, maskName),
    phone: ({ card, phone }: Card) => seen(card.phone, phone, maskPhone)
  },
  Area: {
    parent: ({ parent }: Area, _: unknown, { areas }: Context) => (parent === null ? null : areas.load(parent)),
    path: ({ path }: Area, _: unknown, { areas }: Context) => areas.loadMany(path)
  },
  Service: {
    title: ({ procedure }: ServiceRef, _: unknown, { text }: Context) => text(procedure.service.title),
    summary: ({ procedure: { service } }: ServiceRef, _: unknown, { text }: Context) =>
      service.summary === undefined ? null : text(service.summary),
    category: ({ procedure }: ServiceRef) => procedure.service.category,
    channels: ({ procedure }: ServiceRef) => procedure.service.channels,
    placeLevel: ({ procedure }: ServiceRef) => procedure.service.placeLevel,
    form: ({ procedure }: ServiceRef, _: unknown, context: Context) =>
      formIn(context, procedure, procedure.service.form),
    limits: ({ procedure }: ServiceRef, _: unknown, context: Context) => limitsInWords(procedure, context),
    diagram: ({ id, procedure }: ServiceRef, _: unknown, { locality }: Context) =>
      diagramAddress(locality.id, procedure.workflow.id, id),
    byArea: ({ id }: ServiceRef, _: unknown, { locality }: Context) =>
      layersOffering(locality, id) !== undefined || proceduresOf(locality, id).length > 1,
    async eligibility({ procedure }: ServiceRef, _: unknown, context: Context) {
      const viewer = await context.viewer()
      if (!procedure.service.eligible || !viewer) return { eligible: true, reason: null }
      const refusal = eligibility(context.locality, procedure, {
        actor: viewer.facts,
        applicant: viewer.facts,
        now: context.now
      })
      return {
        eligible: refusal === undefined,
        reason: refusal ? context.text(procedure.service.eligible.otherwise) : null
      }
    }
  },
  Category: {
    id: (id: string) => id,
    label: (id: string, _: unknown, { locality, text }: Context) =>
      text(categoryOf(locality.categories, id)?.label ?? id),
    parent: (id: string, _: unknown, { locality }: Context) => categoryOf(locality.categories, id)?.parent ?? null,
    legalBasis(id: string, _: unknown, { locality, text }: Context) {
      const basis = categoryOf(locality.categories, id)?.legalBasis
      return basis === undefined ? null : text(basis)
    }
  }
}

/** A form with all its texts in the viewer's language. */
export function formIn({ language, locality }: Context, procedure: Procedure, name: string) {
  const form = procedure.forms.get(name)
  return form ? localizeForm(form, language, locality.languages[0] ?? language) : null
}

/** The locality with all that its layers add, or what holds at `area`; undefined for an area that is not there. */
async function rulesAt({ locality, areas }: Context, area: string | null | undefined): Promise<Locality | undefined> {
  if (area === null || area === undefined) return locality
  const found = await areas.load(area)
  return found && localityAt(locality, Object.fromEntries(found.path.entries()))
}

function serviceRef(locality: Locality, id: string): ServiceRef | null {
  const procedure = procedureOf(locality, id)
  return procedure ? { id, procedure } : null
}

function categoryOf(categories: ReadonlyMap<string, Category>, id: string): Category | undefined {
  return categories.get(id)
}

/** The limits that an applicant is promised, in words. */
function limitsInWords(procedure: Procedure, { language, text }: Context) {
  const { states } = machineOf(procedure.workflow)
  return promisedLimits(procedure).map(({ name, state, within, clock }) => {
    const label = state === null ? undefined : (states.get(state)?.meta?.label ?? state)
    const working = procedure.clocks.get(clock)?.kind === 'working'
    return {
      name,
      state: label === undefined ? wordFor('whole', language) : text(label),
      within: durationWords(within, working, language),
      clock
    }
  })
}

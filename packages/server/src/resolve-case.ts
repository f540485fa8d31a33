/** GraphQL fields of cases: what happened, who owns them, what the viewer may do; personal facts only as clearly as rights allow. */
import { fieldsOf, type FormSchema } from '@gridwright/forms'
import { namesIn, type PartyKey, type Procedure, type Text } from '@gridwright/core'
import {
  actionsOn,
  candidateKeys,
  machineOf,
  type ActionOffer,
  type Answers,
  type CaseEvent,
  type CaseRow
} from '@gridwright/workflows'
import { clearanceOn, mayNameCandidates, type Clearance } from './access.ts'
import { procedureFor, type Context } from './context.ts'
import { connection, formIn, given, pageSize, type Card } from './resolve-locality.ts'
import { engineEventText, noticeText, wordFor } from './texts.ts'

type CaseArgs = {
  filter?: {
    box?: 'MINE' | 'TODO' | 'OFFERED' | 'ASSIGNED' | 'ALL' | null
    open?: boolean | null
    service?: string | null
    state?: string | null
    area?: string | null
  } | null
  sort: 'SUBMITTED_DESC' | 'SUBMITTED_ASC' | 'DUE_ASC'
  first: number
  after?: string | null
}
type Paging = { first: number; after?: string | null }
type EventOf = { readonly row: CaseRow; readonly entry: CaseEvent }
type ActionOf = { readonly row: CaseRow; readonly action: ActionOffer }

export const caseQueries = {
  async case(_: unknown, { id }: { id: string }, context: Context) {
    const viewer = await context.viewer()
    return viewer && isUuid(id)
      ? ((await context.store.caseOf(context.locality.id, id, viewer.audience)) ?? null)
      : null
  },
  async cases(_: unknown, { filter, sort, first, after }: CaseArgs, context: Context) {
    const viewer = await context.viewer()
    const size = pageSize(first)
    if (!viewer)
      return connection<CaseRow, CaseRow>({ items: [], hasNextPage: false, hasPreviousPage: false }, row => row)
    const { box, ...filters } = filter ?? {}
    const page = await context.store.cases(context.locality.id, {
      keys: viewer.audience,
      ownKeys: [...viewer.own],
      person: viewer.facts.id,
      box: box ?? 'ALL',
      sort,
      first: size,
      ...given({ ...filters, after })
    })
    return connection(page, row => row)
  },
  async notices(_: unknown, { first, after }: Paging, context: Context) {
    const viewer = await context.viewer()
    const size = pageSize(first)
    if (!viewer) return connection({ items: [], hasNextPage: false, hasPreviousPage: false }, notice => notice)
    return connection(
      await context.store.notices(context.locality.id, [...viewer.own], size, after ?? undefined),
      notice => notice
    )
  }
}

export const caseFields = {
  Case: {
    service: ({ service, procedure }: CaseRow, _: unknown, { procedures }: Context) =>
      procedures.load(procedure).then(pinned => ({ id: service, procedure: pinned })),
    area: ({ area }: CaseRow, _: unknown, { areas }: Context) => areas.load(area),
    handlingArea: ({ handlingArea }: CaseRow, _: unknown, { areas }: Context) => areas.load(handlingArea),
    async stateLabel(row: CaseRow, _: unknown, context: Context) {
      return stateLabel(await procedureFor(context, row), row.state, context)
    },
    submittedAt: ({ submittedAt }: CaseRow, _: unknown, { instant }: Context) => instant(submittedAt),
    updatedAt: ({ updatedAt }: CaseRow, _: unknown, { instant }: Context) => instant(updatedAt),
    closedAt: ({ closedAt }: CaseRow, _: unknown, { instant }: Context) =>
      closedAt === null ? null : instant(closedAt),
    async answers(row: CaseRow, _: unknown, context: Context) {
      const { forms, service } = await procedureFor(context, row)
      return seenAnswers(row.answers, forms.get(service.form), await clearance(row, context))
    },
    async applicant(row: CaseRow, _: unknown, context: Context): Promise<Card | null> {
      const level = await clearance(row, context)
      const [kind, id = ''] = row.applicant.split(':')
      const card = await (kind === 'contact' ? context.contacts : context.people).load(id)
      return card ? { card, name: level, phone: level } : null
    },
    enteredBy: ({ enteredBy }: CaseRow, _: unknown, context: Context) => worker(enteredBy, context),
    assignee: ({ assignee }: CaseRow, _: unknown, context: Context) => worker(assignee, context),
    async owners(row: CaseRow, _: unknown, context: Context) {
      const level = await clearance(row, context)
      return Promise.all(row.owners.slice(0, 20).map(key => keyInWords(key, row, level, context)))
    },
    async rung(row: CaseRow, _: unknown, context: Context) {
      const rung = (await procedureFor(context, row)).workflow.meta?.ladder?.[row.rung]
      return rung ? { index: row.rung, post: rung.post } : null
    },
    overdue: ({ deadlines }: CaseRow, _: unknown, { now }: Context) =>
      deadlines.some(({ due, expired }) => expired > 0 || (due !== null && due <= now)),
    async actions(row: CaseRow, _: unknown, context: Context): Promise<readonly ActionOf[]> {
      const viewer = await context.viewer()
      if (!viewer) return []
      const procedure = await procedureFor(context, row)
      const applicant = await applicantFacts(row, context)
      return actionsOn({
        locality: context.locality,
        procedure,
        row,
        viewer: viewer.facts,
        now: context.now,
        ...(applicant ? { applicant } : {})
      }).map(action => ({ row, action }))
    },
    async journal(row: CaseRow, { first, after }: Paging, { store, locality }: Context) {
      const size = pageSize(first)
      const from = given({ after }).after
      const entries = await store.journal(locality.id, row.id, size + 1, from === undefined ? from : Number(from))
      const items = entries.slice(0, size).map(entry => ({ cursor: String(entry.ordinal), node: { row, entry } }))
      return connection<EventOf, EventOf>(
        { items, hasNextPage: entries.length > size, hasPreviousPage: from !== undefined },
        node => node
      )
    },
    async review(row: CaseRow, _: unknown, context: Context) {
      if (!row.review) return null
      const { scale, event, value, at } = row.review
      const step = (await procedureFor(context, row)).scales.get(scale)?.[event]
      return { event, label: context.text(step?.label ?? event), value, at: context.instant(at) }
    },
    async reply(row: CaseRow, _: unknown, context: Context) {
      const text =
        row.reply === null ? undefined : (await procedureFor(context, row)).workflow.meta?.replies?.[row.reply]
      return text === undefined ? null : context.text(text)
    }
  },
  Deadline: {
    dueAt: ({ due }: CaseRow['deadlines'][number], _: unknown, { instant }: Context) =>
      due === null ? null : instant(due),
    warnAt: ({ warn }: CaseRow['deadlines'][number], _: unknown, { instant }: Context) =>
      warn === null ? null : instant(warn)
  },
  Action: {
    event: ({ action }: ActionOf) => action.event,
    contested: ({ action }: ActionOf) => action.contested,
    async label({ row, action }: ActionOf, _: unknown, context: Context) {
      return eventLabel(await procedureFor(context, row), action.event, context)
    },
    async form({ row, action }: ActionOf, _: unknown, context: Context) {
      return action.form === undefined ? null : formIn(context, await procedureFor(context, row), action.form)
    },
    async candidates(
      { row, action }: ActionOf,
      { field, search, first }: { field: string; search?: string | null; first: number },
      context: Context
    ): Promise<readonly Card[]> {
      const viewer = await context.viewer()
      const size = pageSize(first)
      if (!viewer || !mayNameCandidates(row, viewer)) return []
      const keys = candidateKeys(context.locality, await procedureFor(context, row), row, action.event, field)
      const cards = await context.store.holders(context.locality.id, keys, {
        first: size,
        now: context.now,
        ...given({ search: search?.slice(0, 60) })
      })
      return cards.map(card => ({ card, name: 'clear', phone: 'mask' }))
    }
  },
  CaseEvent: {
    ordinal: ({ entry }: EventOf) => entry.ordinal,
    event: ({ entry }: EventOf) => entry.event,
    async label({ entry }: EventOf, _: unknown, context: Context) {
      return eventLabel(await procedureFor(context, entry), entry.event, context)
    },
    at: ({ entry }: EventOf, _: unknown, { instant }: Context) => instant(entry.at),
    async actor({ row, entry }: EventOf, _: unknown, context: Context): Promise<Card | null> {
      if (!entry.actor.startsWith('person:')) return null
      if (entry.actor !== row.applicant) return worker(entry.actor.slice('person:'.length), context)
      const level = await clearance(row, context)
      const card = await context.people.load(entry.actor.slice('person:'.length))
      return card ? { card, name: level, phone: level } : null
    },
    async by({ row, entry }: EventOf, _: unknown, context: Context) {
      const level = await clearance(row, context)
      return entry.actor === 'system'
        ? wordFor('system', context.language)
        : keyInWords(entry.by ?? entry.actor, row, level, context)
    },
    from: ({ entry }: EventOf) => entry.from,
    to: ({ entry }: EventOf) => entry.to,
    async toLabel({ entry }: EventOf, _: unknown, context: Context) {
      return stateLabel(await procedureFor(context, entry), entry.to, context)
    },
    async answers({ row, entry }: EventOf, _: unknown, context: Context) {
      if (entry.answers === null) return null
      const procedure = await procedureFor(context, entry)
      const form = procedure.forms.get(formOf(procedure, entry) ?? '')
      return seenAnswers(entry.answers, form, await clearance(row, context))
    },
    async form({ entry }: EventOf, _: unknown, context: Context) {
      if (entry.answers === null) return null
      const procedure = await procedureFor(context, entry)
      return formIn(context, procedure, formOf(procedure, entry) ?? '')
    },
    hash: ({ entry }: EventOf) => entry.hash
  },
  Notice: {
    async text(
      { topic, params, case: id }: { topic: string; params: Readonly<Record<string, string>>; case: string },
      _: unknown,
      context: Context
    ) {
      const service = context.locality.services.get(params.service ?? '')
      const viewer = await context.viewer()
      const row = viewer ? await context.store.caseOf(context.locality.id, id, viewer.audience) : undefined
      const state = row
        ? stateLabel(await procedureFor(context, row), params.state ?? '', context)
        : (params.state ?? '')
      return noticeText(
        topic,
        { ...params, service: context.text(service?.title ?? params.service ?? ''), state },
        context.language
      )
    },
    at: ({ at }: { at: number }, _: unknown, { instant }: Context) => instant(at),
    async case({ case: id }: { case: string }, _: unknown, context: Context) {
      const viewer = await context.viewer()
      return viewer ? ((await context.store.caseOf(context.locality.id, id, viewer.audience)) ?? null) : null
    }
  }
}

/** Whether `text` is a UUID in lower case; anything else names no case. */
export function isUuid(text: unknown): text is string {
  return typeof text === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
}

type Pinned = Awaited<ReturnType<typeof procedureFor>>

function stateLabel({ workflow }: Pinned, state: string, { text }: Context): string {
  return text(machineOf(workflow).states.get(state)?.meta?.label ?? state)
}

/** The label of an event as its workflow, or the engine, calls it. */
export function eventLabel({ workflow }: Pinned, event: string, { text, language }: Context): string {
  const label = workflow.meta?.events?.[event]
  return label === undefined ? (engineEventText(event, language) ?? event) : text(label)
}

async function clearance(row: CaseRow, context: Context): Promise<Clearance> {
  return clearanceOn(context.locality, row, await context.viewer())
}

async function worker(id: string | null, { people }: Context): Promise<Card | null> {
  const card = id === null ? undefined : await people.load(id)
  return card ? { card, name: 'clear', phone: 'mask' } : null
}

async function applicantFacts(row: CaseRow, context: Context) {
  const { workflow } = await procedureFor(context, row)
  const asked = [...machineOf(workflow).rules.values()].some(
    ({ when }) => when && namesIn(when.params.cel).some(name => name.startsWith('applicant'))
  )
  return asked && row.applicant.startsWith('person:')
    ? context.store.personFacts(context.locality.id, row.applicant.slice('person:'.length), context.now)
    : undefined
}

/** A key as people read it: a name, or a post or registration with its area. */
async function keyInWords(key: PartyKey, row: CaseRow, level: Clearance, context: Context): Promise<string> {
  const { language } = context
  if (key === row.applicant && level !== 'clear') return wordFor('applicant', language)
  const kind = key.slice(0, key.indexOf(':'))
  const rest = key.slice(kind.length + 1)
  if (kind === 'person') return (await context.people.load(rest))?.name ?? wordFor('somebody', language)
  if (kind === 'contact') return (await context.contacts.load(rest))?.name ?? wordFor('applicant', language)
  return holdingInWords(kind === 'post' ? context.locality.posts : context.locality.registrations, rest, context)
}

/** `name@area` of a post or a kind of registration. */
async function holdingInWords(
  declared: ReadonlyMap<string, { readonly label: Text }>,
  holding: string,
  { areas, language, text }: Context
): Promise<string> {
  const [name = '', area = ''] = holding.split('@')
  const label = text(declared.get(name)?.label ?? name)
  const place = (await areas.load(area))?.name
  if (place === undefined) return label
  return language.startsWith('en') ? `${label}, ${place}` : `${place}${label}`
}

/** The form that came with an entry: the application's, or that of the transition taken. */
export function formOf({ service, workflow }: Procedure, { transition }: CaseEvent): string | undefined {
  return transition === null ? service.form : machineOf(workflow).rules.get(transition)?.form
}

/** Answers with their sensitive fields masked or left out, as the viewer's clearance says. */
export function seenAnswers(answers: Answers, form: FormSchema | undefined, level: Clearance): Answers {
  if (!form || level === 'clear') return answers
  const fitting = answers as Parameters<typeof fieldsOf>[1] // stored answers have passed the form
  const sensitive = new Set(fieldsOf(form, fitting).flatMap(({ name, sensitive: hidden }) => (hidden ? [name] : [])))
  const shown = Object.entries(answers).filter(([name]) => level === 'mask' || !sensitive.has(name))
  return Object.fromEntries(shown.map(([name, value]) => [name, sensitive.has(name) ? '***' : value]))
}

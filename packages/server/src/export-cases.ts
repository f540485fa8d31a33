// Cases as rows of a table: those that the exporting viewer may see, each field as the same viewer gets it through GraphQL.
import type { FormFile, FormProperty, Locality } from '@gridwright/core'
import type { CaseRow } from '@gridwright/workflows'
import { maskName, maskPhone, seen, type Viewer } from './access.ts'
import { contextOf, type Context } from './context.ts'
import { formFields } from './declarations.ts'
import { caseFields } from './resolve-case.ts'
import type { Card } from './resolve-locality.ts'
import type { CaseQuery, Store } from './store.ts'
import type { Cell } from './table-write.ts'

/** Who exports what: `viewer` sees, in `language`, at `now`. */
export type Exporting = {
  readonly store: Store
  readonly locality: Locality
  readonly release: string
  readonly language: string
  readonly now: number
  readonly viewer: Viewer
}
/** The filters of the list of cases. With a service, the answers to its form are columns too. */
export type CaseFilter = Partial<Pick<CaseQuery, 'box' | 'open' | 'service' | 'state' | 'area'>>

type Pair = readonly [zh: string, en: string]
type Read = (row: CaseRow, context: Context) => Cell | Promise<Cell>
type Column = { readonly heading: Pair; readonly read: Read }

const pageRows = 500

/** The heading, then the cases that `filter` asks for, oldest first; a page at a time, so that any number takes little memory. */
export async function* caseTable(exporting: Exporting, filter: CaseFilter): AsyncGenerator<readonly Cell[]> {
  const { store, locality, viewer, language } = exporting
  const answers = answerColumns(exporting, filter.service)
  yield [...columns.map(({ heading }) => heading[language === 'en' ? 1 : 0]), ...answers.map(({ title }) => title)]
  const query: CaseQuery = {
    box: 'ALL',
    ...filter,
    keys: viewer.audience,
    ownKeys: [...viewer.own],
    person: viewer.facts.id,
    sort: 'SUBMITTED_ASC',
    first: pageRows
  }
  for (let after: string | undefined; ;) {
    const page = await store.cases(locality.id, { ...query, ...(after === undefined ? {} : { after }) })
    const context = contextFor(exporting)
    yield* await Promise.all(page.items.map(({ node }) => rowOf(node, answers, context))) // together, so that what they name is read at once
    after = page.items.at(-1)?.cursor
    if (!page.hasNextPage || after === undefined) return
  }
}

/** The context in which a page is read; what it has loaded goes with it. */
export function contextFor({ viewer, ...exporting }: Exporting): Context {
  return { ...contextOf({ ...exporting, identity: undefined }), viewer: () => Promise.resolve(viewer) }
}

/** An instant as a local date and time to the minute. */
export function minuteOf(instant: string | null): string {
  return (instant ?? '').slice(0, 16).replace('T', ' ')
}

/** The name on a card as its clearance lets it be seen. */
export function nameOn(shown: Card | null): string {
  return shown ? (seen(shown.card.name, shown.name, maskName) ?? '') : ''
}

async function rowOf(row: CaseRow, answers: readonly AnswerColumn[], context: Context): Promise<readonly Cell[]> {
  const told = await Promise.all(columns.map(async ({ read }) => read(row, context)))
  if (answers.length === 0) return told
  const given = await fields.answers(row, undefined, context)
  return [...told, ...answers.map(({ name, field }) => answerText(given[name], field, context))]
}

const fields = caseFields.Case
const place = async (id: string, { areas }: Context) => (await areas.load(id))?.name ?? id
const yesNo = (yes: boolean, { language }: Context) => (language === 'en' ? (yes ? 'yes' : 'no') : yes ? '是' : '否')

const columns: readonly Column[] = [
  { heading: ['编号', 'Number'], read: ({ number }) => number },
  {
    heading: ['事项', 'Service'],
    read: async ({ procedure }, { procedures, text }) => text((await procedures.load(procedure)).service.title)
  },
  { heading: ['地点', 'Area'], read: ({ area }, context) => place(area, context) },
  { heading: ['办理区域', 'Handling area'], read: ({ handlingArea }, context) => place(handlingArea, context) },
  {
    heading: ['渠道', 'Channel'],
    read: ({ channel }, { locality, text }) => text(locality.channels.get(channel)?.label ?? channel)
  },
  { heading: ['状态', 'State'], read: (row, context) => fields.stateLabel(row, undefined, context) },
  { heading: ['在办', 'Open'], read: ({ open }, context) => yesNo(open, context) },
  { heading: ['提交时间', 'Submitted'], read: (row, context) => minuteOf(fields.submittedAt(row, undefined, context)) },
  { heading: ['更新时间', 'Updated'], read: (row, context) => minuteOf(fields.updatedAt(row, undefined, context)) },
  { heading: ['办结时间', 'Closed'], read: (row, context) => minuteOf(fields.closedAt(row, undefined, context)) },
  {
    heading: ['申请人', 'Applicant'],
    read: async (row, context) => nameOn(await fields.applicant(row, undefined, context))
  },
  {
    heading: ['申请人电话', 'Applicant’s phone'],
    async read(row, context) {
      const shown = await fields.applicant(row, undefined, context)
      return shown ? (seen(shown.card.phone, shown.phone, maskPhone) ?? '') : ''
    }
  },
  {
    heading: ['录入人', 'Entered by'],
    read: async (row, context) => nameOn(await fields.enteredBy(row, undefined, context))
  },
  {
    heading: ['承办人', 'Assignee'],
    read: async (row, context) => nameOn(await fields.assignee(row, undefined, context))
  },
  {
    heading: ['当前由谁办', 'With'],
    read: async (row, context) => (await fields.owners(row, undefined, context)).join('；')
  },
  { heading: ['超时', 'Overdue'], read: (row, context) => yesNo(fields.overdue(row, undefined, context), context) },
  { heading: ['催办次数', 'Urged'], read: ({ urged }) => urged },
  {
    heading: ['评价', 'Review'],
    read: async (row, context) => (await fields.review(row, undefined, context))?.label ?? ''
  },
  {
    heading: ['答复', 'Reply'],
    read: async (row, context) => (await fields.reply(row, undefined, context)) ?? ''
  }
]

type AnswerColumn = { readonly name: string; readonly title: string; readonly field: FormProperty }

/** The fields of the service's form as it is published now, titled as there. */
function answerColumns(exporting: Exporting, service: string | undefined): readonly AnswerColumn[] {
  const { locality } = exporting
  const name = service === undefined ? undefined : locality.services.get(service)?.form
  const form: FormFile | undefined = name === undefined ? undefined : locality.forms.get(name)
  if (!form) return []
  const { text } = contextFor(exporting)
  return [...formFields(form)].map(([key, { field }]) => ({ name: key, title: text(field.title ?? key), field }))
}

function answerText(value: unknown, field: FormProperty, context: Context): Cell {
  if (value === undefined || value === null) return ''
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return yesNo(value, context)
  if (Array.isArray(value)) return value.map(one => answerText(one, field.items ?? field, context)).join('；')
  if (typeof value !== 'string') return JSON.stringify(value)
  const option = field.oneOf?.find(one => one.const === value)
  return option?.title === undefined ? value : context.text(option.title)
}

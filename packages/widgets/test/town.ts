// A small town in memory behind the real GraphQL contract: five people, one workflow (order, dispatch, accept, review), a
// stream of changes, and a network that can be cut, slowed or broken. The rules are the fixture's own and as simple as can be.
import {
  areas,
  areaOf,
  channels,
  dispatchForm,
  formsOf,
  levels,
  people,
  posts,
  registrationsOf,
  resultForm,
  services,
  type PersonId
} from './town-facts.ts'
import { page, townNetwork, type ActInput, type CasesArgs, type Listeners, type SubmitInput } from './town-network.ts'
import { townEvaluations } from './town-evaluations.ts'
import { townPoints } from './town-points.ts'

type Answers = Record<string, unknown>
type Entry = {
  event: string
  label: string
  by: string
  actor: string
  toLabel: string
  to: string
  at: number
  answers: unknown
  form: object | null
}
/** A case as the fixture keeps it. */
export type TownCase = {
  id: string
  number: string
  service: string
  area: string
  channel: string
  applicant: { id: string; name: string; phone: string }
  enteredBy: PersonId | null
  state: keyof typeof states
  revision: number
  submittedAt: number
  dueAt: number | null
  answers: Answers
  offered: string[]
  assignee: string | null
  rung: number
  review: { event: string; label: string; at: number } | null
  journal: Entry[]
}

const states = {
  ordered: '待派单',
  dispatched: '待接单',
  accepted: '办理中',
  review: '待评价',
  closed: '已办结',
  withdrawn: '已撤回'
}
const ended = new Set<string>(['closed', 'withdrawn'])
const hour = 3_600_000
const instant = (ms: number) => new Date(ms + 8 * hour).toISOString().replace(/\.\d+Z$/, '+08:00')

type Refusal = { __typename: 'Refused'; code: string; message: string; path: string | null; details: null }
const refusal = (code: string, message: string, path: string | null = null): Refusal => ({
  __typename: 'Refused',
  code,
  message,
  path,
  details: null
})

/** A town that nobody has yet asked for anything, its doors to the network, and what tests may do to it. */
export function createTown() {
  const cases: TownCase[] = []
  const listeners: Listeners = new Set()
  const commands = new Map<string, { content: string; answer: unknown }>()
  const hide = { services: false }

  const tell = (changed: TownCase, event: string) =>
    listeners.forEach(listener => listener({ id: changed.id, revision: changed.revision, event }))

  function enter(
    target: TownCase,
    state: TownCase['state'],
    event: string,
    label: string,
    actor: PersonId,
    answers: unknown
  ): void {
    target.state = state
    target.revision++
    const hours = { ordered: 4, dispatched: 24, accepted: 48, review: 168, closed: 0, withdrawn: 0 }[state]
    target.dueAt = hours === 0 ? null : Date.now() + hours * hour
    target.journal.push({
      event,
      label,
      actor,
      by: people[actor].name,
      to: state,
      toLabel: states[state],
      at: Date.now(),
      answers,
      form: formsOf[event] ?? null
    })
    tell(target, event)
  }

  const isLiaison = (viewer: PersonId | null, area: string) =>
    posts.some(each => each.person === viewer && (each.area === area || areaOf(area).parent === each.area))

  function actionsFor(target: TownCase, viewer: PersonId | null) {
    const action = (event: string, label: string, form: object | null = null, contested = false) => ({
      event,
      label,
      form,
      contested
    })
    const mine = target.applicant.id === viewer
    const open: Record<TownCase['state'], ReturnType<typeof action>[]> = {
      ordered: [
        ...(isLiaison(viewer, target.area) ? [action('DISPATCH', '派单', dispatchForm)] : []),
        ...(mine ? [action('WITHDRAW', '撤回')] : [])
      ],
      dispatched: target.offered.includes(viewer ?? '') ? [action('ACCEPT', '接单', null, true)] : [],
      accepted: target.assignee === viewer ? [action('DONE', '办结', resultForm)] : [],
      review: mine
        ? [action('SATISFIED', '满意'), action('BASICALLY', '基本满意'), action('DISSATISFIED', '不满意')]
        : [],
      closed: [],
      withdrawn: []
    }
    return open[target.state]
  }

  const visible = (target: TownCase, viewer: PersonId | null) =>
    target.applicant.id === viewer ||
    target.enteredBy === viewer ||
    target.assignee === viewer ||
    target.offered.includes(viewer ?? '') ||
    isLiaison(viewer, target.area)

  function inBox(target: TownCase, viewer: PersonId | null, box: string): boolean {
    if (!visible(target, viewer)) return false
    if (box === 'MINE') return target.applicant.id === viewer || target.enteredBy === viewer
    if (box === 'TODO') return actionsFor(target, viewer).length > 0
    if (box === 'OFFERED') return target.state === 'dispatched' && target.offered.includes(viewer ?? '')
    return box === 'ASSIGNED' ? target.assignee === viewer : true
  }

  const person = (id: string | null) => (id !== null && id in people ? { id, ...people[id as PersonId] } : null)
  const area = (id: string): object => ({
    ...areaOf(id),
    level: levels[areaOf(id).level],
    parent: null,
    path: () => {
      const { parent } = areaOf(id)
      return [...(parent ? [area(parent)] : []), area(id)]
    }
  })
  const points = townPoints(area)
  const evaluations = townEvaluations(cases)
  const service = (id: string, viewer: PersonId | null, at?: string | null) => {
    const found = services.find(each => each.id === id)
    if (!found || (at && found.only && !found.only.includes(at))) return null
    const eligible =
      viewer !== null && (!found.registration || registrationsOf(viewer).some(each => each.kind === found.registration))
    return {
      ...found,
      channels: channels.filter(channel => found.channels.includes(channel.id)),
      placeLevel: levels['community'],
      diagram: `/ziyun/workflows/three-orders.svg?service=${id}`,
      byArea: found.only !== undefined,
      eligibility: { eligible, reason: eligible ? null : viewer ? '请先在社区登记' : '请先登录' }
    }
  }

  function caseView(target: TownCase, viewer: PersonId | null): object {
    const entries = target.journal.map((entry, ordinal) => ({
      cursor: String(ordinal),
      node: { ...entry, ordinal, at: instant(entry.at), from: null, hash: 'f'.repeat(64), actor: person(entry.actor) }
    }))
    const owner = {
      ordered: `联络员（${areaOf(target.area).name}）`,
      dispatched: '受邀党员',
      accepted: person(target.assignee)?.name ?? '',
      review: target.applicant.name
    }
    return {
      __typename: 'Case',
      ...target,
      service: service(target.service, viewer),
      area: area(target.area),
      handlingArea: area(target.area),
      channel: channels.find(each => each.id === target.channel),
      stateLabel: states[target.state],
      open: !ended.has(target.state),
      submittedAt: instant(target.submittedAt),
      updatedAt: instant(target.journal.at(-1)?.at ?? target.submittedAt),
      closedAt: ended.has(target.state) ? instant(Date.now()) : null,
      enteredBy: person(target.enteredBy),
      assignee: person(target.assignee),
      owners: target.state in owner ? [owner[target.state as keyof typeof owner]] : [],
      rung: { index: target.rung, post: posts[target.rung]?.post },
      deadlines:
        target.dueAt === null
          ? []
          : [
              {
                name: target.state,
                dueAt: instant(target.dueAt),
                warnAt: instant(target.dueAt - hour),
                warned: false,
                expired: 0
              }
            ],
      overdue: target.dueAt !== null && target.dueAt < Date.now(),
      urged: 0,
      actions: actionsFor(target, viewer).map(each => ({
        ...each,
        candidates: ({ search }: { search?: string }) =>
          Object.entries(people)
            .filter(([, { name, member }]) => member && name.includes(search ?? ''))
            .map(([id, { name, phone }]) => ({ id, name, phone }))
      })),
      journal: ({ first, after }: { first: number; after?: string }) => page(entries, first, after),
      review: target.review && { ...target.review, value: '1', at: instant(target.review.at) },
      reply: target.state === 'closed' ? '您的点单已办结，谢谢。' : null
    }
  }

  function submit(input: SubmitInput, viewer: PersonId | null) {
    const found = services.find(each => each.id === input.service)
    if (!viewer || !found) return refusal('actor.unknown', '请先登录')
    if (JSON.stringify(input.answers).includes('测试')) return refusal('answer.denied', '请不要提交测试内容', '/what')
    const applicant = input.applicant?.contact
      ? { id: 'contact', ...input.applicant.contact }
      : { id: viewer, ...people[viewer] }
    const begun: TownCase = {
      id: input.id,
      number: `520425001001-20261008-${input.id.slice(0, 6).toUpperCase()}`,
      service: found.id,
      area: input.area,
      channel: input.channel ?? 'web',
      applicant,
      enteredBy: input.applicant ? viewer : null,
      state: 'ordered',
      revision: 0,
      submittedAt: Date.now(),
      dueAt: null,
      answers: input.answers,
      offered: [],
      assignee: null,
      rung: 0,
      review: null,
      journal: []
    }
    cases.push(begun)
    enter(begun, 'ordered', 'SUBMIT', '点单', viewer, null)
    return caseView(begun, viewer)
  }

  function act(input: ActInput, viewer: PersonId | null) {
    const target = cases.find(each => each.id === input.case)
    if (target && input.expectedRevision !== undefined && input.expectedRevision !== target.revision)
      return refusal('case.changed', '单子已有变化，请看最新情况后再办')
    if (!viewer || !target || !visible(target, viewer)) {
      const taken = target && input.event === 'ACCEPT'
      return taken ? refusal('offer.taken', '已被他人接走') : refusal('case.missing', '没有找到这个单子')
    }
    if (!actionsFor(target, viewer).some(each => each.event === input.event))
      return refusal('event.impossible', '现在不能这样办')
    const answers = input.answers ?? {}
    const went = (state: TownCase['state'], label: string) =>
      enter(target, state, input.event, label, viewer, input.answers ?? null)
    switch (input.event) {
      case 'DISPATCH':
        target.offered = answers['to'] as string[] // the form says so
        went('dispatched', '派单')
        break
      case 'ACCEPT':
        target.assignee = viewer
        target.offered = []
        went('accepted', '接单')
        break
      case 'DONE':
        went('review', '办结')
        break
      case 'WITHDRAW':
        went('withdrawn', '撤回')
        break
      default:
        target.review = {
          event: input.event,
          label: actionsFor(target, viewer).find(each => each.event === input.event)?.label ?? '',
          at: Date.now()
        }
        went('closed', target.review.label)
    }
    return caseView(target, viewer)
  }

  /** The same id with the same content gets the first answer; with another content it is refused. */
  function once<Input extends { id: string }>(input: Input, run: (input: Input) => unknown): unknown {
    const content = JSON.stringify(input)
    const known = commands.get(input.id)
    if (known) return known.content === content ? known.answer : refusal('command.reused', '这个编号已经用过')
    const answer = run(input)
    commands.set(input.id, { content, answer })
    return answer
  }

  const rootFor = (viewer: PersonId | null) => ({
    locality: { id: 'ziyun', code: '520425', name: '紫云', languages: ['zh-CN', 'en'], ledgers: points.town.ledgers },
    viewer: viewer && {
      person: person(viewer),
      appointments: posts
        .filter(each => each.person === viewer)
        .map(each => ({ post: each.post, area: area(each.area) })),
      registrations: registrationsOf(viewer).map(each => ({ ...each, area: area(each.area) })),
      enters: posts.some(each => each.person === viewer) ? channels.filter(each => each.entered) : [],
      ...points.viewerFields(viewer)
    },
    ...points.queries(viewer),
    ...evaluations.queries(viewer),
    ...Object.fromEntries(
      Object.entries({ ...points.mutations, ...evaluations.mutations }).map(([name, run]) => [
        name,
        ({ input }: { input: never }) => once(input, given => run(given, viewer))
      ])
    ),
    services: () => (hide.services ? [] : services).map(each => service(each.id, viewer)),
    service: ({ id, area }: { id: string; area: string | null }) => service(id, viewer, area),
    areas: ({ parent, first, after }: { parent?: string; first: number; after?: string }) =>
      page(
        areas.filter(each => each.parent === (parent ?? null)).map(each => ({ cursor: each.id, node: area(each.id) })),
        first,
        after
      ),
    case: ({ id }: { id: string }) => {
      const found = cases.find(each => each.id === id && visible(each, viewer))
      return found ? caseView(found, viewer) : null
    },
    cases: ({ filter, sort, first, after }: CasesArgs) => {
      const found = cases.filter(
        each =>
          inBox(each, viewer, filter?.box ?? 'ALL') &&
          (filter?.open === undefined || filter.open === !ended.has(each.state)) &&
          (!filter?.service || filter.service === each.service) &&
          (!filter?.area || filter.area === each.area || areaOf(each.area).parent === filter.area)
      )
      const rank = (each: TownCase) => (sort === 'DUE_ASC' ? (each.dueAt ?? Infinity) : -each.submittedAt)
      found.sort((left, right) => rank(left) - rank(right))
      return page(
        found.map(each => ({ cursor: each.id, node: caseView(each, viewer) })),
        first,
        after
      )
    },
    submit: ({ input }: { input: SubmitInput }) => once(input, given => submit(given, viewer)),
    act: ({ input }: { input: ActInput }) => once(input, given => act(given, viewer)),
    caseChanged: () => changesFor(viewer, 'caseChanged', listeners),
    transferChanged: () => changesFor(viewer, 'transferChanged', points.listeners)
  })

  const { fetch, network, received, changesFor } = townNetwork(rootFor)

  return {
    fetch,
    network,
    cases,
    points,
    evaluations,
    received,
    hide,
    /** Begins a case without the network. */
    order(by: PersonId, answers: Answers, change: Partial<TownCase> = {}): TownCase {
      submit({ id: crypto.randomUUID(), service: 'repair', area: '001', answers }, by)
      const begun = cases.at(-1)!
      Object.assign(begun, change)
      return begun
    },
    /** Sends an event without the network. */
    act(by: PersonId, target: TownCase, event: string, answers?: Answers) {
      return act({ id: crypto.randomUUID(), case: target.id, event, ...(answers ? { answers } : {}) }, by)
    },
    /** Breaks all streams, as a restart of the server does. */
    breakStreams() {
      for (const controller of network.streams) controller.error(new TypeError('network error'))
      network.streams.clear()
    }
  }
}

/** A town as tests hold it. */
export type Town = ReturnType<typeof createTown>

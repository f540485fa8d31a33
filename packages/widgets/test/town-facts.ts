// Who lives in the test town, where, and what they may ask for.

/** The people by their token. Names and phone numbers are invented. */
export const people = {
  wang: { name: '王秀英', phone: '138****0001', member: false },
  li: { name: '李联络', phone: '138****0002', member: false },
  zhao: { name: '赵党员', phone: '138****0003', member: true },
  qian: { name: '钱党员', phone: '138****0004', member: true },
  sun: { name: '孙街道', phone: '138****0005', member: false }
}
export type PersonId = keyof typeof people

export const areas = [
  { id: '0', code: '520425001', name: '松山街道', level: 'street', parent: null },
  { id: '001', code: '520425001001', name: '城南社区', level: 'community', parent: '0' },
  { id: '002', code: '520425001002', name: '城东社区', level: 'community', parent: '0' },
  { id: '003', code: '520425001003', name: '格凸河社区', level: 'community', parent: '0' }
] as const

/** An area by its id; a test that names none is wrong. */
export function areaOf(id: string): (typeof areas)[number] {
  const found = areas.find(each => each.id === id)
  if (!found) throw new Error(`the test town has no area ${id}`)
  return found
}

export const posts: readonly { person: PersonId; area: string; post: object }[] = [
  { person: 'li', area: '001', post: { id: 'liaison', label: '社区联络员', level: 'community', duties: ['派单'] } },
  { person: 'sun', area: '0', post: { id: 'street-officer', label: '街道干部', level: 'street', duties: ['督办'] } }
]

/** Wang is a registered resident; Zhao and Qian are registered party members of the community, who are offered its orders. */
export function registrationsOf(person: PersonId): { kind: string; label: string; area: string; takes: boolean }[] {
  if (people[person].member) return [{ kind: 'party-member', label: '报到党员', area: '001', takes: true }]
  return person === 'wang' ? [{ kind: 'resident', label: '居民', area: '001', takes: false }] : []
}

const livelihood = { id: 'livelihood', label: '民生服务', parent: null, legalBasis: null }

export const services: readonly {
  id: string
  title: string
  summary: string | null
  category: object
  channels: readonly string[]
  registration?: string
  /** The areas in which it is offered; everywhere where left out. */
  only?: readonly string[]
  form: object
  limits: readonly object[]
}[] = [
  {
    id: 'repair',
    title: '居家维修',
    summary: '水电、门窗、家具坏了，社区派人来修',
    category: livelihood,
    channels: ['web', 'phone', 'visit'],
    registration: 'resident',
    limits: [
      { name: 'dispatch', state: '派单', within: '4 工作小时', clock: 'work' },
      { name: 'accept', state: '接单', within: '1 个工作日', clock: 'work' }
    ],
    form: {
      type: 'object',
      description: '说清楚什么事，我们来办',
      properties: {
        what: {
          type: 'string',
          title: '什么事',
          minLength: 4,
          maxLength: 200,
          ui: { rows: 3, placeholder: '例如：厨房水管漏水' }
        },
        kind: {
          type: 'string',
          title: '哪一类',
          oneOf: [
            { const: 'water', title: '水' },
            { const: 'power', title: '电' },
            { const: 'other', title: '其他' }
          ]
        },
        urgent: { type: 'boolean', title: '是否紧急' },
        phone: { type: 'string', title: '联系电话', format: 'phone', description: '办理的人会打这个电话' }
      },
      required: ['what', 'kind'],
      if: { properties: { kind: { not: { const: 'power' } } } },
      else: { properties: { cut: { type: 'boolean', title: '是否已断电' } }, required: ['cut'] }
    }
  },
  {
    id: 'care',
    title: '老人探访',
    summary: '独居老人，请人上门看看',
    category: livelihood,
    channels: ['web'],
    limits: [{ name: 'dispatch', state: '派单', within: '2 个工作日', clock: 'work' }],
    form: { type: 'object', properties: { what: { type: 'string', title: '什么情况' } }, required: ['what'] }
  },
  {
    id: 'market',
    title: '积分摊位',
    summary: null,
    category: { id: 'points', label: '积分事务', parent: null, legalBasis: null },
    channels: ['web'],
    registration: 'merchant',
    limits: [],
    form: { type: 'object', properties: { what: { type: 'string', title: '卖什么' } }, required: ['what'] }
  }
]

export const levels: Record<string, object> = {
  street: { id: 'street', label: '街道' },
  community: { id: 'community', label: '社区' }
}
export const channels = [
  { id: 'web', label: '网上', entered: false },
  { id: 'phone', label: '电话', entered: true },
  { id: 'visit', label: '上门走访', entered: true }
]

/** Forms of the events that have one. */
export const dispatchForm = {
  type: 'object',
  properties: {
    to: { type: 'array', title: '派给谁', items: { type: 'string', format: 'person' }, minItems: 1, maxItems: 5 },
    note: { type: 'string', title: '交代几句', ui: { rows: 2 }, maxLength: 200 }
  },
  required: ['to']
}
export const resultForm = {
  type: 'object',
  properties: {
    what: { type: 'string', title: '办了什么', minLength: 4, maxLength: 500, ui: { rows: 3 } },
    hours: { type: 'number', title: '用了几小时', minimum: 0.5, maximum: 24 }
  },
  required: ['what']
}

/** The forms by the events that they come with. */
export const formsOf: Readonly<Record<string, object>> = { DISPATCH: dispatchForm, DONE: resultForm }

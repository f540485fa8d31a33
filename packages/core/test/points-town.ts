// A town that gives points as Licheng does: disaster relief 3, settling a dispute 1.5, volunteering 1 an hour; the community certifies,
// and toothpaste, soap and oil are in the shop. Names of people are invented.
import { load, type Locality } from '../src/locality.ts'
import type { PersonFacts } from '../src/party.ts'
import { parseDataset, type Dataset } from '../src/dataset.ts'
import { pointsOf, type Points } from '../src/points.ts'
import { earnings, type EarningCause } from '../src/points-earning.ts'
import { award, certify, type Settler } from '../src/points-ledger.ts'
import { readGoods, redeem, type Purchase } from '../src/points-shop.ts'
import { accountsOf, newAccount, type Account, type Transfer } from '../src/points-transfer.ts'
import type { PointsFile } from '../src/schema-types.ts'

const declared = `{
  "ledgers": { "resident": { "label": "居民积分", "unit": "0.5", "floor": "0", "spendable": true } },
  "rules": {
    "rescue": { "label": "救灾救人", "ledger": "resident", "on": "DONE", "services": ["rescue"], "to": "assignee", "points": "3", "certify": { "post": "secretary" } },
    "mediation": { "label": "参与调处纠纷", "ledger": "resident", "on": "DONE", "services": ["mediation"], "when": "form.settled", "to": "assignee", "points": "1.5", "certify": { "post": "secretary" } },
    "volunteering": { "label": "志愿活动", "ledger": "resident", "on": "DONE", "services": ["volunteering"], "to": "applicant", "points": "1", "quantity": { "form": "hours" }, "cap": { "points": "4", "per": "month" }, "certify": { "post": "secretary" } },
    "report": { "label": "上报隐患", "ledger": "resident", "on": "SUBMIT", "services": ["rescue"], "to": "actor", "points": "0.5", "cap": { "points": "1", "per": "day" } }
  },
  "shop": { "label": "积分超市", "ledger": "resident", "handOver": { "post": "shopkeeper" } }
}`
const goodsText = `id,name,price,stock,limit,per
toothpaste,牙膏,3,2,1,month
soap,香皂,1.5,10,,
oil,食用油,12,1,1,year
`

const files = new Map(
  Object.entries({
    'locality.json': {
      id: 'town',
      code: '999999001',
      name: '示范镇',
      languages: ['zh-CN'],
      timeZone: 'Asia/Shanghai',
      channels: { web: { label: '网上' } }
    },
    'calendar.json': { clocks: { natural: { kind: 'natural' } } },
    'grid.json': {
      levels: ['street', 'community', 'unit'].map((id, i) => ({ id, label: id, codeDigits: 9 + 3 * i }))
    },
    'posts.json': {
      posts: {
        secretary: { label: '社区书记', level: 'community' },
        shopkeeper: { label: '积分超市管理员', level: 'community' },
        'unit-head': { label: '单元长', level: 'unit' }
      }
    },
    'categories.json': { categories: { deeds: { label: '善举' } } },
    ...Object.fromEntries(
      ['rescue', 'mediation', 'volunteering'].map(id => [
        `services/${id}.json`,
        {
          title: id,
          category: 'deeds',
          channels: ['web'],
          placeLevel: 'community',
          form: 'deed',
          workflow: id === 'mediation' ? 'settle' : 'help'
        }
      ])
    ),
    'forms/deed.json': {
      type: 'object',
      required: ['what'],
      properties: { what: { type: 'string', title: '什么事' }, people: { type: 'integer', title: '几人' } }
    },
    'forms/settled.json': {
      type: 'object',
      required: ['settled'],
      properties: { settled: { type: 'boolean', title: '调处好了' } }
    },
    'forms/worked.json': {
      type: 'object',
      required: ['hours'],
      properties: { hours: { type: 'number', title: '几小时' }, minutes: { type: 'number', title: '几分钟' } }
    },
    'workflows/help.json': workflow('help', 'worked'),
    'workflows/settle.json': workflow('settle', 'settled')
  }).map(([path, value]) => [path, JSON.stringify(value)])
)

function workflow(id: string, form: string) {
  const done = { target: 'done', meta: { form } }
  return {
    id,
    initial: 'open',
    states: { open: { meta: { owner: 'assignee' }, on: { DONE: done, ASKED: 'open' } }, done: { type: 'final' } }
  }
}

/** The town as loaded. Throws with its issues where it is not sound. */
export const town: Locality = (() => {
  const { locality, issues } = load(files)
  if (!locality) throw new Error(JSON.stringify(issues))
  return locality
})()
export const pointsFile = JSON.parse(declared) as PointsFile // its schema is tried in points-check.test.ts
export const points: Points = pointsOf(pointsFile)

/** Where everything happens, and the neighbouring community. */
export const places = { street: '999999001', community: '999999001001' }
export const elsewhere = { street: '999999001', community: '999999001002' }

/** A person with posts at the community of `at`. */
export function person(
  id: string,
  posts: readonly string[] = [],
  at: { readonly community: string } = places
): PersonFacts {
  return { id, appointments: posts.map(post => ({ post, area: at.community })), registrations: [] }
}

/** The end of a case of `service` that lin asked for and chen has done, on 2026-11-03 in the morning. */
export function done(
  service: string,
  form: EarningCause['form'],
  more: Partial<EarningCause['entry'] & EarningCause['row']> = {}
): EarningCause {
  return {
    entry: {
      ordinal: 4,
      event: 'DONE',
      actor: 'person:chen',
      at: Date.parse('2026-11-03T09:00+08:00'),
      from: 'open',
      to: 'done',
      ...more
    },
    row: {
      id: 'c1',
      service,
      state: 'done',
      areaCode: places.community,
      places,
      applicant: 'person:lin',
      assignee: 'chen',
      ...more
    },
    category: 'deeds',
    answers: { what: '台风' },
    form
  }
}

export const ledger = points.ledgers.get('resident')!
export const goods = readGoods(parseDataset(goodsText) as Dataset, ledger).goods // a well-formed table
export const at = Date.parse('2026-11-05T10:00+08:00')
export const secretary: Settler = { person: person('guo', ['secretary']), household: 'h-guo' }
export const keeper = person('xu', ['shopkeeper'])
export const settlement = { by: secretary, holderHousehold: 'h-chen', at }

/** The town's points with something else declared. */
export const withPoints = (change: (file: PointsFile) => void) => {
  const file = structuredClone(pointsFile)
  change(file)
  return pointsOf(file)
}
/** The award of a rule to chen, as entered, after `used` of its cap. */
export const awarded = (service: string, form: object, used = 0) => {
  const [earning] = earnings(points, town, done(service, { ...form })).earned
  return award(points.rules.get(earning!.rule)!, earning!, used).transfer
}
/** A pending award, certified. */
export const posted = (transfer: Transfer): Transfer => {
  const result = certify(transfer, settlement)
  if ('refused' in result) throw new Error(result.refused)
  return result.transfer
}
/** The account of `person` as these lines make it. */
export const accountOf = (person: string, ...transfers: Transfer[]): Account =>
  accountsOf(transfers).get(`resident holder:${person}`) ?? newAccount('resident', `holder:${person}`)
/** What chen buys with 5.5 points. */
export const purchase = (more: Partial<Purchase> = {}): Purchase => ({
  id: 'r1',
  exists: false,
  buyer: 'chen',
  ledger,
  account: { ...newAccount('resident', 'holder:chen'), posted: 11 },
  bought: 0,
  period: '2026-11',
  owners: ['post:shopkeeper@999999001001'],
  at,
  ...more
})
/** Toothpaste that chen has reserved. */
export const reserved = (more: Partial<Purchase> = {}): Transfer => {
  const result = redeem(goods[0], purchase(more))
  if ('refused' in result) throw new Error(result.refused)
  return result.transfer
}

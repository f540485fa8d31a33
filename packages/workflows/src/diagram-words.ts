/** What stands in a workflow's diagram, in words: parties, limits, clocks, conditions and effects, in Chinese or English. */
import {
  conditionWords,
  durationWords,
  limitsOf,
  partiesOf,
  textIn,
  type ClockRule,
  type DeadlineRule,
  type Effect,
  type Locality,
  type OneParty,
  type Party,
  type ServiceFile,
  type Text,
  type WorkflowFile
} from '@gridwright/core'
import { fieldsOf, localizeForm, type Field } from '@gridwright/forms'

/** Whose words: those of a workflow in its locality, for a reader of `language` (a BCP 47 tag). */
export type Reader = {
  readonly locality: Locality
  readonly workflow: WorkflowFile
  readonly language: string
  /** Those whose limits and forms are told. */
  readonly services: readonly ServiceFile[]
  /** The same workflow in the layers inside the locality that have it, each with its own services. */
  readonly layers: readonly Reader[]
}

/** One of two wordings by the reader's language: English for `en`, Chinese for any other. */
export function said({ language }: Pick<Reader, 'language'>, zh: string, en: string): string {
  return language.toLowerCase().startsWith('en') ? en : zh
}

/** `text` in the reader's language, else in those of the locality. */
export function textFor({ locality, language }: Reader, text: Text): string {
  return textIn(text, language, locality.languages)
}

/** The label of an event of the workflow; its name where it has none. */
export function eventWords(reader: Reader, event: string): string {
  return textFor(reader, reader.workflow.meta?.events?.[event] ?? event)
}

/** Who `party` is; a rung is told as the whole ladder, from its first rung up. Who is excluded from all of them is told once. */
export function partyWords(reader: Reader, party: Party): string {
  const parties = partiesOf(party)
  const exceptions = parties.map(one => exceptionWords(reader, one))
  const shared = exceptions.every(exception => exception === exceptions[0]) ? (exceptions[0] ?? '') : undefined
  const names = parties.map((one, i) => nameWords(reader, one) + (shared === undefined ? (exceptions[i] ?? '') : ''))
  const english = names.join(', ').replace(/, ([^,]*)$/, ' or $1')
  return said(reader, names.join('、'), english) + (shared ?? '')
}

function nameWords(reader: Reader, party: OneParty): string {
  const { locality, workflow } = reader
  const post = (id: string) => textFor(reader, locality.posts.get(id)?.label ?? id)
  if (party === 'rung') return (workflow.meta?.ladder ?? []).map(rung => post(rung.post)).join(' → ')
  if (typeof party === 'string') return said(reader, roles[party][0], roles[party][1])
  if ('post' in party) return post(party.post)
  return textFor(reader, locality.registrations.get(party.registration)?.label ?? party.registration)
}

function exceptionWords(reader: Reader, party: OneParty): string {
  if (typeof party === 'string' || party.exceptBy === undefined) return ''
  const done = party.exceptBy.map(event => `“${eventWords(reader, event)}”`)
  return said(reader, `（做过${done.join('')}的人除外）`, ` (but not whoever did ${done.join(' or ')})`)
}

const roles = {
  applicant: ['申请人', 'the applicant'],
  assignee: ['接单的人', 'whoever accepted it'],
  offered: ['被派单的人', 'those it is offered to'],
  system: ['系统', 'the system']
} as const

type Counted = { readonly within: string; readonly clock: string }
/** A length with the categories that have it; none where the limit is the same for all. */
type Length = Counted & { readonly categories: readonly string[] }

/** Every length that a limit may have, each once: its own, or those of its services' categories. */
function lengthsOf({ locality, services }: Reader, { within, clock, byCategory }: DeadlineRule): readonly Length[] {
  if (byCategory === undefined)
    return within === undefined || clock === undefined ? [] : [{ within, clock, categories: [] }]
  const found = services.flatMap(({ category }) => {
    const limit = limitsOf(locality.categories, category).get(byCategory)
    return limit === undefined ? [] : [{ ...limit, category }]
  })
  return [...Map.groupBy(found, ({ within, clock }) => `${within} ${clock}`).values()].flatMap(([limit, ...alike]) => {
    const categories = limit ? [...new Set([limit, ...alike].map(({ category }) => category))] : []
    return limit ? [{ ...limit, categories }] : []
  })
}

const maxLengths = 3

/** What a limit is counted by, as its label says, else as it is named. */
function clockLabel(reader: Reader, clock: string): string {
  return textFor(reader, reader.locality.calendar.labels.get(clock) ?? clock)
}

function lengthWords(reader: Reader, { within, clock }: Counted): string {
  const { clocks, labels } = reader.locality.calendar
  const words = durationWords(within, clocks.get(clock)?.kind === 'working', reader.language)
  const label = clockLabel(reader, clock)
  const told = clocks.get(clock)?.kind !== 'working' || (labels.has(clock) && words.includes(label))
  return told ? words : words + said(reader, `（${label}）`, ` (${label})`)
}

/** A length with whose it is: the categories that have it. */
function lengthOfEach(reader: Reader, length: Length): string {
  const labels = length.categories.map(id => textFor(reader, reader.locality.categories.get(id)?.label ?? id))
  return `${listed(reader, labels)}${said(reader, ' ', ': ')}${lengthWords(reader, length)}`
}

/** How long a limit is; where that goes by category and there are few lengths, whose each of them is. Empty where no service has it. */
function limitWords(reader: Reader, rule: DeadlineRule): string {
  const lengths = lengthsOf(reader, rule)
  const [only] = lengths
  if (only === undefined || lengths.length === 1) return only ? lengthWords(reader, only) : ''
  if (lengths.length <= maxLengths)
    return lengths.map(length => lengthOfEach(reader, length)).join(said(reader, '；', '; '))
  const first = lengths.slice(0, maxLengths).map(length => lengthWords(reader, length))
  return `${listed(reader, first)}${said(reader, '等，看分类', ' …, by category')}`
}

/** A limit of a state or of the whole case: how long by which clock, by category and where a layer has it otherwise, when it warns and how often it repeats. Empty where no service has it. */
export function deadlineWords({ reader, rule, inLayers }: PlacedLimit): string {
  const shown = limitWords(reader, rule)
  if (shown === '') return ''
  const layers = inLayers.flatMap(layer => {
    const own = limitWords(layer.reader, layer.rule)
    const name = textFor(layer.reader, layer.reader.locality.name)
    return own === '' || own === shown ? [] : [said(reader, `；${name}：${own}`, `; in ${name}: ${own}`)]
  })
  const share = rule.warnAt === undefined ? '' : String(Number((Number(rule.warnAt) * 100).toFixed(2)))
  const warned = share && said(reader, `；过 ${share}% 提醒`, `; warned at ${share}%`)
  return said(reader, '限 ', 'within ') + shown + layers.join('') + warned + repeatWords(reader, rule)
}

/** A limit with whose it is. */
export type Limited = { readonly reader: Reader; readonly rule: DeadlineRule }

/** A limit of a locality, and as the layers inside it have it; `step` is the label of its state. */
export type PlacedLimit = Limited & { readonly step: string; readonly inLayers: readonly Limited[] }

/** Whose the lengths of a limit are, where they are too many to be told in its box: a line for the locality, and one for each layer that has it otherwise. */
export function categoryNotes({ reader, rule, step, inLayers }: PlacedLimit): readonly string[] {
  const told = (limited: Limited) => {
    const lengths = lengthsOf(limited.reader, limited.rule)
    const each = lengths.map(length => lengthOfEach(limited.reader, length))
    return lengths.length <= maxLengths ? '' : each.join(said(reader, '；', '; '))
  }
  const own = told({ reader, rule })
  const line = (words: string, place: string) =>
    words &&
    said(reader, `${place}“${step}”的时限：${words}`, `Limits of “${step}”${place && ` in ${place}`}: ${words}`)
  const layers = inLayers.map(layer => {
    const words = told(layer)
    return words === own ? '' : line(words, textFor(layer.reader, layer.reader.locality.name))
  })
  return [line(own, ''), ...layers].filter(Boolean)
}

function repeatWords(reader: Reader, { repeat }: DeadlineRule): string {
  if (repeat === undefined) return ''
  const every = durationWords(repeat.every, false, reader.language)
  const times = repeat.max === 1 ? 'once more' : `${repeat.max} times more`
  return said(reader, `；过期后每 ${every}再发，共 ${repeat.max} 次`, `; then every ${every}, ${times}`)
}

/** How each clock of the limits counts that does not simply run on, a line each. */
export function clockWords(limits: readonly Limited[]): readonly string[] {
  const lines = limits.flatMap(({ reader, rule }) =>
    lengthsOf(reader, rule).flatMap(({ clock }) => {
      const counts = reader.locality.calendar.clocks.get(clock)
      const label = clockLabel(reader, clock)
      return counts?.kind === 'working' ? [`${label}${said(reader, '：', ': ')}${workingWords(reader, counts)}`] : []
    })
  )
  return [...new Set(lines)]
}

/** On which days and hours a working clock runs. */
export function workingWords(reader: Pick<Reader, 'language'>, rule: Extract<ClockRule, { kind: 'working' }>): string {
  const names = said(reader, '周一 周二 周三 周四 周五 周六 周日', 'Mon Tue Wed Thu Fri Sat Sun').split(' ')
  const days = rule.weekdays.map(day => names[day - 1] ?? '')
  const runs = rule.weekdays.every((day, i) => i === 0 || day === (rule.weekdays[i - 1] ?? 0) + 1)
  const week =
    days.length === 7
      ? said(reader, '每天', 'every day')
      : runs && days.length > 2
        ? `${days[0]}${said(reader, '至', ' to ')}${days.at(-1)}`
        : listed(reader, days)
  const whole = rule.windows.length === 1 && rule.windows[0]?.toMinute === 1440 && rule.windows[0].fromMinute === 0
  const hours = whole
    ? ''
    : ` ${listed(
        reader,
        rule.windows.map(({ fromMinute, toMinute }) => `${wall(fromMinute)}–${wall(toMinute)}`)
      )}`
  const ends =
    rule.dayEndMinute === null
      ? ''
      : said(reader, `，末日 ${wall(rule.dayEndMinute)} 到期`, `, ending at ${wall(rule.dayEndMinute)} on the last day`)
  const holidays = rule.observesHolidays
    ? said(reader, '，节假日除外', ', no holidays')
    : said(reader, '，节假日照常', ', holidays too')
  return week + hours + ends + holidays
}

function wall(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map(part => String(part).padStart(2, '0')).join(':')
}

/** What an effect does. */
export function effectWords(reader: Reader, effect: Effect): string {
  if (effect.type === 'urge') return said(reader, '催办', 'they are urged')
  if (effect.type === 'review') return said(reader, '请申请人评价', 'the applicant is asked for a review')
  if (effect.type === 'raise') {
    const top = eventWords(reader, effect.params.atTop)
    return said(reader, `上报一级；到顶则“${top}”`, `raised one rung; at the top: “${top}”`)
  }
  const { to, among } = effect.params
  const parties = partyWords(reader, among)
  if (to === undefined) return said(reader, `派给${parties}，先接者得`, `offered to ${parties} (first to accept)`)
  return said(reader, `派给所选的${parties}`, `offered to the ${parties} chosen`)
}

/** When a guard lets its transition pass; `form` is its event's form. A condition that words cannot say stands as it is written. */
export function guardWords(reader: Reader, cel: string, form: string | undefined): string {
  const words = conditionWords(cel, {
    language: reader.language,
    nameOf: path => nameOf(reader, path, form),
    valueOf: (path, value) => textFor(reader, labelsAt(reader, path, form).get(value)?.label ?? value),
    eventOf: event => eventWords(reader, event)
  })
  return said(reader, `如果${words ?? ` ${cel}`}`, `if ${words ?? cel}`)
}

function nameOf(reader: Reader, path: string, form: string | undefined): string | undefined {
  if (path === 'case.category') return said(reader, '分类', 'the category')
  if (/^actor\.(posts|registrations)$/.test(path)) return said(reader, '办理人', 'whoever does it')
  if (/^applicant\.(posts|registrations)$/.test(path)) return said(reader, '申请人', 'the applicant')
  const title = fieldAt(reader, path, form)?.title
  return title && `“${title}”`
}

type Labels = ReadonlyMap<string, { readonly label: Text }>

/** What the values at `path` are called. */
function labelsAt(reader: Reader, path: string, form: string | undefined): Labels {
  const { categories, posts, registrations } = reader.locality
  if (path === 'case.category') return categories
  if (path.endsWith('.posts')) return posts
  if (path.endsWith('.registrations')) return registrations
  const options = fieldAt(reader, path, form)?.options ?? []
  return new Map(options.map(({ value, title }) => [String(value), { label: title }]))
}

/** The field that `form.name` or `answers.name` reads, in the event's form or in those that applications are made on. */
function fieldAt({ locality, language, services }: Reader, path: string, form: string | undefined): Field | undefined {
  const [place, name] = path.split('.')
  const forms = place === 'form' ? [form ?? ''] : place === 'answers' ? services.map(service => service.form) : []
  return forms
    .flatMap(id => locality.forms.get(id) ?? [])
    .flatMap(schema => fieldsOf(localizeForm(schema, language, locality.languages[0] ?? language), {}))
    .find(field => field.name === name)
}

function listed(reader: Pick<Reader, 'language'>, items: readonly string[]): string {
  return items.join(said(reader, '、', ', '))
}

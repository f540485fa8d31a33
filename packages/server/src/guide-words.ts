/** The words of the printable guide, zh-CN and en; what comes of the config is escaped where it enters the page. */
import { durationWords } from '@gridwright/core'
import { workingWords, type GuideField, type GuideLimit, type GuideParty, type ItemGuide } from '@gridwright/workflows'

/** Who reads what: the words of their language, and the clocks of the item at hand. */
export type GuideReader = {
  readonly clocks: ItemGuide['clocks']
  readonly language: string
  readonly words: GuideWords
}
type GuideWords = typeof chinese

const chinese = {
  title: (name: string) => `${name}办事指南`,
  intro: (count: number, release: string) =>
    `共 ${count} 个事项，由配置生成，版本 ${release}。带编号的时限见每项末尾的说明。`,
  contents: '目录',
  who: '谁可以办',
  everyone: '人人可办',
  eligible: (otherwise: string) => `有条件；不符合的：${otherwise}`,
  channels: '从哪里办',
  entered: (label: string) => `${label}（工作人员代录）`,
  place: '归哪里办',
  placeAt: (level: string) => `所在的${level}`,
  line: '属于',
  basis: '依据',
  form: '要填什么',
  nothing: '不用填。',
  field: '要填的',
  how: '怎样填',
  need: '必填',
  required: '必填',
  requiredSometimes: '视前面所填',
  askedSometimes: '视前面所填',
  optional: '选填',
  steps: '怎样办',
  step: '环节',
  handler: '谁来办',
  limit: '时限',
  late: '逾期怎么办',
  noLimit: (reason: string) => `不限时：${reason}`,
  review: (answers: string) => `请您评价：${answers}`,
  whole: '全程不超过 ',
  group: (step: string) => `“${step}”各环节合计不超过 `,
  then: '；逾期：',
  most: (sum: string) => `每个环节走一遍、都不逾期，最长 ${sum}。等您补充、评价的时间，退回重办的，另算。`,
  plus: ' + ',
  replies: '办完怎样答复您',
  clocks: '时限怎样算',
  comma: '、',
  you: '您本人',
  assignee: '接办的人',
  offered: (among: string) => (among === '' ? '被请来接办的人' : `${among}中先接的人`),
  system: '系统',
  ladder: (first: string, above: string) => (above === '' ? first : `${first}（逾期逐级上报：${above}）`),
  fromNext: '，从次日算起',
  onlyIn: (areas: string) => `只适用于：${areas}`,
  oneOf: (options: string) => `选一项：${options}`,
  someOf: (options: string) => `可选几项：${options}`,
  kinds: {
    text: '写文字',
    longtext: '写一段话',
    number: '写数',
    integer: '写整数',
    'yes-no': '是或否',
    choice: '选一项',
    choices: '可选几项',
    date: '写日期',
    time: '写几点几分',
    instant: '写日期和时间',
    phone: '写电话',
    person: '选一个人',
    people: '选几个人',
    photo: '附一张照片',
    photos: '附照片',
    place: '写地点，可附位置',
    rows: '可填几行',
    group: '分几项填'
  } satisfies Record<GuideField['kind'], string>
}

const english: GuideWords = {
  title: name => `Guide to services: ${name}`,
  intro: (count, release) =>
    `${count} services, made from the configuration, release ${release}. Numbers at limits point to the notes at the end of each item.`,
  contents: 'Contents',
  who: 'Who may ask',
  everyone: 'Everyone',
  eligible: otherwise => `On conditions; if they are not met: ${otherwise}`,
  channels: 'How to ask',
  entered: label => `${label} (entered by a worker)`,
  place: 'Where',
  placeAt: level => `Your ${level.toLowerCase()}`,
  line: 'Belongs to',
  basis: 'Legal basis',
  form: 'What to fill in',
  nothing: 'Nothing.',
  field: 'Field',
  how: 'How',
  need: 'Required',
  required: 'Required',
  requiredSometimes: 'Depends on other answers',
  askedSometimes: 'Depends on other answers',
  optional: 'Optional',
  steps: 'What happens',
  step: 'Step',
  handler: 'Who handles it',
  limit: 'Within',
  late: 'If late',
  noLimit: reason => `No limit: ${reason}`,
  review: answers => `You are asked for a review: ${answers}`,
  whole: 'In all within ',
  group: step => `All steps of “${step}” within `,
  then: '; if late: ',
  most: sum =>
    `Once through every step and never late: at most ${sum}. Time for what you supply or review, and doing it again, comes on top.`,
  plus: ' + ',
  replies: 'What you are told in the end',
  clocks: 'How limits are counted',
  comma: ', ',
  you: 'You',
  assignee: 'Whoever took it',
  offered: among => (among === '' ? 'Whoever it is offered to' : `The first to accept of: ${among}`),
  system: 'The system',
  ladder: (first, above) => (above === '' ? first : `${first} (if late, raised to ${above})`),
  fromNext: ', counted from the next day',
  onlyIn: areas => `Only in: ${areas}`,
  oneOf: options => `One of: ${options}`,
  someOf: options => `Some of: ${options}`,
  kinds: {
    text: 'Text',
    longtext: 'A few sentences',
    number: 'A number',
    integer: 'A whole number',
    'yes-no': 'Yes or no',
    choice: 'One of several',
    choices: 'Some of several',
    date: 'A date',
    time: 'A time of day',
    instant: 'Date and time',
    phone: 'A phone number',
    person: 'A person',
    people: 'Several people',
    photo: 'A photo',
    photos: 'Photos',
    place: 'Where it is, with the position if you like',
    rows: 'Several rows',
    group: 'Several parts'
  }
}

/** English for `en`, Chinese for any other language. */
export function guideWords(language: string): GuideWords {
  return language.toLowerCase().startsWith('en') ? english : chinese
}

/** `text` as it may stand in HTML, between tags and in quotes. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`)
}

/** What to put into a field: its choices, or what kind of answer it is. */
export function fieldWords({ kind, options }: GuideField, { words }: GuideReader): string {
  if (options.length === 0) return words.kinds[kind]
  const listed = options.join(words.comma)
  return kind === 'choices' ? words.someOf(listed) : words.oneOf(listed)
}

/** Who it is, in words. */
export function partyWords(party: GuideParty, reader: GuideReader): string {
  const { words } = reader
  if ('label' in party) return party.label
  if ('ladder' in party) return words.ladder(party.ladder[0] ?? '', party.ladder.slice(1).join(' → '))
  if ('offered' in party) return words.offered(party.offered.map(one => partyWords(one, reader)).join(words.comma))
  return party.role === 'applicant' ? words.you : words[party.role]
}

/** HTML of a limit: its length, and the number of its clock's note. */
export function limitWords(
  { within, clock }: Pick<GuideLimit, 'within' | 'clock'>,
  clocks: readonly string[],
  { clocks: rules, language }: GuideReader
): string {
  const working = rules.get(clock)?.kind === 'working'
  const mark = clocks.indexOf(clock) + 1
  return `<span class="limit">${escaped(durationWords(within, working, language))}${mark > 0 ? `<sup>${mark}</sup>` : ''}</span>`
}

/** HTML of the sums by clock. */
export function mostWords(
  most: readonly Pick<GuideLimit, 'within' | 'clock'>[],
  clocks: readonly string[],
  reader: GuideReader
): string {
  const { words } = reader
  return `<p class="most">${words.most(most.map(sum => limitWords(sum, clocks, reader)).join(words.plus))}</p>`
}

/** HTML list items: which days and hours each working clock of `clocks` counts, in their order. */
export function clockNotes(clocks: readonly string[], reader: GuideReader): readonly string[] {
  return clocks.map((name, i) => `<li><sup>${i + 1}</sup> ${escaped(clockWords(name, reader))}</li>`)
}

function clockWords(name: string, { clocks, language, words }: GuideReader): string {
  const rule = clocks.get(name)
  if (rule?.kind !== 'working') return ''
  const days = rule.windows.every(({ fromMinute, toMinute }) => fromMinute === 0 && toMinute === 24 * 60)
  return workingWords({ language }, rule) + (days && !rule.firstDayCounts ? words.fromNext : '')
}

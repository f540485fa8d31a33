// What is wrong with an answer, as data and in words. Every message says what to do about it.
import { fillTemplate, textIn, type Text } from '@gridwright/core'

/** In order of weight where one answer has several. */
export type AnswerCode = keyof typeof messages

/** `path` is the JSON Pointer of the answer; `params.title` names its field, with `title.en` and the like where the form has languages. */
export type AnswerIssue = {
  readonly path: string
  readonly code: AnswerCode
  readonly params: Readonly<Record<string, string | number>>
}

const messages = {
  'answer.required': ['请填写“{title}”', 'Please fill in “{title}”'],
  'answer.type': ['“{title}”要填{expected}', '“{title}” takes {expected}'],
  'answer.choice': ['“{title}”请从这些里选：{choices}', 'For “{title}” choose one of: {choices}'],
  'answer.unconfirmed': ['请勾选“{title}”', 'Please tick “{title}”'],
  'answer.format': ['“{title}”请填{expected}', '“{title}” takes {expected}'],
  'answer.characters': ['“{title}”里有无法保存的字符，请删去', '“{title}” has characters that cannot be kept; please delete them'],
  'answer.pattern': ['“{title}”的写法不对{example}', '“{title}” is not written as it should be{example}'],
  'answer.too-short': ['“{title}”至少写 {limit} 个字', '“{title}” needs at least {limit} characters'],
  'answer.too-long': ['“{title}”最多 {limit} 个字，请删短', '“{title}” takes at most {limit} characters; please shorten it'],
  'answer.minimum': ['“{title}”不能小于 {limit}', '“{title}” must be {limit} or more'],
  'answer.maximum': ['“{title}”不能大于 {limit}', '“{title}” must be {limit} or less'],
  'answer.above': ['“{title}”要大于 {limit}', '“{title}” must be more than {limit}'],
  'answer.below': ['“{title}”要小于 {limit}', '“{title}” must be less than {limit}'],
  'answer.step': ['“{title}”要填 {limit} 的整数倍', '“{title}” must be a multiple of {limit}'],
  'answer.too-few': ['“{title}”至少选填 {limit} 项', '“{title}” needs at least {limit} items'],
  'answer.too-many': ['“{title}”最多 {limit} 项，请去掉几项', '“{title}” takes at most {limit} items; please remove some'],
  'answer.duplicate': ['“{title}”里有重复的，请去掉', '“{title}” has the same item twice; please remove one'],
  'answer.unknown': ['这里不问“{title}”，请去掉这一项', '“{title}” is not asked here; please leave it out'],
  'answer.too-large': ['填的内容太多，请分几次提交', 'This is too much at once; please send it in parts']
} as const satisfies Record<string, readonly [zh: string, en: string]>

const expectations: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  string: ['文字', 'text'],
  number: ['数字', 'a number'],
  integer: ['整数', 'a whole number'],
  boolean: ['是或否', 'yes or no'],
  array: ['一项或几项', 'a list'],
  object: ['一组内容', 'a group of answers'],
  date: ['年-月-日，如 2026-10-08', 'a date such as 2026-10-08'],
  time: ['几点几分，如 09:30', 'a time such as 09:30'],
  'date-time': ['带时区的时刻，如 2026-10-08T09:30+08:00', 'an instant such as 2026-10-08T09:30+08:00'],
  phone: ['11 位手机号，或带区号的座机号', 'a mobile number of 11 digits, or a landline with its area code'],
  person: ['从候选人中选的人', 'a person chosen from the candidates']
}

/** The issue in words, in Chinese unless `language` begins with "en". */
export function answerMessage(issue: AnswerIssue, language: string): string {
  const english = language.toLowerCase().startsWith('en') ? 1 : 0
  const example = issue.params['example']
  return fillTemplate(messages[issue.code][english], {
    ...issue.params,
    title: paramIn(issue, 'title', language),
    choices: paramIn(issue, 'choices', language),
    expected: expectations[issue.params['expected'] ?? '']?.[english] ?? '',
    example: example === undefined ? '' : english ? `, such as ${example}` : `，如“${example}”`
  })
}

/** A text as parameters: one, or one for each language (`title`, `title.en`). */
export function textParams(name: string, text: Text): Record<string, string> {
  if (typeof text === 'string') return { [name]: text }
  const byLanguage = Object.entries(text).map(([language, each]) => [`${name}.${language}`, each])
  return { [name]: Object.values(text)[0] ?? '', ...Object.fromEntries(byLanguage) }
}

function paramIn(issue: AnswerIssue, name: string, language: string): string {
  const start = `${name}.`
  const languages = Object.entries(issue.params).filter(([key]) => key.startsWith(start))
  const texts = Object.fromEntries(languages.map(([key, text]) => [key.slice(start.length), String(text)]))
  return languages.length > 0 ? textIn(texts, language) : String(issue.params[name] ?? '')
}

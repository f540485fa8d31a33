// What is wrong with an answer, as data and in words. Every message says what to do about it.
import { fillTemplate, textIn, type Text } from '@gridwright/core'
import { oneText } from './form.ts'

/** What is wrong, as `noun.reason`. */
export type AnswerCode = keyof typeof messages

/** `path` is the JSON Pointer of the answer; `params.title` names its field, with `title.en` and the like where the form has languages. */
export type AnswerIssue = {
  readonly path: string
  readonly code: AnswerCode
  readonly params: Readonly<Record<string, string | number>>
}

const messages = {
  'answer.required': ['请填写“{title}”', 'Please fill in “{title}”'],
  'answer.type': ['“{title}”请填{expected}', '“{title}”: please give {expected}'],
  'answer.choice': ['“{title}”请从中选：{choices}', '“{title}”: please choose {choices}'],
  'answer.unconfirmed': ['请勾选“{title}”', 'Please tick “{title}”'],
  'answer.format': ['“{title}”请填{expected}', '“{title}”: please give {expected}'],
  'answer.characters': ['“{title}”请删去无法保存的字符', '“{title}”: please delete unusual characters'],
  'answer.pattern': ['“{title}”请改正写法{example}', '“{title}”: please correct it{example}'],
  'answer.too-short': ['“{title}”至少 {limit} 个字', '“{title}”: at least {limit} characters'],
  'answer.too-long': ['“{title}”最多 {limit} 个字', '“{title}”: at most {limit} characters'],
  'answer.minimum': ['“{title}”不能小于 {limit}', '“{title}”: at least {limit}'],
  'answer.maximum': ['“{title}”不能大于 {limit}', '“{title}”: at most {limit}'],
  'answer.above': ['“{title}”要大于 {limit}', '“{title}”: more than {limit}'],
  'answer.below': ['“{title}”要小于 {limit}', '“{title}”: less than {limit}'],
  'answer.step': ['“{title}”要是 {limit} 的整数倍', '“{title}”: a multiple of {limit}'],
  'answer.too-few': ['“{title}”至少 {limit} 项', '“{title}”: at least {limit} items'],
  'answer.too-many': ['“{title}”最多 {limit} 项', '“{title}”: at most {limit} items'],
  'answer.duplicate': ['“{title}”请去掉重复的项', '“{title}”: please remove doubles'],
  'answer.unknown': ['请去掉“{title}”，这里不问', 'Please remove “{title}”: it is not asked here'],
  'answer.too-large': ['内容太多，请分几次提交', 'Please send less at once']
} as const satisfies Record<string, readonly [zh: string, en: string]>

const expectations: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  string: ['文字', 'text'],
  number: ['数字', 'a number'],
  integer: ['整数', 'a whole number'],
  boolean: ['是或否', 'yes or no'],
  array: ['一项或几项', 'items'],
  object: ['一组内容', 'a group'],
  date: ['日期，如 2026-10-08', 'a date such as 2026-10-08'],
  time: ['时间，如 09:30', 'a time such as 09:30'],
  'date-time': ['时间，如 2026-10-08T09:30+08:00', 'a time such as 2026-10-08T09:30+08:00'],
  phone: ['11 位手机号或带区号的座机号', 'a mobile number or area code and landline'],
  person: ['候选人', 'a candidate'],
  photo: ['照片', 'a photo']
}

/** The issue in words, in Chinese unless `language` begins with "en". */
export function answerMessage({ code, params }: AnswerIssue, language: string): string {
  const english = language.toLowerCase().startsWith('en') ? 1 : 0
  const example = params['example']
  return fillTemplate(messages[code][english], {
    ...params,
    title: titleIn(params, language),
    expected: expectations[params['expected'] ?? '']?.[english] ?? '',
    example: example === undefined ? '' : english ? `, such as ${example}` : `，如“${example}”`
  })
}

/** The title as parameters: one, or one for each language (`title`, `title.en`). */
export function titleParams(title: Text): Record<string, string> {
  if (typeof title === 'string') return { title }
  const byLanguage = Object.entries(title).map(([language, each]) => [`title.${language}`, each])
  return { title: oneText(title), ...Object.fromEntries(byLanguage) }
}

function titleIn(params: AnswerIssue['params'], language: string): string {
  const named = Object.entries(params).filter(([name]) => name.startsWith('title'))
  const byLanguage = named.map(([name, text]) => [name.slice('title.'.length), String(text)])
  return textIn(Object.fromEntries(byLanguage), language, ['']) // the one without a language serves where no other fits
}

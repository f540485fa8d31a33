// Formats of text answers. Dates and instants follow RFC 3339, the time of day is local and without offset (as
// `<input type="time">` gives it), phone numbers follow the Chinese numbering plan (工信部 电信网编号计划), files are named by the SHA-256 of their bytes.
import type { FormProperty } from '@gridwright/core'

/** Formats of texts; a place is a group. */
export type AnswerFormat = Exclude<NonNullable<FormProperty['format']>, 'place'>

const date = /^(\d{4})-(\d\d)-(\d\d)$/
const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const time = /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?$/
const instant = /^(.{10})T([\d:]+)(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/
/** Mobile, landline with area code and extension, 400 and 800. */
const phone = /^(?:(?:\+86 ?)?1[3-9]\d{9}|0\d{2,3}-?[2-9]\d{6,7}(?:-\d{1,6})?|[48]00-?\d{3}-?\d{4})$/
const photo = /^sha256:[0-9a-f]{64}$/
const person = /^[A-Za-z0-9][A-Za-z0-9_.:=/+-]{0,99}$/

/** Whether a text has the format. `person` and `photo` say only that it may be an id; who may be chosen, and what was uploaded, is not the form's to know. */
export const formats: Readonly<Record<AnswerFormat | 'text', (text: string) => boolean>> = {
  date: isDate,
  time: text => time.test(text),
  'date-time': isInstant,
  phone: text => phone.test(text),
  person: text => person.test(text),
  photo: text => photo.test(text),
  text: text => !/[\0\ud800-\udfff]/u.test(text) // PostgreSQL keeps neither NUL nor half a surrogate pair
}

function isDate(text: string): boolean {
  const [, year = '', month = '', day = ''] = date.exec(text) ?? []
  if (year === '') return false
  const leap = Number(year) % 4 === 0 && (Number(year) % 100 !== 0 || Number(year) % 400 === 0)
  const last = month === '02' && leap ? 29 : (monthDays[Number(month) - 1] ?? 0)
  return Number(day) >= 1 && Number(day) <= last
}

function isInstant(text: string): boolean {
  const [, day = '', clock = ''] = instant.exec(text) ?? []
  return isDate(day) && time.test(clock)
}

import { expect, test } from 'vitest'
import type { Deadline } from '../src/documents.ts'
import { textsIn } from '../src/texts.ts'
import { dueWords } from '../src/time-words.ts'

const now = Date.parse('2026-10-08T09:00+08:00')
const deadline = (dueAt: string | null, more: Partial<Deadline> = {}): Deadline => ({
  name: 'finish',
  dueAt,
  warnAt: null,
  warned: false,
  expired: 0,
  ...more
})
const soon = '2026-10-08T11:30:00+08:00'

test.each<[what: string, deadlines: Deadline[], tone: string, span: string]>([
  ['two days and more in days', [deadline('2026-10-11T10:00:00+08:00')], 'calm', '还剩 3 天'],
  ['less in hours', [deadline(soon)], 'calm', '还剩 2 小时'],
  ['from its warning on', [deadline(soon, { warned: true })], 'soon', '还剩 2 小时'],
  ['when its warning is due', [deadline(soon, { warnAt: '2026-10-08T08:59:00+08:00' })], 'soon', '还剩 2 小时'],
  ['once it has passed', [deadline('2026-10-08T08:30:00+08:00')], 'late', '超时 30 分钟'],
  ['when it ran out and runs again', [deadline(soon, { expired: 2 })], 'late', '下一时限'],
  ['while the calendar lacks the year', [deadline(null)], 'unknown', '时限待定'],
  ['by the one that ends first', [deadline('2026-10-20T10:00:00+08:00'), deadline(soon)], 'calm', '还剩 2 小时']
])('what is left of a deadline is said: %s', (_what, deadlines, tone, span) => {
  expect(dueWords(deadlines, textsIn('zh-CN'), 'zh-CN', now)).toMatchObject({ tone, span })
})

test('a case without deadlines says nothing of them', () => {
  expect(dueWords([], textsIn('zh-CN'), 'zh-CN', now)).toBeUndefined()
})

test('the due instant is that of the locality’s wall clock, wherever the device is', () => {
  expect(dueWords([deadline(soon)], textsIn('en'), 'en', now)?.by).toBe('by Thu, Oct 8, 11:30')
})

// The clocks of the tests, over the calendar of Ziyun.
import { readFileSync } from 'node:fs'
import { parse } from 'jsonc-parser'
import { calendarOf } from '../src/calendar.ts'
import type { ClockRule, WorkingRule } from '../src/calendar.ts'
import type { Clock } from '../src/clock.ts'

export const ziyun = calendarOf(
  parse(readFileSync(new URL('../../../examples/ziyun/calendar.json', import.meta.url), 'utf8'))
)
export const shanghai = 'Asia/Shanghai'
export const newYork = 'America/New_York'
const working = (name: string): WorkingRule => {
  const rule = ziyun.clocks.get(name)
  if (rule?.kind !== 'working') throw new Error(`no working clock ${name}`)
  return rule
}
const office = working('work')
const workdays = working('workdays')
const natural: ClockRule = { kind: 'natural' }
export const rules = {
  office,
  'office, ending at its close': { ...office, dayEndMinute: 1020 },
  'office, ending at midnight': { ...office, dayEndMinute: 1440 },
  'office, first day counts': { ...office, dayEndMinute: 1020, firstDayCounts: true },
  workdays,
  'workdays, first day counts': { ...workdays, firstDayCounts: true },
  'workdays to midnight': { ...workdays, dayEndMinute: 1440 },
  'workdays to the same time': { ...workdays, dayEndMinute: null },
  urgent: working('urgent'),
  'every day': { ...workdays, weekdays: [1, 2, 3, 4, 5, 6, 7], dayEndMinute: null, observesHolidays: false },
  natural
} satisfies Record<string, ClockRule>
export type RuleName = keyof typeof rules

export const clockOf = (rule: ClockRule, timeZone = shanghai): Clock => ({ rule, years: ziyun.years, timeZone })

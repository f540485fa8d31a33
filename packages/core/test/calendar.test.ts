import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { parse } from 'jsonc-parser'
import { describe, expect, test } from 'vitest'
import { calendarOf, checkCalendar } from '../src/calendar.ts'
import type { CalendarFile, ClockDeclaration } from '../src/schema-types.ts'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
const ajv = addFormats.default(new Ajv2020({ strict: true, strictRequired: false, allErrors: true }))
ajv.addSchema(JSON.parse(read('../schemas/terms.schema.json')))
const fits = ajv.compile<CalendarFile>(JSON.parse(read('../schemas/calendar.schema.json')))

const office: ClockDeclaration = {
  kind: 'working-hours',
  weekdays: [1, 2, 3, 4, 5],
  windows: [
    { from: '08:30', to: '12:00' },
    { from: '14:00', to: '17:00' }
  ]
}
const noDays = { holidays: [], workdays: [] }
const withClock = (clock: object): unknown => ({ years: { '2026': noDays }, clocks: { work: { ...office, ...clock } } })
const withYear = (year: object): unknown => ({ years: { '2026': { ...noDays, ...year } }, clocks: { work: office } })

describe('the calendar of Ziyun', () => {
  const config: unknown = parse(read('../../../examples/ziyun/calendar.json'))
  if (!fits(config)) throw new Error(ajv.errorsText(fits.errors))
  const { clocks, years } = calendarOf(config)
  const days = (part: 'holidays' | 'workdays'): string[] => [...years.values()].flatMap(year => [...year[part]])

  test('has no issues', () => expect(checkCalendar(config)).toEqual([]))

  test('has the make-up days that the State Council announced', () => {
    const announced = {
      2024: ['02-04', '02-18', '04-07', '04-28', '05-11', '09-14', '09-29', '10-12'],
      2025: ['01-26', '02-08', '04-27', '09-28', '10-11'],
      2026: ['01-04', '02-14', '02-28', '05-09', '09-20', '10-10']
    }
    expect(days('workdays')).toEqual(
      Object.entries(announced).flatMap(([year, dates]) => dates.map(d => `${year}-${d}`))
    )
  })

  test('gives as many days off as the announcements add up to', () => {
    expect([...years].map(([year, { holidays }]) => [year, holidays.size])).toEqual([
      [2024, 28],
      [2025, 28],
      [2026, 33]
    ])
  })

  test('makes up on Saturdays and Sundays only', () => {
    const weekdays = days('workdays').map(date => new Date(date).getUTCDay())
    expect(weekdays.every(day => day === 0 || day === 6)).toBe(true)
  })

  test('names its clocks', () => expect([...clocks.keys()]).toEqual(['work', 'workdays', 'urgent', 'natural']))
})

test.each([
  ['a key nobody knows', withClock({ window: [] })],
  ['a clock without windows', withClock({ windows: [] })],
  ['windows as pairs', withClock({ windows: [['08:30', '12:00']] })],
  ['an hour that no day has', withClock({ windows: [{ from: '08:30', to: '25:00' }] })],
  ['a window that opens at midnight of its end', withClock({ windows: [{ from: '24:00', to: '24:00' }] })],
  ['an eighth day of the week', withClock({ weekdays: [8] })],
  ['a first day that counts where days have no end', withClock({ firstDayCounts: true })],
  [
    'an office close where there is no office',
    { clocks: { d: { kind: 'working-days', weekdays: [1], dayEnds: 'office-close' } } }
  ],
  ['windows on natural time', { clocks: { n: { kind: 'natural', windows: office.windows } } }],
  ['a date that no year has', withYear({ holidays: ['2026-02-30'] })],
  ['a year without make-up days declared', { years: { '2026': { holidays: [] } }, clocks: { work: office } }],
  ['no clock', { clocks: {} }]
])('the schema refuses %s', (_, config) => expect(fits(config)).toBe(false))

const at = '/clocks/work/windows/1'
test.each([
  [
    'calendar.window-empty',
    at,
    withClock({
      windows: [
        { from: '08:30', to: '12:00' },
        { from: '14:00', to: '14:00' }
      ]
    })
  ],
  [
    'calendar.window-empty',
    at,
    withClock({
      windows: [
        { from: '08:30', to: '12:00' },
        { from: '17:00', to: '14:00' }
      ]
    })
  ],
  [
    'calendar.window-overlap',
    at,
    withClock({
      windows: [
        { from: '08:30', to: '12:00' },
        { from: '11:59', to: '17:00' }
      ]
    })
  ],
  [
    'calendar.window-order',
    at,
    withClock({
      windows: [
        { from: '14:00', to: '17:00' },
        { from: '08:30', to: '12:00' }
      ]
    })
  ],
  ['calendar.day-end-before-opening', '/clocks/work/dayEnds/at', withClock({ dayEnds: { at: '08:30' } })],
  ['calendar.date-outside-year', '/years/2026/holidays/0', withYear({ holidays: ['2025-10-01'] })],
  [
    'calendar.date-outside-year',
    '/years/2026/holidays/0/to',
    withYear({ holidays: [{ from: '2026-12-31', to: '2027-01-02' }] })
  ],
  ['calendar.date-outside-year', '/years/2026/workdays/0', withYear({ workdays: ['2027-01-02'] })],
  [
    'calendar.range-reversed',
    '/years/2026/holidays/0',
    withYear({ holidays: [{ from: '2026-10-07', to: '2026-10-01' }] })
  ],
  [
    'calendar.holiday-repeated',
    '/years/2026/holidays/1',
    withYear({ holidays: [{ from: '2026-10-01', to: '2026-10-07' }, '2026-10-07'] })
  ],
  [
    'calendar.holiday-and-workday',
    '/years/2026/workdays/0',
    withYear({ holidays: ['2026-02-14'], workdays: ['2026-02-14'] })
  ],
  ['calendar.workday-without-effect', '/years/2026/workdays/0', withYear({ workdays: ['2026-02-13'] })],
  ['calendar.year-gap', '/years', { years: { '2024': noDays, '2026': noDays }, clocks: { work: office } }],
  ['calendar.years-missing', '', { clocks: { work: office } }]
])('%s at %j', (code, pointer, config) => {
  if (!fits(config)) throw new Error(ajv.errorsText(fits.errors))
  expect(checkCalendar(config).map(issue => [issue.code, issue.pointer])).toEqual([[code, pointer]])
})

test.each([
  [
    'windows that touch',
    withClock({
      windows: [
        { from: '08:30', to: '12:00' },
        { from: '12:00', to: '24:00' }
      ]
    })
  ],
  ['natural time alone needs no years', { clocks: { natural: { kind: 'natural' } } }],
  ['nor does a clock that knows no holidays', { clocks: { urgent: { ...office, observesHolidays: false } } }],
  [
    'a make-up day that changes one clock of two',
    {
      years: { '2026': { holidays: [], workdays: ['2026-02-14'] } },
      clocks: { work: office, daily: { kind: 'working-days', weekdays: [1, 2, 3, 4, 5, 6, 7] } }
    }
  ]
])('nothing is wrong with %s', (_, config) => {
  if (!fits(config)) throw new Error(ajv.errorsText(fits.errors))
  expect(checkCalendar(config)).toEqual([])
})

test('an issue says what is wrong in terms of the file', () => {
  const config = withClock({
    windows: [
      { from: '08:30', to: '12:00' },
      { from: '11:00', to: '17:00' }
    ]
  })
  if (!fits(config)) throw new Error(ajv.errorsText(fits.errors))
  const params = { from: '11:00', before: '12:00' }
  expect(checkCalendar(config)).toEqual([{ pointer: at, code: 'calendar.window-overlap', params }])
})

test('what a clock is called stands beside its rule, which a case is pinned to without it', () => {
  const named = withClock({ label: { 'zh-CN': '上班时间', en: 'office hours' } })
  const bare = withClock({})
  if (!fits(named) || !fits(bare)) throw new Error(ajv.errorsText(fits.errors))
  expect(calendarOf(named).labels.get('work')).toEqual({ 'zh-CN': '上班时间', en: 'office hours' })
  expect(calendarOf(named).clocks).toEqual(calendarOf(bare).clocks)
})

describe('a rule is complete and plain', () => {
  const ruleOf = (clock: object): unknown => {
    const config = withClock(clock)
    if (!fits(config)) throw new Error(ajv.errorsText(fits.errors))
    return calendarOf(config).clocks.get('work')
  }
  const complete = {
    kind: 'working',
    weekdays: [1, 2, 3, 4, 5],
    windows: [
      { fromMinute: 510, toMinute: 720 },
      { fromMinute: 840, toMinute: 1020 }
    ],
    dayEndMinute: null,
    firstDayCounts: false,
    observesHolidays: true
  }
  test.each([
    ['what is not said has its default', {}, complete],
    ['weekdays come in order', { weekdays: [5, 1] }, { ...complete, weekdays: [1, 5] }],
    ['the office closes with its last window', { dayEnds: 'office-close' }, { ...complete, dayEndMinute: 1020 }],
    ['midnight ends the day', { dayEnds: 'midnight' }, { ...complete, dayEndMinute: 1440 }],
    [
      'a fixed time',
      { dayEnds: { at: '16:30' }, firstDayCounts: true },
      { ...complete, dayEndMinute: 990, firstDayCounts: true }
    ]
  ])('%s', (_, clock, expected) => {
    expect(ruleOf(clock)).toEqual(expected)
    expect(JSON.parse(JSON.stringify(ruleOf(clock)))).toEqual(expected)
  })
})

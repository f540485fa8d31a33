import { expect, test } from 'vitest'
import { durationWords, parseDuration } from '../src/duration.ts'

test.each([
  ['P3D', 3, 0],
  ['PT4H', 0, 14_400_000],
  ['PT90M', 0, 5_400_000],
  ['PT45S', 0, 45_000],
  ['P1DT2H30M', 1, 9_000_000],
  ['P9999DT99999H', 9999, 359_996_400_000],
  ['P0DT1M', 0, 60_000]
])('%s is %i days and %i ms', (iso, days, timeMs) => expect(parseDuration(iso)).toEqual({ days, timeMs }))

test.each([
  ['', 'nothing'],
  ['P', 'no part'],
  ['PT', 'no time after T'],
  ['P1DT', 'no time after T'],
  ['P1M', 'months have no known length'],
  ['P1Y', 'nor have years'],
  ['P2W', 'weeks are written in days'],
  ['PT1.5H', 'fractions'],
  ['-P1D', 'signs'],
  ['PT2M1H', 'the wrong order'],
  ['P0D', 'a limit of nothing'],
  ['PT0H0M', 'a limit of nothing'],
  ['P10000D', 'too long'],
  ['pt4h', 'lower case'],
  ['PT4H ', 'trailing space']
])('%j is refused: %s', iso => expect(parseDuration(iso)).toBeUndefined())

test.each([
  ['PT4H', true, '4 工作小时', '4 working hours'],
  ['PT1H', false, '1 小时', '1 hour'],
  ['P3D', true, '3 个工作日', '3 working days'],
  ['P1DT2H30M', false, '1 天 2 小时 30 分钟', '1 day 2 hours 30 minutes'],
  ['PT45S', true, '45 秒', '45 seconds']
])('%s on a clock that is working: %s is %s', (within, working, zh, en) => {
  expect(durationWords(within, working, 'zh-CN')).toBe(zh)
  expect(durationWords(within, working, 'en-GB')).toBe(en)
})

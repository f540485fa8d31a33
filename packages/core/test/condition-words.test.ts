// Conditions for people who read no CEL: what words can say they say rightly, and what they cannot they leave alone.
import { expect, test } from 'vitest'
import { conditionWords, type ConditionTerms } from '../src/condition-words.ts'

const names: Readonly<Record<string, string>> = {
  'form.line': '归口',
  'form.paper': '有材料',
  'case.category': '分类',
  'actor.posts': '办理人'
}
const values: Readonly<Record<string, string>> = { market: '市场所', urban: '城管', clerk: '受理员' }
const events: Readonly<Record<string, string>> = { DONE: '办结', AGAIN: '不满意' }
const terms = (language: string): ConditionTerms => ({
  language,
  nameOf: path => names[path],
  valueOf: (_, value) => values[value] ?? value,
  eventOf: event => events[event] ?? event
})

test.each([
  [`form.line == 'market'`, '归口是市场所', '归口 is 市场所'],
  [`form["line"] != 'market'`, '归口不是市场所', '归口 is not 市场所'],
  [`case.category in ['market', 'urban']`, '分类是市场所、城管', '分类 is 市场所 or 城管'],
  [`'clerk' in actor.posts`, '办理人是受理员', '办理人 is 受理员'],
  [`history.count('DONE') < 1`, '没有过“办结”', 'no “办结” yet'],
  [`history.count('DONE') == 0`, '没有过“办结”', 'no “办结” yet'],
  [`history.count('DONE') > 0`, '有过“办结”', '“办结” happened'],
  [`history.count('AGAIN') < 2`, '“不满意”次数少于 2', 'the count of “不满意” is less than 2'],
  [
    `history.count('DONE') + history.count('AGAIN') >= 6`,
    '“办结”“不满意”合计次数不少于 6',
    'the count of “办结” + “不满意” is at least 6'
  ],
  [
    `history.count('DONE') > history.count('AGAIN')`,
    '“办结”次数多于“不满意”次数',
    'the count of “办结” is more than the count of “不满意”'
  ],
  ['form.paper', '有材料为是', '有材料 is yes'],
  ['!form.paper', '不是（有材料为是）', 'not (有材料 is yes)'],
  [
    `form.paper && (form.line == 'urban' || form.line == 'market')`,
    '有材料为是，且（归口是城管，或归口是市场所）',
    '有材料 is yes and (归口 is 城管 or 归口 is 市场所)'
  ]
])('%s is %s', (source, zh, en) => {
  expect(conditionWords(source, terms('zh-CN'))).toBe(zh)
  expect(conditionWords(source, terms('en'))).toBe(en)
})

test.each([
  ['has(form.line)', 'a function'],
  [`form.unknown == 'x'`, 'a name without words'],
  ['form.line.size() > 2', 'a method'],
  [`history.count('DONE') + 1 > 2`, 'a sum of other things'],
  [`form.paper ? true : false`, 'a choice'],
  [`'clerk' in ['clerk']`, 'a list of its own'],
  [`form.line == 'market' && has(form.line)`, 'a part that has no words'],
  ['form.line ==', 'no condition at all']
])('%s is left as it is written: %s', source => {
  expect(conditionWords(source, terms('zh-CN'))).toBeUndefined()
})

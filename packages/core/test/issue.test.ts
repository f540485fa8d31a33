// The words of issues, their order, and the name that was probably meant.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { issueMessages } from '../src/issue-messages.ts'
import { describeIssue, exampleIn, fillTemplate, formatIssue, sortIssues, type Issue } from '../src/issue.ts'
import { nearest } from '../src/nearest.ts'

const issue = (more: Partial<Issue> = {}): Issue => ({
  file: 'a.json',
  line: 4,
  column: 3,
  path: '/titel',
  code: 'schema.unknown-field',
  severity: 'error',
  params: { name: 'titel', suggestion: 'title' },
  ...more
})

describe('an issue', () => {
  test('is told in the reader’s language, with its place and its cure', () => {
    expect(formatIssue(issue(), 'zh-CN')).toBe('a.json:4:3  不认识的字段 “titel”；是否想写 “title”？')
    expect(formatIssue(issue(), 'en-GB')).toBe('a.json:4:3  unknown field “titel”; did you mean “title”?')
    expect(formatIssue(issue(), 'fr')).toBe(formatIssue(issue(), 'zh-CN'))
  })

  test.each<[string, Issue['params'], string, string]>([
    ['what was meant', { name: 'x', suggestion: 'y', known: 'y z' }, '是否想写 “y”？', 'did you mean “y”?'],
    ['what is known', { name: 'x', known: 'y z' }, '这里可以写：y z', 'known here: y z'],
    [
      'what was meant, and the way there',
      { name: 'x', suggestion: 'y', trace: 'a → b' },
      '是否想写 “y”？路径：a → b',
      'did you mean “y”? path: a → b'
    ],
    [
      'what is known, and the way there',
      { name: 'x', known: 'y z', trace: 'a → b' },
      '这里可以写：y z；路径：a → b',
      'known here: y z; path: a → b'
    ],
    ['the way there', { name: 'x', trace: 'a → b' }, '路径：a → b', 'path: a → b'],
    ['nothing more', { name: 'x' }, '', '']
  ])('hints at %s', (_, params, zh, en) => {
    expect([describeIssue(issue({ params }), 'zh').hint, describeIssue(issue({ params }), 'en').hint]).toEqual([zh, en])
  })

  test('has its counter-example as a list, where it has one', () => {
    expect(exampleIn(issue({ params: { trace: 'SUBMIT → ASK → LATE' } }))).toEqual(['SUBMIT', 'ASK', 'LATE'])
    expect(exampleIn(issue())).toBeUndefined()
  })

  test('of a code without words is a bug', () => {
    expect(() => describeIssue(issue({ code: 'schema.unheard-of' }), 'en')).toThrow('schema.unheard-of')
  })
})

describe('the words of issues', () => {
  test.each(Object.entries(issueMessages))('%s say the same things in both languages', (code, [zh, en]) => {
    const names = (text: string) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(match => String(match[1])))].sort()
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/)
    expect(names(zh)).toEqual(names(en))
    expect([zh, en].map(text => text.trim().length > 4)).toEqual([true, true])
  })

  test('are filled in once, whatever stands in the parameters', () => {
    expect(fillTemplate('{a} and {b}, not {c}', { a: '{b}', b: '$& {a}' })).toBe('{b} and $& {a}, not {c}')
  })
})

describe('the order of issues', () => {
  test('is that of file, line, column, code and path, each once', () => {
    const sorted = [
      issue({ file: 'a.json', line: 1, column: 9, path: '/a' }),
      issue({ file: 'a.json', line: 2, column: 1, code: 'schema.choice', path: '/b' }),
      issue({ file: 'a.json', line: 2, column: 1, code: 'schema.type', path: '/a' }),
      issue({ file: 'a.json', line: 2, column: 1, code: 'schema.type', path: '/b' }),
      issue({ file: 'a.json', line: 10, column: 1, path: '/c' }),
      issue({ file: 'b.json', line: 1, column: 1, path: '/a' })
    ]
    fc.assert(
      fc.property(fc.shuffledSubarray(sorted, { minLength: 6 }), shuffled => {
        expect(sortIssues([...shuffled, ...shuffled])).toEqual(sorted)
      })
    )
  })

  test('keeps two faults of one place apart', () => {
    const two = [issue({ params: { name: 'x' } }), issue({ params: { name: 'y' } })]
    expect(sortIssues(two)).toHaveLength(2)
  })
})

describe('the name probably meant', () => {
  const known = ['title', 'category', 'channels', 'form', 'workflow', 'to', 'web']
  test.each<[string, string | undefined]>([
    ['titel', 'title'],
    ['Title', 'title'],
    ['titles', 'title'],
    ['catgeory', 'category'],
    ['chanel', 'channels'],
    ['from', 'form'],
    ['too', 'to'],
    ['wbe', 'web'],
    ['price', undefined],
    ['x', undefined],
    ['', undefined],
    ['qz', undefined],
    ['constructor', undefined]
  ])('of %j is %j', (name, meant) => {
    expect(nearest(name, known)).toBe(meant)
  })

  test('is the first of those equally near', () => {
    expect([nearest('bat', ['cat', 'hat']), nearest('bat', ['hat', 'cat'])]).toEqual(['cat', 'hat'])
  })

  test('of any known name is that name, and one slip away it is still found', () => {
    const word = fc.stringMatching(/^[a-z]{4,12}$/)
    fc.assert(
      fc.property(word, fc.nat(), fc.nat(25), (name, at, letter) => {
        const i = at % name.length
        const slip = name.slice(0, i) + String.fromCharCode(97 + letter) + name.slice(i + 1)
        expect([nearest(name, ['zzzzzzzzzzzzzzzzzz', name]), nearest(slip, [name])]).toEqual([name, name])
      })
    )
  })
})

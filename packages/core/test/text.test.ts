// Texts in several languages, and which of them a reader gets.
import { describe, expect, test } from 'vitest'
import { negotiateLanguage, textIn } from '../src/text.ts'

describe('a text', () => {
  const text = { 'zh-CN': '报修', en: 'Mending', 'pt-BR': 'Conserto' }
  test.each<[string, readonly string[], string]>([
    ['zh-CN', [], '报修'],
    ['en', [], 'Mending'],
    ['en-GB', [], 'Mending'],
    ['zh-HK', [], '报修'],
    ['pt', [], 'Conserto'],
    ['fr', ['en'], 'Mending'],
    ['fr', ['de', 'pt-PT'], 'Conserto'],
    ['fr', [], '报修'],
    ['constructor', [], '报修']
  ])('for %j, then %j, is %j', (language, fallbacks, expected) => {
    expect(textIn(Object.assign(Object.create(null) as Record<string, string>, text), language, fallbacks)).toBe(
      expected
    )
  })

  test('in one language is for everyone', () => {
    expect(textIn('报修', 'en')).toBe('报修')
  })
})

describe('of Chinese and English', () => {
  test.each<[string | undefined, string]>([
    [undefined, 'zh-CN'],
    ['', 'zh-CN'],
    ['en', 'en'],
    ['EN-us', 'en'],
    ['zh-TW', 'zh-CN'],
    ['fr, en;q=0.5', 'en'],
    ['en;q=0.4, zh;q=0.8', 'zh-CN'],
    ['en;q=0, zh;q=0.1', 'zh-CN'],
    ['en;q=0', 'zh-CN'],
    ['fr', 'zh-CN'],
    ['*', 'zh-CN'],
    ['en;q=soon, zh;q=0.1', 'zh-CN'],
    [' en ; q=0.9 , zh ; q=0.8 ', 'en'],
    [`${'fr,'.repeat(25)}en`, 'zh-CN']
  ])('who asks for %j reads %j', (header, language) => {
    expect(negotiateLanguage(header, ['zh-CN', 'en'])).toBe(language)
  })
})

test('a locality without languages speaks Chinese', () => {
  expect(negotiateLanguage('en', [])).toBe('zh-CN')
})

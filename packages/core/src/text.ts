/** Text shown to people: one string in the locality's first language, or one per language (BCP 47 tags). */
import type { Text } from './schema-types.ts'

/** The string of `text` for `language`; failing that its primary language, then each of `fallbacks`, then any. */
export function textIn(text: Text, language: string, fallbacks: readonly string[] = []): string {
  if (typeof text === 'string') return text
  for (const wanted of [language, ...fallbacks]) {
    const exact = text[wanted]
    if (exact !== undefined) return exact
    const primary = wanted.split('-')[0]
    const near = Object.keys(text).find(tag => tag.split('-')[0] === primary)
    if (near !== undefined) return text[near] ?? ''
  }
  return Object.values(text)[0] ?? ''
}

/** The best of `languages` for an Accept-Language header (RFC 9110); the first where nothing fits. */
export function negotiateLanguage(header: string | undefined, languages: readonly string[]): string {
  const wanted = (header ?? '')
    .split(',')
    .slice(0, 20)
    .map(part => {
      const [tag = '', ...params] = part.trim().split(';')
      const q = Number(
        params
          .find(param => param.trim().startsWith('q='))
          ?.trim()
          .slice(2) ?? 1
      )
      return { tag: tag.trim(), q: Number.isFinite(q) ? q : 0 }
    })
    .filter(({ tag, q }) => tag && q > 0)
    .sort((a, b) => b.q - a.q)
  for (const { tag } of wanted) {
    const primary = tag.split('-')[0]?.toLowerCase()
    const found =
      languages.find(language => language.toLowerCase() === tag.toLowerCase()) ??
      languages.find(language => language.split('-')[0]?.toLowerCase() === primary)
    if (found) return found
  }
  return languages[0] ?? 'zh-CN'
}

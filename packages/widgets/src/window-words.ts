// What periods and those who are judged are called, in Chinese and English.
import type { Subject } from './evaluation-documents.ts'

const zh = {
  month: (year: string, month: string) => `${year} 年 ${Number(month)} 月`,
  quarter: (year: string, quarter: string) => `${year} 年第 ${quarter} 季度`,
  year: (year: string) => `${year} 年`
}

const en: typeof zh = {
  month: (year, month) =>
    new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
      Date.UTC(Number(year), Number(month) - 1)
    ),
  quarter: (year, quarter) => `Quarter ${quarter} of ${year}`,
  year: year => year
}

/** The name of a window (2026-10, 2026-Q4 or 2026) in the words of a BCP 47 tag. */
export function windowWords(name: string, lang: string): string {
  const words = /^zh\b/i.test(lang) ? zh : en
  const [year = '', part] = name.split('-')
  if (part === undefined) return words.year(year)
  return part.startsWith('Q') ? words.quarter(year, part.slice(1)) : words.month(year, part)
}

/** What a person or an area is called. */
export const subjectName = ({ key, person, area }: Subject) => person?.name ?? area?.name ?? key

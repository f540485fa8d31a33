/** The printable guide of a locality's services (办事指南) as one page of HTML: no script, nothing from elsewhere, an item a sheet of A4. */
import { createHash } from 'node:crypto'
import { sha256Hex, textIn, type Locality } from '@gridwright/core'
import { guidesOf, type GuideField, type ItemGuide } from '@gridwright/workflows'
import { guideStyle } from './guide-style.ts'
import {
  clockNotes,
  escaped,
  fieldWords,
  guideWords,
  limitWords,
  mostWords,
  partyWords,
  type GuideReader
} from './guide-words.ts'

/** Allows the page its own style and nothing else; the value of a Content-Security-Policy. */
export const guidePolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(guideStyle).digest('base64')}'; base-uri 'none'; form-action 'none'`

type Page = { readonly html: string; readonly tag: string }
const pages = new WeakMap<Locality, Map<string, Page>>()

/** The page in `language` (one of the locality's) with its entity tag, the same for the same release; kept as long as `locality` is. */
export function guidePage(locality: Locality, language: string): Page {
  const known = pages.get(locality) ?? new Map<string, Page>()
  pages.set(locality, known)
  const found = known.get(language)
  if (found) return found
  const html = pageOf(locality, language)
  const page = { html, tag: `"${sha256Hex(html)}"` }
  known.set(language, page)
  return page
}

function pageOf(locality: Locality, language: string): string {
  const words = guideWords(language)
  const guides = guidesOf(locality, language)
  const name = textIn(locality.name, language, locality.languages)
  const title = escaped(words.title(name))
  return `<!doctype html>
<html lang="${escaped(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${escaped(guidePolicy)}">
<title>${title}</title>
<style>${guideStyle}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p>${escaped(words.intro(guides.length, locality.hash.slice(0, 12)))}</p>
</header>
<main>
${contents(guides, words)}
${guides.map((guide, i) => item(guide, i + 1, { clocks: guide.clocks, language, words })).join('\n')}
</main>
</body>
</html>
`
}

/** All items by their line of work, each with its number. */
function contents(guides: readonly ItemGuide[], words: GuideReader['words']): string {
  const numbered = guides.map((guide, i) => ({ guide, number: i + 1 }))
  const lines = Map.groupBy(numbered, ({ guide }) => guide.categories[0] ?? '')
  const groups = [...lines].map(([line, items]) => {
    const rows = items.map(
      ({ guide, number }) =>
        `<li value="${number}"><a href="#${escaped(guide.key)}">${escaped(guide.title)}</a>${note(onlyIn(guide, words) || guide.summary)}</li>`
    )
    return `<section><h3>${escaped(line)}</h3><ol>${rows.join('')}</ol></section>`
  })
  return `<nav aria-labelledby="contents"><h2 id="contents">${words.contents}</h2><div class="lines">${groups.join('')}</div></nav>`
}

function item(guide: ItemGuide, number: number, reader: GuideReader): string {
  const { words } = reader
  const clocks = [
    ...new Set([...guide.whole, ...guide.steps.flatMap(({ limits }) => limits)].map(({ clock }) => clock))
  ].filter(clock => guide.clocks.get(clock)?.kind === 'working')
  return `<article id="${escaped(guide.key)}" aria-labelledby="${escaped(guide.key)}-title">
<h2 id="${escaped(guide.key)}-title"><span class="number">${number}</span> ${escaped(guide.title)}</h2>
${[guide.summary ?? '', onlyIn(guide, words)].map(told => (told === '' ? '' : `<p class="summary">${escaped(told)}</p>`)).join('')}
<dl>${facts(guide, reader)
    .map(([term, told]) => `<div><dt>${term}</dt><dd>${escaped(told)}</dd></div>`)
    .join('')}</dl>
${form(guide, reader)}
${course(guide, clocks, reader)}
${ends(guide, reader)}
${clocks.length === 0 ? '' : `<footer><h3>${words.clocks}</h3><ul>${clockNotes(clocks, reader).join('')}</ul></footer>`}
</article>`
}

function onlyIn({ areas }: ItemGuide, words: GuideReader['words']): string {
  return areas.length === 0 ? '' : words.onlyIn(areas.join(words.comma))
}

function facts(guide: ItemGuide, { words }: GuideReader): readonly (readonly [string, string])[] {
  const channels = guide.channels.map(({ label, entered }) => (entered ? words.entered(label) : label))
  return [
    [words.who, guide.eligible === null ? words.everyone : words.eligible(guide.eligible)],
    [words.channels, channels.join(words.comma)],
    [words.place, words.placeAt(guide.level)],
    [words.line, guide.categories.join(' › ')],
    ...(guide.legalBasis === null ? [] : [[words.basis, guide.legalBasis] as const])
  ]
}

function form({ fields, hint }: ItemGuide, reader: GuideReader): string {
  const { words } = reader
  const rows = fields.flatMap(field => [field, ...field.fields.map(inner => ({ ...inner, title: `› ${inner.title}` }))])
  const told = hint === null ? '' : `<p class="hint">${escaped(hint)}</p>`
  if (rows.length === 0) return `<h3>${words.form}</h3>${told}<p>${words.nothing}</p>`
  return `<h3>${words.form}</h3>${told}<table><thead>${head([words.field, words.how, words.need])}</thead><tbody>${rows.map(field => fieldRow(field, reader)).join('')}</tbody></table>`
}

function fieldRow(field: GuideField, reader: GuideReader): string {
  const { words } = reader
  const need = {
    always: `<strong>${words.required}</strong>`,
    sometimes: words.requiredSometimes,
    never: field.asked === 'sometimes' ? words.askedSometimes : words.optional
  }
  return row([
    [words.field, escaped(field.title)],
    [words.how, `${escaped(fieldWords(field, reader))}${note(field.help)}`],
    [words.need, need[field.need]]
  ])
}

/** The steps with who handles each and its limit; a working clock is marked by the number of its note. */
function course(guide: ItemGuide, clocks: readonly string[], reader: GuideReader): string {
  const { words } = reader
  const rows = guide.steps.map(step => {
    const limits = step.limits.map(limit => limitWords(limit, clocks, reader))
    const open = step.open === null ? '–' : escaped(words.noLimit(step.open))
    const reviews = step.reviews.length === 0 ? null : words.review(step.reviews.join(words.comma))
    return row([
      [words.step, `${escaped(step.label)}${note(reviews)}`],
      [words.handler, escaped(step.who.map(party => partyWords(party, reader)).join(words.comma))],
      [words.limit, limits.length === 0 ? open : limits.join('<br>')],
      [words.late, step.limits.map(({ late }) => escaped(late)).join('<br>')]
    ])
  })
  const whole = guide.whole.map(limit => {
    const name = limit.step === '' ? words.whole : words.group(limit.step)
    return `<p class="most">${escaped(name)}${limitWords(limit, clocks, reader)}${words.then}${escaped(limit.late)}</p>`
  })
  const most = guide.whole.length > 0 || guide.most.length === 0 ? [] : [mostWords(guide.most, clocks, reader)]
  return `<h3>${words.steps}</h3><table><thead>${head([words.step, words.handler, words.limit, words.late])}</thead><tbody>${rows.join('')}</tbody></table>${[...whole, ...most].join('')}`
}

function ends({ ends: all }: ItemGuide, { words }: GuideReader): string {
  const rows = all
    .filter(({ reply }) => reply !== '')
    .map(({ label, reply }) => `<div><dt>${escaped(label)}</dt><dd>${escaped(reply)}</dd></div>`)
  return rows.length === 0 ? '' : `<h3>${words.replies}</h3><dl class="replies">${rows.join('')}</dl>`
}

const note = (text: string | null) => (text === null || text === '' ? '' : `<small>${escaped(text)}</small>`)
const head = (names: readonly string[]) => `<tr>${names.map(name => `<th scope="col">${name}</th>`).join('')}</tr>`
const row = (cells: readonly (readonly [label: string, html: string])[]) =>
  `<tr>${cells.map(([label, html]) => `<td data-label="${label}"><div>${html}</div></td>`).join('')}</tr>`

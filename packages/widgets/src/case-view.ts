// How a case looks on a card and in a list: state, what is left of its time, and where it is.
import { css, html, nothing, type TemplateResult } from 'lit'
import { textsAmong } from './answers.ts'
import { chipStyles } from './chip-styles.ts'
import type { Files } from './client.ts'
import type { CaseCard, Deadline, Limit } from './documents.ts'
import type { Texts } from './texts.ts'
import { dueWords, instantWords } from './time-words.ts'

/** What the views need to put things in words, and to show photos. */
export type Words = { t: Texts; lang: string; now: number; files?: Files | undefined }

/** The state of a case as a chip; an overdue one says so. */
export function stateChips(shown: CaseCard, { t }: Words): TemplateResult {
  return html`<span class="chip ${shown.open ? '' : 'ended'}" part="state">${shown.stateLabel}</span>
    ${shown.open && shown.overdue ? html`<span class="chip late" part="overdue">${t.overdue}</span>` : nothing}
    ${shown.urged > 0 ? html`<span class="chip soon">${t.urged(shown.urged)}</span>` : nothing}`
}

/** The promised limits of a service in one sentence. */
export function promise(limits: readonly Limit[], t: Texts): TemplateResult {
  const said = limits.map(limit => `${limit.state} ${limit.within}`).join(' · ')
  return html`<p class="number">${said ? t.promise + t.colon + said : nothing}</p>`
}

/** What is left of the time until the first deadline, with the due instant in words. */
export function duePill(
  shown: { open: boolean; deadlines: readonly Deadline[] },
  words: Words
): TemplateResult | typeof nothing {
  const due = shown.open ? dueWords(shown.deadlines, words.t, words.lang, words.now) : undefined
  if (!due) return nothing
  return html`<p class="due ${due.tone}" part="due">
    <strong>${due.span}</strong>${due.by ? html` <span>${due.by}</span>` : nothing}
  </p>`
}

/** The inside of a case's card. */
export function caseSummary(shown: CaseCard, words: Words, heading: TemplateResult): TemplateResult {
  const { t, lang, now } = words
  const [gist] = textsAmong(shown.answers)
  return html`
    <div class="row apart">${heading}<span class="row">${stateChips(shown, words)}</span></div>
    ${gist ? html`<p class="gist" part="gist">${gist}</p>` : nothing}
    <p class="soft">
      ${shown.area.name}${shown.applicant?.name ? html` · ${shown.applicant.name}` : nothing} ·
      ${instantWords(shown.submittedAt, lang, now)}
    </p>
    ${shown.open && shown.owners.length > 0 ? html`<p class="soft">${t.with(shown.owners.join(t.comma))}</p>` : nothing}
    ${duePill(shown, words)}
    <p class="number">${shown.number}</p>
  `
}

/** A card that opens its case: the title is a button that covers the card. */
export function openingCard(shown: CaseCard, words: Words, open: () => void): TemplateResult {
  const title = html`<p class="title"><button class="opener" @click=${open}>${shown.service.title}</button></p>`
  return html`<article class="card stack case ${shown.open && shown.overdue ? 'is-late' : ''}" part="case">
    ${caseSummary(shown, words, title)}
  </article>`
}

/** Styles of what this file draws. */
export const caseStyles = [
  chipStyles,
  css`
    .case {
      position: relative;
      gap: 0.375em;
    }
    .case.is-late {
      border-inline-start: 4px solid var(--_bad);
    }
    .case:hover {
      border-color: var(--_edge);
    }
    .title {
      font-size: 1.0625em;
      font-weight: 600;
    }
    .opener {
      min-height: 0;
      min-width: 0;
      padding: 0;
      border: 0;
      background: none;
      font-weight: 600;
      text-align: start;
    }
    .opener:hover {
      background: none;
      color: var(--_accent);
    }
    .opener::after {
      content: '';
      position: absolute;
      inset: 0;
      border-radius: var(--_radius);
    }
    .opener:focus-visible {
      outline: none;
    }
    .opener:focus-visible::after {
      outline: 3px solid var(--_accent);
      outline-offset: 2px;
    }
    .gist {
      display: -webkit-box;
      -webkit-box-orient: vertical;
      -webkit-line-clamp: 2;
      overflow: hidden;
    }
    .due {
      display: flex;
      flex-wrap: wrap;
      gap: 0 0.5em;
      font-size: 0.9375em;
      color: var(--_calm);
    }
    .due.soon {
      color: var(--_soon);
    }
    .due.late {
      color: var(--_bad);
    }
    .due.unknown {
      color: var(--_soft);
    }
  `
]

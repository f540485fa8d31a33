// How a score card looks: its stars or coloured card in words too, its total, and each indicator with a bar and what it weighs.
import { css, html, nothing, type TemplateResult } from 'lit'
import { chipStyles } from './chip-styles.ts'
import type { Card, FullCard, Line } from './evaluation-documents.ts'
import type { ScoreTexts } from './score-texts.ts'

/** Stars out of `most`, the coloured card, the band and the total: whatever the band has, and each of it in words. */
export function grade({ total, band }: Card, most: number, e: ScoreTexts): TemplateResult {
  const { stars, card, label } = band
  const highest = Math.max(most, stars ?? 0)
  return html`<div class="grade row" part="grade">
    ${
      stars === null
        ? nothing
        : html`<span class="stars" role="img" aria-label=${e.stars(stars, highest)}
            >${'★'.repeat(stars)}<span class="off">${'☆'.repeat(highest - stars)}</span></span
          >`
    }
    ${card ? html`<span class="plate ${card}">${e.cards[card]}</span>` : nothing}
    ${card && e.cards[card] === label ? nothing : html`<strong class="band">${label}</strong>`}
    <span class="total">${e.total(total)}</span>
  </div>`
}

/** The lines of a card and their sum written out; `counted` shows what a line counted. */
export function lineList(
  { lines, total }: FullCard,
  e: ScoreTexts,
  counted: (line: Line) => TemplateResult | typeof nothing
): TemplateResult {
  const sum = lines.map(({ indicator, points }) => `${indicator.weight} × ${points}`).join(' + ')
  return html`<ul class="stack lines">
      ${lines.map(line => html`<li part="line">${lineView(line, e, counted(line))}</li>`)}
    </ul>
    <p class="number sum"><span class="seen-by-readers-only">${e.sum} </span>${sum} = <strong>${total}</strong></p>`
}

function lineView(line: Line, e: ScoreTexts, counted: TemplateResult | typeof nothing): TemplateResult {
  const { indicator, points, value, counted: count, outOf } = line
  const percent = String(Number((Number(indicator.weight) * 100).toFixed(4)))
  const found = outOf > 0 ? e.countedOf(count, outOf) : e.counted(count)
  return html`<div class="row apart">
      <span><span class="what">${indicator.label}</span> <span class="number">${e.weight(percent)}</span></span>
      <strong>${e.total(points)}</strong>
    </div>
    <svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" width="100" height="1" />
      <rect class="filled" width=${points} height="1" />
    </svg>
    <div class="row apart">
      <span class="number">${value === null ? e.noValue : `${e.value(value)} · ${found}`}</span>${counted}
    </div>`
}

/** Styles of what this file draws. */
export const scoreStyles = [
  chipStyles,
  css`
    :host {
      --_star: #a85a00;
    }
    @media (prefers-color-scheme: dark) {
      :host {
        --_star: #f5bd4f;
      }
    }
    .stars {
      color: var(--_star);
      font-size: 1.25em;
      line-height: 1;
    }
    .stars .off {
      color: var(--_edge);
    }
    .large .stars {
      font-size: 2.25em;
    }
    .large .band {
      font-size: 1.375em;
    }
    .large .total {
      font-size: 1.75em;
      font-weight: 700;
    }
    .total {
      font-variant-numeric: tabular-nums;
    }
    .plate {
      padding: 0.125em 0.75em;
      border: 1px solid var(--_edge);
      border-radius: 4px;
      font-weight: 700;
    }
    .large .plate {
      padding: 0.375em 1em;
      font-size: 1.375em;
    }
    .green {
      background: #1c6b37;
      color: #fff;
    }
    .blue {
      background: #1d5a9c;
      color: #fff;
    }
    .yellow {
      background: #f2c522;
      color: #1b1b1b;
    }
    .red {
      background: #b3201c;
      color: #fff;
    }
    .black {
      background: #1b1b1b;
      color: #fff;
    }
    .what {
      font-weight: 600;
    }
    .lines {
      gap: 1em;
    }
    .bar {
      display: block;
      width: 100%;
      height: 0.625em;
      margin-block: 0.25em;
      border-radius: 99px;
    }
    .track {
      fill: var(--_line);
    }
    .filled {
      fill: var(--_calm);
    }
    .sum {
      padding-block-start: 0.5em;
      border-block-start: 1px solid var(--_line);
    }
    .sum strong {
      color: var(--_ink);
    }
  `
]

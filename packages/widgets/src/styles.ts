// The looks that all widgets share: a serious, warm civic style, light and dark, elder mode. Constructable style sheets only.
// Every value goes through a --gw-* custom property, so that a portal changes the looks without touching the shadow trees.
import { css } from 'lit'

/** Elder mode, handed down to all inside. */
export const elderStyles = css`
  :host([elder]) {
    --gw-target: 60px;
    --gw-font-size: 21px;
    --gw-line-height: 1.6;
  }
`

/** Colours, type, targets; `elder` is type of 21 px (18 for the smallest), lines of 1.6 and targets of 60 px (age-friendly practice: ≥ 18 px, ≥ 60 px). */
export const baseStyles = [
  elderStyles,
  css`
    :host {
      --_paper: var(--gw-paper, #faf6f0);
      --_card: var(--gw-card, #ffffff);
      --_ink: var(--gw-ink, #29231e);
      --_soft: var(--gw-soft, #665c53);
      --_line: var(--gw-line, #e2d8cc);
      --_edge: var(--gw-edge, #85796d);
      --_accent: var(--gw-accent, #a02c1c);
      --_on-accent: var(--gw-on-accent, #ffffff);
      --_accent-wash: var(--gw-accent-wash, #faece8);
      --_good: #23613a;
      --_good-wash: #e7f3ea;
      --_soon: #7a4e00;
      --_soon-wash: #fdf1d6;
      --_bad: #a31621;
      --_bad-wash: #fdeaea;
      --_calm: #28557a;
      --_calm-wash: #e8f0f7;
      --_target: var(--gw-target, 44px);
      --_size: var(--gw-font-size, 16px);
      --_radius: var(--gw-radius, 10px);
      color-scheme: light dark;
      display: block;
      color: var(--_ink);
      font: 400 var(--_size) / var(--gw-line-height, 1.5)
        var(--gw-font, system-ui, -apple-system, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif);
      overflow-wrap: anywhere;
      text-align: start;
    }
    @media (prefers-color-scheme: dark) {
      :host {
        --_paper: var(--gw-paper, #1d1a18);
        --_card: var(--gw-card, #282421);
        --_ink: var(--gw-ink, #f1ebe4);
        --_soft: var(--gw-soft, #bdb2a7);
        --_line: var(--gw-line, #453e38);
        --_edge: var(--gw-edge, #94887c);
        --_accent: var(--gw-accent, #f0a18f);
        --_on-accent: var(--gw-on-accent, #33100a);
        --_accent-wash: var(--gw-accent-wash, #40261f);
        --_good: #9ad3ae;
        --_good-wash: #1f3327;
        --_soon: #f0c874;
        --_soon-wash: #3b2f16;
        --_bad: #ffaba6;
        --_bad-wash: #45201f;
        --_calm: #a5cbe8;
        --_calm-wash: #1f2f3c;
      }
    }
    :host([hidden]) {
      display: none;
    }
    *,
    ::before,
    ::after {
      box-sizing: border-box;
    }
    h2,
    h3,
    h4,
    p,
    ul,
    ol,
    dl,
    dd,
    fieldset,
    legend {
      margin: 0;
      padding: 0;
      border: 0;
      min-width: 0;
    }
    ul,
    ol {
      list-style: none;
    }
    h2 {
      font-size: 1.375em;
      line-height: 1.3;
      letter-spacing: 0.01em;
    }
    h3 {
      font-size: 1.0625em;
      line-height: 1.4;
    }
    button,
    input,
    select,
    textarea {
      font: inherit;
      color: inherit;
    }
    button {
      min-height: var(--_target);
      min-width: var(--_target);
      padding: 0.375em 1em;
      border: 1px solid var(--_edge);
      border-radius: var(--_radius);
      background: var(--_card);
      cursor: pointer;
    }
    button:hover {
      background: var(--_accent-wash);
    }
    button.main {
      border-color: var(--_accent);
      background: var(--_accent);
      color: var(--_on-accent);
      font-weight: 600;
    }
    button.main:hover {
      filter: brightness(1.08);
    }
    button[aria-disabled='true'] {
      opacity: 0.65;
      cursor: progress;
    }
    :focus-visible {
      outline: 3px solid var(--_accent);
      outline-offset: 2px;
    }
    .stack {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 0.75em;
    }
    .row {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 0.5em 0.75em;
    }
    .apart {
      justify-content: space-between;
    }
    .card {
      padding: 1em;
      border: 1px solid var(--_line);
      border-radius: var(--_radius);
      background: var(--_card);
    }
    .soft {
      color: var(--_soft);
      font-size: 0.9375em;
    }
    .note {
      padding: 0.625em 0.875em;
      border-radius: var(--_radius);
      border-inline-start: 4px solid currentcolor;
      background: var(--_calm-wash);
      color: var(--_calm);
    }
    .note.bad {
      background: var(--_bad-wash);
      color: var(--_bad);
    }
    .banner {
      margin-block-end: 0.75em;
    }
    .seen-by-readers-only {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
      white-space: nowrap;
    }
  `
]

/** Controls of forms and filters: full-width on a phone, label above, 44 px high. */
export const controlStyles = css`
  label,
  legend,
  .label {
    display: block;
    font-weight: 600;
    margin-block-end: 0.25em;
  }
  input:not([type='radio'], [type='checkbox']),
  select,
  textarea {
    width: 100%;
    min-height: var(--_target);
    padding: 0.5em 0.75em;
    border: 1px solid var(--_edge);
    border-radius: var(--_radius);
    background: var(--_card);
  }
  textarea {
    min-height: 6em;
    resize: vertical;
    field-sizing: content;
  }
  :is(input, select, textarea)[aria-invalid='true'] {
    border-color: var(--_bad);
    box-shadow: 0 0 0 1px var(--_bad);
  }
  input[type='radio'],
  input[type='checkbox'] {
    flex: none;
    width: 1.25em;
    height: 1.25em;
    margin: 0;
    accent-color: var(--_accent);
  }
  .option {
    display: flex;
    align-items: center;
    gap: 0.625em;
    min-height: var(--_target);
    margin: 0;
    padding: 0.25em 0.75em;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_card);
    font-weight: 400;
    cursor: pointer;
  }
  .option:has(:checked) {
    border-color: var(--_accent);
    background: var(--_accent-wash);
  }
  .options {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5em;
  }
  .help {
    color: var(--_soft);
    font-size: 0.9375em;
  }
  .error {
    color: var(--_bad);
    font-weight: 600;
    font-size: 0.9375em;
  }
`

// Chips, numbers and notes of the widgets that show cases and services: states by colour and in words.
import { css } from 'lit'

/** A chip says a state in a word, a note something in a sentence; `good`, `soon` and `late` colour what is also said in words. */
export const chipStyles = css`
  .number {
    color: var(--_soft);
    font-size: 0.875em;
    font-variant-numeric: tabular-nums;
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 0.375em;
    padding: 0.125em 0.625em;
    border-radius: 99px;
    background: var(--_calm-wash);
    color: var(--_calm);
    font-size: 0.875em;
    font-weight: 600;
  }
  .chip.good {
    background: var(--_good-wash);
    color: var(--_good);
  }
  .chip.soon {
    background: var(--_soon-wash);
    color: var(--_soon);
  }
  .chip.late,
  .chip.bad {
    background: var(--_bad-wash);
    color: var(--_bad);
  }
  .chip.ended {
    background: var(--_paper);
    color: var(--_soft);
  }
  .note.soon {
    background: var(--_soon-wash);
    color: var(--_soon);
  }
  .note.good {
    background: var(--_good-wash);
    color: var(--_good);
  }
  .bone {
    height: 1em;
    border-radius: 6px;
    background: var(--_line);
  }
  .short {
    width: 60%;
  }
`

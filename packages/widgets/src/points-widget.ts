// What the widgets of points share: their texts, their stream of changes, and how a line looks.
import { css, html, nothing, type TemplateResult } from 'lit'
import { chipStyles } from './chip-styles.ts'
import type { Client } from './client.ts'
import { CommandWidget } from './command-widget.ts'
import { transfersDocument, type Transfer } from './points-documents.ts'
import { pointsTextsIn, type PointsTexts } from './points-texts.ts'
import { baseStyles, controlStyles } from './styles.ts'

/** Base of the widgets of points. */
export abstract class PointsWidget extends CommandWidget {
  /** The texts of points in the language of the widget. */
  protected get p(): PointsTexts {
    return pointsTextsIn(this.language)
  }

  protected override follows(): boolean {
    return true
  }

  protected override listen(client: Client, hear: Parameters<Client['follow']>[0]): () => void {
    return client.follow(hear, transfersDocument)
  }
}

/** What a transfer is for, and what stands out about it. */
export function transferWords(transfer: Transfer, p: PointsTexts): TemplateResult {
  const { kind, state, label, reversedBy, cut, reason } = transfer
  const what = kind === 'REVERSAL' ? p.reversal(label) : kind === 'REDEMPTION' ? p.redeemed(label) : label
  const chip = (tone: string, text: string) => (text ? html` <span class="chip ${tone}">${text}</span>` : nothing)
  return html`<span class="what">${what}</span>${state === 'PENDING' ? chip('soon', p.states[kind]) : nothing}
    ${state === 'VOIDED' ? chip('ended', p.voided[kind]) : nothing}${reversedBy ? chip('ended', p.reversed) : nothing}
    ${cut ? html`<span class="soft more">${p.cut(cut)}</span>` : nothing}
    ${reason ? html`<span class="soft more">${p.reason(reason)}</span>` : nothing}`
}

/** An amount with its sign; the minus as typography has it. */
export const signed = (amount: string) =>
  amount.startsWith('-') ? `−${amount.slice(1)}` : amount === '0' ? amount : `+${amount}`

/** Styles of the widgets of points. */
export const pointsStyles = [
  baseStyles,
  controlStyles,
  chipStyles,
  css`
    .none:empty {
      display: none;
    }
    .what {
      font-weight: 600;
    }
    .more {
      display: block;
    }
    .amount {
      font-variant-numeric: tabular-nums;
      font-weight: 600;
      text-align: end;
      white-space: nowrap;
    }
    .open {
      outline-offset: 4px;
    }
  `
]

// What the widgets of points share: their texts, their stream of changes, commands that keep their id over retries, and how a line looks.
import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit'
import { chipStyles } from './chip-styles.ts'
import type { Client } from './client.ts'
import type { Document, Refused } from './documents.ts'
import { send } from './events.ts'
import { transfersDocument, type Transfer } from './points-documents.ts'
import { pointsTextsIn, type PointsTexts } from './points-texts.ts'
import { baseStyles, controlStyles } from './styles.ts'
import { failureWords, Widget } from './widget.ts'

/** Base of the widgets of points. */
export abstract class PointsWidget extends Widget {
  static override properties: PropertyDeclarations = {
    opened: { state: true },
    sending: { state: true },
    said: { state: true },
    refusal: { state: true }
  }
  /** What is being confirmed: the intent of the command that a press would send. */
  declare protected opened: string
  declare protected sending: boolean
  /** What went well, said once. */
  declare protected said: string
  /** What was said against it. */
  declare protected refusal: string

  constructor() {
    super()
    this.opened = ''
    this.sending = false
    this.said = ''
    this.refusal = ''
  }

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

  /** Asks in place whether to send the command of `intent`, and leads the keyboard there. */
  protected open(intent: string): void {
    this.opened = intent
    this.said = this.refusal = ''
    this.#lead('.open')
  }

  /** Takes the question away; the keyboard goes back to where it came from, or to the title where that is gone. */
  protected shut(): void {
    const from = `[data-intent="${CSS.escape(this.opened)}"]`
    this.opened = ''
    this.#lead(from, 'h2')
  }

  // What was settled may be gone after the next reading, and the keyboard with it.
  async #readOn(): Promise<void> {
    await this.updateComplete
    const here = this.matches(':focus-within')
    await this.refresh()
    await this.updateComplete
    if (here && !this.matches(':focus-within')) this.#lead('h2')
  }

  #lead(...selectors: string[]): void {
    const found = () => selectors.map(selector => this.shadowRoot?.querySelector<HTMLElement>(selector)).find(Boolean)
    void this.updateComplete.then(() => found()?.focus())
  }

  /** Sends a command under the id of `intent`; what went through, or undefined where it did not and `refusal` says why. */
  protected async command<Input extends { id: string }, Value extends object, Name extends string>(
    document: Document<Record<Name, Value | Refused>, { input: Input }>,
    name: Name,
    intent: string,
    input: Omit<Input, 'id'>
  ): Promise<Value | undefined> {
    const { client } = this
    if (!client || this.sending) return undefined
    this.sending = true
    this.said = this.refusal = ''
    const given = { ...input, id: client.idFor(intent) } as Input // the rest of an input and its id
    const answer = await client.tell(document, { input: given })
    this.sending = false
    if (client !== this.client) return undefined
    if (!('value' in answer)) {
      if (answer.problem === 'signed-out') send(this, 'gw-sign-in-wanted', {})
      this.refusal = failureWords(answer, this.t)
      return undefined
    }
    client.settle(intent)
    this.shut()
    void this.#readOn()
    const result = answer.value[name]
    if (!isRefused(result)) return result as Value // the one that is no refusal
    this.refusal = result.message
    return undefined
  }

  /** What went well or was refused, for eyes and screen readers. */
  protected news(): TemplateResult {
    return html`<p class=${this.said ? 'note good' : 'none'} role="status">${this.said}</p>
      ${this.refusal ? html`<p class="note bad" role="alert" part="refusal">${this.refusal}</p>` : nothing}`
  }

  /** The question whether to send `what`, with what to send it by. */
  protected question(text: string, what: string, confirm: () => void, more: unknown = nothing): TemplateResult {
    return html`<div class="note stack open" tabindex="-1" role="group" aria-label=${text}>
      <span>${text}</span>${more}
      <span class="row">
        <button class="main" aria-disabled=${this.sending ? 'true' : 'false'} @click=${confirm}>
          ${this.sending ? this.t.sending : what}
        </button>
        <button @click=${() => this.shut()}>${this.t.back}</button>
      </span>
    </div>`
  }
}

const isRefused = (result: object): result is Refused => '__typename' in result && result.__typename === 'Refused'

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

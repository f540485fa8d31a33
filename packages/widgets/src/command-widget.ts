// What widgets that send commands share: one question at a time, commands that keep their id over retries, and what came of them.
import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit'
import type { Answer, Client } from './client.ts'
import type { Document, Refused } from './documents.ts'
import { send } from './events.ts'
import { failureWords, Widget } from './widget.ts'

/** Sends a command under the id of `intent`, which a retry keeps until the server has answered; what it said, a refusal included. */
export async function sendOnce<Input extends { id: string }, Value extends object, Name extends string>(
  client: Client,
  document: Document<Record<Name, Value | Refused>, { input: Input }>,
  { name, intent, input }: { name: Name; intent: string; input: Omit<Input, 'id'> }
): Promise<Answer<Value | Refused>> {
  const given = { ...input, id: client.idFor(intent) } as Input // the rest of an input and its id
  const answer = await client.tell(document, { input: given })
  if (!('value' in answer)) return answer
  client.settle(intent)
  return { value: answer.value[name] }
}

/** Whether the rules forbade it. */
export const isRefused = (result: object): result is Refused =>
  '__typename' in result && result.__typename === 'Refused'

/** Base of the widgets that ask before they send. */
export abstract class CommandWidget extends Widget {
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
    const answer = await sendOnce(client, document, { name, intent, input })
    this.sending = false
    if (client !== this.client) return undefined
    if (!('value' in answer)) {
      if (answer.problem === 'signed-out') send(this, 'gw-sign-in-wanted', {})
      this.refusal = failureWords(answer, this.t)
      return undefined
    }
    this.shut()
    void this.#readOn()
    const result = answer.value
    if (!isRefused(result)) return result
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

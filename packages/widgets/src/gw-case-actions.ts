import { css, html, nothing, type PropertyDeclarations } from 'lit'
import { defaultsOf, type Answers, type FormSchema } from '@gridwright/forms/browser'
import type { Answer, Client } from './client.ts'
import { actDocument, candidatesDocument, type Action, type CaseCard, type Person } from './documents.ts'
import { send } from './events.ts'
import { chipStyles } from './chip-styles.ts'
import { baseStyles } from './styles.ts'
import { failureWords, Widget } from './widget.ts'

/**
 * What the viewer may do with a case: a button an event. A form opens below its button; an event without one is asked
 * once more, except an offer, where others may be faster.
 *
 * @prop case - the case with its actions
 * @attr direct - an event without a form goes at once, where there is nothing else to press
 * @attr elder - large type and 60 px targets
 * @fires gw-case-acted - the event went through
 * @fires gw-case-stale - the case has changed meanwhile, or the offer is gone: read it anew
 * @csspart action - a button @csspart refusal - what the server said against it
 */
export class GwCaseActions extends Widget {
  static override properties: PropertyDeclarations = {
    case: { attribute: false },
    direct: { type: Boolean },
    opened: { state: true },
    answers: { state: true },
    sending: { state: true },
    said: { state: true }
  }
  declare case: CaseCard | undefined
  declare direct: boolean
  declare protected opened: string | undefined
  declare protected answers: Answers
  declare protected sending: boolean
  declare protected said: { message: string; path: string | null } | undefined

  constructor() {
    super()
    this.case = undefined
    this.direct = false
    this.opened = undefined
    this.answers = {}
    this.sending = false
  }

  protected override load(): Promise<Answer<() => void>> {
    return Promise.resolve({ value: () => undefined })
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    super.willUpdate(changed)
    const before = changed.get('case') as CaseCard | undefined // the property's own type
    if (before && before.id !== this.case?.id) this.#open(undefined)
    else if (this.opened && !this.case?.actions.some(action => action.event === this.opened)) this.opened = undefined
  }

  #open(action: Action | undefined): void {
    this.opened = action?.event
    this.said = undefined
    if (action) this.answers = action.form ? defaultsOf(formOf(action)) : {}
    if (!action) return
    const found = () => this.shadowRoot?.querySelector<HTMLElement>('.open')
    void this.updateComplete.then(() => found()?.focus())
  }

  // Such an event is judged by how things stand when it arrives: whoever was slower reads that it was taken, not that it changed.
  #direct(action: Action): boolean {
    return (action.contested || this.direct) && !action.form
  }

  async #act(action: Action, answers?: Answers): Promise<void> {
    const { client, case: shown } = this
    if (!client || !shown || this.sending) return
    this.sending = true
    this.said = undefined
    const intent = `${shown.id} ${action.event}`
    const answer = await client.tell(actDocument, {
      input: {
        id: client.idFor(intent),
        case: shown.id,
        event: action.event,
        ...(this.#direct(action) ? {} : { expectedRevision: shown.revision }),
        ...(answers ? { answers } : {})
      }
    })
    this.sending = false
    if (!('value' in answer)) {
      if (answer.problem === 'signed-out') send(this, 'gw-sign-in-wanted', {})
      this.said = { message: failureWords(answer, this.t), path: null }
      return
    }
    client.settle(intent)
    const { act } = answer.value
    if (act.__typename === 'Case') {
      this.#open(undefined)
      send(this, 'gw-case-acted', { case: act, event: action.event })
      return
    }
    this.said = act
    send(this, 'gw-case-stale', { id: shown.id, code: act.code, message: act.message })
  }

  async #candidates(client: Client, event: string, field: string, search: string): Promise<readonly Person[]> {
    const answer = await client.ask(candidatesDocument, { id: this.case?.id ?? '', field, search })
    if (!('value' in answer)) throw new Error(failureWords(answer, this.t))
    return answer.value.case?.actions.find(action => action.event === event)?.candidates ?? []
  }

  protected override body() {
    const { opened, said } = this
    const actions = this.case?.actions ?? []
    const action = actions.find(each => each.event === opened)
    return html`<div class="stack">
      ${actions.length > 0 ? html`<div class="row">${actions.map(each => this.#button(each))}</div>` : nothing}
      ${action ? (action.form ? this.#form(action) : this.#question(action)) : nothing}
      ${said ? html`<p class="note bad" role="alert" part="refusal">${said.message}</p>` : nothing}
    </div>`
  }

  // What alone moves the case on stands out; of several none is pressed for, least of all a verdict.
  #button(action: Action) {
    const open = this.opened === action.event
    const direct = this.#direct(action)
    const press = () => (direct ? void this.#act(action) : this.#open(open ? undefined : action))
    return html`<button
      part="action"
      class=${direct || (action.form && this.case?.actions.length === 1) ? 'main' : ''}
      aria-expanded=${direct ? nothing : open ? 'true' : 'false'}
      aria-disabled=${this.sending ? 'true' : 'false'}
      @click=${press}
    >
      ${direct && this.sending ? this.t.sending : action.label}
    </button>`
  }

  #question(action: Action) {
    const { t } = this
    return html`<div class="note row apart open" tabindex="-1" role="group" aria-label=${t.sure(action.label)}>
      <span>${t.sure(action.label)}</span>
      <span class="row">
        <button class="main" aria-disabled=${this.sending ? 'true' : 'false'} @click=${() => this.#act(action)}>
          ${t.confirm}
        </button>
        <button @click=${() => this.#open(undefined)}>${t.cancel}</button>
      </span>
    </div>`
  }

  #form(action: Action) {
    const { t, client, said } = this
    return html`<gw-form
      class="open"
      tabindex="-1"
      .schema=${formOf(action)}
      .answers=${this.answers}
      .refusal=${said && said.path !== null ? { path: said.path, message: said.message } : undefined}
      .candidates=${client ? (field: string, search: string) => this.#candidates(client, action.event, field, search) : undefined}
      .files=${client}
      ?busy=${this.sending}
      submit-label=${action.label}
      @gw-form-changed=${(event: HTMLElementEventMap['gw-form-changed']) => (this.answers = event.detail.answers)}
      @gw-form-submitted=${(event: HTMLElementEventMap['gw-form-submitted']) => this.#act(action, event.detail.answers)}
    >
      <button slot="actions" type="button" @click=${() => this.#open(undefined)}>${t.cancel}</button>
    </gw-form>`
  }

  static override styles = [
    baseStyles,
    chipStyles,
    css`
      .open {
        outline-offset: 6px;
      }
      gw-form.open {
        padding: 1em;
        border: 1px solid var(--_line);
        border-radius: var(--_radius);
        background: var(--_paper);
      }
      gw-form.open:focus {
        outline: none;
      }
    `
  ]
}

/** The action's form; the server has checked and localised it. */
const formOf = (action: Action) => action.form as FormSchema // validated by form.schema.json before it was published

import { css, html, nothing, type PropertyDeclarations } from 'lit'
import { defaultsOf, type Answers, type FormSchema } from '@gridwright/forms/browser'
import { caseStyles, duePill, promise, stateChips } from './case-view.ts'
import type { Answer, Client, Failure } from './client.ts'
import {
  caseDocument,
  serviceDocument,
  submitDocument,
  type CaseReceipt,
  type Refused,
  type ServiceDetail
} from './documents.ts'
import { keepDraft, keptDraft, newDraft, type Draft } from './draft.ts'
import { send } from './events.ts'
import { baseStyles, controlStyles } from './styles.ts'
import { failureWords, Widget } from './widget.ts'

/**
 * Orders a service: where, for whom, and what about; then shows the number and the promise. What is typed is kept in the
 * tab until it has arrived. A worker who may enter orders names the channel and the applicant.
 *
 * @attr service - id of the service item
 * @attr endpoint - before `/<locality>/graphql` @attr locality - id @attr lang - language @attr elder - large type, 60 px targets
 * @fires gw-case-submitted - the case, once the server has it
 * @fires gw-case-chosen - the person wants to follow the case
 * @fires gw-sign-in-wanted - nobody is signed in
 * @cssprop --gw-accent --gw-card --gw-ink --gw-line --gw-radius --gw-target --gw-font-size - looks
 * @csspart receipt - what is shown once it has arrived @csspart loading - while loading @csspart obstacle - why nothing is shown
 */
export class GwOrderForm extends Widget {
  static override properties: PropertyDeclarations = {
    service: {},
    detail: { state: true },
    absent: { state: true },
    draft: { state: true },
    restored: { state: true },
    sending: { state: true },
    refusal: { state: true },
    trouble: { state: true },
    tried: { state: true },
    receipt: { state: true }
  }
  declare service: string
  declare protected detail: ServiceDetail | null
  /** Whether the service is not offered in the chosen area. */
  declare protected absent: boolean
  declare protected draft: Draft
  declare protected restored: boolean
  declare protected sending: boolean
  declare protected refusal: Refused | undefined
  declare protected trouble: Failure | undefined
  declare protected tried: boolean
  declare protected receipt: CaseReceipt | undefined

  /** Whether the areas to choose from are there, and what was submitted before they were. */
  #areaKnown = false
  #held: Answers | undefined
  /** Where the draft of this service and viewer is kept. */
  #key = ''

  constructor() {
    super()
    this.service = ''
    this.detail = null
    this.absent = false
    this.draft = newDraft({})
    this.restored = false
    this.sending = false
    this.tried = false
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    const { client } = this
    super.willUpdate(changed)
    if (client !== this.client) this.#held = undefined // what one person sends does not go out as another's
    if (!changed.has('service') || changed.get('service') === undefined) return
    this.loaded = false
    this.detail = null
    void this.refresh()
  }

  protected override async load(client: Client): Promise<Answer<() => void>> {
    if (!this.service) return { value: () => undefined }
    const answer = await client.ask(serviceDocument, { id: this.service, area: null })
    return 'value' in answer ? { value: () => this.#begin(answer.value.service) } : answer
  }

  #begin(detail: ServiceDetail | null): void {
    this.detail = detail
    const key = `gw-draft:${this.service}:${this.viewer?.person.id ?? ''}`
    if (!detail || key === this.#key) return
    this.#key = key
    const kept = keptDraft(key)
    this.restored = kept !== undefined && JSON.stringify(kept.answers) !== JSON.stringify(defaultsOf(formOf(detail)))
    this.draft = kept ?? this.#fresh(detail)
    this.receipt = undefined
    this.#areaKnown = false
    this.#clean()
  }

  /** An empty draft; one who may not ask for themselves enters it for another. */
  #fresh(detail: ServiceDetail): Draft {
    const channel = detail.eligibility.eligible ? null : (this.#entered[0]?.id ?? null)
    return { ...newDraft(defaultsOf(formOf(detail))), channel }
  }

  #clean(): void {
    this.refusal = undefined
    this.trouble = undefined
    this.tried = false
  }

  #keep(change: Partial<Draft>): void {
    this.draft = { ...this.draft, ...change }
    keepDraft(this.#key, this.draft)
  }

  /** Channels of the service by which the viewer enters orders for others. */
  get #entered() {
    const mine = this.viewer?.enters ?? []
    return (this.detail?.channels ?? []).filter(channel => mine.some(each => each.id === channel.id))
  }

  get #contactMissing(): boolean {
    const { channel, contact } = this.draft
    return channel !== null && (contact.name.trim() === '' || contact.phone.trim() === '')
  }

  async #submit(answers: Answers): Promise<void> {
    const { client, draft } = this
    this.tried = true
    this.#held = this.#areaKnown ? undefined : answers
    if (this.#held || !client || this.sending || draft.area === null || this.#contactMissing) return
    const input = {
      id: draft.id,
      service: this.service,
      area: draft.area,
      answers,
      ...(draft.channel === null ? {} : { channel: draft.channel, applicant: { contact: draft.contact } })
    }
    this.#keep({ sent: true })
    this.sending = true
    this.#clean()
    const key = this.#key
    const answer = await client.tell(submitDocument, { input })
    this.sending = false
    if (key !== this.#key) return // another person's page by now
    if (!('value' in answer)) return this.#notSent(answer, client)
    const { submit } = answer.value
    if (submit.__typename === 'Case') return this.#arrived(submit)
    if (submit.code === 'command.reused') return this.#lookFor(client, draft.id)
    this.refusal = submit
    this.#keep({ id: newDraft({}).id, sent: false }) // a refusal is an answer: the next try is another command
  }

  #areaChosen(area: string | null): void {
    const held = this.#held
    this.#areaKnown = true
    this.#keep({ area })
    this.absent = false
    if (area !== null && this.detail?.byArea) void this.#rulesAt(area)
    if (held) void this.#submit(held)
  }

  /** Shows what holds in the area; where that cannot be read, the server judges what is submitted. */
  async #rulesAt(area: string): Promise<void> {
    const key = this.#key
    const answer = await this.client?.ask(serviceDocument, { id: this.service, area })
    if (!answer || !('value' in answer) || key !== this.#key || area !== this.draft.area) return
    this.absent = answer.value.service === null
    if (answer.value.service) this.detail = answer.value.service
  }

  #notSent(failure: Failure, client: Client): void {
    if (failure.problem === 'signed-out') this.fail(failure, client)
    else this.trouble = failure
  }

  /** An earlier try under this id had arrived after all: show that case. */
  async #lookFor(client: Client, id: string): Promise<void> {
    const answer = await client.ask(caseDocument, { id, after: null })
    if (!('value' in answer)) this.trouble = answer
    else if (answer.value.case) this.#arrived(answer.value.case)
  }

  #arrived(arrived: CaseReceipt): void {
    keepDraft(this.#key, undefined)
    this.receipt = arrived
    this.now = Date.now() // the list, read anew, must not say less time than the receipt
    this.restored = false
    send(this, 'gw-case-submitted', { case: arrived })
    void this.updateComplete.then(() => this.shadowRoot?.querySelector<HTMLElement>('[part="receipt"]')?.focus())
  }

  #again(): void {
    this.receipt = undefined
    if (this.detail) this.draft = this.#fresh(this.detail)
    this.#areaKnown = false
    this.#clean()
  }

  protected override body() {
    const { t, detail, receipt } = this
    if (!this.service) return html`<p class="card soft">${t.chooseService}</p>`
    if (!detail) return html`<p class="card soft" role="alert">${t.notFound}</p>`
    if (receipt) return this.#receipt(receipt)
    const { eligible, reason } = detail.eligibility
    const entered = this.#entered
    return html`<section class="card stack" aria-labelledby="title">
      <h2 id="title">${detail.title}</h2>
      ${detail.summary ? html`<p class="soft">${detail.summary}</p>` : nothing} ${promise(detail.limits, t)}
      ${this.restored ? html`<p class="note" role="status">${t.draftKept}</p>` : nothing}
      ${
        eligible || entered.length > 0
          ? this.#form(detail)
          : html`<p class="note soon">${t.notEligible}${reason ? t.colon + reason : ''}</p>`
      }
    </section>`
  }

  #form(detail: ServiceDetail) {
    const { t, draft, refusal, trouble, tried } = this
    const areaMissing = tried && draft.area === null ? t.areaMissing(detail.placeLevel.label) : ''
    const areaError = this.absent ? t.notHere : areaMissing
    const atField = refusal?.path ? { path: refusal.path, message: refusal.message } : undefined
    return html`<gw-form
        .schema=${formOf(detail)}
        .answers=${draft.answers}
        .refusal=${atField}
        .files=${this.client}
        ?busy=${this.sending || this.#held !== undefined}
        submit-label=${t.submit}
        @gw-form-changed=${(event: HTMLElementEventMap['gw-form-changed']) => this.#keep({ answers: event.detail.answers })}
        @gw-form-submitted=${(event: HTMLElementEventMap['gw-form-submitted']) => this.#submit(event.detail.answers)}
        @gw-form-rejected=${() => (this.tried = true)}
      >
        <div class="stack">
          ${this.#entered.length > 0 ? this.#forWhom(detail.eligibility.eligible) : nothing}
          <gw-area-picker
            level=${detail.placeLevel.id}
            level-label=${detail.placeLevel.label}
            .chosen=${draft.area}
            .error=${areaError}
            @gw-area-chosen=${(event: HTMLElementEventMap['gw-area-chosen']) => this.#areaChosen(event.detail.id)}
          ></gw-area-picker>
        </div>
      </gw-form>
      ${refusal ? html`<p class="note bad" role="alert">${refusal.message}</p>` : nothing}
      ${trouble ? html`<p class="note soon" role="alert"><strong>${failureWords(trouble, t)}</strong><br />${trouble.problem === 'offline' ? t.offlineHelp : t.keptHelp}</p>` : nothing}`
  }

  #forWhom(eligible: boolean) {
    const { t, draft, tried } = this
    const channels = this.#entered
    const missing = tried && this.#contactMissing
    const chosen = draft.channel
    const option = (id: string | null, label: string) =>
      html`<label class="option"
        ><input
          type="radio"
          name="whom"
          .checked=${chosen === id}
          @change=${() => this.#keep({ channel: id })}
        />${label}</label
      >`
    const field = (name: 'name' | 'phone', label: string, type: string) =>
      html`<div>
        <label for=${name}>${label}</label
        ><input
          id=${name}
          type=${type}
          autocomplete="off"
          aria-required="true"
          aria-invalid=${missing && draft.contact[name].trim() === '' ? 'true' : 'false'}
          aria-describedby=${missing ? 'contact-error' : nothing}
          .value=${draft.contact[name]}
          @input=${(event: InputEvent) => this.#keep({ contact: { ...draft.contact, [name]: (event.currentTarget as HTMLInputElement).value } }) /* the field itself */}
        />
      </div>`
    return html`<fieldset class="stack">
      <legend>${t.forWhom}</legend>
      <div class="options">
        ${eligible ? option(null, t.forMe) : nothing}
        ${channels.map(channel => option(channel.id, t.forOther + t.colon + channel.label))}
      </div>
      ${
        chosen === null
          ? nothing
          : html`<div class="contact">
                ${field('name', t.contactName, 'text')}${field('phone', t.contactPhone, 'tel')}
              </div>
              ${missing ? html`<p class="error" id="contact-error">${t.contactMissing}</p>` : nothing}`
      }
    </fieldset>`
  }

  #receipt(receipt: CaseReceipt) {
    const { t } = this
    const words = { t, lang: this.language, now: this.now }
    return html`<section class="card stack" part="receipt" tabindex="-1" aria-labelledby="title">
      <p class="note good" role="status"><strong id="title">${t.submitted}</strong></p>
      <h2>${receipt.service.title}</h2>
      <p><span class="soft">${t.number}</span> <strong class="big">${receipt.number}</strong></p>
      ${
        receipt.enteredBy && receipt.enteredBy.id !== receipt.applicant?.id // both names
          ? html`<p>
              <span class="soft">${t.applicant}</span> ${receipt.applicant?.name}
              <span class="soft">${t.enteredBy}</span>
              ${receipt.enteredBy.name}
            </p>`
          : nothing
      }
      <p class="row">${stateChips(receipt, words)}</p>
      ${duePill(receipt, words)}
      ${receipt.open && receipt.owners.length > 0 ? html`<p class="soft">${t.with(receipt.owners.join(t.comma))}</p>` : nothing}
      <div class="row">
        <button class="main" @click=${() => send(this, 'gw-case-chosen', { id: receipt.id })}>${t.follow}</button>
        <button @click=${() => this.#again()}>${t.another}</button>
      </div>
    </section>`
  }

  static override styles = [
    baseStyles,
    controlStyles,
    caseStyles,
    css`
      .big {
        font-variant-numeric: tabular-nums;
      }
      .contact {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(14em, 100%), 1fr));
        gap: 0.75em;
      }
    `
  ]
}

/** The service's form; the server has checked and localised it. */
const formOf = (detail: ServiceDetail) => detail.form as FormSchema // validated by form.schema.json before it was published

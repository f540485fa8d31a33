import { css, html, nothing, type PropertyDeclarations } from 'lit'
import { CaseList } from './case-list.ts'
import type { Listing } from './case-pages.ts'
import { caseStyles, openingCard } from './case-view.ts'
import { casesDocument } from './documents.ts'
import { send } from './events.ts'
import { baseStyles, controlStyles } from './styles.ts'

type Shown = 'all' | 'open' | 'ended'

/**
 * What the viewer applied for, or entered for someone, newest first, kept up to date. A case opens in place, with its
 * timeline and what the viewer may do: review, withdraw.
 *
 * @attr case - id of the case that is open; none shows the list
 * @attr endpoint - before `/<locality>/graphql` @attr locality - id @attr lang - language @attr elder - large type, 60 px targets
 * @fires gw-case-chosen - a case was opened @fires gw-case-acted - the viewer sent an event and it went through
 * @fires gw-sign-in-wanted - nobody is signed in
 * @cssprop --gw-accent --gw-card --gw-ink --gw-line --gw-radius --gw-target --gw-font-size - looks
 * @csspart case - a card
 */
export class GwMyCases extends CaseList {
  static override properties: PropertyDeclarations = { case: {}, shown: { state: true } }
  declare case: string
  declare protected shown: Shown

  constructor() {
    super()
    this.case = ''
    this.shown = 'all'
  }

  protected override get listing(): Listing {
    const open = this.shown === 'all' ? {} : { open: this.shown === 'open' }
    return { document: casesDocument, filter: { box: 'MINE', ...open }, sort: 'SUBMITTED_DESC', pageSize: 20 }
  }

  #show(shown: Shown): void {
    this.shown = shown
    void this.refresh()
  }

  #open(id: string): void {
    this.case = id
    send(this, 'gw-case-chosen', { id })
    void this.updateComplete.then(() => this.shadowRoot?.querySelector<HTMLElement>('.back')?.focus())
  }

  #back(): void {
    const left = this.case
    this.case = ''
    void this.updateComplete.then(() =>
      this.shadowRoot?.querySelector<HTMLElement>(`[data-case="${CSS.escape(left)}"] button`)?.focus()
    )
  }

  protected override body() {
    const { t } = this
    return html`<section class="stack" aria-labelledby="title">
      <h2 id="title">${t.myCases}</h2>
      ${this.case ? this.#opened() : this.#list()}
    </section>`
  }

  #opened() {
    return html`<p><button class="back" @click=${() => this.#back()}>← ${this.t.back}</button></p>
      <gw-case-timeline case=${this.case}></gw-case-timeline>`
  }

  #list() {
    const { t, pages, shown } = this
    const words = { t, lang: this.language, now: this.now }
    const option = (value: Shown, label: string) =>
      html`<label class="option"
        ><input
          type="radio"
          name="shown"
          .checked=${shown === value}
          @change=${() => this.#show(value)}
        />${label}</label
      >`
    return html`<fieldset>
        <legend class="seen-by-readers-only">${t.show}</legend>
        <div class="options">${option('all', t.all)}${option('open', t.open)}${option('ended', t.ended)}</div>
      </fieldset>
      ${pages.cases.length === 0 ? html`<p class="card soft">${shown === 'all' ? t.noCases : t.noCasesHere}</p>` : nothing}
      <ul class="stack cases">
        ${pages.cases.map(each => html`<li data-case=${each.id}>${openingCard(each, words, () => this.#open(each.id))}</li>`)}
      </ul>
      ${this.moreButton()}`
  }

  static override styles = [
    baseStyles,
    controlStyles,
    caseStyles,
    css`
      .cases {
        grid-template-columns: repeat(auto-fill, minmax(min(20em, 100%), 1fr));
      }
      li > .case {
        height: 100%;
      }
    `
  ]
}

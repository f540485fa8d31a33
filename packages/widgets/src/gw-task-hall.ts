import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { noCases, readCases, readMore, type CasePages, type Listing } from './case-pages.ts'
import { caseStyles, caseSummary } from './case-view.ts'
import type { Answer, Client } from './client.ts'
import { tasksDocument, type CaseCard } from './documents.ts'
import { baseStyles } from './styles.ts'
import { Widget } from './widget.ts'

type Box = 'OFFERED' | 'ASSIGNED'
const boxes: readonly Box[] = ['OFFERED', 'ASSIGNED']

/**
 * Where those who volunteer or are called take what is offered to them, and finish what they took. New offers appear by
 * themselves; one that somebody else took first says so in its place.
 *
 * @attr endpoint - before `/<locality>/graphql` @attr locality - id @attr lang - language @attr elder - large type, 60 px targets
 * @fires gw-case-acted - an offer was taken, or a task went on
 * @fires gw-sign-in-wanted - nobody is signed in
 * @cssprop --gw-accent --gw-card --gw-ink --gw-line --gw-radius --gw-target --gw-font-size - looks
 * @csspart offers - what may be taken @csspart tasks - what was taken @csspart case - a card
 */
export class GwTaskHall extends Widget {
  static override properties: PropertyDeclarations = {
    pages: { state: true },
    gone: { state: true },
    taken: { state: true },
    detailed: { state: true }
  }
  declare protected pages: Readonly<Record<Box, CasePages>>
  /** Offers that were refused, with what the server said, until the person has read it. */
  declare protected gone: readonly { offer: CaseCard; message: string }[]
  declare protected taken: string
  declare protected detailed: string

  constructor() {
    super()
    this.pages = { OFFERED: noCases, ASSIGNED: noCases }
    this.gone = []
    this.taken = ''
    this.detailed = ''
  }

  protected override follows(): boolean {
    return true
  }

  #listing(box: Box): Listing {
    return { document: tasksDocument, filter: { box, open: true }, sort: 'DUE_ASC', pageSize: 20 }
  }

  protected override async load(client: Client): Promise<Answer<() => void>> {
    const [offered, assigned] = await Promise.all(
      boxes.map(box => readCases(client, this.#listing(box), this.pages[box]))
    )
    if (!offered || !('value' in offered)) return offered ?? { problem: 'failed' }
    if (!assigned || !('value' in assigned)) return assigned ?? { problem: 'failed' }
    return { value: () => void (this.pages = { OFFERED: offered.value, ASSIGNED: assigned.value }) }
  }

  async #more(box: Box): Promise<void> {
    const { client, pages } = this
    if (!client) return
    const answer = await readMore(client, this.#listing(box), pages[box])
    if (this.pages !== pages) return
    if ('value' in answer) this.pages = { ...pages, [box]: answer.value }
    else this.fail(answer, client)
  }

  #acted(acted: CaseCard, from: Box): void {
    this.taken = from === 'OFFERED' ? this.t.taken(acted.number) : this.t.saved
    const left = this.pages[from]
    this.pages = { ...this.pages, [from]: { ...left, cases: left.cases.filter(each => each.id !== acted.id) } }
    void this.refresh()
  }

  #refused(offer: CaseCard, { code, message }: { code: string; message: string }, from: Box): void {
    if (from === 'OFFERED' && code !== 'case.changed')
      this.gone = [...this.gone.filter(each => each.offer.id !== offer.id), { offer, message }]
    void this.refresh()
  }

  protected override body() {
    const { t, pages, gone } = this
    const open = pages.OFFERED.cases.filter(offer => !gone.some(each => each.offer.id === offer.id))
    const tasks = pages.ASSIGNED.cases.filter(task => task.actions.length > 0)
    const handedOn = pages.ASSIGNED.cases.filter(task => task.actions.length === 0)
    const goneCards = gone.map(({ offer, message }) => this.#goneCard(offer, message))
    return html`<section class="stack hall" aria-labelledby="title">
      <h2 id="title">${t.hall}</h2>
      <p class=${this.taken ? 'note good' : ''} role="status">${this.taken}</p>
      <div class="halves">
        <section class="stack" part="offers">${this.#half('OFFERED', t.offers, t.noOffers, open, goneCards)}</section>
        <section class="stack" part="tasks">
          ${this.#half('ASSIGNED', t.tasks, t.noTasks, tasks, [])}
          ${handedOn.length > 0 ? html`<h3>${t.handedOn}</h3>` : nothing} ${this.#cards('ASSIGNED', handedOn, [])}
        </section>
      </div>
    </section>`
  }

  #half(box: Box, title: string, none: string, cases: readonly CaseCard[], above: readonly TemplateResult[]) {
    const { t } = this
    const { after } = this.pages[box]
    return html`<h3>
        ${title} <span class="chip">${after === null ? t.cases(cases.length) : t.casesOrMore(cases.length)}</span>
      </h3>
      ${cases.length + above.length === 0 ? html`<p class="card soft">${none}</p>` : nothing}
      ${this.#cards(box, cases, above)}
      ${after === null ? nothing : html`<button @click=${() => this.#more(box)}>${t.more}</button>`}`
  }

  #cards(box: Box, cases: readonly CaseCard[], above: readonly TemplateResult[]) {
    return html`<ul class="stack">
      ${above}${repeat(cases, byId, each => this.#card(each, box))}
    </ul>`
  }

  #card(shown: CaseCard, box: Box): TemplateResult {
    const words = { t: this.t, lang: this.language, now: this.now }
    const open = this.detailed === shown.id
    return html`<li class="card stack case ${shown.overdue ? 'is-late' : ''}" part="case">
      ${caseSummary(shown, words, html`<p class="title">${shown.service.title}</p>`)}
      <gw-case-actions
        .case=${shown}
        ?direct=${box === 'OFFERED' && shown.actions.length === 1}
        @gw-case-acted=${(event: HTMLElementEventMap['gw-case-acted']) => this.#acted(event.detail.case, box)}
        @gw-case-stale=${(event: HTMLElementEventMap['gw-case-stale']) => this.#refused(shown, event.detail, box)}
      ></gw-case-actions>
      <button
        class="quiet"
        aria-expanded=${open ? 'true' : 'false'}
        @click=${() => (this.detailed = open ? '' : shown.id)}
      >
        ${open ? this.t.close : this.t.journal}
      </button>
      ${open ? html`<gw-case-timeline case=${shown.id} quiet></gw-case-timeline>` : nothing}
    </li>`
  }

  #goneCard(offer: CaseCard, message: string): TemplateResult {
    const dismiss = () => (this.gone = this.gone.filter(each => each.offer.id !== offer.id))
    return html`<li class="card stack case is-gone" part="case">
      <div class="row apart">
        <p class="title">${offer.service.title}</p>
        <span class="number">${offer.number}</span>
      </div>
      <p class="note bad" role="alert">${message}</p>
      <button @click=${dismiss}>${this.t.gotIt}</button>
    </li>`
  }

  static override styles = [
    baseStyles,
    caseStyles,
    css`
      .halves {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(22em, 100%), 1fr));
        gap: 1.25em;
        align-items: start;
      }
      ul:empty,
      .hall > p:empty {
        display: none;
      }
      .is-gone {
        background: var(--_paper);
      }
      .quiet {
        justify-self: start;
        border-color: transparent;
        background: none;
        color: var(--_accent);
        padding-inline: 0;
      }
    `
  ]
}

// Cards are drawn by case, so that news above does not take away what is typed or pressed below.
const byId = (shown: CaseCard) => shown.id

import { css, html, nothing, type PropertyDeclarations } from 'lit'
import type { Answers, FormSchema } from '@gridwright/forms/browser'
import { answersSaid, answersView } from './answers-view.ts'
import { textsAmong } from './answers.ts'
import { caseStyles, duePill, stateChips, type Words } from './case-view.ts'
import type { Answer, Client } from './client.ts'
import { caseDocument, type CaseDetail, type CaseEvent } from './documents.ts'
import { baseStyles } from './styles.ts'
import { instantWords } from './time-words.ts'
import { Widget } from './widget.ts'

/**
 * One case: where it stands and until when, what the viewer may do, what was applied for, and what happened so far.
 *
 * @attr case - id of the case
 * @attr quiet - only what was applied for and what happened, where the rest stands beside it
 * @attr endpoint - before `/<locality>/graphql` @attr locality - id @attr lang - language @attr elder - large type, 60 px targets
 * @fires gw-case-acted - the viewer sent an event and it went through
 * @fires gw-sign-in-wanted - nobody is signed in
 * @cssprop --gw-accent --gw-card --gw-ink --gw-line --gw-radius --gw-target --gw-font-size - looks
 * @csspart journal - what happened @csspart answers - the application @csspart reply - the reply
 */
export class GwCaseTimeline extends Widget {
  static override properties: PropertyDeclarations = {
    case: {},
    detail: { state: true },
    events: { state: true },
    nextPage: { state: true },
    quiet: { type: Boolean },
    acted: { state: true }
  }
  declare case: string
  declare quiet: boolean
  declare protected detail: CaseDetail | null
  declare protected events: readonly CaseEvent[]
  /** Cursor of the next page of the journal; null where it is complete. */
  declare protected nextPage: string | null
  declare protected acted: boolean

  constructor() {
    super()
    this.case = ''
    this.quiet = false
    this.detail = null
    this.events = []
    this.nextPage = null
    this.acted = false
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    super.willUpdate(changed)
    if (!changed.get('case')) return
    this.loaded = false
    this.detail = null
    this.acted = false
    void this.refresh()
  }

  protected override follows(caseId: string): boolean {
    return caseId === this.case
  }

  protected override async load(client: Client): Promise<Answer<() => void>> {
    const answer = await client.ask(caseDocument, { id: this.case, after: null })
    if (!('value' in answer)) return answer
    return {
      value: () => {
        this.detail = answer.value.case
        this.#show(this.detail, [])
      }
    }
  }

  #show(page: CaseDetail | null, before: readonly CaseEvent[]): void {
    this.events = [...before, ...(page?.journal.edges.map(edge => edge.node) ?? [])]
    this.nextPage = page?.journal.pageInfo.hasNextPage ? page.journal.pageInfo.endCursor : null
  }

  async #more(): Promise<void> {
    const { client, nextPage, events } = this
    if (!client || nextPage === null) return
    const answer = await client.ask(caseDocument, { id: this.case, after: nextPage })
    if (!('value' in answer)) return this.fail(answer, client)
    if (this.nextPage === nextPage) this.#show(answer.value.case, events)
  }

  #went(): void {
    this.acted = true
    void this.refresh()
  }

  protected override body() {
    const { t, detail } = this
    if (!detail) return html`<p class="card soft" role="alert">${t.notFound}</p>`
    const words: Words = { t, lang: this.language, now: this.now, files: this.client }
    const [gist] = textsAmong(detail.answers)
    if (this.quiet)
      return html`<article class="stack whole" aria-label=${detail.service.title}>
        ${this.#story(detail, words)}
      </article>`
    return html`<article class="card stack whole" aria-labelledby="title">
      <header class="stack">
        <div class="row apart">
          <h2 id="title">${detail.service.title}</h2>
          <span class="row">${stateChips(detail, words)}</span>
        </div>
        ${gist ? html`<p class="gist" part="gist">${gist}</p>` : nothing}
        <p class="number">${detail.number}</p>
        ${duePill(detail, words)}
        ${detail.open && detail.owners.length > 0 ? html`<p>${t.with(detail.owners.join(t.comma))}</p>` : nothing}
        ${detail.reply ? html`<p class="note good" part="reply"><strong>${t.reply}</strong> ${detail.reply}</p>` : nothing}
        ${detail.review ? html`<p><span class="chip good">${t.review}${t.colon}${detail.review.label}</span></p>` : nothing}
      </header>
      ${this.acted ? html`<p class="note good" role="status">${t.saved}</p>` : nothing} ${this.#actions(detail)}
      ${this.#story(detail, words)}
    </article>`
  }

  #story(detail: CaseDetail, words: Words) {
    const { t } = words
    return html`<section class="stack">
        <h3>${t.answers}</h3>
        ${this.#facts(detail, words)}
      </section>
      <section class="stack">
        <h3>${t.journal}</h3>
        ${this.#journal(words)}
      </section>`
  }

  #actions(detail: CaseDetail) {
    return html`<gw-case-actions
      .case=${detail}
      @gw-case-acted=${() => this.#went()}
      @gw-case-stale=${() => this.refresh()}
    ></gw-case-actions>`
  }

  #facts(detail: CaseDetail, words: Words) {
    const { t, lang, now } = words
    const applicant = [detail.applicant?.name, detail.applicant?.phone].filter(Boolean).join(' ')
    const fact = (title: string, value: string | null | undefined) =>
      value
        ? html`<div>
            <dt>${title}</dt>
            <dd>${value}</dd>
          </div>`
        : nothing
    return html`${answersView(detail.service.form as FormSchema, detail.answers as Answers, words) /* the form they answer */}
      <dl class="facts">
        ${fact(t.area, detail.area.name)} ${fact(t.applicant, applicant)} ${fact(t.enteredBy, detail.enteredBy?.name)}
        ${fact(t.channel, detail.channel.label)} ${fact(t.assignee, detail.assignee?.name)}
        ${fact(t.submittedAt, instantWords(detail.submittedAt, lang, now))}
      </dl>`
  }

  // The first event is the application, whose answers stand above.
  #journal(words: Words) {
    const { t, lang, now } = words
    const said = ({ form, answers }: CaseEvent) =>
      form === null ? nothing : answersSaid(form as FormSchema, answers as Answers, words) // the form they answer
    return html`<ol class="journal" part="journal">
        ${this.events.map(
          (event, at) =>
            html`<li>
              <p><strong>${event.label}</strong> <span class="soft">${event.toLabel}</span></p>
              ${at === 0 ? nothing : said(event)}
              <p class="number">${event.by} · <time datetime=${event.at}>${instantWords(event.at, lang, now)}</time></p>
            </li>`
        )}
      </ol>
      ${this.nextPage === null ? nothing : html`<button @click=${() => this.#more()}>${t.more}</button>`}`
  }

  static override styles = [
    baseStyles,
    caseStyles,
    css`
      .whole {
        gap: 1.25em;
      }
      header {
        gap: 0.375em;
      }
      h3 {
        padding-block-end: 0.25em;
        border-block-end: 1px solid var(--_line);
      }
      .facts {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(13em, 100%), 1fr));
        gap: 0.5em 1em;
      }
      dt {
        color: var(--_soft);
        font-size: 0.875em;
      }
      .journal li {
        position: relative;
        padding: 0 0 1em 1.5em;
      }
      .journal li::before {
        content: '';
        position: absolute;
        inset-inline-start: 0.125em;
        inset-block-start: 0.4em;
        width: 0.75em;
        height: 0.75em;
        border-radius: 50%;
        border: 2px solid var(--_accent);
        background: var(--_card);
      }
      .journal li:last-child::before {
        background: var(--_accent);
      }
      .journal li:not(:last-child)::after {
        content: '';
        position: absolute;
        inset-inline-start: calc(0.5em - 1px);
        inset-block: 1.3em -0.25em;
        width: 2px;
        background: var(--_line);
      }
      .said {
        margin-block: 0.25em;
        padding: 0.375em 0.625em;
        border-radius: var(--_radius);
        background: var(--_paper);
        white-space: pre-line;
      }
    `
  ]
}

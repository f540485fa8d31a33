import { css, html, nothing, type PropertyDeclarations } from 'lit'
import { CaseList } from './case-list.ts'
import { noCases, type Listing } from './case-pages.ts'
import { caseStyles, openingCard } from './case-view.ts'
import type { Answer, Client } from './client.ts'
import {
  areasDocument,
  casesDocument,
  servicesDocument,
  type Area,
  type CaseCard,
  type CaseFilter
} from './documents.ts'
import { send } from './events.ts'
import { baseStyles, controlStyles } from './styles.ts'

/**
 * What a community or street has to handle: a column a state, the case that is due first on top, overdue ones marked. A case
 * opens in a drawer with what the viewer may do, such as dispatching it. Filters by area and service; kept up to date.
 *
 * @attr endpoint - before `/<locality>/graphql` @attr locality - id @attr lang - language @attr elder - large type, 60 px targets
 * @fires gw-case-chosen - a case was opened @fires gw-case-acted - the viewer sent an event and it went through
 * @fires gw-sign-in-wanted - nobody is signed in
 * @cssprop --gw-accent --gw-card --gw-ink --gw-line --gw-radius --gw-target --gw-font-size - looks
 * @csspart column - a state @csspart case - a card @csspart drawer - the open case
 */
export class GwDispatchBoard extends CaseList {
  static override properties: PropertyDeclarations = {
    filter: { state: true },
    areas: { state: true },
    services: { state: true },
    chosen: { state: true }
  }
  declare protected filter: CaseFilter
  /** Areas to filter by: those the viewer serves and those right below, by id. */
  declare protected areas: readonly Area[]
  declare protected services: readonly { id: string; title: string }[]
  declare protected chosen: string

  constructor() {
    super()
    this.filter = { box: 'TODO', open: true }
    this.areas = []
    this.services = []
    this.chosen = ''
  }

  protected override get listing(): Listing {
    return { document: casesDocument, filter: this.filter, sort: 'DUE_ASC', pageSize: 50 }
  }

  protected override async load(client: Client): Promise<Answer<() => void>> {
    const [pages, choices] = await Promise.all([super.load(client), this.#choices(client)])
    if (!('value' in pages)) return pages
    if (!('value' in choices)) return choices
    return {
      value: () => {
        pages.value()
        this.services = choices.value.services
        this.areas = choices.value.below
      }
    }
  }

  /** Services and areas to filter by; read once. */
  async #choices(client: Client): Promise<Answer<{ services: GwDispatchBoard['services']; below: readonly Area[] }>> {
    if (this.services.length > 0) return { value: { services: this.services, below: this.areas } }
    const services = await client.ask(servicesDocument, {})
    if (!('value' in services)) return services
    const served = [...new Map(this.viewer?.appointments.map(({ area }) => [area.id, area])).values()]
    const answers = await Promise.all(served.map(area => client.ask(areasDocument, { parent: area.id, after: null })))
    const below: Area[] = []
    for (const [at, answer] of answers.entries()) {
      if (!('value' in answer)) return answer
      const parent = served[at]
      if (parent) below.push(parent)
      below.push(...answer.value.areas.edges.map(edge => edge.node))
    }
    return { value: { services: services.value.services, below } }
  }

  #filterBy(change: { box?: CaseFilter['box']; area?: string | undefined; service?: string | undefined }): void {
    const { area, service, box } = { ...this.filter, ...change }
    this.filter = { box, open: true, ...(area ? { area } : {}), ...(service ? { service } : {}) }
    this.pages = noCases
    void this.refresh()
  }

  #open(id: string): void {
    this.chosen = id
    send(this, 'gw-case-chosen', { id })
    void this.updateComplete.then(() => this.shadowRoot?.querySelector('dialog')?.showModal())
  }

  #close(): void {
    this.shadowRoot?.querySelector('dialog')?.close()
  }

  /** Columns with the viewer's turn first, then by how few steps their cases have gone. */
  #columns(): { state: string; label: string; cases: CaseCard[] }[] {
    const columns = new Map<string, { state: string; label: string; cases: CaseCard[] }>()
    for (const each of this.pages.cases) {
      const column = columns.get(each.stateLabel) ?? { state: each.state, label: each.stateLabel, cases: [] }
      column.cases.push(each)
      columns.set(each.stateLabel, column)
    }
    const steps = (cases: readonly CaseCard[]) => Math.min(...cases.map(each => each.revision))
    const waits = (cases: readonly CaseCard[]) => (cases.some(each => each.actions.length > 0) ? 0 : 1)
    return [...columns.values()].sort(
      (left, right) => waits(left.cases) - waits(right.cases) || steps(left.cases) - steps(right.cases)
    )
  }

  protected override body() {
    const { t, pages } = this
    const columns = this.#columns()
    return html`<section class="stack" aria-labelledby="title">
      <div class="row apart">
        <h2 id="title">${t.board}</h2>
        <span class="chip"
          >${pages.after === null ? t.cases(pages.cases.length) : t.casesOrMore(pages.cases.length)}</span
        >
      </div>
      ${this.#filters()} ${columns.length === 0 ? html`<p class="card soft">${t.boardEmpty}</p>` : nothing}
      <div class="columns">${columns.map(column => this.#column(column.label, column.cases))}</div>
      ${this.moreButton()} ${this.#drawer()}
    </section>`
  }

  #filters() {
    const { t, filter } = this
    const box = (value: CaseFilter['box'], label: string) =>
      html`<label class="option"
        ><input
          type="radio"
          name="box"
          .checked=${filter.box === value}
          @change=${() => this.#filterBy({ box: value })}
        />${label}</label
      >`
    const list = (
      label: string,
      all: string,
      options: readonly { id: string; words: string }[],
      chosen: string | undefined,
      choose: (id: string) => void
    ) =>
      html`<label class="filter"
        ><span class="seen-by-readers-only">${label}</span>
        <select
          @change=${(event: Event) => choose((event.currentTarget as HTMLSelectElement).value) /* the list itself */}
        >
          <option value="">${all}</option>
          ${options.map(({ id, words }) => html`<option value=${id} .selected=${id === chosen}>${words}</option>`)}
        </select></label
      >`
    return html`<div class="row filters">
      <fieldset>
        <legend class="seen-by-readers-only">${t.show}</legend>
        <div class="options">${box('TODO', t.toDo)}${box('ALL', t.allOpen)}</div>
      </fieldset>
      ${list(
        t.area,
        t.allAreas,
        this.areas.map(area => ({ id: area.id, words: area.name })),
        filter.area,
        area => this.#filterBy({ area })
      )}
      ${list(
        t.service,
        t.allServices,
        this.services.map(each => ({ id: each.id, words: each.title })),
        filter.service,
        service => this.#filterBy({ service })
      )}
    </div>`
  }

  #column(label: string, cases: readonly CaseCard[]) {
    const words = { t: this.t, lang: this.language, now: this.now }
    return html`<section class="stack column" part="column">
      <h3>${label} <span class="number">${cases.length}</span></h3>
      <ul class="stack">
        ${cases.map(each => html`<li>${openingCard(each, words, () => this.#open(each.id))}</li>`)}
      </ul>
    </section>`
  }

  #drawer() {
    const { t } = this
    return html`<dialog part="drawer" aria-label=${t.oneCase} @close=${() => (this.chosen = '')}>
      ${
        this.chosen
          ? html`<div class="row apart bar">
                <strong>${t.oneCase}</strong><button @click=${() => this.#close()}>${t.close}</button>
              </div>
              <gw-case-timeline case=${this.chosen}></gw-case-timeline>`
          : nothing
      }
    </dialog>`
  }

  static override styles = [
    baseStyles,
    controlStyles,
    caseStyles,
    css`
      .filters {
        align-items: stretch;
      }
      .filter {
        flex: 1 1 10em;
        margin: 0;
        font-weight: 400;
      }
      .columns {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(17em, 100%), 1fr));
        gap: 1em;
        align-items: start;
      }
      .column {
        padding: 0.75em;
        border-radius: var(--_radius);
        background: var(--_paper);
        border: 1px solid var(--_line);
      }
      dialog {
        width: min(44em, 100%);
        max-width: 100%;
        height: 100%;
        max-height: 100%;
        margin: 0 0 0 auto;
        padding: 1em;
        border: 0;
        background: var(--_paper);
        color: inherit;
        overflow-y: auto;
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 45%);
      }
      .bar {
        position: sticky;
        inset-block-start: -1em;
        z-index: 1;
        margin: -1em -1em 1em;
        padding: 0.5em 1em;
        background: var(--_paper);
        border-block-end: 1px solid var(--_line);
      }
    `
  ]
}

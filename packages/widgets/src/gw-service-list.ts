import { css, html, nothing, type PropertyDeclarations } from 'lit'
import { promise } from './case-view.ts'
import type { Answer, Client } from './client.ts'
import { servicesDocument, type ServiceCard } from './documents.ts'
import { send } from './events.ts'
import { chipStyles } from './chip-styles.ts'
import { baseStyles } from './styles.ts'
import { Widget } from './widget.ts'

/**
 * The service items as cards: what each is for, how long it takes by promise, and a button to order it.
 *
 * @attr endpoint - before `/<locality>/graphql` @attr locality - id @attr lang - language @attr elder - large type, 60 px targets
 * @fires gw-service-chosen - the service that was chosen
 * @cssprop --gw-accent --gw-card --gw-ink --gw-line --gw-radius --gw-target --gw-font-size - looks
 * @csspart service - a card @csspart loading - while loading @csspart obstacle - why nothing is shown
 */
export class GwServiceList extends Widget {
  static override properties: PropertyDeclarations = { services: { state: true } }
  declare protected services: readonly ServiceCard[]

  constructor() {
    super()
    this.services = []
  }

  protected override get needsViewer(): boolean {
    return false
  }

  protected override async load(client: Client): Promise<Answer<() => void>> {
    const answer = await client.ask(servicesDocument, {})
    return 'value' in answer ? { value: () => void (this.services = answer.value.services) } : answer
  }

  protected override body() {
    const { t, services } = this
    const places = new Map(services.map(({ category }, at) => [category.id, at] as const).reverse())
    // Those of one category stand together, what the viewer may not ask for behind the rest
    const place = ({ category, eligibility: { eligible } }: ServiceCard) =>
      (places.get(category.id) ?? 0) + (eligible ? 0 : services.length)
    const sorted = [...services].sort((left, right) => place(left) - place(right))
    return html`<section class="stack" aria-labelledby="title">
      <h2 id="title">${t.services}</h2>
      ${services.length === 0 ? html`<p class="card soft">${t.noServices}</p>` : nothing}
      <ul class="services">
        ${sorted.map(service => html`<li class="card stack" part="service">${this.#card(service)}</li>`)}
      </ul>
    </section>`
  }

  #card(service: ServiceCard) {
    const { t } = this
    const { label } = service.category
    return html`<div>
        ${label === service.title ? nothing : html`<p class="number">${label}</p>`}
        <h3 id=${service.id}>${service.title}</h3>
        ${service.summary ? html`<p>${service.summary}</p>` : nothing}
      </div>
      ${promise(service.limits, t)}
      ${
        service.eligibility.eligible
          ? html`<button
              class="main"
              aria-describedby=${service.id}
              @click=${() => send(this, 'gw-service-chosen', { service })}
            >
              ${t.ask}
            </button>`
          : html`<p class="note soon">
                ${t.notEligible}${service.eligibility.reason ? t.colon + service.eligibility.reason : ''}
              </p>
              ${
                this.viewer?.enters.some(({ id }) => service.channels.some(channel => channel.id === id))
                  ? html`<button @click=${() => send(this, 'gw-service-chosen', { service })}>${t.forOther}</button>`
                  : nothing
              }`
      }`
  }

  static override styles = [
    baseStyles,
    chipStyles,
    css`
      .services {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(17em, 100%), 1fr));
        gap: 0.75em;
      }
      li.card {
        align-content: start;
        grid-template-rows: auto 1fr;
      }
      li.card > :is(button, .note) {
        align-self: end;
      }
      h3 {
        font-size: 1.125em;
      }
    `
  ]
}

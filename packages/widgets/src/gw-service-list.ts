import { css, html, nothing, type PropertyDeclarations } from 'lit'
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
    const groups = new Map<string, ServiceCard[]>()
    for (const service of services)
      groups.set(service.category.label, [...(groups.get(service.category.label) ?? []), service])
    return html`<section class="stack" aria-labelledby="title">
      <h2 id="title">${t.services}</h2>
      ${services.length === 0 ? html`<p class="card soft">${t.noServices}</p>` : nothing}
      ${[...groups].map(
        ([label, group]) =>
          html`<h3>${label}</h3>
            <ul class="services">
              ${group.map(service => html`<li class="card stack" part="service">${this.#card(service)}</li>`)}
            </ul>`
      )}
    </section>`
  }

  #card(service: ServiceCard) {
    const { t } = this
    return html`<h4 id=${service.id}>${service.title}</h4>
      ${service.summary ? html`<p class="soft">${service.summary}</p>` : nothing}
      ${
        service.limits.length > 0
          ? html`<div>
              <p class="number">${t.promise}</p>
              <ul class="row">
                ${service.limits.map(limit => html`<li class="chip">${limit.state} ${limit.within}</li>`)}
              </ul>
            </div>`
          : nothing
      }
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
                ${t.notEligible}${service.eligibility.reason ? `：${service.eligibility.reason}` : ''}
              </p>
              ${
                this.viewer && this.viewer.enters.length > 0
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
        grid-template-rows: auto auto 1fr;
      }
      li.card > button {
        align-self: end;
      }
      h3 {
        color: var(--_soft);
        font-size: 1em;
      }
      h4 {
        font-size: 1.125em;
      }
    `
  ]
}

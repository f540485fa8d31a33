import { css, html, nothing, type PropertyDeclarations } from 'lit'
import type { Answer, Client } from './client.ts'
import {
  cancelDocument,
  redeemDocument,
  shelfDocument,
  shopDocument,
  type Good,
  type Transfer
} from './points-documents.ts'
import { pointsStyles, PointsWidget, transferWords } from './points-widget.ts'
import { instantWords } from './time-words.ts'

type Shop = { label: string; ledger: { id: string }; areas: readonly { id: string; name: string }[] }

/**
 * The points shop: goods with price, stock and limit, redeemed with one confirmation; what waits to be collected, with a way back;
 * and for whoever certifies or hands over, what waits for them.
 *
 * @attr area - id of the area whose shop it is; the viewer's own, to choose from, if left out
 * @attr endpoint - before `/<locality>/graphql` @attr locality - id @attr lang - language @attr elder - large type, 60 px targets
 * @fires gw-sign-in-wanted - nobody is signed in
 * @cssprop --gw-accent --gw-card --gw-ink --gw-line --gw-radius --gw-target --gw-font-size - looks
 * @csspart good - a card @csspart reservation - what waits to be collected @csspart refusal - what was said against it
 */
export class GwPointsShop extends PointsWidget {
  static override properties: PropertyDeclarations = {
    area: {},
    shop: { state: true },
    goods: { state: true },
    waiting: { state: true },
    canSpend: { state: true }
  }
  declare area: string
  declare protected shop: Shop | null
  declare protected goods: readonly Good[]
  declare protected waiting: readonly Transfer[]
  /** What the viewer may spend, a decimal; undefined for a visitor. */
  declare protected canSpend: string | undefined

  constructor() {
    super()
    this.area = ''
    this.shop = null
    this.goods = []
    this.waiting = []
  }

  protected override get needsViewer(): boolean {
    return false
  }

  protected override async load(client: Client): Promise<Answer<() => void>> {
    const asked = await client.ask(shopDocument, {})
    if (!('value' in asked)) return asked
    const { shop } = asked.value
    if (!shop) return { value: () => void (this.shop = null) }
    const area = this.area || shop.areas[0]?.id || null
    const answer = await client.ask(shelfDocument, { area, ledger: shop.ledger.id })
    if (!('value' in answer)) return answer
    const { goods, viewer } = answer.value
    return {
      value: () => {
        this.shop = shop
        this.area = area ?? ''
        this.goods = goods.edges.map(({ node }) => node)
        this.waiting = viewer?.passbook.edges.map(({ node }) => node) ?? []
        this.canSpend = viewer?.accounts.find(({ ledger }) => ledger.id === shop.ledger.id)?.spendable
      }
    }
  }

  async #redeem({ id, name }: Good): Promise<void> {
    const kept = await this.command(redeemDocument, 'redeem', `redeem ${id}`, { good: id, area: this.area })
    if (kept) this.said = this.p.reserved(name)
  }

  async #cancel({ id }: Transfer): Promise<void> {
    const gone = await this.command(cancelDocument, 'cancelRedemption', `cancel ${id}`, { transfer: id })
    if (gone) this.said = this.p.cancelled
  }

  protected override body() {
    const { p, shop, canSpend } = this
    return html`<section class="stack" aria-labelledby="title">
      <div class="row apart">
        <h2 id="title" tabindex="-1">${shop?.label ?? p.shop}</h2>
        ${canSpend === undefined ? nothing : html`<span class="chip">${p.canSpend(p.points(canSpend))}</span>`}
      </div>
      ${this.news()} ${shop ? this.#counter(shop) : html`<p class="card soft">${p.noShop}</p>`}
      ${this.viewer ? html`<gw-points-queue quiet></gw-points-queue>` : nothing}
    </section>`
  }

  #counter({ areas }: Shop) {
    const { p, goods, waiting } = this
    return html`${areas.length > 1 ? this.#places(areas) : nothing}
      ${goods.length === 0 ? html`<p class="card soft">${p.noGoods}</p>` : nothing}
      <ul class="goods">
        ${goods.map(good => this.#good(good))}
      </ul>
      ${
        waiting.length === 0
          ? nothing
          : html`<h3>${p.reservations}</h3>
              <ul class="stack">
                ${waiting.map(each => this.#reservation(each))}
              </ul>`
      }`
  }

  #places(areas: Shop['areas']) {
    const choose = (event: Event & { currentTarget: HTMLSelectElement }) => {
      this.area = event.currentTarget.value
      void this.refresh()
    }
    return html`<label
      >${this.p.where}<select @change=${choose}>
        ${areas.map(({ id, name }) => html`<option value=${id} ?selected=${id === this.area}>${name}</option>`)}
      </select></label
    >`
  }

  #good(good: Good) {
    const { p } = this
    const { id, name, price, stock, limit, per, left, refused } = good
    const intent = `redeem ${id}`
    const place = this.shop?.areas.find(each => each.id === this.area)?.name ?? ''
    return html`<li class="card stack good" part="good">
      <div class="row apart">
        <h3>${name}</h3>
        <span class="price">${p.points(price)}</span>
      </div>
      <p class="soft">
        ${p.stock(stock)}${limit !== null && per ? html` · ${p.limit(limit, p.per[per])}` : nothing}${
          left !== null && left > 0 ? html` · ${p.left(left)}` : nothing
        }
      </p>
      ${this.viewer ? (refused ? html`<p class="soft why">${refused.message}</p>` : this.#offer(good, intent, place)) : nothing}
    </li>`
  }

  #offer(good: Good, intent: string, place: string) {
    const { p } = this
    if (this.opened === intent)
      return this.question(p.sureRedeem(good.name, p.points(good.price), place), p.redeem, () => this.#redeem(good))
    return html`<button
      class="main"
      data-intent=${intent}
      aria-label="${p.redeem} ${good.name}"
      @click=${() => this.open(intent)}
    >
      ${p.redeem}
    </button>`
  }

  #reservation(kept: Transfer) {
    const { p } = this
    const intent = `cancel ${kept.id}`
    return html`<li class="card stack" part="reservation">
      <div class="row apart">
        <span>${transferWords(kept, p)}</span>
        <span class="amount">${p.points(kept.amount.replace('-', ''))}</span>
      </div>
      <p class="soft">${instantWords(kept.at, this.language, this.now)}</p>
      ${
        this.opened === intent
          ? this.question(p.sureCancel(kept.label), p.cancelRedemption, () => this.#cancel(kept))
          : html`<p>
              <button
                data-intent=${intent}
                aria-label="${p.cancelRedemption} ${kept.label}"
                @click=${() => this.open(intent)}
              >
                ${p.cancelRedemption}
              </button>
            </p>`
      }
    </li>`
  }

  static override styles = [
    pointsStyles,
    css`
      .goods {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(16em, 100%), 1fr));
        gap: 0.75em;
      }
      .good {
        grid-template-rows: auto 1fr auto;
      }
      .price {
        color: var(--_accent);
        font-size: 1.25em;
        font-weight: 700;
        font-variant-numeric: tabular-nums;
      }
      gw-points-queue {
        margin-block-start: 1em;
      }
      .why {
        min-height: var(--_target);
        display: flex;
        align-items: center;
      }
    `
  ]
}

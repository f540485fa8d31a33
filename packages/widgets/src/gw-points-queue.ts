import { css, html, nothing, type PropertyDeclarations } from 'lit'
import { textsAmong } from './answers.ts'
import type { Answer, Client } from './client.ts'
import {
  certifyDocument,
  handOverDocument,
  reverseDocument,
  settledDocument,
  waitingDocument,
  type Settlements,
  type TransferAct,
  type Waiting
} from './points-documents.ts'
import { pointsStyles, PointsWidget, signed, transferWords } from './points-widget.ts'
import { instantWords } from './time-words.ts'

/** How many are listed, and settled at once, at most; what comes after moves up. */
const pageSize = 50

type Act = Extract<TransferAct, 'CERTIFY' | 'HAND_OVER'>

/**
 * What waits for whoever certifies points or hands goods over: chosen one by one or all at once, settled in one go; each that the
 * rules refuse says why in its place. New entries appear by themselves; what was settled by mistake is put right by a further entry.
 *
 * @attr quiet - shows nothing while nothing waits
 * @attr endpoint - before `/<locality>/graphql` @attr locality - id @attr lang - language @attr elder - large type, 60 px targets
 * @fires gw-sign-in-wanted - nobody is signed in
 * @cssprop --gw-accent --gw-card --gw-ink --gw-line --gw-radius --gw-target --gw-font-size - looks
 * @csspart certify - points to certify @csspart hand-over - goods to hand over @csspart refusal - what was said against it
 */
export class GwPointsQueue extends PointsWidget {
  static override properties: PropertyDeclarations = {
    quiet: { type: Boolean },
    waiting: { state: true },
    settled: { state: true },
    chosen: { state: true },
    against: { state: true },
    reason: { state: true }
  }
  declare quiet: boolean
  declare protected waiting: readonly Waiting[]
  /** What the viewer has settled lately. */
  declare protected settled: readonly Waiting[]
  declare protected chosen: ReadonlySet<string>
  /** What was said against settling a transfer, by its id. */
  declare protected against: ReadonlyMap<string, string>
  declare protected reason: string

  constructor() {
    super()
    this.quiet = false
    this.waiting = []
    this.settled = []
    this.chosen = new Set()
    this.against = new Map()
    this.reason = ''
  }

  protected override async load(client: Client): Promise<Answer<() => void>> {
    let after: string | null = null
    let waiting: readonly Waiting[] = []
    do {
      const answer: Awaited<ReturnType<typeof ask>> = await ask(client, after)
      if (!('value' in answer)) return answer
      const { edges, pageInfo } = answer.value.transfersToSettle
      waiting = [...waiting, ...edges.map(({ node }) => node)]
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null // a page may be short of what is not the viewer's to settle
    } while (after !== null && waiting.length < pageSize)
    const lately = await client.ask(settledDocument, {})
    if (!('value' in lately)) return lately
    const ids = new Set(waiting.map(({ id }) => id))
    return {
      value: () => {
        this.waiting = waiting
        this.settled = lately.value.transfersSettled.edges.map(({ node }) => node)
        this.chosen = new Set([...this.chosen].filter(id => ids.has(id)))
      }
    }
  }

  protected override open(intent: string): void {
    this.reason = ''
    super.open(intent)
  }

  #choose(ids: readonly string[], wanted: boolean): void {
    const rest = [...this.chosen].filter(id => !ids.includes(id))
    this.chosen = new Set(wanted ? [...rest, ...ids] : rest)
    this.opened = ''
  }

  async #settle(intent: string, transfers: readonly string[]): Promise<void> {
    const [what] = intent.split(' ')
    const reason = this.reason.trim()
    const ids = [...transfers]
    const verdict = what === 'reject' ? ('REJECT' as const) : ('ACCEPT' as const)
    const said = what === 'reject' && reason ? { reason } : {}
    const settled: Settlements | undefined =
      what === 'hand-over'
        ? await this.command(handOverDocument, 'handOver', intent, { transfers: ids })
        : await this.command(certifyDocument, 'certify', `${intent} ${reason}`, { transfers: ids, verdict, ...said })
    if (!settled) return
    const refused = settled.outcomes.flatMap(({ transfer, result }) =>
      result.__typename === 'Refused' ? [[transfer, result.message] as const] : []
    )
    this.against = new Map([...this.against, ...refused])
    this.#choose(ids, false)
    this.reason = ''
    const done = settled.outcomes.length - refused.length
    if (done > 0) this.said = this.p.done(done)
    if (refused.length > 0) this.refusal = this.p.notDone(refused.length)
  }

  async #reverse({ id }: Waiting, intent: string): Promise<void> {
    const reason = this.reason.trim()
    if (!reason) return void (this.refusal = this.p.reasonMissing)
    const undone = await this.command(reverseDocument, 'reverse', `${intent} ${reason}`, { transfer: id, reason })
    if (!undone) return
    this.reason = ''
    this.said = this.p.reversedNow
  }

  protected override body() {
    const { p, waiting } = this
    const own = this.settled.filter(each => each.holder.id !== this.viewer?.person.id)
    if (waiting.length + own.length === 0 && this.quiet && !this.said && !this.refusal) return html`${nothing}`
    return html`<section class="stack" aria-labelledby="title">
      <h2 id="title" tabindex="-1">${p.queue}</h2>
      ${this.news()} ${waiting.length === 0 ? html`<p class="card soft">${p.queueEmpty}</p>` : nothing}
      ${this.#list('CERTIFY', p.toCertify)} ${this.#list('HAND_OVER', p.toHandOver)}
      ${own.length === 0 ? nothing : this.#lately(own)}
    </section>`
  }

  #list(act: Act, title: string) {
    const { p } = this
    const shown = this.waiting.filter(({ acts }) => acts.includes(act))
    if (shown.length === 0) return nothing
    const ids = shown.map(({ id }) => id)
    const chosen = ids.filter(id => this.chosen.has(id))
    const all = (event: Event & { currentTarget: HTMLInputElement }) => this.#choose(ids, event.currentTarget.checked)
    return html`<section class="stack" part=${act === 'CERTIFY' ? 'certify' : 'hand-over'} aria-label=${title}>
      <div class="row apart">
        <h3>${title} <span class="chip">${shown.length}</span></h3>
        <label class="option"
          ><input
            type="checkbox"
            .checked=${chosen.length === ids.length}
            .indeterminate=${chosen.length > 0 && chosen.length < ids.length}
            @change=${all}
          />${p.chooseAll}</label
        >
      </div>
      <ul class="stack">
        ${shown.map(each => this.#waiting(each, act))}
      </ul>
      ${chosen.length === 0 ? nothing : this.#orders(act, chosen)}
    </section>`
  }

  #waiting(each: Waiting, act: Act) {
    const { p, language, now } = this
    const against = this.against.get(each.id)
    const [gist] = each.case ? textsAmong(each.case.answers) : []
    const check = (event: Event & { currentTarget: HTMLInputElement }) =>
      this.#choose([each.id], event.currentTarget.checked)
    return html`<li>
      <label class="option line">
        <input type="checkbox" .checked=${this.chosen.has(each.id)} @change=${check} />
        <span class="stack facts">
          <span><span class="what">${each.holder.name ?? ''}</span> · ${each.label}</span>
          ${gist ? html`<span>${gist}</span>` : nothing}
          <span class="number"
            >${instantWords(each.at, language, now)}${each.case ? html` · ${each.case.number}` : nothing}</span
          >
          ${against ? html`<span class="error">${against}</span>` : nothing}
        </span>
        <span class="amount">${act === 'CERTIFY' ? p.points(each.amount) : nothing}</span>
      </label>
    </li>`
  }

  #lately(settled: readonly Waiting[]) {
    const { p } = this
    return html`<details class="card">
      <summary>${p.settled}</summary>
      <ul class="stack">
        ${settled.map(each => this.#done(each))}
      </ul>
    </details>`
  }

  #done(each: Waiting) {
    const { p, language, now } = this
    const intent = `reverse ${each.id}`
    const who = each.holder.name ?? ''
    const ask = () => p.sureReverse(who, each.label, p.points(each.amount.replace('-', '')))
    return html`<li class="stack done">
      <div class="row apart">
        <span>${who} · ${transferWords(each, p)}</span>
        <span class="amount">${signed(each.amount)}</span>
      </div>
      <p class="number">${instantWords(each.at, language, now)}</p>
      ${
        this.opened === intent
          ? this.question(ask(), p.reverse, () => this.#reverse(each, intent), this.#because(p.reverseReason))
          : each.acts.includes('REVERSE')
            ? html`<p>
                <button
                  data-intent=${intent}
                  aria-label="${p.reverse} ${who} ${each.label}"
                  @click=${() => this.open(intent)}
                >
                  ${p.reverse}
                </button>
              </p>`
            : nothing
      }
    </li>`
  }

  #because(label: string) {
    return html`<label
      >${label}<input
        maxlength="500"
        .value=${this.reason}
        @input=${(event: Event & { currentTarget: HTMLInputElement }) => (this.reason = event.currentTarget.value)}
    /></label>`
  }

  #orders(act: Act, chosen: readonly string[]) {
    const { p } = this
    const order = (what: string, label: string, main: boolean, more: unknown = nothing) => {
      const intent = `${what} ${chosen.join(' ')}`
      return this.opened === intent
        ? this.question(p.sure(label, chosen.length), label, () => this.#settle(intent, chosen), more)
        : html`<button data-intent=${intent} class=${main ? 'main' : ''} @click=${() => this.open(intent)}>
            ${label}
          </button>`
    }
    return html`<div class="row orders" role="group" aria-label=${p.chosen(chosen.length)}>
      <span class="chip">${p.chosen(chosen.length)}</span>
      ${
        act === 'CERTIFY'
          ? html`${order('certify', p.certify, true)}${order('reject', p.reject, false, this.#because(p.rejectReason))}`
          : order('hand-over', p.handOver, true)
      }
    </div>`
  }

  static override styles = [
    pointsStyles,
    css`
      .line {
        align-items: start;
        padding: 0.75em;
      }
      .facts {
        flex: 1;
        gap: 0.125em;
      }
      details > .stack {
        margin-block-start: 0.5em;
      }
      summary {
        min-height: var(--_target);
        align-content: center;
        font-weight: 600;
        cursor: pointer;
      }
      .done {
        gap: 0.25em;
        padding-block-start: 0.75em;
        border-block-start: 1px solid var(--_line);
      }
      .orders {
        padding: 0.75em;
        border: 1px solid var(--_line);
        border-radius: var(--_radius);
        background: var(--_card);
      }
      .orders:not(:has(.open)) {
        position: sticky;
        inset-block-end: 0;
      }
      .orders > .note {
        flex: 1 1 100%;
      }
    `
  ]
}

const ask = (client: Client, after: string | null) => client.ask(waitingDocument, { first: pageSize, after })

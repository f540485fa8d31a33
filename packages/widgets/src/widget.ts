// What every widget that talks to the server does: find its settings, load, follow changes, and say what stands in the way.
import { html, LitElement, nothing, type PropertyDeclarations, type TemplateResult } from 'lit'
import { clientFor, type Answer, type Client, type Failure, type Settings } from './client.ts'
import { viewerDocument, type Viewer } from './documents.ts'
import type { News } from './event-stream.ts'
import { send } from './events.ts'
import { GwProvider } from './gw-provider.ts'
import { langAround } from './lang.ts'
import { textsIn, type Texts } from './texts.ts'

/** How long changes are gathered before a widget reads anew, in ms. */
const gatherMs = 400
/** How long after a failed attempt a widget tries again by itself, in ms. */
const retryMs = 10_000
const tickMs = 30_000

/** Base of the widgets. A subclass says what it loads (`load`) and how that looks (`body`). */
export abstract class Widget extends LitElement {
  static override properties: PropertyDeclarations = {
    endpoint: {},
    locality: {},
    elder: { type: Boolean, reflect: true },
    token: { attribute: false },
    fetch: { attribute: false },
    viewer: { state: true },
    loaded: { state: true },
    failure: { state: true },
    away: { state: true },
    now: { state: true }
  }
  declare endpoint: string | undefined
  declare locality: string | undefined
  declare elder: boolean
  declare token: string | undefined
  declare fetch: typeof fetch | undefined
  /** Who is signed in, once known; null for a visitor. */
  declare protected viewer: Viewer | null | undefined
  declare protected loaded: boolean
  declare protected failure: Failure | undefined
  /** True while the stream of changes is broken. */
  declare protected away: boolean
  /** Epoch ms, renewed every half minute, so that what is left of a deadline stays true. */
  declare protected now: number

  #source: ({ settings: Settings } & EventTarget) | undefined
  #client: Client | undefined
  #unfollow: (() => void) | undefined
  #turn = 0
  #gathering: ReturnType<typeof setTimeout> | undefined
  #retrying: ReturnType<typeof setTimeout> | undefined
  #ticking: ReturnType<typeof setInterval> | undefined

  constructor() {
    super()
    this.elder = false
    this.loaded = false
    this.away = false
    this.now = Date.now()
  }

  /** Reads what the widget shows; the value of the answer puts it in place, and runs only if the question still stands. */
  protected abstract load(client: Client): Promise<Answer<() => void>>
  /** The widget with its data. */
  protected abstract body(): TemplateResult
  /** Whether the widget reads anew when this case, or whatever else it listens to, changes. */
  protected follows(_id: string): boolean {
    return false
  }
  /** Listens to what the widget shows: changes of cases. */
  protected listen(client: Client, hear: (news: News) => void): () => void {
    return client.follow(hear)
  }
  /** Whether it shows nothing to a visitor. */
  protected get needsViewer(): boolean {
    return true
  }

  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, 'lang']
  }

  override attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    super.attributeChangedCallback(name, before, after)
    if (name === 'lang') this.requestUpdate()
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#findSource()
    globalThis.addEventListener('online', this.#online)
    this.#ticking = setInterval(() => (this.now = Date.now()), tickMs)
    this.requestUpdate()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#source?.removeEventListener('gw-settings', this.#settingsChanged)
    this.#source = undefined
    globalThis.removeEventListener('online', this.#online)
    clearInterval(this.#ticking)
    clearTimeout(this.#gathering)
    clearTimeout(this.#retrying)
    this.#gathering = undefined
    this.#leave()
  }

  /** The texts in the language of the widget, its provider or the page. */
  protected get t(): Texts {
    return textsIn(this.language)
  }

  /** The language shown: the nearest `lang` of the widget, its surroundings (the provider, the page), the browser. */
  protected get language(): string {
    return langAround(this)
  }

  /** The client of the present settings; undefined while no locality is known. */
  protected get client(): Client | undefined {
    return this.#client
  }

  protected override willUpdate(_changed: Map<PropertyKey, unknown>): void {
    const { settings } = this
    const client = this.isConnected && settings.locality ? clientFor(settings) : undefined
    if (client === this.#client) return
    this.#leave()
    this.#client = client
    this.viewer = undefined
    this.dispatchEvent(new Event('gw-settings'))
    void this.refresh()
  }

  /** Reads anew, keeping what is shown until the answer is here. */
  protected async refresh(): Promise<void> {
    const client = this.#client
    if (!client) return
    const turn = ++this.#turn
    clearTimeout(this.#retrying)
    const asked = this.viewer ? { value: { viewer: this.viewer } } : await client.ask(viewerDocument, {})
    if (turn !== this.#turn) return
    if (!('value' in asked)) return this.fail(asked, client)
    const { viewer } = asked.value
    if (!viewer && this.needsViewer) return this.fail({ problem: 'signed-out' }, client)
    this.viewer = viewer
    const answer = await this.load(client)
    if (turn !== this.#turn) return
    this.now = Date.now()
    if (!('value' in answer)) return this.fail(answer, client)
    this.failure = undefined
    this.loaded = true
    answer.value()
    if (this.viewer)
      this.#unfollow ??= this.listen(client, news => this.#hear(news.kind, 'id' in news ? news.id : undefined))
  }

  /** Takes a failure of a request as the widget's own, so that it is said in one place; of one asked as somebody else, nothing. */
  protected fail(failure: Failure, asked: Client): void {
    if (asked !== this.#client) return
    this.failure = failure
    clearTimeout(this.#retrying)
    if (failure.problem === 'offline' || failure.problem === 'busy') this.#retrying = setTimeout(this.#online, retryMs)
    if (failure.problem !== 'signed-out') return
    this.loaded = false
    this.viewer = undefined
  }

  #hear(kind: News['kind'], id: string | undefined): void {
    this.away = kind === 'away'
    if (kind === 'away' || (id !== undefined && !this.follows(id))) return
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined
      void this.refresh()
    }, gatherMs)
  }

  #leave(): void {
    this.#unfollow?.()
    this.#unfollow = undefined
    this.#client = undefined
    this.#turn++
  }

  /** Where the endpoint is and who asks: what this widget says itself, else the widget or provider around it. */
  get settings(): Settings {
    const around = this.#source?.settings ?? nowhere
    return {
      endpoint: this.endpoint ?? around.endpoint,
      locality: this.locality ?? around.locality,
      lang: this.language,
      token: this.token ?? around.token,
      fetch: this.fetch ?? around.fetch
    }
  }

  #findSource(): void {
    let node = above(this)
    while (node && !isSource(node)) node = above(node)
    this.#source = node ?? undefined
    this.#source?.addEventListener('gw-settings', this.#settingsChanged)
  }

  readonly #settingsChanged = () => {
    this.requestUpdate()
    if (this.failure) void this.refresh() // as after a sign-in by cookie, which changes no setting
  }
  readonly #online = () => void this.refresh()

  protected override render(): TemplateResult {
    if (this.loaded) return html`${this.#banner()}${this.body()}`
    if (!this.failure)
      return html`<div class="card stack" part="loading" role="status">
        <p class="soft">${this.t.loading}</p>
        <div class="bone"></div>
        <div class="bone short"></div>
      </div>`
    return this.#obstacle(this.failure)
  }

  #banner(): TemplateResult | typeof nothing {
    const { t, failure, away } = this
    if (failure)
      return html`<div class="banner note row apart ${failure.problem === 'failed' ? 'bad' : 'soon'}" role="status">
        ${failure.problem === 'offline' ? t.stale : failureWords(failure, t)}
        <button @click=${() => this.refresh()}>${t.retry}</button>
      </div>`
    // A widget inside another leaves it to that one to say so.
    return away && !(this.#source instanceof Widget)
      ? html`<p class="banner note soon" role="status">${t.away}</p>`
      : nothing
  }

  #obstacle(failure: Failure): TemplateResult {
    const { t } = this
    const help = { offline: t.offlineHelp, 'signed-out': t.signedOutHelp, busy: '', failed: '' }[failure.problem]
    const action =
      failure.problem === 'signed-out'
        ? html`<button class="main" @click=${() => send(this, 'gw-sign-in-wanted', {})}>${t.signIn}</button>`
        : html`<button @click=${() => this.refresh()}>${t.retry}</button>`
    return html`<div class="card stack obstacle" part="obstacle" role="alert">
      <p><strong>${failureWords(failure, t)}</strong></p>
      ${help ? html`<p class="soft">${help}</p>` : nothing}
      <p>${action}</p>
    </div>`
  }
}

/** What a widget says without attributes and with nothing around it. */
const nowhere: Settings = { endpoint: '', locality: '', lang: '', token: '', fetch: globalThis.fetch }

/** The next node up as it is drawn: through slots and out of shadow trees. */
function above(node: Node): Node | null {
  const slot = node instanceof Element ? node.assignedSlot : null
  return slot ?? node.parentNode ?? (node instanceof ShadowRoot ? node.host : null)
}

/** Whether an element says where the endpoint is; the provider is upgraded before the widgets inside it, see index.ts. */
const isSource = (node: Node): node is GwProvider | Widget => node instanceof GwProvider || node instanceof Widget

/** What stands in the way, in words. */
export function failureWords(failure: Failure, t: Texts): string {
  return { offline: t.offline, 'signed-out': t.signedOut, busy: t.busy, failed: t.failed }[failure.problem]
}

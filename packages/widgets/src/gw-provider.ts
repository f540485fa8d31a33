import { css, html, LitElement, type PropertyDeclarations } from 'lit'
import { langAround } from './lang.ts'
import { elderStyles } from './styles.ts'
import { clientFor, type Client, type Settings } from './client.ts'
import { viewerDocument, type LocalityCard, type Viewer } from './documents.ts'
import { send } from './events.ts'

/**
 * Says once for all widgets inside it where the endpoint is, who is signed in, and in which language.
 * A widget's own attributes go before the provider's.
 *
 * @attr endpoint - origin or path before `/<locality>/graphql`; '' for the page's own origin
 * @attr locality - id of the locality
 * @attr lang - BCP 47 tag of what people read, e.g. `zh-CN` or `en`
 * @attr elder - large type and 60 px targets
 * @prop token - bearer token; '' where a cookie signs in
 * @prop fetch - what sends the requests; the browser's own unless set
 * @fires gw-viewer-changed - who is signed in and at which locality, whenever the answer is new
 */
export class GwProvider extends LitElement {
  static override properties: PropertyDeclarations = {
    endpoint: {},
    locality: {},
    elder: { type: Boolean, reflect: true },
    token: { attribute: false },
    fetch: { attribute: false }
  }
  declare endpoint: string
  declare locality: string
  declare elder: boolean
  declare token: string
  declare fetch: typeof fetch | undefined

  #asked: Client | undefined

  constructor() {
    super()
    this.endpoint = ''
    this.locality = ''
    this.elder = false
    this.token = ''
    this.fetch = undefined
  }

  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, 'lang']
  }

  override attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    super.attributeChangedCallback(name, before, after)
    if (name === 'lang') this.requestUpdate()
  }

  /** What this element says to the widgets inside, in the language around it. */
  get settings(): Settings {
    const fetch = this.fetch ?? globalThis.fetch
    return { endpoint: this.endpoint, locality: this.locality, lang: langAround(this), token: this.token, fetch }
  }

  protected override updated(): void {
    this.dispatchEvent(new Event('gw-settings'))
    void this.#askViewer()
  }

  async #askViewer(): Promise<void> {
    if (!this.locality) return
    const client = clientFor(this.settings)
    if (client === this.#asked) return
    this.#asked = client
    const answer = await client.ask(viewerDocument, {})
    if (client !== this.#asked) return
    if ('value' in answer) send(this, 'gw-viewer-changed', answer.value)
    else this.#asked = undefined
  }

  protected override render() {
    return html`<slot></slot>`
  }

  static override styles = [
    elderStyles,
    css`
      :host {
        display: contents;
      }
    `
  ]
}

/** Who is signed in (null for a visitor), and the locality: its name, languages, ledgers of points and evaluations. */
export type ViewerChange = {
  locality: LocalityCard
  evaluations: readonly { id: string; title: string }[]
  viewer: Viewer | null
}

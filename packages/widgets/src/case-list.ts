// What widgets that show one list of cases share: it is read page by page and kept up to date.
import { html, nothing, type PropertyDeclarations } from 'lit'
import { noCases, readCases, readMore, type CasePages, type Listing } from './case-pages.ts'
import type { Answer, Client } from './client.ts'
import { Widget } from './widget.ts'

/** Base of the lists. A subclass says what its list asks for. */
export abstract class CaseList extends Widget {
  static override properties: PropertyDeclarations = { pages: { state: true } }
  declare protected pages: CasePages

  constructor() {
    super()
    this.pages = noCases
  }

  /** What the list asks for now. */
  protected abstract get listing(): Listing

  protected override follows(): boolean {
    return true
  }

  protected override async load(client: Client): Promise<Answer<() => void>> {
    const answer = await readCases(client, this.listing, this.pages)
    return 'value' in answer ? { value: () => void (this.pages = answer.value) } : answer
  }

  async #more(): Promise<void> {
    const { client, pages } = this
    if (!client) return
    const answer = await readMore(client, this.listing, pages)
    if (this.pages !== pages) return
    if ('value' in answer) this.pages = answer.value
    else this.fail(answer, client)
  }

  /** The button for the next page, where there is one. */
  protected moreButton() {
    return this.pages.after === null ? nothing : html`<button @click=${() => this.#more()}>${this.t.more}</button>`
  }
}

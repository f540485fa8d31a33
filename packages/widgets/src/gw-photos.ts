import { css, html, LitElement, nothing, type PropertyDeclarations } from 'lit'
import type { Files } from './client.ts'
import { send } from './events.ts'
import { formTextsIn } from './form-texts.ts'
import { langAround } from './lang.ts'
import { drawn, jpegOf } from './picture.ts'
import { baseStyles, controlStyles } from './styles.ts'

/** A photo on the screen. Without an id it is on its way, or `said` is why it did not arrive. */
type Picture = { id?: string; photo?: Blob; canvas?: HTMLCanvasElement; large?: boolean; said?: string }

/**
 * Photos by their ids: shown, each larger at a press; with `most` also taken, shrunk, uploaded and removed.
 *
 * @attr elder - large type and 60 px targets
 * @prop label - what the photos are wanted for
 * @prop help - a hint below
 * @prop error - what is wrong with the answer
 * @prop most - how many may be there; 0: they are only shown
 * @prop chosen - ids of the photos
 * @prop files - where photos are uploaded to and read from
 * @fires gw-photos-chosen - the ids uploaded by now
 * @csspart label - the title
 */
export class GwPhotos extends LitElement {
  static override shadowRootOptions: ShadowRootInit = { ...LitElement.shadowRootOptions, delegatesFocus: true }
  static override properties: PropertyDeclarations = {
    elder: { type: Boolean, reflect: true },
    files: { attribute: false },
    most: { attribute: false },
    chosen: { attribute: false },
    label: { attribute: false },
    help: { attribute: false },
    error: { attribute: false },
    pictures: { state: true },
    waited: { state: true }
  }
  declare elder: boolean
  declare files: Files | undefined
  declare most: number
  declare chosen: readonly string[]
  declare label: string
  declare help: string
  declare error: string
  declare protected pictures: readonly Picture[]
  declare protected waited: boolean

  constructor() {
    super()
    this.elder = false
    this.label = this.help = this.error = ''
    this.most = 0
    this.chosen = []
    this.pictures = []
    this.waited = false
  }

  /** Whether photos have not arrived, which is then said here: the answers lack them. */
  get late(): boolean {
    this.waited = true
    return this.#late
  }

  get #late(): boolean {
    return this.pictures.some(({ id }) => id === undefined)
  }

  get #t() {
    return formTextsIn(langAround(this))
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (!changed.has('chosen')) return
    const kept = this.pictures.filter(({ id }) => id === undefined || this.chosen.includes(id))
    const fresh = this.chosen.filter(id => !kept.some(each => each.id === id)).map((id): Picture => ({ id }))
    this.pictures = [...kept, ...fresh]
    for (const picture of fresh) void this.#read(picture)
  }

  async #read(picture: Picture): Promise<void> {
    this.#set(picture, { said: '' })
    const answer = await this.files?.photo(picture.id ?? '')
    await this.#draw(picture, answer && 'value' in answer ? answer.value : undefined, this.#t.noPhoto)
  }

  async #draw(picture: Picture, photo: Blob | undefined, otherwise: string): Promise<HTMLCanvasElement | undefined> {
    const canvas = photo && (await drawn(photo).catch(() => undefined)) // no picture, or of a kind that this browser does not know
    this.#set(picture, canvas ? { canvas } : { said: otherwise })
    return canvas
  }

  #set(picture: Picture, more: Picture): void {
    Object.assign(picture, more)
    this.requestUpdate()
  }

  async #add(field: HTMLInputElement): Promise<void> {
    const taken = [...(field.files ?? [])].slice(0, this.most - this.pictures.length)
    field.value = '' // the same photo may be chosen again
    const fresh = taken.map((photo): [Picture, File] => [{}, photo])
    this.pictures = [...this.pictures, ...fresh.map(([picture]) => picture)]
    for (const [picture, photo] of fresh) {
      const canvas = await this.#draw(picture, photo, this.#t.unreadable)
      const jpeg = canvas && (await jpegOf(canvas))
      if (jpeg) await this.#upload(Object.assign(picture, { photo: jpeg }), jpeg)
    }
  }

  async #upload(picture: Picture, photo: Blob): Promise<void> {
    this.#set(picture, { said: '' })
    const answer = await this.files?.upload(photo)
    const said = answer && 'value' in answer ? answer.value : { message: this.#t.noPhoto }
    if (!this.pictures.includes(picture)) return
    if ('message' in said) return this.#set(picture, { said: said.message })
    if (this.chosen.includes(said.id)) this.pictures = this.pictures.filter(each => each !== picture)
    picture.id = said.id
    this.#tell()
  }

  #remove(picture: Picture): void {
    this.pictures = this.pictures.filter(each => each !== picture)
    this.#tell()
    void this.updateComplete.then(() => this.shadowRoot?.querySelector<HTMLElement>('.add')?.focus())
  }

  #tell(): void {
    this.chosen = this.pictures.flatMap(({ id }) => id ?? [])
    send(this, 'gw-photos-chosen', { ids: [...this.chosen] })
  }

  protected override render() {
    const { label, help, most, pictures } = this
    const t = this.#t
    const error = this.waited && this.#late ? t.photosLate : this.error
    const press = () => this.shadowRoot?.querySelector('input')?.click()
    return html`<fieldset class="stack" aria-describedby=${error ? 'error' : help ? 'help' : nothing}>
      <legend part="label" class=${most ? '' : 'seen-by-readers-only'}>${label}</legend>
      <ul class="row">
        ${pictures.map((picture, at) => this.#item(picture, at + 1))}
      </ul>
      ${
        pictures.length < most
          ? html`<button type="button" class="add" @click=${press}>＋ ${t.addPhoto}</button
              ><input
                type="file"
                accept="image/*"
                hidden
                ?multiple=${most > 1}
                @change=${(event: Event) => this.#add(event.currentTarget as HTMLInputElement) /* the field itself */}
              />`
          : nothing
      }
      ${help ? html`<p class="help" id="help">${help}</p>` : nothing}
      ${error ? html`<p class="error" id="error" role="alert">${error}</p>` : nothing}
    </fieldset>`
  }

  #item(picture: Picture, index: number) {
    const t = this.#t
    const { id, photo, canvas, large, said } = picture
    const retry = () => (id === undefined && photo ? this.#upload(picture, photo) : this.#read(picture))
    const status = said || (id === undefined ? t.uploading : canvas ? '' : '…')
    return html`<li class=${large ? 'large' : ''}>
      ${
        canvas
          ? html`<button
              type="button"
              class="picture"
              aria-label=${`${this.label} ${index}`}
              aria-expanded=${large ? 'true' : 'false'}
              @click=${() => this.#set(picture, { large: !large })}
            >
              ${canvas}
            </button>`
          : nothing
      }
      <span class=${said ? 'error' : 'help'} role="status">${status}</span>
      ${said && (photo || id) ? html`<button type="button" @click=${retry}>${t.retry}</button>` : nothing}
      ${
        this.most
          ? html`<button type="button" aria-label=${t.removeRow(index)} @click=${() => this.#remove(picture)}>
              ✕
            </button>`
          : nothing
      }
    </li>`
  }

  static override styles = [
    baseStyles,
    controlStyles,
    css`
      :host {
        display: block;
        white-space: normal;
      }
      .row {
        align-items: start;
      }
      li {
        display: grid;
        gap: 0.25em;
        width: 7em;
      }
      .large {
        width: 100%;
      }
      .picture {
        padding: 0;
        overflow: hidden;
      }
      canvas {
        display: block;
        width: 100%;
        height: 5.25em;
        object-fit: cover;
      }
      .large canvas {
        height: auto;
      }
      .add {
        justify-self: start;
        color: var(--_accent);
      }
    `
  ]
}

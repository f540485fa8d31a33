import { css, html, LitElement, nothing, type PropertyDeclarations } from 'lit'
import type { Person } from './documents.ts'
import { send } from './events.ts'
import { formTextsIn } from './form-texts.ts'
import { langAround } from './lang.ts'
import { baseStyles, controlStyles } from './styles.ts'

/** How long typing must pause before a search goes out, in ms. */
const pauseMs = 250
/** From so many people on a search may have found more. */
const manyFound = 50

/**
 * Chooses one person or several from those a search offers. Plain radio buttons or boxes below a search field, so that
 * touch, keyboard and readers need nothing special.
 *
 * @attr elder - large type and 60 px targets
 * @prop label - what the person is wanted for
 * @prop help - a hint below
 * @prop error - what is wrong with the choice
 * @prop many - whether several may be chosen
 * @prop chosen - ids chosen so far
 * @prop search - answers a search text with people; the empty text with the first of all
 * @fires gw-people-chosen - the ids chosen now
 * @csspart label - the title
 * @csspart option - one person
 */
export class GwPersonPicker extends LitElement {
  static override shadowRootOptions: ShadowRootInit = { ...LitElement.shadowRootOptions, delegatesFocus: true }
  static override properties: PropertyDeclarations = {
    elder: { type: Boolean, reflect: true },
    label: { attribute: false },
    help: { attribute: false },
    error: { attribute: false },
    many: { attribute: false },
    chosen: { attribute: false },
    search: { attribute: false, hasChanged: () => false },
    found: { state: true },
    status: { state: true }
  }
  declare elder: boolean
  declare label: string
  declare help: string
  declare error: string
  declare many: boolean
  declare chosen: readonly string[]
  declare search: (text: string) => Promise<readonly Person[]>
  declare protected found: readonly Person[]
  declare protected status: 'searching' | 'found' | 'failed'

  #pausing: ReturnType<typeof setTimeout> | undefined
  #turn = 0
  readonly #known = new Map<string, Person>()

  constructor() {
    super()
    this.elder = false
    this.label = ''
    this.help = ''
    this.error = ''
    this.many = false
    this.chosen = []
    this.search = () => Promise.resolve([])
    this.found = []
    this.status = 'searching'
  }

  protected override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('label')) void this.#find('')
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearTimeout(this.#pausing)
  }

  async #find(text: string): Promise<void> {
    const turn = ++this.#turn
    this.status = 'searching'
    const [outcome] = await Promise.allSettled([this.search(text)])
    if (turn !== this.#turn) return
    this.status = outcome.status === 'fulfilled' ? 'found' : 'failed'
    this.found = outcome.status === 'fulfilled' ? outcome.value : []
    for (const person of this.found) this.#known.set(person.id, person)
  }

  #typed(text: string): void {
    clearTimeout(this.#pausing)
    this.#pausing = setTimeout(() => void this.#find(text.trim()), pauseMs)
  }

  #toggle(id: string): void {
    const others = this.chosen.filter(each => each !== id)
    this.chosen = this.many ? (others.length < this.chosen.length ? others : [...this.chosen, id]) : [id]
    send(this, 'gw-people-chosen', { ids: [...this.chosen] })
  }

  protected override render() {
    const t = formTextsIn(langAround(this))
    const status = {
      searching: t.searching,
      found: this.found.length < manyFound ? t.found(this.found.length) : t.foundMany(this.found.length),
      failed: t.failed
    }[this.status]
    const gone = this.chosen.filter(id => !this.found.some(person => person.id === id))
    const listed = [...gone.map(id => this.#known.get(id) ?? { id, name: null }), ...this.found]
    const described = [this.help ? 'help' : '', this.error ? 'error' : ''].filter(Boolean).join(' ')
    return html`<fieldset class="stack" aria-describedby=${described || nothing}>
      <legend part="label">${this.label}</legend>
      <input
        type="search"
        aria-label=${this.label + t.colon + t.find}
        aria-invalid=${this.error ? 'true' : 'false'}
        placeholder=${t.find}
        autocomplete="off"
        @input=${(event: InputEvent) => this.#typed((event.currentTarget as HTMLInputElement).value) /* the field itself */}
      />
      <p class="help" role="status">
        ${status}${this.many && this.chosen.length > 0 ? ` · ${t.chosen(this.chosen.length)}` : ''}
      </p>
      ${
        listed.length > 0
          ? html`<div class="people" tabindex="-1">
              ${listed.map(
                person =>
                  html`<label class="option" part="option"
                    ><input
                      type=${this.many ? 'checkbox' : 'radio'}
                      name="person"
                      .checked=${this.chosen.includes(person.id)}
                      @change=${() => this.#toggle(person.id)}
                    /><span>${person.name ?? t.nameless}</span
                    >${person.phone ? html`<span class="soft">${person.phone}</span>` : nothing}</label
                  >`
              )}
            </div>`
          : nothing
      }
      ${this.help ? html`<p class="help" id="help">${this.help}</p>` : nothing}
      ${this.error ? html`<p class="error" id="error">${this.error}</p>` : nothing}
    </fieldset>`
  }

  static override styles = [
    baseStyles,
    controlStyles,
    css`
      .people {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(15em, 100%), 1fr));
        gap: 0.375em;
        max-height: 20em;
        overflow: auto;
        padding: 4px;
      }
    `
  ]
}

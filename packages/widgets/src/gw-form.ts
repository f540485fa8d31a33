import { css, html, LitElement, nothing, type PropertyDeclarations } from 'lit'
import {
  answerMessage,
  compileForm,
  fieldsOf,
  pruneAnswers,
  type AnswerIssue,
  type Answers,
  type Field,
  type FormSchema
} from '@gridwright/forms/browser'
import { withValue, type Path } from './answers.ts'
import type { Files } from './client.ts'
import type { Person } from './documents.ts'
import { send } from './events.ts'
import { fieldsView, type FormView } from './form-fields.ts'
import { formTextsIn } from './form-texts.ts'
import { langAround } from './lang.ts'
import { baseStyles, controlStyles } from './styles.ts'

/**
 * A form from its JSON Schema: asks what the answers so far call for, judges as the server does, and says what to mend.
 * A field is judged once it was left, all are at submission. Works without the server.
 *
 * @attr elder - large type and 60 px targets
 * @attr busy - the answers are on their way: submitting again does nothing
 * @attr submit-label - what the button says
 * @prop schema - the form, its texts in one language
 * @prop answers - what is filled in; set it to begin anew
 * @prop refusal - what the server said against one answer: `path` a JSON Pointer, `message` for people
 * @prop candidates - answers a person field's name and a search text with people
 * @prop files - where photos are uploaded to and read from
 * @fires gw-form-changed - the answers after each change, those of hidden fields kept
 * @fires gw-form-submitted - the valid answers, those of hidden fields left out
 * @fires gw-form-rejected - how many answers need mending
 * @slot - above the fields
 * @slot actions - beside the button
 * @cssprop --gw-accent --gw-card --gw-ink --gw-line --gw-radius --gw-target --gw-font-size - looks
 * @csspart field - a field with its label @csspart label - a label @csspart input - a control @csspart error - a message
 * @csspart submit - the button
 */
export class GwForm extends LitElement {
  static override properties: PropertyDeclarations = {
    elder: { type: Boolean, reflect: true },
    busy: { type: Boolean },
    submitLabel: { attribute: 'submit-label' },
    schema: { attribute: false, hasChanged: differs },
    answers: { attribute: false },
    refusal: { attribute: false },
    candidates: { attribute: false },
    files: { attribute: false },
    notes: { state: true },
    left: { state: true },
    tried: { state: true }
  }
  declare elder: boolean
  declare busy: boolean
  declare submitLabel: string
  declare schema: FormSchema
  declare answers: Answers
  declare refusal: { path: string; message: string } | undefined
  declare candidates: ((field: string, search: string) => Promise<readonly Person[]>) | undefined
  declare files: Files | undefined
  declare protected notes: ReadonlyMap<string, string>
  declare protected left: ReadonlySet<string>
  declare protected tried: boolean

  readonly #typed: FormView['typed'] = new Map()
  #judge: ((answers: Answers) => readonly AnswerIssue[]) | undefined
  #fields: readonly Field[] = []
  #messages: ReadonlyMap<string, string> = new Map()

  constructor() {
    super()
    this.elder = false
    this.busy = false
    this.submitLabel = ''
    this.schema = { type: 'object', properties: {} }
    this.answers = {}
    this.refusal = undefined
    this.candidates = undefined
    this.notes = new Map()
    this.left = new Set()
    this.tried = false
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('schema')) {
      this.#judge = compileForm(this.schema)
      this.left = new Set()
      this.tried = false
      this.#typed.clear()
    }
    if (!changed.has('schema') && !changed.has('answers')) return
    this.#fields = fieldsOf(this.schema, this.answers)
    const lang = langAround(this)
    const issues = this.#judge?.(pruneAnswers(this.schema, this.answers)) ?? []
    this.#messages = new Map([...issues].reverse().map(issue => [issue.path, answerMessage(issue, lang)]))
  }

  // Fields are drawn by place: where one appears above, the person goes on typing in the control of the same field.
  protected override update(changed: Map<PropertyKey, unknown>): void {
    const focused = () => this.shadowRoot?.activeElement?.id
    const before = focused()
    super.update(changed)
    if (before && before !== focused()) queueMicrotask(() => this.shadowRoot?.getElementById(before)?.focus())
  }

  /** Judges all answers as the button does; sends `gw-form-submitted` or `gw-form-rejected`. */
  submit(): void {
    if (this.busy) return
    this.tried = true
    this.refusal = undefined
    const late = [...(this.shadowRoot?.querySelectorAll('gw-photos') ?? [])].filter(photos => photos.late)
    if (this.#messages.size === 0 && late.length === 0) {
      send(this, 'gw-form-submitted', { answers: pruneAnswers(this.schema, this.answers) })
      return
    }
    send(this, 'gw-form-rejected', { count: this.#messages.size + late.length })
    const summary = () => this.shadowRoot?.querySelector<HTMLElement>('[part~="summary"]')
    void this.updateComplete.then(() => (summary() ?? late[0])?.focus())
  }

  #change(path: Path, value: unknown): void {
    this.answers = (withValue(this.answers, path, value) ?? {}) as Answers // the root stays an object
    this.refusal = undefined
    send(this, 'gw-form-changed', { answers: this.answers })
  }

  #leave(pointer: string): void {
    this.left = new Set([...this.left, pointer])
  }

  #note(pointer: string, text: string): void {
    this.notes = new Map([...this.notes, [pointer, text]])
  }

  #errorAt(pointer: string): string | undefined {
    const { refusal } = this
    if (refusal && `${refusal.path}/`.replace('/answers/', '/').startsWith(`${pointer}/`)) return refusal.message
    return this.tried || this.left.has(pointer) ? this.#messages.get(pointer) : undefined
  }

  /** Brings the person to the first control of the field that an error is about. */
  #goTo(pointer: string): void {
    for (let at = pointer; at; at = at.slice(0, at.lastIndexOf('/'))) {
      const field = this.shadowRoot?.querySelector(`[data-pointer="${CSS.escape(at)}"]`)
      const control = field?.querySelector<HTMLElement>('input, select, textarea, gw-person-picker, gw-photos, button')
      if (control) return control.focus()
    }
  }

  protected override render() {
    const t = formTextsIn(langAround(this))
    const view: FormView = {
      answers: this.answers,
      t,
      errorAt: pointer => this.#errorAt(pointer),
      typed: this.#typed,
      change: (path, value) => this.#change(path, value),
      leave: pointer => this.#leave(pointer),
      candidates: this.candidates,
      files: this.files,
      notes: this.notes,
      note: (pointer, text) => this.#note(pointer, text)
    }
    const shown = this.tried ? [...this.#messages].reverse() : []
    return html`<form
      class="stack form"
      novalidate
      @submit=${(event: Event) => {
        event.preventDefault()
        this.submit()
      }}
    >
      <slot></slot>
      ${this.schema.description ? html`<p class="soft">${this.schema.description}</p>` : nothing}
      ${
        shown.length > 0
          ? html`<div class="note bad" role="alert" tabindex="-1" part="summary">
              <p>${t.mend(shown.length)}</p>
              <ul>
                ${shown.map(
                  ([pointer, message]) =>
                    html`<li>
                      <button type="button" class="link" @click=${() => this.#goTo(pointer)}>${message}</button>
                    </li>`
                )}
              </ul>
            </div>`
          : nothing
      }
      ${fieldsView(this.#fields, [], view)}
      <div class="row">
        <button class="main" part="submit" aria-disabled=${this.busy ? 'true' : 'false'}>
          ${this.busy ? t.sending : this.submitLabel || t.submit}
        </button>
        <slot name="actions"></slot>
      </div>
    </form>`
  }

  static override styles = [
    baseStyles,
    controlStyles,
    css`
      .form {
        gap: 1.125em;
      }
      .group {
        gap: 1em;
        padding-inline-start: 0.875em;
        border-inline-start: 3px solid var(--_line);
      }
      .optional {
        color: var(--_soft);
        font-weight: 400;
      }
      .quiet {
        justify-self: start;
        border-color: transparent;
        background: none;
        color: var(--_accent);
      }
      .locate {
        margin-block: 0.375em;
      }
      .link {
        min-height: var(--_target);
        padding: 0.25em 0;
        border: 0;
        background: none;
        color: inherit;
        text-align: start;
        text-decoration: underline;
      }
    `
  ]
}

/** A form read anew is the same form as long as it says the same. */
function differs(after: unknown, before: unknown): boolean {
  return after !== before && JSON.stringify(after) !== JSON.stringify(before)
}

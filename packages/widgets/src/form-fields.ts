// How each kind of field is asked: native controls with their label, help and error. One function a kind of control.
import { html, nothing, type TemplateResult } from 'lit'
import type { Field } from '@gridwright/forms/browser'
import { pointerTo, valueAt, type Path } from './answers.ts'
import type { Files } from './client.ts'
import type { Person } from './documents.ts'
import { placeView } from './form-place.ts'
import type { FormTexts } from './form-texts.ts'

/** What the fields read and call while they are drawn. */
export type FormView = {
  answers: unknown
  t: FormTexts
  /** The message at a field, or undefined while it is right or not yet judged. */
  errorAt: (pointer: string) => string | undefined
  /** The text that the person typed for a number, while it stands for this value. */
  typed: Map<string, { text: string; value: unknown }>
  change: (path: Path, value: unknown) => void
  leave: (pointer: string) => void
  candidates: ((field: string, search: string) => Promise<readonly Person[]>) | undefined
  files: Files | undefined
  /** What a field says of itself besides its answer, by pointer. */
  notes: ReadonlyMap<string, string>
  note: (pointer: string, text: string) => void
}

/** From so many options on, a list to open takes the place of buttons. */
const optionsShown = 7

/** The fields one below the other; `at` is the path of the object that they belong to. */
export function fieldsView(fields: readonly Field[], at: Path, view: FormView): TemplateResult {
  return html`${fields.map(field => views[field.kind](field, [...at, field.name], view))}`
}

const views: Readonly<Record<Field['kind'], (field: Field, path: Path, view: FormView) => TemplateResult>> = {
  text: input,
  number: input,
  integer: input,
  date: input,
  time: input,
  instant: input,
  phone: input,
  longtext: longText,
  'yes-no': (field, path, view) => (field.const === true ? promise(field, path, view) : yesNo(field, path, view)),
  choice: (field, path, view) =>
    (field.options?.length ?? 0) > optionsShown
      ? select(field, path, view)
      : choice(field, path, view, field.options ?? []),
  choices,
  person: people,
  people,
  photo: photos,
  photos,
  place: (field, path, view) => placeView(field, path, view, labelled),
  rows,
  group: (field, path, view) =>
    html`<fieldset class="stack group" part="group">
      ${legend(field, view)}${fieldsView(field.fields ?? [], path, view)}
    </fieldset>`
}

const idOf = (path: Path) => `f${pointerTo(path)}`

/** The ids that describe a control: its help and its error, those that are there. */
function describedBy(field: Field, path: Path, view: FormView): string | typeof nothing {
  const id = idOf(path)
  const ids = [field.help ? `${id}-help` : '', view.errorAt(pointerTo(path)) ? `${id}-error` : ''].filter(Boolean)
  return ids.length > 0 ? ids.join(' ') : nothing
}

function below(field: Field, path: Path, view: FormView): TemplateResult {
  const error = view.errorAt(pointerTo(path))
  return html`${field.help ? html`<p class="help" id=${`${idOf(path)}-help`}>${field.help}</p>` : nothing}
  ${error ? html`<p class="error" part="error" id=${`${idOf(path)}-error`}>${error}</p>` : nothing}`
}

const mark = (field: Field, t: FormTexts) =>
  html`${field.required ? nothing : html` <span class="optional">${t.optional}</span>`}${
    field.sensitive ? html` <span class="optional">${t.sensitive}</span>` : nothing
  }`
const legend = (field: Field, view: FormView) =>
  html`<legend part="label">${field.title}${mark(field, view.t)}</legend>`
const invalid = (path: Path, view: FormView) => (view.errorAt(pointerTo(path)) ? 'true' : 'false')
const textOf = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')

const inputTypes: Partial<Record<Field['kind'], string>> = {
  date: 'date',
  time: 'time',
  instant: 'datetime-local',
  phone: 'tel'
}
const inputModes: Partial<Record<Field['kind'], string>> = { number: 'decimal', integer: 'numeric', phone: 'tel' }

/** A control below its label, above its help and error. */
function labelled(field: Field, path: Path, view: FormView, control: TemplateResult): TemplateResult {
  return html`<div part="field" data-pointer=${pointerTo(path)}>
    <label part="label" for=${idOf(path)}>${field.title}${mark(field, view.t)}</label>
    ${control}${below(field, path, view)}
  </div>`
}

function input(field: Field, path: Path, view: FormView): TemplateResult {
  const pointer = pointerTo(path)
  const value = valueAt(view.answers, path)
  const typed = view.typed.get(pointer)
  const shown =
    typed && typed.value === value ? typed.text : field.kind === 'instant' ? localTime(value) : textOf(value)
  const read = (text: string) => {
    const read = valueOf(field, text)
    view.typed.set(pointer, { text, value: read })
    view.change(path, read)
  }
  return labelled(
    field,
    path,
    view,
    html`<input
      part="input"
      id=${idOf(path)}
      type=${inputTypes[field.kind] ?? 'text'}
      inputmode=${inputModes[field.kind] ?? nothing}
      autocomplete=${field.sensitive ? 'off' : field.kind === 'phone' ? 'tel' : nothing}
      placeholder=${field.placeholder ?? nothing}
      aria-required=${field.required ? 'true' : nothing}
      aria-invalid=${invalid(path, view)}
      aria-describedby=${describedBy(field, path, view)}
      .value=${shown}
      @input=${(event: InputEvent) => read(controlOf(event).value)}
      @blur=${() => view.leave(pointer)}
    />`
  )
}

function longText(field: Field, path: Path, view: FormView): TemplateResult {
  const pointer = pointerTo(path)
  return labelled(
    field,
    path,
    view,
    html`<textarea
      part="input"
      id=${idOf(path)}
      rows=${field.lines ?? 4}
      placeholder=${field.placeholder ?? nothing}
      aria-required=${field.required ? 'true' : nothing}
      aria-invalid=${invalid(path, view)}
      aria-describedby=${describedBy(field, path, view)}
      .value=${textOf(valueAt(view.answers, path))}
      @input=${(event: InputEvent) => view.change(path, controlOf(event).value || undefined)}
      @blur=${() => view.leave(pointer)}
    ></textarea>`
  )
}

type Option = { value: unknown; title: string }

function select(field: Field, path: Path, view: FormView): TemplateResult {
  const pointer = pointerTo(path)
  const options: readonly Option[] = field.options ?? []
  const chosen = options.findIndex(option => option.value === valueAt(view.answers, path))
  return labelled(
    field,
    path,
    view,
    html`<select
      part="input"
      id=${idOf(path)}
      aria-required=${field.required ? 'true' : nothing}
      aria-invalid=${invalid(path, view)}
      aria-describedby=${describedBy(field, path, view)}
      @change=${(event: Event) => view.change(path, options[Number(controlOf(event).value)]?.value)}
      @blur=${() => view.leave(pointer)}
    >
      <option value="-1" .selected=${chosen < 0}>${view.t.choose}</option>
      ${options.map((option, index) => html`<option value=${index} .selected=${index === chosen}>${option.title}</option>`)}
    </select>`
  )
}

const option = (type: 'radio' | 'checkbox', title: string, checked: boolean, press: () => void, name = '') =>
  html`<label class="option"><input type=${type} name=${name} .checked=${checked} @change=${press} />${title}</label>`

function choice(field: Field, path: Path, view: FormView, options: readonly Option[]): TemplateResult {
  const pointer = pointerTo(path)
  const value = valueAt(view.answers, path)
  return html`<fieldset
    part="field"
    data-pointer=${pointer}
    role="radiogroup"
    aria-required=${field.required ? 'true' : 'false'}
    aria-invalid=${invalid(path, view)}
    aria-describedby=${describedBy(field, path, view)}
  >
    ${legend(field, view)}
    <div class="options">
      ${options.map(each => option('radio', each.title, each.value === value, () => view.change(path, each.value), idOf(path)))}
      ${
        field.required || value === undefined
          ? nothing
          : html`<button type="button" class="quiet" @click=${() => view.change(path, undefined)}>
              ${view.t.clear}
            </button>`
      }
    </div>
    ${below(field, path, view)}
  </fieldset>`
}

const yesNo = (field: Field, path: Path, view: FormView) =>
  choice(field, path, view, [
    { value: true, title: view.t.yes },
    { value: false, title: view.t.no }
  ])

/** A promise that must be ticked: one box with the promise as its label. */
function promise(field: Field, path: Path, view: FormView): TemplateResult {
  const pointer = pointerTo(path)
  const value = valueAt(view.answers, path) === true
  return html`<div part="field" data-pointer=${pointer}>
    <label class="option"
      ><input
        type="checkbox"
        .checked=${value}
        aria-required=${field.required ? 'true' : nothing}
        aria-invalid=${invalid(path, view)}
        aria-describedby=${describedBy(field, path, view)}
        @change=${() => view.change(path, value ? undefined : true)}
      />${field.title}</label
    >
    ${below(field, path, view)}
  </div>`
}

function choices(field: Field, path: Path, view: FormView): TemplateResult {
  const pointer = pointerTo(path)
  const chosen = listAt(view.answers, path)
  const options: readonly Option[] = field.options ?? []
  const toggle = (value: unknown) => {
    const kept = options.map(option => option.value).filter(each => chosen.includes(each) !== (each === value))
    view.change(path, kept.length > 0 ? kept : undefined)
  }
  return html`<fieldset part="field" data-pointer=${pointer} aria-describedby=${describedBy(field, path, view)}>
    ${legend(field, view)}
    <div class="options">
      ${options.map(each => option('checkbox', each.title, chosen.includes(each.value), () => toggle(each.value)))}
    </div>
    ${below(field, path, view)}
  </fieldset>`
}

function people(field: Field, path: Path, view: FormView): TemplateResult {
  const pointer = pointerTo(path)
  const value = valueAt(view.answers, path)
  const chosen = field.kind === 'people' ? listAt(view.answers, path) : value === undefined ? [] : [value]
  const change = (ids: readonly string[]) =>
    view.change(path, field.kind === 'people' ? (ids.length > 0 ? ids : undefined) : ids[0])
  return html`<div part="field" data-pointer=${pointer}>
    <gw-person-picker
      part="input"
      exportparts="label, option"
      .label=${field.required ? field.title : field.title + view.t.optional}
      .help=${field.help ?? ''}
      .error=${view.errorAt(pointer) ?? ''}
      .many=${field.kind === 'people'}
      .chosen=${chosen}
      .search=${(text: string) => view.candidates?.(field.name, text) ?? Promise.resolve([])}
      @gw-people-chosen=${(event: HTMLElementEventMap['gw-people-chosen']) => {
        event.stopPropagation()
        change(event.detail.ids)
        view.leave(pointer)
      }}
    ></gw-person-picker>
  </div>`
}

function photos(field: Field, path: Path, view: FormView): TemplateResult {
  const pointer = pointerTo(path)
  const several = field.kind === 'photos'
  const value = valueAt(view.answers, path)
  return html`<div part="field" data-pointer=${pointer}>
    <gw-photos
      exportparts="label"
      .label=${field.title + (field.required ? '' : view.t.optional) + (field.sensitive ? view.t.sensitive : '')}
      .help=${field.help ?? ''}
      .error=${view.errorAt(pointer) ?? ''}
      .most=${several ? (field.maxItems ?? 1) : 1}
      .chosen=${several ? listAt(view.answers, path) : value === undefined ? [] : [value]}
      .files=${view.files}
      @gw-photos-chosen=${(event: HTMLElementEventMap['gw-photos-chosen']) => {
        event.stopPropagation()
        const { ids } = event.detail
        view.change(path, several ? (ids.length > 0 ? ids : undefined) : ids[0])
        view.leave(pointer)
      }}
    ></gw-photos>
  </div>`
}

function rows(field: Field, path: Path, view: FormView): TemplateResult {
  const all = listAt(view.answers, path)
  const remove = (index: number) => {
    const kept = all.filter((_, at) => at !== index)
    view.typed.clear()
    view.change(path, kept.length > 0 ? kept : undefined)
  }
  return html`<fieldset
    class="stack group"
    part="group"
    data-pointer=${pointerTo(path)}
    aria-describedby=${describedBy(field, path, view)}
  >
    ${legend(field, view)}
    ${all.map(
      (_, index) =>
        html`<fieldset class="stack card" part="row">
          <legend class="seen-by-readers-only">${field.title} ${index + 1}</legend>
          ${fieldsView(field.fields ?? [], [...path, index], view)}
          <button type="button" class="quiet" @click=${() => remove(index)}>${view.t.removeRow(index + 1)}</button>
        </fieldset>`
    )}
    <button type="button" @click=${() => view.change([...path, all.length], {})}>
      ＋ ${view.t.addRow(field.title)}
    </button>
    ${below(field, path, view)}
  </fieldset>`
}

function listAt(answers: unknown, path: Path): readonly unknown[] {
  const value = valueAt(answers, path)
  return Array.isArray(value) ? value : []
}

// Listeners stand on the controls themselves, whose value is a string.
type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement
const controlOf = (event: Event) => event.currentTarget as Control // see above

/** What a typed text means for a field: a number where it is one, an instant with the device's offset, else the text. */
function valueOf(field: Field, text: string): unknown {
  if (text === '') return undefined
  if (field.kind === 'number' || field.kind === 'integer') {
    const plain = text.trim()
    return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : text
  }
  if (field.kind !== 'instant') return text
  const minutes = -new Date(text).getTimezoneOffset()
  const two = (count: number) => String(count).padStart(2, '0')
  const offset = `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`
  return `${text.length === 16 ? `${text}:00` : text}${offset}`
}

/** An RFC 3339 instant as `datetime-local` shows it, on the device's clock. */
function localTime(value: unknown): string {
  const instant = typeof value === 'string' ? new Date(value) : undefined
  if (!instant || Number.isNaN(instant.getTime())) return ''
  return new Date(instant.getTime() - instant.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

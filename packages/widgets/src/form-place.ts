// How a place is asked: in words, and by the position of the device (W3C Geolocation, WGS-84) where the person lets it be known.
import { html, nothing, type TemplateResult } from 'lit'
import type { Field, PlaceAnswer } from '@gridwright/forms/browser'
import { pointerTo, valueAt, type Path } from './answers.ts'
import type { FormView } from './form-fields.ts'

type Labelled = (field: Field, path: Path, view: FormView, control: TemplateResult) => TemplateResult

const waitMs = 15_000
const parts = ['', '/text', '/latitude', '/longitude']

/** A field for the words, with a button for the position; what is wrong with either shows below. `labelled` draws label, help and error. */
export function placeView(field: Field, path: Path, view: FormView, labelled: Labelled): TemplateResult {
  const { t } = view
  const pointer = pointerTo(path)
  const { text, latitude } = (valueAt(view.answers, path) ?? {}) as PlaceAnswer // as this field and the server leave it
  const errorAt = () => parts.map(part => view.errorAt(pointer + part)).find(Boolean)
  const drop = () => view.change(path, text === undefined ? undefined : { text })
  const said = latitude === undefined ? (view.notes.get(pointer) ?? '') : t.located
  return labelled(
    field,
    path,
    { ...view, errorAt },
    html`<input
        part="input"
        id=${`f${pointer}`}
        placeholder=${field.placeholder ?? nothing}
        aria-required=${field.required ? 'true' : nothing}
        aria-invalid=${errorAt() ? 'true' : 'false'}
        aria-describedby=${errorAt() ? `f${pointer}-error` : field.help ? `f${pointer}-help` : nothing}
        .value=${text ?? ''}
        @input=${(event: InputEvent) => view.change([...path, 'text'], (event.currentTarget as HTMLInputElement).value || undefined) /* the field itself */}
        @blur=${() => parts.forEach(part => view.leave(pointer + part))}
      />
      <div class="row locate">
        ${
          latitude === undefined
            ? html`<button type="button" @click=${() => locate(path, view)}>${t.locate}</button>`
            : html`<button type="button" @click=${drop}>${t.clear}</button>`
        }
        <span class="help" role="status">${said}</span>
      </div>`
  )
}

function locate(path: Path, view: FormView): void {
  const note = (text: string) => view.note(pointerTo(path), text)
  const failed = () => note(view.t.noPosition)
  const degrees = (value: number) => Number(value.toFixed(6)) // a tenth of a metre
  const locator: Geolocation | undefined = navigator.geolocation // missing on pages without HTTPS
  note(view.t.locating)
  if (!locator) return failed()
  locator.getCurrentPosition(
    ({ coords }) => {
      view.change([...path, 'longitude'], degrees(coords.longitude))
      view.change([...path, 'latitude'], degrees(coords.latitude))
      note('')
    },
    failed,
    { enableHighAccuracy: true, timeout: waitMs }
  )
}

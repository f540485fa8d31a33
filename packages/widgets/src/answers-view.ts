// Answers in words, as those who handle a case read them: with the form's titles where the form is known.
import { html, nothing, type TemplateResult } from 'lit'
import { fieldsOf, type Answers, type Field, type FormSchema, type PlaceAnswer } from '@gridwright/forms/browser'
import type { Words } from './case-view.ts'
import { instantWords } from './time-words.ts'

/** The answers to a form as a list of titles and values; what was not answered is left out. */
export function answersView(form: FormSchema, answers: Answers, words: Words): TemplateResult | typeof nothing {
  const told = fieldsOf(form, answers).filter(
    field => answers[field.name] !== undefined && answers[field.name] !== null
  )
  if (told.length === 0) return nothing
  return html`<dl class="stack" part="answers">
    ${told.map(
      field =>
        html`<div>
          <dt>${field.title}</dt>
          <dd>${valueView(field, answers[field.name], words)}</dd>
        </div>`
    )}
  </dl>`
}

/**
 * What was answered with an event, an answer a line: what was written as it was written, all else behind its title. People are left out,
 * since only their ids are known here.
 */
export function answersSaid(form: FormSchema, answers: Answers, words: Words): readonly TemplateResult[] {
  return fieldsOf(form, answers)
    .filter(({ name, kind }) => answers[name] !== undefined && kind !== 'person' && kind !== 'people')
    .map(field => {
      const isWritten = field.kind === 'text' || field.kind === 'longtext'
      const title = isWritten ? nothing : field.title + words.t.colon
      return html`<p class="said">${title}${valueView(field, answers[field.name], words)}</p>`
    })
}

function valueView(field: Field, value: unknown, words: Words): unknown {
  const { t, lang, now, files } = words
  if (field.kind === 'photo' || field.kind === 'photos')
    return html`<gw-photos
      .label=${field.title}
      .chosen=${[value].flat().filter(each => each !== '***')}
      .files=${files}
    ></gw-photos>`
  if (field.kind === 'place' && typeof value === 'object') return placeWords(value as PlaceAnswer) // stored answers fit their form
  if (Array.isArray(value)) {
    if (field.kind !== 'rows') return value.map(each => oneWord(field, each)).join(t.comma)
    return value.map(row => html`<p>${inside(field, row, words)}</p>`)
  }
  if (field.kind === 'group') return inside(field, value, words)
  if (field.kind === 'yes-no') return value === true ? t.yes : t.no
  if (field.kind === 'instant' && typeof value === 'string') return instantWords(value, lang, now)
  return oneWord(field, value)
}

const inside = (field: Field, value: unknown, words: Words) => {
  const values = typeof value === 'object' && value !== null ? (value as Answers) : {} // a group or a row
  return (field.fields ?? [])
    .filter(each => values[each.name] !== undefined)
    .map(
      (each, at) =>
        html`${at > 0 ? words.t.semicolon : ''}${each.title}${words.t.colon}${valueView(each, values[each.name], words)}`
    )
}

function placeWords({ text, latitude, longitude }: PlaceAnswer): string {
  return [text, latitude === undefined ? '' : `${latitude}, ${longitude}`].filter(Boolean).join(' · ')
}

/** An option's title; a person as the server shows them (a name in place of the id); else the value itself. */
function oneWord(field: Field, value: unknown): string {
  const option = field.options?.find(each => each.value === value)
  if (option) return option.title
  if (typeof value === 'object' && value !== null && 'name' in value) return String(value.name)
  return String(value)
}

// The photos that answers name: ids of uploaded files, wherever a form asks for them.
import type { FormItems, FormProperty } from '@gridwright/core'
import { type Answer, type Answers, isAnswers } from './answers.ts'
import { type Properties, visibleProperties } from './branch.ts'
import { propertyMap, pruneAnswers } from './field.ts'
import type { FormSchema } from './form.ts'

/** A photo in the answers: `path` is the JSON Pointer of its answer, `file` its id. */
export type AnsweredPhoto = { readonly path: string; readonly file: string }

const withPhotos = new WeakMap<FormSchema, boolean>()

/** The photos among `answers` to fields that the form asks, in the form's order; answers that do not fit the form are passed over. */
export function photosIn(form: FormSchema, answers: unknown): readonly AnsweredPhoto[] {
  if (!isAnswers(answers) || !asksForPhotos(form)) return []
  const asked = pruneAnswers(form, answers)
  return photosAmong(asked, visibleProperties(form, asked), '')
}

/** Most forms do not, and are asked of every command. */
function asksForPhotos(form: FormSchema): boolean {
  const known = withPhotos.get(form)
  if (known !== undefined) return known
  const asks = JSON.stringify(form).includes('"format":"photo"')
  withPhotos.set(form, asks)
  return asks
}

function photosAmong(answers: Answers, properties: Properties, above: string): readonly AnsweredPhoto[] {
  return [...properties].flatMap(([name, property]) => photosOf(answers[name] ?? null, property, `${above}/${name}`))
}

function photosOf(answer: Answer, of: FormProperty | FormItems, path: string): readonly AnsweredPhoto[] {
  if (typeof answer === 'string') return of.format === 'photo' ? [{ path, file: answer }] : []
  if (isAnswers(answer)) return photosAmong(answer, propertyMap(of), path)
  const items = 'items' in of ? of.items : undefined
  if (!items || !Array.isArray(answer)) return []
  return answer.flatMap((each: Answer, i) => photosOf(each, items, `${path}/${i}`))
}

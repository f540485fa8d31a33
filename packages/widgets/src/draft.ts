// What was typed and not yet submitted, kept in the tab's session so that a reload, a sign-in or a refusal loses nothing.
import type { Answers } from '@gridwright/forms/browser'
import { newId } from './client.ts'
import type { Contact } from './documents.ts'

/**
 * An order in the making. `id` is the command's id: it stays until the server has answered, so that sending again cannot order
 * twice; `sent` says that it went out at least once, unanswered.
 */
export type Draft = {
  id: string
  sent: boolean
  answers: Answers
  area: string | null
  channel: string | null
  contact: Contact
}

/** A draft with nothing in it but `answers`. */
export const newDraft = (answers: Answers): Draft => ({
  id: newId(),
  sent: false,
  answers,
  area: null,
  channel: null,
  contact: { name: '', phone: '' }
})

/** The draft kept under a key, undefined without one. */
export function keptDraft(key: string): Draft | undefined {
  const kept = sessionStorage.getItem(key)
  return kept === null ? undefined : (JSON.parse(kept) as Draft) // written by `keepDraft` in this tab
}

/** Keeps a draft, or forgets it with `undefined`. */
export function keepDraft(key: string, draft: Draft | undefined): void {
  if (draft) sessionStorage.setItem(key, JSON.stringify(draft))
  else sessionStorage.removeItem(key)
}

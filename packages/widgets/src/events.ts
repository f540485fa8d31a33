// The events that widgets send: each bubbles, crosses shadow boundaries, and has a typed detail.
import type { Answers } from '@gridwright/forms/browser'
import type { CaseCard, ServiceCard } from './documents.ts'
import type { ViewerChange } from './gw-provider.ts'

/** Every event by name, with its detail. */
export type Details = {
  /** A service was chosen from the list. */
  'gw-service-chosen': { service: ServiceCard }
  /** An order has arrived at the server. */
  'gw-case-submitted': { case: CaseCard }
  /** A case was opened from a list. */
  'gw-case-chosen': { id: string }
  /** The viewer sent an event to a case and it went on. */
  'gw-case-acted': { case: CaseCard; event: string }
  /** The server refused an event: the case may no longer be as shown. `code` is `noun.reason`. */
  'gw-case-stale': { id: string; code: string; message: string }
  /** A form's answers changed, by one field or more. */
  'gw-form-changed': { answers: Answers }
  /** A form was submitted and its answers are valid. */
  'gw-form-submitted': { answers: Answers }
  /** A form was to be submitted but some answers are not valid. */
  'gw-form-rejected': { count: number }
  /** People were chosen in a picker. */
  'gw-people-chosen': { ids: string[] }
  /** Photos were uploaded or removed. */
  'gw-photos-chosen': { ids: string[] }
  /** An area was chosen; null while none of the wanted level is. */
  'gw-area-chosen': { id: string | null }
  /** A widget needs somebody signed in. */
  'gw-sign-in-wanted': Record<string, never>
  /** Another person signed in, or the same in another language. */
  'gw-viewer-changed': ViewerChange
}

type Events = { [Name in keyof Details]: CustomEvent<Details[Name]> }

declare global {
  interface HTMLElementEventMap extends Events {}
}

/** Sends one of the widgets' events from `element`. */
export function send<Name extends keyof Details>(element: Element, name: Name, detail: Details[Name]): void {
  element.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }))
}

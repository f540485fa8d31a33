// The promises that a chaos run puts to the test, by name; each name is what breaking it looks like.

/** `rule` names the promise that was broken, `what` where. */
export type Violation = { readonly rule: Rule; readonly what: string }
export type Rule =
  | 'command.lost'
  | 'command.done-twice'
  | 'command.unanswered'
  | 'answer.untrue'
  | 'answer.changed'
  | 'refusal.forgotten'
  | 'read.stale'
  | 'offer.won-twice'
  | 'offer.not-won'
  | 'revision.gap'
  | 'deadline.fired-twice'
  | 'deadline.fired-early'
  | 'deadline.missed'
  | 'notice.lost'
  | 'notice.phantom'
  | 'notice.delivered-twice'
  | 'notice.undelivered'
  | 'history.unsound'
  | 'server.crashed'
  | 'server.broken'

// The door of @gridwright/widgets: importing it registers every element, the provider first, so that widgets inside find it.
import { GwAreaPicker } from './gw-area-picker.ts'
import { GwCaseActions } from './gw-case-actions.ts'
import { GwCaseTimeline } from './gw-case-timeline.ts'
import { GwDispatchBoard } from './gw-dispatch-board.ts'
import { GwForm } from './gw-form.ts'
import { GwMyCases } from './gw-my-cases.ts'
import { GwOrderForm } from './gw-order-form.ts'
import { GwPassbook } from './gw-passbook.ts'
import { GwPersonPicker } from './gw-person-picker.ts'
import { GwPhotos } from './gw-photos.ts'
import { GwPointsQueue } from './gw-points-queue.ts'
import { GwPointsShop } from './gw-points-shop.ts'
import { GwProvider } from './gw-provider.ts'
import { GwRating } from './gw-rating.ts'
import { GwScoreCard } from './gw-score-card.ts'
import { GwServiceList } from './gw-service-list.ts'
import { GwTaskHall } from './gw-task-hall.ts'

const elements = {
  'gw-provider': GwProvider,
  'gw-form': GwForm,
  'gw-person-picker': GwPersonPicker,
  'gw-photos': GwPhotos,
  'gw-area-picker': GwAreaPicker,
  'gw-case-actions': GwCaseActions,
  'gw-case-timeline': GwCaseTimeline,
  'gw-service-list': GwServiceList,
  'gw-order-form': GwOrderForm,
  'gw-my-cases': GwMyCases,
  'gw-dispatch-board': GwDispatchBoard,
  'gw-task-hall': GwTaskHall,
  'gw-passbook': GwPassbook,
  'gw-points-queue': GwPointsQueue,
  'gw-points-shop': GwPointsShop,
  'gw-rating': GwRating,
  'gw-score-card': GwScoreCard
} as const

// A page may hold two copies of the script: the first one counts.
for (const [name, element] of Object.entries<CustomElementConstructor>(elements)) {
  if (!customElements.get(name)) customElements.define(name, element)
}

type Elements = { [Name in keyof typeof elements]: InstanceType<(typeof elements)[Name]> }

declare global {
  interface HTMLElementTagNameMap extends Elements {}
}

export type { Files } from './client.ts'
export type { Details } from './events.ts'
export {
  GwAreaPicker,
  GwCaseActions,
  GwCaseTimeline,
  GwDispatchBoard,
  GwForm,
  GwMyCases,
  GwOrderForm,
  GwPassbook,
  GwPersonPicker,
  GwPhotos,
  GwPointsQueue,
  GwPointsShop,
  GwProvider,
  GwRating,
  GwScoreCard,
  GwServiceList,
  GwTaskHall
}

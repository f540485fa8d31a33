// What the rules say: config schemas, localities, conditions, calendar, parties.
export { calendarOf, type Calendar, type CalendarYears, type ClockRule } from './calendar.ts'
export { due, elapsed, fraction, type Clock, type Due, type Suspension } from './clock.ts'
export {
  checkCondition,
  compileCondition,
  eligibilityPlace,
  guardPlace,
  namesIn,
  place,
  runCondition,
  type Condition,
  type ConditionFault,
  type Place
} from './condition.ts'
export { truthsOf } from './condition-regions.ts'
export { conditionWords, type ConditionTerms } from './condition-words.ts'
export {
  dataTable,
  dataTables,
  headingOf,
  labelOf,
  readTable,
  tableNames,
  type CellProblem,
  type DataTable,
  type TableName,
  type TableWords
} from './data-table.ts'
export { datasetOf, parseDataset, type DataRow, type Dataset, type DatasetFault } from './dataset.ts'
export { addDecimal, compareDecimal, parseDecimal, plainDecimal, subtractDecimal, type Decimal } from './decimal.ts'
export { durationWords, parseDuration, type Duration } from './duration.ts'
export {
  evaluationOf,
  type Evaluation,
  type Occurrence,
  type PublishedTotal,
  type Rating,
  type ScoreCard,
  type ScoreLine,
  type Subject
} from './evaluation.ts'
export { lastRatings, tally } from './evaluation-fold.ts'
export { canonicalJson, contentHash, derivedUuid, sha256Hex } from './hash.ts'
export {
  describeIssue,
  exampleIn,
  fillTemplate,
  formatIssue,
  sortIssues,
  type Issue,
  type IssueParams,
  type Severity
} from './issue.ts'
export { codeFault } from './instance-data.ts'
export { issueMessages } from './issue-messages.ts'
export { baseOf, idOf, joined } from './layer.ts'
export type { Override } from './layer-merge.ts'
export { load, reload, type Loaded, type Locality, type Scale } from './locality.ts'
export { nearest } from './nearest.ts'
export {
  areaKey,
  contactKey,
  keysOf,
  partiesOf,
  partyKeys,
  personKey,
  postKey,
  registrationKey,
  type PartyContext,
  type PartyKey,
  type PersonFacts,
  type Places
} from './party.ts'
export { placeProperties, type PlaceAnswer } from './place-answer.ts'
export { amountOf, periodOf, pointsOf, pointsText, settlerKeys, type Ledger, type Points, type Shop } from './points.ts'
export { actsOn, type TransferAct } from './points-acts.ts'
export { earnings, type Earning } from './points-earning.ts'
export { award, certify, reject, reverse, usedOfCap } from './points-ledger.ts'
export { boughtIn, cancelRedemption, handOver, readGoods, redeem, type Good } from './points-shop.ts'
export {
  accountsOf,
  applyChange,
  holderAccount,
  newAccount,
  spendable,
  type Account,
  type AccountChange,
  type Movement,
  type Transfer,
  type TransferKind,
  type TransferState
} from './points-transfer.ts'
export { fromWhole, layersOffering, layersWithin, localityAt } from './layers-within.ts'
export { limitsOf, procedureOf, proceduresOf, procedureWith, type Procedure } from './procedure.ts'
export { checkParty, conditionIssues, formShape, unknownName } from './references.ts'
export { differences, pathInLayer, type Difference } from './release-diff.ts'
export { mannedAreas } from './roster.ts'
export { bilingual, checkSchema, describedAt } from './schema.ts'
export type {
  Card,
  Category,
  Channel,
  DeadlineRule,
  DeadlineTreatment,
  Effect,
  EvaluationFile,
  FormFile,
  FormItems,
  FormOptions,
  FormProperty,
  FormScalar,
  FormSection,
  FormTest,
  Guard,
  Level,
  Limit,
  MigrationFile,
  Move,
  OfferEffect,
  OneParty,
  Party,
  Post,
  RegistrationKind,
  ScenarioFile,
  ServiceFile,
  State,
  Step,
  Text,
  Transition,
  WorkflowFile
} from './schema-types.ts'
export { shapeOf, type JsonSchema, type Shape } from './shape.ts'
export { parseSource, pointerToken, type Source } from './source.ts'
export { negotiateLanguage, textIn } from './text.ts'
export { windowAt, windowBefore, windowNamed, type Window } from './window.ts'
export { isTimeZone, localDate, localIso, startOfDay, type Instant } from './zone.ts'

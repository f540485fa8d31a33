// How a case goes on: machines, decisions, the command door, deadlines, scenarios, proofs.
export { actionsOn, candidateKeys, kindsOffered, type ActionOffer } from './actions.ts'
export {
  audienceOf,
  awaitsCalendar,
  commitment,
  entryHash,
  foldCase,
  nextDueAt,
  type Answers,
  type CaseEvent,
  type CaseFacts,
  type CaseRow,
  type DeadlineState,
  type ReviewRecord
} from './case.ts'
export { check } from './check.ts'
export { reservedEvents } from './check-names.ts'
export {
  handle,
  type Act,
  type Actor,
  type Answer,
  type AnyCommand,
  type AnyOutcome,
  type AreaFacts,
  type Change,
  type Command,
  type Contact,
  type Errand,
  type EvaluationOutcome,
  type Facts,
  type FileUse,
  type Migrate,
  type Notice,
  type Outcome,
  type OutcomeOf,
  type PointsOutcome,
  type Reads,
  type Refusal,
  type Rules,
  type Submit,
  type Tick,
  type Tx,
  type Unmigrate
} from './command.ts'
export { courseOf, type CaseEnd, type Course, type EarnedPoints, type LimitName, type Reading } from './course.ts'
export { promisedLimits, type PromisedLimit } from './deadlines.ts'
export { coverageOf, type Coverage, type Covered } from './coverage.ts'
export { decide } from './decide.ts'
export { diagramOf, type Diagram, type DiagramArrow, type DiagramGroup, type DiagramState } from './diagram.ts'
export { diagramMermaid } from './diagram-mermaid.ts'
export { diagramSvg } from './diagram-svg.ts'
export { workingWords } from './diagram-words.ts'
export {
  cardsOf,
  marksRefused,
  mayRate,
  mayReadScore,
  publishedBy,
  rollReads,
  subjectsFrom,
  type EvaluationChange,
  type EvaluationCommand,
  type Journaled,
  type RollFacts,
  type RollReads,
  type Score
} from './evaluation-command.ts'
export { guidesOf, type GuideLimit, type GuideParty, type GuideStep, type ItemGuide } from './guide.ts'
export type { GuideField } from './guide-fields.ts'
export {
  differencesIn,
  impactOn,
  type CaseDifferences,
  type CaseImpact,
  type HandoverChange,
  type Sides
} from './impact.ts'
export {
  impactTally,
  type CaseName,
  type ChangedCases,
  type Impact,
  type ImpactTally,
  type Listed
} from './impact-tally.ts'
export { eligibility } from './submit.ts'
export { machineOf, restingStates, type Machine, type Step, type TransitionRule } from './machine.ts'
export { checkPlan, planIn } from './migration-check.ts'
export { planHash, planMigration, undecided } from './migration.ts'
export { journaled, totalOf } from './memory-roll.ts'
export { memoryStore, type MemoryPerson, type MemoryStore } from './memory.ts'
export { graphOf, traceTo, type Arrival, type Edge, type Graph } from './paths.ts'
export type { BookFacts, BookReads, PointsCommand } from './points-command.ts'
export { peopleIn, replay, type Handover, type Replay, type Stop, type Trial } from './replay.ts'
export { areasOf, runScenario, type ScenarioFailure, type ScenarioResult } from './scenario.ts'

// For test files: the scenarios of a locality folder as tests of Vitest, which is the reader’s own.
export { defineScenarioTests, type ScenarioTestOptions } from './scenario-tests.ts'

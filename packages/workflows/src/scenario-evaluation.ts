/** Evaluations in scenarios: marks and publications as commands, and score cards as they should be. */
import { areaKey, evaluationOf, personKey, type Locality, type PartyKey, type ScenarioFile } from '@gridwright/core'
import type { EvaluationCommand, Score } from './evaluation-command.ts'
import type { MemoryStore } from './memory.ts'

type ScenarioStep = ScenarioFile['steps'][number]
export type EvaluationStep = Extract<ScenarioStep, { do: string; evaluation: unknown }>
type Expected = Extract<ScenarioStep, { expect: { score: unknown } }>['expect']['score']
type Figures = NonNullable<Expected['of'][string]>

type Run = { readonly locality: Locality; readonly store: MemoryStore; readonly scenario: ScenarioFile }

/** Whether a step is about an evaluation. */
export function isEvaluationStep(step: ScenarioStep): step is EvaluationStep {
  return 'evaluation' in step
}

/** The command that a step gives. */
export function evaluationCommandOf(
  run: Run,
  step: EvaluationStep,
  { id, now }: { readonly id: string; readonly now: number }
): EvaluationCommand {
  const { evaluation, window } = step
  const common = { id, now, actor: { person: step.as }, evaluation, window }
  if (step.do === 'publish') return { ...common, kind: 'publish-scores' }
  return { ...common, kind: 'rate', sheet: step.sheet, subject: subjectKey(run, step.subject), marks: step.marks }
}

/** A subject as scenarios name it: a person who is there, else an area by its code. */
function subjectKey({ scenario }: Run, name: string): PartyKey {
  return Object.hasOwn(scenario.given.people, name) ? personKey(name) : areaKey(name)
}

/** Each figure that is not as expected, with a JSON Pointer into the step. */
export function scoreDifferences(
  run: Run,
  { evaluation, window, of }: Expected
): readonly { readonly path: string; readonly expected: string; readonly actual: string }[] {
  const scores = run.store.scores.filter(score => score.evaluation === evaluation && score.window === window)
  return Object.entries(of).flatMap(([name, figures]) => {
    const path = `/expect/score/of/${name}`
    const key = subjectKey(run, name)
    const score = scores.find(({ card }) => card.subject === key)
    if (figures === null || !score) {
      const [expected, actual] = [figures ? 'a score' : 'no score', score ? 'a score' : 'no score']
      return expected === actual ? [] : [{ path, expected, actual }]
    }
    const actual = figuresOf(run.locality, score)
    return compared(path, figures, actual)
  })
}

function compared(path: string, wanted: object, actual: object) {
  return Object.entries(wanted).flatMap(
    ([name, value]: [string, unknown]): readonly { path: string; expected: string; actual: string }[] => {
      const got: unknown = Object.entries(actual).find(([key]) => key === name)?.[1]
      if (typeof value === 'object' && value !== null && typeof got === 'object' && got !== null)
        return compared(`${path}/${name}`, value, got)
      const [expected, found] = [JSON.stringify(value), JSON.stringify(got ?? null)]
      return expected === found ? [] : [{ path: `${path}/${name}`, expected, actual: found }]
    }
  )
}

function figuresOf(locality: Locality, { evaluation, card }: Score): Figures {
  const file = locality.evaluations.get(evaluation)
  const band = file && evaluationOf(file).bands[card.band]
  return {
    total: card.total,
    ...(band?.stars === undefined ? {} : { stars: band.stars }),
    ...(band?.card === undefined ? {} : { card: band.card }),
    points: Object.fromEntries(card.lines.map(({ indicator, points }) => [indicator, points])),
    counted: Object.fromEntries(card.lines.map(({ indicator, counted }) => [indicator, counted.length]))
  }
}

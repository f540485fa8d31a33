// Surveys of what the check lets pass: each mutant of a locality is refused by it, or its cases are walked through to their end.
import type { Locality } from '@gridwright/core'
import { areasOf, check, type AreaFacts } from '../src/index.ts'
import { pick, type Draw } from './filled-in.ts'
import { exampleNames, filesOf, localityOf, type Files } from './folder.ts'
import { configOf, mutated, mutationsOf, type Mutation } from './mutants.ts'
import { walkThrough, type Walk } from './wander.ts'

/** An example with its areas, without the counts and scenarios that a mutant would break. */
export type Ground = {
  readonly name: string
  readonly files: Files
  readonly areas: readonly AreaFacts[]
  readonly mutations: readonly Mutation[]
}

/** `troubles` tells each mutant that the check let pass and that then went wrong. */
export type Survey = {
  readonly mutants: number
  readonly caught: number
  readonly walks: number
  readonly steps: number
  readonly troubles: readonly string[]
}

export const grounds: readonly Ground[] = exampleNames.map(name => {
  const whole = filesOf(`examples/${name}`)
  const files = configOf(whole)
  return { name, files, areas: areasOf(whole), mutations: mutationsOf(files) }
})

/** Walks of every service of the example as it is, `times` each. Throws where its config gives an issue. */
export async function walksOf({ files, areas }: Ground, draw: Draw, times: number): Promise<readonly Told[]> {
  const locality = localityOf(files)
  const told: Told[] = []
  for (const service of locality.services.keys())
    for (let i = 0; i < times; i++) told.push({ service, walk: await walkThrough(locality, service, areas, draw) })
  return told
}
type Told = { readonly service: string; readonly walk: Walk | undefined }

/** Mutants of the example, two in three of its workflows, until the check has let `passing` of them pass; each of those is walked for `steps` steps. */
export async function surveyed(ground: Ground, draw: Draw, passing: number, steps: number): Promise<Survey> {
  const ofWorkflows = ground.mutations.filter(({ file }) => /(^|\/)workflows\//.test(file))
  const passed: Survey[] = []
  let count = 0
  for (; passed.length < passing; count++) {
    const mutation = pick(count % 3 > 0 && ofWorkflows.length > 0 ? ofWorkflows : ground.mutations, draw)
    const locality = mutation && check(mutated(ground.files, mutation)).locality
    if (mutation && locality) passed.push(await passedOn(ground, draw, { mutation, locality, steps }))
  }
  const sum = (of: (one: Survey) => number) => passed.reduce((total, one) => total + of(one), 0)
  return {
    mutants: count,
    caught: count - passed.length,
    walks: sum(({ walks }) => walks),
    steps: sum(one => one.steps),
    troubles: passed.flatMap(({ troubles }) => troubles)
  }
}

type Passed = { readonly mutation: Mutation; readonly locality: Locality; readonly steps: number }

/** Walks of the services that the mutation touches, until they make `steps` steps or one goes wrong. */
async function passedOn(
  { name, areas }: Ground,
  draw: Draw,
  { mutation: { what, file }, locality, steps }: Passed
): Promise<Survey> {
  const services = touchedBy(file, locality)
  const survey = { mutants: 1, caught: 0, walks: 0, steps: 0 }
  for (let unsubmitted = 0; survey.steps < steps && unsubmitted < 2;) {
    const service = pick(services, draw) ?? ''
    const walk = await walkThrough(locality, service, areas, draw)
    if (!walk) unsubmitted++
    survey.walks += walk ? 1 : 0
    survey.steps += walk?.steps ?? 0
    if (walk?.trouble !== undefined)
      return {
        ...survey,
        troubles: [`${name}/${what}; ${service} ${walk.trouble}: ${walk.trace.slice(-8).join(', ')}`]
      }
  }
  return { ...survey, troubles: [] }
}

function touchedBy(file: string, { services }: Locality): readonly string[] {
  const touched = [...services].filter(([id, { workflow, form }]) =>
    [`services/${id}.json`, `workflows/${workflow}.json`, `forms/${form}.json`].some(own => file.endsWith(own))
  )
  return (touched.length > 0 ? touched : [...services]).map(([id]) => id)
}

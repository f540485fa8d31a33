// What the server's resolvers read of a locality, beside what its cases come to: the words and figures that GraphQL shows.
import {
  personKey,
  procedureOf,
  readTable,
  tableNames,
  type FormFile,
  type Locality,
  type PersonFacts,
  type Places
} from '@gridwright/core'
import { compileForm, fieldsOf, type Answers } from '@gridwright/forms'
import type { Files } from './folder.ts'
import { kindsOffered, machineOf, mayReadScore, promisedLimits } from '../src/index.ts'

/** By what it is, all that is shown; `samples` are answers that forms are held against. */
export function shownOf(
  locality: Locality,
  samples: ReadonlyMap<string, readonly Answers[]>
): Readonly<Record<string, unknown>> {
  const { id, code, name, languages, timeZone, levels } = locality
  return {
    locality: {
      id,
      code,
      name,
      languages,
      timeZone,
      levels: levels.map(level => [level.id, level.label])
    },
    clocks: [...locality.calendar.labels],
    channels: [...locality.channels].map(([channel, { label, enteredBy }]) => [channel, label, enteredBy]),
    posts: [...locality.posts].map(([post, { label, level, duties, rights }]) => [post, label, level, duties, rights]),
    registrations: [...locality.registrations].map(([kind, { label, level }]) => [
      kind,
      label,
      level,
      kindsOffered(locality).has(kind)
    ]),
    categories: [...locality.categories].map(([category, { label, parent, legalBasis }]) => [
      category,
      label,
      parent,
      legalBasis
    ]),
    scales: [...locality.scales].map(([scale, steps]) => [
      scale,
      Object.entries(steps).map(([step, { label }]) => [step, label])
    ]),
    services: [...locality.services].map(([service, { title, summary, category, channels, eligible }]) => {
      const procedure = procedureOf(locality, service)
      return [service, title, summary, category, channels, eligible?.otherwise, procedure && promisedLimits(procedure)]
    }),
    workflows: [...locality.workflows.values()].map(workflow => [
      workflow.meta?.label,
      workflow.meta?.events,
      workflow.meta?.replies,
      [...machineOf(workflow).states].map(([path, { meta }]) => [path, meta?.label])
    ]),
    points: locality.points && [
      Object.entries(locality.points.ledgers).map(([ledger, { label, unit }]) => [ledger, label, unit]),
      Object.entries(locality.points.rules).map(([rule, { label }]) => [rule, label]),
      locality.points.shop?.label
    ],
    evaluations: [...locality.evaluations].map(
      ([evaluation, { title, summary, window, indicators, bands, sheets }]) => [
        evaluation,
        title,
        summary,
        window,
        Object.entries(indicators).map(([indicator, { label, weight }]) => [indicator, label, weight]),
        bands,
        Object.entries(sheets ?? {}).map(([sheet, { label, highest }]) => [sheet, label, highest])
      ]
    ),
    readers: [...locality.evaluations.values()].map(file =>
      holdersIn(locality).map(holder =>
        mayReadScore(holder, { subject: personKey('nobody'), places: placesIn(locality) }, file, locality)
      )
    ),
    forms: [...locality.forms].map(([form, file]) => [
      form,
      file.title,
      file.description,
      once(file, 'fields', () => (samples.get(form) ?? []).map(answers => fieldsOf(file, answers)))
    ])
  }
}

/** What each form says of the sample answers, and what an import reads of each table of data. */
export function verdictsOf(
  locality: Locality,
  files: Files,
  samples: ReadonlyMap<string, readonly Answers[]>
): unknown {
  const forms = [...locality.forms].map(([form, file]) => {
    const told = (answers: Answers) => compileForm(file)(answers).map(({ path, code }) => `${path} ${code}`)
    return [form, once(file, 'verdicts', () => (samples.get(form) ?? []).map(told))]
  })
  const tables = tableNames.map(name => {
    const table = readTable(locality, name, files.get(`data/${name}.csv`) ?? '')
    return 'rows' in table ? [table.rows.map(({ cells }) => cells), table.unused] : table
  })
  return [forms, tables]
}

/** A place with an area at every level, and one person for each post and registration there. */
function placesIn({ levels }: Locality): Places {
  return Object.fromEntries(levels.map(({ id }) => [id, `the ${id}`]))
}

function holdersIn(locality: Locality): readonly PersonFacts[] {
  const areaAt = (level: string) => placesIn(locality)[level] ?? ''
  return [
    ...[...locality.posts].map(([post, { level }]) => ({
      appointments: [{ post, area: areaAt(level) }],
      registrations: []
    })),
    ...[...locality.registrations].map(([kind, { level }]) => ({
      appointments: [],
      registrations: [{ kind, area: areaAt(level) }]
    }))
  ].map(held => ({ id: 'somebody', ...held }))
}

const known = new Map<string, string>()

/** What `work` makes of a form as text; the same form is worked out once. */
function once(file: FormFile, what: string, work: () => unknown): string {
  const key = `${what} ${JSON.stringify(file)}`
  const made = known.get(key) ?? JSON.stringify(work())
  known.set(key, made)
  return made
}

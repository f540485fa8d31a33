// `npm run bench:impact`: `gridwright impact` on a hundred thousand Licheng cases with shorter limits, beside a floor that merely reads the
// same journals and parses them, each in a process of its own on the same PostgreSQL. The cases are five hundred random walks through the
// real workflows, copied; BENCH_CASES and BENCH_EXAMPLE choose others.
import { spawn } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { openDatabase } from '../../packages/server/src/database.ts'
import { readFolder } from '../../packages/server/src/folder.ts'
import { openStore } from '../../packages/server/src/store.ts'
import { eventRecordOf, recordOf } from '../../packages/server/src/store-case.ts'
import { drawsFrom } from '../../packages/workflows/test/filled-in.ts'
import { grounds, walksOf } from '../../packages/workflows/test/survey.ts'
import type { Walk } from '../../packages/workflows/test/wander.ts'

const cases = Number(process.env['BENCH_CASES'] ?? 100_000)
const example = process.env['BENCH_EXAMPLE'] ?? 'licheng'
const templates = 500
const root = fileURLToPath(new URL('../../', import.meta.url))
const quiet = { warn: () => undefined, error: () => undefined }

const folder = mkdtempSync(join(tmpdir(), 'gridwright-bench-'))
chmodSync(folder, 0o755) // started by root, the database runs as another user
const database = await openDatabase({
  dataFolder: join(folder, 'data'),
  onProgress: message => console.log(message.en)
})
try {
  const began = performance.now()
  await filled(await walks())
  console.log(`${cases} cases made in ${seconds(performance.now() - began)} s`)
  const env = { ...process.env, DATABASE_URL: database.url, DATABASE_APP_URL: database.appUrl }
  const floor = await run([join(root, 'bench/impact/floor.ts'), example], env)
  const out = join(folder, 'impact.json')
  const command = [
    'packages/server/src/cli.ts',
    'impact',
    shorter(),
    '--data',
    folder,
    '--format',
    'json',
    '--out',
    out
  ]
  const ours = await run(command, env)
  print(floor, ours, JSON.parse(readFileSync(out, 'utf8')))
} finally {
  await database.stop()
  rmSync(folder, { recursive: true, force: true })
}

/** Walks through all services of the example, as many times as make enough templates. */
async function walks(): Promise<readonly Walk[]> {
  const ground = grounds.find(({ name }) => name === example)
  if (!ground) throw new Error(`no example ${example}`)
  const draw = drawsFrom(1)
  const found: Walk[] = []
  while (found.length < templates) found.push(...(await walksOf(ground, draw, 4)).flatMap(({ walk }) => walk ?? []))
  return found.slice(0, templates)
}

/** Publishes the example and stores the walks' cases, their people, and copies with new ids until there are enough. */
async function filled(found: readonly Walk[]): Promise<void> {
  const store = await openStore({ url: database.url, appUrl: database.appUrl, log: quiet })
  await store.publish(await readFolder(join(root, 'examples', example)), {
    who: 'bench',
    why: 'benchmark',
    now: Date.now()
  })
  await store.close()
  const owner = new pg.Client(database.url)
  await owner.connect()
  await owner.query(`set gridwright.locality = '${example}'`)
  const insert = (table: string, rows: readonly object[]) =>
    owner.query(
      `insert into ${table} select (jsonb_populate_record(null::${table}, jsonb_build_object('locality', $1::text) || r)).* from jsonb_array_elements($2::jsonb) r on conflict do nothing`,
      [example, JSON.stringify(rows)]
    )
  const since = '2020-01-01T00:00:00Z'
  for (const [i, walk] of found.entries()) {
    const id = crypto.randomUUID()
    const { desk, people } = ofTheirOwn(walk, i)
    const held = (of: 'appointments' | 'registrations') =>
      people.flatMap(person => person[of].map(each => ({ ...each, person: person.id, valid_from: since })))
    await insert('appointment', held('appointments'))
    await insert('registration', held('registrations'))
    await insert('case_record', [{ ...recordOf(desk.row), id }])
    await insert(
      'case_event',
      desk.journal.map(entry => ({ ...eventRecordOf(entry), case_id: id }))
    )
  }
  const times = Math.ceil(cases / found.length) - 1
  await owner.query(
    `create temp table copies as select id as template, gen_random_uuid() as copy from case_record cross join generate_series(1, ${times})`
  )
  for (const [table, key] of [
    ['case_record', 'id'],
    ['case_event', 'case_id']
  ] as const) {
    const { rows } = await owner.query<{ name: string }>(
      `select column_name as name from information_schema.columns where table_name = $1 and table_schema = current_schema`,
      [table]
    )
    const names = rows.map(({ name }) => name)
    const values = names.map(name => (name === key ? 'k.copy' : `t."${name}"`))
    await owner.query(
      `insert into ${table} (${names.map(name => `"${name}"`).join()}) select ${values.join()} from copies k join ${table} t on t.${key} = k.template`
    )
  }
  await owner.query('analyze')
  await owner.end()
}

/** The walk as done by people who are in no other one. */
function ofTheirOwn({ desk: { row, journal }, people }: Walk, i: number): Told {
  let text = JSON.stringify({ desk: { row, journal }, people })
  for (const { id } of people)
    text = text.replaceAll(`"${id}"`, `"${id}-${i}"`).replaceAll(`"person:${id}"`, `"person:${id}-${i}"`)
  return JSON.parse(text) as Told // the same with other ids
}
type Told = { readonly desk: Pick<Walk['desk'], 'row' | 'journal'>; readonly people: Walk['people'] }

/** A copy of the example in which every limit in hours is half as long. */
function shorter(): string {
  const target = join(folder, example)
  cpSync(join(root, 'examples', example), target, { recursive: true })
  for (const name of ['categories.json', ...readdirSync(join(target, 'workflows')).map(file => `workflows/${file}`)]) {
    const path = join(target, name)
    const halved = readFileSync(path, 'utf8').replace(
      /"within": "PT(\d+)H"/g,
      (_, hours: string) => `"within": "PT${Number(hours) * 30}M"`
    )
    writeFileSync(path, halved)
  }
  return target
}

type Measured = { readonly ms: number; readonly peakMb: number; readonly cpuMs: number }

/** Runs a script of ours in a process of its own, and watches how much memory it takes at most. */
async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Measured> {
  const began = performance.now()
  const child = spawn(process.execPath, ['--conditions=source', ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'inherit', 'inherit']
  })
  const seen = { peakMb: 0, cpuMs: 0 }
  const watch = setInterval(() => Object.assign(seen, statusOf(child.pid ?? 0)), 100)
  const code = await new Promise(resolve => child.once('exit', resolve))
  clearInterval(watch)
  if (code !== 0) throw new Error(`${args[0]} ended with ${String(code)}`)
  return { ms: performance.now() - began, ...seen }
}

/** Peak resident set and CPU time (100 ticks a second on Linux) from /proc; nothing once the process has gone. */
function statusOf(pid: number): Partial<Measured> {
  try {
    const peak = /VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return peak === undefined
      ? {}
      : { peakMb: Number(peak) / 1024, cpuMs: (Number(fields[11]) + Number(fields[12])) * 10 }
  } catch {
    return {} // it ended while it was looked at
  }
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1)
}

function print(
  floor: Measured,
  ours: Measured,
  report: { readonly cases: object; readonly late: { readonly before: number; readonly after: number } }
): void {
  console.log(`${cases} cases of ${example}, ${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'CPU'}`)
  const line = (name: string, { ms, peakMb, cpuMs }: Measured) =>
    console.log(
      `${name.padEnd(8)} ${seconds(ms).padStart(7)} s  ${String(Math.round((cases * 1000) / ms)).padStart(7)} cases/s  ${seconds(cpuMs).padStart(7)} s CPU  ${Math.round(peakMb).toString().padStart(5)} MB`
    )
  line('floor', floor)
  line('impact', ours)
  console.log(
    `÷ floor  ${(ours.ms / floor.ms).toFixed(1)} × time, ${(ours.cpuMs / floor.cpuMs).toFixed(1)} × CPU, ${(ours.peakMb / floor.peakMb).toFixed(1)} × memory`
  )
  console.log(JSON.stringify({ ...report.cases, late: [report.late.before, report.late.after] }))
}

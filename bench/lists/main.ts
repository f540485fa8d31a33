// `npm run bench:lists`: the first page of cases among a thousand and among a hundred thousand generated Licheng cases, for a street
// officer, a community officer and a resident, each beside a hand-written statement on a hand-indexed table in the same database.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseDataset } from '@gridwright/core'
import pg from 'pg'
import { openDatabase } from '../../packages/server/src/database.ts'
import { readFolder } from '../../packages/server/src/folder.ts'
import { openStore, type CaseQuery, type Store } from '../../packages/server/src/store.ts'

const sizes = [1_000, 100_000]
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 300)
const page = 20
const street = '350304001'
const community = '350304001006'
const quiet = { warn: () => undefined, error: () => undefined }

type Who = 'street' | 'community' | 'resident'
const floorSql = (column: string) =>
  `select id, submitted_at, body from floor_case where ${column} = $1 order by submitted_at desc, id limit ${page + 1}`
const floors: Readonly<Record<Who, readonly [string, string]>> = {
  street: [floorSql('street'), street],
  community: [floorSql('community'), community],
  resident: [floorSql('applicant'), 'person:resident-001']
}

const folder = mkdtempSync(join(tmpdir(), 'gridwright-bench-'))
chmodSync(folder, 0o755) // started by root, the database runs as another user
const database = await openDatabase({ dataFolder: folder, onProgress: message => console.log(message.en) })
const store = await openStore({ url: database.url, appUrl: database.appUrl, log: quiet })
const owner = new pg.Client(database.url)
await owner.connect()
try {
  const files = await readFolder(fileURLToPath(new URL('../../examples/licheng', import.meta.url)))
  await store.publish(files, { who: 'bench', why: 'benchmark', now: Date.now() })
  await store.importData('licheng', files)
  await owner.query(`set gridwright.locality = 'licheng'`)
  await owner.query(`create table floor_case (id uuid primary key, street text, community text, applicant text, submitted_at timestamptz, body jsonb);
    create index on floor_case (street, submitted_at desc, id); create index on floor_case (community, submitted_at desc, id);
    create index on floor_case (applicant, submitted_at desc, id)`)
  await templates(store, files)
  const found: Found[] = []
  for (const size of sizes) {
    const began = performance.now()
    await grow(size)
    console.log(`${size} cases made in ${((performance.now() - began) / 1000).toFixed(0)} s`)
    for (const [who, query] of viewers(files)) found.push({ size, who, ...(await measured(who, query)) })
  }
  print(found)
} finally {
  await Promise.all([store.close(), owner.end()])
  await database.stop()
  rmSync(folder, { recursive: true, force: true })
}

type Found = { readonly size: number; readonly who: Who; readonly floor: number; readonly ours: number }

/** Real cases, one in each of forty units, of which the others are copies. */
async function templates(store: Store, files: ReadonlyMap<string, string>): Promise<void> {
  const table = parseDataset(files.get('data/areas.csv') ?? '')
  const units =
    'rows' in table
      ? table.rows.filter(({ cells }) => cells['level'] === 'unit').map(({ cells }) => cells['code'] ?? '')
      : []
  const every = Math.floor(units.length / 40)
  for (let i = 0; i < 40; i++) {
    const outcome = await store.run('licheng', {
      kind: 'submit',
      id: crypto.randomUUID(),
      actor: { person: 'resident-001' },
      now: Date.now() - i * 60_000,
      salt: '00112233445566778899aabbccddeeff',
      service: 'hazard',
      area: units[i * every] ?? '',
      answers: { what: '楼道充电' }
    })
    if ('refused' in outcome) throw new Error(outcome.refused)
  }
}

/** Copies the first forty cases until there are `size`, newest first at random, each by an applicant of its own but for every thousandth. */
async function grow(size: number): Promise<void> {
  const { rows } = await owner.query<{ count: number }>('select count(*)::int as count from case_record')
  const times = Math.ceil((size - (rows[0]?.count ?? 0)) / 40)
  await owner.query(`with columns as (select * from case_record where number like '%-%' order by submitted_at limit 40),
    copies as (select c.*, gen_random_uuid() as copy, n, now() - random() * interval '300 days' as then from columns c cross join generate_series(1, ${times}) n),
    stored as (insert into case_record select (jsonb_populate_record(null::case_record, to_jsonb(k) || jsonb_build_object('id', k.copy, 'submitted_at', k.then,
      'applicant', case when k.n % 1000 = 0 then k.applicant else 'person:other-' || k.n end,
      'audience', array_remove(k.audience, k.applicant) || case when k.n % 1000 = 0 then k.applicant else 'person:other-' || k.n end))).* from copies k returning *),
    keyed as (insert into case_key (locality, key, open, submitted_at, case_id) select s.locality, key, s.open, s.submitted_at, s.id from stored s cross join unnest(s.audience) as key)
    insert into floor_case select id, body->'places'->>'street', body->'places'->>'community', applicant, submitted_at, body from stored`)
  await owner.query('analyze')
}

function viewers(files: ReadonlyMap<string, string>): readonly (readonly [Who, CaseQuery])[] {
  const table = parseDataset(files.get('data/appointments.csv') ?? '')
  const holder = (post: string, area: string) =>
    ('rows' in table ? table.rows : []).find(({ cells }) => cells['post'] === post && cells['area'] === area)?.cells[
      'person'
    ] ?? ''
  const query = (person: string, keys: readonly string[]): CaseQuery => ({
    keys: [`person:${person}`, ...keys],
    ownKeys: [`person:${person}`],
    person,
    box: 'ALL',
    sort: 'SUBMITTED_DESC',
    first: page
  })
  return [
    ['street', query(holder('street-officer', street), [`area:${street}`])],
    ['community', query(holder('community-officer', community), [`area:${community}`])],
    ['resident', { ...query('resident-001', []), box: 'MINE' }]
  ]
}

/** The medians of both, asked in turn. */
async function measured(who: Who, query: CaseQuery): Promise<{ floor: number; ours: number }> {
  const [floor, ours]: [number[], number[]] = [[], []]
  const [text, value] = floors[who]
  for (let i = 0; i < rounds; i++) {
    floor.push(await timed(() => owner.query({ name: who, text, values: [value] })))
    ours.push(await timed(() => store.cases('licheng', query)))
  }
  return { floor: median(floor), ours: median(ours) }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
}

function print(found: readonly Found[]): void {
  const smallest = sizes[0] ?? 0
  console.log(['cases'.padStart(8), 'viewer'.padEnd(10), 'floor ms', 'ours ms', '÷ floor', '÷ at 1,000'].join('  '))
  for (const { size, who, floor, ours } of found) {
    const small = found.find(other => other.who === who && other.size === smallest)?.ours ?? ours
    console.log(
      [
        String(size).padStart(8),
        who.padEnd(10),
        floor.toFixed(2).padStart(8),
        ours.toFixed(2).padStart(7),
        (ours / floor).toFixed(2).padStart(7),
        (ours / small).toFixed(2).padStart(10)
      ].join('  ')
    )
  }
}

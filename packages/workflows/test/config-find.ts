// `npm run keys -- [prefix] [most] [town]`: finds, for each key without a row in live-keys.json, a change that shows that the key lives.
import { readFileSync, writeFileSync } from 'node:fs'
import { configKeys, sitesIn, type ConfigKey, type Site } from './config-keys.ts'
import { effectOf, townOf, type Change, type Town } from './config-effects.ts'
import { towns } from './config-towns.ts'

const table = new URL('live-keys.json', import.meta.url)
const [prefix = '', most = '60', only] = process.argv.slice(2)
const rows = JSON.parse(readFileSync(table, 'utf8')) as Record<string, unknown> // written below

for (const [name, files] of Object.entries(towns)) {
  if (only !== undefined && only !== name) continue
  const town = await townOf(files)
  const sites = sitesIn(files)
  for (const [id, key] of configKeys) {
    if (!key.isLeaf || id in rows || !id.startsWith(prefix)) continue
    const row = await found(town, key, sites)
    if (row) {
      rows[id] = { in: name, ...row }
      save()
    } else process.stdout.write(`${name}: ${id} ${sites.has(id) ? 'changes nothing' : 'stands nowhere'}\n`)
  }
}

function save(): void {
  const order = [...configKeys.keys()]
  const sorted = Object.entries(rows).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))
  const lines = sorted.map(([id, row]) => `  ${JSON.stringify(id)}: ${JSON.stringify(row)}`)
  writeFileSync(table, `{\n${lines.join(',\n')}\n}\n`)
}

async function found(
  town: Town,
  key: ConfigKey,
  sites: ReadonlyMap<string, readonly Site[]>
): Promise<object | undefined> {
  const own = sites.get(key.id) ?? []
  const pool = poolOf(key, sites)
  let tries = 0
  let issue: object | undefined
  for (const site of own)
    for (const change of changesAt(key, site, pool, sites)) {
      if (tries++ > Number(most)) return issue
      const effect = await effectOf(town, change)
      if (effect === undefined || effect === 'invalid') continue
      const { file, path, put } = change
      const row = { at: `${file}#/${path.join('/')}`, ...(put === undefined ? {} : { put }), ...effect }
      if (effect.effect !== 'issue') return row
      issue ??= row
    }
  return issue
}

/** Values that stand at the same key elsewhere, and, for a name, the names that stand anywhere. */
function poolOf(key: ConfigKey, sites: ReadonlyMap<string, readonly Site[]>): readonly unknown[] {
  const same = (sites.get(key.id) ?? []).map(({ value }) => value)
  const last = key.id.split('/').at(-1)
  const alike = [...sites]
    .filter(([id]) => id.split('/').at(-1) === last)
    .flatMap(([, each]) => each.map(({ value }) => value))
  const names = [...sites.values()].flatMap(each =>
    each.flatMap(({ path }) => path.filter(token => /^[a-z][a-z0-9-]*$/.test(String(token))))
  )
  return [...same, ...alike, ...(typeof same[0] === 'string' ? names : [])]
}

function* changesAt(
  key: ConfigKey,
  { file, path, value }: Site,
  pool: readonly unknown[],
  sites: ReadonlyMap<string, readonly Site[]>
): Generator<Change> {
  const { schema, required, tells } = key
  if (tells) {
    const above = path.slice(0, -1)
    const variant = /<\w+>\/\w+$/
    const alike = [...sites].filter(
      ([id]) =>
        id.replace(variant, '') === key.id.replace(variant, '') && id.split('/').at(-1) === key.id.split('/').at(-1)
    )
    const parents = new Set(
      alike.flatMap(([, each]) => each.map(site => JSON.stringify([site.file, site.path.slice(0, -1)])))
    )
    for (const parent of parents) {
      const [from, at] = JSON.parse(parent) as [string, (string | number)[]]
      yield { file, path: above, put: valueAt(from, at, sites) }
    }
    yield { file, path: above }
  }
  if (!required) yield { file, path }
  const puts = [...(schema.enum ?? []), ...varied(value), ...(schema.examples ?? []), ...pool]
  const seen = new Set([JSON.stringify(value)])
  for (const put of puts) {
    if (put === undefined || seen.has(JSON.stringify(put))) continue
    seen.add(JSON.stringify(put))
    yield { file, path, put }
  }
}

function valueAt(
  file: string,
  path: readonly (string | number)[],
  sites: ReadonlyMap<string, readonly Site[]>
): unknown {
  const made: Record<string, unknown> = {}
  for (const each of sites.values())
    for (const site of each)
      if (site.file === file && JSON.stringify(site.path.slice(0, -1)) === JSON.stringify(path))
        made[String(site.path.at(-1))] = site.value
  return made
}

function varied(value: unknown): readonly unknown[] {
  if (typeof value === 'boolean') return [!value]
  if (typeof value === 'number') return [value + 1, value - 1, value * 2, 0, 1, 0.5]
  if (typeof value === 'string')
    return [
      `${value}改`,
      `${value}2`,
      '0.1',
      '0.9',
      '0',
      '1',
      '2',
      '50',
      '',
      'P1D',
      'PT1H',
      'PT30M',
      '09:00',
      '10:30',
      'false',
      'Asia/Tokyo',
      '2026-10-02',
      '2026-10-09'
    ]
  if (Array.isArray(value)) return [...value.map((_, i) => value.filter((__, k) => k !== i)), [...value].reverse()]
  if (typeof value !== 'object' || value === null) return []
  const members = Object.entries(value)
  return [
    ...members.map(([name]) => Object.fromEntries(members.filter(([other]) => other !== name))),
    ...members.flatMap(([name, member]) =>
      varied(member)
        .slice(0, 3)
        .map(put => ({ ...value, [name]: put }))
    )
  ]
}

// A release carried in a file from one data folder to another, as the command line does it.
import { cpSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { exportBundle, publishEither, trustSigner } from '../src/cli-bundle.ts'
import { approveRelease, listReleases, publishFolder } from '../src/cli-release.ts'
import { openStore, type Store } from '../src/store.ts'
import { testDatabase } from './postgres.ts'
import { folder } from './server-process.ts'
import { quiet } from './ziyun.ts'

vi.setConfig({ testTimeout: 120_000 })

const ziyun = resolve(import.meta.dirname, '../../../examples/ziyun')

type Side = {
  readonly data: string
  readonly store: Store
  /** Does `work` on this side, and gives its status and what it said. */
  readonly on: (work: (terminal: Terminal) => Promise<number>) => Promise<readonly [status: number, told: string]>
}
type Terminal = Parameters<typeof publishEither>[0]

/** A data folder and a database of its own. */
async function side(): Promise<Side> {
  const database = await testDatabase()
  onTestFinished(() => database.drop())
  const store = await openStore({ ...database, log: quiet })
  onTestFinished(() => store.close())
  onTestFinished(() => void vi.unstubAllEnvs())
  return {
    data: folder(),
    store,
    async on(work) {
      vi.stubEnv('DATABASE_URL', database.url)
      vi.stubEnv('DATABASE_APP_URL', database.appUrl)
      const lines: string[] = []
      const print = (line: string) => void lines.push(line)
      return [await work({ language: 'en', print, complain: print }), lines.join('\n')]
    }
  }
}

const keyIn = (told: string) => /[0-9a-f]{64}/.exec(told)?.[0] ?? ''

test('what one side publishes, the other takes from a file once it trusts the signer; an older file goes back', async () => {
  const [county, town] = [await side(), await side()]
  const [first, second] = [join(county.data, 'first.bundle'), join(county.data, 'second.bundle')]
  await county.on(terminal => publishFolder(terminal, ziyun, { data: county.data, as: 'li', why: 'it begins' }))
  const [, told] = await county.on(terminal =>
    exportBundle(terminal, { place: 'ziyun', file: first, data: county.data, as: 'zhang san' })
  )
  expect(statSync(join(county.data, 'signing-key')).mode & 0o777).toBe(0o600)
  const key = keyIn(told)

  const take = (file: string, more = {}) =>
    town.on(terminal => publishEither(terminal, undefined, { bundle: file, data: town.data, as: 'wang', ...more }))
  await expect(take(first)).rejects.toMatchObject({
    problem: [expect.stringContaining(key), expect.stringMatching(/^bundle\.unknown-signer /)],
    cure: [expect.anything(), expect.stringContaining(`gridwright trust ${key} --name`)]
  })
  expect(await town.store.localities()).toEqual([])
  await town.on(terminal => trustSigner(terminal, key, { data: town.data, name: 'the county' }))
  expect(await take(first)).toEqual([0, expect.stringContaining('signed by zhang san at')])
  const live = await county.store.published('ziyun')
  expect((await town.store.published('ziyun'))?.hash).toBe(live?.hash)
  expect((await town.store.areas('ziyun', { parent: null, first: 1 })).items).toHaveLength(1)

  const changed = join(county.data, 'changed')
  copyWithLimit(changed)
  await county.on(terminal => publishFolder(terminal, changed, { data: county.data, as: 'li', why: 'faster' }))
  await county.on(terminal =>
    exportBundle(terminal, { place: changed, file: second, data: county.data, as: 'zhang san', why: 'faster' })
  )
  const [, dry] = await take(second, { dryRun: true })
  expect(dry).toContain('Waiting to be dispatched 4 working hours → 2 working hours')
  expect((await town.store.published('ziyun'))?.hash).toBe(live?.hash)
  await take(second)
  expect((await town.store.published('ziyun'))?.hash).toBe((await county.store.published('ziyun'))?.hash)

  const [, back] = await take(first, { why: 'too fast' })
  expect(back).toMatch(/was published before \(number 1\): this goes back/)
  expect((await town.store.published('ziyun'))?.hash).toBe(live?.hash)
  const signed_by = `zhang san ${key}`
  expect((await town.store.releases.history('ziyun')).publications).toMatchObject([
    { who: 'wang', why: 'it begins', signed_by },
    { who: 'wang', why: 'faster', signed_by },
    { who: 'wang', why: 'too fast', signed_by }
  ])
  expect(await town.store.verify('ziyun')).toEqual([])
  const [, list] = await town.on(terminal => listReleases(terminal, 'ziyun', town.data))
  expect(list).toContain(`wang ← zhang san ${key.slice(0, 12)}  too fast`)

  await town.on(terminal => trustSigner(terminal, key.slice(0, 8), { data: town.data, remove: true }))
  await expect(take(second)).rejects.toThrow(/unknown-signer/)
  // Whoever signed it takes it, too.
  const [own] = await county.on(terminal => publishEither(terminal, undefined, { bundle: first, data: county.data }))
  expect(own).toBe(0)
})

test('a locality with layers inside it is taken whole, and one of the layers with what it stands on', async () => {
  const county = await side()
  for (const example of ['chengdu', 'chengdu/yulin', 'xinshi']) {
    const file = join(county.data, 'b')
    const place = resolve(ziyun, '..', example)
    await county.on(terminal => exportBundle(terminal, { place, file, data: county.data }))
    const [status, told] = await county.on(terminal =>
      publishEither(terminal, undefined, { bundle: file, data: county.data })
    )
    expect([status, told]).toEqual([0, expect.stringContaining('published ')])
  }
})

test('a bundle waits for the second person as a folder does, and its signer stays on record', async () => {
  const [county, town] = [await side(), await side()]
  const [place, file] = [join(county.data, 'changed'), join(county.data, 'b')]
  await town.on(terminal => publishFolder(terminal, ziyun, { data: town.data }))
  copyWithLimit(place, '"secondApproval": true, ')
  const [, told] = await county.on(terminal => exportBundle(terminal, { place, file, data: county.data, as: 'zhang' }))
  const key = keyIn(told)
  await town.on(terminal =>
    trustSigner(terminal, ` ${key.toUpperCase().replace(/(.{32})/, '$1:')}`, { data: town.data })
  )
  const [, waits] = await town.on(terminal =>
    publishEither(terminal, undefined, { bundle: file, data: town.data, as: 'wang' })
  )
  const release = /gridwright approve ziyun ([0-9a-f]+)/.exec(waits)?.[1] ?? ''
  await town.on(terminal => approveRelease(terminal, { place: 'ziyun', release, data: town.data, as: 'li' }))
  expect((await town.store.releases.history('ziyun')).publications.at(-1)).toMatchObject({
    who: 'wang',
    approved_by: 'li',
    signed_by: `zhang ${key}`
  })
  expect(await town.store.verify('ziyun')).toEqual([])
})

test('a bundle for later counts from then on, and not before anything does', async () => {
  const [county, town] = [await side(), await side()]
  const [place, file] = [join(county.data, 'changed'), join(county.data, 'b')]
  copyWithLimit(place)
  const from = '2999-01-01T00:00:00+08:00'
  const [, told] = await county.on(terminal => exportBundle(terminal, { place, file, data: county.data, from }))
  await town.on(terminal => trustSigner(terminal, keyIn(told), { data: town.data }))
  const take = (more = {}) =>
    town.on(terminal => publishEither(terminal, undefined, { bundle: file, data: town.data, ...more }))
  await expect(take()).rejects.toThrow(`bundle.too-early  ${file} is to count from 2999-01-01T00:00`)
  await town.on(terminal => publishFolder(terminal, ziyun, { data: town.data }))
  await take()
  expect((await town.store.releases.history('ziyun')).publications.at(-1)).toMatchObject({
    effective_from: Date.parse(from)
  })
})

test('a folder with errors is not signed, and what is signed is proved again where it is taken', async () => {
  const [county, town] = [await side(), await side()]
  const [place, file] = [join(county.data, 'broken'), join(county.data, 'b')]
  copyWithLimit(place)
  writeFileSync(join(place, 'grid.json'), '{ "levels": ')
  const [status, told] = await county.on(terminal => exportBundle(terminal, { place, file, data: county.data }))
  expect([status, told]).toEqual([1, expect.stringContaining('grid.json:')])
  const { writeBundle } = await import('../src/bundle.ts')
  const { signingKey } = await import('../src/signing-keys.ts')
  const signed = async (texts: Record<string, string>) => {
    const at = '2026-11-25T21:35:27.237+08:00'
    const saying = { locality: 'ziyun', release: 'a'.repeat(64), who: 'zhang', why: '', effectiveFrom: null, at }
    writeFileSync(file, writeBundle(saying, texts, await signingKey(town.data)))
  }
  const take = () => town.on(terminal => publishEither(terminal, undefined, { bundle: file, data: town.data }))
  await signed({ 'locality.json': '['.repeat(100) })
  expect(await take()).toEqual([1, expect.stringContaining('locality.json:')])
  const { readFolder } = await import('../src/folder.ts')
  await signed(Object.fromEntries(await readFolder(ziyun)))
  await expect(take()).rejects.toThrow(/^bundle\.differs /)
  expect(await town.store.localities()).toEqual([])
})

test.each([
  ['neither a folder nor a bundle', undefined, undefined, 'bundle.or-folder'],
  ['both', ziyun, 'b', 'bundle.or-folder'],
  ['a bundle that is not there', undefined, '/nowhere/b', 'bundle.missing'],
  ['a device', undefined, '/dev/zero', 'bundle.missing'],
  ['a folder as a bundle', undefined, ziyun, 'bundle.missing']
])('%s is not published', async (_, place, bundle, code) => {
  const terminal = { language: 'en', print: () => undefined, complain: () => undefined }
  const command = { data: folder(), ...(bundle !== undefined && { bundle }) }
  await expect(publishEither(terminal, place, command)).rejects.toThrow(new RegExp(`^${code} `))
})

test('a key that is none is not trusted, and one that is not trusted cannot lose it', async () => {
  const terminal = { language: 'en', print: () => undefined, complain: () => undefined }
  const data = folder()
  await expect(trustSigner(terminal, 'abc', { data })).rejects.toThrow(/^trust\.no-key /)
  await expect(trustSigner(terminal, 'abc', { data, remove: true })).rejects.toThrow(/^trust\.unknown /)
})

/** Ziyun with a shorter limit, in a folder of its own. */
function copyWithLimit(to: string, member = ''): void {
  cpSync(ziyun, to, { recursive: true })
  const edit = (file: string, find: string, put: string) => {
    const text = readFileSync(join(to, file), 'utf8')
    expect(text).toContain(find)
    writeFileSync(join(to, file), text.replace(find, put))
  }
  edit('workflows/three-orders.json', '"within": "PT4H"', '"within": "PT2H"')
  edit('locality.json', '"id": "ziyun",', `${member}"id": "ziyun",`)
}

// The locality of Ziyun in a fresh database, for tests of the store: published, its people imported, commands by short names.
import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Act, Command, Outcome, Submit } from '@gridwright/workflows'
import { expect, onTestFinished } from 'vitest'
import { runErrands } from '../src/errands.ts'
import { openStore, type Store } from '../src/store.ts'
import { testDatabase } from './postgres.ts'

/** Monday, 2026-03-02, 09:00 in Ziyun. */
export const monday = Date.parse('2026-03-02T09:00+08:00')
export const community = '520425001001'
export const by = { who: 'test', why: 'a test', now: monday }

/** The files of examples/ziyun by path. */
export const ziyunFiles = (): Map<string, string> => exampleFiles('ziyun')

/** The files of an example by path. */
export function exampleFiles(name: string): Map<string, string> {
  const folder = resolve(import.meta.dirname, '../../../examples', name)
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  const paths = entries.map(entry => join(entry.parentPath, entry.name))
  return new Map(paths.map(path => [relative(folder, path), readFileSync(path, 'utf8')]))
}

/** The same locality under another id. */
export function filesAs(id: string): Map<string, string> {
  const files = ziyunFiles()
  return files.set('locality.json', (files.get('locality.json') ?? '').replace('"id": "ziyun"', `"id": "${id}"`))
}

/** The files with another text in one of them; throws where there is nothing to replace. */
export function edited(
  files: ReadonlyMap<string, string>,
  file: string,
  find: string,
  put: string
): ReadonlyMap<string, string> {
  const text = files.get(file) ?? ''
  if (!text.includes(find)) throw new Error(`“${find}” does not stand in ${file}`)
  return new Map([...files, [file, text.replace(find, () => put)]])
}

/** A folder with these files, until the test is over. */
export function onDisk(files: ReadonlyMap<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'gridwright-ziyun-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

export type Ziyun = {
  readonly store: Store
  readonly database: { url: string; appUrl: string }
  close(): Promise<void>
}

/** A store with Ziyun published and imported, in a database of its own. */
export async function openZiyun(files: ReadonlyMap<string, string> = ziyunFiles()): Promise<Ziyun> {
  const database = await testDatabase()
  const store = await openStore({ ...database, log: quiet })
  await store.publish(files, by)
  await store.importData('ziyun', files)
  return {
    store,
    database,
    async close() {
      await store.close()
      await database.drop()
    }
  }
}

export const quiet = { warn: () => undefined, error: () => undefined }

const salt = '00112233445566778899aabbccddeeff'

/** An order of `person` in the community, as new as `id`. */
export function submitBy(person: string, more: Partial<Submit> = {}): Submit {
  return {
    kind: 'submit',
    id: randomUUID(),
    actor: { person },
    now: monday,
    salt,
    service: 'mediation',
    area: community,
    answers: { what: '两家为过道争执' },
    ...more
  }
}

/** An event that `person` sends to a case. */
export function actBy(person: string, caseId: string, event: string, more: Partial<Act> = {}): Act {
  return { kind: 'act', id: randomUUID(), actor: { person }, now: monday, salt, case: caseId, event, ...more }
}

/** The answer of a command that must be accepted. */
export async function accepted(
  store: Pick<Store, 'run'>,
  command: Command,
  locality = 'ziyun'
): Promise<{ case: string; revision: number }> {
  const outcome: Outcome = await store.run(locality, command)
  if ('refused' in outcome) throw new Error(`${command.kind} was refused: ${JSON.stringify(outcome)}`)
  return outcome
}

/** Runs what commands brought about until nothing is open, whoever leased it: a server that runs does so too. */
export async function errandsDone(store: Store, locality = 'ziyun'): Promise<void> {
  const open = () =>
    store.session.within(locality, run =>
      run('select key from errand where locality = $1 and done_at is null', [locality])
    )
  for (const end = Date.now() + 15_000; (await open()).length > 0 && Date.now() < end;)
    if ((await runErrands(store, locality, quiet)) === 0) await setTimeout(20)
  expect(await open()).toEqual([])
}

/** An order that has been dispatched to these people. */
export async function dispatched(store: Pick<Store, 'run'>, to: readonly string[]): Promise<string> {
  const { case: id } = await accepted(store, submitBy('resident-001'))
  await accepted(store, actBy('liaison-001', id, 'DISPATCH', { answers: { to } }))
  return id
}

/** The ids of party members with these numbers, all registered in the community. */
export const members = (...numbers: readonly number[]) =>
  numbers.map(number => `party-member-${String(number).padStart(3, '0')}`)

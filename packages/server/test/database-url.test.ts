import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openDatabase, type Database } from '../src/database.ts'
import { testDatabase } from './postgres.ts'
import { fault, query, removeFolder, seedWords, superuser, throwAwayFolder, words } from './server-process.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

describe('a database that DATABASE_URL names', () => {
  let dataFolder: string
  let cluster: Database
  let root: string

  beforeAll(async () => {
    dataFolder = join(throwAwayFolder(), 'data')
    cluster = await openDatabase({ dataFolder })
    root = superuser(dataFolder, 'gridwright')
    await seedWords(cluster.url)
  })
  afterAll(async () => {
    await cluster.stop()
    await removeFolder(dirname(dataFolder))
  })
  const as = (role: string, password: string) => Object.assign(new URL(cluster.url), { username: role, password }).href
  const open = (databaseUrl: string, appDatabaseUrl?: string) =>
    openDatabase({
      dataFolder: '/dev/null/unused',
      databaseUrl,
      ...(appDatabaseUrl === undefined ? {} : { appDatabaseUrl })
    })

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
    ['member of a stronger role', 'create role stronger bypassrls; grant stronger to strong']
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
    await query(
      root,
      `alter role gridwright_app rename to set_aside; create role maker login createrole password 'm:/@'`
    )
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
    await query(
      root,
      `create schema old; create function old.current_setting(text) returns text language sql as $$ select '140011' $$;
      create role veteran login password 'v'; grant usage on schema old to veteran; alter role veteran set search_path = old, pg_catalog`
    )
    await expect(open(as('veteran', 'v'), cluster.appUrl)).rejects.toEqual(fault('database.incompatible-version'))
    await query(root, 'drop schema old cascade; drop role veteran')
  })

  test.each([
    ['database.unreachable', 'nobody listens', () => Object.assign(new URL(cluster.url), { port: '1' }).href],
    ['database.unreachable', 'the address is none', () => 'postgres://a:s3cret@[broken'],
    ['database.refused', 'the password is wrong', () => as('gridwright_owner', 's3cret')],
    [
      'database.refused',
      'the database does not exist',
      () => Object.assign(new URL(cluster.url), { pathname: '/none' }).href
    ]
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

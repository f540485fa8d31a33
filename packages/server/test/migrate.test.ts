import { MikroORM } from '@mikro-orm/postgresql'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { entities } from '../src/entities.ts'
import { migrate } from '../src/migrate.ts'
import { testDatabase } from './postgres.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
beforeAll(async () => {
  database = await testDatabase()
  await Promise.all([1, 2, 3].map(() => migrate(database.url, database.appUrl)))
})
afterAll(() => database.drop())

test('entities and migrations make the same tables', async () => {
  const orm = new MikroORM({ entities: [...entities], clientUrl: database.url })
  const missing = await orm.schema.getUpdateSchemaSQL({ wrap: false, safe: true })
  await orm.close(true)
  expect(missing).toBe('')
})

test('every table has row level security, forced, by locality', async () => {
  const owner = new Client(database.url)
  await owner.connect()
  const { rows } = await owner.query<{ relname: string; bound: boolean }>(`
    select relname, relrowsecurity and relforcerowsecurity and exists (select from pg_policy where polrelid = c.oid) as bound
    from pg_class c where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> 'mikro_orm_migrations'`)
  await owner.end()
  expect(rows.filter(({ bound }) => !bound)).toEqual([])
  expect(rows.length).toBe(entities.length)
})

test('the application role may not touch the journal, a release or a publication', async () => {
  const app = new Client(database.appUrl)
  await app.connect()
  const attempts = [
    `update case_event set hash = ''`,
    `delete from case_event`,
    `update release set files = '{}'`,
    `delete from publication`,
    `update command_log set digest = ''`,
    `update file set bytes = ''`,
    `delete from case_file`,
    `alter table case_record disable row level security`,
    `truncate case_key`
  ]
  const codes = []
  for (const sql of attempts)
    codes.push(
      await app.query(sql).then(
        () => 'done',
        (error: { code?: string }) => error.code
      )
    )
  await app.end()
  expect(codes).toEqual(attempts.map(() => '42501'))
})

test.each([
  ['a table', 'revoke select on notice from', 'select from notice'],
  ['a column', 'revoke update (attempts) on notice from', 'update notice set attempts = 0']
])('a right on %s that was taken away is there again after the next start', async (_, taking, using) => {
  const [owner, app] = [new Client(database.url), new Client(database.appUrl)]
  await Promise.all([owner.connect(), app.connect()])
  await owner.query(`${taking} ${new URL(database.appUrl).username}`)
  const use = () =>
    app.query(using).then(
      () => 'done',
      (error: { code?: string }) => error.code
    )
  const before = await use()
  await migrate(database.url, database.appUrl)
  const after = await use()
  await Promise.all([owner.end(), app.end()])
  expect([before, after]).toEqual(['42501', 'done'])
})

test('an owner is refused as application role', async () => {
  await expect(migrate(database.url, database.url)).rejects.toMatchObject({ code: 'database.role-too-strong' })
})

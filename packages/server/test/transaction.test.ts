// The port on PostgreSQL keeps to what the port promises.
import { Client } from 'pg'
import { describeBooks, type BooksWorld } from '../../workflows/test/books-conformance.ts'
import { describeTx, type TxHarness, type TxWorld } from '../../workflows/test/tx-conformance.ts'
import { patiently } from '../src/door.ts'
import { migrate } from '../src/migrate.ts'
import { openSession } from '../src/store-session.ts'
import { openTx } from '../src/transaction.ts'
import { testDatabase } from './postgres.ts'

describeTx('PostgreSQL', world => harness({ goods: [], ...world }))
describeBooks('PostgreSQL', world => harness({ areas: [], ...world }))

async function harness(world: TxWorld & BooksWorld): Promise<TxHarness> {
  const database = await testDatabase()
  await migrate(database.url, database.appUrl)
  await settle(database.url, world)
  const session = openSession(database.appUrl, 6, () => undefined)
  return {
    transaction: work =>
      patiently(async () => {
        let applied: Promise<unknown> | undefined
        const result = await session.within('here', async run => {
          const opened = openTx(run, 'here', { tick: false })
          const done = await work(opened.tx)
          applied = opened.applied()
          return done
        })
        await applied
        return result
      }),
    async close() {
      await session.close()
      await database.drop()
    }
  }
}

async function settle(url: string, { people, areas, goods }: TxWorld & BooksWorld): Promise<void> {
  const owner = new Client(url)
  await owner.connect()
  await owner.query(`set gridwright.locality = 'here'`)
  for (const { id, code, level, places } of areas)
    await owner.query(`insert into area values ('here', $1, $2, $2, $3, null, $4, $5, '-infinity', null)`, [
      id,
      code,
      level,
      Object.values(places),
      places
    ])
  const at = (instant: number | undefined, otherwise: string | null) =>
    instant === undefined ? otherwise : new Date(instant).toISOString()
  for (const { id, name, price, stock, limit, per } of goods)
    await owner.query(`insert into good values ('here', $1, $2, $3, $4, $5, $6, $4)`, [
      id,
      name,
      price,
      stock,
      limit,
      per
    ])
  for (const { id, household, appointments, registrations, files = [] } of people) {
    await owner.query(`insert into person values ('here', $1, $1, null, $2)`, [id, household ?? null])
    for (const file of files)
      await owner.query(`insert into file values ('here', $1, $2, now(), 'image/jpeg', '', false)`, [file, id])
    for (const { post, area, from, to } of appointments)
      await owner.query(`insert into appointment values ('here', $1, $2, $3, $4, $5)`, [
        id,
        post,
        area,
        at(from, '-infinity'),
        at(to, null)
      ])
    for (const { kind, area, from, to } of registrations)
      await owner.query(`insert into registration values ('here', $1, $2, $3, $4, $5)`, [
        id,
        kind,
        area,
        at(from, '-infinity'),
        at(to, null)
      ])
  }
  await owner.end()
}

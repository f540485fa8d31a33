// The floor of bench:impact: all journals of a locality read and parsed by hand, two hundred cases at a time, and nothing done with them.
import pg from 'pg'

const [locality = ''] = process.argv.slice(2)
const client = new pg.Client(process.env['DATABASE_APP_URL'])
await client.connect()
await client.query(`set gridwright.locality = '${locality}'`)
const sql = `select c.id, (select json_agg(e order by e.ordinal) from case_event e where e.locality = $1 and e.case_id = c.id) as journal
  from (select id from case_record where locality = $1 and id > $2 order by id limit 200) c order by c.id`
let [cases, entries] = [0, 0]
for (let after: string | undefined = '00000000-0000-0000-0000-000000000000'; after !== undefined;) {
  const { rows }: pg.QueryResult<{ id: string; journal: readonly object[] }> = await client.query(sql, [
    locality,
    after
  ])
  cases += rows.length
  entries += rows.reduce((sum, { journal }) => sum + journal.length, 0)
  after = rows.at(-1)?.id
}
await client.end()
console.log(`${cases} cases, ${entries} entries read`)

// The floor of bench:start: a bare server that answers with one row read by hand.
import { createServer } from 'node:http'
import pg from 'pg'

const [, , url, port] = process.argv
const pool = new pg.Pool({ connectionString: url })
createServer((_, response) => {
  void pool
    .query('select locality from locality order by locality')
    .then(({ rows }) => response.end(JSON.stringify(rows)))
}).listen(Number(port), '127.0.0.1')

// The floor of the lifecycle benchmark: bare node:http and pg with hand-written SQL that does only the work itself: a token,
// eight fields looked at, permission, legal next state, a history row, the list. None of the product's guarantees.
import { createServer, type IncomingMessage } from 'node:http'
import { jwtVerify } from 'jose'
import pg from 'pg'

const secret = new TextEncoder().encode(process.env['BENCH_SECRET'])
const pool = new pg.Pool({ connectionString: process.env['BENCH_URL'], max: 10 })
const verified = new Map<string, string>()

type Step = { readonly from: string; readonly to: string; readonly right: string }
const steps: Readonly<Record<string, Step>> = {
  DISPATCH: {
    from: 'ordered',
    to: 'dispatched',
    right: `exists (select 1 from holder where person = $3 and role = 'liaison' and area = c.area)`
  },
  ACCEPT: { from: 'dispatched', to: 'accepted', right: `c.offered = $3` },
  DONE: { from: 'accepted', to: 'review', right: `c.assignee = $3` },
  SATISFIED: { from: 'review', to: 'closed', right: `c.applicant = $3` }
}

await pool.query(`
  create table if not exists holder (person text, role text, area text, primary key (person, role, area));
  create table if not exists orders (id uuid primary key, service text, area text, state text, open boolean, applicant text, assignee text, offered text, answers jsonb, submitted timestamptz, updated timestamptz);
  create index if not exists orders_area on orders (area, submitted desc, id) where open;
  create table if not exists history (id uuid, ordinal int, event text, actor text, at timestamptz, answers jsonb, primary key (id, ordinal))`)
await pool.query(
  `insert into holder select * from json_to_recordset($1) as t(person text, role text, area text) on conflict do nothing`,
  [process.env['BENCH_HOLDERS']]
)

const server = createServer((request, response) => {
  answer(request).then(
    ([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    },
    (error: unknown) => {
      console.error(error)
      response.writeHead(500)
      response.end()
    }
  )
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.({ port: typeof address === 'object' ? address?.port : undefined })
})

async function answer(request: IncomingMessage): Promise<readonly [number, unknown]> {
  const person = await personOf(request)
  if (person === undefined) return [401, {}]
  if (request.method === 'GET')
    return [200, await list(new URL(request.url ?? '', 'http://localhost').searchParams.get('area') ?? '')]
  const body: Record<string, unknown> = JSON.parse(await bodyOf(request))
  return request.url === '/submit' ? submit(person, body) : act(person, body)
}

async function personOf(request: IncomingMessage): Promise<string | undefined> {
  const token = request.headers.authorization?.slice('Bearer '.length) ?? ''
  const known = verified.get(token)
  if (known !== undefined) return known
  const { payload } = await jwtVerify(token, secret)
  if (payload.sub !== undefined) verified.set(token, payload.sub)
  return payload.sub
}

async function submit(
  person: string,
  { id, service, area, answers }: Record<string, unknown>
): Promise<readonly [number, unknown]> {
  if (!valid(answers)) return [422, {}]
  await pool.query({
    name: 'submit',
    text: `with o as (insert into orders values ($1, $2, $3, 'ordered', true, $4, null, null, $5, now(), now()) returning id)
      insert into history select id, 1, 'SUBMIT', $4, now(), null from o`,
    values: [id, service, area, person, JSON.stringify(answers)]
  })
  return [200, { id }]
}

async function act(
  person: string,
  { id, event, answers }: Record<string, unknown>
): Promise<readonly [number, unknown]> {
  const step = steps[String(event)]
  if (!step) return [422, {}]
  const offered =
    answers && typeof answers === 'object' && 'to' in answers && Array.isArray(answers.to)
      ? String(answers.to[0])
      : null
  const { rows } = await pool.query({
    name: `act-${String(event)}`,
    text: `with c as (update orders c set state = '${step.to}', open = ${step.to !== 'closed'}, updated = now(), offered = coalesce($4, offered),
        assignee = case when $2 = 'ACCEPT' then $3 else assignee end where id = $1 and state = '${step.from}' and ${step.right} returning id)
      insert into history select id, (select max(ordinal) + 1 from history where id = $1), $2, $3, now(), $5 from c returning ordinal`,
    values: [id, event, person, offered, answers === undefined ? null : JSON.stringify(answers)]
  })
  return rows.length === 1 ? [200, rows[0]] : [409, {}]
}

async function list(area: string): Promise<unknown> {
  const { rows } = await pool.query({
    name: 'list',
    text: `select id, service, area, state, applicant, submitted from orders where area = $1 and open order by submitted desc, id limit 20`,
    values: [area]
  })
  return rows
}

function valid(answers: unknown): boolean {
  if (typeof answers !== 'object' || answers === null) return false
  const { what, where, kind, people, urgent, day, phone, note } = answers as Record<string, unknown> // looked at one by one just below
  return (
    typeof what === 'string' &&
    what.length > 0 &&
    what.length <= 500 &&
    typeof where === 'string' &&
    where.length <= 200 &&
    ['water', 'power', 'other'].includes(String(kind)) &&
    Number.isInteger(people) &&
    Number(people) >= 1 &&
    typeof urgent === 'boolean' &&
    /^\d{4}-\d{2}-\d{2}$/.test(String(day)) &&
    /^1\d{10}$/.test(String(phone)) &&
    typeof note === 'string'
  )
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer) // an IncomingMessage without encoding gives buffers
  return Buffer.concat(chunks).toString('utf8')
}

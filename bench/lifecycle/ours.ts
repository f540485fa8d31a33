// The product under the lifecycle benchmark: a whole server with everything on, serving the Ziyun example with a form of eight fields.
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { readFolder } from '../../packages/server/src/folder.ts'
import { startServer } from '../../packages/server/src/server.ts'
import { openStore } from '../../packages/server/src/store.ts'
import { tokensOf } from '../../packages/server/src/token.ts'
import { eightFields } from './load.ts'

const log = pino({ level: 'warn' }, pino.destination(2))
const files = new Map(await readFolder(fileURLToPath(new URL('../../examples/ziyun', import.meta.url))))
files.set('forms/order.json', JSON.stringify(eightFields))
for (const file of files.keys()) if (file.startsWith('tests/')) files.delete(file)
files.delete('points.json') // what it is compared with keeps no books
const store = await openStore({ url: process.env['BENCH_URL'] ?? '', appUrl: process.env['BENCH_APP_URL'] ?? '', log })
await store.publish(files, { who: 'bench', why: 'benchmark', now: Date.now() })
await store.importData('ziyun', files)
const tokens = tokensOf(new TextEncoder().encode(process.env['BENCH_SECRET']), true)
const server = await startServer({ store, tokens, log, development: true, port: 0 })
process.send?.({ port: server.port })
process.once('SIGINT', () => process.exit(0))

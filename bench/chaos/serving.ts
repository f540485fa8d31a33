// One server process of a chaos run: the whole product on the run's database. It dies where GRIDWRIGHT_FAILPOINT says, or when told.
import { flushCompileCache } from 'node:module'
import { pino } from 'pino'
import { startServer } from '../../packages/server/src/server.ts'
import { openStore } from '../../packages/server/src/store.ts'
import { tokensOf } from '../../packages/server/src/token.ts'

const { CHAOS_URL: url = '', CHAOS_APP_URL: appUrl = '', CHAOS_SECRET: secret, CHAOS_LOG: logFile = '' } = process.env
process.on('disconnect', () => process.exit()) // nobody serves on when the run has ended
const log = pino({ level: 'warn', base: null }, pino.destination({ dest: logFile, sync: true }))
const store = await openStore({ url, appUrl, log })
const tokens = tokensOf(new TextEncoder().encode(secret), true)
const server = await startServer({ store, tokens, log, development: false, port: 0 })
flushCompileCache()
process.send?.({ port: server.port })

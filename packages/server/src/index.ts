// The one shell: PostgreSQL, GraphQL, access, clock, outbox. `gridwright` (cli.ts) is made of these.
export { openDatabase, type Database, type DatabaseOptions } from './database.ts'
export { readFolder } from './folder.ts'
export { startServer, type RunningServer, type ServerOptions } from './server.ts'
export { openStore, type Store } from './store.ts'
export { tokensOf, type Identity, type Tokens } from './token.ts'

// A server process as far as its database is concerned: opens it, says where it is, stops it when told. Arguments: the options as JSON, the umask.
import { createInterface } from 'node:readline'
import { openDatabase, type DatabaseOptions } from '../src/database.ts'
import { isDatabaseFault } from '../src/postgres-fault.ts'

const options = JSON.parse(process.argv[2] ?? '') as DatabaseOptions // our own test's words
process.umask(Number(process.argv[3]))
const progress: string[] = []
const say = (answer: object) => process.stdout.write(`${JSON.stringify(answer)}\n`)

try {
  const database = await openDatabase({ ...options, onProgress: message => progress.push(message.en) })
  const { url, appUrl, folder } = database
  say({ url, appUrl, folder, progress })
  const lines = createInterface(process.stdin)
  lines.once('line', () => {
    lines.close()
    database.stop().then(
      () => say({ stopped: true }),
      (error: unknown) => say({ stopped: String(error) })
    )
  })
} catch (error) {
  if (!isDatabaseFault(error)) throw error
  say({ fault: error.code, problem: error.problem, cure: error.cure })
}

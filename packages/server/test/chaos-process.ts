// A server process for chaos.test.ts: sends the commands given as JSON on the command line, all at once, and prints each outcome as a line.
import type { Command } from '@gridwright/workflows'
import { openStore } from '../src/store.ts'

const [url = '', appUrl = '', commands = '[]'] = process.argv.slice(2)
const store = await openStore({ url, appUrl })
const connections = Array.from({ length: 8 }, () => store.rowOf('ziyun', '00000000-0000-4000-8000-000000000000'))
await Promise.all(connections) // open by now, so that what is sent at once runs at once
await Promise.all(
  (JSON.parse(commands) as Command[]).map(async command =>
    console.log(JSON.stringify(await store.run('ziyun', command)))
  ) // written by the test
)
await store.close()

// `npm run migrations -- [seed] [moves]`: moves cases of every example to random releases, prints what came of it, and fails where a case was left in an unknown state or stuck.
import { drawsFrom } from './filled-in.ts'
import { migrated } from './migration-survey.ts'
import { grounds } from './survey.ts'

const [seed = 1, moves = 1000] = process.argv.slice(2).map(Number)
let troubled = false
for (const ground of grounds) {
  const { releases, tries, troubles } = await migrated(ground, drawsFrom(seed), Math.ceil(moves / grounds.length))
  const told = [...tries].map(([result, count]) => `${count} ${result}`).join(', ')
  process.stdout.write(`${ground.name}: ${releases} releases; ${told}; ${troubles.length} in trouble\n`)
  for (const trouble of troubles) process.stdout.write(`  ${trouble}\n`)
  troubled ||= troubles.length > 0
}
process.exitCode = troubled ? 1 : 0

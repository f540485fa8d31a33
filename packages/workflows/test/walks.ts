// `npm run walks -- [seed] [passing] [steps]`: surveys every example, prints what came of it, and fails where the check let a mutant pass that went wrong.
import { drawsFrom } from './filled-in.ts'
import { grounds, surveyed } from './survey.ts'

const [seed = 1, passing = 60, steps = 1000] = process.argv.slice(2).map(Number)
let troubled = false
for (const ground of grounds) {
  const { mutants, caught, walks, steps: taken, troubles } = await surveyed(ground, drawsFrom(seed), passing, steps)
  process.stdout.write(
    `${ground.name}: ${ground.mutations.length} possible; of ${mutants}, ${caught} refused; ${walks} walks, ${taken} steps; ${troubles.length} in trouble\n`
  )
  for (const trouble of troubles) process.stdout.write(`  ${trouble}\n`)
  troubled ||= troubles.length > 0
}
process.exitCode = troubled ? 1 : 0

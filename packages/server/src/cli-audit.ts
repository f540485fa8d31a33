/** `gridwright audit verify` and `token`: what is done on a data folder beside a running server. */
import { openData, secretIn } from './cli-data.ts'
import { closeAll, type Part } from './cli-stop.ts'
import { openStore } from './store.ts'
import { storeFault } from './store-fault.ts'
import { counted, said, type Terminal } from './terminal.ts'
import { tokensOf, type Identity } from './token.ts'

const stopLimitMs = 10_000
const tokenHours = 12

/** Verifies every case of `locality`: prints what was changed behind the engine's back, exit status 1 if anything was. Throws `locality.unknown` for one that was never published here. */
export async function verifyAudit(terminal: Terminal, locality: string, data: string): Promise<number> {
  const database = await openData(terminal, data)
  const parts: Part[] = []
  try {
    const store = await openStore({ url: database.url, appUrl: database.appUrl })
    parts.push(() => store.close())
    const known = await store.localities()
    if (!known.includes(locality)) throw storeFault('locality.unknown', locality, {})
    const faults = await store.verify(locality)
    for (const { case: id, ordinal, code } of faults)
      terminal.print(`✗ ${id}${ordinal === null ? '' : ` #${ordinal}`}  ${code}`)
    terminal.print(
      faults.length === 0
        ? said(
            terminal,
            '完好：每条哈希链成立，每次重放都得到所存的案件。',
            'Sound: every chain holds and every replay gives the stored case.'
          )
        : said(terminal, `${faults.length} 处不符`, counted(faults.length, 'fault'))
    )
    return faults.length === 0 ? 0 : 1
  } finally {
    await closeAll(parts, database, stopLimitMs)
  }
}

/** Prints a development token; a server with DATABASE_URL refuses it. */
export async function printToken(terminal: Terminal, identity: Identity, data: string): Promise<number> {
  terminal.print(await tokensOf(await secretIn(data), true).sign(identity, tokenHours))
  return 0
}

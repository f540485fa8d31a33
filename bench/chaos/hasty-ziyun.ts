// The Ziyun example with limits of seconds, so that the clock of every server fires while orders are being handled, and its people.
import { fileURLToPath } from 'node:url'
import { parseDataset } from '@gridwright/core'
import { readFolder } from '../../packages/server/src/folder.ts'

/** Who takes part in the orders of one community. */
export type Community = {
  readonly area: string
  readonly liaison: string
  readonly officer: string
  readonly members: readonly string[]
}

const locality = fileURLToPath(new URL('../../examples/ziyun', import.meta.url))

const limits: readonly [file: string, from: RegExp, to: string][] = [
  ['workflows/three-orders.json', /"within": "PT4H", "clock": "work"/, '"within": "PT6S", "clock": "natural"'],
  ['workflows/three-orders.json', /"within": "P1D", "clock": "work"/, '"within": "PT8S", "clock": "natural"'],
  ['workflows/three-orders.json', /"every": "P1D", "max": 3/, '"every": "PT2S", "max": 2'],
  ['workflows/three-orders.json', /"within": "P7D", "clock": "natural"/, '"within": "PT6S", "clock": "natural"'],
  ['categories.json', /"within": "P\d+D", "clock": "workdays"/g, '"within": "PT8S", "clock": "natural"']
]

/** The locality's files without its scenarios, which hold for its real limits only. */
export async function hastyZiyun(): Promise<ReadonlyMap<string, string>> {
  const files = new Map(await readFolder(locality))
  for (const path of files.keys()) if (path.startsWith('tests/')) files.delete(path)
  for (const [path, from, to] of limits) {
    const text = files.get(path) ?? ''
    const hasty = text.replace(from, to)
    if (hasty === text) throw new Error(`${path} has no limit ${String(from)} any more`)
    files.set(path, hasty)
  }
  return files
}

/** Each community of the locality with its liaison, the officer of its street and its registered members. */
export function communitiesOf(files: ReadonlyMap<string, string>): readonly Community[] {
  const rows = (name: string) => {
    const dataset = parseDataset(files.get(`data/${name}.csv`) ?? '')
    return 'rows' in dataset ? dataset.rows.map(({ cells }) => cells) : []
  }
  const appointments = rows('appointments')
  const registrations = rows('registrations').filter(row => row['kind'] === 'party-member')
  return appointments
    .filter(row => row['post'] === 'liaison')
    .map(({ person: liaison = '', area = '' }) => ({
      area,
      liaison,
      officer:
        appointments.find(row => row['post'] === 'street-officer' && area.startsWith(row['area'] ?? '-'))?.['person'] ??
        '',
      members: registrations.filter(row => row['area'] === area).map(({ person = '' }) => person)
    }))
}

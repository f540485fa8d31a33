/** `gridwright roster`: where a post is manned on a day, and the areas that somebody has to cover. */
import { localDate, startOfDay, textIn, type Locality } from '@gridwright/core'
import { inLocality } from './cli-import.ts'
import { storeFault } from './store-fault.ts'
import { commandFault, said, type Terminal } from './terminal.ts'

/** `on` is a local date, today where left out; without `post` those posts are told that say when their holders are absent. */
export type RosterCommand = {
  readonly place: string
  readonly post: string | undefined
  readonly on?: string
  readonly data: string
}

/** Prints a line for each post and one for each uncovered area. Throws a `CommandFault` for an unknown post and for no date. */
export async function printRoster(terminal: Terminal, command: RosterCommand): Promise<number> {
  return inLocality(terminal, command, async (store, id) => {
    const published = await store.published(id)
    if (!published) throw storeFault('locality.unknown', id, {})
    const { locality } = published
    const now = command.on === undefined ? Date.now() : startOfDay(command.on, locality.timeZone)
    if (now === undefined)
      throw commandFault(
        [`“${command.on}” 不是日期`, `“${command.on}” is no date`],
        ['写成 2026-10-01', 'write 2026-10-01']
      )
    for (const post of postsOf(locality, command.post)) {
      const { areas, manned, uncovered } = await store.roster(locality, post, now)
      const label = textIn(locality.posts.get(post)?.label ?? post, terminal.language, locality.languages)
      const day = command.on ?? localDate(now, locality.timeZone)
      terminal.print(
        said(
          terminal,
          `${day} ${label}：${areas} 处，${manned} 处在岗，${uncovered.length} 处缺人`,
          `${day} ${label}: ${areas} areas, ${manned} manned, ${uncovered.length} uncovered`
        )
      )
      for (const { code, name } of uncovered) terminal.print(`  ${code}  ${name}`)
    }
    return 0
  })
}

function postsOf(locality: Locality, post: string | undefined): readonly string[] {
  if (post === undefined) return [...locality.posts].flatMap(([id, { absentWhile }]) => (absentWhile ? [id] : []))
  if (locality.posts.has(post)) return [post]
  throw commandFault(
    [`没有岗位 “${post}”`, `there is no post “${post}”`],
    [`有：${[...locality.posts.keys()].join(' ')}`, `There are: ${[...locality.posts.keys()].join(' ')}`]
  )
}

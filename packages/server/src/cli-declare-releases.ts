/** The commands on releases: what was published, is to be, and would change. */
import { Option, type Command } from 'commander'
import type { PublishCommand, ReleaseCommand } from './cli-release.ts'
import type { Terminal } from './terminal.ts'

const releasing = () => import('./cli-release.ts')

/** Declares them on `program`; each loads what it needs when it runs. */
export function declareReleases(program: Command, terminal: () => Terminal, exit: (code: number) => void): void {
  const saying = (command: Command) =>
    command
      .addOption(dataFolder())
      .option('--as <person>', '谁在发布，不写则是本机的用户 who publishes, the user of this machine if left out')
  const why = () => new Option('--why <reason>', '为什么，写进发布的记录 why, for the record')

  saying(program.command('publish'))
    .argument('<folder>', '属地文件夹 locality folder')
    .addOption(why())
    .option('--from <instant>', '从何时起有效，如 2027-01-01T00:00+08:00 from when on, at once if left out')
    .option('--dry-run', '只说会有什么变化 only tell what would change')
    .description('证明并发布，先说改了什么 prove and publish a folder, telling first what changes')
    .action(async (folder: string, options: PublishCommand) =>
      exit(await (await releasing()).publishFolder(terminal(), folder, options))
    )

  saying(program.command('approve'))
    .argument('<locality>', '属地标识或文件夹 id or folder of the locality')
    .argument('<release>', '版本，写前几位即可 release, its first digits will do')
    .description('同意别人提交的版本 approve what another person has proposed')
    .action(async (place: string, release: string, options: Omit<ReleaseCommand, 'place' | 'release'>) =>
      exit(await (await releasing()).approveRelease(terminal(), { place, release, ...options }))
    )

  saying(program.command('rollback'))
    .argument('<locality>', '属地标识或文件夹 id or folder of the locality')
    .argument('<release>', '发布过的版本 a release that was published before')
    .addOption(why())
    .description('重新发布以前的版本 publish an earlier release again')
    .action(async (place: string, release: string, options: Omit<ReleaseCommand, 'place' | 'release'>) =>
      exit(await (await releasing()).rollbackRelease(terminal(), { place, release, ...options }))
    )

  program
    .command('releases')
    .argument('<locality>', '属地标识或文件夹 id or folder of the locality')
    .addOption(dataFolder())
    .description('发布过的版本 what was published, when and by whom')
    .action(async (place: string, { data }: { data: string }) =>
      exit(await (await releasing()).listReleases(terminal(), place, data))
    )

  program
    .command('diff')
    .argument('<folder>', '属地文件夹 locality folder')
    .argument('[other]', '和什么比：版本或文件夹，不写则是在用的版本 a release or folder, what is live if left out')
    .addOption(dataFolder())
    .description('改了什么，用话说 what the folder changes, in words')
    .action(async (folder: string, other: string | undefined, { data }: { data: string }) =>
      exit(await (await releasing()).diffReleases(terminal(), folder, other, data))
    )
}

/** The option of every command that opens a store. */
export function dataFolder(): Option {
  return new Option('--data <folder>', '数据文件夹 data folder').env('GRIDWRIGHT_DATA').default('.gridwright')
}

/** The commands on releases: what was published, is to be, and would change. */
import { Option, type Command } from 'commander'
import type { BundleCommand } from './cli-bundle.ts'
import type { ImpactCommand } from './cli-impact.ts'
import type { MigrateCommand } from './cli-migrate.ts'
import type { PublishCommand, ReleaseCommand } from './cli-release.ts'
import type { Terminal } from './terminal.ts'

const releasing = () => import('./cli-release.ts')
const carrying = () => import('./cli-bundle.ts')
const moving = () => import('./cli-migrate.ts')

/** Declares them on `program`; each loads what it needs when it runs. */
export function declareReleases(program: Command, terminal: () => Terminal, exit: (code: number) => void): void {
  saying(program.command('publish'))
    .argument('[folder]', '属地文件夹 locality folder')
    .option('--bundle <file>', '不发布文件夹，发布签名包 publish a bundle and no folder')
    .addOption(why())
    .addOption(from())
    .option('--dry-run', '只说会有什么变化 only tell what would change')
    .description('证明并发布，先说改了什么 prove and publish a folder, telling first what changes')
    .action(async (folder: string | undefined, options: PublishCommand & { bundle?: string }) =>
      exit(await (await carrying()).publishEither(terminal(), folder, options))
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
    .description(
      '改了什么，用话说；真案子会怎样，见 impact what the folder changes, in words; what it does to real cases, see impact'
    )
    .action(async (folder: string, other: string | undefined, { data }: { data: string }) =>
      exit(await (await releasing()).diffReleases(terminal(), folder, other, data))
    )
  declareImpact(program, terminal, exit)
}

/** Declares `impact`. */
function declareImpact(program: Command, terminal: () => Terminal, exit: (code: number) => void): void {
  program
    .command('impact')
    .argument('<folder>', '属地文件夹 locality folder')
    .addOption(dataFolder())
    .option('--since <date>', '从哪天受理的算起，如 2026-01-01 cases submitted on this day or later')
    .option('--service <service>', '只看这个事项 cases of this service only')
    .addOption(new Option('--format <format>', '输出格式 output format').choices(['text', 'json']).default('text'))
    .option('--out <file>', '写到文件 write to a file')
    .description(
      '拿真案子在新配置上重放：谁会超期，谁更忙；改了什么，见 diff replay real cases on the folder: who would be late, who gets more work; what it changes, see diff'
    )
    .action(async (folder: string, options: Omit<ImpactCommand, 'folder'>) =>
      exit(await (await import('./cli-impact.ts')).tellImpact(terminal(), { folder, ...options }))
    )
}

/** Declares what carries a release in a file: `export bundle` below `exporting`, and `trust`. */
export function declareBundles(
  { program, exporting }: { readonly program: Command; readonly exporting: Command },
  terminal: () => Terminal,
  exit: (code: number) => void
): void {
  saying(exporting.command('bundle'))
    .argument('<locality>', '属地文件夹，或属地标识（在用的版本） locality folder, or id of a locality: what is live')
    .argument('<file>', '写到文件 file to write')
    .option('--release <release>', '发布过的版本，写前几位即可 a release that was published, its first digits will do')
    .addOption(why())
    .addOption(from())
    .description('导出签名包，给没有网络的地方 a release as one signed file, for where no network leads')
    .action(async (place: string, file: string, _: unknown, command: Command) => {
      // Those that `export` has as well it has taken for itself.
      const options = command.optsWithGlobals<Omit<BundleCommand, 'place' | 'file'>>()
      exit(await (await carrying()).exportBundle(terminal(), { place, file, ...options }))
    })

  program
    .command('trust')
    .argument('[key]', '公钥，64 位十六进制 public key of a signer, 64 hexadecimal digits')
    .addOption(dataFolder())
    .option('--name <who>', '是谁的 whose it is')
    .option('--remove', '不再信任 trust it no longer')
    .description('信任谁签的包，不写钥匙则列出 whose bundles are taken; lists the keys if none is named')
    .action(async (key: string | undefined, options: { data: string; name?: string; remove?: boolean }) =>
      exit(await (await carrying()).trustSigner(terminal(), key, options))
    )
}

/** Declares `migrate`. */
export function declareMigration(program: Command, terminal: () => Terminal, exit: (code: number) => void): void {
  saying(program.command('migrate'))
    .argument('<locality>', '属地标识或文件夹 id or folder of the locality')
    .option(
      '--plan <file>',
      '为不按现行规矩的在办案件写一份计划 write a plan for open cases that do not go by what is live'
    )
    .option('--dry-run <file>', '只说照这份计划会怎样 only tell what the plan would come to')
    .option('--apply <file>', '照这份计划转，断了再来一次接着转 move the cases; run it again to go on where it stopped')
    .option('--undo <file>', '把照这份计划转的退回去 take the moves by this plan back')
    .option('--case <number>', '只退这一件 take back this case only')
    .addOption(why())
    .addOption(new Option('--format <format>', '输出格式 output format').choices(['text', 'json']).default('text'))
    .description('在办案件转到现行版本 move open cases to the release that is live, by a reviewed plan')
    .action(async (place: string, options: Omit<MigrateCommand, 'place'>) =>
      exit(await (await moving()).migrateCases(terminal(), { place, ...options }))
    )
}

/** The option of every command that opens a store. */
export function dataFolder(): Option {
  return new Option('--data <folder>', '数据文件夹 data folder').env('GRIDWRIGHT_DATA').default('.gridwright')
}

const saying = (command: Command) =>
  command
    .addOption(dataFolder())
    .option('--as <person>', '谁在做，不写则是本机的用户 who does it, the user of this machine if left out')
const from = () =>
  new Option('--from <instant>', '从何时起有效，如 2027-01-01T00:00+08:00 from when on, at once if left out')
const why = () => new Option('--why <reason>', '为什么，记在案 why, for the record')

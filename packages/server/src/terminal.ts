/** Where a command of the command line writes, in which language, and what it says when it cannot be done as asked. */

/** `language` is `en` or `zh-CN`; `print` writes a line of the answer, `complain` one of what went wrong; `clear` empties the screen, where there is one, and `progress` writes a line over itself, '' to take it away. */
export type Terminal = {
  readonly language: string
  readonly print: (line: string) => void
  readonly complain: (line: string) => void
  readonly clear?: () => void
  readonly progress?: (line: string) => void
}

/** The one of two sentences that is in the terminal's language. */
export function said({ language }: Pick<Terminal, 'language'>, zh: string, en: string): string {
  return language === 'en' ? en : zh
}

/** Columns of a terminal: Chinese characters and full-width signs take two. */
export function widthOf(text: string): number {
  return Array.from(text).reduce(
    (sum, sign) =>
      sum + (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/.test(sign) ? 2 : 1),
    0
  )
}

/** `1 error`, `2 errors`: an English count with its noun. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** A command that cannot be done as asked; `problem` and `cure` (zh-CN, en) are for whoever typed it. */
export type CommandFault = Error & {
  readonly problem: readonly [string, string]
  readonly cure: readonly [string, string]
}

/** The fault with these words. */
export function commandFault(problem: readonly [string, string], cure: readonly [string, string]): CommandFault {
  return Object.assign(new Error(problem[1]), { name: 'CommandFault', problem, cure })
}

/** Whether `error` is a fault of this module. */
export function isCommandFault(error: unknown): error is CommandFault {
  return error instanceof Error && error.name === 'CommandFault'
}

/** `gridwright check`: a folder proved, once or after every change. Exit status 1 where anything is wrong. */
import { describeIssue, exampleIn, formatIssue, type Issue, type Override } from '@gridwright/core'
import { check } from '@gridwright/workflows'
import { readFolder } from './folder.ts'
import { sarifOf } from './sarif.ts'
import { counted, said, type Terminal } from './terminal.ts'
import { watchFolder } from './watch.ts'

/** `watch` checks again after every change, until it is ended. */
export type CheckOptions = { readonly format: 'text' | 'json' | 'sarif'; readonly watch?: boolean }

/** Prints all issues of `folder`, and what it changes as a layer, as text, as JSON, or its issues as a SARIF log. */
export async function checkFolder(
  terminal: Terminal,
  folder: string,
  { format, watch = false }: CheckOptions
): Promise<number> {
  const judge = (files: ReadonlyMap<string, string>) => {
    const { issues, overrides } = check(files)
    if (format === 'text') {
      printOverrides(terminal, overrides)
      printIssues(terminal, issues)
    } else {
      const { language } = terminal
      const told =
        format === 'json'
          ? {
              issues: issues.map(issue => issueJson(issue, language)),
              ...(overrides.length > 0 && { overrides })
            }
          : sarifOf(issues, { folder, root: process.cwd(), language })
      terminal.print(JSON.stringify(told, null, 2))
    }
    return issues.some(({ severity }) => severity === 'error') ? 1 : 0
  }
  return watch ? watchFolder(terminal, folder, judge) : judge(await readFolder(folder))
}

/** What a layer changes of those below it, a line each with both places. */
function printOverrides(terminal: Terminal, overrides: readonly Override[]): void {
  for (const { file, line, column, path, kind, from, to, base } of overrides) {
    const does = kind === 'narrows' ? said(terminal, '收紧', 'narrows') : said(terminal, '填写', 'fills')
    terminal.print(`~ ${file}:${line}:${column}  ${does} ${path}: ${from} → ${to}  (${base})`)
  }
}

/** Issues as lines, then how many there are. */
export function printIssues(terminal: Terminal, issues: readonly Issue[]): void {
  const mark = (issue: Issue) => (issue.severity === 'error' ? '✗' : '!')
  for (const issue of issues) terminal.print(`${mark(issue)} ${formatIssue(issue, terminal.language)}  [${issue.code}]`)
  const errors = issues.filter(({ severity }) => severity === 'error').length
  const warnings = issues.length - errors
  terminal.print(
    said(
      terminal,
      `${errors} 个错误，${warnings} 个警告`,
      `${counted(errors, 'error')}, ${counted(warnings, 'warning')}`
    )
  )
}

/** An issue as `--format json` prints it, in `language`; `example` are the events, from the start, that lead into it. */
export function issueJson(issue: Issue, language: string) {
  const { file, line, column, path, code, severity } = issue
  const example = exampleIn(issue)
  return { file, line, column, path, code, severity, ...describeIssue(issue, language), ...(example && { example }) }
}

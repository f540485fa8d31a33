/** An issue: something wrong in a config, located and with its cure. Every code has an anchor in docs/reference/issues.md. */
import { issueMessages } from './issue-messages.ts'

export type Severity = 'error' | 'warning'
export type IssueParams = Readonly<Record<string, string | number>>

/** `line` and `column` count from 1; `path` is a JSON Pointer into `file`; the message is made from `code` and `params`. */
export type Issue = {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly path: string
  readonly code: string
  readonly severity: Severity
  readonly params: IssueParams
}

/** What went wrong and how to mend it, in `language` (zh-CN unless it begins with "en"). `hint` is empty where there is none. */
export function describeIssue(issue: Issue, language: string): { readonly message: string; readonly hint: string } {
  const english = language.toLowerCase().startsWith('en')
  const templates = issueMessages[issue.code]
  if (!templates) throw new Error(`issue code without a message: ${issue.code}`)
  const message = fillTemplate(templates[english ? 1 : 0], issue.params)
  return { message, hint: hintOf(issue.params, english) }
}

/** One line as the CLI prints it: `file:line:column  message；hint`. */
export function formatIssue(issue: Issue, language: string): string {
  const { message, hint } = describeIssue(issue, language)
  const separator = language.toLowerCase().startsWith('en') ? '; ' : '；'
  return `${issue.file}:${issue.line}:${issue.column}  ${message}${hint ? separator + hint : ''}`
}

/** Sorted by file, line, column, code and path, each issue once: the same config gives the same bytes. */
export function sortIssues(issues: readonly Issue[]): readonly Issue[] {
  const keyed = new Map(
    issues.map(issue => [`${issue.file} ${issue.path} ${issue.code} ${JSON.stringify(issue.params)}`, issue])
  )
  return [...keyed.values()].sort(
    (a, b) =>
      compare(a.file, b.file) ||
      a.line - b.line ||
      a.column - b.column ||
      compare(a.code, b.code) ||
      compare(a.path, b.path)
  )
}

/** `{name}` in `template` replaced by its parameter; an unknown name stays as it is. */
export function fillTemplate(template: string, params: IssueParams): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole))
}

/** The counter-example of an issue: the events from a case's submission that lead into it, or the names that go round; undefined where it needs none. */
export function exampleIn({ params: { trace } }: Pick<Issue, 'params'>): readonly string[] | undefined {
  return trace === undefined ? undefined : String(trace).split(' → ')
}

function hintOf(params: IssueParams, english: boolean): string {
  const { trace } = params
  const meant = meantBy(params, english)
  if (trace === undefined) return meant
  const path = english ? `path: ${trace}` : `路径：${trace}`
  if (meant === '') return path
  const ends = params.suggestion === undefined ? (english ? '; ' : '；') : english ? ' ' : ''
  return meant + ends + path
}

function meantBy({ suggestion, known }: IssueParams, english: boolean): string {
  if (suggestion !== undefined) return english ? `did you mean “${suggestion}”?` : `是否想写 “${suggestion}”？`
  if (known !== undefined) return english ? `known here: ${known}` : `这里可以写：${known}`
  return ''
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

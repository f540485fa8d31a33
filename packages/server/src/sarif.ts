/** Issues as a SARIF 2.1.0 log (OASIS Static Analysis Results Interchange Format), as code review pages and editors read them. */
import { existsSync } from 'node:fs'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describeIssue, exampleIn, issueMessages, type Issue } from '@gridwright/core'
import { said } from './terminal.ts'

/** `root` is the folder from which files are named, as code review pages expect; `folder` is the one that was checked. */
export type SarifOptions = { readonly folder: string; readonly root: string; readonly language: string }

/** The log of one run of the check: a rule for each code that occurs, and a result for each issue, whose message names the cure. */
export function sarifOf(issues: readonly Issue[], options: SarifOptions): object {
  const codes = [...new Set(issues.map(({ code }) => code))].sort()
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'gridwright', rules: codes.map(code => ruleOf(code, options)) } },
        language: options.language,
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { '%SRCROOT%': { uri: `${pathToFileURL(options.root).href}/` } },
        results: issues.map(issue => resultOf(issue, codes.indexOf(issue.code), options))
      }
    ]
  }
}

function ruleOf(code: string, { language }: SarifOptions): object {
  const [zh = code, en = code] = issueMessages[code] ?? []
  const page = issuesPage()
  return {
    id: code,
    shortDescription: { text: said({ language }, zh, en).replaceAll(/\{\w+\}/g, '…') },
    ...(page === undefined ? {} : { helpUri: `${page}#${code}` })
  }
}

function resultOf(issue: Issue, ruleIndex: number, options: SarifOptions): object {
  const { code, severity, line, column, path, file } = issue
  const example = exampleIn(issue)
  const { message, hint } = describeIssue(issue, options.language)
  const text = hint === '' ? message : message + said(options, '；', '; ') + hint
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text },
    locations: [
      {
        physicalLocation: {
          artifactLocation: artifactOf(file, options),
          region: { startLine: line, startColumn: column }
        },
        ...(path === '' ? {} : { logicalLocations: [{ fullyQualifiedName: path }] })
      }
    ],
    ...(example && { properties: { example } })
  }
}

/** A file by its URI from the root where it lies below it, else by its whole URI. */
function artifactOf(file: string, { folder, root }: SarifOptions): object {
  const path = resolve(root, folder, file)
  const inside = relative(root, path)
  if (isAbsolute(inside) || inside.split(sep)[0] === '..') return { uri: pathToFileURL(path).href }
  return { uri: inside.split(sep).map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' }
}

/** The address of the page that explains the codes: beside the compiled package, or in the repository. */
export function issuesPage(): string | undefined {
  const packed = new URL('./issues.md', import.meta.url)
  const kept = new URL('../../../docs/reference/issues.md', import.meta.url)
  return [packed, kept].find(page => existsSync(fileURLToPath(page)))?.href
}

/** What `gridwright dev` tells the pages that it serves, and the page that explains the codes; nothing of it is there under `start`. */
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { describeIssue, type Issue } from '@gridwright/core'
import { devPageScript, type DevState, type ShownIssue } from './dev-page.ts'
import { faultLines } from './fault-words.ts'
import { issuesPage } from './sarif.ts'

export type DevNews = {
  /** What `check` says of the folder now. */
  checked(issues: readonly Issue[]): void
  /** What else kept the folder from being published. */
  failed(error: unknown): void
  /** That it was published anew. */
  published(): void
  /** A page that is served with the script added that listens. */
  withScript(html: string): string
  /** Answers what is asked under /dev/; false where there is nothing. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<boolean>
}

/** Nothing is wrong yet; what is told reaches whoever listens, and whoever comes later. */
export function openDevNews(): DevNews {
  const listeners = new Set<ServerResponse>()
  const start = randomUUID()
  let count = 0
  let wrong: Pick<DevState, 'zh' | 'en'> = { zh: [], en: [] }
  const key = () => `${start}.${count}`
  const line = () => `data: ${JSON.stringify({ published: key(), ...wrong } satisfies DevState)}\n\n`
  const tell = (now: typeof wrong) => {
    wrong = now
    for (const listener of listeners) listener.write(line())
  }
  return {
    checked: issues => tell({ zh: issues.map(shownIn('zh-CN')), en: issues.map(shownIn('en')) }),
    failed: error => tell({ zh: [shownFault(error, 'zh-CN')], en: [shownFault(error, 'en')] }),
    published() {
      count++
      tell(wrong)
    },
    withScript: html =>
      html.replace(
        '</head>',
        () => `<script type="module" src="/dev/page.js" data-published="${key()}"></script></head>`
      ),
    async answer(request, response) {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
      if (pathname === '/dev/page.js') send(response, 'text/javascript', devPageScript)
      else if (pathname === '/dev/issues') send(response, 'text/html', await codesPage(searchParams.get('lang') ?? ''))
      else if (pathname === '/dev/news') {
        listeners.add(response)
        response.on('close', () => listeners.delete(response))
        response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
        response.write(`retry: 500\n${line()}`)
      } else return false
      return true
    }
  }
}

function send(response: ServerResponse, type: string, body: string): void {
  response.writeHead(200, {
    'content-type': `${type}; charset=utf-8`,
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
  })
  response.end(body)
}

function shownIn(language: string): (issue: Issue) => ShownIssue {
  return issue => {
    const { severity, code, file, line, column } = issue
    return { severity, code, place: `${file}:${line}:${column}`, ...describeIssue(issue, language) }
  }
}

function shownFault(error: unknown, language: string): ShownIssue {
  const [message = '', ...more] = faultLines(error, { language })
  return { severity: 'error', message, hint: more.join('\n') }
}

/** docs/reference/issues.md as a page: its headings, lists and paragraphs, each section under its code. */
async function codesPage(language: string): Promise<string> {
  const page = issuesPage()
  const text = page === undefined ? '' : await readFile(new URL(page), 'utf8')
  const lines = text.replaceAll(/<!--.*?-->\n*/g, '').split('\n')
  return `<!doctype html>\n<html lang="${language.startsWith('en') ? 'en' : 'zh-CN'}">\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">
<title>问题代码 · Issues</title>\n<main>\n${lines.map(htmlOf).filter(Boolean).join('\n')}\n</main>\n</html>\n`
}

function htmlOf(line: string): string {
  const [, marks = '', id, heading = ''] = /^(#+) (?:<a id="([\w.-]+)"><\/a>)?(.*)$/.exec(line) ?? []
  if (marks) return `<h${marks.length}${id === undefined ? '' : ` id="${id}"`}>${inlineOf(heading)}</h${marks.length}>`
  return line === '' ? '' : `<p>${inlineOf(line.replace(/^- /, ''))}</p>`
}

function inlineOf(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/`([^`]*)`/g, '<code>$1</code>')
    .replaceAll(/\*\*([^*]*)\*\*/g, '<strong>$1</strong>')
    .replaceAll(/\*([^*]*)\*/g, '<em>$1</em>')
    .replaceAll(/\[([^\]]*)\]\((#[\w.-]+)\)/g, '<a href="$2">$1</a>')
}

/** What `dev` adds to each page that it serves: a banner with what is wrong with the folder, which comes and goes by itself, and a fresh page after each publication. */

/** One thing that is wrong, in one language; without `code` where it is no issue of the config. */
export type ShownIssue = {
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly hint: string
  /** `file:line:column`. */
  readonly place?: string
  readonly code?: string
}
/** What is wrong now, in both languages; `published` differs after each publication. */
export type DevState = {
  readonly published: string
  readonly zh: readonly ShownIssue[]
  readonly en: readonly ShownIssue[]
}

/** The script as the page loads it. */
export const devPageScript = `(${showIssues.toString()})()\n`

/** Runs in the page and nowhere else; it is sent as text, so all that it needs stands inside it. It makes elements only, as the strictest policy asks. */
function showIssues(): void {
  const html = document.documentElement
  const began = document.querySelector<HTMLElement>('script[data-published]')?.dataset['published']
  const banner = document.createElement('aside')
  const root = banner.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(`
    :host { position: fixed; inset: auto 0 0 0; z-index: 2147483647; max-height: 50vh; overflow: auto; border-top: 4px solid #c0392b;
      padding: 0.75rem 1rem; background: #2b211d; color: #fff; font: 400 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere }
    :host([hidden]) { display: none }
    p { margin: 0; font-weight: 700 } ol { margin: 0.5rem 0 0; padding-inline-start: 1.5rem } li { margin-block: 0.25rem }
    code { color: #ffd9a0 } a { color: #9fd0ff } small { display: block; font-size: 1em; color: #e8ddd6 }
    button { float: inline-end; min-height: 44px; padding: 0 1em; border: 1px solid; border-radius: 8px; background: none; color: inherit; font: inherit }
  `)
  root.adoptedStyleSheets = [sheet]
  const make = <Name extends keyof HTMLElementTagNameMap>(name: Name, text = '') =>
    Object.assign(document.createElement(name), { textContent: text })
  const [close, alert, list] = [make('button'), make('p'), make('ol')]
  close.addEventListener('click', () => (banner.hidden = true))
  alert.setAttribute('role', 'alert')
  root.append(close, alert, list)
  banner.hidden = true
  document.body.append(banner)
  let state: DevState | undefined

  const item = ({ severity, message, hint, place, code }: ShownIssue, english: boolean) => {
    const line = make('li', severity === 'error' ? '✗ ' : '! ')
    if (place !== undefined) line.append(make('code', place), ' ')
    line.append(message)
    if (hint !== '') line.append(' ', make('small', hint))
    if (code !== undefined) {
      const link = Object.assign(make('a', code), {
        href: `/dev/issues?lang=${english ? 'en' : 'zh-CN'}#${code}`,
        target: '_blank'
      })
      line.append(' ', link)
    }
    return line
  }
  const show = () => {
    const english = html.lang.startsWith('en')
    const issues = state?.[english ? 'en' : 'zh'] ?? []
    const errors = issues.filter(({ severity }) => severity === 'error').length
    const warnings = issues.length - errors
    banner.lang = english ? 'en' : 'zh-CN'
    banner.ariaLabel = english ? 'What is wrong with the config' : '配置的问题'
    close.textContent = english ? 'Hide' : '收起'
    const kept = english ? 'the last good release stays' : '仍用上一个好的版本'
    const counts = english ? `Errors: ${errors}, warnings: ${warnings}` : `${errors} 个错误，${warnings} 个警告`
    banner.hidden = issues.length === 0
    alert.textContent = errors > 0 ? `${counts}${english ? '; ' : '；'}${kept}` : issues.length > 0 ? counts : ''
    list.replaceChildren(...issues.map(issue => item(issue, english)))
  }
  new MutationObserver(show).observe(html, { attributeFilter: ['lang'] })
  new EventSource('/dev/news').addEventListener('message', ({ data }: MessageEvent<string>) => {
    const told: DevState = JSON.parse(data)
    if (told.published !== began) return location.reload()
    state = told
    show()
  })
}

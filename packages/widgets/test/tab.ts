// A page in a browser window of its own that notices what a person would not: faults, forbidden things, requests to others.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

/** A page, with what its policy forbade, what it asked of others, and what went wrong, as far as it went. */
export type Tab = { readonly page: Page; readonly faults: string[] }

/** An empty page for `origin` (with its last slash). `script` runs in it before the page's own. */
export async function openTab(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions,
  script = ''
): Promise<Tab> {
  const context = await browser.newContext({ locale: 'zh-CN', ...options })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', error => faults.push(error.message))
  page.on('console', message => void (['error', 'warning'].includes(message.type()) && faults.push(message.text())))
  page.on('request', request => {
    if (!request.url().startsWith(origin) && !request.url().startsWith('data:')) faults.push(`asked ${request.url()}`)
  })
  await page.exposeFunction('reportViolation', (text: string) => void faults.push(text))
  await page.addInitScript(
    `document.addEventListener('securitypolicyviolation', event => reportViolation('forbidden: ' + event.violatedDirective + ' ' + event.blockedURI))
    ${script}`
  )
  return { page, faults }
}

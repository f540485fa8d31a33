// The printable guide: every service and limit in it, nothing but its own style, a sheet of A4 for each item, on a phone as on paper.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { durationWords, procedureOf, textIn } from '@gridwright/core'
import { check, guidesOf, promisedLimits } from '@gridwright/workflows'
import { chromium, type Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { chromium as chromiumHere } from '../../../scripts/chromium.ts'
import { openTab } from '../../widgets/test/tab.ts'
import { writeGuide } from '../src/cli-guide.ts'
import { guidePage, guidePolicy } from '../src/guide-page.ts'
import { escaped } from '../src/guide-words.ts'
import { serveZiyun, type Serving } from './serving.ts'
import { exampleFiles, ziyunFiles } from './ziyun.ts'

vi.setConfig({ testTimeout: 60_000 })

const axe = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
const xinshi = check(exampleFiles('xinshi')).locality!
const folder = mkdtempSync(join(tmpdir(), 'gridwright-guide-'))
let server: Serving
let browser: Browser
beforeAll(async () => {
  server = await serveZiyun()
  browser = await chromium.launch(await chromiumHere())
}, 60_000)
afterAll(async () => {
  await browser.close()
  await server.close()
  rmSync(folder, { recursive: true })
})

test.each(['zh-CN', 'en'])(
  'each of Xinshi’s services is in the guide in %s, with every limit that it promises',
  language => {
    const { html: page } = guidePage(xinshi, language)
    const items = new Map(
      page
        .split('<article id="')
        .map(part => [part.slice(0, part.indexOf('"')), part.slice(0, part.indexOf('</article>'))])
    )
    for (const [id, { title }] of xinshi.services) {
      const item = items.get(id) ?? ''
      expect(item).toContain(escaped(textIn(title, language)))
      expect(page).toContain(`<a href="#${id}">`)
      const states = guidesOf(xinshi, language)
        .find(guide => guide.id === id)
        ?.steps.map(({ state }) => state)
      for (const { state, within, clock } of promisedLimits(procedureOf(xinshi, id)!)) {
        if (state !== null && !states?.some(path => path === state || path.startsWith(`${state}.`))) continue
        const working = xinshi.calendar.clocks.get(clock)?.kind === 'working'
        expect(item, id).toContain(`>${durationWords(within, working, language)}<`)
      }
    }
    expect(page).not.toMatch(/<script|javascript:|https?:| on\w+=/)
  }
)

test('what the config says is text in the page, and never markup', () => {
  const files = ziyunFiles()
  const service = (files.get('services/mediation.json') ?? '').replace(
    /"title": \{[^}]*\}/,
    '"title": "<b onclick=\\"x\\">&\'调解"'
  )
  const { locality } = check(files.set('services/mediation.json', service))
  const { html: page } = guidePage(locality!, 'zh-CN')
  expect(page).toContain('&#60;b onclick=&#34;x&#34;&#62;&#38;&#39;调解')
  expect(page).not.toContain('<b ')
})

test('it is served to everyone, in the language that is asked for, and not sent twice', async () => {
  const get = (path: string, headers = {}) => fetch(`${server.url}${path}`, { headers })
  const first = await get('/ziyun/guide', { 'accept-language': 'en' })
  expect(Object.fromEntries(first.headers)).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': guidePolicy,
    'x-content-type-options': 'nosniff',
    vary: 'accept-language'
  })
  expect(await first.text()).toContain('Guide to services')
  const chinese = await get('/ziyun/guide?lang=zh-CN', { 'accept-language': 'en' })
  expect(await chinese.text()).toContain('办事指南</h1>')
  const again = await get('/ziyun/guide?lang=zh-CN', { 'if-none-match': chinese.headers.get('etag') ?? '' })
  expect([again.status, await again.text()]).toEqual([304, ''])
  expect((await get('/nowhere/guide')).status).toBe(404)
  expect((await fetch(`${server.url}/ziyun/guide`, { method: 'POST' })).status).toBe(404)
})

test('under its own policy it has its style, breaks no rule of axe, and fits a phone', async () => {
  const tab = await openTab(browser, `${server.url}/`, { viewport: { width: 1280, height: 900 } })
  await tab.page.goto(`${server.url}/ziyun/guide`)
  expect(await tab.page.evaluate(`getComputedStyle(document.querySelector('th')).fontWeight`)).toBe('600')
  await tab.page.evaluate(axe)
  const broken = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))`
  for (const width of [1280, 320]) {
    await tab.page.setViewportSize({ width, height: 900 })
    expect(await tab.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    expect(await tab.page.evaluate(broken)).toEqual([])
  }
  expect(tab.faults).toEqual([])
  await tab.page.context().close()
})

test.each(['zh-CN', 'en'])(
  'printed in %s, the contents take one sheet and each of Xinshi’s items one',
  async language => {
    const file = join(folder, `${language}.html`)
    writeFileSync(file, guidePage(xinshi, language).html)
    const page = await browser.newPage()
    await page.goto(pathToFileURL(file).href)
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1')
    await page.close()
    expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(xinshi.services.size + 1)
  }
)

test('the command writes it to a file or prints it; a folder with errors gets its issues instead', async () => {
  const town = resolve(import.meta.dirname, '../../../examples/starter')
  const told = async (at: string, out?: string) => {
    const [lines, complaints]: string[][] = [[], []]
    const terminal = { language: 'en', print: (line: string) => void lines?.push(line) }
    const status = await writeGuide({ ...terminal, complain: line => void complaints?.push(line) }, at, out)
    return { status, out: lines?.join('\n') ?? '', complained: complaints?.join('\n') ?? '' }
  }
  const out = join(folder, 'guide.html')
  expect(await told(town, out)).toEqual({ status: 0, out: `${out}: 1 service`, complained: '' })
  expect((await told(town)).out).toBe(readFileSync(out, 'utf8').trimEnd())
  expect(await told(folder)).toMatchObject({ status: 1, out: '', complained: expect.stringContaining('file.missing') })
})

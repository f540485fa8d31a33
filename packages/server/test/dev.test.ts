// `gridwright dev` as whoever writes a config has it: a folder in an editor, the portal in a browser, and what is wrong shown in both.
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pino } from 'pino'
import { chromium } from 'playwright-core'
import { expect, onTestFinished, test, vi } from 'vitest'
import { chromium as chromiumHere } from '../../../scripts/chromium.ts'
import { openTab } from '../../widgets/test/tab.ts'
import { startServer } from '../src/server.ts'
import { openStore } from '../src/store.ts'
import { tokensOf } from '../src/token.ts'
import { gridwright } from './cli-process.ts'
import { desktop, expectSound } from './portal.ts'
import { testDatabase } from './postgres.ts'
import { folder } from './server-process.ts'
import { secret } from './serving.ts'
import { quiet } from './ziyun.ts'

vi.setConfig({ testTimeout: 120_000 })

const examples = resolve(import.meta.dirname, '../../../examples')

async function emptyDatabase() {
  const database = await testDatabase()
  onTestFinished(() => database.drop())
  return database
}

/** The starter in a folder of its own; `edit` replaces a text in one of its files, as an editor saves it. */
function workplace() {
  const place = join(folder(), 'town')
  cpSync(join(examples, 'starter'), place, { recursive: true })
  const edit = (file: string, find: string, put: string) => {
    const text = readFileSync(join(place, file), 'utf8')
    expect(text).toContain(find)
    writeFileSync(join(place, file), text.replace(find, put))
  }
  return { place, edit }
}

test('what is wrong shows on the page and goes when it is mended, and what is published is seen at once', async () => {
  const { place, edit } = workplace()
  const { url: DATABASE_URL, appUrl: DATABASE_APP_URL } = await emptyDatabase()
  const dev = gridwright(['dev', place, '--data', folder(), '--port', '0', '--lang', 'zh-CN'], {
    DATABASE_URL,
    DATABASE_APP_URL,
    GRIDWRIGHT_SECRET: new TextDecoder().decode(secret)
  })
  await dev.prints('按 Ctrl-C 停止服务')
  const origin = /就绪：(\S+)/.exec(dev.out())?.[1] ?? ''
  const browser = await chromium.launch(await chromiumHere())
  onTestFinished(() => browser.close())
  const tab = await openTab(browser, `${origin}/`, desktop)
  const { page } = tab
  page.setDefaultTimeout(20_000)
  await page.goto(`${origin}/?locality=starter`)
  await page.getByText('公共设施报修').first().waitFor()
  const banner = page.locator('aside')
  expect(await banner.isVisible()).toBe(false)

  edit('services/repair.json', '"summary"', '"sumary"')
  await page.getByRole('alert').filter({ hasText: '个错误' }).waitFor()
  const told = await banner.locator('li').allTextContents()
  expect(told.join('\n')).toMatch(/✗ services\/repair\.json:6:3 不认识的字段 “sumary”.*summary.*schema\.unknown-field/)
  expect(await page.getByText('公共设施报修').first().isVisible()).toBe(true)
  await expectSound(tab, desktop, 'the banner')
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByRole('alert').filter({ hasText: 'the last good release stays' }).waitFor()
  await banner.getByText('unknown field “sumary”').waitFor()

  const opened = page.waitForEvent('popup')
  await banner.getByRole('link', { name: 'schema.unknown-field' }).first().click()
  const codes = await opened
  await codes.getByRole('heading', { name: 'schema.unknown-field' }).waitFor()
  expect(await codes.evaluate('document.querySelector(":target")?.textContent')).toBe('schema.unknown-field')
  await codes.close()
  await banner.getByRole('button', { name: 'Hide' }).click()
  expect(await banner.isVisible()).toBe(false)

  edit('services/repair.json', '"sumary"', '"summary"')
  edit('services/repair.json', 'Report a repair', 'Tell us what is broken')
  await page.getByText('Tell us what is broken').first().waitFor()
  expect(await banner.isVisible()).toBe(false)

  edit('data/people.csv', '\n', '\n,nobody,,\n')
  await page.getByRole('alert').filter({ hasText: 'Errors: 1' }).waitFor()
  await banner.getByText('import.refused').waitFor()
  await banner.getByText('people.csv:2').waitFor()
  edit('data/people.csv', '\n,nobody,,\n', '\n')
  await banner.waitFor({ state: 'hidden' })
  expect(dev.out()).not.toContain('StoreFault')
  expect(tab.faults).toEqual([])
})

test('a folder that is broken from the beginning is told on the page as well', async () => {
  const { place, edit } = workplace()
  const { url: DATABASE_URL, appUrl: DATABASE_APP_URL } = await emptyDatabase()
  edit('grid.json', '"levels"', '"level"')
  const dev = gridwright(['dev', place, '--data', folder(), '--port', '0', '--lang', 'en'], {
    DATABASE_URL,
    DATABASE_APP_URL
  })
  await dev.prints('Ctrl-C stops the server')
  const origin = /Ready in .*: (\S+)/.exec(dev.out())?.[1] ?? ''
  const news = await fetch(`${origin}/dev/news`, { headers: { accept: 'text/event-stream' } })
  const first = await news.body?.getReader().read()
  expect(new TextDecoder().decode(first?.value)).toContain('grid.json:')
  dev.child.kill('SIGTERM')
  expect(await dev.ended).toBe(0)
})

test('outside dev a page has nothing of it', async () => {
  const store = await openStore({ ...(await emptyDatabase()), log: quiet })
  onTestFinished(() => store.close())
  const portal = join(examples, 'portal')
  const log = pino({ level: 'silent' })
  const server = await startServer({ store, tokens: tokensOf(secret, true), log, portal, development: true, port: 0 })
  onTestFinished(() => server.stop())
  expect(await (await fetch(server.url)).text()).toBe(readFileSync(join(portal, 'index.html'), 'utf8'))
  for (const path of ['news', 'page.js', 'issues']) expect((await fetch(`${server.url}/dev/${path}`)).status).toBe(404)
})

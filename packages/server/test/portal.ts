// The portal as `npm start` serves it, over Ziyun or another example on PostgreSQL, visited by its people in browser windows of their own. The
// server can be stopped and started again on its port. With PHOTOS=1 each look is kept in packages/server/.gridwright/photos.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { pino } from 'pino'
import { chromium, type BrowserContextOptions, type Request } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { bundleWidgets } from '../../../scripts/bundle.mjs'
import { chromium as chromiumHere } from '../../../scripts/chromium.ts'
import { openTab, type Tab } from '../../widgets/test/tab.ts'
import { startServer } from '../src/server.ts'
import { openStore, type Store } from '../src/store.ts'
import { signInCodes, tokensOf } from '../src/token.ts'
import { testDatabase } from './postgres.ts'
import { by, exampleFiles } from './ziyun.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
const photos = process.env['PHOTOS'] ? at('../.gridwright/photos') : undefined

export const phone: BrowserContextOptions = {
  reducedMotion: 'reduce',
  viewport: { width: 360, height: 740 },
  isMobile: true,
  hasTouch: true
}
export const desktop: BrowserContextOptions = {
  reducedMotion: 'reduce',
  viewport: { width: 1280, height: 900 }
}

/** A person's window on the portal. */
export type Visit = Tab & {
  /** Signs the person in by a fresh one-time link, in the same window. */
  signIn(): Promise<void>
  /** Keeps a picture of what is shown now. */
  photograph(name: string): Promise<void>
  /** What is shown now breaks no rule of axe and overflows neither 320 nor 1280 px; photographed as well. */
  look(name: string): Promise<void>
}

export type Portal = Awaited<ReturnType<typeof openPortal>>

/** Serves the portal of an example in development mode, as without a database of one's own, and starts a browser. */
export async function openPortal(locality = 'ziyun') {
  const files = exampleFiles(locality)
  const database = await testDatabase()
  const admin = new Client(database.url)
  await admin.connect()
  const widgets = at('../../widgets/dist/gridwright.js')
  await bundleWidgets(widgets)
  const codes = signInCodes()
  /** What the server logged as an error. */
  const logged: string[] = []
  const log = pino({ level: 'error' }, { write: line => void logged.push(line) })
  let store: Store
  const serve = async (port: number, secret: string) => {
    store = await openStore({ ...database, log })
    const tokens = tokensOf(new TextEncoder().encode(secret.padEnd(32, '.')), true)
    const portal = at('../../../examples/portal')
    return startServer({ store, tokens, log, development: true, codes, portal, widgets, port })
  }
  const first = await openStore({ ...database, log }) // no server yet: a large example keeps this process busy for seconds
  await first.publish(files, by)
  await first.importData(locality, files)
  await first.close()
  let server = await serve(0, 'first')
  const { port, url } = server
  const browser = await chromium.launch(await chromiumHere())
  const stop = async () => {
    await server.stop()
    await store.close()
  }
  return {
    logged,
    stop,
    /** How many cases were begun with this text. */
    async count(what: string): Promise<number> {
      const query = `select count(*)::int as count from case_event where answers->>'what' = $1`
      return (await store.session.read<{ count: number }>(locality, query, [what]))[0]?.count ?? 0
    },
    /** Does `work` while the server finds no table of cases, and forgets what it logged of that. */
    async broken(work: () => Promise<void>): Promise<void> {
      await admin.query('alter table case_record rename to case_elsewhere')
      await work().finally(() => admin.query('alter table case_elsewhere rename to case_record'))
      logged.length = 0
    },
    publish: (files: ReadonlyMap<string, string>) => store.publish(files, { ...by, now: Date.now() }),
    /** The server again, on the same port and database; with another secret all tokens given out so far are worth nothing. */
    async start(secret = 'first') {
      server = await serve(port, secret)
    },
    /** Opens the portal for a person who has just pressed their sign-in link. */
    async visit(person: string, options: BrowserContextOptions, language = 'zh-CN'): Promise<Visit> {
      const script = `localStorage.getItem('gridwright-language') ?? localStorage.setItem('gridwright-language', '${language}')`
      const tab = await openTab(browser, `${url}/`, options, script)
      tab.page.setDefaultTimeout(15_000)
      onTestFinished(async () => {
        await photograph(tab, `last-${person}`)
        await tab.page.context().close()
      })
      const signIn = async () => {
        await tab.page.goto(`${url}/sign-in/${codes.issue({ locality, person })}`)
        await tab.page.waitForURL(new RegExp(`locality=${locality}`))
      }
      await signIn()
      return {
        ...tab,
        signIn,
        photograph: name => photograph(tab, name),
        async look(name) {
          await photograph(tab, name)
          await expectSound(tab, options, name)
        }
      }
    },
    async close() {
      await browser.close()
      await stop()
      await admin.end()
      await database.drop()
    }
  }
}

async function photograph({ page }: Tab, name: string): Promise<void> {
  if (photos) await page.screenshot({ path: `${photos}/${name}.png`, fullPage: true })
}

/** What is shown now breaks no rule of axe, and overflows neither 320 nor 1280 px. */
export async function expectSound({ page }: Tab, options: BrowserContextOptions, name: string): Promise<void> {
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(axe)
  expect(await page.evaluate(brokenRules), `axe: ${name}`).toEqual([])
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 800 })
    const wide = await page.evaluate('document.documentElement.scrollWidth')
    expect(wide, `${name} at ${width} px`).toBeLessThanOrEqual(width)
  }
  if (options.viewport) await page.setViewportSize(options.viewport)
}

const brokenRules = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.map(({ id, nodes }) => id + ': ' + nodes.map(node => node.target.join(' ') + ' ' + node.failureSummary).join(' | ')))`

const isOperation = (request: Request, operation: string) =>
  request.postData()?.includes(`"operationName":"${operation}"`) ?? false

/** The command ids of the orders that a window sends, as they go out. */
export function submitted({ page }: Tab): readonly string[] {
  const ids: string[] = []
  page.on('request', request => {
    if (isOperation(request, 'Submit')) ids.push(request.postDataJSON().variables.input.id)
  })
  return ids
}

/** Holds back what a window asks by `operation`, as a slow network does, until the returned function is called. */
export async function holdBack({ page }: Tab, operation: string): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  await page.route('**/graphql', async route => {
    if (isOperation(route.request(), operation)) await promise
    await route.continue()
  })
  return resolve
}

/** The server does what a window sends by `operation` the next time, but its answer is lost. */
export async function loseAnswer({ page }: Tab, operation: string): Promise<void> {
  let lost = false
  await page.route('**/graphql', async route => {
    if (lost || !isOperation(route.request(), operation)) return route.continue()
    lost = true
    await route.fetch()
    await route.abort()
  })
}

/** A phone at the edge of its network: 0.3 s to and fro, 100 kB a second. */
export async function slowDown({ page }: Tab): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 300,
    downloadThroughput: 100_000,
    uploadThroughput: 50_000
  })
}

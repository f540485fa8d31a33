// The example portal over HTTP, with the built script and the town in memory behind it, in a real Chromium.
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser } from 'playwright-core'
import { chromium as chromiumHere } from '../../../scripts/chromium.ts'
import { wholeScript } from './bundle.ts'
import { openTab, type Tab } from './tab.ts'
import type { PersonId } from './town-facts.ts'
import { createTown, type Town } from './town.ts'

const portal = fileURLToPath(new URL('../../../examples/portal/', import.meta.url))
const types: Readonly<Record<string, string>> = { html: 'text/html', css: 'text/css', js: 'text/javascript' }

/** The portal's address, the town behind it, and its end. */
export type Portal = { url: string; town: Town; browser: Browser; close: () => Promise<void> }

/** Serves the portal on a free port and starts a browser. */
export async function openPortal(): Promise<Portal> {
  const town = createTown()
  const script = await wholeScript()
  const server = createServer((request, response) => void serve(town, script, request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port')
  const browser = await chromium.launch(await chromiumHere())
  return {
    url: `http://127.0.0.1:${address.port}/`,
    town,
    browser,
    async close() {
      await browser.close()
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    }
  }
}

async function serve(town: Town, script: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '/').split('?')[0] ?? '/'
  if (path.endsWith('/graphql')) return await answer(town, request, response)
  const name = path === '/' ? 'index.html' : path.slice(1)
  const file = name === 'gridwright.js' ? script : readFileSync(`${portal}${name}`)
  response.writeHead(200, { 'content-type': `${types[name.split('.').at(-1) ?? ''] ?? 'text/plain'}; charset=utf-8` })
  response.end(file)
}

async function answer(town: Town, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer) // no encoding is set
  const left = new AbortController()
  response.on('close', () => left.abort())
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
  if (town.network.offline) return void response.destroy()
  const answered = await town.fetch('', {
    method: 'POST',
    headers,
    body: Buffer.concat(chunks).toString(),
    signal: left.signal
  })
  response.writeHead(answered.status, Object.fromEntries(answered.headers))
  if (!answered.body) return void response.end()
  for await (const chunk of answered.body) {
    if (response.destroyed) return
    response.write(chunk)
  }
  response.end()
}

/** The portal in a window of its own, with a person signed in. */
export async function enter(
  portal: Portal,
  person: PersonId | '',
  viewport = { width: 1280, height: 900 }
): Promise<Tab> {
  const signIn = `sessionStorage.getItem('gridwright-token') ?? sessionStorage.setItem('gridwright-token', '${person}')`
  const tab = await openTab(portal.browser, portal.url, { viewport }, person ? signIn : '')
  await tab.page.goto(portal.url)
  return tab
}

// Diagrams as they are served to anybody and written by the command line.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { check, diagramMermaid, diagramOf, diagramSvg } from '@gridwright/workflows'
import { writeDiagrams, type DiagramCommand } from '../src/cli-diagram.ts'
import { diagramIn } from '../src/diagrams.ts'
import { readFolder } from '../src/folder.ts'
import { openPortal, phone } from './portal.ts'
import { serveZiyun, type Serving } from './serving.ts'
import { by, exampleFiles, ziyunFiles } from './ziyun.ts'

const ziyun = check(ziyunFiles()).locality!

describe('served', () => {
  let server: Serving
  beforeAll(async () => {
    server = await serveZiyun()
  })
  afterAll(() => server.close())
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(server.url + path, { method, headers })
  const three = '/ziyun/workflows/three-orders.svg'

  test('anybody gets the picture of a workflow in the language they ask for, with nothing in it that could act', async () => {
    const answer = await get(three, { 'accept-language': 'en;q=0.8,zh-CN;q=0.5' })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/svg+xml; charset=utf-8'])
    expect(answer.headers.get('content-security-policy')).toBe("default-src 'none'; style-src 'unsafe-inline'; sandbox")
    expect([answer.headers.get('content-language'), answer.headers.get('vary')]).toEqual(['en', 'accept-language'])
    expect(await answer.text()).toBe(diagramSvg(diagramOf(ziyun, 'three-orders', { language: 'en' })!))
  })

  test('a language named in the address comes before that of the browser', async () => {
    const answer = await get(`${three}?lang=zh-CN`, { 'accept-language': 'en' })
    expect(await answer.text()).toBe(diagramSvg(diagramOf(ziyun, 'three-orders', { language: 'zh-CN' })!))
  })

  test('whoever has the picture is told so, until a release changes it', async () => {
    const tag = (await get(three)).headers.get('etag')!
    const again = await get(three, { 'if-none-match': `"other", W/${tag}` })
    expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, tag, ''])
    const files = new Map(ziyunFiles())
    const workflow = files.get('workflows/three-orders.json')!
    files.set('workflows/three-orders.json', workflow.replace('"待派单"', '"等待派单"'))
    await server.store.publish(files, { ...by, now: Date.now() })
    onTestFinished(async () => void (await server.store.publish(ziyunFiles(), { ...by, now: Date.now() })))
    const changed = await get(three, { 'if-none-match': tag })
    expect([changed.status, (await changed.text()).includes('等待派单')]).toEqual([200, true])
  })

  test('a service has the address of its picture, with its own limits', async () => {
    const { data } = await server.ask('', '{ services { id diagram } }')
    const services: readonly { id: string; diagram: string }[] = data.services
    expect(services.length).toBeGreaterThan(1)
    for (const { id, diagram } of services) {
      const picture = await (await get(diagram, { 'accept-language': 'zh-CN' })).text()
      expect(picture).toBe(diagramSvg(diagramOf(ziyun, 'three-orders', { language: 'zh-CN', service: id })!))
      expect(picture).not.toContain('看分类')
    }
  })

  test.each([
    ['/nowhere/workflows/three-orders.svg', 'locality.unknown'],
    ['/ziyun/workflows/nothing.svg', 'workflow.unknown'],
    [`${three}?service=nothing`, 'service.unknown']
  ])('%s is not there: %s', async (path, error) => {
    const answer = await get(path)
    expect([answer.status, await answer.json()]).toEqual([404, { error }])
  })

  test('a picture is read and not written', async () => {
    expect((await get(three, {}, 'POST')).status).toBe(405)
    const head = await get(three, {}, 'HEAD')
    expect([head.status, await head.text()]).toEqual([200, ''])
  })
})

test('the portal shows how the chosen service goes on, in the language of the page, under its own strict policy', async () => {
  const portal = await openPortal()
  onTestFinished(() => portal.close())
  const visit = await portal.visit('wang', phone)
  const { page, faults } = visit
  await page.getByRole('link', { name: '我要点单' }).click()
  await page.getByRole('button', { name: '我要点单' }).first().click()
  await page.getByText('办理流程').click()
  await page.getByRole('img', { name: /^办理流程: / }).waitFor()
  await expect.poll(() => page.evaluate<number>('drawing.naturalWidth')).toBeGreaterThan(500)
  await visit.look('workflow-phone')
  await page.setViewportSize({ width: 1280, height: 900 })
  await page.getByRole('button', { name: 'English' }).click()
  const english = page.getByRole('img', { name: /^How it goes on: / })
  await expect
    .poll(() => english.getAttribute('src'))
    .toMatch(/^\/ziyun\/workflows\/three-orders\.svg\?service=[a-z-]+&lang=en$/)
  await visit.look('workflow')
  expect(faults).toEqual([])
}, 180_000)

test('a workflow of the locality is drawn with the limits that layers inside it have', () => {
  const { locality } = check(exampleFiles('chengdu'))
  const lines = diagramIn(locality!, 'courtyard-loop', { language: 'en' })!.states.flatMap(state => state.lines)
  expect(lines).toContain(
    'Within 3 working days (office days); in Shaocheng street: 2 working days (office days); warned at 75%'
  )
})

test('a workflow that a layer inside adds is drawn by the rules of that layer', () => {
  const { locality } = check(exampleFiles('chengdu'))
  const layer = locality!.layers.find(({ workflows }) => workflows.has('rooms'))!
  expect(locality!.ground!.workflows.has('rooms')).toBe(false)
  expect(diagramIn(locality!, 'rooms', { language: 'en' })).toEqual(diagramOf(layer, 'rooms', { language: 'en' }))
})

describe('written by the command line', () => {
  const folder = 'examples/licheng'
  const run = async (command: Partial<DiagramCommand>) => {
    const out: string[] = []
    const terminal = { language: 'en', print: (line: string) => void out.push(line), complain: () => undefined }
    const path = join(import.meta.dirname, '../../..', folder)
    const status = await writeDiagrams(terminal, { folder: path, format: 'mermaid', ...command })
    return { status, out: out.join('\n') }
  }
  const place = () => {
    const made = mkdtempSync(join(tmpdir(), 'gridwright-diagram-'))
    onTestFinished(() => rmSync(made, { recursive: true }))
    return made
  }
  const drawing = async () =>
    diagramOf(check(await readFolder(join(import.meta.dirname, '../../..', folder))).locality!, 'deed', {
      language: 'en'
    })!

  test('one is printed', async () => {
    expect(await run({ workflow: 'deed' })).toEqual({ status: 0, out: diagramMermaid(await drawing()).trimEnd() })
  })

  test('one is written to the file that is named, in folders that are made for it', async () => {
    const file = join(place(), 'a', 'b', 'deed.svg')
    expect((await run({ workflow: 'deed', format: 'svg', out: file })).out).toBe(file)
    expect(readFileSync(file, 'utf8')).toBe(diagramSvg(await drawing()))
  })

  test('all are written to a folder, each under its name', async () => {
    const out = place()
    await run({ format: 'svg', out })
    expect(readdirSync(out).sort()).toEqual([
      'closed-loop.svg',
      'deed.svg',
      'hearing.svg',
      'mediation.svg',
      'seven-steps.svg'
    ])
  })

  test.each([
    ['all cannot be printed', {}, 'there are 5 workflows'],
    ['all cannot be one file', { out: 'all.svg' }, 'there are 5 workflows'],
    ['one that is not there is not guessed', { workflow: 'hearin' }, 'there is no workflow hearin']
  ])('%s', async (_, command, problem) => {
    await expect(run(command)).rejects.toMatchObject({ name: 'CommandFault', message: problem })
  })
})

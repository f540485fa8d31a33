// A page to try widgets on: mounts them inside a provider, looks through shadow roots, and asks axe about accessibility.
import './buffer.ts'
import axe from 'axe-core'
import { afterEach, expect } from 'vitest'
import { page } from 'vitest/browser'
import '../src/index.ts'
import type { GwProvider } from '../src/index.ts'
import type { PersonId } from './town-facts.ts'
import type { Town } from './town.ts'

/** Who looks, in which language, at which width in px. */
export type Setting = { town: Town; as?: PersonId | 'stranger'; lang?: string; width?: number; elder?: boolean }

let provider: GwProvider | undefined
afterEach(() => {
  provider?.remove()
  sessionStorage.clear()
})

/** A widget on the page, inside a provider; its attributes as given. */
export async function show<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  { town, as, lang = 'zh-CN', width = 1280, elder = false }: Setting,
  attributes: Readonly<Record<string, string>> = {}
): Promise<HTMLElementTagNameMap[Tag]> {
  await page.viewport(width, 900)
  document.documentElement.lang = lang
  document.title = tag
  provider?.remove()
  provider = document.createElement('gw-provider')
  provider.locality = 'ziyun'
  provider.token = as ?? ''
  provider.fetch = town.fetch
  provider.lang = lang
  provider.elder = elder
  const main = document.createElement('main')
  const heading = document.createElement('h1')
  heading.textContent = tag
  const widget = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) widget.setAttribute(name, value)
  main.append(heading, widget)
  provider.append(main)
  document.body.append(provider)
  return widget
}

/** The provider of the widget shown last. */
export function shownProvider(): GwProvider {
  if (!provider) throw new Error('nothing is shown yet')
  return provider
}

/** How long a busy machine may take to show something, in milliseconds. */
const patience = 15_000

/** The first match below a node once it is there, shadow roots included. */
export async function appears(node: ParentNode, selector: string): Promise<HTMLElement> {
  await expect.poll(() => find(node, selector), { timeout: patience }).not.toBeNull()
  return find(node, selector)!
}

/** Waits until the widget has read anew as its stream opened: what the town changes without news after that stays unseen. */
export async function settled(town: Town, operation: string): Promise<void> {
  const times = () => town.received.filter(name => name === operation).length
  await expect.poll(times, { timeout: patience }).toBeGreaterThan(1)
}

/** All that a person can read below a node, shadow roots included, with single blanks. */
export function words(node: Node): string {
  if (node instanceof Text) return node.data.replace(/\s+/g, ' ')
  if (node instanceof HTMLStyleElement || node instanceof Comment) return ''
  const root = node instanceof Element && node.shadowRoot ? node.shadowRoot : node
  const children = node instanceof HTMLSlotElement ? node.assignedNodes() : root.childNodes
  return [...children]
    .map(child => (child instanceof CharacterData ? words(child) : ` ${words(child)} `))
    .join('')
    .replace(/\s+/g, ' ')
}

/** The first match below a node, shadow roots included. */
export function find(node: ParentNode, selector: string): HTMLElement | null {
  const here = node.querySelector<HTMLElement>(selector)
  if (here) return here
  const within = node instanceof Element && node.shadowRoot ? [node.shadowRoot] : []
  for (const next of [...within, ...[...node.querySelectorAll('*')].flatMap(each => each.shadowRoot ?? [])]) {
    const found = find(next, selector)
    if (found) return found
  }
  return null
}

/** The first match, which is an element of this kind; a test that looks for one that is not there is wrong. */
export function findA<Kind extends HTMLElement>(node: ParentNode, selector: string, kind: new () => Kind): Kind {
  const found = find(node, selector)
  if (!(found instanceof kind)) throw new Error(`no ${kind.name} at ${selector}`)
  return found
}

/** Waits until a person can read `text` below the node. */
export async function expectWords(node: Node, text: string | RegExp): Promise<void> {
  const pattern = typeof text === 'string' ? new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) : text
  await expect.poll(() => words(node), { timeout: patience }).toMatch(pattern)
}

/** No axe rule is broken on the page, best practices included. */
export async function expectAccessible(): Promise<void> {
  const { violations } = await axe.run(document, { rules: { region: { enabled: true } } })
  expect(
    violations.map(
      each => `${each.id}: ${each.nodes.map(node => `${node.target.join(' ')} ${node.failureSummary}`).join(' | ')}`
    )
  ).toEqual([])
}

/** Nothing is wider than the window. */
export function expectNoOverflow(): void {
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(document.documentElement.clientWidth)
}

/** All that can be pressed is at least `px` high. */
export function expectTargets(widget: Element, px: number): void {
  const small = pressables(widget).filter(each => each.getBoundingClientRect().height < px - 0.5)
  expect(
    small.map(each => `${each.localName} ${each.textContent?.trim()} ${each.getBoundingClientRect().height}`)
  ).toEqual([])
}

// A radio or a box is pressed by its label; an opener by the whole of its card.
function pressables(node: Element | ShadowRoot): Element[] {
  const here = [
    ...node.querySelectorAll('button:not(.opener), select, input:not([type=radio], [type=checkbox]), label.option')
  ]
  const roots = [...node.querySelectorAll('*')].flatMap(each => each.shadowRoot ?? [])
  const own = node instanceof Element && node.shadowRoot ? [node.shadowRoot] : []
  return [...here, ...[...own, ...roots].flatMap(pressables)].filter(each => each.getBoundingClientRect().width > 2)
}

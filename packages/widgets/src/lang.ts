// The language around an element, as `:lang()` sees it, through shadow boundaries.

/** The nearest `lang` above or at the element; the browser's where the page says none. */
export function langAround(element: Node): string {
  let node: Node | null = element
  while (node) {
    if (node instanceof HTMLElement && node.lang) return node.lang
    node = node.parentNode ?? (node instanceof ShadowRoot ? node.host : null)
  }
  return navigator.language
}

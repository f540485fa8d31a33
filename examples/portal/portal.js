// The page around the widgets: who is signed in, which section is open, which language. Everything else the widgets do.
const provider = document.querySelector('gw-provider')
const order = document.querySelector('gw-order-form')
const links = [...document.querySelectorAll('nav a')]
const byId = id => document.getElementById(id)
let chosen

provider.locality = new URLSearchParams(location.search).get('locality') ?? 'ziyun'
provider.token = sessionStorage.getItem('gridwright-token') ?? ''

/** Opens the section of the address, or else where the viewer works, or the services. */
function open() {
  const shown = links.filter(link => !link.hidden)
  const wanted = shown.find(link => link.hash === location.hash) ?? shown.find(link => ['post', 'registration'].includes(link.dataset.for)) ?? shown[0]
  for (const link of links) {
    const current = link === wanted
    const section = byId(link.hash.slice(1))
    section.hidden = !current
    // A widget asks the server from when it is on the page on, so it comes with the first look at its section.
    if (current && section.dataset.widget && !section.firstChild) section.append(...section.dataset.widget.split(' ').map(widget))
    if (current) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
  }
}

/** A widget by its name; of several in one section, one that has nothing to show says nothing. */
function widget(name, at, { length }) {
  const element = document.createElement(name)
  element.toggleAttribute('quiet', length > 1)
  return element
}

/** Whether a section is for this viewer: anybody signed in, whoever holds a post, or whoever is registered as of a kind that is offered cases; points and evaluations only where there are any. */
function fits({ dataset }, viewer, { ledgers }, evaluations) {
  if (!dataset.for) return true
  if (dataset.for === 'evaluation') return evaluations.length > 0
  if (!viewer) return false
  if (dataset.for === 'ledger') return ledgers.length > 0
  if (dataset.for === 'shop') return ledgers.some(ledger => ledger.spendable)
  if (dataset.for === 'post') return viewer.appointments.length > 0
  return dataset.for === 'viewer' || viewer.registrations.some(({ takes }) => takes)
}

/** Shows the workflow of the chosen service where the viewer has opened its picture, in the language of the page. */
function draw() {
  const workflow = byId('workflow')
  workflow.hidden = order.hidden
  if (order.hidden || !workflow.open) return
  byId('drawing').src = `${chosen.diagram}&lang=${provider.lang}`
  byId('drawing').alt = `${workflow.firstElementChild.textContent}: ${chosen.title}`
}

function speak(language) {
  const english = language.startsWith('en')
  provider.lang = document.documentElement.lang = language
  localStorage.setItem('gridwright-language', language)
  for (const element of document.querySelectorAll('[data-zh]')) element.textContent = english ? element.dataset.en : element.dataset.zh
  for (const element of document.querySelectorAll('[data-label-zh]')) element.ariaLabel = english ? element.dataset.labelEn : element.dataset.labelZh
  byId('guide').href = `${encodeURIComponent(provider.locality)}/guide?lang=${language}`
  byId('language').textContent = english ? '中文' : 'English'
  byId('language').lang = english ? 'zh-CN' : 'en'
  draw()
}

function enlarge(elder) {
  provider.elder = elder
  byId('elder').setAttribute('aria-pressed', String(elder))
  localStorage.setItem('gridwright-elder', String(elder))
}

provider.addEventListener('gw-viewer-changed', ({ detail: { viewer, locality, evaluations } }) => {
  byId('locality').textContent = locality.name
  const posts = viewer?.appointments.map(({ post, area }) => `${area.name} ${post.label}`) ?? []
  const kinds = viewer?.registrations.map(registration => registration.label) ?? []
  byId('who').textContent = viewer ? [viewer.person.name, ...posts, ...kinds].filter(Boolean).join(' · ') : ''
  byId('sign-out').hidden = !viewer
  byId('sign-in').hidden = true
  for (const link of links) link.hidden = !fits(link, viewer, locality, evaluations)
  open()
})

document.addEventListener('gw-service-chosen', ({ detail: { service } }) => {
  chosen = service
  order.service = service.id
  order.hidden = false
  draw()
  order.scrollIntoView({ block: 'start', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' })
})

document.addEventListener('gw-case-chosen', ({ target, detail: { id } }) => {
  if (target !== order && target.localName !== 'gw-score-card') return
  location.hash = '#cases'
  open()
  document.querySelector('gw-my-cases').case = id
})

document.addEventListener('gw-sign-in-wanted', () => {
  sessionStorage.removeItem('gridwright-token')
  byId('sign-in').hidden = false
  byId('sign-in').scrollIntoView({ block: 'center' })
})

byId('sign-out').addEventListener('click', () => {
  sessionStorage.removeItem('gridwright-token')
  provider.token = ''
})
byId('back').addEventListener('click', () => {
  order.hidden = true
  draw()
})
byId('workflow').addEventListener('toggle', draw)
byId('drawing').addEventListener('load', ({ target: { parentElement: box } }) => (box.scrollLeft = (box.scrollWidth - box.clientWidth) / 2))
byId('language').addEventListener('click', () => speak(provider.lang.startsWith('en') ? 'zh-CN' : 'en'))
byId('elder').addEventListener('click', () => enlarge(!provider.elder))
addEventListener('hashchange', () => {
  open()
  byId('main').focus()
})

speak(localStorage.getItem('gridwright-language') ?? 'zh-CN')
enlarge(localStorage.getItem('gridwright-elder') === 'true')
open()

import { expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { ServiceCard } from '../src/documents.ts'
import { expectAccessible, expectNoOverflow, expectTargets, expectWords, find, show, words } from './stage.ts'
import { createTown } from './town.ts'

test.for(['zh-CN', 'en'])('the list of services is accessible in %s', async lang => {
  const list = await show('gw-service-list', { town: createTown(), as: 'wang', lang })
  await expectWords(list, '居家维修')
  await expectWords(list, lang === 'en' ? 'Order this' : '我要点单')
  await expectAccessible()
})

test('each service shows what it is for and its promised limits, under its category', async () => {
  const list = await show('gw-service-list', { town: createTown(), as: 'wang' })
  await expectWords(list, /民生服务.*居家维修.*水电、门窗.*派单 4 工作小时.*积分事务.*积分摊位/)
})

test('a service that the viewer may not ask for says why and cannot be chosen', async () => {
  const list = await show('gw-service-list', { town: createTown(), as: 'wang' })
  await expectWords(list, '暂不能办理：请先在社区登记')
  expect(find(list, '[part~=service] button[aria-describedby=market]')).toBeNull()
})

test('who enters orders may choose for another just the services that their channels bring in', async () => {
  const list = await show('gw-service-list', { town: createTown(), as: 'li' })
  await expectWords(list, /居家维修.*暂不能办理.*代他人录入.*积分摊位.*暂不能办理/)
  expect(words(list).match(/代他人录入/g)).toHaveLength(1)
})

test('what the viewer may not ask for stands behind what they may, its category notwithstanding', async () => {
  const list = await show('gw-service-list', { town: createTown(), as: 'zhao' })
  await expectWords(list, /老人探访.*居家维修.*暂不能办理.*积分摊位.*暂不能办理/)
})

test('a service is chosen with the keyboard alone, and the choice is an event', async () => {
  const list = await show('gw-service-list', { town: createTown(), as: 'wang' })
  await expectWords(list, '居家维修')
  const chosen: ServiceCard[] = []
  list.addEventListener('gw-service-chosen', event => chosen.push(event.detail.service))
  await userEvent.tab()
  await userEvent.keyboard('{Enter}')
  expect(chosen.map(service => service.id)).toEqual(['repair'])
})

test('a visitor sees the services too', async () => {
  const list = await show('gw-service-list', { town: createTown() })
  await expectWords(list, /居家维修.*请先登录/)
})

test('while the answer is on its way the list says so, accessibly', async () => {
  const town = createTown()
  town.network.pauseMs = 3000
  const list = await show('gw-service-list', { town, as: 'wang' })
  await expectWords(list, '正在加载')
  await expectAccessible()
})

test('a locality without services says so', async () => {
  const town = createTown()
  town.hide.services = true
  const list = await show('gw-service-list', { town, as: 'wang' })
  await expectWords(list, '这里还没有开通服务事项')
  await expectAccessible()
})

test('without network the list says so and comes back by itself with the network', async () => {
  const town = createTown()
  town.network.offline = true
  const list = await show('gw-service-list', { town, as: 'wang' })
  await expectWords(list, '网络不通')
  await expectAccessible()
  town.network.offline = false
  window.dispatchEvent(new Event('online'))
  await expectWords(list, '居家维修')
})

test('a fault of the server is said, and trying again reads anew', async () => {
  const town = createTown()
  town.network.status = 500
  const list = await show('gw-service-list', { town, as: 'wang' })
  await expectWords(list, '暂时办不了')
  await expectAccessible()
  town.network.status = 0
  find(list, 'button')?.click()
  await expectWords(list, '居家维修')
})

test('too many requests are said as such', async () => {
  const town = createTown()
  town.network.status = 429
  await expectWords(await show('gw-service-list', { town, as: 'wang' }), '现在人多，请稍等片刻再试')
})

test('a token that has run out asks to sign in', async () => {
  const list = await show('gw-service-list', { town: createTown(), as: 'stranger' })
  let wanted = 0
  list.addEventListener('gw-sign-in-wanted', () => wanted++)
  await expectWords(list, '请先登录')
  find(list, 'button')?.click()
  expect(wanted).toBe(1)
})

test.for([320, 1280])('nothing overflows at %i px', async width => {
  const list = await show('gw-service-list', { town: createTown(), as: 'wang', width })
  await expectWords(list, '居家维修')
  expectNoOverflow()
})

test('targets are 44 px high, in elder mode 60 px with type of at least 18 px', async () => {
  const town = createTown()
  const list = await show('gw-service-list', { town, as: 'wang' })
  await expectWords(list, '居家维修')
  expectTargets(list, 44)
  const elder = await show('gw-service-list', { town, as: 'wang', elder: true, width: 320 })
  await expectWords(elder, '居家维修')
  expectTargets(elder, 60)
  expectNoOverflow()
  const small = [...(elder.shadowRoot?.querySelectorAll('p, button, .chip') ?? [])].map(each =>
    Number.parseFloat(getComputedStyle(each).fontSize)
  )
  expect(Math.min(...small)).toBeGreaterThanOrEqual(18)
})

test('another language of the provider is taken at once', async () => {
  const list = await show('gw-service-list', { town: createTown(), as: 'wang' })
  await expectWords(list, '我要点单')
  list.closest('gw-provider')?.setAttribute('lang', 'en')
  await expectWords(list, 'Order this')
  expect(words(list)).not.toMatch(/我要点单/)
})

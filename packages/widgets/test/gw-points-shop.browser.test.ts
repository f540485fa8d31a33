import { expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { GwPointsShop } from '../src/index.ts'
import {
  expectAccessible,
  expectNoOverflow,
  expectTargets,
  expectWords,
  find,
  findA,
  settled,
  show,
  words
} from './stage.ts'
import { createTown, type Town } from './town.ts'

/** Wang has 5 points. */
function townWithPoints(): Town {
  const town = createTown()
  town.points.award('wang', '救灾救人', 5, { state: 'POSTED' })
  return town
}
const button = (shop: GwPointsShop, label: string) =>
  [...(shop.shadowRoot?.querySelectorAll('button') ?? [])].find(
    each => (each.getAttribute('aria-label') ?? each.textContent?.trim()) === label
  )
const press = async (shop: GwPointsShop, label: string) => {
  await expect.poll(() => button(shop, label)).toBeTruthy()
  await userEvent.click(button(shop, label)!)
}

test.for(['zh-CN', 'en'])('the shop is accessible in %s', async lang => {
  const town = townWithPoints()
  town.points.enter({ kind: 'REDEMPTION', holder: 'wang', amount: -1.5, label: '香皂', good: 'soap', state: 'PENDING' })
  const shop = await show('gw-points-shop', { town, as: 'wang', lang })
  await expectWords(
    shop,
    lang === 'en' ? /You can spend 3\.5 points.*9 left.*Waiting for me/ : /您可以用 3\.5 分.*还剩 9 件.*等我领取的/
  )
  await expectAccessible()
})

test('each good says price, stock and limit, and what stands in the way', async () => {
  const town = townWithPoints()
  town.points.goods.find(({ id }) => id === 'soap')!.stock = 0
  const shop = await show('gw-points-shop', { town, as: 'wang' })
  await expectWords(shop, /食用油 12 分 还剩 5 件 · 每季限 1 件 · 您还可换 1 件 积分不够：有 5，需要 12/)
  await expectWords(shop, /香皂 1\.5 分 已换完 已经换完了/)
  await expectWords(shop, /牙膏 3 分 还剩 2 件 · 每月限 2 件 · 您还可换 2 件 换购/)
})

test('a good is redeemed with one confirmation, waits to be collected, and can be given back', async () => {
  const town = townWithPoints()
  const shop = await show('gw-points-shop', { town, as: 'wang' })
  await press(shop, '换购 牙膏')
  await expectWords(shop, '用 3 分换“牙膏”，到城南社区领取？')
  expect(town.points.lines).toHaveLength(1)
  await expectAccessible()
  await press(shop, '换购')
  await expectWords(shop, /“牙膏”已为您留好.*您还可换 1 件.*等我领取的.*换购：牙膏 待取货/)
  await expectWords(shop, '您可以用 2 分')
  await expectAccessible()
  await press(shop, '取消换购 牙膏')
  await expectWords(shop, '取消换购“牙膏”？积分会退回。')
  await press(shop, '取消换购')
  await expectWords(shop, /已取消，积分已退回/)
  await expectWords(shop, '您可以用 5 分')
  await expect.poll(() => words(shop)).not.toContain('等我领取的')
  await expect.poll(() => shop.shadowRoot?.activeElement?.id).toBe('title')
})

test('a question can be taken back by keyboard', async () => {
  const town = townWithPoints()
  const shop = await show('gw-points-shop', { town, as: 'wang' })
  await expect.poll(() => button(shop, '换购 香皂')).toBeTruthy()
  button(shop, '换购 香皂')!.focus()
  await userEvent.keyboard('{Enter}')
  await expectWords(shop, '用 1.5 分换“香皂”')
  await userEvent.tab()
  await userEvent.tab()
  await userEvent.keyboard('{Enter}')
  await expect.poll(() => words(shop)).not.toContain('用 1.5 分换')
  await expect.poll(() => shop.shadowRoot?.activeElement?.getAttribute('aria-label')).toBe('换购 香皂')
  expect(town.points.lines).toHaveLength(1)
})

test('a press whose answer was lost is the same press when repeated', async () => {
  const town = townWithPoints()
  const shop = await show('gw-points-shop', { town, as: 'wang' })
  await press(shop, '换购 香皂')
  const release = town.network.hold('Shelf') // no news in between
  town.network.loseNextAnswer = true
  await press(shop, '换购')
  await expectWords(shop, '网络不通')
  await press(shop, '换购')
  await expectWords(shop, '“香皂”已为您留好')
  release()
  expect(town.points.lines.filter(({ kind }) => kind === 'REDEMPTION')).toHaveLength(1)
})

test('a double press redeems once', async () => {
  const town = townWithPoints()
  const shop = await show('gw-points-shop', { town, as: 'wang' })
  await press(shop, '换购 香皂')
  town.network.pauseMs = 200
  const confirm = button(shop, '换购')!
  confirm.click()
  confirm.click()
  await expectWords(shop, '已为您留好')
  expect(town.received.filter(name => name === 'Redeem')).toHaveLength(1)
})

test('who comes too late for the last one is told so', async () => {
  const town = townWithPoints()
  const shop = await show('gw-points-shop', { town, as: 'wang' })
  await settled(town, 'Shelf')
  await press(shop, '换购 牙膏')
  town.points.goods.find(({ id }) => id === 'toothpaste')!.stock = 0
  await press(shop, '换购')
  await expectWords(shop, /已经换完了.*牙膏 3 分 已换完/)
  await expectAccessible()
})

test('of two shops the viewer chooses where to collect', async () => {
  const town = townWithPoints()
  town.points.town.areas = ['001', '002']
  const shop = await show('gw-points-shop', { town, as: 'wang' })
  await expectWords(shop, '在哪里领取')
  await userEvent.selectOptions(findA(shop, 'select', HTMLSelectElement), '城东社区')
  await press(shop, '换购 香皂')
  await expectWords(shop, '到城东社区领取')
  await expectAccessible()
})

test('a visitor sees the shelf and no way to redeem; a town without a shop says so', async () => {
  const town = createTown()
  const shop = await show('gw-points-shop', { town })
  await expectWords(shop, /牙膏 3 分 还剩 2 件/)
  expect(find(shop, 'button')).toBeNull()
  await expectAccessible()
  town.points.town.shop = false
  await expectWords(await show('gw-points-shop', { town, as: 'wang' }), '这里没有积分超市')
})

test('the shelf of an empty shop, a shop that cannot be reached, and one that is read', async () => {
  const town = createTown()
  town.points.goods.length = 0
  await expectWords(await show('gw-points-shop', { town, as: 'wang' }), '货架上还没有物品')
  town.network.offline = true
  await expectWords(await show('gw-points-shop', { town, as: 'zhao' }), '网络不通')
  await expectAccessible()
  town.network.offline = false
  const release = town.network.hold('Shop')
  await expectWords(await show('gw-points-shop', { town, as: 'qian' }), '正在加载')
  release()
})

test('whoever hands over finds what waits for them below the shelf, others nothing', async () => {
  const town = townWithPoints()
  town.points.enter({ kind: 'REDEMPTION', holder: 'wang', amount: -1.5, label: '香皂', good: 'soap', state: 'PENDING' })
  await expectWords(await show('gw-points-shop', { town, as: 'li' }), /积分认证和交货.*待交的货 1.*王秀英 · 香皂/)
  await expectAccessible()
  const shop = await show('gw-points-shop', { town, as: 'zhao' })
  await expectWords(shop, '牙膏')
  expect(words(shop)).not.toContain('积分认证和交货')
})

test.for([
  [320, false],
  [320, true],
  [1280, false]
] as const)('it does not overflow at %i px, large type %s', async ([width, elder]) => {
  const town = townWithPoints()
  town.points.enter({ kind: 'REDEMPTION', holder: 'wang', amount: -1.5, label: '香皂', good: 'soap', state: 'PENDING' })
  const shop = await show('gw-points-shop', { town, as: 'wang', width, elder })
  await press(shop, '换购 牙膏')
  await expectWords(shop, '到城南社区领取')
  expectNoOverflow()
  expectTargets(shop, elder ? 60 : 44)
})

import axe from 'axe-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { enter, openPortal, type Portal } from './portal-page.ts'

let portal: Portal
beforeAll(async () => {
  portal = await openPortal()
})
afterAll(() => portal.close())

test('resident, dispatcher, party member and street officer bring one order from wish to review, each live in their own window', async () => {
  const wang = await enter(portal, 'wang')
  const li = await enter(portal, 'li')
  const zhao = await enter(portal, 'zhao', { width: 360, height: 740 })
  const qian = await enter(portal, 'qian')
  const sun = await enter(portal, 'sun')
  await li.page.getByText('现在没有要处理的单子').waitFor()
  await zhao.page.getByText('现在没有可接的单').waitFor()

  await wang.page.getByRole('button', { name: '我要点单' }).first().click()
  await wang.page.getByLabel('什么事').fill('厨房水管漏水')
  await wang.page.getByText('水', { exact: true }).click()
  await wang.page.getByRole('button', { name: '提交' }).click()
  await wang.page.getByText('已收到您的点单').waitFor()
  await wang.page.getByRole('button', { name: '查看进度' }).click()
  await wang.page.getByRole('heading', { name: '办理过程' }).waitFor()

  await li.page.getByRole('button', { name: '居家维修' }).click()
  await li.page.getByRole('button', { name: '派单', exact: true }).click()
  await li.page.getByText('赵党员').click()
  await li.page.getByText('钱党员').click()
  await li.page.getByRole('button', { name: '派单', exact: true }).last().click()
  await li.page.getByText('已完成').waitFor()

  await wang.page.getByText('待接单').first().waitFor()
  await qian.page.getByRole('button', { name: '接单', exact: true }).waitFor()
  await zhao.page.getByRole('button', { name: '接单', exact: true }).click()
  await zhao.page.getByText('已接单，请按时办理').waitFor()
  await qian.page.getByText('现在没有可接的单').waitFor()
  await sun.page.getByText('全部未结').click()
  await sun.page.getByText('当前处理人：赵党员').waitFor()

  await zhao.page.getByRole('button', { name: '办结' }).click()
  await zhao.page.getByLabel('办了什么').fill('换了一个水龙头')
  await zhao.page.getByRole('button', { name: '办结' }).last().click()
  await zhao.page.getByText('等评价或下一步').waitFor()

  await wang.page.getByRole('button', { name: '满意', exact: true }).click()
  await wang.page.getByRole('button', { name: '确定' }).click()
  await wang.page.getByText('您的点单已办结').waitFor()

  expect([wang, li, zhao, qian, sun].map(tab => tab.faults)).toEqual([[], [], [], [], []])
  expect(portal.town.cases.map(each => each.state)).toEqual(['closed'])
}, 180_000)

test('each viewer sees the sections of their posts and registrations, and who they are', async () => {
  const sections = async (person: 'wang' | 'li' | 'zhao' | '') => {
    const { page, faults } = await enter(portal, person)
    await page.getByText('紫云').waitFor()
    const shown = await page.locator('nav a:not([hidden])').allTextContents()
    const who = await page.locator('#who').textContent()
    expect(faults).toEqual([])
    return [shown, who]
  }
  expect(await sections('')).toEqual([['我要点单'], ''])
  expect(await sections('wang')).toEqual([['我要点单', '我的点单', '我的积分', '积分超市'], '王秀英 · 居民'])
  expect(await sections('li')).toEqual([
    ['我要点单', '我的点单', '派单台', '我的积分', '积分超市'],
    '李联络 · 城南社区 社区联络员'
  ])
  expect(await sections('zhao')).toEqual([
    ['我要点单', '我的点单', '接单大厅', '我的积分', '积分超市'],
    '赵党员 · 报到党员'
  ])
})

test('where the locality has evaluations they have a section, whose cards lead to the cases that were counted', async () => {
  const { evaluations } = portal.town
  evaluations.town.held = true
  const [window = ''] = evaluations.months().slice(2)
  evaluations.publish(window, ['li'])
  portal.town.act('li', portal.town.order('wang', { what: '门锁坏了' }), 'DISPATCH', { to: ['zhao'] })
  const { page, faults } = await enter(portal, 'li')
  await page.getByRole('link', { name: '考评' }).click()
  await page.getByLabel('考评期').selectOption(window)
  await page.getByRole('heading', { name: '我的成绩' }).waitFor()
  await page.getByText('我的评分表').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: '派单快' }).click()
  await page.getByRole('button', { name: '520425001001' }).last().click()
  await page.getByRole('heading', { name: '办理过程' }).waitFor()
  await page.getByText('门锁坏了').first().waitFor()
  const sun = await enter(portal, 'sun')
  await sun.page.getByRole('link', { name: '考评' }).click()
  await sun.page.getByRole('heading', { name: '我的评分表' }).waitFor()
  await sun.page.getByRole('heading', { name: '成绩卡' }).waitFor()
  expect([faults, sun.faults]).toEqual([[], []])
})

test.for([
  ['wang', '#services', 320],
  ['wang', '#cases', 1280],
  ['li', '#board', 320],
  ['zhao', '#hall', 1280],
  ['sun', '#scores', 320]
] as const)('the page of %s at %s is accessible and does not overflow at %i px', async ([person, hash, width]) => {
  const { page } = await enter(portal, person, { width, height: 800 })
  await page.goto(`${portal.url}${hash}`)
  await page.locator(`${hash} h2`).first().waitFor()
  await page.evaluate(axe.source)
  const broken = await page.evaluate(
    `axe.run().then(({ violations }) => violations.map(each => each.id + ' ' + each.nodes[0].target))`
  )
  expect(broken).toEqual([])
  expect(await page.evaluate(`document.documentElement.scrollWidth <= document.documentElement.clientWidth`)).toBe(true)
})

test('the page speaks English, in large type, and remembers both', async () => {
  const { page, faults } = await enter(portal, 'wang')
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByRole('button', { name: 'Order this' }).first().waitFor()
  await page.getByRole('button', { name: 'Large type' }).click()
  await expect
    .poll(() =>
      page
        .getByRole('button', { name: 'Order this' })
        .first()
        .boundingBox()
        .then(box => box?.height ?? 0)
    )
    .toBeGreaterThanOrEqual(60)
  await page.reload()
  await page.getByRole('button', { name: 'Order this' }).first().waitFor()
  expect(await page.locator('#elder').getAttribute('aria-pressed')).toBe('true')
  expect(faults).toEqual([])
})

test('the policy of the page is in force: what it forbids is blocked and noticed here', async () => {
  const { page, faults } = await enter(portal, 'wang')
  await page.getByText('紫云').waitFor()
  await page.evaluate(`setTimeout(() => {
    const script = document.createElement('div')
    script.setAttribute('style', 'color: red')
    document.body.append(script)
    try { document.body.insertAdjacentHTML('beforeend', '<p>') } catch {}
  })`)
  await expect.poll(() => faults.filter(fault => fault.startsWith('forbidden')).length).toBeGreaterThanOrEqual(2)
})

test('a person whose sign-in ran out is told how to come back', async () => {
  const { page } = await enter(portal, 'wang')
  await page.getByText('紫云').waitFor()
  portal.town.network.status = 401
  await page.reload()
  await page.getByRole('button', { name: '去登录' }).first().click()
  await page.getByText('登录已失效').waitFor()
  portal.town.network.status = 0
  expect(await page.evaluate(`sessionStorage.getItem('gridwright-token')`)).toBeNull()
})

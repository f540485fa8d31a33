import type { Answers } from '@gridwright/forms/browser'
import { expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { GwForm } from '../src/index.ts'
import {
  appears,
  expectAccessible,
  expectNoOverflow,
  expectTargets,
  expectWords,
  find,
  show,
  type Setting,
  words
} from './stage.ts'
import { createTown } from './town.ts'

const everyKind = {
  type: 'object',
  description: '每一种字段',
  properties: {
    name: { type: 'string', title: '姓名', minLength: 2, maxLength: 20, description: '与身份证一致' },
    story: { type: 'string', title: '经过', ui: { rows: 3 } },
    members: { type: 'integer', title: '家里几口人', minimum: 1, maximum: 20 },
    income: { type: 'number', title: '月收入', minimum: 0, ui: { sensitive: true } },
    alone: { type: 'boolean', title: '是否独居' },
    promise: { type: 'boolean', title: '我保证以上属实', const: true },
    housing: { type: 'string', title: '住房', enum: ['自有', '租住'] },
    town: { type: 'string', title: '籍贯', enum: ['甲', '乙', '丙', '丁', '戊', '己', '庚', '辛'] },
    needs: { type: 'array', title: '需要', items: { type: 'string', enum: ['米', '油', '药'] } },
    born: { type: 'string', title: '出生日期', format: 'date' },
    callAt: { type: 'string', title: '几点来', format: 'time' },
    since: { type: 'string', title: '从何时起', format: 'date-time' },
    phone: { type: 'string', title: '电话', format: 'phone' },
    helper: { type: 'string', title: '谁来帮', format: 'person' },
    home: {
      type: 'object',
      title: '住址',
      properties: { street: { type: 'string', title: '街道' } },
      required: ['street']
    },
    kin: {
      type: 'array',
      title: '家人',
      items: { type: 'object', properties: { who: { type: 'string', title: '称呼' } }, required: ['who'] }
    }
  },
  required: ['name', 'promise'],
  if: { properties: { housing: { not: { const: '租住' } } } },
  else: { properties: { rent: { type: 'number', title: '月租', ui: { order: 0 } } }, required: ['rent'] }
}

async function showForm(schema: object, setting: Partial<Setting> = {}): Promise<GwForm> {
  const form = await show('gw-form', { town: createTown(), ...setting })
  form.schema = schema as GwForm['schema'] // a form as the server sends it
  form.candidates = (_field, search) => Promise.resolve([{ id: 'p1', name: `张三${search}`, phone: '138****0009' }])
  await form.updateComplete
  return form
}

const submitted = (form: GwForm) => {
  const all: Answers[] = []
  form.addEventListener('gw-form-submitted', event => all.push(event.detail.answers))
  return all
}
const control = (form: GwForm, pointer: string) => {
  const found = find(form, `[data-pointer="${pointer}"] :is(input, select, textarea)`)
  if (!found) throw new Error(`no control for ${pointer}`)
  return found as HTMLInputElement // or one of the other two, which have a value as well
}
const type = async (form: GwForm, pointer: string, text: string) => userEvent.fill(control(form, pointer), text)

test.for(['zh-CN', 'en'])(
  'a form with every kind of field is accessible in %s, before and after a failed submission',
  async lang => {
    const form = await showForm(everyKind, { lang })
    await expectWords(form, '张三')
    await expectAccessible()
    form.submit()
    await expectWords(form, lang === 'en' ? '2 answers need mending' : '有 2 处需要修改')
    await expectAccessible()
  }
)

test('the answers come out as JSON of the right types', async () => {
  const form = await showForm(everyKind)
  const answers = submitted(form)
  await type(form, '/name', '王秀英')
  await type(form, '/members', '3')
  await type(form, '/income', '1.50')
  await userEvent.click(await appears(form, '[data-pointer="/alone"] label:nth-of-type(2)'))
  await userEvent.click(control(form, '/promise'))
  await userEvent.click(await appears(form, '[data-pointer="/housing"] label'))
  await userEvent.selectOptions(control(form, '/town'), '乙')
  await userEvent.click(await appears(form, '[data-pointer="/needs"] label:nth-of-type(3)'))
  await userEvent.click(await appears(form, '[data-pointer="/needs"] label:nth-of-type(1)'))
  await type(form, '/born', '1950-02-03')
  await type(form, '/callAt', '09:30')
  await type(form, '/phone', '13800000001')
  await userEvent.click(await appears(await appears(form, 'gw-person-picker'), 'label.option'))
  await type(form, '/home/street', '南街 1 号')
  ;(await appears(form, '[data-pointer="/kin"] > button')).click()
  await form.updateComplete
  await type(form, '/kin/0/who', '儿子')
  form.submit()
  expect(answers).toEqual([
    {
      name: '王秀英',
      members: 3,
      income: 1.5,
      alone: false,
      promise: true,
      housing: '自有',
      town: '乙',
      needs: ['米', '药'],
      born: '1950-02-03',
      callAt: '09:30',
      phone: '13800000001',
      helper: 'p1',
      home: { street: '南街 1 号' },
      kin: [{ who: '儿子' }]
    }
  ])
})

test('an instant is sent with its offset and shown as it was typed', async () => {
  const form = await showForm({ type: 'object', properties: { since: everyKind.properties.since } })
  const answers = submitted(form)
  await type(form, '/since', '2026-10-08T09:30')
  expect(control(form, '/since').value).toBe('2026-10-08T09:30')
  form.submit()
  expect(answers[0]?.['since']).toMatch(/^2026-10-08T09:30:00[+-]\d\d:\d\d$/)
})

test('a number keeps the look that it was typed with', async () => {
  const form = await showForm({ type: 'object', properties: { income: everyKind.properties.income } })
  await userEvent.click(control(form, '/income'))
  await userEvent.keyboard('1.05')
  expect([control(form, '/income').value, form.answers]).toEqual(['1.05', { income: 1.05 }])
})

test('a field is judged once it was left, and says how to mend it', async () => {
  const form = await showForm(everyKind)
  await userEvent.click(control(form, '/name'))
  await userEvent.keyboard('王')
  expect(words(form)).not.toContain('“姓名”至少')
  await userEvent.tab()
  await expectWords(form, '“姓名”至少')
  expect(control(form, '/name').getAttribute('aria-invalid')).toBe('true')
  await type(form, '/name', '王秀英')
  await expect.poll(() => words(form)).not.toContain('“姓名”至少')
})

test('a failed submission brings the person to the list of what to mend, and from there to the field', async () => {
  const form = await showForm(everyKind)
  const answers = submitted(form)
  await userEvent.click(control(form, '/name'))
  await userEvent.keyboard('{Enter}')
  await expectWords(form, '请填写“姓名”')
  await expect.poll(() => form.shadowRoot?.activeElement?.getAttribute('part')).toBe('summary')
  await userEvent.tab()
  await userEvent.keyboard('{Enter}')
  expect(form.shadowRoot?.activeElement).toBe(control(form, '/name'))
  expect(answers).toEqual([])
})

test('a field of a branch shows when the branch applies; what was answered there counts only then', async () => {
  const form = await showForm({ ...everyKind, required: [] })
  const answers = submitted(form)
  expect(words(form)).not.toContain('月租')
  await userEvent.click(await appears(form, '[data-pointer="/housing"] label:nth-of-type(2)'))
  await expectWords(form, '月租')
  await type(form, '/rent', '500')
  await userEvent.click(await appears(form, '[data-pointer="/housing"] label:nth-of-type(1)'))
  await expect.poll(() => words(form)).not.toContain('月租')
  form.submit()
  expect(answers).toEqual([{ housing: '自有' }])
})

test('where a field appears above, the person goes on typing in the same one', async () => {
  const form = await showForm({
    type: 'object',
    properties: { phone: { type: 'string', title: '电话' } },
    dependentSchemas: { phone: { properties: { callAt: { type: 'string', title: '几点打', ui: { order: 0 } } } } }
  })
  await userEvent.click(control(form, '/phone'))
  await userEvent.keyboard('138')
  expect(form.answers).toEqual({ phone: '138' })
  expect(find(form, 'label')?.textContent).toContain('几点打')
})

test('rows are added and taken away', async () => {
  const form = await showForm({ type: 'object', properties: { kin: everyKind.properties.kin } })
  const add = () => find(form, '[data-pointer="/kin"] > button')!.click()
  add()
  await form.updateComplete
  add()
  await form.updateComplete
  await type(form, '/kin/0/who', '儿子')
  await type(form, '/kin/1/who', '女儿')
  ;(await appears(form, '[part=row] > button')).click()
  await form.updateComplete
  expect([form.answers, control(form, '/kin/0/who').value]).toEqual([{ kin: [{ who: '女儿' }] }, '女儿'])
})

test('what the server refused is shown at its field', async () => {
  const form = await showForm(everyKind)
  form.refusal = { path: '/phone', message: '这个号码已停用' }
  await expectWords(form, '这个号码已停用')
  expect(control(form, '/phone').getAttribute('aria-describedby')).toContain('error')
  await expectAccessible()
})

test('while the answers are on their way nothing is submitted twice', async () => {
  const form = await showForm({ type: 'object', properties: { name: { type: 'string', title: '姓名' } } })
  const answers = submitted(form)
  form.busy = true
  await form.updateComplete
  ;(await appears(form, '[part=submit]')).click()
  expect(answers).toEqual([])
  await expectWords(form, '正在提交')
})

test.for([320, 1280])('a form with every kind of field does not overflow at %i px', async width => {
  const form = await showForm(everyKind, { width })
  form.submit()
  await form.updateComplete
  expectNoOverflow()
  expectTargets(form, 44)
})

// Diagrams: what the picture of a workflow says, in Mermaid and drawn, in each language, with limits of one service or of all.
import { textIn, type Locality, type Text, type WorkflowFile } from '@gridwright/core'
import { describe, expect, test } from 'vitest'
import { diagramMermaid, diagramOf, machineOf, type Diagram } from '../src/index.ts'
import { exampleNames, filesOf, localityOf, village } from './folder.ts'

const asked: WorkflowFile = {
  id: 'handle',
  meta: {
    label: { 'zh-CN': '问“事”：办', en: 'Ask "things"' },
    ladder: [{ post: 'window' }, { post: 'officer' }],
    deadlines: { total: { within: 'P9D', clock: 'days', onExpire: 'TOP' } },
    events: { SUBMIT: '提"交"', DONE: { 'zh-CN': '办<结> | #1', en: 'Done' }, LATE: '逾期', TOP: '到顶' },
    replies: { closed: '办好了' }
  },
  initial: 'asked',
  on: { TOP: '.closed' },
  states: {
    asked: {
      meta: {
        label: '待办: "急"',
        owner: 'rung',
        deadlines: { first: { within: 'PT4H', clock: 'work', warnAt: '0.5', onExpire: 'LATE' } }
      },
      on: {
        DONE: [
          { target: 'room', guard: { type: 'when', params: { cel: "history.count('DONE') < 1" } } },
          { target: 'closed', meta: { by: ['applicant', { post: 'window', exceptBy: ['DONE'] }] } }
        ],
        LATE: { target: 'asked', reenter: true, actions: [{ type: 'raise', params: { atTop: 'TOP' } }] },
        NOTE: { actions: [{ type: 'urge' }] }
      }
    },
    room: {
      initial: 'inner',
      meta: { label: '评理室' },
      entry: [{ type: 'offer', params: { among: { registration: 'volunteer' } } }],
      on: { LATE: 'closed', BACK: { target: 'asked', guard: { type: 'when', params: { cel: 'has(answers.what)' } } } },
      states: {
        inner: {
          meta: {
            label: '评理',
            owner: 'applicant',
            deadlines: {
              all: { byCategory: 'finish', onExpire: 'LATE', repeat: { every: 'P1D', max: 2, onExhausted: 'TOP' } }
            }
          }
        }
      }
    },
    closed: { type: 'final', meta: { label: '已办结', reply: 'closed' } }
  }
}

const town: Locality = { ...localityOf(village), workflows: new Map([['handle', asked]]) }

const words = ({ states, groups, arrows }: Diagram) => [
  ...[...states, ...groups].flatMap(({ label, lines }) => [label, ...lines]),
  ...arrows.flatMap(({ events }) => events.flatMap(({ label, lines }) => [label, ...lines]))
]

test('a workflow as Mermaid text: whose turn, by when, who sends what and when; expiries dashed, a state around its states', () => {
  expect(diagramMermaid(diagramOf(town, 'handle', { language: 'zh-CN' })!)).toBe(`---
title: "问“事”：办 · 全程限 9 个工作日（days）"
---
flowchart TD
  subgraph n0["评理室<br>派给志愿者，先接者得"]
    n3["评理<br>轮到：申请人<br>限 3 个工作日（days）；过期后每 1 天再发，共 2 次"]
  end
  n1((" "))
  n2["待办: #34;急#34;<br>轮到：窗口 → 镇干部<br>限 4 工作小时（work）；过 50% 提醒"]
  n4(["已办结<br>答复：办好了"])
  n5(["任何环节"])
  n1 -->|"提#34;交#34;"| n2
  n2 -->|"办#60;结#62; #124; #35;1<br>如果没有过“办#60;结#62; #124; #35;1”"| n3
  n2 -->|"办#60;结#62; #124; #35;1<br>否则<br>由申请人、窗口（做过“办#60;结#62; #124; #35;1”的人除外）"| n4
  n2 -.->|"逾期<br>上报一级；到顶则“到顶”"| n2
  n2 -->|"NOTE<br>催办"| n2
  n5 -.->|"到顶"| n4
  n0 -.->|"逾期"| n4
  n0 -->|"BACK<br>如果 has(answers.what)"| n2
  classDef final stroke-width:3px
  class n4 final
`)
})

test('the same in English, each word in English that has one', () => {
  const diagram = diagramOf(town, 'handle', { language: 'en' })!
  expect([diagram.title, ...diagram.lines, ...diagram.notes]).toEqual([
    'Ask "things"',
    'In all, within 9 working days (days)',
    'days: Mon to Fri, ending at 18:00 on the last day, no holidays',
    'work: Mon to Fri 08:00–12:00, 14:00–18:00, no holidays'
  ])
  expect(words(diagram)).toEqual(
    expect.arrayContaining([
      'Waits for 窗口 → 镇干部',
      'Within 4 working hours (work); warned at 50%',
      'Within 3 working days (days); then every 1 day, 2 times more',
      'Offered to 志愿者 (first to accept)',
      'Reply: 办好了',
      'At any step',
      'if no “Done” yet',
      'by the applicant or 窗口 (but not whoever did “Done”)',
      'otherwise',
      'raised one rung; at the top: “到顶”',
      'they are urged'
    ])
  )
})

test('what a state declares around its states leads out of it as one arrow, and stays in each where it leads inside', () => {
  const on = { AGAIN: '.inner', NOTE: {}, BACK: 'asked' }
  const { arrows } = diagramOf(
    {
      ...town,
      workflows: new Map([['handle', { ...asked, states: { ...asked.states, room: { ...asked.states['room'], on } } }]])
    },
    'handle',
    { language: 'en' }
  )!
  const ways = arrows
    .filter(({ from }) => from.startsWith('room'))
    .map(({ from, to, events }) => [from, to, ...events.map(({ label }) => label)])
  expect(ways).toEqual([
    ['room.inner', 'room.inner', 'AGAIN / NOTE'],
    ['room', 'asked', 'BACK']
  ])
})

test('events of which the same holds share a line, and only what the engine sends is automatic', () => {
  const { arrows } = diagramOf(localityOf(filesOf('examples/licheng')), 'deed', { language: 'zh-CN' })!
  expect(
    arrows.map(
      ({ from, to, automatic, events }) => `${from} → ${to} ${automatic} ${events.map(({ label }) => label).join('; ')}`
    )
  ).toEqual([
    '*start → recorded false 登记',
    'recorded → certified false 认证',
    'recorded → refused false 不予认证',
    'recorded → withdrawn false 撤回',
    'recorded → recorded true 逾期未认证，催办',
    'recorded → lapsed true 多次催办仍未认证'
  ])
})

describe('limits by category', () => {
  const licheng = localityOf(filesOf('examples/licheng'))
  const using = [...licheng.services].filter(([, { workflow }]) => workflow === 'seven-steps')
  const limit = (service?: string) =>
    diagramOf(licheng, 'seven-steps', { language: 'zh-CN', service })!.states.find(({ id }) => id === 'patrol')!
      .lines[1]!

  test('are those of all services of the workflow, the first three told', () => {
    expect(limit()).toBe('限 1 个工作日（每日在岗）、8 工作小时（每日在岗）、1 小时等，看分类；过 50% 提醒')
    expect(diagramOf(licheng, 'seven-steps', { language: 'zh-CN' })!.notes).toContain(
      '“⑤ 问题处置”的时限：文明创建 5 个工作日；环境保护 2 个工作日；疫情防控、公共设施隐患 24 小时；安全生产、流口管理 3 个工作日；责任主体自查 7 个工作日'
    )
  })

  test('are told with their categories where they are few', () => {
    const changzhou = localityOf(filesOf('examples/changzhou'))
    const { states, notes } = diagramOf(changzhou, 'one-stop', { language: 'en' })!
    expect(states.flatMap(({ lines }) => lines)).toContain(
      'Within Simple life, Home help, Hospital visits, Public safety: 1 working day (office days); Mediation, Party affairs: 3 working days (office days); Civil relief: 10 working days (office days); warned at 75%; then every 1 day, once more'
    )
    expect(notes.join('\n')).toMatch(/^Limits of .*Public safety: 3 working days/)
  })

  test.each(using.map(([id]) => id))('are the one of %s where it is named', service => {
    expect(limit(service)).toMatch(/^限 \d+ [^、]+；过 50% 提醒$/)
  })
})

test('a clock is told by its label unless the length says as much, and by its name where it has none', () => {
  const { calendar } = town
  const labels = new Map<string, Text>([
    ['work', { 'zh-CN': '上班时间', en: 'office hours' }],
    ['days', '工作日']
  ])
  const named = { ...town, calendar: { ...calendar, labels } }
  const told = ({ lines, states, notes }: Diagram) => [
    lines[0],
    states.find(({ id }) => id === 'asked')?.lines[1],
    ...notes
  ]
  expect(told(diagramOf(named, 'handle', { language: 'zh-CN' })!)).toEqual([
    '全程限 9 个工作日',
    '限 4 工作小时（上班时间）；过 50% 提醒',
    '工作日：周一至周五，末日 18:00 到期，节假日除外',
    '上班时间：周一至周五 08:00–12:00、14:00–18:00，节假日除外'
  ])
  expect(told(diagramOf(town, 'handle', { language: 'zh-CN' })!)[1]).toBe('限 4 工作小时（work）；过 50% 提醒')
})

test('where a layer inside the locality has another limit, the picture says both', () => {
  const chengdu = localityOf(filesOf('examples/chengdu'))
  const limits = (service?: string) =>
    diagramOf(chengdu.ground!, 'courtyard-loop', {
      language: 'zh-CN',
      service,
      layers: chengdu.layers
    })!.states.flatMap(({ lines }) => lines.filter(line => line.startsWith('限')))
  expect(limits()).toContain('限 3 个工作日；少城街道：2 个工作日；过 75% 提醒')
  expect(limits()).toContain(
    '限 4 工作小时（每日在岗）；少城街道：院落事务、重点人群关爱 2 工作小时（每日在岗）；安全隐患 30 工作分钟（每日在岗）；过 50% 提醒'
  )
  const [service = ''] = [...chengdu.ground!.services].find(([, { workflow }]) => workflow === 'courtyard-loop') ?? []
  expect(limits(service)).toContain('限 4 工作小时（每日在岗）；少城街道：2 工作小时（每日在岗）；过 50% 提醒')
  expect(limits()).toContain('限 10 个工作日；过 80% 提醒；过期后每 2 天再发，共 1 次')
})

test('there is no diagram of a workflow that there is not, nor for a service that does not use it', () => {
  expect(diagramOf(town, 'nothing', { language: 'en' })).toBeUndefined()
  expect(diagramOf(town, 'handle', { language: 'en', service: 'nothing' })).toBeUndefined()
  expect(diagramOf(town, 'handle', { language: 'en', service: 'mending' })).toBeDefined()
})

describe.each(exampleNames)('examples/%s', name => {
  const locality = localityOf(filesOf(`examples/${name}`))
  const own = (language: string) => [...locality.workflows.keys()].map(id => diagramOf(locality, id, { language })!)

  test.each(['zh-CN', 'en'])('in %s every state and every event is in its diagram, in words only', language => {
    for (const diagram of own(language)) {
      const { rules, states } = machineOf(locality.workflows.get(diagram.id)!)
      const leaves = [...states].filter(([, state]) => !state.states).map(([path]) => path)
      expect(diagram.states.map(({ id }) => id)).toEqual(expect.arrayContaining(leaves))
      const said = words(diagram).join('\n')
      for (const event of new Set([...rules.values()].map(rule => rule.event))) {
        const { events = {} } = locality.workflows.get(diagram.id)!.meta!
        expect(said).toContain(textIn(events[event] ?? event, language, locality.languages))
      }
      expect(said).not.toMatch(/undefined|\[object|==|history\.|\bin \[/)
      expect(language === 'en' ? said.match(/\p{Script=Han}+/gu) : null, `${name} ${diagram.id}`).toBeNull()
    }
  })
})

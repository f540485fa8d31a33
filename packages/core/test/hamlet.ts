// The smallest locality that the check accepts, as files by path; tests change a file of it.
const text = JSON.stringify

export const hamlet: ReadonlyMap<string, string> = new Map([
  [
    'locality.json',
    text({
      id: 'hamlet',
      code: '520425',
      name: '小村',
      languages: ['zh-CN'],
      timeZone: 'Asia/Shanghai',
      channels: { web: { label: '网上' } }
    })
  ],
  ['calendar.json', text({ clocks: { natural: { kind: 'natural' } } })],
  [
    'grid.json',
    text({
      levels: [
        { id: 'county', label: '县', codeDigits: 6 },
        { id: 'street', label: '街道', codeDigits: 9 }
      ]
    })
  ],
  ['posts.json', text({ posts: { clerk: { label: '文书', level: 'street' } } })],
  ['categories.json', text({ categories: { all: { label: '全部' } } })],
  ['forms/ask.json', text({ type: 'object', properties: { what: { type: 'string', title: '什么事' } } })],
  [
    'services/ask.json',
    text({ title: '问事', category: 'all', channels: ['web'], placeLevel: 'street', form: 'ask', workflow: 'answer' })
  ],
  [
    'workflows/answer.json',
    text({
      id: 'answer',
      initial: 'asked',
      meta: { ladder: [{ post: 'clerk' }], replies: { told: '已答复' } },
      states: {
        asked: { meta: { owner: 'rung', noDeadline: '随到随答' }, on: { TELL: 'told' } },
        told: { type: 'final', meta: { reply: 'told' } }
      }
    })
  ]
])

/** The hamlet with these files changed, added, or (null) taken away. */
export function hamletWith(changes: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  const files = new Map(hamlet)
  for (const [path, value] of Object.entries(changes)) {
    if (value === null) files.delete(path)
    else files.set(path, typeof value === 'string' ? value : text(value))
  }
  return files
}

type Tree = { readonly [key: string]: Tree }

/** The value of one of the hamlet's files, to be changed and put back. */
export function fileOf(path: string): Tree {
  return JSON.parse(hamlet.get(path) ?? '{}') as Tree
}

// The reference page of imported tables: columns with the headings they are known by, and what can be wrong with a line or a file.
import { dataTables, tableNames } from '@gridwright/core'
import { problemWords } from '../packages/server/src/import-words.ts'
import { tableFaults } from '../packages/server/src/table-fault.ts'

const titles = {
  areas: ['区域', 'areas'],
  people: ['人员', 'people'],
  appointments: ['任职', 'appointments: who holds which post'],
  registrations: ['登记', 'registrations: who is registered as what'],
  goods: ['积分超市的商品', 'goods of the points shop']
} as const

const kinds = {
  text: ['文字', 'text'],
  code: ['代码、编号，按文本读', 'a code, read as text'],
  number: ['数', 'a number'],
  date: ['日期，如 2026-03-01、2026/3/1、2026年3月1日，或日期单元格', 'a date like 2026-03-01, or a date cell'],
  level: ['层级的标识或名称（grid.json）', 'id or label of a level (grid.json)'],
  post: ['岗位的标识或名称（posts.json）', 'id or label of a post (posts.json)'],
  kind: ['登记类别的标识或名称（posts.json）', 'id or label of a kind of registration (posts.json)'],
  period: ['day、month、quarter、year、ever，或 每日、每月、每季、每年、不限', 'day, month, quarter, year or ever']
} as const

/** The page as Markdown. */
export function tablesPage(): string {
  const tables = tableNames.map(name => {
    const rows = Object.entries(dataTables[name]).map(([column, { kind, headings, optional }]) => {
      const [zh, en] = kinds[kind]
      return `| \`${column}\`${optional ? '（可缺 may be missing）' : ''} | ${headings.join('、')} | ${zh} ${en} |`
    })
    const [zh, en] = titles[name]
    return `## ${name}\n\n${zh} ${en}\n\n| 列 column | 认得的列名 headings | 内容 content |\n|---|---|---|\n${rows.join('\n')}\n`
  })
  const problems = Object.entries(problemWords).map(([code, [zh, en]]) => `| \`${code}\` | ${zh} | ${en} |`)
  const faults = Object.entries(tableFaults).map(([code, [[zh, en], [cureZh, cureEn]]]) => {
    const plain = (text: string) => text.replaceAll(/\{(\w+)\}/g, '*$1*')
    return `| \`${code}\` | ${plain(zh)}；${plain(cureZh)} | ${plain(en)}; ${plain(cureEn)} |`
  })
  return `# 表格 · Tables

\`gridwright import\` 和属地文件夹 \`data/*.csv\` 读同样的表。列名认英文名、下面的中文名（空格、星号、括号里的话不计），以及 locality.json 的 \`columns\`。
\`gridwright import\` and \`data/*.csv\` of a locality folder read the same tables. A heading is known by the column’s own name, by the Chinese ones below (blanks, asterisks and what stands in brackets do not count), and by \`columns\` of locality.json.

${tables.join('\n')}
## 哪一行不对 · What can be wrong with a line

| problem | 中文 | English |
|---|---|---|
${problems.join('\n')}

## 哪个文件不对 · What can be wrong with a file

| code | 中文 | English |
|---|---|---|
${faults.join('\n')}
`
}

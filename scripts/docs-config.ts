// docs/reference/config: one page for each schema of packages/core/schemas, a section for each shape, a row for each property.
// Schema descriptions are written as 中文 (English); here they stand apart.
import { readdirSync, readFileSync } from 'node:fs'
import { bilingual } from '@gridwright/core'

type Schema = {
  readonly [limit: string]: unknown
  readonly $ref?: string
  readonly title?: string
  readonly description?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly oneOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly dependentRequired?: Readonly<Record<string, readonly string[]>>
  readonly items?: Schema
  readonly additionalProperties?: Schema | false
  readonly propertyNames?: Schema
  readonly examples?: readonly unknown[]
  readonly $defs?: Readonly<Record<string, Schema>>
}

const folder = new URL('../packages/core/schemas/', import.meta.url)
const ending = '.schema.json'

/** The pages by name, README.md that lists them among them; `source` is what each is made from. */
export function configPages(): ReadonlyMap<string, { readonly source: string; readonly text: string }> {
  const files = new Map(
    readdirSync(folder)
      .filter(name => name.endsWith(ending))
      .sort()
      .map(name => [name, JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Schema]) // the schemas' own tests say that they are schemas
  )
  const pages = new Map(
    [...files].map(([name, schema]) => [
      pageOf(name),
      { source: `packages/core/schemas/${name}`, text: page(name, schema, files) }
    ])
  )
  const rows = [...files].map(([name, schema]) => {
    const { zh, en } = saidOf(schema.description)
    return `| [${name.slice(0, -ending.length)}](${pageOf(name)}) | ${zh} | ${en} |`
  })
  const text = `# 配置文件 · Config files\n\n| | 中文 | English |\n|---|---|---|\n${rows.join('\n')}\n`
  return pages.set('README.md', { source: 'packages/core/schemas', text })
}

type Files = ReadonlyMap<string, Schema>
type Section = { readonly name: string; readonly schema: Schema }

function page(file: string, schema: Schema, files: Files): string {
  const { zh, en } = saidOf(schema.description)
  const sections: Section[] = [
    ...(schema.properties ? [{ name: schema.title ?? file, schema }] : []),
    ...Object.entries(schema.$defs ?? {}).map(([key, shape]) => ({ name: shape.title ?? key, schema: shape }))
  ]
  const all = sections.flatMap(section => [section, ...branchesOf(section.schema)])
  const title = file.slice(0, -ending.length)
  return `# ${title}\n\n${zh}\n\n${en}\n\n${all.map(section => describe(section, file, files)).join('\n')}`
}

/** Objects that stand as one of several choices inside `schema`: each is a section of its own. */
function branchesOf(schema: Schema): Section[] {
  const own = (schema.oneOf ?? [])
    .filter(({ properties }) => properties)
    .map(branch => ({ name: branch.title ?? '', schema: branch }))
  const inner = [
    ...Object.values(schema.properties ?? {}),
    ...(schema.oneOf ?? []),
    schema.items,
    schema.additionalProperties || undefined
  ]
  return [...own, ...inner.flatMap(child => (child ? branchesOf(child) : []))]
}

function describe({ name, schema }: Section, file: string, files: Files): string {
  const { zh, en } = saidOf(schema.description)
  const said = zh && files.get(file) !== schema ? `${zh}\n${en}\n\n` : ''
  const needs = Object.entries(schema.dependentRequired ?? {}).map(([key, others]) => {
    const needed = others.map(other => `\`${other}\``).join(', ')
    return `写了 \`${key}\` 就要写 ${needed}。 \`${key}\` needs ${needed}.\n\n`
  })
  const rows = rowsOf(schema, '', file, files)
  const head = '| 路径 path | 类型 type | 必填 required | 说明 description | 示例 example |\n|---|---|---|---|---|\n'
  const value = `${typeOf(schema, file, files)}${schema.examples ? `\n\n例 for example: ${exampleOf(schema)}` : ''}\n`
  return `## ${name}\n\n${said}${needs.join('')}${rows.length > 0 ? `${head}${rows.join('\n')}\n` : value}`
}

/** A row for each property below `path`, objects without a section of their own opened. */
function rowsOf(schema: Schema, path: string, file: string, files: Files): string[] {
  const inside = [
    ...Object.entries(schema.properties ?? {}).flatMap(([key, child]) => {
      const at = path === '' ? key : `${path}.${key}`
      const { zh, en } = saidOf(child.description ?? resolve(child, file, files).description)
      const required = schema.required?.includes(key) ? '是 yes' : ''
      return [
        `| \`${at}\` | ${typeOf(child, file, files)} | ${required} | ${cell(`${zh}<br>${en}`)} | ${exampleOf(child)} |`,
        ...rowsOf(child, at, file, files)
      ]
    }),
    ...(schema.items ? rowsOf(schema.items, `${path}[]`, file, files) : []),
    ...(schema.additionalProperties
      ? rowsOf(schema.additionalProperties, path === '' ? '*' : `${path}.*`, file, files)
      : [])
  ]
  return inside
}

function typeOf(schema: Schema, file: string, files: Files): string {
  return [shapeOf(schema, file, files), ...limitsOf(schema)].join('，')
}

function shapeOf(schema: Schema, file: string, files: Files): string {
  if (schema.$ref !== undefined) return linkTo(schema.$ref, file, files)
  if ('const' in schema) return code(schema.const)
  if (schema.enum) return schema.enum.map(code).join(' / ')
  if (schema.oneOf) return schema.oneOf.map(branch => branchOf(branch, file, files)).join(' / ')
  if (schema.items) {
    const item = typeOf(schema.items, file, files)
    return `列表 list of ${schema.items.oneOf ? `(${item})` : item}`
  }
  if (schema.additionalProperties) return mapOf(schema, schema.additionalProperties, file, files)
  return typeof schema.type === 'string' ? schema.type : (schema.type?.join(' / ') ?? 'object')
}

function mapOf({ propertyNames }: Schema, value: Schema, file: string, files: Files): string {
  const key = propertyNames?.$ref === undefined ? '名 name' : linkTo(propertyNames.$ref, file, files)
  return `{ ${key}: ${typeOf(value, file, files)} }`
}

function branchOf(branch: Schema, file: string, files: Files): string {
  const { properties, title } = branch
  return properties && title ? `[${title}](#${title.toLowerCase()})` : typeOf(branch, file, files)
}

const limits: readonly [keyword: string, words: (value: string) => string][] = [
  ['pattern', value => `写法 pattern \`${value.replace(/\|/g, '\\|')}\``],
  ['format', value => `format ${value}`],
  ['minimum', value => `≥ ${value}`],
  ['maximum', value => `≤ ${value}`],
  ['exclusiveMinimum', value => `> ${value}`],
  ['minLength', value => `至少 ${value} 字 min length`],
  ['maxLength', value => `至多 ${value} 字 max length`],
  ['minItems', value => `至少 ${value} 项 min items`],
  ['maxItems', value => `至多 ${value} 项 max items`],
  ['minProperties', value => `至少 ${value} 个 min entries`],
  ['maxProperties', value => `至多 ${value} 个 max entries`]
]

function limitsOf(schema: Schema): string[] {
  return [
    ...limits.flatMap(([keyword, words]) =>
      schema[keyword] === undefined
        ? []
        : [words(typeof schema[keyword] === 'string' ? schema[keyword] : JSON.stringify(schema[keyword]))]
    ),
    ...(schema['uniqueItems'] === true ? ['不重复 unique'] : [])
  ]
}

function linkTo(ref: string, file: string, files: Files): string {
  const [path = '', pointer = ''] = ref.split('#')
  const key = pointer.split('/').at(-1) ?? ''
  const target = files.get(path || file)
  const title = target?.$defs?.[key]?.title ?? key
  return `[${title}](${path === '' || path === file ? '' : pageOf(path)}#${title.toLowerCase()})`
}

/** What `schema` refers to, or itself. */
function resolve(schema: Schema, file: string, files: Files): Schema {
  if (schema.$ref === undefined) return schema
  const [path = '', pointer = ''] = schema.$ref.split('#')
  return files.get(path || file)?.$defs?.[pointer.split('/').at(-1) ?? ''] ?? schema
}

/** A description as the pages show it, in Chinese and in English. */
function saidOf(description: string | undefined): { readonly zh: string; readonly en: string } {
  const { zh, en } = bilingual(description ?? '')
  return { zh: text(zh.replace(/\.(?= |$) ?/g, '。')), en: text(en.map(sentence).join(' ')) }
}

// A name of a file keeps its small letter.
const sentence = (words: string) => `${words.replace(/^\p{Ll}(?![\w-]*[./])/u, first => first.toUpperCase())}.`
const text = (words: string) => words.replaceAll('<', '&lt;')
const pageOf = (file: string) => `${file.slice(0, -ending.length)}.md`
const exampleOf = ({ examples = [] }: Schema) => examples.map(code).join('<br>')
const code = (value: unknown) => `\`${JSON.stringify(value).replace(/\|/g, '\\|')}\``
const cell = (text: string) => text.replace(/\|/g, '\\|').replace(/(<br>)?$/, '')

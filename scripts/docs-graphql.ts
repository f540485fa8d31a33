// docs/reference/graphql.md: every type of packages/server/schema.graphql with its descriptions, in the order of the file.
import { executableSchema } from '../packages/server/src/graphql.ts'

type Types = ReturnType<ReturnType<typeof executableSchema>['getTypeMap']>
type NamedType = Types[string]
type Described = { name: string; description?: string | null | undefined }
type Field = Described & {
  type: { toJSON(): string }
  args?: readonly (Described & { type: { toJSON(): string }; defaultValue?: unknown })[]
  defaultValue?: unknown
}

/** The page; types of GraphQL itself are left out. */
export function graphqlPage(): string {
  const schema = executableSchema()
  const types = Object.values(schema.getTypeMap()).filter(type => type.astNode)
  const known = new Set(types.map(({ name }) => name))
  const index = types.map(({ name }) => `[${name}](#${name.toLowerCase()})`).join(' · ')
  return `# GraphQL

${oneLine(schema.description)}

${index}

${types.map(type => section(type, known)).join('\n')}`
}

function section(type: NamedType, known: ReadonlySet<string>): string {
  const description = type.description ?? type.astNode?.description?.value // a scalar's resolver has none
  const head = `## ${type.name}\n\n${description ? `${oneLine(description)}\n\n` : ''}`
  if ('getTypes' in type)
    return `${head}${type
      .getTypes()
      .map(({ name }) => link(name, known))
      .join(' | ')}\n`
  if ('getValues' in type)
    return `${head}${type
      .getValues()
      .map(value => `- \`${value.name}\`${said(value, ': ')}`)
      .join('\n')}\n`
  if (!('getFields' in type)) return head.trimEnd() + '\n'
  const rows = Object.values(type.getFields()).map(
    (field: Field) => `| ${signature(field, known)} | ${link(field.type.toJSON(), known)} | ${said(field)} |`
  )
  const oneOf = 'isOneOf' in type && type.isOneOf ? '只能写其中一项 Exactly one of these.\n\n' : ''
  return `${head}${oneOf}| field | type | |\n|---|---|---|\n${rows.join('\n')}\n`
}

function signature({ name, args = [], defaultValue }: Field, known: ReadonlySet<string>): string {
  const taken = args.map(arg => `\`${arg.name}\`: ${link(arg.type.toJSON(), known)}${preset(arg.defaultValue)}`)
  return `\`${name}\`${preset(defaultValue)}${taken.length > 0 ? ` (${taken.join(', ')})` : ''}`
}

const preset = (value: unknown) =>
  value === undefined ? '' : ` = \`${typeof value === 'string' ? value : JSON.stringify(value)}\``
const said = ({ description }: Described, before = '') => (description ? before + oneLine(description) : '')
const oneLine = (text: string | null | undefined) =>
  (text ?? '')
    .trim()
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\|/g, '\\|')

function link(type: string, known: ReadonlySet<string>): string {
  const name = type.replace(/\W/g, '')
  return known.has(name) ? type.replace(name, `[${name}](#${name.toLowerCase()})`).replace(/^\[\[/, '\\[[') : type
}

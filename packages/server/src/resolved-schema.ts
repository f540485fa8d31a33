// A GraphQL schema of its text and the resolvers of its fields, built once: a tenth of a second less than by the general tool, which
// makes the schema anew for each of its steps.
import {
  buildASTSchema,
  isObjectType,
  isScalarType,
  isUnionType,
  parse,
  type GraphQLFieldResolver,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLTypeResolver
} from 'graphql'

/** By type: how its fields are resolved, which member of a union a value is, or how a scalar is read. */
export type Resolvers = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** The schema that `text` says, resolved by `resolvers`. Throws where one of them is for something that the schema does not have. */
export function resolvedSchema(text: string, resolvers: Resolvers): GraphQLSchema {
  // That the text is sound is for the tests to say, not for every start.
  const schema = buildASTSchema(parse(text, { noLocation: true }), { assumeValid: true, assumeValidSDL: true })
  for (const [name, of] of Object.entries(resolvers)) resolve(schema.getType(name), name, of)
  return schema
}

function resolve(type: GraphQLNamedType | undefined, name: string, of: Readonly<Record<string, unknown>>): void {
  if (isObjectType(type)) return resolveFields(type, of)
  if (isScalarType(type)) return void Object.assign(type, of)
  if (!isUnionType(type)) throw new Error(`the schema has no ${name} to resolve`)
  type.resolveType = of['__resolveType'] as GraphQLTypeResolver<unknown, unknown> // the one member that resolvers of a union have
}

function resolveFields(type: GraphQLObjectType, of: Readonly<Record<string, unknown>>): void {
  const fields = type.getFields()
  for (const [name, how] of Object.entries(of)) {
    const field = fields[name]
    if (!field) throw new Error(`the schema has no ${type.name}.${name} to resolve`)
    if (typeof how === 'function') field.resolve = how as GraphQLFieldResolver<unknown, unknown> // its parameters are the field's, as schema.graphql says
    else Object.assign(field, how)
  }
}

import { readFileSync } from 'node:fs'
import { buildSchema, graphql, validateSchema } from 'graphql'
import { expect, test } from 'vitest'
import { executableSchema } from '../src/graphql.ts'
import { resolvedSchema } from '../src/resolved-schema.ts'

const text =
  'scalar Mark type Query { mark(of: Mark): Mark either: Either } union Either = A | B type A { a: Int } type B { b: Int }'

test('the schema of the contract is sound, as its text and with all that resolves it', () => {
  const sound = buildSchema(readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'))
  expect([validateSchema(sound), validateSchema(resolvedSchema(text, {}))]).toEqual([[], []])
  expect(Object.keys(executableSchema().getTypeMap()).sort()).toEqual(Object.keys(sound.getTypeMap()).sort())
})

test('fields, unions and scalars are resolved as they are told', async () => {
  const schema = resolvedSchema(text, {
    Mark: { parseLiteral: () => 'read', serialize: (value: unknown) => `said ${String(value)}` },
    Query: { mark: (_: unknown, { of }: { of: string }) => of, either: () => ({ b: 2 }) },
    Either: { __resolveType: () => 'B' }
  })
  const { data } = await graphql({ schema, source: '{ mark(of: 1) either { __typename ... on B { b } } }' })
  expect(data).toEqual({ mark: 'said read', either: { __typename: 'B', b: 2 } })
})

test.each([
  ['type', { Nowhere: { a: () => 1 } }, 'Nowhere'],
  ['field', { A: { b: () => 1 } }, 'A.b']
])('a resolver of a %s that the schema does not have is refused', (_, resolvers, name) => {
  expect(() => resolvedSchema(text, resolvers)).toThrow(`the schema has no ${name} to resolve`)
})

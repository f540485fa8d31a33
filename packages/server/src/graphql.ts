/** The GraphQL endpoint of every locality: schema.graphql with its resolvers, behind limits on depth, aliases, cost and origin. */
import { readFileSync } from 'node:fs'
import { EnvelopArmorPlugin } from '@escape.tech/graphql-armor'
import { useDisableIntrospection } from '@graphql-yoga/plugin-disable-introspection'
import { negotiateLanguage } from '@gridwright/core'
import { GraphQLError, Kind, type GraphQLSchema, type ValueNode } from 'graphql'
import { createYoga, type YogaServerInstance } from 'graphql-yoga'
import type { Logger } from 'pino'
import { contextOf, type Context } from './context.ts'
import { caseFields, caseQueries, isUuid } from './resolve-case.ts'
import { changeSubscriptions } from './resolve-changes.ts'
import { commandMutations, resultFields } from './resolve-command.ts'
import { evaluationFields, evaluationMutations, evaluationQueries, evaluationResults } from './resolve-evaluation.ts'
import { localityFields, localityQueries } from './resolve-locality.ts'
import { localityPoints, pointsFields, pointsQueries, viewerPoints } from './resolve-points.ts'
import { settlementMutations, settlementResults } from './resolve-settlement.ts'
import { resolvedSchema } from './resolved-schema.ts'
import type { Store } from './store.ts'
import { isStoreFault, kindOf } from './store-fault.ts'
import { bearerOf, type Tokens } from './token.ts'

type Options = { readonly store: Store; readonly tokens: Tokens; readonly log: Logger; readonly development: boolean }

/** The handler of `/<locality>/graphql`. Errors that are no refusal are logged and masked; in development GraphiQL and introspection are there. */
export function graphqlEndpoint({ store, tokens, log, development }: Options): YogaServerInstance<object, Context> {
  return createYoga<object, Context>({
    schema: executableSchema(),
    graphqlEndpoint: '/:locality/graphql',
    landingPage: false,
    graphiql: development
      ? { title: 'Gridwright', defaultQuery: '{ locality { name services: posts { label } } services { id title } }' }
      : false,
    batching: false,
    cors: false,
    logging: {
      debug: message => log.debug(message),
      info: message => log.info(message),
      warn: message => log.warn(message),
      error: message => log.error(message)
    },
    maskedErrors: { maskError: (error, message) => masked(error, message, log) },
    context: ({ request }) => requestContext(request, store, tokens),
    plugins: [
      EnvelopArmorPlugin({
        maxDepth: { n: 10, flattenFragments: true },
        maxAliases: { n: 30 },
        maxTokens: { n: 2000 },
        maxDirectives: { n: 10 },
        costLimit: {
          maxCost: 40_000,
          objectCost: 2,
          scalarCost: 1,
          depthCostFactor: 1.5,
          ignoreIntrospection: development
        },
        blockFieldSuggestion: { enabled: !development }
      }),
      ...(development ? [] : [useDisableIntrospection()])
    ]
  })
}

let made: GraphQLSchema | undefined

/** schema.graphql with every resolver, made once; refuses resolvers that the schema does not have. */
export function executableSchema(): GraphQLSchema {
  return (made ??= resolvedSchema(readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'), {
    UUID: {
      parseValue: uuid,
      parseLiteral: (node: ValueNode) => uuid(node.kind === Kind.STRING ? node.value : undefined)
    },
    Query: { ...localityQueries, ...caseQueries, ...pointsQueries, ...evaluationQueries },
    Mutation: { ...commandMutations, ...settlementMutations, ...evaluationMutations },
    Subscription: changeSubscriptions,
    ...localityFields,
    Locality: { ...localityFields.Locality, ...localityPoints },
    Viewer: { ...localityFields.Viewer, ...viewerPoints },
    ...caseFields,
    ...pointsFields,
    ...resultFields,
    ...settlementResults,
    ...evaluationFields,
    ...evaluationResults
  }))
}

function uuid(value: unknown): string {
  if (isUuid(value)) return value
  throw new GraphQLError('a UUID in lower case is expected, like 018f8e5c-7a3b-7c1d-9e2f-3a4b5c6d7e8f', {
    extensions: { code: 'id.invalid' }
  })
}

async function requestContext(request: Request, store: Store, tokens: Tokens): Promise<Context> {
  const id = new URL(request.url).pathname.split('/')[1] ?? ''
  const published = await store.published(decodeURIComponent(id))
  if (!published)
    throw new GraphQLError(`there is no locality “${id}”`, {
      extensions: { code: 'locality.unknown', http: { status: 404 } }
    })
  const bearer = bearerOf(request.headers.get('authorization'))
  const identity = bearer === undefined ? undefined : await tokens.verify(bearer)
  if (bearer !== undefined && (!identity || identity.locality !== published.locality.id)) {
    throw new GraphQLError('the token is not valid here', {
      extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } }
    })
  }
  const language = negotiateLanguage(request.headers.get('accept-language') ?? undefined, published.locality.languages)
  return contextOf({
    store,
    locality: published.locality,
    release: published.hash,
    language,
    now: Date.now(),
    identity
  })
}

/** Errors made for the client pass; everything else is logged and replaced by `message`. */
function masked(error: unknown, message: string, log: Logger): Error {
  if (error instanceof GraphQLError && !error.originalError) return error
  if (error instanceof GraphQLError && error.originalError instanceof GraphQLError) return error
  if (isOfParser(error)) {
    const code = error.message.includes('limit of') ? 'query.too-large' : 'query.invalid'
    return new GraphQLError(error.message, { extensions: { code, http: { status: 400 } } })
  }
  const original = error instanceof GraphQLError ? error.originalError : error
  log.error({ err: original }, 'a request failed')
  const known = brokenWorld(original)
  return known
    ? new GraphQLError(known.sentence, { extensions: { code: known.code, http: { status: 503 } } })
    : new GraphQLError(message, { extensions: { code: 'INTERNAL_SERVER_ERROR', http: { status: 500 } } })
}

/** Whether a query was ill-formed, too deep, wide or costly: parser and limits come from packages with a copy of graphql's classes of their own. */
function isOfParser(error: unknown): error is Error {
  return error instanceof Error && !(error instanceof GraphQLError) && error.name === 'GraphQLError'
}

/** What a client can do about a broken world; undefined for a bug. */
function brokenWorld(error: unknown): { readonly code: string; readonly sentence: string } | undefined {
  if (isStoreFault(error, 'commit.unknown'))
    return { code: error.code, sentence: 'it is not known whether this was stored; send it again with the same id' }
  if (!isStoreFault(error, 'database.unavailable') && kindOf(error) !== 'lost') return undefined
  const sentence = 'the database cannot be reached now; try again in a moment, a command with the same id'
  return { code: 'database.unavailable', sentence }
}

import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyContextConfig, FastifyInstance, FastifySchema } from 'fastify'
import { ErrorBody } from '../../../contract/errors.ts'
import packageFacts from '../../../package.json' with { type: 'json' }
import { toExample } from './examples.ts'
import { documentationPolicy } from './security-headers.ts'

type Part = Record<string, unknown>

const error = {
  description: 'Something else: what went wrong, and what to change',
  content: { 'application/json': { schema: ErrorBody, example: toExample(ErrorBody as never) } },
}
const unchanged = { type: 'null', description: 'Nothing new since the answer whose ETag was sent' }

const withExample = (schema: Part, name = ''): Part => ({ ...schema, examples: [toExample(schema, name)] })

/** What a request gives, each with an example; what has a default may be left out. */
function toInput(schema: unknown): Part {
  const {
    properties = {},
    required = [],
    ...rest
  } = schema as {
    properties?: Record<string, Part>
    required?: string[]
  }
  const filled = Object.entries(properties).map(([name, value]) => [name, withExample(value, name)])
  return {
    ...rest,
    properties: Object.fromEntries(filled),
    required: required.filter((name) => properties[name]?.default === undefined),
  }
}

function toAnswers({ response, produces }: FastifySchema, config: FastifyContextConfig): Part {
  const given = Object.entries((response ?? {}) as Record<string, Part>)
  const text = { 200: { type: 'string', description: `as ${produces?.[0]}`, examples: [''] } }
  return {
    ...(produces === undefined ? {} : text),
    ...Object.fromEntries(
      given.map(([status, schema]) => [status, schema.type === 'null' ? schema : withExample(schema)]),
    ),
    ...(config.bySnapshot === undefined ? {} : { 304: unchanged }),
    default: error,
  }
}

/** A route as the documentation has it: with examples, and with what every route may answer. */
function complete(schema: FastifySchema, config: FastifyContextConfig): FastifySchema {
  return {
    ...schema,
    ...(schema.params === undefined ? {} : { params: toInput(schema.params) }),
    ...(schema.querystring === undefined ? {} : { querystring: toInput(schema.querystring) }),
    ...(schema.body === undefined ? {} : { body: withExample(schema.body as Part) }),
    response: toAnswers(schema, config),
  }
}

/** Serves the documentation of the routes that follow, at `/api/docs` and as OpenAPI at `/api/docs/json`. */
export async function documentRoutes(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'CryptoFlow',
        version: packageFacts.version,
        description:
          'Your own crypto market warehouse. Errors are `{error: {code, message, request_id}, detail}`. ' +
          'A parameter or field with a wrong value is answered with 422, which names the right ones, and a body that is not JSON with 400. ' +
          'Live prices: `WS /api/v1/ws/prices`.',
        license: { name: packageFacts.license },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          cookie: { type: 'apiKey', in: 'cookie', name: '__Host-cryptoflow_session' },
        },
      },
    },
    transform: ({ schema, url, route }) => ({
      url,
      schema: schema.hide === true ? schema : complete(schema, route.config ?? {}),
    }),
  })
  await app.register(swaggerUi, { routePrefix: '/api/docs', staticCSP: documentationPolicy })
}

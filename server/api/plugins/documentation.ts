import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyContextConfig, FastifyInstance, FastifySchema } from 'fastify'
import { ErrorBody } from '../../../contract/errors.ts'
import packageFacts from '../../../package.json' with { type: 'json' }
import { toExample } from './examples.ts'
import { documentationPolicy } from './security-headers.ts'

type Part = Record<string, unknown>

const error = {
  description: 'Error: what happened and what to do',
  content: { 'application/json': { schema: ErrorBody, example: toExample(ErrorBody as never) } },
}
const unchanged = { type: 'null', description: 'Not modified since the response with the given ETag' }

const withExample = (schema: Part, name = ''): Part => ({ ...schema, examples: [toExample(schema, name)] })

/** Adds examples to the parameters of a request. Parameters with a default become optional. */
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
  const text = { 200: { type: 'string', description: `${produces?.[0]}`, examples: [''] } }
  return {
    default: error,
    ...(produces === undefined ? {} : text),
    ...Object.fromEntries(
      given.map(([status, schema]) => [status, schema.type === 'null' ? schema : withExample(schema)]),
    ),
    ...(config.bySnapshot === undefined ? {} : { 304: unchanged }),
  }
}

/** Adds examples, the default error and 304 to the schema of a route. */
function complete(schema: FastifySchema, config: FastifyContextConfig): FastifySchema {
  return {
    ...schema,
    ...(schema.params === undefined ? {} : { params: toInput(schema.params) }),
    ...(schema.querystring === undefined ? {} : { querystring: toInput(schema.querystring) }),
    ...(schema.body === undefined ? {} : { body: withExample(schema.body as Part) }),
    response: toAnswers(schema, config),
  }
}

/** Serves the documentation of all routes registered later: `/api/docs` and, as OpenAPI, `/api/docs/json`. */
export async function documentRoutes(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'CryptoFlow',
        version: packageFacts.version,
        description:
          'Self-hosted crypto market warehouse. Error format: `{error: {code, message, request_id}, detail}`. ' +
          'API keys (`POST /api/v1/auth/keys`) are sent as `Authorization: Bearer cf_...` or `x-api-key`. ' +
          'An invalid parameter or field returns 422 and lists the allowed values. Invalid JSON returns 400. ' +
          'Live prices: `WS /api/v1/ws/prices`. The subprotocol `cryptoflow.compact` gives short lists, compressed: ' +
          '`[seq, ts, ...]`, or `["snapshot", seq, ts, ...]`, with pairs of coin number and price in USD, and the id of the ' +
          'coin before its first pair.',
        license: { name: packageFacts.license },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          api_key: { type: 'apiKey', in: 'header', name: 'x-api-key' },
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

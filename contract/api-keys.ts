import { Type } from 'typebox'
import { apiKeyScopes, maxKeyNameLength } from './lists.ts'
import { printable } from './queries.ts'
import { Instant, Nullable } from './units.ts'

const Scope = Type.Enum([...apiKeyScopes])
export type ApiKeyScope = Type.Static<typeof Scope>

const maxRequestsPerMinute = 1_000_000

const Name = Type.String({
  minLength: 1,
  maxLength: maxKeyNameLength,
  pattern: printable,
  description: 'what the key is for',
  examples: ['Grafana'],
})
const Scopes = Type.Array(Scope, {
  minItems: 1,
  maxItems: apiKeyScopes.length,
  description: 'read: market data; export: bulk export; sql: read-only SQL; jobs: run and cancel jobs',
  examples: [['read', 'export']],
})
const RequestsPerMinute = Type.Integer({
  minimum: 1,
  maximum: maxRequestsPerMinute,
  description: 'requests per minute; null: only the limit per address applies',
})

/** What a new key is made of. */
export const NewApiKey = Type.Object(
  { name: Name, scopes: Scopes, requests_per_minute: Type.Optional(Nullable(RequestsPerMinute)) },
  { additionalProperties: false },
)
export type NewApiKey = Type.Static<typeof NewApiKey>

/** A key as its owner sees it, without the key itself. */
export const ApiKey = Type.Object({
  id: Type.String(),
  name: Name,
  prefix: Type.String({ description: 'first 11 characters of the key', examples: ['cf_mVdqO3oB'] }),
  scopes: Scopes,
  requests_per_minute: Nullable(RequestsPerMinute),
  created_at: Instant,
  last_used_at: Nullable(
    Type.String({ format: 'date-time', description: 'last request with the key, to 1 minute; null: never used' }),
  ),
})
export type ApiKey = Type.Static<typeof ApiKey>

/** The keys of an account, newest first. */
export const ApiKeys = Type.Object({ items: Type.Array(ApiKey) })
export type ApiKeys = Type.Static<typeof ApiKeys>

/** A new key. Only this response contains it. */
export const CreatedApiKey = Type.Object({
  ...ApiKey.properties,
  key: Type.String({
    description: 'send it as `Authorization: Bearer cf_...` or `x-api-key`; it is not shown again',
    examples: ['cf_mVdqO3oBNkqQ0mYcV0X3bq8J5wFhT1uZsG7iR2eLxPA'],
  }),
})
export type CreatedApiKey = Type.Static<typeof CreatedApiKey>

export const ApiKeyParams = Type.Object({
  id: Type.String({
    pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
    description: '`id` in GET /auth/keys',
    examples: ['0191a2b3-4c5d-7e6f-8a9b-0c1d2e3f4a5b'],
  }),
})

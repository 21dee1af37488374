import assert from 'node:assert/strict'
import type { FastifyInstance } from 'fastify'

type Schema = Record<string, unknown>

type Operation = {
  summary?: string
  operationId?: string
  security?: Record<string, unknown>[]
  parameters?: {
    name: string
    in: 'path' | 'query' | 'header'
    required?: boolean
    schema: Schema
    example?: unknown
  }[]
  requestBody?: { content: Record<string, { schema: Schema; example?: unknown }> }
  responses: Record<string, { description: string; content?: Record<string, { schema: Schema; example?: unknown }> }>
}

export type OpenApi = { openapi: string; paths: Record<string, Record<string, Operation>> }

/** The documented routes of a server: method, path with `{parameters}`, and operation. */
export async function readOpenApi(app: FastifyInstance): Promise<OpenApi> {
  return (await app.inject('/api/docs/json')).json()
}

export const listOperations = ({ paths }: OpenApi) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  )

/** The message of an error response: in our format, or in CoinGecko's for a path of /api/v3 that the server could read. */
export function readMessage(path: string, body: string): string {
  const parsed = JSON.parse(body)
  const isCoingecko = path.startsWith('/api/v3') && parsed.error?.code !== 'headers_too_large'
  const message = isCoingecko ? (parsed.error ?? parsed.status.error_message) : parsed.error.message
  assert.equal(typeof message, 'string', body.slice(0, 300))
  if (!isCoingecko) assert.equal(parsed.detail, message)
  return message
}

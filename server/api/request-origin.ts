import type { FastifyRequest } from 'fastify'
import type { RequestOrigin } from '../accounts/accounts.ts'
import { toClientName } from '../accounts/client-name.ts'

export const toRequestOrigin = ({ ip, headers }: FastifyRequest): RequestOrigin => ({
  address: ip,
  client: toClientName(headers['user-agent']),
})

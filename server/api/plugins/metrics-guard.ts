import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { AppError } from '../../errors.ts'
import { isFromThisMachine } from '../hosts.ts'
import type { Authentication } from './authentication.ts'

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

const isSame = (given: string, token: string): boolean => timingSafeEqual(digest(given), digest(token))

/**
 * Allows metrics to clients with the token and to administrators. Without METRICS_TOKEN, also to direct requests from
 * this machine.
 */
export const guardMetrics =
  ({ token, auth }: { token: string | null; auth: Authentication | null }) =>
  async (request: FastifyRequest): Promise<void> => {
    if (token === null && isFromThisMachine(request)) return
    const given = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (given === undefined || (token === null && auth === null))
      throw new AppError(
        'unauthorized',
        'Access to metrics denied. Send `Authorization: Bearer <METRICS_TOKEN>` or sign in as administrator.',
      )
    if (token !== null && isSame(given, token)) return
    if (auth === null) throw new AppError('unauthorized', 'Wrong token. Send the METRICS_TOKEN of this server.')
    await auth.requireAdmin(request)
  }

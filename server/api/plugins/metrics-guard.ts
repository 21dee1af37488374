import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { AppError } from '../../errors.ts'
import { isFromThisMachine } from '../hosts.ts'
import type { Authentication } from './authentication.ts'

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

const isSame = (given: string, token: string): boolean => timingSafeEqual(digest(given), digest(token))

/**
 * Who may read the metrics: whoever has the token, and an administrator. Without a token in the settings also
 * this machine itself, where no proxy stands between.
 */
export const guardMetrics =
  ({ token, auth }: { token: string | null; auth: Authentication | null }) =>
  async (request: FastifyRequest): Promise<void> => {
    if (token === null && isFromThisMachine(request)) return
    const given = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (given === undefined || (token === null && auth === null))
      throw new AppError('unauthorized', 'Metrics need `Authorization: Bearer <METRICS_TOKEN>`, or an administrator')
    if (token !== null && isSame(given, token)) return
    if (auth === null) throw new AppError('unauthorized', 'This is not the METRICS_TOKEN of this server')
    await auth.requireAdmin(request)
  }

import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { AccountSessions, SessionParams } from '../../../contract/accounts.ts'
import type { Sessions } from '../../accounts/sessions.ts'
import { type Authentication, getCaller, signedIn } from '../plugins/authentication.ts'
import { failures } from '../plugins/bodies.ts'
import { clearSessionCookie } from '../session-cookie.ts'

const tags = ['accounts']
const nothing = Type.Null({ description: 'No body' })

type Options = { sessions: Sessions; auth: Authentication }

/** The caller's own sessions. */
export const sessionRoutes: FastifyPluginCallbackTypebox<Options> = (app, { sessions, auth }, done) => {
  app.addHook('onRequest', auth.authenticate)

  app.get(
    '/sessions',
    {
      schema: {
        summary: 'Your sessions, most recently used first',
        tags,
        ...signedIn,
        response: { 200: AccountSessions, ...failures('unauthorized') },
      },
    },
    async (request) => ({ items: await sessions.list(getCaller(request)) }),
  )

  app.delete(
    '/sessions',
    {
      schema: {
        summary: 'End all other sessions of the account',
        tags,
        ...signedIn,
        response: { 204: nothing, ...failures('unauthorized', 'forbidden') },
      },
    },
    async (request, reply) => {
      await sessions.endOthers(getCaller(request), request.ip)
      return reply.code(204).send(null)
    },
  )

  app.delete(
    '/sessions/:id',
    {
      schema: {
        summary: 'End one session of the account',
        tags,
        ...signedIn,
        params: SessionParams,
        response: { 204: nothing, ...failures('unprocessable', 'unauthorized', 'forbidden', 'not_found') },
      },
    },
    async (request, reply) => {
      const caller = getCaller(request)
      await sessions.end(caller, request.params.id, request.ip)
      if (request.params.id === caller.session_id) clearSessionCookie(request, reply)
      return reply.code(204).send(null)
    },
  )
  done()
}

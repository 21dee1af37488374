import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { ApiKeys as ApiKeyList, ApiKeyParams, CreatedApiKey, NewApiKey } from '../../../contract/api-keys.ts'
import type { ApiKeys } from '../../accounts/api-keys.ts'
import { type Authentication, getCaller, signedIn } from '../plugins/authentication.ts'
import { exactBody, failures } from '../plugins/bodies.ts'

const tags = ['accounts']

type Options = { keys: ApiKeys; auth: Authentication }

/** The caller's own API keys. They need a session: a key creates no keys. */
export const apiKeyRoutes: FastifyPluginCallbackTypebox<Options> = (app, { keys, auth }, done) => {
  app.addHook('onRequest', auth.authenticate)

  app.get(
    '/keys',
    {
      schema: {
        summary: 'Your API keys, newest first',
        tags,
        ...signedIn,
        response: { 200: ApiKeyList, ...failures('unauthorized') },
      },
    },
    async (request) => ({ items: await keys.list(getCaller(request).id) }),
  )

  app.post(
    '/keys',
    {
      validatorCompiler: exactBody,
      schema: {
        summary: 'Create an API key. Only this response contains the key',
        tags,
        ...signedIn,
        body: NewApiKey,
        response: {
          201: CreatedApiKey,
          ...failures('bad_request', 'unprocessable', 'unauthorized', 'forbidden', 'conflict'),
        },
      },
    },
    async (request, reply) => {
      const caller = getCaller(request)
      const created = await keys.create(caller, request.body, { actorId: caller.id, address: request.ip })
      return reply.code(201).send(created)
    },
  )

  app.delete(
    '/keys/:id',
    {
      schema: {
        summary: 'Revoke an API key',
        tags,
        ...signedIn,
        params: ApiKeyParams,
        response: {
          204: Type.Null({ description: 'No body' }),
          ...failures('unprocessable', 'unauthorized', 'forbidden', 'not_found'),
        },
      },
    },
    async (request, reply) => {
      const { id } = getCaller(request)
      await keys.revoke(id, request.params.id, { actorId: id, address: request.ip })
      return reply.code(204).send(null)
    },
  )
  done()
}

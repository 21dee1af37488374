import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Account, AccountDeletion, PasswordChange, PasswordChanged } from '../../../contract/accounts.ts'
import type { Accounts } from '../../accounts/accounts.ts'
import { type Authentication, getCaller, signedIn } from '../plugins/authentication.ts'
import { exactBody, failures } from '../plugins/bodies.ts'
import { toRequestOrigin } from '../request-origin.ts'
import { clearSessionCookie, sendSession } from '../session-cookie.ts'

const tags = ['accounts']
const confirmFailures = failures(
  'bad_request',
  'unprocessable',
  'unauthorized',
  'forbidden',
  'rate_limited',
  'unavailable',
)

const meSchema = {
  summary: 'Current account',
  tags,
  ...signedIn,
  response: { 200: Account, ...failures('unauthorized') },
}

const passwordSchema = {
  summary: 'Change the password. Ends all sessions and opens a new one',
  tags,
  ...signedIn,
  body: PasswordChange,
  response: { 200: PasswordChanged, ...confirmFailures },
}

const deleteSchema = {
  summary: 'Delete the account and its personal data',
  tags,
  ...signedIn,
  body: AccountDeletion,
  response: { 204: Type.Null({ description: 'No body' }), ...confirmFailures },
}

/** The caller's own account. */
export const accountRoutes: FastifyPluginCallbackTypebox<{ accounts: Accounts; auth: Authentication }> = (
  app,
  { accounts, auth: { authenticate } },
  done,
) => {
  const confirmed = { config: { costly: true }, onRequest: authenticate, validatorCompiler: exactBody } as const

  app.get('/me', { onRequest: authenticate, schema: meSchema }, (request) => accounts.describe(getCaller(request)))

  app.put('/password', { ...confirmed, schema: passwordSchema }, async (request, reply) => {
    const session = await accounts.changePassword(getCaller(request), request.body, toRequestOrigin(request))
    return { message: 'Password changed', ...sendSession(request, reply, session) }
  })

  app.delete('/me', { ...confirmed, schema: deleteSchema }, async (request, reply) => {
    await accounts.deleteAccount(getCaller(request), request.body.password, request.ip)
    clearSessionCookie(request, reply)
    return reply.code(204).send(null)
  })
  done()
}

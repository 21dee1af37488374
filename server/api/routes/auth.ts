import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { AccessToken, Account, Credentials, Registration } from '../../../contract/accounts.ts'
import type { Accounts } from '../../accounts/accounts.ts'
import { AppError } from '../../errors.ts'
import { type Authentication, getCaller, readBearerToken, signedIn } from '../plugins/authentication.ts'
import { exactBody, failures } from '../plugins/bodies.ts'
import { toRequestOrigin } from '../request-origin.ts'
import { clearSessionCookie, readSessionCookie, sendSession } from '../session-cookie.ts'

const tags = ['accounts']
const noBody = Type.Null({ description: 'No body' })

const registerSchema = {
  summary: 'Create an account',
  tags,
  body: Registration,
  response: {
    201: Account,
    ...failures('bad_request', 'unprocessable', 'forbidden', 'conflict', 'rate_limited', 'unavailable'),
  },
}

const loginSchema = {
  summary: 'Sign in. Returns a session token and sets it as a cookie',
  tags,
  body: Credentials,
  response: {
    200: AccessToken,
    ...failures('bad_request', 'unprocessable', 'unauthorized', 'forbidden', 'rate_limited', 'unavailable'),
  },
}

const refreshSchema = {
  summary: 'Extend the session of a bearer token to 24 hours from now',
  description: 'The token stays the same. Cookie sessions renew themselves and need no refresh.',
  tags,
  security: [{ bearer: [] }],
  response: { 200: AccessToken, ...failures('unauthorized', 'forbidden') },
}

const logoutSchema = {
  summary: 'End the sessions of the cookie and of the bearer token',
  tags,
  response: { 204: noBody, ...failures('forbidden') },
}

const logoutEverywhereSchema = {
  summary: 'End all sessions of the account',
  tags,
  ...signedIn,
  response: { 204: noBody, ...failures('unauthorized', 'forbidden') },
}

/** Registration, sign-in and sign-out. */
export const authRoutes: FastifyPluginCallbackTypebox<{ accounts: Accounts; auth: Authentication }> = (
  app,
  { accounts, auth: { authenticate } },
  done,
) => {
  const { sessions } = accounts
  const limited = { config: { costly: true }, validatorCompiler: exactBody } as const

  app.post('/register', { ...limited, schema: registerSchema }, async ({ body, ip }, reply) =>
    reply.code(201).send(await accounts.register(body, ip)),
  )

  app.post('/login', { ...limited, schema: loginSchema }, async (request, reply) =>
    sendSession(request, reply, await accounts.login(request.body, toRequestOrigin(request))),
  )

  app.post('/refresh', { schema: refreshSchema }, async (request) => {
    const token = readBearerToken(request)
    if (token === undefined)
      throw new AppError(
        'unauthorized',
        'Bearer token missing. Send `Authorization: Bearer <token>`. Cookie sessions need no refresh.',
      )
    await authenticate(request)
    return sessions.refresh(getCaller(request), token)
  })

  app.post('/logout', { schema: logoutSchema }, async (request, reply) => {
    for (const token of new Set([readBearerToken(request), readSessionCookie(request)]))
      if (token !== undefined) await sessions.logout(token, request.ip)
    clearSessionCookie(request, reply)
    return reply.code(204).send(null)
  })

  app.post(
    '/logout-everywhere',
    { onRequest: authenticate, schema: logoutEverywhereSchema },
    async (request, reply) => {
      await sessions.logoutEverywhere(getCaller(request).id, request.ip)
      clearSessionCookie(request, reply)
      return reply.code(204).send(null)
    },
  )
  done()
}

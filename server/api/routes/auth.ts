import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import {
  AccessToken,
  Account,
  AccountDeletion,
  Credentials,
  PasswordChange,
  PasswordChanged,
  Registration,
} from '../../../contract/accounts.ts'
import { type Accounts, toAccount } from '../../accounts/accounts.ts'
import { toClientName } from '../../accounts/client-name.ts'
import type { SignedIn } from '../../accounts/sessions.ts'
import { type Authentication, getCaller, signedIn } from '../plugins/authentication.ts'
import { acceptEmptyBodies, exactBody, failures, keepNowhere, refuseStrangers } from '../plugins/bodies.ts'
import { clearRefreshCookie, readRefreshCookie, writeRefreshCookie } from '../refresh-cookie.ts'

const tags = ['accounts']
const nothing = Type.Null({ description: 'no body' })

type Options = { accounts: Accounts; auth: Authentication; origins: readonly string[] }

/** Gives the refresh token to the browser and the access token to the page. */
function give(request: FastifyRequest, reply: FastifyReply, session: SignedIn): SignedIn['answer'] {
  writeRefreshCookie(request, reply, session)
  return session.answer
}

const toOrigin = ({ ip, headers }: FastifyRequest) => ({ address: ip, client: toClientName(headers['user-agent']) })

export const authRoutes: FastifyPluginCallbackTypebox<Options> = (app, { accounts, auth, origins }, done) => {
  const { sessions } = accounts
  acceptEmptyBodies(app)
  app.addHook('onRequest', keepNowhere)
  app.addHook('onRequest', async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') await refuseStrangers(origins)(request)
  })

  app.post(
    '/register',
    {
      config: { costly: true },
      validatorCompiler: exactBody,
      schema: {
        summary: 'Open an account',
        tags,
        body: Registration,
        response: {
          201: Account,
          ...failures('bad_request', 'unprocessable', 'forbidden', 'conflict', 'rate_limited', 'unavailable'),
        },
      },
    },
    async ({ body, ip }, reply) => reply.code(201).send(await accounts.register(body, ip)),
  )

  app.post(
    '/login',
    {
      config: { costly: true },
      validatorCompiler: exactBody,
      schema: {
        summary: 'Sign in: an access token, and a refresh token in a cookie',
        tags,
        body: Credentials,
        response: {
          200: AccessToken,
          ...failures('bad_request', 'unprocessable', 'unauthorized', 'forbidden', 'rate_limited', 'unavailable'),
        },
      },
    },
    async (request, reply) => give(request, reply, await accounts.login(request.body, toOrigin(request))),
  )

  app.post(
    '/refresh',
    {
      schema: {
        summary: 'A new access token for the refresh token in the cookie, which is replaced',
        description: 'A refresh token that was replaced before ends its session, except that of the last 10 seconds.',
        tags,
        response: { 200: AccessToken, ...failures('unauthorized', 'forbidden') },
      },
    },
    async (request, reply) => {
      try {
        return give(request, reply, await sessions.refresh(readRefreshCookie(request), request.ip))
      } catch (error) {
        clearRefreshCookie(request, reply)
        throw error
      }
    },
  )

  app.post(
    '/logout',
    {
      schema: {
        summary: 'End the session of the cookie and that of the access token; both are refused from then on',
        tags,
        response: { 204: nothing, ...failures('forbidden') },
      },
    },
    async (request, reply) => {
      if (request.headers.authorization !== undefined) await auth.authenticate(request).catch(() => undefined)
      await sessions.logout(readRefreshCookie(request), request.caller, request.ip)
      clearRefreshCookie(request, reply)
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/logout-everywhere',
    {
      onRequest: auth.authenticate,
      schema: {
        summary: 'End every session of the account',
        tags,
        ...signedIn,
        response: { 204: nothing, ...failures('unauthorized', 'forbidden') },
      },
    },
    async (request, reply) => {
      await sessions.logoutEverywhere(getCaller(request).id, request.ip)
      clearRefreshCookie(request, reply)
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/me',
    {
      onRequest: auth.authenticate,
      schema: {
        summary: 'The account that is signed in',
        tags,
        ...signedIn,
        response: { 200: Account, ...failures('unauthorized') },
      },
    },
    async (request) => toAccount(getCaller(request)),
  )

  app.put(
    '/password',
    {
      config: { costly: true },
      onRequest: auth.authenticate,
      validatorCompiler: exactBody,
      schema: {
        summary: 'Change the password: every session ends, and a new one begins here',
        tags,
        ...signedIn,
        body: PasswordChange,
        response: {
          200: PasswordChanged,
          ...failures('bad_request', 'unprocessable', 'unauthorized', 'forbidden', 'rate_limited', 'unavailable'),
        },
      },
    },
    async (request, reply) => {
      const session = await accounts.changePassword(getCaller(request), request.body, toOrigin(request))
      return { message: 'Password changed', ...give(request, reply, session) }
    },
  )

  app.delete(
    '/me',
    {
      config: { costly: true },
      onRequest: auth.authenticate,
      validatorCompiler: exactBody,
      schema: {
        summary: 'Delete the account with all that is personal',
        tags,
        ...signedIn,
        body: AccountDeletion,
        response: {
          204: nothing,
          ...failures('bad_request', 'unprocessable', 'unauthorized', 'forbidden', 'rate_limited', 'unavailable'),
        },
      },
    },
    async (request, reply) => {
      await accounts.deleteAccount(getCaller(request), request.body.password, request.ip)
      clearRefreshCookie(request, reply)
      return reply.code(204).send(null)
    },
  )
  done()
}

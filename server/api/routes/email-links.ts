import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { Done, EmailVerification, PasswordReset, ResetRequest } from '../../../contract/accounts.ts'
import type { EmailLinks } from '../../accounts/email-links.ts'
import { type Authentication, getCaller, signedIn } from '../plugins/authentication.ts'
import { exactBody, failures } from '../plugins/bodies.ts'

const tags = ['accounts']
const common = failures('bad_request', 'unprocessable', 'forbidden', 'rate_limited', 'unavailable')

/** Password reset and confirmation of an email by links in emails. */
export const emailLinkRoutes: FastifyPluginCallbackTypebox<{ links: EmailLinks; auth: Authentication }> = (
  app,
  { links, auth },
  done,
) => {
  const limited = { config: { costly: true }, validatorCompiler: exactBody } as const
  app.post(
    '/forgot-password',
    {
      ...limited,
      schema: {
        summary: 'Send a link that resets the password. The response is the same for an unknown email',
        tags,
        body: ResetRequest,
        response: { 200: Done, ...common, ...failures('not_implemented') },
      },
    },
    async ({ body, ip }) => {
      await links.requestReset(body.email, ip)
      return { message: 'If this email has an account, a link is on its way.' }
    },
  )
  app.post(
    '/reset-password',
    {
      ...limited,
      schema: {
        summary: 'Set a new password by a link. Ends all sessions',
        tags,
        body: PasswordReset,
        response: { 200: Done, ...common },
      },
    },
    async ({ body, ip }) => {
      await links.resetPassword(body, ip)
      return { message: 'Password changed. Sign in with the new one.' }
    },
  )
  app.post(
    '/send-verification',
    {
      onRequest: auth.authenticate,
      config: { costly: true },
      schema: {
        summary: 'Send a link that confirms your email',
        tags,
        ...signedIn,
        response: { 200: Done, ...common, ...failures('unauthorized', 'conflict', 'not_implemented') },
      },
    },
    async (request) => {
      await links.requestVerification(getCaller(request), request.ip)
      return { message: 'A link is on its way.' }
    },
  )
  app.post(
    '/verify-email',
    {
      ...limited,
      schema: {
        summary: 'Confirm an email by a link',
        tags,
        body: EmailVerification,
        response: { 200: Done, ...common },
      },
    },
    async ({ body, ip }) => {
      await links.verifyEmail(body.token, ip)
      return { message: 'Email confirmed.' }
    },
  )
  done()
}

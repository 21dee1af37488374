import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import {
  Channel,
  ChannelChange,
  ChannelList,
  ChannelParams,
  ClassicWebhook,
  ClassicWebhookSaved,
  ClassicWebhookTest,
  CreatedChannel,
  NewChannel,
  TestResult,
} from '../../../contract/notifications.ts'
import { systemClock } from '../../clock.ts'
import { AppError } from '../../errors.ts'
import type { Channels } from '../../notifications/channels.ts'
import { type Authentication, getCaller, signedIn } from '../plugins/authentication.ts'
import { exactBody, failures } from '../plugins/bodies.ts'

const common = { tags: ['notifications'], ...signedIn }
const changing = failures('bad_request', 'unprocessable', 'unauthorized', 'forbidden')

/** The channels of the caller. */
export const channelRoutes: FastifyPluginCallbackTypebox<{ channels: Channels; auth: Authentication }> = (
  app,
  { channels, auth },
  done,
) => {
  app.addHook('onRequest', auth.authenticate)
  app.get(
    '/notifications/channels',
    {
      schema: {
        summary: 'Your notification channels',
        ...common,
        response: { 200: ChannelList, ...failures('unauthorized') },
      },
    },
    (request) => channels.list(getCaller(request)),
  )
  app.post(
    '/notifications/channels',
    {
      validatorCompiler: exactBody,
      schema: {
        summary: 'Add a channel. Only this response contains the signing secret of a webhook',
        ...common,
        body: NewChannel,
        response: { 201: CreatedChannel, ...changing, ...failures('conflict') },
      },
    },
    async (request, reply) => reply.code(201).send(await channels.create(getCaller(request), request.body)),
  )
  app.patch(
    '/notifications/channels/:channel_id',
    {
      validatorCompiler: exactBody,
      schema: {
        summary: 'Rename, pause or change a channel',
        ...common,
        params: ChannelParams,
        body: ChannelChange,
        response: { 200: Channel, ...changing, ...failures('not_found', 'unavailable') },
      },
    },
    (request) => channels.update(getCaller(request), Number(request.params.channel_id), request.body),
  )
  app.delete(
    '/notifications/channels/:channel_id',
    {
      schema: {
        summary: 'Delete a channel with its deliveries',
        ...common,
        params: ChannelParams,
        response: { 204: Type.Null({ description: 'No body' }), ...changing, ...failures('not_found') },
      },
    },
    async (request, reply) => {
      await channels.delete({ userId: getCaller(request).id, channelId: Number(request.params.channel_id) })
      return reply.code(204).send(null)
    },
  )
  app.post(
    '/notifications/channels/:channel_id/test',
    {
      config: { costly: true },
      schema: {
        summary: 'Send a test to a channel',
        ...common,
        params: ChannelParams,
        response: { 200: TestResult, ...changing, ...failures('not_found', 'rate_limited') },
      },
    },
    (request) =>
      channels.test({ userId: getCaller(request).id, channelId: Number(request.params.channel_id) }, systemClock.now()),
  )
  registerClassic(app, channels)
  done()
}

/** The webhook as older clients set it. It is one of the channels. */
const registerClassic = (app: Parameters<typeof channelRoutes>[0], channels: Channels): void => {
  app.put(
    '/auth/webhook',
    {
      validatorCompiler: exactBody,
      schema: {
        summary: 'Set or remove the webhook, for older clients',
        ...common,
        body: ClassicWebhook,
        response: { 200: ClassicWebhookSaved, ...changing, ...failures('conflict') },
      },
    },
    async (request) => {
      const url = await channels.setClassic(getCaller(request), request.body.webhook_url)
      return { message: url === null ? 'Webhook removed' : 'Webhook saved', webhook_url: url }
    },
  )
  app.post(
    '/auth/webhook/test',
    {
      config: { costly: true },
      schema: {
        summary: 'Send a test to the webhook, for older clients',
        ...common,
        response: { 200: ClassicWebhookTest, ...changing, ...failures('rate_limited', 'unavailable') },
      },
    },
    async (request) => {
      const { is_delivered, status_code, error } = await channels.testClassic(getCaller(request), systemClock.now())
      if (!is_delivered || status_code === null) throw new AppError('bad_request', error ?? 'Not delivered')
      return { message: 'Test sent', status_code }
    },
  )
}

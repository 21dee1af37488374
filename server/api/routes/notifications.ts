import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { FastifyPluginAsync } from 'fastify'
import {
  DeliveryList,
  DeliveryLog,
  DeliveryParams,
  DeliveryQuery,
  MarkedRead,
  NotificationList,
  NotificationParams,
  NotificationQuery,
} from '../../../contract/notifications.ts'
import type { Channels } from '../../notifications/channels.ts'
import type { Db } from '../../warehouse/db.ts'
import { getDelivery, listDeliveries, sendAgain } from '../../warehouse/notification-deliveries.ts'
import { listNotifications, markAllRead, markRead } from '../../warehouse/notifications.ts'
import { type Authentication, getCaller, signedIn } from '../plugins/authentication.ts'
import { failures } from '../plugins/bodies.ts'
import { channelRoutes } from './channels.ts'

const common = { tags: ['notifications'], ...signedIn }
const reading = failures('unprocessable', 'unauthorized')
const changing = failures('unprocessable', 'unauthorized', 'forbidden', 'not_found')

type Options = { db: Db; auth: Authentication; channels: Channels | null }

/** Notifications, channels and deliveries of the caller. Those of other accounts are not found. */
export const notificationRoutes: FastifyPluginAsync<Options> = async (app, { db, auth, channels }) => {
  await app.register(ownRoutes, { db, auth })
  if (channels !== null) await app.register(channelRoutes, { channels, auth })
}

const ownRoutes: FastifyPluginCallbackTypebox<{ db: Db; auth: Authentication }> = (app, { db, auth }, done) => {
  app.addHook('onRequest', auth.authenticate)
  app.get(
    '/notifications',
    {
      schema: {
        summary: 'Your notifications, newest first',
        ...common,
        querystring: NotificationQuery,
        response: { 200: NotificationList, ...reading },
      },
    },
    (request) => listNotifications(db, getCaller(request).id, request.query),
  )
  app.post(
    '/notifications/read',
    {
      schema: {
        summary: 'Mark all notifications as read',
        ...common,
        response: { 200: MarkedRead, ...failures('unauthorized', 'forbidden') },
      },
    },
    async (request) => ({ marked: await markAllRead(db, getCaller(request).id) }),
  )
  app.post(
    '/notifications/:notification_id/read',
    {
      schema: {
        summary: 'Mark a notification as read',
        ...common,
        params: NotificationParams,
        response: { 200: MarkedRead, ...changing },
      },
    },
    async (request) => ({
      marked: await markRead(db, getCaller(request).id, Number(request.params.notification_id)),
    }),
  )
  app.get(
    '/notifications/deliveries',
    {
      schema: {
        summary: 'Deliveries to your channels, newest first',
        ...common,
        querystring: DeliveryQuery,
        response: { 200: DeliveryList, ...reading },
      },
    },
    (request) => listDeliveries(db, getCaller(request).id, request.query),
  )
  app.get(
    '/notifications/deliveries/:delivery_id',
    {
      schema: {
        summary: 'A delivery with its attempts',
        ...common,
        params: DeliveryParams,
        response: { 200: DeliveryLog, ...reading, ...failures('not_found') },
      },
    },
    (request) => getDelivery(db, getCaller(request).id, Number(request.params.delivery_id)),
  )
  app.post(
    '/notifications/deliveries/:delivery_id/send-again',
    {
      schema: {
        summary: 'Send a dead delivery again',
        ...common,
        params: DeliveryParams,
        response: { 200: DeliveryLog, ...changing, ...failures('conflict') },
      },
    },
    (request) => sendAgain(db, getCaller(request).id, Number(request.params.delivery_id)),
  )
  done()
}

import type { ServerResponse } from 'node:http'
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { unknownClock } from '../../../contract/clock.ts'
import { StreamQuery, StreamReport } from '../../../contract/live.ts'
import { toInstant } from '../../clock.ts'
import { AppError } from '../../errors.ts'
import type { Hub } from '../../live/hub.ts'
import { createSubscriber } from '../../live/subscriber.ts'
import type { ConnectionLimiter } from '../connection-limiter.ts'
import { type ApiAccess, checkReads } from '../plugins/api-access.ts'

/** The price stream as server-sent events, and its status. */
export const liveRoutes: FastifyPluginCallbackTypebox<{
  hub: Hub
  limiter: ConnectionLimiter
  /** Open streams, which the server ends when it stops. */
  streams: Set<ServerResponse>
  access: ApiAccess | null
}> = (app, { hub, limiter, streams, access }, done) => {
  checkReads(app, access)
  app.get(
    '/ws/status',
    {
      config: { bySnapshot: false },
      schema: {
        summary: 'Status of the price stream of this process',
        tags: ['live'],
        response: { 200: StreamReport },
      },
    },
    async () => {
      const { source, stale, price_age_ms } = hub.status()
      const { clients, framesPerSecond: frames_per_second, feed } = hub
      const last_price_at = toInstant(feed.last_price_at)
      return {
        active_connections: clients,
        messages_per_minute: hub.broadcastsPerMinute,
        seconds_since_broadcast: hub.secondsSinceBroadcast,
        consumer_connected: hub.hearsProducer,
        ...{ clients, frames_per_second, source, stale, last_price_at, price_age_ms, feeds: feed.sources },
        clock: feed.clock ?? unknownClock,
      }
    },
  )

  app.get(
    '/stream/prices',
    {
      exposeHeadRoute: false,
      schema: {
        summary: 'Price stream as server-sent events. Each `data` is a message of `WS /api/v1/ws/prices`',
        tags: ['live'],
        querystring: StreamQuery,
        produces: ['text/event-stream'],
      },
    },
    (request, reply) => {
      if (!limiter.hasCapacity(request.ip))
        throw new AppError('unavailable', 'The price stream has reached its client limit. Try again in a few seconds.')
      reply.hijack()
      const { raw } = reply
      const release = limiter.acquire(request.ip)
      for (const [name, value] of Object.entries(reply.getHeaders()))
        if (value !== undefined) raw.setHeader(name, value)
      raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache',
        'x-accel-buffering': 'no',
      })
      const subscriber = createSubscriber({
        isOpen: () => !raw.destroyed && !raw.writableEnded,
        bufferedBytes: () => raw.writableLength,
        send: (frame) => raw.write(`data: ${frame}\n\n`),
      })
      const coins = request.query.coins?.split(',').map((id) => id.trim())
      const subscription = hub.add(
        {
          onFrame: (frame, snapshot) => (subscriber.isStalled() ? raw.destroy() : subscriber.onFrame(frame, snapshot)),
        },
        coins ?? null,
      )
      streams.add(raw)
      raw.on('error', () => raw.destroy())
      raw.on('close', () => {
        streams.delete(raw)
        subscription.leave()
        release()
      })
    },
  )
  done()
}

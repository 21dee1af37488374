import type { Config } from '../config.ts'
import type { Hub } from '../live/hub.ts'
import type { RedisSettings } from '../live/redis.ts'
import { openStream, type ProducerReport, produceStream, type Stream } from '../live/stream.ts'
import { watchPrices } from './alerts.ts'
import type { AppContext, Module } from './module.ts'

const toRedisSettings = (config: Config): RedisSettings | null => {
  const { REDIS_URL: urls, REDIS_SENTINEL: name, REDIS_SENTINEL_PASSWORD: password, REDIS_PREFIX: prefix } = config
  return urls.length === 0 ? null : { urls, sentinel: name === null ? null : { name, password }, prefix }
}

/** The price stream of a process. */
export type Prices = Module & {
  hub: Hub
  /** Null: this process does not have the role `live`. Returns null while another process leads. */
  readProducer: (() => ProducerReport | null) | null
}

/** Starts the hub of the price stream and, with the role `live`, its producer. */
export async function startPrices(context: AppContext): Promise<Prices | null> {
  const { config, log, warehouse, upstreams } = context
  const isProducer = config.ROLES.includes('live')
  if (!isProducer && !config.ROLES.includes('api')) return null
  const { openFeed, clock } = upstreams
  const { bus, hub } = await openStream({ redis: toRedisSettings(config), clock, log })
  hub.start()
  const startWatch = watchPrices(context)
  const options = { bus, warehouse, openFeed, clock, log, retainMinuteDays: config.RETAIN_MINUTE_DAYS, startWatch }
  const producer: Stream | null = isProducer ? produceStream(options) : null
  return {
    hub,
    readProducer: producer && (() => producer.report()),
    stop: async () => {
      await producer?.stop()
      hub.stop()
      await bus.close()
    },
  }
}

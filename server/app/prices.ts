import type { Hub } from '../live/hub.ts'
import { openStream, type ProducerReport, produceStream, type Stream } from '../live/stream.ts'
import type { AppContext, Module } from './module.ts'

/** The price stream of a process. */
export type Prices = Module & {
  hub: Hub
  /** Null: this process does not have the role `live`. Returns null while another process leads. */
  readProducer: (() => ProducerReport | null) | null
}

/** Starts the hub of the price stream and, with the role `live`, its producer. */
export async function startPrices({ config, log, warehouse, upstreams }: AppContext): Promise<Prices | null> {
  const isProducer = config.ROLES.includes('live')
  if (!isProducer && !config.ROLES.includes('api')) return null
  const { openFeed, clock } = upstreams
  const { bus, hub } = await openStream({ redisUrl: config.REDIS_URL, clock, log })
  hub.start()
  const options = { bus, warehouse, openFeed, clock, log, retainMinuteDays: config.RETAIN_MINUTE_DAYS }
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

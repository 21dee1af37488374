import type pg from 'pg'
import type { FeedReport } from '../../contract/live.ts'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Feed } from '../sources/feed.ts'
import type { Tick } from '../sources/source.ts'
import { listTrackedPrices } from '../warehouse/coins.ts'
import type { Connection, Db } from '../warehouse/db.ts'
import { waitForLead } from '../warehouse/leadership.ts'
import { type BarReport, startBarKeeper } from './bar-keeper.ts'
import { type Bus, createMemoryBus } from './bus.ts'
import { leadAlone, produceWhileLeading } from './election.ts'
import { Hub } from './hub.ts'
import { startProducer, type TickKeeper } from './producer.ts'
import type { RedisSettings } from './redis.ts'

/** Opens the bus and the hub of this process. Null `redis`: it is the only process. */
export async function openStream({
  redis,
  clock,
  log,
}: {
  redis: RedisSettings | null
  clock: Clock
  log: Log
}): Promise<{
  bus: Bus
  hub: Hub
}> {
  const bus = redis === null ? createMemoryBus() : (await import('./redis-bus.ts')).openRedisBus({ redis, clock, log })
  const hub = new Hub(clock)
  bus.subscribe(hub.receive)
  return { bus, hub }
}

export type StreamOptions = {
  bus: Bus
  warehouse: { db: Db; pool: pg.Pool; connection: Connection }
  openFeed: (onTicks: (ticks: Tick[]) => void) => Feed
  clock: Clock
  log: Log
  retainMinuteDays: number
  /** Also receives the ticks while this process has the lead. Absent: nobody. */
  startWatch?: ((readFeeds: () => FeedReport[]) => Promise<TickWatch>) | undefined
}

type TickWatch = TickKeeper & { stop(): Promise<void> }

/** The report of this process's producer since it took the lead. */
export type ProducerReport = { feeds: FeedReport[]; bars: BarReport }

export type Stream = {
  /** Null while another process has the lead. */
  report(): ProducerReport | null
  stop(): Promise<void>
}

const joinKeepers = (...keepers: TickKeeper[]): TickKeeper => ({
  add: (ticks) => {
    for (const keeper of keepers) keeper.add(ticks)
  },
  follow: (coins) => {
    for (const keeper of keepers) keeper.follow(coins)
  },
})

/** Produces prices and minute bars. If processes share the bus, only the one with the lead produces. */
export function produceStream(options: StreamOptions): Stream {
  const { bus, warehouse, openFeed, clock, log, retainMinuteDays, startWatch } = options
  const { db, pool, connection } = warehouse
  const listTracked = () => listTrackedPrices(db)
  let report: Stream['report'] = () => null
  const produce = async (term: number) => {
    const keeper = startBarKeeper({ db, pool, clock, log, retainDays: retainMinuteDays })
    const watch = await startWatch?.(() => report()?.feeds ?? [])
    const both = watch === undefined ? keeper : joinKeepers(keeper, watch)
    const producer = await startProducer({ bus, clock, log, openFeed, listTracked, keeper: both, term })
    report = () => ({ feeds: producer.report(), bars: keeper.report() })
    return {
      stop: async () => {
        report = () => null
        await producer.stop()
        await Promise.all([keeper.stop(), watch?.stop()])
      },
    }
  }
  const lead = (signal: AbortSignal) =>
    bus.isShared ? waitForLead({ connection, clock, log }, signal) : leadAlone(signal)
  const { stop } = produceWhileLeading(lead, produce, log)
  return { report: () => report(), stop }
}

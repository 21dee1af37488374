import type { Log } from '../log.ts'
import type { Proxies } from '../outbound.ts'
import { createCoincap } from './coincap.ts'
import { createExchange } from './exchange.ts'
import { type Feed, startFeed } from './feed.ts'
import type { Tick, TickSource } from './source.ts'
import type { SourceClock } from './source-clock.ts'
import { UsdtRate } from './usdt-rate.ts'

const tether = 'tether'
/** Exchanges with a USDT/USD market. */
const dollarExchanges = ['coinbase', 'kraken']

export type FeedSettings = {
  /** In order of preference: `coincap` or ids of exchanges in ccxt. */
  names: readonly string[]
  /** A null `url` means CoinCap's default. */
  coincap: { url: string | null; apiKey: string | null }
  clock: SourceClock
  log: Log
  proxies?: Proxies
  /** Extra constructor options of ccxt by exchange, such as the URLs of test servers. */
  getSettings?: (id: string) => Promise<object>
}

/**
 * Streams live prices of the named sources, with failover. While an exchange that quotes in USDT is connected, a second
 * feed streams the price of Tether in USD. Its ticks are delivered too.
 */
export function openFeed(
  { names, coincap, clock, log, getSettings, ...outbound }: FeedSettings,
  onTicks: (ticks: Tick[]) => void,
): Feed {
  const rate = new UsdtRate(clock)
  const deliver = (ticks: Tick[]) => {
    for (const tick of ticks)
      if (tick.coingecko_id === tether) rate.note(tick.price_usd, tick.source_at ?? tick.received_at)
    onTicks(ticks)
  }
  const createSource = (id: string): TickSource =>
    id === 'coincap'
      ? createCoincap({ clock, ...coincap, ...outbound })
      : createExchange({
          id,
          clock,
          log,
          usdtUsd: () => rate.current(),
          ...outbound,
          ...(getSettings === undefined ? {} : { getSettings: () => getSettings(id) }),
        })
  const quotesInUsdt = (id: string) => id !== 'coincap' && !dollarExchanges.includes(id)
  const tetherLog = log.child({ feed: tether })
  const tetherFeed = startFeed({ sources: dollarExchanges.map(createSource), clock, log: tetherLog, onTicks: deliver })
  const needsTether = followTetherWith(tetherFeed)
  const sources = names.map((id) => (quotesInUsdt(id) ? needsTether(createSource(id)) : createSource(id)))
  const feed = startFeed({ sources, clock, log, onTicks: deliver })
  return {
    ...feed,
    noteReferences: (prices) => {
      const known = prices[tether]
      if (known !== undefined) rate.note(known.price_usd, known.at)
      tetherFeed.noteReferences(prices)
      feed.noteReferences(prices)
    },
    stop: async () => {
      await Promise.all([feed.stop(), tetherFeed.stop()])
    },
  }
}

/** Follows Tether while any of the wrapped sources is connected. */
function followTetherWith(tetherFeed: Feed): (source: TickSource) => TickSource {
  let connections = 0
  const count = (change: 1 | -1) => {
    connections += change
    tetherFeed.follow(connections > 0 ? [tether] : [])
  }
  return (source) => ({
    id: source.id,
    async *streamTicks(coingeckoIds, signal) {
      count(1)
      try {
        yield* source.streamTicks(coingeckoIds, signal)
      } finally {
        count(-1)
      }
    },
  })
}

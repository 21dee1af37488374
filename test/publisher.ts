import type { Prices } from '../contract/live.ts'
import type { Hub } from '../server/live/hub.ts'

/** Sends prices to a hub as a producer does: `seed` from the warehouse, `publish` from a feed. */
export function createPublisher(hub: Hub, { term = 1, source = 'test' } = {}) {
  let seq = 0
  let last_price_at: number | null = null
  const send = (prices: Prices, full: boolean) => {
    seq += 1
    const feed = { source: last_price_at === null ? null : source, last_price_at, sources: [] }
    hub.receive({ term, seq, ts: Date.now(), full, prices, gone: [], feed })
  }
  return {
    seed: (prices: Prices) => send(prices, true),
    publish: (prices: Prices, at = Date.now()) => {
      last_price_at = at
      send(prices, false)
    },
    beat: () => send({}, false),
  }
}

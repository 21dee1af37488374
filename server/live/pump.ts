import type { Prices } from '../../contract/live.ts'
import type { Clock } from '../clock.ts'
import { SourceError, toMessage } from '../errors.ts'
import type { Log } from '../log.ts'
import type { PriceSource } from '../sources/source.ts'
import type { Hub } from './hub.ts'

const emptyPollMs = 500
const pollMs = 30_000
const longestPauseMs = 30_000
const badKeyPauseMs = 300_000

export type PumpOptions = {
  hub: Hub
  clock: Clock
  log: Log
  /** Null: prices come from the warehouse alone. */
  source: PriceSource | null
  /** CoinGecko ids and prices of the tracked coins, from the warehouse. */
  listPrices: () => Promise<Prices>
}

/** Carries prices from the feed to the hub until it is stopped, and follows the tracked universe as it changes. */
export function startPump(options: PumpOptions): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const ids = followUniverse(options, stopping.signal)
  const feed = options.source === null ? Promise.resolve() : keepFeed(options, options.source, ids, stopping.signal)
  return {
    stop: async () => {
      stopping.abort(new Error('stopped'))
      await Promise.all([ids.ended, feed])
    },
  }
}

type Universe = { current: string[]; changed: EventTarget; ended: Promise<void> }

function followUniverse({ hub, clock, log, listPrices }: PumpOptions, stopping: AbortSignal): Universe {
  const universe: Universe = { current: [], changed: new EventTarget(), ended: Promise.resolve() }
  const follow = async () => {
    while (!stopping.aborted) {
      try {
        const prices = await listPrices()
        hub.seed(prices)
        const ids = Object.keys(prices).sort()
        if (ids.join() !== universe.current.join()) {
          universe.current = ids
          universe.changed.dispatchEvent(new Event('change'))
        }
      } catch (error) {
        log.debug({ error: toMessage(error) }, 'tracked coins not read')
      }
      const wait = universe.current.length === 0 ? emptyPollMs : pollMs
      await clock.sleep(wait, stopping).catch(() => undefined)
    }
  }
  universe.ended = follow()
  return universe
}

async function keepFeed(
  { hub, clock, log }: PumpOptions,
  source: PriceSource,
  universe: Universe,
  stopping: AbortSignal,
): Promise<void> {
  for (let failures = 0; !stopping.aborted; ) {
    if (universe.current.length === 0) {
      await clock.sleep(emptyPollMs, stopping).catch(() => undefined)
      continue
    }
    const changed = new AbortController()
    const onChange = () => changed.abort()
    universe.changed.addEventListener('change', onChange, { once: true })
    try {
      log.info({ source: source.id, coins: universe.current.length }, 'feed connecting')
      for await (const batch of source.streamPrices(universe.current, AbortSignal.any([stopping, changed.signal]))) {
        if (failures > 0) log.info({ source: source.id, failures }, 'feed is back')
        failures = 0
        hub.publish(batch)
      }
    } catch (error) {
      if (stopping.aborted || changed.signal.aborted) continue
      failures += 1
      const pause = toPauseMs(error, failures)
      log.warn({ source: source.id, error: toMessage(error), failures, retry_ms: pause }, 'feed lost')
      await clock.sleep(pause, stopping).catch(() => undefined)
    } finally {
      universe.changed.removeEventListener('change', onChange)
    }
  }
}

/** 1 s, then twice as long each time up to 30 s, shortened by chance so that many readers do not return at once. */
function toPauseMs(error: unknown, failures: number): number {
  if (error instanceof SourceError && error.kind === 'bad_key') return badKeyPauseMs
  return Math.min(longestPauseMs, 1000 * 2 ** (failures - 1)) * (0.5 + Math.random() / 2)
}

import type { Mode } from '../../contract/units.ts'
import { type Simulator, startSimulator } from '../../simulator/simulator.ts'
import { systemClock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Log } from '../log.ts'
import type { Proxies } from '../outbound.ts'
import { createCoinImages, type ImageSource } from '../sources/coin-images.ts'
import { type CoingeckoSource, createCoingecko } from '../sources/coingecko.ts'
import { type CandleSource, createCandleSource } from '../sources/exchange-candles.ts'
import type { Feed } from '../sources/feed.ts'
import { openFeed } from '../sources/open-feed.ts'
import type { Tick } from '../sources/source.ts'
import { SourceClock } from '../sources/source-clock.ts'

const demoCallsPerMinute = 6000
const keylessExchanges = ['binance', 'coinbase', 'kraken']

/** The sources of a mode. In demo mode they are the simulator in this process. */
export type Upstreams = {
  mode: Mode
  market: CoingeckoSource
  /** Exchanges with candles, the preferred one first. */
  candles: readonly CandleSource[]
  openFeed(onTicks: (ticks: Tick[]) => void): Feed
  /** The time on the sources' clocks. */
  clock: SourceClock
  stop(): Promise<void>
}

/** More coins than tracked, because some simulated coins are dead or not yet listed. */
const toSimulatedCount = (tracked: number): number => Math.min(20_000, Math.max(250, Math.ceil(tracked * 1.2)))

const toProxies = ({ HTTPS_PROXY, HTTP_PROXY, NO_PROXY }: Config): Proxies => ({
  https: HTTPS_PROXY,
  http: HTTP_PROXY,
  except: NO_PROXY,
})

export const createMarket = (
  config: Config,
  simulator: Simulator | null,
  sourceClock: SourceClock = new SourceClock(systemClock),
): CoingeckoSource =>
  createCoingecko({
    sourceClock,
    clock: systemClock,
    baseUrl: simulator?.baseUrl ?? config.COINGECKO_BASE_URL,
    demoKey: simulator === null ? config.COINGECKO_DEMO_API_KEY : null,
    proKey: simulator === null ? config.COINGECKO_PRO_API_KEY : null,
    callsPerMinute: simulator === null ? config.COINGECKO_CALLS_PER_MINUTE : demoCallsPerMinute,
    proxies: toProxies(config),
  })

export const createImages = (config: Config): ImageSource =>
  createCoinImages({ clock: systemClock, baseUrl: config.COINGECKO_BASE_URL, proxies: toProxies(config) })

/** The exchanges of EXCHANGE_CANDLES, or those of the simulator. */
function createCandleSources(config: Config, simulator: Simulator | null): CandleSource[] {
  const proxies = toProxies(config)
  if (simulator === null)
    return config.EXCHANGE_CANDLES.map((id) => createCandleSource({ id, clock: systemClock, proxies }))
  return Object.entries(simulator.exchangeUrls).flatMap(([id, url]) =>
    config.EXCHANGE_CANDLES.includes(id)
      ? [createCandleSource({ id, clock: systemClock, getSettings: () => ({ urls: { api: { public: url } } }) })]
      : [],
  )
}

/** Names of the price feeds. CoinCap needs a key or a custom URL. The default exchanges need no key. */
export const toFeedNames = ({ STREAM_SOURCES, COINCAP_API_KEY, COINCAP_WS_URL }: Config): string[] => {
  if (STREAM_SOURCES.length > 0) return STREAM_SOURCES
  const hasCoincap = COINCAP_API_KEY !== null || COINCAP_WS_URL !== null
  return [...(hasCoincap ? ['coincap'] : []), ...keylessExchanges]
}

export async function startUpstreams(config: Config, { mode, log }: { mode: Mode; log: Log }): Promise<Upstreams> {
  const simulator = mode === 'demo' ? await startSimulator({ coins: toSimulatedCount(config.TRACKED_COINS) }) : null
  const settings =
    simulator === null
      ? { names: toFeedNames(config), coincap: { url: config.COINCAP_WS_URL, apiKey: config.COINCAP_API_KEY } }
      : { names: ['coincap'], coincap: { url: simulator.wsUrl, apiKey: null } }
  const clock = new SourceClock(systemClock)
  return {
    mode,
    clock,
    market: createMarket(config, simulator, clock),
    candles: createCandleSources(config, simulator),
    openFeed: (onTicks) => openFeed({ ...settings, clock, log, proxies: toProxies(config) }, onTicks),
    stop: async () => simulator?.close(),
  }
}

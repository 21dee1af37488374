/** The ccxt configuration of one exchange. */
export type ExchangeConfig = {
  /** The ccxt class. */
  module: string
  /** Constructor options. */
  settings: Record<string, unknown>
  /** Parameters of the request for the market list. */
  marketParams: Record<string, unknown>
}

const configs: Readonly<Record<string, Partial<ExchangeConfig>>> = {
  // These hosts only serve market data. They also work in locations that the trading hosts block.
  binance: {
    settings: {
      urls: {
        api: { public: 'https://data-api.binance.vision/api/v3', ws: { spot: 'wss://data-stream.binance.vision/ws' } },
      },
    },
    marketParams: { symbolStatus: 'TRADING', showPermissionSets: 'false' },
  },
  // ccxt's `coinbase` (Advanced Trade) sends a batch every 5 s; the Exchange feed sends every match.
  coinbase: { module: 'coinbaseexchange' },
}

/** Exchanges whose `fetchMarkets` takes a list of market types. */
const typedMarkets = [
  'binance',
  'bitget',
  'bybit',
  'bybiteu',
  'bybitid',
  'gate',
  'hyperliquid',
  'kucoin',
  'myokx',
  'okx',
  'okxus',
]

const maxMessageBytes = 8 * 1024 * 1024
const closeMs = 1000

export function toExchangeConfig(id: string): ExchangeConfig {
  const { module = id, settings = {}, marketParams = {} } = configs[id] ?? {}
  const options = {
    defaultType: 'spot',
    newUpdates: false,
    ...(typedMarkets.includes(id) ? { fetchMarkets: { types: ['spot'] } } : {}),
    ws: { options: { maxPayload: maxMessageBytes, closeTimeout: closeMs } },
  }
  // The rate limiter of ccxt leaves the rejection of a failed send unhandled.
  return {
    module,
    settings: { enableRateLimit: false, has: { fetchCurrencies: false }, options, ...settings },
    marketParams,
  }
}

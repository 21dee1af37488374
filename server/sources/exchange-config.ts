/** The ccxt configuration of one exchange. */
export type ExchangeConfig = {
  /** The ccxt class. */
  module: string
  /** Constructor options. */
  settings: Record<string, unknown>
  /** Parameters of the request for the market list. */
  marketParams: Record<string, unknown>
  /** Requests per minute for candles, well below the limit of the exchange, and candles per request. */
  candleCallsPerMinute: number
  candlesPerCall: number
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
    candleCallsPerMinute: 600,
    candlesPerCall: 1000,
  },
  // ccxt's `coinbase` (Advanced Trade) sends a batch every 5 s; the Exchange feed sends every match.
  coinbase: { module: 'coinbaseexchange', candleCallsPerMinute: 240, candlesPerCall: 300 },
  kraken: { candleCallsPerMinute: 50, candlesPerCall: 720 },
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
  const { module = id, settings = {}, marketParams = {}, ...candles } = configs[id] ?? {}
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
    candleCallsPerMinute: 60,
    candlesPerCall: 300,
    ...candles,
  }
}

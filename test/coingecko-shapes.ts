import assert from 'node:assert/strict'

/**
 * The type of a value: `number?` also accepts null. A list has one item type, a map has `*`, and a field whose name ends in
 * `?` may be absent.
 */
type Shape = string | [Shape] | { [field: string]: Shape }

const names = { id: 'string', symbol: 'string', name: 'string' }
const byCurrency = { '*': 'number' }
const changes = (suffix: string, shape: Shape) =>
  Object.fromEntries(
    ['1h', '24h', '7d', '14d', '30d', '60d', '200d', '1y'].map((window) => [
      `price_change_percentage_${window}${suffix}?`,
      shape,
    ]),
  )

/** Required and optional fields, types and nullability, from the facts of CoinGecko's OpenAPI file. */
export const shapes = {
  ping: { gecko_says: 'string' },
  texts: ['string'],
  simplePrice: { '*': byCurrency },
  coinNames: [{ ...names, 'platforms?': { '*': 'string?' } }],
  markets: [
    {
      ...names,
      image: 'string',
      current_price: 'number?',
      market_cap: 'number?',
      market_cap_rank: 'integer?',
      fully_diluted_valuation: 'number?',
      total_volume: 'number?',
      high_24h: 'number?',
      low_24h: 'number?',
      price_change_24h: 'number?',
      price_change_percentage_24h: 'number?',
      market_cap_change_24h: 'number?',
      market_cap_change_percentage_24h: 'number?',
      circulating_supply: 'number?',
      total_supply: 'number?',
      max_supply: 'number?',
      ath: 'number?',
      ath_change_percentage: 'number?',
      ath_date: 'string?',
      atl: 'number?',
      atl_change_percentage: 'number?',
      atl_date: 'string?',
      roi: 'null',
      last_updated: 'string',
      'sparkline_in_7d?': { price: ['number'] },
      ...changes('_in_currency', 'number?'),
    },
  ],
  coin: {
    ...names,
    web_slug: 'string',
    asset_platform_id: 'string?',
    platforms: { '*': 'string' },
    detail_platforms: {},
    block_time_in_minutes: 'number',
    hashing_algorithm: 'string?',
    categories: ['string'],
    'categories_details?': [{ id: 'string', name: 'string' }],
    preview_listing: 'boolean',
    public_notice: 'string?',
    additional_notices: ['string'],
    has_supply_breakdown: 'boolean',
    localization: { '*': 'string' },
    description: { '*': 'string' },
    links: {},
    image: { thumb: 'string', small: 'string', large: 'string' },
    country_origin: 'string',
    genesis_date: 'string?',
    sentiment_votes_up_percentage: 'number?',
    sentiment_votes_down_percentage: 'number?',
    watchlist_portfolio_users: 'number',
    market_cap_rank: 'integer?',
    market_cap_rank_with_rehypothecated: 'integer?',
    market_data: {
      current_price: byCurrency,
      total_value_locked: 'number?',
      mcap_to_tvl_ratio: 'number?',
      fdv_to_tvl_ratio: 'number?',
      roi: 'null',
      ath: byCurrency,
      ath_change_percentage: byCurrency,
      ath_date: { '*': 'string' },
      atl: byCurrency,
      atl_change_percentage: byCurrency,
      atl_date: { '*': 'string' },
      market_cap: byCurrency,
      fully_diluted_valuation: byCurrency,
      'market_cap_fdv_ratio?': 'number',
      market_cap_rank: 'integer?',
      total_volume: byCurrency,
      high_24h: byCurrency,
      low_24h: byCurrency,
      'price_change_24h?': 'number',
      ...changes('', 'number'),
      ...changes('_in_currency', byCurrency),
      'market_cap_change_24h?': 'number',
      'market_cap_change_percentage_24h?': 'number',
      price_change_24h_in_currency: byCurrency,
      market_cap_change_24h_in_currency: byCurrency,
      market_cap_change_percentage_24h_in_currency: byCurrency,
      'total_supply?': 'number',
      max_supply: 'number?',
      'circulating_supply?': 'number',
      'last_updated?': 'string',
      'sparkline_7d?': ['number'],
    },
    status_updates: [{}],
    last_updated: 'string',
    tickers: [{}],
  },
  history: {
    ...names,
    localization: { '*': 'string' },
    image: { thumb: 'string', small: 'string' },
    market_data: { current_price: byCurrency, market_cap: byCurrency, total_volume: byCurrency },
    community_data: { facebook_likes: 'number?', reddit_subscribers: 'number?' },
    developer_data: { forks: 'number?', stars: 'number?', subscribers: 'number?' },
    public_interest_stats: { alexa_rank: 'number?', bing_matches: 'number?' },
  },
  /** CoinGecko sends null for an unknown market cap or volume, although its file does not say so. */
  chart: { prices: [['number']], market_caps: [['number?']], total_volumes: [['number?']] },
  ohlc: [['number']],
  search: {
    coins: [{ ...names, api_symbol: 'string', market_cap_rank: 'integer?', thumb: 'string', large: 'string' }],
    exchanges: [{}],
    icos: [{}],
    categories: [{ id: 'string', name: 'string' }],
    nfts: [{}],
  },
  global: {
    data: {
      active_cryptocurrencies: 'integer',
      upcoming_icos: 'integer',
      ongoing_icos: 'integer',
      ended_icos: 'integer',
      markets: 'integer',
      total_market_cap: byCurrency,
      total_volume: byCurrency,
      market_cap_percentage: byCurrency,
      market_cap_change_percentage_24h_usd: 'number',
      volume_change_percentage_24h_usd: 'number',
      updated_at: 'integer',
    },
  },
  movers: {
    top_gainers: [{ ...names, image: 'string', market_cap_rank: 'integer?', '*': 'number?' }],
    top_losers: [{ ...names, image: 'string', market_cap_rank: 'integer?', '*': 'number?' }],
  },
  trending: {
    coins: [
      {
        item: {
          ...names,
          coin_id: 'integer',
          market_cap_rank: 'integer',
          thumb: 'string',
          small: 'string',
          large: 'string',
          slug: 'string',
          price_btc: 'number',
          score: 'integer',
          data: {
            price: 'number',
            price_btc: 'string',
            price_change_percentage_24h: byCurrency,
            market_cap: 'string',
            market_cap_btc: 'string',
            total_volume: 'string',
            total_volume_btc: 'string',
            sparkline: 'string',
            content: { title: 'string', description: 'string' },
          },
        },
      },
    ],
    nfts: [{}],
    categories: [{}],
  },
  categoryNames: [{ category_id: 'string', name: 'string' }],
  categories: [
    {
      id: 'string',
      name: 'string',
      market_cap: 'number',
      market_cap_change_24h: 'number?',
      content: 'string',
      top_3_coins_id: ['string'],
      top_3_coins: ['string'],
      volume_24h: 'number',
      updated_at: 'string',
    },
  ],
  capChart: { market_cap_chart: { market_cap: [['number']], volume: [['number']] } },
  rates: { rates: { '*': { name: 'string', unit: 'string', value: 'number', type: 'string' } } },
} as const satisfies Record<string, unknown>

function isOf(type: string, value: unknown): boolean {
  if (value === null) return type === 'null' || type.endsWith('?')
  const name = type.replace('?', '')
  return name === 'integer' ? Number.isInteger(value) : typeof value === name && !Number.isNaN(value)
}

/** Asserts that a value has a shape, and no field that the shape does not name. */
export function assertShape(shape: unknown, value: unknown, path: string): void {
  if (typeof shape === 'string')
    return assert.ok(isOf(shape, value), `${path}: ${JSON.stringify(value)} is no ${shape}`)
  if (Array.isArray(shape)) {
    assert.ok(Array.isArray(value), path)
    for (const [index, item] of value.entries()) assertShape(shape[0], item, `${path}[${index}]`)
    return
  }
  assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value), path)
  const { '*': each, ...fields } = shape as Record<string, Shape>
  const left = new Map(Object.entries(value))
  for (const [key, inner] of Object.entries(fields)) {
    const name = key.replace('?', '')
    assert.ok(left.has(name) || key.endsWith('?'), `${path} has no ${name}`)
    if (left.has(name)) assertShape(inner, left.get(name), `${path}.${name}`)
    left.delete(name)
  }
  for (const [name, inner] of left) {
    assert.ok(each !== undefined, `${path}.${name} is unknown`)
    assertShape(each, inner, `${path}.${name}`)
  }
}

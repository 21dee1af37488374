import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMarketRow } from './coingecko-rows.ts'

const now = Date.parse('2026-11-24T12:00:00Z')
const when = '2026-11-01T02:03:04.005Z'

/** A row of `/coins/markets` whose figures all differ. */
const row = {
  id: 'some-coin',
  symbol: 'some',
  name: 'Some Coin',
  image: 'https://images.example/some.png',
  current_price: 1.5,
  market_cap: 2,
  market_cap_rank: 3,
  fully_diluted_valuation: 4,
  total_volume: 5,
  high_24h: 6,
  low_24h: 7,
  price_change_percentage_1h_in_currency: 8,
  price_change_percentage_24h: 9,
  price_change_percentage_7d_in_currency: 10,
  market_cap_change_percentage_24h: 11,
  circulating_supply: 12,
  total_supply: 13,
  max_supply: 14,
  ath: 15,
  ath_date: when,
  atl: 16,
  atl_date: '2015-07-08T00:00:00.000Z',
  last_updated: '2026-11-24T11:59:00.000Z',
}

const snapshot = {
  coingecko_id: 'some-coin',
  symbol: 'some',
  name: 'Some Coin',
  image_url: 'https://images.example/some.png',
  kind: 'coin',
  underlying: null,
  market_cap_rank: 3,
  price_usd: 1.5,
  market_cap: 2,
  fully_diluted_valuation: 4,
  volume: 5,
  high_24h: 6,
  low_24h: 7,
  price_change_1h_pct: 8,
  price_change_24h_pct: 9,
  price_change_7d_pct: 10,
  market_cap_change_24h_pct: 11,
  circulating_supply: 12,
  total_supply: 13,
  max_supply: 14,
  ath: 15,
  ath_date: when,
  atl: 16,
  atl_date: '2015-07-08T00:00:00.000Z',
  source_updated_at: '2026-11-24T11:59:00.000Z',
}

test('maps each field of a row to its column', () => {
  assert.deepEqual(parseMarketRow({ ...row, unknown: 1 }, now), { snapshot, broken: [] })
  const { snapshot: wrapped } = { snapshot: null, ...parseMarketRow({ ...row, id: 'wrapped-bitcoin' }, now) }
  assert.deepEqual([wrapped?.kind, wrapped?.underlying], ['wrapped', 'bitcoin'])
})

test('sets an invalid optional field to null, and names the rule by its column', () => {
  const { id: _id, symbol: _symbol, name: _name, current_price: _price, ...optional } = row
  const columns: Record<string, string> = {
    image: 'image_url',
    total_volume: 'volume',
    price_change_percentage_1h_in_currency: 'price_change_1h_pct',
    price_change_percentage_24h: 'price_change_24h_pct',
    price_change_percentage_7d_in_currency: 'price_change_7d_pct',
    market_cap_change_percentage_24h: 'market_cap_change_24h_pct',
    last_updated: 'source_updated_at',
  }
  const rules: Record<string, string> = {
    image: 'text',
    market_cap_rank: 'positive_integer',
    ath_date: 'instant',
    atl_date: 'instant',
    last_updated: 'instant',
  }
  for (const field of Object.keys(optional)) {
    const column = columns[field] ?? field
    const broken = [`${column}_${rules[field] ?? 'number'}`]
    assert.deepEqual(parseMarketRow({ ...row, [field]: {} }, now), {
      snapshot: { ...snapshot, [column]: null },
      broken,
    })
    assert.deepEqual(parseMarketRow({ ...row, [field]: null }, now), {
      snapshot: { ...snapshot, [column]: null },
      broken: [],
    })
  }
})

test('checks each figure against the range of its kind', () => {
  const ruleOf = (field: string, value: number): string[] => {
    const parsed = parseMarketRow({ ...row, [field]: value }, now)
    return 'broken' in parsed ? parsed.broken : [parsed.rejected.rule]
  }
  for (const field of ['market_cap', 'fully_diluted_valuation', 'total_volume']) {
    assert.deepEqual([ruleOf(field, 1e18), ruleOf(field, 0), ruleOf(field, 2e18).length], [[], [], 1], field)
  }
  for (const field of ['high_24h', 'low_24h', 'ath', 'atl'])
    assert.deepEqual([ruleOf(field, 1e12), ruleOf(field, 0), ruleOf(field, 2e12).length], [[], [], 1], field)
  for (const field of ['circulating_supply', 'total_supply', 'max_supply'])
    assert.deepEqual([ruleOf(field, 1e30), ruleOf(field, 0), ruleOf(field, 2e30).length], [[], [], 1], field)
  for (const field of ['price_change_percentage_24h', 'market_cap_change_percentage_24h'])
    assert.deepEqual([ruleOf(field, -100), ruleOf(field, -101).length], [[], 1], field)
  assert.deepEqual([ruleOf('current_price', 1e12), ruleOf('current_price', 2e12)], [[], ['price_usd_range']])
})

test('takes a market cap or valuation of 0 as unknown, and a volume of 0 as 0', () => {
  const zero = { market_cap: 0, fully_diluted_valuation: 0, total_volume: 0 }
  assert.deepEqual(parseMarketRow({ ...row, ...zero }, now), {
    snapshot: { ...snapshot, market_cap: null, fully_diluted_valuation: null, volume: 0 },
    broken: [],
  })
})

test('keeps a text that had to be cleaned or cut, and names the rule', () => {
  const long = 'x'.repeat(201)
  const texts = { symbol: 'so\u0000me', name: long }
  assert.deepEqual(parseMarketRow({ ...row, ...texts }, now), {
    snapshot: { ...snapshot, symbol: 'some', name: long.slice(0, 200) },
    broken: ['name_length', 'symbol_text'],
  })
})

test('rejects a row without a valid id, symbol, name or price with its rule, and keeps the row', () => {
  const cases: [unknown, string | null, string][] = [
    [null, null, 'row_object'],
    ['text', null, 'row_object'],
    [[row], null, 'row_object'],
    [{ ...row, id: 7 }, null, 'coingecko_id_present'],
    [{ ...row, id: 'a\u0000b' }, null, 'coingecko_id_text'],
    [{ ...row, symbol: null }, 'some-coin', 'symbol_present'],
    [{ ...row, symbol: 5 }, 'some-coin', 'symbol_text'],
    [{ ...row, name: ' ' }, 'some-coin', 'name_present'],
    [{ ...row, current_price: null }, 'some-coin', 'price_usd_present'],
    [{ ...row, current_price: '1' }, 'some-coin', 'price_usd_number'],
    [{ ...row, current_price: 0 }, 'some-coin', 'price_usd_positive'],
  ]
  for (const [payload, coingecko_id, rule] of cases)
    assert.deepEqual(parseMarketRow(payload, now), { rejected: { coingecko_id, rule, payload } })
})

test('throws an unexpected error on', () => {
  const failing = Object.defineProperty({ ...row }, 'symbol', {
    get: () => {
      throw new TypeError('a getter')
    },
  })
  assert.throws(() => parseMarketRow(failing, now), /a getter/)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type RankedCoin, rankDrawdowns, rankVolatilities, toVolatility, whys } from './coin-ranks.ts'

function coin(coin_id: number, figures: Partial<RankedCoin>): RankedCoin {
  const unknown = {
    period_return: null,
    cagr: null,
    cagr_reason: null,
    annualized_reason: null,
    max_drawdown: null,
    sharpe_ratio: null,
    sortino_ratio: null,
    calmar_ratio: null,
    beta_btc: null,
    correlation_btc: null,
    value_at_risk_95: null,
    best_day_return: null,
    best_day_date: null,
    worst_day_return: null,
    worst_day_date: null,
    volatility: null,
    volatility_annualized: null,
    market_cap: null,
    market_cap_rank: null,
    image_url: null,
  }
  const names = { coingecko_id: `c${coin_id}`, symbol: `c${coin_id}`, name: `C${coin_id}`, kind: 'coin' as const }
  return { ...unknown, ...names, coin_id, rank: null, period_days: 30, observations: 30, as_of: null, ...figures }
}

test('the worst fall comes first and is severe, and falls are positive fractions', () => {
  const ranks = rankDrawdowns([0.1, null, 0.8, 0.5, 0].map((max_drawdown, id) => coin(id, { max_drawdown })))
  assert.deepEqual(
    ranks.map(({ coin: { coin_id }, place, part, tier }) => [coin_id, place, part, tier?.word ?? null]),
    [
      [2, 1, 1, 'Severe'],
      [3, 2, 0.625, 'High'],
      [0, 3, 0.125, 'Mild'],
      [4, 4, 0, 'Mild'],
      [1, null, 0, null],
    ],
  )
})

test('the highest volatility comes first; equals share a place, and none is invented', () => {
  const ranks = rankVolatilities([0.2, 0.9, 0.9, null].map((value, id) => coin(id, { volatility: value })))
  assert.deepEqual(
    ranks.map(({ place, tier }) => [place, tier?.word ?? null]),
    [
      [1, 'High'],
      [1, 'High'],
      [3, 'Low'],
      [null, null],
    ],
  )
  assert.deepEqual(rankVolatilities([]), [])
})

test('a period of 30 days is ranked by daily volatility, one of 90 by the annualized, and a gap says why', () => {
  const figures = { volatility: 0.01, volatility_annualized: 0.5 }
  const [month, quarter] = [coin(1, figures), coin(2, { ...figures, period_days: 90 })]
  assert.deepEqual([month, quarter].map(toVolatility), [0.01, 0.5])
  const few = { observations: 6, annualized_reason: 'Needs at least 30 daily returns; this period has 6' }
  assert.equal(whys.volatility(coin(3, { ...few, period_days: 90 })), few.annualized_reason)
  assert.equal(whys.volatility(coin(3, few)), 'Needs at least 24 daily returns; this period has 6')
  assert.equal(whys.drawdown(coin(3, few)), 'Needs at least 24 daily returns; this period has 6')
  assert.equal(whys.drawdown(coin(3, {})), 'Not defined')
})

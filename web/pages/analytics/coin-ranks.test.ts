import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noValueReasons, type RankedCoin, rankDrawdowns, rankVolatilities, toVolatility } from './coin-ranks.ts'

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
    logo_url: null,
  }
  const names = { coingecko_id: `c${coin_id}`, symbol: `c${coin_id}`, name: `C${coin_id}`, kind: 'coin' as const }
  return { ...unknown, ...names, coin_id, rank: null, period_days: 30, observations: 30, as_of: null, ...figures }
}

test('ranks the largest drawdown first and as severe', () => {
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

test('ranks the highest volatility first, with shared places and unknown values last', () => {
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

test('ranks 30 days by daily and 90 days by annualized volatility, and explains missing values', () => {
  const figures = { volatility: 0.01, volatility_annualized: 0.5 }
  const [month, quarter] = [coin(1, figures), coin(2, { ...figures, period_days: 90 })]
  assert.deepEqual([month, quarter].map(toVolatility), [0.01, 0.5])
  const few = { observations: 6, annualized_reason: 'Needs at least 30 daily returns; this period has 6' }
  assert.equal(noValueReasons.volatility(coin(3, { ...few, period_days: 90 })), few.annualized_reason)
  assert.equal(noValueReasons.volatility(coin(3, few)), 'Needs at least 24 daily returns; this period has 6')
  assert.equal(noValueReasons.figure(coin(3, few)), 'Needs at least 24 daily returns; this period has 6')
  assert.equal(noValueReasons.figure(coin(3, {})), 'Not defined')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type RankedCoin, rankDrawdowns, rankVolatilities, toAnnualReturn } from './ranks.ts'

function coin(coin_id: number, figures: Partial<RankedCoin>): RankedCoin {
  const unknown = {
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
  const ranks = rankVolatilities([0.2, 0.9, 0.9, null].map((value, id) => coin(id, { volatility_annualized: value })))
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

test('the annual return is that of the Sharpe ratio', () => {
  assert.equal(toAnnualReturn(coin(1, { sharpe_ratio: -2, volatility_annualized: 0.5 })), -1)
  assert.equal(toAnnualReturn(coin(1, { volatility_annualized: 0.5 })), null)
})

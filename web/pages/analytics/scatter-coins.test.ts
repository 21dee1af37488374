import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VolatilityRanking } from '../../../contract/analytics.ts'
import { describeCoin, listPlotted } from './scatter-coins.ts'

const figures = {
  coin_id: 1,
  coingecko_id: 'a',
  symbol: 'a',
  name: 'A',
  kind: 'coin' as const,
  image_url: null,
  logo_url: null,
  rank: 1,
  market_cap: 2e9,
  market_cap_rank: 1,
  as_of: '2026-11-28',
  period_days: 90,
  observations: 89,
  period_return: 0.25,
  cagr: 1.5,
  cagr_reason: null,
  volatility: 0.02,
  volatility_annualized: 0.38,
  annualized_reason: null,
  max_drawdown: 0.1,
  sharpe_ratio: 1.2,
  sortino_ratio: 1,
  calmar_ratio: 1,
  beta_btc: 1,
  correlation_btc: 1,
  value_at_risk_95: 0.1,
  best_day_return: 0.1,
  best_day_date: null,
  worst_day_return: -0.1,
  worst_day_date: null,
} satisfies VolatilityRanking[number]

const week = { ...figures, period_days: 7, observations: 6, volatility_annualized: null, sharpe_ratio: null }

test('plots return against annualized volatility, and daily volatility over a week', () => {
  assert.deepEqual(
    [figures, week]
      .flatMap((coin) => listPlotted([coin], 'return'))
      .map((at) => [at.volatility, at.periodReturn, at.sharpe]),
    [
      [0.38, 0.25, 1.2],
      [0.02, 0.25, null],
    ],
  )
  assert.deepEqual([figures, week].flatMap((coin) => listPlotted([coin], 'return')).map(describeCoin), [
    'A, A: annualized volatility 38.0%, return +25.0%, Sharpe +1.20 (good), market cap $2.00B',
    'A, A: daily volatility 2.00%, return +25.0%, market cap $2.00B',
  ])
})

test('leaves out a coin without the value of an axis', () => {
  assert.deepEqual(listPlotted([week], 'sharpe'), [])
  assert.equal(listPlotted([figures], 'sharpe').length, 1)
  assert.deepEqual(listPlotted([{ ...figures, volatility_annualized: null }], 'return'), [])
  assert.deepEqual(listPlotted([{ ...figures, period_return: null }], 'return'), [])
})

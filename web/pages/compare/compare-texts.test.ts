import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Comparison } from '../../../contract/compare.ts'
import { toScene } from './compare-scene.ts'
import { describeDays, explainEnds, explainNoDays } from './compare-texts.ts'

const coin = (name: string, first_close: string | null, last_close: string | null, prices: number[] = []) =>
  ({
    name,
    symbol: name.slice(0, 3),
    coingecko_id: name,
    first_close,
    last_close,
    prices,
    drawdowns: prices.map(() => 0),
    rolling_volatility: prices.map(() => null),
  }) as unknown as Comparison['coins'][number]

const toComparison = (change: Partial<Comparison>): Comparison =>
  ({
    from: '2026-01-01',
    to: '2026-03-31',
    days: 88,
    period_days: 90,
    vs_currency: 'usd',
    dates: [],
    coins: [],
    ...change,
  }) as Comparison

test('says which days are common, and which coins limit them', () => {
  const coins = [coin('Old', '2025-01-01', '2026-03-31'), coin('Young', '2026-01-01', '2026-03-31')]
  const comparison = toComparison({ coins })
  assert.equal(describeDays(comparison), '88 of 90 common days, 1 Jan 2026 to 31 Mar 2026, UTC')
  assert.deepEqual(explainEnds(comparison), ['Starts with the first close of Young'])
  const gone = toComparison({ coins: [...coins, coin('Gone', '2025-01-01', '2026-03-01')], to: '2026-03-01' })
  assert.deepEqual(explainEnds(gone), ['Starts with the first close of Young', 'Ends with the last close of Gone'])
  assert.deepEqual(explainEnds(toComparison({ coins: [coin('Old', '2026-01-01', '2026-03-31')] })), [])
})

test('says why no day is common', () => {
  const [some, none, other] = [
    coin('Some', '2026-01-01', '2026-01-02'),
    coin('None', null, null),
    coin('Other', null, null),
  ]
  const nothing = { from: null, to: null, days: 0 }
  assert.equal(describeDays(toComparison(nothing)), 'No common days')
  assert.match(
    explainNoDays(toComparison({ coins: [some, none] })),
    /^None has no daily close in this range. Remove it/,
  )
  assert.match(explainNoDays(toComparison({ coins: [some, none, other] })), /^None and Other have .* Remove them/)
  const inEuro = toComparison({ coins: [none], vs_currency: 'eur' })
  assert.match(explainNoDays(inEuro), /^No daily rate of EUR .* Choose USD/)
  assert.match(explainNoDays(toComparison({ coins: [some] })), /^No day in this range has a close of every coin/)
})

test('base 100 starts each coin at 100, and only prices have a log axis', () => {
  const comparison = toComparison({
    dates: ['2026-01-01', '2026-01-02'],
    coins: [coin('Ten', null, null, [10, 15]), coin('Cent', null, null, [0.01, 0.005])],
  })
  const scene = toScene(comparison, { figure: 'indexed', scale: 'log' })
  assert.deepEqual(
    scene.lines.map(({ values }) => values),
    [
      [100, 150],
      [100, 50],
    ],
  )
  assert.equal(scene.scale, 'log')
  assert.equal(toScene(comparison, { figure: 'drawdown', scale: 'log' }).scale, 'linear')
})

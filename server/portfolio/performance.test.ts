import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayOf, readLedger, readPrices, toSymbol } from '../../test/ledger.ts'
import { computeBenchmark } from './benchmark.ts'
import { edgeCases } from './edge-cases.ts'
import { computePerformance } from './performance.ts'
import { returnCases } from './performance-cases.ts'
import { computePeriod, type Period } from './period.ts'
import { computePortfolioRisk } from './risk.ts'

const isNear = (actual: number | null | undefined, expected: number | null, what = ''): void => {
  const isSame = actual === expected || Math.abs((actual ?? Number.NaN) - (expected ?? Number.NaN)) <= 1e-14
  assert.ok(isSame, `${what}: ${actual} is not ${expected}`)
}

const toText = (gains: Period['gains']): string =>
  gains
    .map(({ coin, gain }) => `${toSymbol(coin)} ${gain.toFixed()}`)
    .sort()
    .join(', ')

for (const { name, prices, ledger, now, value, invested, timeWeighted, gains, days } of [...returnCases, ...edgeCases])
  test(`measures ${name}`, () => {
    const performance = computePerformance(readLedger(...ledger), readPrices(prices), dayOf(now))
    const period = computePeriod(performance, null)
    assert.ok(period !== null)
    assert.deepEqual(
      [period.endValue.toFixed(), period.moved.toFixed(), toText(period.gains)],
      [value, invested, gains],
    )
    assert.equal(period.gain.toFixed(), period.endValue.minus(period.moved).toFixed())
    isNear(period.timeWeighted, timeWeighted, name)
    for (const [at, index] of (days ?? []).entries()) isNear(performance.days[at]?.index, index, `day ${at + 1}`)
    if (days !== undefined) assert.equal(performance.days.length, days.length)
  })

test('measures periods that add up to the whole', () => {
  const prices = readPrices('BTC 1 100, ETH 1 10, BTC 2 110, BTC 3 99, ETH 3 12, BTC 4 120')
  const ledger = readLedger('1 buy 1 BTC for 100', '2.5 buy 10 ETH for 100 fee 2', '3.5 sell 0.5 BTC for 55')
  const performance = computePerformance(ledger, prices, dayOf(4))
  const whole = computePeriod(performance, null)
  const late = computePeriod(performance, dayOf(2))
  const last = computePeriod(performance, dayOf(3))
  // Day 2: 110. Day 3: 99 + 120 = 219 after 102 came in. Now: 60 + 120 = 180 after 55 went out.
  assert.deepEqual(
    [whole, late, last].map((one) => [one?.startValue, one?.endValue, one?.moved, one?.gain].map(String)),
    [
      ['0', '180', '147', '33'],
      ['110', '180', '47', '23'],
      ['219', '180', '-55', '16'],
    ],
  )
  // The sale at 110 apiece, above the last price of 99: 219 + 5.5 = 224.5; the rest rises from 169.5 to 180.
  isNear(last?.timeWeighted, (224.5 / 219) * (180 / 169.5) - 1)
  // The purchase of day 2 opens its own stretch: 110 + 102 = 212, then 219.
  isNear(late?.timeWeighted, (219 / 212) * (224.5 / 219) * (180 / 169.5) - 1)
  isNear(whole?.timeWeighted, 1.1 * (219 / 212) * (224.5 / 219) * (180 / 169.5) - 1)
  assert.equal(computePeriod(computePerformance([], prices, dayOf(4)), null), null)
})

test('weights money by its time in the portfolio', () => {
  const ledger = readLedger('1 buy 1 BTC for 100', '366 sell 1 BTC for 110')
  const sold = computePeriod(computePerformance(ledger, readPrices('BTC 1 100'), dayOf(366)), null)
  isNear(sold?.moneyWeighted, 0.1)
  // 100 in at first, 100 more after the price doubled, and both halved: 200 in and 200 out is no gain by amount alone.
  const late = readLedger('1 buy 1 BTC for 100', '366 buy 0.5 BTC for 100')
  const half = computePeriod(
    computePerformance(late, readPrices('BTC 1 100, BTC 366 200, BTC 731 100'), dayOf(731)),
    null,
  )
  // 100 (1+r)² + 100 (1+r) = 150: 1 + r = (-1 + sqrt(7)) / 2.
  isNear(half?.moneyWeighted, (Math.sqrt(7) - 1) / 2 - 1)
  isNear(half?.timeWeighted, 0)
  const short = computePerformance(readLedger('2 buy 1 BTC for 100'), readPrices('BTC 1 100'), dayOf(2))
  assert.equal(computePeriod(short, null)?.moneyWeighted, null)
})

test('a benchmark gets the same money at the same instants', () => {
  const prices = readPrices('BTC 2 100, BTC 3 200, BTC 5 150')
  const ledger = readLedger('1 buy 1 ETH for 10', '2 buy 1 ETH for 100', '3 buy 1 ETH for 100', '4 sell 1 ETH for 50')
  const { movements } = computePerformance(ledger, readPrices('ETH 1 100'), dayOf(5))
  const times = [1, 2, 3, 4, 5].map(dayOf)
  const values = computeBenchmark(movements, times, (at) => prices(1, at))
  // Without a price the first 10 buy nothing. Then 1, 1.5 and, after the sale at 200 apiece, 1.25 units.
  assert.deepEqual(
    values.map((value) => value?.toFixed() ?? null),
    [null, '100', '300', '250', '187.5'],
  )
})

test('measures risk on closed days, and none from a short history', () => {
  const closes = [100, 110, 99, 108.9, 98.01, 107.811, 97.0299]
  const prices = readPrices(closes.map((close, index) => `BTC ${index + 1} ${close}`).join(', '))
  const { days } = computePerformance(readLedger('1 buy 1 BTC for 100'), prices, dayOf(7.5))
  const year = { periods: 365, riskFreeRate: 0 }
  const findMarket = (at: number) => Number(prices(1, at))
  const risk = computePortfolioRisk(days, { period: 30, findMarket, year })
  // Closes 110, 99, 108.9, 98.01, 107.811, 97.0299: returns -10% and +10% in turn, 5 in number.
  assert.deepEqual([risk.days, risk.observations, risk.volatility_annualized], [6, 5, null])
  isNear(risk.volatility, Math.sqrt((3 * 0.08 ** 2 + 2 * 0.12 ** 2) / 4), 'volatility')
  isNear(risk.max_drawdown, 1 - 97.0299 / 110, 'drawdown')
  isNear(risk.correlation_btc, 1, 'correlation')
  const short = computePortfolioRisk(days.slice(0, 5), { period: 30, findMarket, year })
  assert.deepEqual([short.observations, short.volatility], [4, null])
})

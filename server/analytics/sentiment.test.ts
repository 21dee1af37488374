import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classifySentiment, sentimentParts } from '../../contract/sentiment.ts'
import { type DailySeries, listSentiment } from './sentiment.ts'

const days = 91

/** Alternating steps of ±`calm` percent, of ±`recent` percent in the last 29 days, and a last step of `final`. */
const toSeries = ({ calm, recent, final }: { calm: number; recent: number; final: number }): DailySeries => {
  const closes = new Float64Array(days).fill(100)
  for (let day = 1; day < days; day += 1) {
    const size = day > days - 30 ? recent : calm
    const step = day === days - 1 ? final : day % 2 === 0 ? size : -size
    closes[day] = (closes[day - 1] as number) * (1 + step / 100)
  }
  return { closes, volumes: new Float64Array(days).fill(10) }
}

const partsOf = (series: DailySeries[]) => {
  const parts = listSentiment(series, 1)[0]?.parts ?? []
  return Object.fromEntries(parts.map(({ name, observed, score }) => [name, { observed, score }]))
}

test('each part is worked out by hand from the closes and volumes', () => {
  const flat = { closes: new Float64Array(days).fill(100), volumes: new Float64Array(days).fill(10) }
  assert.equal(listSentiment([flat, flat, flat, flat, flat], 1)[0], null, 'no volatility')
  const jump = toSeries({ calm: 1, recent: 1, final: 30 })
  const { momentum, breadth, volume } = partsOf([jump, jump, jump, jump, jump])
  const window = jump.closes.slice(-30)
  const mean = window.reduce((sum, close) => sum + close, 0) / 30
  assert.ok(Math.abs((momentum?.observed ?? 0) - ((window[29] as number) / mean - 1)) < 1e-12)
  assert.equal(momentum?.score, 100, 'limited')
  assert.deepEqual(breadth, { observed: 1, score: 100 })
  assert.ok(Math.abs((volume?.observed ?? 0) - 4 / 7) < 1e-12, 'rose on 3 of 6 days and the last')
})

test('more volatility than usual is fear, less is greed, and the median of the coins counts', () => {
  const nervous = partsOf(Array.from({ length: 5 }, () => toSeries({ calm: 1, recent: 4, final: -4 })))
  const calm = partsOf(Array.from({ length: 5 }, () => toSeries({ calm: 4, recent: 1, final: -1 })))
  assert.equal(nervous.volatility?.score, 0)
  assert.equal(calm.volatility?.score, 100)
  const mixed = [4, 4, 4, 1, 1].map((recent) => toSeries({ calm: 1, recent, final: -recent }))
  assert.equal(partsOf(mixed).volatility?.observed, nervous.volatility?.observed)
  assert.equal(listSentiment(mixed.slice(1), 1)[0], null, 'four coins are too few')
})

test('weights sum to 1, and classes begin at their lowest value', () => {
  assert.ok(Math.abs(sentimentParts.reduce((sum, { weight }) => sum + weight, 0) - 1) < 1e-12)
  assert.deepEqual(
    [0, 24, 25, 44, 45, 55, 56, 75, 76, 100].map(classifySentiment),
    ['Extreme Fear', 'Fear', 'Neutral', 'Greed', 'Extreme Greed'].flatMap((name) => [name, name]),
  )
})

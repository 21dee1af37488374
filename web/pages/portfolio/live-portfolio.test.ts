import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toLiveGain, toOwnPrice, toStreamed } from './live-portfolio.ts'

const held = (coingecko_id: string, price_usd: number, quantity: number) => ({
  coingecko_id,
  price_usd,
  quantity,
  value_usd: price_usd * quantity,
  cost_usd: 0,
})

test('live prices in US dollars move a portfolio in its own currency', () => {
  const euro = { code: 'eur', usdRate: 1.25 }
  const solana = held('solana', 80, 10)
  assert.equal(toStreamed(solana, euro).price_usd, 100)
  assert.deepEqual(
    [100, 110, null].map((price) => toOwnPrice(price, solana, euro)),
    [80, 88, null],
  )
  assert.equal(
    toLiveGain([solana], () => 110, euro),
    80,
  )
  assert.equal(
    toLiveGain([solana], ({ price_usd }) => price_usd, euro),
    0,
  )
})

test('a bitcoin is always 1 BTC, and gains in it keep eight decimals', () => {
  const btc = { code: 'btc', usdRate: 50_000 }
  assert.equal(toOwnPrice(60_000, held('bitcoin', 1, 2), btc), 1)
  assert.equal(
    toLiveGain(
      [held('bitcoin', 1, 2), held('solana', 0.002, 1)],
      ({ coingecko_id }) => (coingecko_id === 'solana' ? 100.5 : 60_000),
      btc,
    ),
    0.00001,
  )
})

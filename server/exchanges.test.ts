import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listExchanges, toExchangeModule } from './exchanges.ts'

type Module = { default: new () => { id: string; has: Record<string, unknown> } }

test('lists exactly the exchanges that ccxt can stream', async () => {
  const { pro } = await import('ccxt')
  const streaming = Object.entries(pro).flatMap(([id, Exchange]) =>
    typeof Exchange === 'function' && new (Exchange as Module['default'])().has.watchTickers === true ? [id] : [],
  )
  assert.deepEqual(listExchanges(), streaming.sort())
  for (const id of ['binance', 'coinbase', 'kraken', 'binanceus']) assert.ok(listExchanges().includes(id))
})

test('the module of an exchange exports its class', async () => {
  const { default: Exchange }: Module = await import(toExchangeModule('kraken').href)
  assert.equal(new Exchange().id, 'kraken')
})

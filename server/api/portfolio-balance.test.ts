import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { dayMs, toUtcDay } from '../../contract/time.ts'
import { call, createAccountsApi, type Session, signUp } from '../../test/accounts.ts'
import { insertCloses, walk } from '../../test/candles.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'

const coins = {
  bitcoin: walk(60, 100, (day) => 0.02 * Math.sin(day)),
  ethereum: walk(60, 10, (day) => 0.03 * Math.sin(day)),
  young: walk(5, 1, () => 0.01),
}

type Answer = { items: { symbol: string; weight_pct: number }[]; id: number }

let database: TestDatabase
let app: FastifyInstance
let ada: Session
let path = ''
const send = async (route: string, body?: unknown) => {
  const answer = await call(app, route, { as: ada, body })
  return { status: answer.status, body: answer.body as never as Answer & { detail: string } }
}

before(async () => {
  database = await createTestDatabase()
  app = await createAccountsApi(database)
  await insertCloses(database, { last: toUtcDay(Date.now() - dayMs), coins })
  await database.pool.query(`insert into latest_market_data (coin_id, timestamp, price_usd)
    select id, now(), 10 from dim_coin`)
  ada = await signUp(app)
  path = `/portfolios/${(await send('POST /portfolios', { name: 'Main' })).body.id}`
  const at = new Date(Date.now() - 10 * dayMs).toISOString()
  for (const [coin_id, quantity] of Object.entries({ bitcoin: 6, ethereum: 2, young: 2 }))
    await send(`POST ${path}/transactions`, { type: 'buy', coin_id, at, quantity, total_usd: 10 })
})
after(async () => {
  await app.close()
  await database.drop()
})

test('keeps targets with the portfolio, and refuses those that can not be', async () => {
  const items = [
    { coin_id: 'ethereum', weight_pct: 33.3333 },
    { coin_id: 'bitcoin', weight_pct: 60 },
  ]
  assert.equal((await send(`PUT ${path}/targets`, { items })).status, 200)
  const kept = (await send(`GET ${path}/targets`)).body.items
  assert.deepEqual(
    kept.map(({ weight_pct }) => weight_pct),
    [60, 33.3333],
  )
  const refused: [object[], number, RegExp][] = [
    [[...items, { coin_id: 'young', weight_pct: 7 }], 422, /sum to at most 100% \(got 100.3333%\)/],
    [[items[0] ?? {}, items[0] ?? {}], 422, /each coin once/],
    [[{ coin_id: 'nobody', weight_pct: 1 }], 404, /nobody not found/],
    [[{ coin_id: 'young', weight_pct: 0 }], 422, /weight_pct/],
  ]
  for (const [wrong, status, words] of refused) {
    const answer = await send(`PUT ${path}/targets`, { items: wrong })
    assert.equal(answer.status, status, JSON.stringify(wrong))
    assert.match(answer.body.detail, words)
  }
  assert.deepEqual((await send(`GET ${path}/targets`)).body.items, kept)

  assert.equal((await send(`PUT ${path}/targets`, { items: [] })).status, 200)
  assert.deepEqual((await send(`GET ${path}/targets`)).body, { items: [] })
})

test('tells the risk of what is held, without coins of too few closes', async () => {
  const risk = (await send(`GET ${path}/risk?period_days=30`)).body as never as {
    observations: number
    covered_pct: number
    correlation_btc: number
    volatility_annualized: number | null
    positions: { coingecko_id: string; weight: number; risk_share: number }[]
    left_out: { coingecko_id: string }[]
  }
  assert.deepEqual([risk.observations, risk.covered_pct, risk.volatility_annualized], [29, 80, null])
  assert.deepEqual(
    risk.positions.map(({ coingecko_id, weight }) => [coingecko_id, weight]),
    [
      ['bitcoin', 0.75],
      ['ethereum', 0.25],
    ],
  )
  // Ethereum moves 1.5 times as much as bitcoin, always with it: the return is 0.75 + 0.25 x 1.5 times that of bitcoin.
  const [bitcoin, ethereum] = risk.positions
  assert.ok(Math.abs((bitcoin?.risk_share ?? 0) - 0.75 / 1.125) < 1e-9)
  assert.ok(Math.abs((ethereum?.risk_share ?? 0) - 0.375 / 1.125) < 1e-9)
  assert.ok(Math.abs(risk.correlation_btc - 1) < 1e-9)
  assert.deepEqual(
    risk.left_out.map(({ coingecko_id }) => coingecko_id),
    ['young'],
  )
})

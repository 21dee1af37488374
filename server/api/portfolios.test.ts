import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { call, createAccountsApi, type Session, signUp } from '../../test/accounts.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'

let database: TestDatabase
let app: FastifyInstance
let ada: Session
const coins = ['bitcoin', 'ethereum', 'binancecoin', 'ripple']
const prices = [64_130, 1872.69, 597.45, 1.3]

before(async () => {
  database = await createTestDatabase()
  app = await createAccountsApi(database)
  await database.pool.query(
    `insert into dim_coin (coingecko_id, symbol, name, first_seen_at, last_seen_at)
    select id, (array['btc', 'eth', 'bnb', 'xrp'])[n], initcap(id), now(), now()
    from unnest($1::text[]) with ordinality as c (id, n)`,
    [coins],
  )
  await database.pool.query(
    `insert into latest_market_data (coin_id, timestamp, price_usd, market_cap)
    select n, now(), price, 1000 - n from unnest($1::float8[]) with ordinality as p (price, n)`,
    [prices],
  )
  await database.pool.query(
    `insert into fact_market_data (coin_id, timestamp, price_usd, granularity) values (1, now() - interval '1 second', 64130, '10min')`,
  )
  await database.pool.query(`insert into fact_daily_ohlcv (coin_id, date, open, high, low, close, close_at, granularity, samples)
    select c.id, d::date, 100 * c.id, 100 * c.id, 100 * c.id, 100 * c.id, d + interval '1 day', 'daily', 1
    from dim_coin c, generate_series(current_date - 40, current_date - 1, interval '1 day') d`)
  ada = await signUp(app)
})
after(async () => {
  await app.close()
  await database.drop()
})

type Body = Record<string, never> & { id: number; token: string }
const send = async (as: Session, route: string, body?: unknown): Promise<{ status: number; body: Body }> =>
  (await call(app, route, { as, body })) as never
const get = async (as: Session, url: string): Promise<unknown> => {
  const answer = await app.inject({ url: `/api/v1${url}`, headers: { authorization: `Bearer ${as.token}` } })
  assert.equal(answer.statusCode, 200, `${url}: ${answer.body}`)
  return answer.json()
}
const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString()
const create = async (as: Session): Promise<number> => {
  const { status, body } = await send(as, 'POST /portfolios', { name: 'Main' })
  assert.equal(status, 201)
  return body.id
}
const add = async (as: Session, id: number, given: object) => {
  const answer = await send(as, `POST /portfolios/${id}/transactions`, { type: 'buy', at: daysAgo(10), ...given })
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  return answer.body
}

const holdings = [
  { coin_id: 'binancecoin', quantity: 3.5, price_usd: 520 },
  { coin_id: 'ripple', quantity: 2500, price_usd: '0.52' },
  { coin_id: 2, quantity: '8', price_usd: 2100 },
  { coin_id: 'bitcoin', quantity: 0.5, price_usd: 42_000 },
]

test('values four holdings as worked by hand, and sums its parts exactly', async () => {
  const id = await create(ada)
  for (const holding of holdings) await add(ada, id, holding)
  const { totals, positions, warnings } = (await get(ada, `/portfolios/${id}/summary`)) as {
    totals: Record<string, number>
    positions: { symbol: string; weight_pct: number }[]
    warnings: string[]
  }
  assert.deepEqual(
    [totals.value_usd, totals.cost_usd, totals.profit_usd, totals.unrealized_pct?.toFixed(2)],
    [52_387.595, 40_920, 11_467.595, '28.02'],
  )
  assert.deepEqual(
    positions.map(({ symbol }) => symbol),
    ['btc', 'eth', 'xrp', 'bnb'],
  )
  assert.equal(
    positions.reduce((sum, { weight_pct }) => sum + Math.round(weight_pct * 1e4), 0),
    1e6,
  )
  assert.deepEqual(warnings, [])
  const attribution = (await get(ada, '/portfolio/attribution')) as {
    total_return_pct: number
    holdings: { contribution: number }[]
  }
  const units = (pct: number) => BigInt(Math.round(pct * 1e8))
  assert.equal(
    attribution.holdings.reduce((sum, { contribution }) => sum + units(contribution), 0n),
    units(attribution.total_return_pct),
  )
})

test('keeps exact amounts, edits and deletes transactions, and accounts by the method asked for', async () => {
  const id = await create(ada)
  const exact = '0.123456789012345678901234'
  const first = await add(ada, id, { coin_id: 'bitcoin', quantity: exact, total_usd: '0.1', fee_quantity: '0.2' })
  const stored = await database.pool.query(
    `select quantity, total_usd, fee_usd from portfolio_transactions where id = $1`,
    [first.id],
  )
  assert.deepEqual(stored.rows, [{ quantity: exact, total_usd: '0.1', fee_usd: '0.2' }])
  const route = `/portfolios/${id}/transactions/${first.id}`
  const changed = { type: 'buy', coin_id: 1, at: daysAgo(9), quantity: 1, total_usd: 100, note: 'first' }
  assert.equal((await send(ada, `PUT ${route}`, changed)).body.note, 'first')
  await add(ada, id, { coin_id: 1, at: daysAgo(8), quantity: 1, total_usd: 300 })
  await add(ada, id, { type: 'sell', coin_id: 1, at: daysAgo(7), quantity: 1, total_usd: 350 })
  const realized: Record<string, number> = {}
  for (const method of ['fifo', 'lifo', 'average'])
    realized[method] = (
      (await get(ada, `/portfolios/${id}/summary?cost_method=${method}`)) as {
        totals: { realized_usd: number }
      }
    ).totals.realized_usd
  assert.deepEqual(realized, { fifo: 250, lifo: 50, average: 150 })
  const { lots, disposals } = (await get(ada, `/portfolios/${id}/lots`)) as Record<string, { cost_usd: number }[]>
  assert.deepEqual([lots?.map((lot) => lot.cost_usd), disposals?.map((one) => one.cost_usd)], [[300], [100]])
  assert.equal((await send(ada, `DELETE ${route}`)).status, 204)
  assert.equal((await send(ada, `DELETE ${route}`)).status, 404)
})

test('measures performance at the daily closes, with a benchmark that gets the same money', async () => {
  const id = await create(ada)
  await add(ada, id, { coin_id: 'ethereum', at: daysAgo(10), quantity: 1, total_usd: 200 })
  const found = (await get(ada, `/portfolios/${id}/performance?benchmark=bitcoin`)) as {
    profit_usd: number
    net_flow_usd: number
    time_weighted_return: number
    contributions: { profit_usd: number }[]
    points: { value_usd: number; benchmark_usd: number }[]
  }
  assert.deepEqual([found.profit_usd, found.net_flow_usd, found.contributions[0]?.profit_usd], [1672.69, 200, 1672.69])
  assert.ok(Math.abs(found.time_weighted_return - (1872.69 / 200 - 1)) < 1e-12)
  assert.deepEqual([found.points[3]?.value_usd, found.points[3]?.benchmark_usd], [200, 200])
  assert.equal(found.points.at(-1)?.benchmark_usd, 2 * 64_130)
})

test('converts each amount at the rate of its own day', async () => {
  const id = await create(ada)
  await add(ada, id, { coin_id: 'ethereum', at: daysAgo(10), quantity: 1, total_usd: 200 })
  const { totals, currency } = (await get(ada, `/portfolios/${id}/summary?vs_currency=btc`)) as {
    totals: Record<string, number>
    currency: object
  }
  // A bitcoin was 100 USD on the day of the purchase and is 64,130 USD now.
  assert.deepEqual([totals.cost_usd, totals.value_usd], [2, 1872.69 / 64_130])
  assert.deepEqual(currency, { code: 'btc', usd_rate: 64_130 })
  const { profit_usd, net_flow_usd } = (await get(ada, `/portfolios/${id}/performance?vs_currency=btc`)) as Record<
    string,
    number
  >
  assert.deepEqual([net_flow_usd, profit_usd], [2, Number((1872.69 / 64_130 - 2).toPrecision(17))])
  await add(ada, id, { coin_id: 'ethereum', at: daysAgo(100), quantity: 1, total_usd: 200 })
  const late = await send(ada, `GET /portfolios/${id}/summary?vs_currency=btc`)
  assert.deepEqual([late.status, /No btc rate is stored for \d{4}-/.test(String(late.body.detail))], [422, true])
})

test('values rewards at the market, and refuses what can not be', async () => {
  const id = await create(ada)
  const reward = await add(ada, id, { type: 'staking_reward', coin_id: 2, at: daysAgo(5), quantity: 0.5 })
  assert.equal(reward.total_usd, 100)
  const post = (given: object) =>
    send(ada, `POST /portfolios/${id}/transactions`, { type: 'buy', coin_id: 1, at: daysAgo(1), quantity: 1, ...given })
  const refused: [object, number, RegExp][] = [
    [{ quantity: 0 }, 422, /quantity must be above 0/],
    [{ quantity: '1e5' }, 422, /quantity/],
    [{ price_usd: 1, total_usd: 1 }, 422, /not both/],
    [{ at: daysAgo(-3), total_usd: 1 }, 422, /not in the future/],
    [{ at: '2015-01-01T00:00:00Z' }, 422, /No price of coin 1 .*total_usd/],
    [{ coin_id: 'no-such-coin', total_usd: 1 }, 404, /no-such-coin not found/],
  ]
  for (const [given, status, words] of refused) {
    const answer = await post(given)
    assert.equal(answer.status, status, JSON.stringify(given))
    assert.match(String(answer.body.detail), words)
  }
})

test('a link shows a portfolio to anyone until it is revoked, without amounts where it hides them', async () => {
  const id = await create(ada)
  await add(ada, id, holdings[3] ?? {})
  const open = await send(ada, `POST /portfolios/${id}/shares`, { hides_amounts: false })
  const hidden = await send(ada, `POST /portfolios/${id}/shares`, { hides_amounts: true })
  const read = async (token: string) =>
    (await call(app, `GET /public/portfolios/${token}`)) as never as { status: number; body: Body }
  assert.equal((await read(open.body.token)).body.value_usd, 32_065)
  const shown = (await read(hidden.body.token)).body as never as {
    value_usd: null
    positions: Record<string, unknown>[]
  }
  const { quantity, value_usd, weight_pct } = shown.positions[0] ?? {}
  assert.deepEqual([shown.value_usd, quantity, value_usd, weight_pct], [null, null, null, 100])
  assert.equal((await send(ada, `DELETE /portfolios/${id}/shares/${open.body.id}`)).status, 204)
  assert.equal((await read(open.body.token)).status, 404)
  const stored = await database.pool.query('select token_hash from portfolio_shares')
  assert.ok(!JSON.stringify(stored.rows).includes(hidden.body.token))
})

test('older clients add, change and delete holdings of the oldest portfolio', async () => {
  const eve = await signUp(app)
  assert.deepEqual(await get(eve, '/portfolio/holdings'), [])
  const added = await send(eve, 'POST /portfolio/holdings', {
    coin_id: 1,
    quantity: 2,
    buy_price_usd: 50_000,
    notes: 'n',
  })
  assert.equal(added.status, 201)
  const holding = await send(eve, `PUT /portfolio/holdings/${added.body.id}`, { quantity: 4 })
  assert.deepEqual(
    [holding.body.quantity, holding.body.buy_price_usd, holding.body.cost_basis_usd, holding.body.current_value_usd],
    [4, 50_000, 200_000, 256_520],
  )
  assert.deepEqual(await get(eve, '/portfolio'), {
    total_value_usd: 256_520,
    total_cost_basis_usd: 200_000,
    total_pnl_usd: 56_520,
    total_pnl_pct: 28.26,
    holdings_count: 1,
    unique_coins: 1,
  })
  const values = (await get(eve, '/portfolio/performance?days=7')) as { data_points: { timestamp: string }[] }
  const benchmark = (await get(eve, '/portfolio/benchmark?days=7&symbol=eth')) as typeof values
  assert.deepEqual(
    values.data_points.map(({ timestamp }) => timestamp),
    benchmark.data_points.map(({ timestamp }) => timestamp),
  )
  assert.match(String(((await get(eve, '/portfolio/insights')) as Body).insights), /\+28\.26%/)
  const csv = await app.inject({ url: '/api/v1/portfolio/export', headers: { authorization: `Bearer ${eve.token}` } })
  assert.match(csv.body, /,buy,btc,bitcoin,4,200000,0,usd,0,n\r\n$/)
  assert.equal((await send(eve, `DELETE /portfolio/holdings/${added.body.id}`)).status, 204)
  assert.deepEqual(await get(eve, '/portfolio/holdings'), [])
})

test('a transaction and a link of one portfolio are not found in another one of the account', async () => {
  const id = await create(ada)
  const transaction = await add(ada, id, holdings[0] ?? {})
  const share = await send(ada, `POST /portfolios/${id}/shares`, { hides_amounts: true })
  const other = await create(ada)
  for (const route of [`transactions/${transaction.id}`, `shares/${share.body.id}`]) {
    assert.equal((await send(ada, `DELETE /portfolios/${other}/${route}`)).status, 404)
    assert.equal((await send(ada, `DELETE /portfolios/${id}/${route}`)).status, 204)
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../server/clock.ts'
import { createCoingecko } from '../server/sources/coingecko.ts'
import { createApi } from './api.ts'
import { fillMarket } from './coingecko-market.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { runJob, toJobOptions } from './jobs.ts'

const latest = `select c.coingecko_id, c.symbol, c.name, c.image_url, c.kind, c.market_cap_rank, c.total_supply, c.max_supply,
    c.ath, c.ath_date, c.atl, c.atl_date, l.price_usd, l.market_cap, l.fully_diluted_valuation, l.volume, l.high_24h,
    l.low_24h, l.price_change_1h_pct, l.price_change_24h_pct, l.price_change_7d_pct, l.market_cap_change_24h_pct,
    l.circulating_supply, l.source_updated_at
  from dim_coin c join latest_market_data l on l.coin_id = c.id order by 1`
const facts = `select c.coingecko_id || ' ' || f.timestamp as key, f.price_usd, f.market_cap, f.volume
  from fact_market_data f join dim_coin c on c.id = f.coin_id where f.granularity <> '10min'`
const rates = 'select currency, units_per_btc, usd_rate from fact_exchange_rate order by 1'

const read = async ({ pool }: TestDatabase, statement: string) => (await pool.query(statement)).rows

test('the CoinGecko adapter fills a second warehouse from the first, value for value', async (t) => {
  const [first, second] = [await createTestDatabase(), await createTestDatabase()]
  t.after(() => Promise.all([first.drop(), second.drop()]))
  await fillMarket(first)
  const app = await createApi(first.db)
  t.after(() => app.close())
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const source = createCoingecko({
    clock: systemClock,
    baseUrl: `${url}/api/v3`,
    demoKey: 'CG-any',
    proKey: null,
    callsPerMinute: 6000,
  })
  await source.ping(new AbortController().signal)
  const options = toJobOptions(second, source)
  for (const job of ['ingest_market_data', 'backfill_history'] as const) {
    const { status } = await runJob(options, job)
    assert.equal(status, 'success', job)
  }
  assert.deepEqual(await read(second, latest), await read(first, latest))
  assert.deepEqual(await read(second, rates), await read(first, rates))
  const [ours, theirs] = [await read(first, facts), await read(second, facts)]
  const known = new Map(ours.map(({ key, ...values }) => [key, values]))
  assert.ok(theirs.length > ours.length * 0.99, `${theirs.length} of ${ours.length} facts`)
  for (const { key, ...values } of theirs) {
    const held = known.get(key)
    if (held !== undefined) assert.deepEqual(values, held, key)
  }
  const added = theirs.filter(({ key }) => !known.has(key))
  assert.ok(added.length <= 4, `only the snapshot of now is new as history: ${JSON.stringify(added)}`)
  assert.deepEqual(await read(second, 'select rule from quarantine_market_data'), [])
})

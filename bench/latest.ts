import { sql } from 'kysely'
import { dayMs, tickMs } from '../contract/time.ts'
import { listCoins } from '../server/warehouse/coins.ts'
import { ensurePartitions } from '../server/warehouse/partitions.ts'
import { upsertLatest } from '../server/warehouse/snapshots.ts'
import { toSnapshot } from '../test/snapshots.ts'
import { type Bench, median, timeMs } from './measure.ts'

const coins = 50
const end = Date.parse('2026-11-24T00:00:00Z')
const start = end - 365 * dayMs
const rounds = 20
const reads = 300

/** View refresh and top-50 read at 50 coins and a year of snapshots, against DISTINCT ON over the same facts. */
export const bench: Bench = async ({ pool, db }) => {
  await ensurePartitions(pool, { from: new Date(start), to: new Date(end) })
  await pool.query(
    `insert into dim_coin (coingecko_id, symbol, name, market_cap_rank, first_seen_at, last_seen_at)
     select 'coin-' || n, 'c' || n, 'Coin ' || n, n, now(), now() from generate_series(1, $1::int) n`,
    [coins],
  )
  const loader = await pool.connect()
  await loader.query('set statement_timeout = 0')
  await loader.query(
    `insert into fact_market_data (coin_id, timestamp, granularity, price_usd, market_cap, volume, market_cap_rank)
     select c, t, '10min', 1 + random(), 1e9 / c, 1e6, c
     from generate_series($1::timestamptz, $2::timestamptz, interval '10 minutes') t, generate_series(1, $3::int) c`,
    [new Date(start).toISOString(), new Date(end).toISOString(), coins],
  )
  await loader.query('vacuum analyze fact_market_data')
  const snapshots = Array.from({ length: coins }, (_, index) => ({
    ...toSnapshot(`coin-${index + 1}`),
    coin_id: index + 1,
  }))
  await upsertLatest(db, new Date(end), snapshots)
  await loader.query('refresh materialized view mv_latest_market_data')
  const refresh: number[] = []
  const read: number[] = []
  const distinct: number[] = []
  const query = { page: 1, per_page: coins, sort_by: 'market_cap_rank', sort_dir: 'asc' } as const
  for (let round = 0; round < rounds; round += 1)
    refresh.push(
      await timeMs(async () => {
        await upsertLatest(db, new Date(end), snapshots)
        await sql`refresh materialized view concurrently mv_latest_market_data`.execute(db)
      }),
    )
  for (let round = 0; round < reads; round += 1)
    read.push(await timeMs(() => pool.query('select * from mv_latest_market_data order by market_cap_rank limit 50')))
  const list = await timeMs(() => listCoins(db, query))
  for (let round = 0; round < 3; round += 1)
    distinct.push(
      await timeMs(() =>
        loader.query(
          `select * from (select distinct on (coin_id) * from fact_market_data order by coin_id, timestamp desc) f
           join dim_coin c on c.id = f.coin_id order by f.market_cap_rank limit 50`,
        ),
      ),
    )
  const { rows } = await pool.query<{ facts: number }>('select count(*)::int as facts from fact_market_data')
  loader.release()
  const server = await pool.query(
    'explain (analyze, format json) select * from mv_latest_market_data order by market_cap_rank limit 50',
  )
  const read_in_server_ms = Number(server.rows[0]['QUERY PLAN'][0]['Execution Time'])
  const [refresh_ms, read_ms, distinct_on_ms] = [median(refresh), median(read), median(distinct)]
  const facts = rows[0]?.facts ?? 0
  return {
    ratio: (refresh_ms + read_ms) / distinct_on_ms,
    limit: 1 / 100,
    refresh_ms,
    read_p50_ms: read_ms,
    read_in_server_ms,
    list_ms: list,
    distinct_on_ms,
    facts,
    year_ticks: (end - start) / tickMs,
  }
}

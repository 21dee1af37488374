import { priceAlertTypes } from '../contract/alert-lists.ts'
import { PriceAlerts } from '../server/alerts/price-alerts.ts'
import { DailyReader, readSnapshotInputs } from '../server/alerts/read-inputs.ts'
import { evaluateAll } from '../server/alerts/rounds.ts'
import { listPricesWithExtremes } from '../server/warehouse/alert-inputs.ts'
import { listChangedAlerts, type StoredAlert } from '../server/warehouse/alert-rows.ts'
import type { Bench } from './measure.ts'
import { median, timeMs } from './measure.ts'

const coins = 18_000
const alertCount = 100_000
/** Coins whose alerts look at closed days. */
const dailyCoins = 2000
const ticksPerBatch = 2000
const snapshotLimitMs = 200
const batchLimitMs = 5
const rounds = 21

/** 18,000 coins, closed days of the largest, and 100,000 alerts of all kinds about coins, half of them about prices. */
async function fill({ pool }: Parameters<Bench>[0]): Promise<void> {
  await pool.query(`insert into users (email, password_hash) values ('bench@example.org', '$argon2id$')`)
  await pool.query(
    `insert into dim_coin (coingecko_id, symbol, name, ath, atl, market_cap_rank, first_seen_at, last_seen_at)
     select 'coin-' || n, 'c' || n, 'Coin ' || n, 200, 1, n, now(), now() from generate_series(1, $1::int) n`,
    [coins],
  )
  await pool.query(`insert into latest_market_data (coin_id, timestamp, price_usd, source_updated_at, volume,
      price_change_1h_pct, price_change_24h_pct, price_change_7d_pct)
    select id, date_trunc('hour', now()), 100, now(), 1000, 0.1, 1, 2 from dim_coin`)
  await pool.query('refresh materialized view mv_latest_market_data')
  await pool.query(
    `insert into fact_daily_ohlcv (coin_id, date, open, high, low, close, volume, samples, granularity, close_at)
     select c.id, current_date - d, 100, 101, 99, 100 + d % 3, 1000, 1, '10min', now() from dim_coin c,
       generate_series(1, 60) d where c.market_cap_rank <= $1`,
    [dailyCoins],
  )
  // Thresholds of 3 to 40 percent from the price, so that each batch of ticks reaches few of them.
  await pool.query(
    `insert into alert (user_id, type, coin_id, condition, repeat)
     select u.id, c ->> 'type', coin, c || jsonb_build_object('coin_id', coin), '{"type": "rearm", "margin": 1}'
     from users u, generate_series(1, $1::int) n, lateral (select
       case when n % 10 < 5 then 1 + n % $2::int else 1 + n % $3::int end as coin) k,
       lateral (select (case n % 10
         when 5 then '{"type": "change", "direction": "either", "window": "24h", "percent": 5}'
         when 6 then '{"type": "change", "direction": "up", "window": "1h", "percent": 5}'
         when 7 then '{"type": "volume", "multiple": 3}'
         when 8 then '{"type": "moving_average", "days": 50, "direction": "above", "percent": 20}'
         when 9 then '{"type": "rsi", "direction": "above", "level": 90}'
         when 4 then '{"type": "all_time_high"}'
         else '{"type": "price", "direction": "' || case when n % 2 = 0 then 'above' else 'below' end || '", "price_usd": ' ||
           case when n % 2 = 0 then 103 + n % 37 else 97 - n % 37 end || '}' end)::jsonb as c) x`,
    [alertCount, coins, dailyCoins],
  )
  await pool.query(`update alert set baseline = 200 where type = 'all_time_high'`)
  await pool.query('analyze')
}

const readAlerts = async (db: Parameters<Bench>[0]['db']): Promise<StoredAlert[]> =>
  (
    await listChangedAlerts(db, {
      types: [...priceAlertTypes, 'change', 'volume', 'moving_average', 'rsi'],
      since: null,
    })
  ).alerts

/**
 * 100,000 active alerts: the time to evaluate a snapshot of 18,000 coins, limit 200 ms, and a batch of 2,000 ticks that
 * reaches a few alerts, limit 5 ms. Reading the snapshot from the database and storing triggers is measured beside.
 */
export const bench: Bench = async (database) => {
  const { db } = database
  await fill(database)
  const loadMs = await timeMs(() => readAlerts(db))
  const alerts = await readAlerts(db)
  const isPrice = ({ condition }: StoredAlert) => priceAlertTypes.includes(condition.type)
  const measured = alerts.filter((alert) => !isPrice(alert))
  const prices = new PriceAlerts()
  const now = Date.now()
  for (const alert of alerts.filter(isPrice)) prices.add(alert, now)
  const reader = { db, daily: new DailyReader(db), readPortfolio: async () => null }
  const firstReadMs = await timeMs(() => readSnapshotInputs(reader, measured, now))
  const snapshots: number[] = []
  const reads: number[] = []
  const batches: number[] = []
  let reached = 0
  for (let round = 1; round <= rounds; round += 1) {
    const started = performance.now()
    const inputs = await readSnapshotInputs(reader, measured, now)
    const rows = await listPricesWithExtremes(db)
    reads.push(performance.now() - started)
    const at = now + round * 600_000
    snapshots.push(
      await timeMs(async () => {
        evaluateAll(measured, inputs)
        for (const { coin_id, price_usd, ath, atl } of rows) {
          prices.offer(coin_id, price_usd, at)
          prices.offerExtremes(coin_id, { ath, atl, at })
        }
      }),
    )
    const ticks = Array.from({ length: ticksPerBatch }, (_, index) => ({
      id: 1 + ((index * 7 + round) % coins),
      price: 100 + 2.9 * Math.sin(index + round) + (index % 100 === 0 ? 8 * (index % 200 === 0 ? 1 : -1) : 0),
    }))
    const due: ReturnType<PriceAlerts['offer']> = []
    batches.push(
      await timeMs(async () => {
        for (const { id, price } of ticks) due.push(...prices.offer(id, price, at + 1000))
      }),
    )
    reached += due.length
    for (const { alert } of due) prices.add(alert, now)
  }
  const [snapshot_ms, batch_ms] = [median(snapshots), median(batches)]
  return {
    ratio: Math.max(snapshot_ms / snapshotLimitMs, batch_ms / batchLimitMs),
    limit: 1,
    snapshot_ms,
    batch_ms,
    slowest_batch_ms: Math.max(...batches),
    read_snapshot_ms: median(reads),
    first_read_ms: firstReadMs,
    load_alerts_ms: loadMs,
    alerts: alerts.length,
    alerts_reached_per_batch: reached / rounds,
  }
}

import assert from 'node:assert/strict'
import type { TestDatabase } from './database.ts'

/** Asserts the invariants of a warehouse: unique facts, correct runs, complete snapshots. */
export async function assertInvariants({ pool }: Pick<TestDatabase, 'pool'>): Promise<void> {
  const count = async (query: string) => (await pool.query(`select count(*)::int as n from (${query}) q`)).rows[0].n
  const faults = {
    'a repeated fact': 'select from fact_market_data group by coin_id, timestamp having count(*) > 1',
    'a run still running': `select from pipeline_runs where status = 'running'`,
    'rows read are not written + rejected': `select from pipeline_runs
      where status = 'success' and records_read is distinct from records_processed + records_rejected
        or records_read <> records_processed + records_rejected`,
    'a success without rows': `select from pipeline_runs where status = 'success' and records_processed = 0`,
    'a coin whose latest row is not its newest snapshot': `select from latest_market_data l
      where timestamp <> (select max(timestamp) from fact_market_data f where f.coin_id = l.coin_id and granularity = '10min')`,
    'a view that differs from the latest rows': `select from mv_latest_market_data v
      join latest_market_data l using (coin_id) where v.timestamp <> l.timestamp or v.price_usd <> l.price_usd`,
    'a changed day without mark or candle': `select from fact_market_data f
      where not exists (select from stale_candle s where s.coin_id = f.coin_id and s.date = f.date)
        and not exists (select from fact_daily_ohlcv c where c.coin_id = f.coin_id and c.date = f.date)`,
    'a midnight whose previous day has no mark or candle': `select from fact_market_data f
      where timestamp = date_trunc('day', timestamp, 'UTC')
        and not exists (select from stale_candle s where s.coin_id = f.coin_id and s.date = f.date - 1)
        and not exists (select from fact_daily_ohlcv c where c.coin_id = f.coin_id and c.date = f.date - 1)`,
    'a candle whose open or close is outside its range': `select from fact_daily_ohlcv
      where open not between low and high or close not between low and high`,
  }
  const found: Record<string, number> = {}
  for (const [name, query] of Object.entries(faults)) if ((await count(query)) > 0) found[name] = await count(query)
  assert.deepEqual(found, {})
}

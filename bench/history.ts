import { gzipSync } from 'node:zlib'
import type { CoinHistory } from '../contract/charts.ts'
import { createApi } from '../test/api.ts'
import { type Bench, median, timeMs } from './measure.ts'
import { coins, loadYear } from './year.ts'

const rounds = 50
const limitMs = 50
const limitBytes = 100_000

/** A year of one coin at 10 minutes over the API, uncached: server time and gzipped size against their limits. */
export const bench: Bench = async ({ pool, db }) => {
  const { facts } = await loadYear({ pool, db })
  await pool.query(
    `insert into fact_daily_ohlcv (coin_id, date, open, high, low, close, close_at, samples)
    select n, d, 1, 2, 1, 2, d + interval '1 day', 145 from generate_series(1, $1::int) n,
      generate_series(current_date - 365, current_date - 1, interval '1 day') d`,
    [coins],
  )
  const app = await createApi(db)
  const times: Record<string, number[]> = {}
  let body = ''
  const ask = async (name: string, path: string) => {
    const took = await timeMs(async () => {
      const answer = await app.inject(`/api/v1/coins/${path}`)
      if (answer.statusCode !== 200) throw new Error(answer.body)
      if (name === 'year') body = answer.body
    })
    times[name] = [...(times[name] ?? []), took]
  }
  const many = Array.from({ length: coins }, (_, index) => index + 1).join(',')
  for (let round = 0; round < rounds; round += 1) {
    const coin = (round % coins) + 1
    await ask('year', `${coin}/history?days=365&round=${round}`)
    await ask('month', `${coin}/history?days=30&round=${round}`)
    await ask('ohlcv', `${coin}/ohlcv?days=365&round=${round}`)
    await ask('sparklines', `sparklines?ids=${many}&round=${round}`)
  }
  await app.close()
  const history: CoinHistory = JSON.parse(body)
  const [history_ms, bytes] = [median(times.year ?? []), gzipSync(body).length]
  return {
    ratio: Math.max(history_ms / limitMs, bytes / limitBytes),
    limit: 1,
    history_365d_ms: history_ms,
    history_365d_worst_ms: Math.max(...(times.year ?? [])),
    history_365d_gzip_bytes: bytes,
    history_365d_points: history.prices.length,
    history_30d_ms: median(times.month ?? []),
    ohlcv_365d_ms: median(times.ohlcv ?? []),
    sparklines_50_coins_ms: median(times.sparklines ?? []),
    facts,
  }
}

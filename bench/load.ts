import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { from as copyFrom } from 'pg-copy-streams'
import { dayMs } from '../contract/time.ts'
import { type Bench, median, timeMs } from './measure.ts'
import { prepare, simulateHistory, writeCoin } from './year.ts'

const days = 90
const rounds = 20
const warmUp = 5

/** The history of one coin written as the backfill does, against a bare COPY of the same rows for another coin. */
export const bench: Bench = async ({ pool, db }) => {
  const to = Math.floor(Date.now() / dayMs) * dayMs
  const runId = await prepare({ pool, db }, { count: 2 * rounds, days, to })
  const times: { write: number[]; copy: number[] } = { write: [], copy: [] }
  let [round, rows] = [0, 0]
  for (const points of simulateHistory(days, to)) {
    if (round === rounds) break
    const [coinId, other] = [2 * round + 1, 2 * round + 2]
    const text = points.map(
      ({ at, price_usd, market_cap, volume }) =>
        `${new Date(at).toISOString()}\t${price_usd}\t${other}\t10min\t${market_cap ?? '\\N'}\t${volume ?? '\\N'}\n`,
    )
    const chunks = Array.from({ length: Math.ceil(text.length / 1000) }, (_, index) =>
      text.slice(index * 1000, (index + 1) * 1000).join(''),
    )
    const client = await pool.connect()
    const copy = async () => {
      const target = client.query(
        copyFrom('copy fact_market_data (timestamp, price_usd, coin_id, granularity, market_cap, volume) from stdin'),
      )
      await pipeline(Readable.from(chunks), target)
    }
    const write = () => writeCoin(pool, runId, { coinId, points })
    const order = round % 2 === 0
    const [first, second] = [await timeMs(order ? write : copy), await timeMs(order ? copy : write)]
    client.release()
    round += 1
    rows = points.length
    if (round <= warmUp) continue
    times.write.push(order ? first : second)
    times.copy.push(order ? second : first)
  }
  const [write_ms, copy_ms] = [median(times.write), median(times.copy)]
  return { ratio: write_ms / copy_ms, limit: 2, write_ms, copy_ms, rows, rows_per_second: (rows / write_ms) * 1000 }
}

import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { from as copyFrom } from 'pg-copy-streams'
import { tickMs } from '../contract/time.ts'
import type { Snapshot } from '../server/snapshot.ts'
import { parseMarketRow } from '../server/sources/coingecko-rows.ts'
import { ensurePartitions } from '../server/warehouse/partitions.ts'
import { claimRun } from '../server/warehouse/runs.ts'
import { publishSnapshot } from '../server/warehouse/snapshots.ts'
import { listStorage } from '../server/warehouse/storage.ts'
import { Listing } from '../simulator/listing.ts'
import { Market } from '../simulator/model.ts'
import { type Bench, median, timeMs } from './measure.ts'

const coins = 1000
const rounds = 60
const warmUp = 15
const start = Date.parse('2026-11-02T00:00:00Z')
const columns = [
  'price_usd',
  'market_cap',
  'volume',
  'price_change_1h_pct',
  'price_change_24h_pct',
  'price_change_7d_pct',
  'circulating_supply',
  'market_cap_rank',
  'source_updated_at',
] as const

/** A 1,000-coin snapshot from raw rows to commit, against one bare COPY of the same facts into the same table. */
export const bench: Bench = async ({ pool, db }) => {
  await ensurePartitions(pool, { from: new Date(start), to: new Date(start + 2 * rounds * tickMs) })
  const listing = new Listing(new Market(1, Math.ceil(coins * 1.2)))
  const query = {
    ids: null,
    order: 'market_cap_desc',
    perPage: coins,
    page: 1,
    changes: ['1h', '7d'],
    sparkline: false,
  }
  const { id: runId } = await claimRun(db, { jobId: 'ingest_market_data', trigger: 'manual', attempt: 1 })
  const times: { ingest: number[]; copy: number[] } = { ingest: [], copy: [] }
  for (let round = 0; round < rounds; round += 1) {
    const tick = new Date(start + 2 * round * tickMs)
    const raw: unknown[] = JSON.parse(JSON.stringify(listing.listPage(tick.getTime() / 1000, query)))
    let snapshots: Snapshot[] = []
    const ingest = await timeMs(async () => {
      const now = tick.getTime() + tickMs
      snapshots = raw.map((row) => parseMarketRow(row, now)).flatMap((row) => ('snapshot' in row ? [row.snapshot] : []))
      const batch = { source: 'bench', snapshots, rejected: [] }
      await db.transaction().execute((tx) => publishSnapshot(tx, { tick, runId, batch, asked: snapshots.length }))
    })
    const { rows } = await pool.query<{ id: number; coingecko_id: string }>('select id, coingecko_id from dim_coin')
    const ids = new Map(rows.map(({ id, coingecko_id }) => [coingecko_id, id]))
    const other = new Date(tick.getTime() + tickMs).toISOString()
    const client = await pool.connect()
    const copy = await timeMs(async () => {
      const lines = snapshots.map(
        (row) =>
          `${ids.get(row.coingecko_id)}\t${other}\t10min\t${columns.map((name) => row[name] ?? '\\N').join('\t')}\n`,
      )
      const target = client.query(
        copyFrom(`copy fact_market_data (coin_id, timestamp, granularity, ${columns.join(', ')}) from stdin`),
      )
      await pipeline(Readable.from([lines.join('')]), target)
    })
    client.release()
    if (round < warmUp) continue
    times.ingest.push(ingest)
    times.copy.push(copy)
  }
  const [ingest_ms, copy_ms] = [median(times.ingest), median(times.copy)]
  const facts = (await listStorage(db)).find(({ table }) => table === 'fact_market_data')
  const bytes_per_fact = (facts?.total_bytes ?? 0) / (facts?.rows ?? 1)
  return { ratio: ingest_ms / copy_ms, limit: 4, ingest_ms, copy_ms, coins, bytes_per_fact }
}

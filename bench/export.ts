import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs'
import { get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { DuckDBInstance } from '@duckdb/node-api'
import { createApi } from '../test/api.ts'
import { type Bench, timeMs } from './measure.ts'
import { loadYear } from './year.ts'

const limitBytes = 60 * 2 ** 20
const sampleMs = 50

/** Peak growth of the resident memory during `work`. */
async function measurePeak(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage.rss()
  let peak = before
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }, sampleMs)
  await work().finally(() => clearInterval(timer))
  return peak - before
}

/** Exports a year of 50 coins in each format: memory over idle against its limit, speed, and bytes per fact. */
export const bench: Bench = async ({ pool, db }) => {
  const { facts } = await loadYear({ pool, db })
  const folder = mkdtempSync(join(tmpdir(), 'bench-export-'))
  const app = await createApi(db)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const save = (query: string, name: string, headers = {}): Promise<void> =>
    new Promise((resolve, reject) => {
      get(`http://127.0.0.1:${port}/api/v1/export/fact_market_data?${query}`, { headers }, (response) =>
        pipeline(response, createWriteStream(join(folder, name))).then(resolve, reject),
      )
    })
  const sizeOf = (name: string) => statSync(join(folder, name)).size
  await save('format=parquet&coins=1', 'warm')
  await save('format=csv&coins=1', 'warm')
  const peaks: number[] = []
  const seconds: Record<string, number> = {}
  for (const [name, query, headers] of [
    ['csv', 'format=csv', {}],
    ['zstd', 'format=ndjson', { 'accept-encoding': 'zstd' }],
    ['parquet', 'format=parquet', {}],
  ] as const) {
    const peak = measurePeak(async () => {
      seconds[name] = (await timeMs(() => save(query, name, headers))) / 1000
    })
    peaks.push(await peak)
  }
  const duck = await (await DuckDBInstance.create()).connect()
  const peer = join(folder, 'duckdb')
  const duckMs = await timeMs(() =>
    duck.run(`copy (from read_csv('${join(folder, 'csv')}')) to '${peer}' (format parquet, compression zstd)`),
  )
  duck.closeSync()
  const numbers = {
    ratio: Math.max(...peaks) / limitBytes,
    limit: 1,
    facts,
    memory_csv_bytes: peaks[0] ?? 0,
    memory_ndjson_zstd_bytes: peaks[1] ?? 0,
    memory_parquet_bytes: peaks[2] ?? 0,
    csv_facts_per_second: facts / (seconds.csv ?? 1),
    ndjson_zstd_facts_per_second: facts / (seconds.zstd ?? 1),
    parquet_facts_per_second: facts / (seconds.parquet ?? 1),
    csv_bytes_per_fact: sizeOf('csv') / facts,
    ndjson_zstd_bytes_per_fact: sizeOf('zstd') / facts,
    parquet_bytes_per_fact: sizeOf('parquet') / facts,
    duckdb_parquet_bytes_per_fact: sizeOf('duckdb') / facts,
    duckdb_from_csv_seconds: duckMs / 1000,
  }
  await app.close()
  rmSync(folder, { recursive: true })
  return numbers
}

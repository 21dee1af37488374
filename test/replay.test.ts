import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../server/clock.ts'
import { createCoingecko } from '../server/sources/coingecko.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { runJob, toJobOptions } from './jobs.ts'
import { startMarket } from './market-server.ts'

const folder = fileURLToPath(new URL('../../shared/upstreams/recorded/coingecko/', import.meta.url))
const files = existsSync(folder) ? readdirSync(folder).filter((name) => /^markets_.*\.json$/.test(name)) : []
if (files.length === 0) process.stderr.write(`\n!!! SKIPPED: no recordings in ${folder}\n\n`)

type Recorded = Record<string, string | number | null> & { id: string; current_price: number }

const noZero = (value: unknown) => value || null
const instant = (value: unknown) => (typeof value === 'string' ? Date.parse(value) : null)

/** The expected values of a recorded row by column. */
const expectations: Record<string, (row: Recorded) => unknown> = {
  symbol: (row) => row.symbol,
  name: (row) => row.name,
  image_url: (row) => row.image,
  price_usd: (row) => row.current_price,
  market_cap: (row) => noZero(row.market_cap),
  fully_diluted_valuation: (row) => noZero(row.fully_diluted_valuation),
  volume: (row) => row.total_volume,
  high_24h: (row) => row.high_24h,
  low_24h: (row) => row.low_24h,
  price_change_24h_pct: (row) => row.price_change_percentage_24h,
  market_cap_change_24h_pct: (row) => row.market_cap_change_percentage_24h,
  circulating_supply: (row) => row.circulating_supply,
  market_cap_rank: (row) => row.market_cap_rank,
  total_supply: (row) => row.total_supply,
  max_supply: (row) => row.max_supply,
  ath: (row) => row.ath,
  atl: (row) => row.atl,
  ath_date: (row) => instant(row.ath_date),
  atl_date: (row) => instant(row.atl_date),
  source_updated_at: (row) => instant(row.last_updated),
}

async function ingest(database: TestDatabase, rows: unknown[], options: { top: number; overlap?: number }) {
  const server = await startMarket(rows, { overlap: options.overlap ?? 0 })
  try {
    const market = createCoingecko({
      clock: systemClock,
      baseUrl: server.url,
      demoKey: null,
      proKey: null,
      callsPerMinute: 100,
    })
    const jobs = toJobOptions(database, market, { trackedCoins: options.top })
    return await runJob(jobs, 'ingest_market_data')
  } finally {
    await server.close()
  }
}

const listStored = async ({ pool }: TestDatabase): Promise<Map<string, Record<string, unknown>>> => {
  const { rows } = await pool.query(`select c.coingecko_id, c.symbol, c.name, c.image_url, c.total_supply, c.max_supply,
    c.ath, c.atl, c.ath_date, c.atl_date, l.fully_diluted_valuation, l.high_24h, l.low_24h, l.market_cap_change_24h_pct, f.*
    from fact_market_data f join dim_coin c on c.id = f.coin_id join latest_market_data l using (coin_id, timestamp)`)
  return new Map(rows.map((row) => [row.coingecko_id, row]))
}

for (const file of files) {
  test(`stores ${file} bit by bit, and ids repeated across pages once`, async (t) => {
    const rows: Recorded[] = JSON.parse(readFileSync(folder + file, 'utf8'))
    const database = await createTestDatabase()
    t.after(database.drop)
    const report = await ingest(database, rows, { top: 400, overlap: 40 })
    assert.deepEqual([report.read, report.written, report.rejected], [rows.length, rows.length, 0])
    const stored = await listStored(database)
    assert.equal(stored.size, rows.length)
    for (const row of rows) {
      const found = stored.get(row.id)
      for (const [column, expected] of Object.entries(expectations)) {
        const value = found?.[column]
        const actual = /_(at|date)$/.test(column) ? instant(value) : value
        assert.equal(actual, expected(row) ?? null, `${row.id} ${column}`)
      }
    }
  })
}

let spoiled: TestDatabase
before(async () => {
  spoiled = await createTestDatabase()
})
after(() => spoiled.drop())

test('quarantines invalid rows with the broken rule, and stores the others', {
  skip: files.length === 0 && 'no recordings',
}, async () => {
  const rows: Recorded[] = JSON.parse(
    readFileSync(folder + (files.find((name) => name.includes('250')) ?? files[0]), 'utf8'),
  )
  const spoil: [string, unknown, string][] = [
    ['current_price', 0, 'price_usd_positive'],
    ['current_price', -1, 'price_usd_positive'],
    ['current_price', null, 'price_usd_present'],
    ['current_price', 'NaN', 'price_usd_number'],
    ['id', '', 'coingecko_id_present'],
    ['name', null, 'name_present'],
  ]
  const changed = rows.map((row, index) => {
    const fault = spoil[index]
    return fault === undefined ? row : { ...row, [fault[0]]: fault[1] }
  })
  const report = await ingest(spoiled, [...changed, 'not an object'], { top: 400 })
  assert.deepEqual([report.written, report.rejected], [rows.length - spoil.length, spoil.length + 1])
  const { rows: kept } = await spoiled.pool.query(
    'select coingecko_id, rule, payload from quarantine_market_data order by id',
  )
  assert.deepEqual(
    kept.map((row) => row.rule),
    [...spoil.map(([, , rule]) => rule), 'row_object'],
  )
  assert.deepEqual(kept[0].payload, changed[0])
  assert.equal((await listStored(spoiled)).size, rows.length - spoil.length)
})

test('stores the same rows when a snapshot is ingested twice', {
  skip: files.length === 0 && 'no recordings',
}, async (t) => {
  const rows: Recorded[] = JSON.parse(readFileSync(folder + files[0], 'utf8'))
  const database = await createTestDatabase()
  t.after(database.drop)
  const dump = async () =>
    (
      await database.pool.query(
        'select f.*, c.* from fact_market_data f join dim_coin c on c.id = f.coin_id order by f.coin_id, f.timestamp',
      )
    ).rows
  await ingest(database, rows, { top: 100 })
  const first = await dump()
  await ingest(database, rows, { top: 100 })
  const second = await dump()
  assert.equal(new Set(second.map((row) => row.timestamp)).size * first.length, second.length)
  if (second.length === first.length) assert.deepEqual(second, first)
})
